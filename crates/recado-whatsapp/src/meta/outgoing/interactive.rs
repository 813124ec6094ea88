//! Buttons, lists and links, as they are sent.

use recado_model::FailureReason;
use recado_model::content::{Interactive, InteractiveAction, InteractiveHeader, ListSection};
use serde_json::{Value, json};

use super::source;
use crate::send::{MediaSource, SendError};

/// The `interactive` of a message; `file` is that of a header that is one.
pub(super) fn to_json(interactive: &Interactive, file: Option<&MediaSource>) -> Result<Value, SendError> {
    let (kind, action) = action(&interactive.action);
    let mut part = json!({
        "type": kind,
        "body": { "text": interactive.body },
        "action": action,
    });
    if let Some(header) = &interactive.header {
        part["header"] = to_header(header, file)?;
    }
    if let Some(footer) = &interactive.footer {
        part["footer"] = json!({ "text": footer });
    }
    Ok(part)
}

fn action(action: &InteractiveAction) -> (&'static str, Value) {
    match action {
        InteractiveAction::Buttons { buttons } => {
            let buttons = buttons.iter();
            let buttons: Vec<_> = buttons
                .map(|button| json!({"type": "reply", "reply": {"id": button.id, "title": button.title}}))
                .collect();
            ("button", json!({ "buttons": buttons }))
        }
        InteractiveAction::List { button, sections } => {
            let sections: Vec<_> = sections.iter().map(section).collect();
            ("list", json!({"button": button, "sections": sections}))
        }
        InteractiveAction::Link { text, url } => (
            "cta_url",
            json!({"name": "cta_url", "parameters": {"display_text": text, "url": url}}),
        ),
        InteractiveAction::LocationRequest => ("location_request_message", json!({"name": "send_location"})),
    }
}

fn section(section: &ListSection) -> Value {
    let rows = section.rows.iter().map(|row| {
        let mut part = json!({"id": row.id, "title": row.title});
        if let Some(description) = &row.description {
            part["description"] = description.as_str().into();
        }
        part
    });
    let mut part = json!({ "rows": rows.collect::<Vec<_>>() });
    if let Some(title) = &section.title {
        part["title"] = title.as_str().into();
    }
    part
}

fn to_header(header: &InteractiveHeader, file: Option<&MediaSource>) -> Result<Value, SendError> {
    let kind = match header {
        InteractiveHeader::Text { text } => return Ok(json!({"type": "text", "text": text})),
        InteractiveHeader::Image { .. } => "image",
        InteractiveHeader::Video { .. } => "video",
        InteractiveHeader::Document { .. } => "document",
    };
    let file = file.ok_or_else(|| {
        SendError::unsendable(FailureReason::MediaRejected, "the file of the header is missing")
    })?;
    let mut part = json!({ "type": kind });
    part[kind] = source(file);
    Ok(part)
}
