//! What a customer pressed or filled in.

use recado_model::content::{InteractiveReply, ReplyKind};

use super::MAX_NOTE;
use crate::json::Object;

/// Of `interactive`; none for a kind we have never heard of.
pub(super) fn interactive(part: &Object<'_>) -> Option<InteractiveReply> {
    let kind = part.text("type")?;
    let pressed = part.object(&kind)?;
    let mut reply = InteractiveReply {
        kind: ReplyKind::Other,
        id: pressed.short("id", MAX_NOTE),
        title: pressed.short("title", MAX_NOTE),
        description: pressed.short("description", MAX_NOTE),
        response: None,
    };
    match kind.as_str() {
        "button_reply" => reply.kind = ReplyKind::Button,
        "list_reply" => reply.kind = ReplyKind::List,
        "nfm_reply" => {
            if matches!(pressed.text("name").as_deref(), Some("flow" | "address_message")) {
                reply.kind = ReplyKind::Flow;
            }
            reply.title = pressed.short("body", MAX_NOTE);
            // JSON in a text; who writes it as an object means the same.
            reply.response = pressed.text("response_json").or_else(|| {
                let raw = pressed.get("response_json")?.get();
                Some(crate::json::clean(raw.into()).into_owned())
            });
        }
        "call_permission_reply" => {
            reply.title = pressed.short("response", MAX_NOTE);
            reply.response = Some(part.get(&kind)?.get().to_owned());
        }
        _ => return None,
    }
    Some(reply)
}

/// Of `button`: a quick reply of a template.
pub(super) fn button(part: &Object<'_>) -> Option<InteractiveReply> {
    let (id, title) = (part.short("payload", MAX_NOTE), part.short("text", MAX_NOTE));
    (id.is_some() || title.is_some()).then_some(InteractiveReply {
        kind: ReplyKind::TemplateButton,
        id,
        title,
        description: None,
        response: None,
    })
}
