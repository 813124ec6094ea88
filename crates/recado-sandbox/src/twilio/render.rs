//! Content with its variables filled in, as the phone shows it.

use serde_json::{Map, Value, json};

use super::{Answer, Refusal};
use crate::{
    card::{Button, Card, Header, List, Row as ListRow, Section},
    graph::fill_numbered,
    outgoing::file_content,
    store::contents::Row,
};

type Rendered = (&'static str, String, Value);

/// Kind, text and content of the message this content makes.
pub(super) fn rendered(row: &Row, variables: &Value) -> Answer<Rendered> {
    // A variable that was not given keeps its sample.
    let value = |name: &str| {
        let given = variables.get(name).or_else(|| row.variables.get(name))?;
        given.as_str().map(str::to_owned)
    };
    let filled = fill(&row.types, &value)?;
    let filled = Row {
        types: filled,
        ..row.clone()
    };
    let (kind, fields) = filled
        .shape()
        .ok_or_else(|| Refusal::bad(63_021, "Content invalid"))?;
    let text = |key: &str| {
        fields
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let media = fields.get("media").and_then(|media| media.get(0)?.as_str());
    Ok(match kind {
        "twilio/text" => (
            "template",
            text("body"),
            Card {
                body: text("body"),
                ..Card::default()
            }
            .content(),
        ),
        "twilio/media" => ("document", text("body"), file_content(None, media, None)),
        "twilio/location" => {
            let mut place = json!({"latitude": fields.get("latitude"), "longitude": fields.get("longitude")});
            for (from, to) in [("label", "name"), ("address", "address")] {
                if let Some(value) = fields.get(from) {
                    place[to] = value.clone();
                }
            }
            ("location", text("label"), place)
        }
        _ => {
            let mut card = card(kind, fields, media);
            let free = row.status() != "approved";
            if free {
                card.buttons = card.buttons.into_iter().map(unapproved).collect();
            }
            let kind = if free { "interactive" } else { "template" };
            (kind, card.body.clone(), card.content())
        }
    })
}

/// Whether this type may begin a conversation, once it is approved.
pub(super) fn can_open(row: &Row) -> bool {
    row.shape()
        .is_some_and(|(kind, _)| !matches!(kind, "twilio/list-picker" | "twilio/location"))
}

fn card(kind: &str, fields: &Map<String, Value>, media: Option<&str>) -> Card {
    let text = |key: &str| {
        fields
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let some = |key: &str| Some(text(key)).filter(|text| !text.is_empty());
    let mut card = Card {
        body: text("body"),
        ..Card::default()
    };
    match kind {
        "twilio/card" => {
            card.body = [some("title"), some("body")]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("\n");
            card.footer = some("subtitle");
        }
        "whatsapp/card" => {
            card.header = some("header_text").map(|text| Header::Text { text });
            card.footer = some("footer");
        }
        "twilio/list-picker" => {
            let rows = fields
                .get("items")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let rows = rows.map(|item| ListRow {
                id: item["id"].as_str().unwrap_or_default().to_owned(),
                title: item["item"].as_str().unwrap_or_default().to_owned(),
                description: item["description"].as_str().map(str::to_owned),
            });
            card.list = Some(List {
                button: text("button"),
                sections: vec![Section {
                    title: None,
                    rows: rows.collect(),
                }],
            });
        }
        "whatsapp/flows" | "twilio/flows" => {
            card.buttons.push(Button::Flow {
                title: text("button_text"),
                token: None,
            });
        }
        "twilio/carousel" => {
            let cards = fields
                .get("cards")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let cards = cards.filter_map(|card| {
                Some(self::card(
                    "twilio/card",
                    card.as_object()?,
                    card["media"].as_str(),
                ))
            });
            card.cards = cards.collect();
        }
        _ => {}
    }
    if let Some(link) = media {
        card.header = Some(Header::Media {
            kind: "image".to_owned(),
            media: None,
            mime_type: None,
            filename: None,
            link: Some(link.to_owned()),
        });
    }
    let actions = fields
        .get("actions")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    card.buttons.extend(actions.map(button));
    card
}

/// What WhatsApp makes of it in a free message, which is no template.
fn unapproved(button: Button) -> Button {
    match button {
        Button::QuickReply { payload, title } => Button::Reply { id: payload, title },
        other => other,
    }
}

fn button(action: &Value) -> Button {
    let text = |key: &str| action[key].as_str().unwrap_or_default().to_owned();
    let title = text("title");
    match action["type"].as_str().unwrap_or("QUICK_REPLY") {
        "QUICK_REPLY" => {
            let payload = action["id"].as_str().unwrap_or(&title).to_owned();
            Button::QuickReply { payload, title }
        }
        "URL" => Button::Url {
            title,
            url: text("url"),
        },
        "PHONE_NUMBER" => Button::Call {
            title,
            phone: text("phone"),
        },
        "COPY_CODE" => Button::CopyCode {
            title: if title.is_empty() {
                text("copy_code_text")
            } else {
                title
            },
            code: text("code"),
        },
        kind => Button::Other {
            title,
            kind: kind.to_lowercase(),
        },
    }
}

/// Fills in every text of a JSON value.
fn fill(value: &Value, known: &impl Fn(&str) -> Option<String>) -> Answer<Value> {
    Ok(match value {
        Value::String(text) => fill_numbered(text, known)
            .map_err(|name| Refusal::bad(21_656, format!("The ContentVariables lack {name}.")))?
            .into(),
        Value::Array(items) => {
            let items: Vec<Value> = items
                .iter()
                .map(|item| fill(item, known))
                .collect::<Answer<_>>()?;
            items.into()
        }
        Value::Object(fields) => {
            let mut filled = Map::new();
            for (key, value) in fields {
                filled.insert(key.clone(), fill(value, known)?);
            }
            filled.into()
        }
        other => other.clone(),
    })
}
