//! One element of `messages`.

use recado_model::content::Unsupported;
use recado_model::{Identity, InboundContent, InboundMessage, ProblemKind};
use serde_json::value::RawValue;

use super::identity::{Contacts, Fill};
use crate::json::Object;

const MAX_KIND: usize = 64;
const MAX_TITLE: usize = 256;

/// Reads a message, or says why it cannot be one.
pub(super) fn read(
    number: &str,
    raw: &RawValue,
    contacts: &Contacts,
) -> Result<InboundMessage, (ProblemKind, &'static str)> {
    let message = Object::of(raw).ok_or((ProblemKind::UnknownShape, "not an object"))?;
    let provider_id = message
        .id("id")
        .ok_or((ProblemKind::BadId, "no id, or one that is too long"))?;
    if message.get("group_id").is_some() {
        // In the conversation with its author it would be misread, and an answer would go to the wrong place.
        return Err((ProblemKind::NotHandled, "a message in a group"));
    }
    let mut from = Identity::default();
    from.set_phone(message.text("from"));
    from.set_scoped(message.text("from_parent_user_id"), true);
    from.set_scoped(message.text("from_user_id"), false);
    let profile_name = contacts.complete(&mut from);
    if from.is_empty() {
        return Err((ProblemKind::NoSender, "neither a phone nor a user id in it"));
    }
    Ok(InboundMessage {
        number: number.to_owned(),
        provider_id,
        sent_at: message.time("timestamp"),
        customer: from,
        is_echo: false,
        profile_name,
        content: content(&message),
        quoted: message.object("context").and_then(|context| context.id("id")),
        forwarded: None,
        referral: None,
        raw: raw.get().to_owned(),
    })
}

fn content(message: &Object<'_>) -> InboundContent {
    let kind = message
        .short("type", MAX_KIND)
        .unwrap_or_else(|| "unknown".to_owned());
    if kind == "text"
        && let Some(text) = message.object("text").and_then(|text| text.text("body"))
    {
        return InboundContent::Text { text };
    }
    let error = message
        .objects("errors")
        .next()
        .and_then(|error| error.short("title", MAX_TITLE));
    let named = || message.object("unsupported")?.short("type", MAX_TITLE);
    InboundContent::Unsupported(Unsupported {
        kind,
        title: error.or_else(named),
    })
}
