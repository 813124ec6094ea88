//! A message in Meta's JSON, as it is sent.

mod card;
mod interactive;

use recado_model::content::Location;
use recado_model::{FailureReason, MediaKind};
use serde_json::{Value, json};

use super::templates;
use crate::send::{MediaSource, Outgoing, OutgoingContent, Recipient, SendError};

/// The body of the call, or why there can be none.
pub(super) fn to_json(message: &Outgoing) -> Result<Value, SendError> {
    let (kind, part) = content(&message.content)?;
    let mut body = json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": kind,
        "biz_opaque_callback_data": message.callback,
    });
    body[kind] = part;
    match &message.to {
        // Anything else in `to` is answered with an id and then lost.
        Recipient::Phone(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            body["to"] = digits.as_str().into();
        }
        Recipient::Phone(_) => {
            return Err(SendError::unsendable(
                FailureReason::NeedsPhone,
                "the recipient is no phone",
            ));
        }
        Recipient::Scoped(id) => body["recipient"] = id.as_str().into(),
    }
    if let Some(id) = &message.quoted {
        body["context"] = json!({ "message_id": id });
    }
    Ok(body)
}

/// The kind of a message, which is also the name of the field that holds it.
fn content(content: &OutgoingContent) -> Result<(&'static str, Value), SendError> {
    Ok(match content {
        OutgoingContent::Text { text } => ("text", json!({ "body": text })),
        OutgoingContent::Media {
            kind,
            source: from,
            caption,
            filename,
            voice,
        } => {
            let mut part = source(from);
            if let Some(caption) = caption.as_ref().filter(|_| kind.takes_caption()) {
                part["caption"] = caption.as_str().into();
            }
            if let Some(filename) = filename.as_ref().filter(|_| *kind == MediaKind::Document) {
                part["filename"] = filename.as_str().into();
            }
            if *voice && *kind == MediaKind::Audio {
                part["voice"] = true.into();
            }
            (kind.as_str(), part)
        }
        OutgoingContent::Location(place) => ("location", location(place)),
        OutgoingContent::Contacts(cards) => ("contacts", card::to_json(cards)?),
        OutgoingContent::Interactive {
            interactive,
            header,
            provider_id: _,
        } => ("interactive", interactive::to_json(interactive, header.as_ref())?),
        OutgoingContent::Template {
            template,
            named,
            header,
            provider_id: _,
        } => ("template", templates::filled(template, *named, header.as_ref())?),
        OutgoingContent::Reaction { target, emoji } => (
            "reaction",
            // An empty one takes it away.
            json!({"message_id": target, "emoji": emoji.as_deref().unwrap_or_default()}),
        ),
    })
}

pub(super) fn source(source: &MediaSource) -> Value {
    match source {
        MediaSource::Id(id) => json!({ "id": id }),
        MediaSource::Link(link) => json!({ "link": link }),
    }
}

pub(super) fn location(place: &Location) -> Value {
    let mut part = json!({"latitude": place.latitude, "longitude": place.longitude});
    for (name, text) in [("name", &place.name), ("address", &place.address)] {
        if let Some(text) = text {
            part[name] = text.as_str().into();
        }
    }
    part
}
