//! Sending a template: the right one, with every variable filled in the way it was made for.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    Answer, Refusal,
    content::{fill_numbered, place},
    fields::{Object, array_of, need_object, need_text, object, text_of},
    interactive::media_header,
    send::Said,
};
use crate::{
    card::{Button, Card, Header},
    store::templates::{self, Row},
    world::World,
};

const BODY_LIMIT: usize = 1024;

pub(super) async fn template(world: &World, body: &Object) -> Answer<Said> {
    let part = need_object(body, "template")?;
    let name = need_text(part, "name", "template.name", 512)?.to_owned();
    let language = need_text(
        need_object(part, "language")?,
        "code",
        "template.language.code",
        35,
    )?
    .to_owned();
    let wanted = name.clone();
    let row = world.read(move |tx| templates::named(tx, &wanted)).await?;
    let row = row.into_iter().find(|row| row.language == language);
    let row = row.ok_or_else(|| {
        Refusal::template(
            132_001,
            format!("template name ({name}) does not exist in {language}"),
        )
    })?;
    match &*row.status {
        "APPROVED" => {}
        "PAUSED" => return Err(Refusal::template(132_015, "Its quality is too low for now.")),
        "DISABLED" => return Err(Refusal::template(132_016, "It was paused too often.")),
        status => {
            return Err(Refusal::template(
                132_001,
                format!("template name ({name}) in {language} is {status}"),
            ));
        }
    }
    let empty = Vec::new();
    let given = array_of(part, "components")?.unwrap_or(&empty);
    let card = filled(world, &row, given).await?;
    let mut content = card.content();
    content["template"] = row.name.clone().into();
    content["language"] = row.language.clone().into();
    let mut said = Said::new(card.body, content);
    said.category = Some(row.category);
    Ok(said)
}

async fn filled(world: &World, row: &Row, given: &[Value]) -> Answer<Card> {
    let mut card = Card::default();
    for component in row.components.as_array().into_iter().flatten() {
        let text = component["text"].as_str().unwrap_or_default();
        match component["type"].as_str().unwrap_or_default() {
            "HEADER" => {
                let parameters = parameters(given, "header")?;
                card.header = Some(match component["format"].as_str().unwrap_or("TEXT") {
                    "TEXT" => Header::Text {
                        text: fill(row, text, parameters)?,
                    },
                    "LOCATION" => location(parameters)?,
                    format => file(world, &format.to_lowercase(), parameters).await?,
                });
            }
            "BODY" if text.is_empty() => {
                // Authentication templates come with Meta's own words.
                let code = text_value(parameters(given, "body")?, 0)?;
                card.body = format!("{code} is your verification code.");
            }
            "BODY" => card.body = fill(row, text, parameters(given, "body")?)?,
            "FOOTER" => card.footer = Some(text.to_owned()).filter(|text| !text.is_empty()),
            "BUTTONS" => card.buttons = buttons(component, given)?,
            _ => {}
        }
    }
    if card.body.chars().count() > BODY_LIMIT {
        return Err(Refusal::template(
            132_005,
            "The body is too long once its variables are filled in.",
        ));
    }
    Ok(card)
}

/// What was given for a component; nothing when it was left out.
fn parameters<'a>(given: &'a [Value], kind: &str) -> Answer<&'a [Value]> {
    let component = given.iter().find(|component| {
        component["type"]
            .as_str()
            .is_some_and(|t| t.eq_ignore_ascii_case(kind))
    });
    match component {
        None => Ok(&[]),
        Some(component) => {
            let component = object(component, "template.components[]")?;
            Ok(array_of(component, "parameters")?.map_or(&[], Vec::as_slice))
        }
    }
}

/// Fills a text in: by position or by name, each exactly once.
fn fill(row: &Row, text: &str, given: &[Value]) -> Answer<String> {
    let names = names(text);
    if names.len() != given.len() {
        return Err(Refusal::template(
            132_000,
            format!(
                "number of localizable_params ({}) does not match the expected number of params ({})",
                given.len(),
                names.len()
            ),
        ));
    }
    let named = row.format == "NAMED";
    let mut values = HashMap::new();
    for (at, parameter) in given.iter().enumerate() {
        let key = if named {
            let name = parameter["parameter_name"].as_str();
            name.ok_or_else(|| Refusal::template(132_012, "Parameter name is missing or empty"))?
                .to_owned()
        } else {
            (at + 1).to_string()
        };
        values.insert(key, text_value(given, at)?);
    }
    fill_numbered(text, |name| values.get(name).cloned())
        .map_err(|name| Refusal::template(132_012, format!("The variable {{{{{name}}}}} is not filled.")))
}

/// The variables of a text, each once, in order.
fn names(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for piece in text.split("{{").skip(1) {
        if let Some((name, _)) = piece.split_once("}}")
            && !names.iter().any(|known| known == name.trim())
        {
            names.push(name.trim().to_owned());
        }
    }
    names
}

fn text_value(given: &[Value], at: usize) -> Answer<String> {
    let parameter = given
        .get(at)
        .ok_or_else(|| Refusal::template(132_000, "A parameter is missing."))?;
    let text = match parameter["type"].as_str() {
        Some("text") => parameter["text"].as_str(),
        Some("currency") => parameter["currency"]["fallback_value"].as_str(),
        Some("date_time") => parameter["date_time"]["fallback_value"].as_str(),
        _ => None,
    };
    let text = text.ok_or_else(|| Refusal::template(132_012, "A text parameter is expected here."))?;
    if text.trim().is_empty() || text.contains(['\n', '\t']) || text.contains("     ") {
        return Err(Refusal::template(
            132_012,
            "Param text cannot be empty, nor have new-line/tab characters or more than 4 consecutive spaces",
        ));
    }
    Ok(text.to_owned())
}

async fn file(world: &World, kind: &str, given: &[Value]) -> Answer<Header> {
    let shown = if kind == "gif" { "video" } else { kind };
    let [parameter] = given else {
        return Err(Refusal::template(
            132_012,
            format!(
                "header: Format mismatch, expected {}, received UNKNOWN",
                kind.to_uppercase()
            ),
        ));
    };
    let parameter = object(parameter, "header parameter")?;
    if text_of(parameter, "type")? != Some(kind) {
        return Err(Refusal::template(
            132_012,
            format!("header: Format mismatch, expected {}", kind.to_uppercase()),
        ));
    }
    match media_header(world, parameter, kind).await? {
        Header::Media {
            media,
            mime_type,
            filename,
            link,
            ..
        } => Ok(Header::Media {
            kind: shown.to_owned(),
            media,
            mime_type,
            filename,
            link,
        }),
        other => Ok(other),
    }
}

fn location(given: &[Value]) -> Answer<Header> {
    let part = given
        .first()
        .and_then(|parameter| parameter["location"].as_object());
    let part = part.ok_or_else(|| Refusal::template(132_012, "header: expected LOCATION"))?;
    let place = place(part)?;
    let text = |key: &str| place[key].as_str().map(str::to_owned);
    Ok(Header::Location {
        latitude: place["latitude"].as_f64().unwrap_or_default(),
        longitude: place["longitude"].as_f64().unwrap_or_default(),
        name: text("name"),
        address: text("address"),
    })
}

fn buttons(component: &Value, given: &[Value]) -> Answer<Vec<Button>> {
    let mut found = Vec::new();
    for (at, button) in component["buttons"].as_array().into_iter().flatten().enumerate() {
        let text = |key: &str| button[key].as_str().unwrap_or_default().to_owned();
        let title = text("text");
        let filled = given.iter().find(|component| {
            let index = &component["index"];
            let index = index.as_u64().or_else(|| index.as_str()?.parse().ok());
            component["type"]
                .as_str()
                .is_some_and(|t| t.eq_ignore_ascii_case("button"))
                && index == u64::try_from(at).ok()
        });
        let first = filled.map(|filled| &filled["parameters"][0]);
        found.push(match button["type"].as_str().unwrap_or_default() {
            "QUICK_REPLY" => {
                let payload = first.and_then(|first| first["payload"].as_str());
                Button::QuickReply {
                    payload: payload.unwrap_or(&title).to_owned(),
                    title,
                }
            }
            "URL" => Button::Url {
                url: url(&text("url"), at, first)?,
                title,
            },
            "PHONE_NUMBER" => Button::Call {
                phone: text("phone_number"),
                title,
            },
            "COPY_CODE" => {
                let code = first.and_then(|first| first["coupon_code"].as_str());
                let code = code.ok_or_else(|| missing_button(at))?;
                Button::CopyCode {
                    title: "Copy offer code".to_owned(),
                    code: code.to_owned(),
                }
            }
            "OTP" => {
                let code = first.and_then(|first| first["text"].as_str());
                Button::CopyCode {
                    title: if title.is_empty() {
                        "Copy code".to_owned()
                    } else {
                        title
                    },
                    code: code.ok_or_else(|| missing_button(at))?.to_owned(),
                }
            }
            "FLOW" => {
                let token = first.and_then(|first| first["action"]["flow_token"].as_str());
                Button::Flow {
                    title,
                    token: token.map(str::to_owned),
                }
            }
            "REQUEST_CONTACT_INFO" => Button::SharePhone { title },
            kind => Button::Other {
                title,
                kind: kind.to_lowercase(),
            },
        });
    }
    Ok(found)
}

/// The address with what was given for its end, if it has a variable.
fn url(url: &str, at: usize, given: Option<&Value>) -> Answer<String> {
    let suffix = given.and_then(|given| given["text"].as_str());
    if !url.contains("{{") {
        return Ok(url.to_owned());
    }
    fill_numbered(url, |_| suffix.map(str::to_owned)).map_err(|_| missing_button(at))
}

fn missing_button(at: usize) -> Refusal {
    Refusal::parameter(format!(
        "Button at index {at} of type Url or CopyCode requires a parameter"
    ))
}
