//! Interactive messages: buttons, lists, links, flows, asking for a place or a number.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    Answer, Refusal, content,
    fields::{Object, need_array, need_object, need_text, object, object_of, short_text, text_of},
    send::Said,
};
use crate::{
    card::{Button, Card, Header, List, Row, Section},
    world::World,
};

const SHORT_BODY: usize = 1024;
const LIST_BODY: usize = 4096;

pub(super) async fn interactive(world: &World, body: &Object) -> Answer<Said> {
    let part = need_object(body, "interactive")?;
    let kind = text_of(part, "type")?.ok_or_else(|| Refusal::missing("interactive.type"))?;
    let body_limit = if kind == "list" { LIST_BODY } else { SHORT_BODY };
    let mut card = Card {
        header: header(world, part, kind).await?,
        footer: match object_of(part, "footer")? {
            Some(footer) => Some(need_text(footer, "text", "interactive.footer.text", 60)?.to_owned()),
            None => None,
        },
        ..Card::default()
    };
    match object_of(part, "body")? {
        Some(body) => {
            need_text(body, "text", "interactive.body.text", body_limit)?.clone_into(&mut card.body);
        }
        // Only a product speaks for itself.
        None if kind == "product" => {}
        None => return Err(Refusal::missing("interactive.body")),
    }
    let nothing = Object::new();
    let action = match object_of(part, "action")? {
        Some(action) => action,
        None if matches!(kind, "request_contact_info") => &nothing,
        None => return Err(Refusal::missing("interactive.action")),
    };
    match kind {
        "button" => card.buttons = reply_buttons(action)?,
        "list" => card.list = Some(list(action)?),
        "cta_url" => card.buttons = vec![link(action)?],
        "flow" => card.buttons = vec![flow(action)?],
        "location_request_message" => {
            named(action, "send_location")?;
            card.buttons = vec![Button::SendLocation {
                title: "Send location".to_owned(),
            }];
        }
        "request_contact_info" => {
            card.buttons = vec![Button::SharePhone {
                title: "Share phone number".to_owned(),
            }];
        }
        "product"
        | "product_list"
        | "catalog_message"
        | "carousel"
        | "address_message"
        | "call_permission_request"
        | "voice_call" => {
            card.buttons = vec![Button::Other {
                title: kind.replace('_', " "),
                kind: kind.to_owned(),
            }];
        }
        _ => {
            return Err(Refusal::value(format!(
                "interactive.type: {kind} is no interactive type."
            )));
        }
    }
    Ok(Said::new(card.body.clone(), card.content()))
}

async fn header(world: &World, part: &Object, kind: &str) -> Answer<Option<Header>> {
    let Some(header) = object_of(part, "header")? else {
        return Ok(None);
    };
    let of = text_of(header, "type")?.ok_or_else(|| Refusal::missing("interactive.header.type"))?;
    match of {
        "text" => {
            let text = need_text(header, "text", "interactive.header.text", 60)?.to_owned();
            Ok(Some(Header::Text { text }))
        }
        "image" | "video" | "document" if kind != "list" => media_header(world, header, of).await.map(Some),
        _ => Err(Refusal::value(format!(
            "interactive.header.type: {of} cannot stand above a {kind}."
        ))),
    }
}

/// A header with a file: of an interactive message or of a template.
pub(super) async fn media_header(world: &World, header: &Object, kind: &str) -> Answer<Header> {
    let part = need_object(header, kind)?;
    let file = content::file(world, part, kind).await?;
    let text = |key: &str| file[key].as_str().map(str::to_owned);
    Ok(Header::Media {
        kind: kind.to_owned(),
        media: text("media"),
        mime_type: None,
        filename: text("filename"),
        link: text("link"),
    })
}

fn reply_buttons(action: &Object) -> Answer<Vec<Button>> {
    let buttons = need_array(action, "buttons")?;
    if !(1..=3).contains(&buttons.len()) {
        return Err(Refusal::value("interactive.action.buttons must be 1 to 3."));
    }
    let (mut ids, mut titles, mut found) = (HashSet::new(), HashSet::new(), Vec::new());
    for button in buttons {
        let button = object(button, "interactive.action.buttons[]")?;
        if text_of(button, "type")? != Some("reply") {
            return Err(Refusal::value(
                "interactive.action.buttons[].type must be \"reply\".",
            ));
        }
        let reply = need_object(button, "reply")?;
        let id = need_text(reply, "id", "button id", 256)?;
        let title = need_text(reply, "title", "button title", 20)?;
        if !ids.insert(id) || !titles.insert(title) {
            return Err(Refusal::value("Button ids and titles must be unique."));
        }
        found.push(Button::Reply {
            id: id.to_owned(),
            title: title.to_owned(),
        });
    }
    Ok(found)
}

fn list(action: &Object) -> Answer<List> {
    let button = need_text(action, "button", "interactive.action.button", 20)?.to_owned();
    let sections = need_array(action, "sections")?;
    if !(1..=10).contains(&sections.len()) {
        return Err(Refusal::value("interactive.action.sections must be 1 to 10."));
    }
    let (mut ids, mut found) = (HashSet::new(), Vec::new());
    for section in sections {
        let section = object(section, "interactive.action.sections[]")?;
        let title = short_text(section, "title", "section title", 24)?.map(str::to_owned);
        if title.is_none() && sections.len() > 1 {
            return Err(Refusal::missing("interactive.action.sections[].title"));
        }
        let mut rows = Vec::new();
        for row in need_array(section, "rows")? {
            let row = object(row, "rows[]")?;
            let id = need_text(row, "id", "row id", 200)?.to_owned();
            if !ids.insert(id.clone()) {
                return Err(Refusal::value("Row ids must be unique."));
            }
            rows.push(Row {
                id,
                title: need_text(row, "title", "row title", 24)?.to_owned(),
                description: short_text(row, "description", "row description", 72)?.map(str::to_owned),
            });
        }
        found.push(Section { title, rows });
    }
    if !(1..=10).contains(&ids.len()) {
        return Err(Refusal::value("A list has 1 to 10 rows in all."));
    }
    Ok(List {
        button,
        sections: found,
    })
}

fn link(action: &Object) -> Answer<Button> {
    named(action, "cta_url")?;
    let parameters = need_object(action, "parameters")?;
    let url = need_text(parameters, "url", "parameters.url", 2000)?;
    if reqwest::Url::parse(url).is_err() {
        return Err(Refusal::value("parameters.url must be a URL."));
    }
    Ok(Button::Url {
        title: need_text(parameters, "display_text", "parameters.display_text", 20)?.to_owned(),
        url: url.to_owned(),
    })
}

fn flow(action: &Object) -> Answer<Button> {
    named(action, "flow")?;
    let parameters = need_object(action, "parameters")?;
    if parameters.get("flow_message_version").and_then(Value::as_str) != Some("3") {
        return Err(Refusal::value("parameters.flow_message_version must be \"3\"."));
    }
    if !["flow_id", "flow_name"]
        .iter()
        .any(|key| parameters.contains_key(*key))
    {
        return Err(Refusal::missing("parameters.flow_id"));
    }
    Ok(Button::Flow {
        title: need_text(parameters, "flow_cta", "parameters.flow_cta", 30)?.to_owned(),
        token: text_of(parameters, "flow_token")?.map(str::to_owned),
    })
}

fn named(action: &Object, name: &str) -> Answer<()> {
    if text_of(action, "name")? == Some(name) {
        Ok(())
    } else {
        Err(Refusal::value(format!(
            "interactive.action.name must be \"{name}\"."
        )))
    }
}
