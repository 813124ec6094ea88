//! The content of a send, by its type: files, places, contact cards, reactions.

use serde_json::Value;
use serde_json::json;

use super::{
    Answer, Refusal,
    fields::{Object, need_array, need_object, need_text, object, only, text_of},
    send::Said,
};
use crate::{lookaside, outgoing, store::media, world::World};

const CAPTION_LIMIT: usize = 1024;

pub(super) async fn media(world: &World, body: &Object, kind: &str) -> Answer<Said> {
    let part = need_object(body, kind)?;
    let known: &[&str] = match kind {
        "audio" => &["id", "link", "voice"],
        "sticker" => &["id", "link"],
        "document" => &["id", "link", "caption", "filename"],
        _ => &["id", "link", "caption"],
    };
    only(part, kind, known)?;
    let mut content = file(world, part, kind).await?;
    if let Some(voice) = part.get("voice") {
        let voice = voice
            .as_bool()
            .ok_or_else(|| Refusal::parameter("audio.voice must be a boolean."))?;
        content["voice"] = voice.into();
    }
    let caption = text_of(part, "caption")?.unwrap_or_default();
    if caption.chars().count() > CAPTION_LIMIT {
        return Err(Refusal::value(format!(
            "{kind}.caption must be at most {CAPTION_LIMIT} characters long."
        )));
    }
    Ok(Said::new(caption, content))
}

/// The file by `id` or `link`, as the content names it.
pub(super) async fn file(world: &World, part: &Object, kind: &str) -> Answer<Value> {
    let filename = text_of(part, "filename")?;
    match (text_of(part, "id")?, text_of(part, "link")?) {
        (Some(id), None) => {
            let (now, wanted) = ((world.clock)(), id.to_owned());
            let found = world
                .read(move |tx| lookaside::alive(media::find(tx, &wanted)?, now))
                .await?;
            if found.is_none_or(|file| !file.uploaded) {
                return Err(Refusal::parameter(format!(
                    "Param {kind}['id'] is not a valid whatsapp business account media attachment ID"
                )));
            }
            Ok(outgoing::file_content(Some(id), None, filename))
        }
        (None, Some(link)) => {
            let fetchable =
                reqwest::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            if !fetchable {
                return Err(Refusal::parameter(format!("{kind}.link must be a valid URL.")));
            }
            Ok(outgoing::file_content(None, Some(link), filename))
        }
        (Some(_), Some(_)) => Err(Refusal::parameter(format!("{kind} takes id or link, not both."))),
        (None, None) => Err(Refusal::missing(&format!("{kind}.id"))),
    }
}

pub(super) fn location(body: &Object) -> Answer<Said> {
    let part = need_object(body, "location")?;
    only(part, "location", &["latitude", "longitude", "name", "address"])?;
    let place = place(part)?;
    let text = place["name"].as_str().or_else(|| place["address"].as_str());
    let text = text.unwrap_or_default().to_owned();
    Ok(Said::new(text, place))
}

pub(super) fn place(part: &Object) -> Answer<Value> {
    let degrees = |key: &str, limit: f64| {
        // Meta takes numbers written as text, too.
        let value = part.get(key).ok_or_else(|| Refusal::missing(key))?;
        let value = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        value
            .filter(|value| value.abs() <= limit)
            .ok_or_else(|| Refusal::value(format!("{key} is no place on earth.")))
    };
    let mut place =
        json!({"latitude": degrees("latitude", 90.0)?, "longitude": degrees("longitude", 180.0)?});
    for key in ["name", "address"] {
        if let Some(text) = text_of(part, key)? {
            place[key] = text.into();
        }
    }
    Ok(place)
}

pub(super) fn contacts(body: &Object) -> Answer<Said> {
    const PARTS: [&str; 5] = ["first_name", "last_name", "middle_name", "prefix", "suffix"];
    let cards = need_array(body, "contacts")?;
    if cards.is_empty() {
        return Err(Refusal::value("contacts must not be empty."));
    }
    let mut names = Vec::new();
    for card in cards {
        let card = object(card, "contacts[]")?;
        let name = need_object(card, "name")?;
        names.push(need_text(
            name,
            "formatted_name",
            "contacts.name.formatted_name",
            1024,
        )?);
        if !PARTS
            .iter()
            .any(|part| name.get(*part).is_some_and(Value::is_string))
        {
            return Err(Refusal::missing("contacts.name.first_name"));
        }
    }
    Ok(Said::new(names.join(", "), json!({ "contacts": cards })))
}

pub(super) fn reaction(body: &Object) -> Answer<Said> {
    let part = need_object(body, "reaction")?;
    only(part, "reaction", &["message_id", "emoji"])?;
    let id = need_text(part, "message_id", "reaction.message_id", 512)?;
    let emoji = text_of(part, "emoji")?.ok_or_else(|| Refusal::missing("reaction.emoji"))?;
    if emoji.chars().count() > 16 || emoji.chars().any(char::is_alphabetic) {
        return Err(Refusal::value("reaction.emoji must be one emoji."));
    }
    Ok(Said::new(emoji, json!({"message_id": id, "emoji": emoji})))
}

/// Fills `{{…}}` in, by what `value` knows of each name. `Err` names the first it does not know.
pub(crate) fn fill_numbered(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, after)) = after.split_once("}}") else {
            break;
        };
        filled.push_str(before);
        let name = name.trim();
        filled.push_str(&value(name).ok_or_else(|| name.to_owned())?);
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}
