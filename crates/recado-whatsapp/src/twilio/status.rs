//! Status callbacks: what became of a message we sent.

use recado_model::{Identity, MessageStatus, ProblemKind, StatusUpdate};

use super::errors::{TwilioError, failure};
use super::form::Form;
use super::identity;

const MAX_MESSAGE: usize = 512;

/// What a status word of Twilio's means.
pub(super) enum Word {
    Known(MessageStatus),
    /// On its way, or of a channel that is not WhatsApp: no news for us.
    NoNews,
    Unheard,
}

pub(super) fn word(status: &str) -> Word {
    match status {
        "sent" => Word::Known(MessageStatus::Sent),
        "delivered" => Word::Known(MessageStatus::Delivered),
        "read" => Word::Known(MessageStatus::Read),
        // All three are final.
        "undelivered" | "failed" | "canceled" => Word::Known(MessageStatus::Failed),
        "accepted" | "scheduled" | "queued" | "sending" | "partially_delivered" => Word::NoNews,
        _ => Word::Unheard,
    }
}

/// Reads a status, or says why it cannot be one. `status` is its word, `callback` what we put into the address that
/// was called.
pub(super) fn read(
    number: &str,
    form: Form<'_>,
    status: &str,
    callback: Option<String>,
) -> Result<StatusUpdate, (ProblemKind, String)> {
    let provider_id = form
        .id("MessageSid")
        .or_else(|| form.id("SmsSid"))
        .ok_or_else(|| (ProblemKind::BadId, "no MessageSid that can be kept".to_owned()))?;
    let status = match word(status) {
        Word::Known(known) => known,
        Word::NoNews => return Err((ProblemKind::NotHandled, format!("status {status}"))),
        Word::Unheard => {
            let status = crate::json::cut(status.to_owned(), 64);
            return Err((ProblemKind::UnknownStatus, format!("status {status:?}")));
        }
    };
    let mut recipient = Identity::default();
    if let Some(to) = form.text("To") {
        identity::take(&mut recipient, &to);
    }
    let failure = (status == MessageStatus::Failed).then(|| failure(&error(form), None));
    Ok(StatusUpdate {
        number: number.to_owned(),
        provider_id,
        status,
        // Twilio tells no time.
        at: None,
        recipient,
        callback,
        failure,
    })
}

fn error(form: Form<'_>) -> TwilioError {
    let mut parts: Vec<String> = ["ErrorMessage", "ChannelStatusMessage"]
        .into_iter()
        .filter_map(|name| form.short(name, MAX_MESSAGE / 2 - 1))
        .collect();
    parts.dedup();
    if parts.is_empty() && form.is("MessageStatus", "canceled") {
        parts.push("it was canceled at Twilio".to_owned());
    }
    TwilioError {
        code: form.number("ErrorCode"),
        message: parts.join(": "),
    }
}
