//! One element of `statuses`.

use recado_model::{Identity, MessageStatus, ProblemKind, StatusUpdate};
use serde_json::value::RawValue;

use super::errors::{GraphError, failure};
use super::identity::{Contacts, Fill};
use crate::json::{Object, cut};

/// Reads a status, or says why it cannot be one.
pub(super) fn read(
    number: &str,
    raw: &RawValue,
    contacts: &Contacts,
) -> Result<StatusUpdate, (ProblemKind, String)> {
    let update = Object::of(raw).ok_or_else(|| (ProblemKind::UnknownShape, "not an object".to_owned()))?;
    let provider_id = update
        .id("id")
        .ok_or_else(|| (ProblemKind::BadId, "no id, or one that is too long".to_owned()))?;
    let status = match update.text("status").unwrap_or_default().as_str() {
        "sent" => MessageStatus::Sent,
        "delivered" => MessageStatus::Delivered,
        "read" => MessageStatus::Read,
        "played" => MessageStatus::Played,
        "failed" => MessageStatus::Failed,
        // Of old API versions, about things that change nothing for the message.
        old @ ("deleted" | "warning") => return Err((ProblemKind::NotHandled, format!("status {old}"))),
        other => {
            return Err((
                ProblemKind::UnknownStatus,
                format!("status {:?}", cut(other.to_owned(), 64)),
            ));
        }
    };
    let mut recipient = recipient(&update);
    contacts.complete(&mut recipient);
    let failure = (status == MessageStatus::Failed).then(|| {
        let error = update.objects("errors").next();
        failure(&error.as_ref().map(GraphError::read).unwrap_or_default(), None)
    });
    Ok(StatusUpdate {
        number: number.to_owned(),
        provider_id,
        status,
        at: update.time("timestamp"),
        recipient,
        callback: update.id("biz_opaque_callback_data"),
        failure,
    })
}

fn recipient(update: &Object<'_>) -> Identity {
    let mut who = Identity::default();
    if update.text("recipient_type").as_deref() == Some("group") {
        // The recipient is then the group; who it is about stands beside it.
        who.set_phone(update.text("recipient_participant_id"));
        who.set_scoped(update.text("recipient_participant_user_id"), false);
    } else {
        who.set_phone(update.text("recipient_id"));
        let parent = update
            .text("recipient_parent_user_id")
            .or_else(|| update.text("parent_recipient_user_id"));
        who.set_scoped(parent, true);
        who.set_scoped(update.text("recipient_user_id"), false);
    }
    who
}
