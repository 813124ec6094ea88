//! The content of a new message, by its type.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Act, invalid};
use crate::{
    error::Result,
    file::{self, File},
    ids,
    outgoing::kind_of,
    samples,
    store::media,
    world::Change,
};

const TEXT_LIMIT: usize = 4096;
const CAPTION_LIMIT: usize = 1024;

pub(super) struct Written {
    pub kind: String,
    pub text: String,
    pub content: Option<Value>,
}

/// A file as a script names it.
#[derive(Debug, Deserialize)]
struct Named {
    sample: Option<String>,
    base64: Option<String>,
    mime_type: Option<String>,
    filename: Option<String>,
}

pub(super) fn written(change: &Change<'_>, act: &Act) -> Result<Written> {
    let kind = &*act.r#type;
    match kind {
        "text" => {
            let text: String = act.need("text")?;
            check_text(&text)?;
            Ok(Written {
                kind: "text".to_owned(),
                text,
                content: None,
            })
        }
        "image" | "video" | "audio" | "document" | "sticker" | "file" => file_message(change, act),
        "location" => location(act),
        "contacts" => {
            let contacts: Vec<Value> = act.need("contacts")?;
            let text = contacts
                .iter()
                .filter_map(|card| card.pointer("/name/formatted_name")?.as_str());
            let text = text.collect::<Vec<_>>().join(", ");
            let mut content = json!({ "contacts": contacts });
            if let Some(origin) = act.get::<String>("origin")? {
                content["origin"] = origin.into();
            }
            Ok(message(kind, text, content))
        }
        "interactive" => {
            let wire: Value = act.need("interactive")?;
            let reply = wire["type"].as_str().and_then(|kind| wire.get(kind));
            let text = reply
                .and_then(|reply| reply.get("title").or_else(|| reply.get("body"))?.as_str())
                .unwrap_or_default()
                .to_owned();
            Ok(message(kind, text, json!({ "wire": wire })))
        }
        "button" => {
            let text: String = act.need("text")?;
            let payload: String = act.get("payload")?.unwrap_or_else(|| text.clone());
            let wire = json!({"payload": payload, "text": text});
            Ok(message(kind, text, json!({ "wire": wire })))
        }
        "order" => {
            let wire: Value = act.get("order")?.unwrap_or_else(|| {
                json!({"catalog_id": "1", "text": "", "product_items": [
                    {"product_retailer_id": "cake", "quantity": 2, "item_price": 3.8, "currency": "EUR"},
                    {"product_retailer_id": "coffee", "quantity": 1, "item_price": 2.5, "currency": "EUR"}]})
            });
            let text = wire["text"].as_str().unwrap_or_default().to_owned();
            Ok(message(kind, text, json!({ "wire": wire })))
        }
        "request_welcome" => Ok(message(kind, String::new(), json!({}))),
        "unsupported" => {
            let what: String = act.get("kind")?.unwrap_or_else(|| "poll".to_owned());
            Ok(message(kind, String::new(), json!({ "kind": what })))
        }
        // Any other type, with what the wire shall say under its name.
        other if act.rest.contains_key(other) => {
            let wire = act.rest.get(other).cloned().unwrap_or_default();
            Ok(message(other, String::new(), json!({ "wire": wire })))
        }
        _ => Err(invalid(
            "type",
            format!("{kind} is no type known here, and there is no {kind:?} beside it to send as it is"),
        )),
    }
}

pub(super) fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() || text.chars().count() > TEXT_LIMIT {
        return Err(invalid("text", format!("must have 1 to {TEXT_LIMIT} characters")));
    }
    Ok(())
}

fn message(kind: &str, text: String, content: Value) -> Written {
    Written {
        kind: kind.to_owned(),
        text,
        content: Some(content),
    }
}

/// `file`: the form's, `{"sample"}` or `{"base64", "mime_type"}`; without any, the first sample of the kind. The type
/// `file` takes the kind from the file.
fn file_message(change: &Change<'_>, act: &Act) -> Result<Written> {
    let file = match (&act.file, act.get::<Named>("file")?) {
        (Some(file), _) => file.clone(),
        (None, Some(named)) => open(named)?,
        (None, None) => {
            let sample = samples::of_kind(&act.r#type).ok_or_else(|| invalid("file", "is required"))?;
            sample_file(&sample)
        }
    };
    if file.bytes.is_empty() || file.bytes.len() > file::LARGEST {
        return Err(invalid("file", "must have between one byte and 100 MB"));
    }
    let kind = match &*act.r#type {
        "file" => kind_of(&file.mime_type).to_owned(),
        kind => kind.to_owned(),
    };
    let caption: String = act.get("caption")?.unwrap_or_default();
    if caption.chars().count() > CAPTION_LIMIT {
        return Err(invalid(
            "caption",
            format!("must have at most {CAPTION_LIMIT} characters"),
        ));
    }
    let id = ids::media_id();
    let mut content = json!({
        "media": id,
        "mime_type": file.mime_type,
        "size": file.bytes.len(),
        "sha256": file::sha256_base64(&file.bytes),
    });
    match &*kind {
        "audio" => {
            let ogg = file::essence(&file.mime_type) == "audio/ogg";
            let voice = act.get("voice")?.unwrap_or(ogg && !act.besides.forwarded);
            content["voice"] = voice.into();
        }
        "sticker" => content["animated"] = file::is_animated(&file.bytes).into(),
        "document" => {
            let filename: Option<String> = act.get("filename")?;
            if let Some(filename) = filename.or_else(|| file.filename.clone()) {
                content["filename"] = filename.into();
            }
        }
        _ => {}
    }
    let row = media::Row {
        id,
        mime_type: file.mime_type,
        filename: file.filename,
        bytes: file.bytes,
        made_at: change.now,
        uploaded: false,
    };
    media::insert(change.tx, &row)?;
    Ok(message(&kind, caption, content))
}

fn open(named: Named) -> Result<File> {
    if let Some(name) = &named.sample {
        let sample = samples::named(name).ok_or_else(|| {
            invalid(
                "file",
                format!("{name} is no sample; GET /sandbox/api/samples lists them"),
            )
        })?;
        return Ok(sample_file(&sample));
    }
    let base64 = named
        .base64
        .ok_or_else(|| invalid("file", "needs `sample`, or `base64` and `mime_type`"))?;
    let bytes = STANDARD
        .decode(base64)
        .map_err(|error| invalid("file", format!("is no base64: {error}")))?;
    Ok(File {
        bytes,
        mime_type: named
            .mime_type
            .ok_or_else(|| invalid("file", "needs a mime_type"))?,
        filename: named.filename,
    })
}

fn sample_file(sample: &samples::Sample) -> File {
    File {
        bytes: sample.bytes.to_vec(),
        mime_type: sample.mime_type.to_owned(),
        filename: Some(sample.filename.to_owned()),
    }
}

fn location(act: &Act) -> Result<Written> {
    let (latitude, longitude): (f64, f64) = (act.need("latitude")?, act.need("longitude")?);
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(invalid("latitude", "and longitude must be a place on earth"));
    }
    let mut content = json!({"latitude": latitude, "longitude": longitude});
    let mut text = String::new();
    for key in ["address", "name"] {
        if let Some(value) = act.get::<String>(key)? {
            text.clone_from(&value);
            content[key] = value.into();
        }
    }
    Ok(message("location", text, content))
}
