//! The parameters of a status callback.

use super::messages::address_of;
use crate::{
    config::{Status, Twilio},
    failure::Failure,
    store::messages,
};

/// What Twilio calls how far a message of the business got.
pub(super) fn name(status: Status, error_code: Option<i64>) -> &'static str {
    match status {
        Status::Accepted => "queued",
        // What the recipient's side refused.
        Status::Failed if matches!(error_code, Some(63_003 | 63_024 | 63_032 | 63_049)) => "undelivered",
        Status::Failed => "failed",
        Status::Sent => "sent",
        Status::Delivered => "delivered",
        Status::Read | Status::Played => "read",
    }
}

pub(crate) fn form(
    line: &Twilio,
    message: &messages::Row,
    status: Status,
    failure: Option<&Failure>,
) -> Vec<(String, String)> {
    let code = failure.map(|failure| failure.code);
    let name = name(status, code);
    let to = address_of(message);
    let mut form: Vec<(&str, String)> = vec![
        ("MessageSid", message.id.clone()),
        ("SmsSid", message.id.clone()),
        ("MessageStatus", name.to_owned()),
        ("SmsStatus", name.to_owned()),
        ("AccountSid", line.account_sid.clone()),
        ("From", line.address()),
        ("To", to.clone()),
        ("ApiVersion", "2010-04-01".to_owned()),
        ("ChannelPrefix", "whatsapp".to_owned()),
        ("ChannelInstallSid", super::senders::SID.to_owned()),
        ("ChannelToAddress", to.trim_start_matches("whatsapp:").to_owned()),
        ("StructuredMessage", "false".to_owned()),
    ];
    if matches!(status, Status::Delivered | Status::Read) {
        form.push(("EventType", name.to_uppercase()));
    }
    if let Some(failure) = failure {
        form.push(("ErrorCode", failure.code.to_string()));
        form.push(("ErrorMessage", failure.title.to_owned()));
        form.push(("ChannelStatusMessage", failure.details.clone()));
    }
    form.into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
