//! Pressing a button or choosing from a list: which message that sends.

use serde_json::{Map, Value, json};

use super::{Act, invalid, target};
use crate::{
    card::{Button, Card},
    error::Result,
    store::phones,
    world::Change,
};

/// `{"type": "press", "message_id", "button": 0}`, or `"row": id` of a list: the message that comes of it.
pub(super) fn pressed(change: &Change<'_>, phone: &phones::Row, act: &Act) -> Result<Act> {
    let message = target(change, phone, act)?;
    let card = Card::of(message.content.as_ref()).ok_or_else(|| invalid("message_id", "has no buttons"))?;
    let (kind, rest) = if let Some(id) = act.get::<String>("row")? {
        row(&card, &id)?
    } else {
        let at: usize = act.need("button")?;
        // Buttons of a row of cards count on from those of the first.
        let more = card.cards.iter().flat_map(|card| &card.buttons);
        let button = card.buttons.iter().chain(more).nth(at);
        let button = button.ok_or_else(|| invalid("button", "is none of this message's"))?;
        button_pressed(button, phone, act)?
    };
    Ok(Act {
        r#type: kind.to_owned(),
        line: act.line,
        reply_to: Some(message.id),
        besides: act.besides.clone(),
        rest,
        file: None,
    })
}

fn row(card: &Card, id: &str) -> Result<(&'static str, Map<String, Value>)> {
    let rows = card
        .list
        .iter()
        .flat_map(|list| &list.sections)
        .flat_map(|section| &section.rows);
    let row = rows
        .clone()
        .find(|row| row.id == id)
        .ok_or_else(|| invalid("row", "is none of this list's"))?;
    let mut reply = json!({"id": row.id, "title": row.title});
    if let Some(description) = &row.description {
        reply["description"] = description.clone().into();
    }
    Ok(interactive("list_reply", reply))
}

fn button_pressed(
    button: &Button,
    phone: &phones::Row,
    act: &Act,
) -> Result<(&'static str, Map<String, Value>)> {
    Ok(match button {
        Button::Reply { id, title } => interactive("button_reply", json!({"id": id, "title": title})),
        Button::QuickReply { payload, title } => {
            ("button", fields(json!({"text": title, "payload": payload})))
        }
        Button::Flow { title, token } => {
            let mut response: Value = act.get("response")?.unwrap_or_else(|| json!({"answer": "yes"}));
            if let Some(token) = token {
                response["flow_token"] = token.clone().into();
            }
            let reply = json!({"name": "flow", "body": title, "response_json": response.to_string()});
            interactive("nfm_reply", reply)
        }
        Button::SendLocation { .. } => {
            let place = json!({"latitude": 52.5219, "longitude": 13.4132, "name": "Alexanderplatz",
                "address": "Alexanderplatz 1, Berlin"});
            ("location", fields(place))
        }
        Button::SharePhone { .. } => {
            let card = json!({
                "name": {"formatted_name": phone.name, "first_name": phone.name},
                "phones": [{"phone": format!("+{}", phone.wa_id), "wa_id": phone.wa_id, "type": "CELL"}],
            });
            (
                "contacts",
                fields(json!({"contacts": [card], "origin": "contact_request"})),
            )
        }
        Button::Url { .. } | Button::Call { .. } | Button::CopyCode { .. } | Button::Other { .. } => {
            return Err(invalid(
                "button",
                "sends nothing: it only does something on the phone",
            ));
        }
    })
}

fn interactive(kind: &str, reply: Value) -> (&'static str, Map<String, Value>) {
    let mut wire = json!({ "type": kind });
    wire[kind] = reply;
    ("interactive", fields(json!({ "interactive": wire })))
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
