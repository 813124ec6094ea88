//! What a message holds. `MessageType` names the kind, but older accounts get none, and it tells less than the
//! fields that are there: those decide, and the name where they leave it open.

use recado_model::content::{InteractiveReply, Location, ReplyKind, Unsupported};
use recado_model::{InboundContent, InboundMedia, MediaKind};

use super::form::Form;
use crate::media::{UNTYPED, mime_type};

/// Twilio never puts more files into one message.
const MAX_FILES: usize = 10;
const MAX_KIND: usize = 64;
const MAX_TITLE: usize = 256;
const MAX_TEXT: usize = 1024;
const MAX_URL: usize = 2048;

/// Kinds whose `Body` is not what the customer wrote, or that have nothing else we could show.
const OPAQUE: &[&str] = &["order", "reaction", "system", "unsupported"];

/// What the form holds: one content, or several files.
pub(super) fn read(form: Form<'_>) -> Vec<InboundContent> {
    let kind = form
        .short("MessageType", MAX_KIND)
        .unwrap_or_else(|| "unknown".to_owned())
        .to_lowercase();
    let files = files(form, &kind);
    if !files.is_empty() {
        return files;
    }
    let one = location(form)
        .or_else(|| reply(form, &kind))
        .unwrap_or_else(|| match form.text("Body") {
            Some(text) if !OPAQUE.contains(&kind.as_str()) => InboundContent::Text { text },
            body => InboundContent::Unsupported(Unsupported {
                kind,
                title: body.map(|body| crate::json::cut(body, MAX_TITLE)),
            }),
        });
    vec![one]
}

fn files(form: Form<'_>, kind: &str) -> Vec<InboundContent> {
    let mut files: Vec<_> = (0..MAX_FILES)
        .filter_map(|place| {
            let url = form
                .text(&format!("MediaUrl{place}"))
                .filter(|url| url.len() <= MAX_URL)?;
            let mime = form.text(&format!("MediaContentType{place}")).unwrap_or_default();
            Some(file(kind, url, &mime))
        })
        .collect();
    // The text stands once.
    if let Some(first) = files.first_mut() {
        first.caption = form.text("Body");
    }
    files.into_iter().map(InboundContent::Media).collect()
}

/// A file at Twilio. Contact cards are documents until they are here and can be read. A voice note is told by its
/// type alone, and whether a sticker moves is not told.
pub(super) fn file(kind: &str, url: String, mime: &str) -> InboundMedia {
    let mime_type = mime_type(mime).unwrap_or_else(|| UNTYPED.to_owned());
    let kind: MediaKind = kind.parse().unwrap_or_else(|_| kind_of(&mime_type));
    InboundMedia {
        kind,
        provider_id: sid(&url),
        voice: kind == MediaKind::Audio && mime_type == "audio/ogg",
        url: Some(url),
        mime_type,
        filename: None,
        caption: None,
        animated: false,
        sha256: None,
    }
}

/// WhatsApp's pictures are JPEG and PNG; WebP is for stickers.
fn kind_of(mime: &str) -> MediaKind {
    match mime.split('/').next() {
        _ if mime == "image/webp" => MediaKind::Sticker,
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ => MediaKind::Document,
    }
}

/// `ME…`, the last step of the address.
fn sid(url: &str) -> Option<String> {
    let last = url.split(['?', '#']).next()?.rsplit('/').next()?;
    let is_sid =
        last.starts_with("ME") && last.len() <= 64 && last.bytes().all(|b| b.is_ascii_alphanumeric());
    is_sid.then(|| last.to_owned())
}

fn location(form: Form<'_>) -> Option<InboundContent> {
    let location = Location {
        latitude: form.number("Latitude")?,
        longitude: form.number("Longitude")?,
        name: form.short("Label", MAX_TEXT),
        address: form.short("Address", MAX_TEXT),
    };
    location
        .is_on_earth()
        .then_some(InboundContent::Location(location))
}

fn reply(form: Form<'_>, message_type: &str) -> Option<InboundContent> {
    let any = |names: &[&str]| names.iter().any(|name| form.has(name));
    let kind = if any(&["ListId", "ListTitle"]) {
        ReplyKind::List
    } else if any(&["FlowData"]) {
        ReplyKind::Flow
    } else if any(&["ButtonPayload", "ButtonText"]) {
        // Twilio calls the buttons of templates and of free messages alike, and says no more than this.
        match message_type {
            "interactive" => ReplyKind::Button,
            _ => ReplyKind::TemplateButton,
        }
    } else if any(&["InteractiveData"]) {
        ReplyKind::Other
    } else {
        return None;
    };
    let title = |name| form.short(name, MAX_TITLE);
    Some(InboundContent::Reply(InteractiveReply {
        kind,
        id: form.id("ListId").or_else(|| form.id("ButtonPayload")),
        title: title("ListTitle")
            .or_else(|| title("ButtonText"))
            .or_else(|| title("Body")),
        description: form.short("ListDescription", MAX_TEXT),
        response: form.text("FlowData").or_else(|| form.text("InteractiveData")),
    }))
}
