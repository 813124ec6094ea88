//! Sending messages. Here alone it matters whether the request may have reached Meta, as there is no way to repeat it
//! without risking a double.

use recado_model::FailureReason;
use reqwest::StatusCode;
use secrecy::ExposeSecret;
use serde_json::{Value, json, value::RawValue};

use super::{Credentials, Meta, proven, unusable_credentials};
use crate::call::CallError;
use crate::http::{explain, read_answer};
use crate::json::Object;
use crate::meta::errors::{GraphError, failure};
use crate::meta::outgoing;
use crate::send::{Accepted, Outgoing, SendError};

/// Answers are a few hundred bytes; of one that is longer than this nothing is believed but its status.
const MAX_ANSWER: usize = 64 * 1024;

impl Meta {
    /// Sends a message. Calling this twice sends twice: Meta has no idempotency key.
    pub async fn send(&self, credentials: &Credentials, message: &Outgoing) -> Result<Accepted, SendError> {
        self.post_message(credentials, &outgoing::to_json(message)?).await
    }

    /// Marks a customer's message and all before it as read, for the customer to see. With `typing` they also see,
    /// until our next message or for 25 s, that somebody is writing; the one does not come without the other.
    pub async fn mark_read(
        &self,
        credentials: &Credentials,
        message_id: &str,
        typing: bool,
    ) -> Result<(), CallError> {
        let mut body = json!({"messaging_product": "whatsapp", "status": "read", "message_id": message_id});
        if typing {
            body["typing_indicator"] = json!({"type": "text"});
        }
        let path = [credentials.phone_number_id.as_str(), "messages"];
        self.post(credentials, &path, &body).await?.done()
    }

    async fn post_message(&self, credentials: &Credentials, body: &Value) -> Result<Accepted, SendError> {
        let url = self
            .url(credentials, &[&credentials.phone_number_id, "messages"])
            .map_err(|error| SendError::unsendable(FailureReason::NumberUnhealthy, error.to_string()))?;
        let token = credentials.access_token.expose_secret();
        let request = proven(self.http.post(url), credentials);
        let sent = request.bearer_auth(token).json(body).send().await;
        let mut response = sent.map_err(|error| {
            if error.is_connect() {
                SendError::NotSent(explain(error))
            } else if error.is_builder() {
                SendError::Refused(unusable_credentials())
            } else {
                SendError::Unknown(explain(error))
            }
        })?;
        let status = response.status();
        let answer = read_answer(&mut response, MAX_ANSWER).await;
        let result = outcome(status, answer.as_deref(), token);
        tracing::debug!(number = credentials.phone_number_id, %status, ok = result.is_ok(), "Meta answered");
        result
    }
}

/// What an answer means. Only what says in so many words that the message was taken, and under which id, is an
/// acceptance; only an error or another status than success is a refusal.
fn outcome(
    status: StatusCode,
    answer: Result<&[u8], &CallError>,
    token: &str,
) -> Result<Accepted, SendError> {
    // Meta quotes a token it cannot read, and what it says is kept and shown.
    let answer = answer.map(|answer| match String::from_utf8_lossy(answer) {
        text if token.is_empty() => text,
        text => text.replace(token, "[token]").into(),
    });
    let raw: Option<&RawValue> = answer
        .as_ref()
        .ok()
        .and_then(|answer| serde_json::from_str(answer).ok());
    let answered = raw.and_then(Object::of);
    let error = answered.as_ref().and_then(|answered| answered.object("error"));
    if error.is_some() || !status.is_success() {
        let error = error.as_ref().map(GraphError::read).unwrap_or_default();
        return Err(SendError::Refused(failure(&error, Some(status.as_u16()))));
    }
    let unknown = |why: &str| SendError::Unknown(format!("HTTP {}, but {why}", status.as_u16()));
    let answered = answered.ok_or_else(|| match &answer {
        Err(why) => unknown(&why.to_string()),
        Ok(_) => unknown("the answer is not a JSON object"),
    })?;
    let message = answered.objects("messages").next();
    let provider_id = message.and_then(|message| message.id("id"));
    let contact = answered.objects("contacts").next();
    let told = |name: &str| contact.as_ref().and_then(|contact| contact.id(name));
    Ok(Accepted {
        provider_id: provider_id.ok_or_else(|| unknown("the answer names no message"))?,
        wa_id: told("wa_id"),
        user_id: told("user_id"),
    })
}
