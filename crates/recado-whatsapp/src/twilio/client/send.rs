//! Sending messages. Here alone it matters whether the request may have reached Twilio, as there is no way to repeat
//! it without risking a double.

use recado_model::{FailureReason, Identity};
use reqwest::StatusCode;
use secrecy::ExposeSecret;

use super::answer::Answer;
use super::{Account, Host, Twilio, call, signed_in, with_form};
use crate::call::CallError;
use crate::http::{explain, read_answer};
use crate::send::{Accepted, Outgoing, OutgoingContent, Recipient, SendError};
use crate::twilio::templates::{Definition, definition};
use crate::twilio::{identity, outgoing};

/// Answers are some hundred bytes; of one that is longer than this nothing is believed but its status.
const MAX_ANSWER: usize = 64 * 1024;

/// Twilio could not read the recipient as a phone.
const NOT_A_PHONE: &str = "21211";

impl Twilio {
    /// Sends a message from `from`, a number of the account with its `+`. Calling this twice sends twice: Twilio has
    /// no idempotency key.
    ///
    /// `status_callback` is where news about it goes, with [`Outgoing::callback`] as `m` in its query; empty for
    /// the sender's own. Twilio quotes nothing, so [`Outgoing::quoted`] is left out; what it cannot send at all is
    /// refused without a call: reactions, contact cards, stickers, a text with a file that takes none, and buttons
    /// and lists that are no content yet.
    pub async fn send(
        &self,
        account: &Account,
        from: &str,
        message: &Outgoing,
        status_callback: &str,
    ) -> Result<Accepted, SendError> {
        let unusable = |error: super::BadAddress| {
            SendError::unsendable(FailureReason::NumberUnhealthy, error.to_string())
        };
        let url = self.account_url(account, &["Messages.json"]).map_err(unusable)?;
        let definition = self.definition_for(account, &message.content).await?;
        let fields = outgoing::fields(from, message, status_callback, definition.as_ref())?;
        let request = with_form(signed_in(self.http.post(url), account), &fields);
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                SendError::NotSent(explain(error))
            } else {
                SendError::Unknown(explain(error))
            }
        })?;
        let status = response.status();
        let answer = read_answer(&mut response, MAX_ANSWER).await;
        let token = account.auth_token.expose_secret();
        let result = outcome(
            status,
            answer.map(|answer| Answer::new(&answer, token)),
            &message.to,
        );
        tracing::debug!(account = account.account_sid, %status, ok = result.is_ok(), "Twilio answered");
        result
    }

    /// Which number of Twilio's each value of a template goes by is not in what we show. Most templates do not need
    /// to be asked for: their texts name the numbers.
    async fn definition_for(
        &self,
        account: &Account,
        content: &OutgoingContent,
    ) -> Result<Option<Definition>, SendError> {
        let OutgoingContent::Template {
            template,
            provider_id: Some(sid),
            header,
            ..
        } = content
        else {
            return Ok(None);
        };
        if template.values.buttons.is_empty() && header.is_none() {
            return Ok(None);
        }
        let gone = |why: &str| SendError::unsendable(FailureReason::TemplateProblem, why);
        let url = self
            .url(account, Host::Content, &["v1", "Content", sid])
            .map_err(|error| gone(&error.to_string()))?;
        let answer = call(self.http.get(url), account).await;
        let read = answer.and_then(|answer| answer.read("the template", |row| definition(row, None)));
        read.map(Some).map_err(|error| match error {
            // Nothing was sent yet.
            CallError::NotReached(why) => SendError::NotSent(why),
            CallError::Refused(failure) => SendError::Refused(failure),
            CallError::Gone => gone("Twilio does not have this template any more"),
            CallError::TooLong => gone("the template is too long to be read"),
        })
    }
}

/// What an answer means. Only what says in so many words under which id the message was taken is an acceptance; only
/// another status than success is a refusal.
fn outcome(
    status: StatusCode,
    answer: Result<Answer, CallError>,
    to: &Recipient,
) -> Result<Accepted, SendError> {
    let unknown = |why: &str| SendError::Unknown(format!("HTTP {}, but {why}", status.as_u16()));
    if !status.is_success() {
        let answer = answer.unwrap_or_else(|_| Answer::new(b"", ""));
        let mut failure = answer.failure(status);
        // Some accounts cannot write to those ids yet.
        if failure.code.as_deref() == Some(NOT_A_PHONE) && matches!(to, Recipient::Scoped(_)) {
            failure.reason = FailureReason::NeedsPhone;
        }
        return Err(SendError::Refused(failure));
    }
    let answer = answer.map_err(|why| unknown(&why.to_string()))?;
    let answered = answer
        .object()
        .ok_or_else(|| unknown("the answer is not a JSON object"))?;
    let mut who = Identity::default();
    if let Some(to) = answered.text("to") {
        identity::take(&mut who, &to);
    }
    Ok(Accepted {
        provider_id: answered
            .id("sid")
            .ok_or_else(|| unknown("the answer names no message"))?,
        wa_id: who.wa_id,
        user_id: who.user_id.or(who.parent_user_id),
    })
}
