//! `POST /{version}/{phone_number_id}/messages`: sending a text, marking a customer's message read.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde_json::{Map, Value, json};

use super::{Answer, Refusal, admit};
use crate::{
    chat::{self, Outgoing, Recipient},
    world::World,
};

const BODY_LIMIT: usize = 4096;
const CALLBACK_LIMIT: usize = 512;

/// Types Meta knows and the sandbox does not carry yet.
const LATER: [&str; 12] = [
    "audio",
    "contacts",
    "document",
    "image",
    "interactive",
    "location",
    "order",
    "pin",
    "reaction",
    "sticker",
    "template",
    "video",
];

pub(crate) async fn messages(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    admit(&world, &version, &headers, None, None)?;
    if id != world.business.phone_number_id {
        return Err(Refusal::unknown_object(&id));
    }
    let body: Value =
        serde_json::from_slice(&body).map_err(|_| Refusal::parameter("The body is not JSON."))?;
    let body = body
        .as_object()
        .ok_or_else(|| Refusal::parameter("The body must be an object."))?;
    if text_of(body, "messaging_product")?.ok_or_else(|| Refusal::missing("messaging_product"))? != "whatsapp"
    {
        return Err(Refusal::parameter("messaging_product must be \"whatsapp\"."));
    }
    if body.contains_key("status") {
        mark_read(&world, body).await
    } else {
        send(&world, body).await
    }
}

async fn send(world: &Arc<World>, body: &Map<String, Value>) -> Answer<Json<Value>> {
    let (input, to) = recipient(world, body)?;
    match text_of(body, "type")?.ok_or_else(|| Refusal::missing("type"))? {
        "text" => {}
        kind if LATER.contains(&kind) => return Err(Refusal::unsupported_type(kind)),
        kind => return Err(Refusal::parameter(format!("type: {kind} is no message type."))),
    }
    text_of(body, "recipient_identity_key_hash")?;
    let outgoing = Outgoing {
        text: text(body)?,
        reply_to: quoted(body)?,
        callback: callback(body)?,
        to,
    };
    let contact = match &outgoing.to {
        Recipient::Phone(wa_id) | Recipient::Lost(wa_id) => json!({"input": input, "wa_id": wa_id}),
        Recipient::User(user_id) => json!({"input": input, "user_id": user_id}),
    };
    let id = world.change(move |change| chat::accept(change, outgoing)).await?;
    Ok(Json(json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": id, "message_status": "accepted"}],
    })))
}

async fn mark_read(world: &Arc<World>, body: &Map<String, Value>) -> Answer<Json<Value>> {
    if text_of(body, "status")? != Some("read") {
        return Err(Refusal::value("status can only be \"read\"."));
    }
    let id = text_of(body, "message_id")?
        .ok_or_else(|| Refusal::missing("message_id"))?
        .to_owned();
    let typing = match object_of(body, "typing_indicator")? {
        None => false,
        Some(indicator) if text_of(indicator, "type")? == Some("text") => true,
        Some(_) => return Err(Refusal::value("typing_indicator.type must be \"text\".")),
    };
    if world
        .change(move |change| chat::marked_read(change, &id, typing))
        .await?
    {
        Ok(Json(json!({"success": true})))
    } else {
        Err(Refusal::value(
            "message_id names no message that a customer sent to this number.",
        ))
    }
}

/// Who shall get it, and how the caller wrote that. `to` goes before `recipient`.
fn recipient(world: &World, body: &Map<String, Value>) -> Answer<(String, Recipient)> {
    if text_of(body, "recipient_type")?.is_some_and(|kind| kind != "individual") {
        return Err(Refusal::parameter("recipient_type must be \"individual\"."));
    }
    let user = text_of(body, "recipient")?;
    let Some(to) = text_of(body, "to")? else {
        let user = user.ok_or_else(|| Refusal::missing("to"))?;
        return match user_number(user) {
            Some(_) => Ok((user.to_owned(), Recipient::User(user.to_owned()))),
            None => Err(Refusal::value("recipient is no business-scoped user id.")),
        };
    };
    if let Some(rest) = user_number(to) {
        return Ok((to.to_owned(), Recipient::Lost(rest.to_owned())));
    }
    let digits = to.strip_prefix('+').unwrap_or(to);
    if !(1..=20).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::value(
            "to must be a phone number: digits, country code first.",
        ));
    }
    if digits == world.business.digits() {
        return Err(Refusal::to_oneself());
    }
    Ok((to.to_owned(), Recipient::Phone(digits.to_owned())))
}

/// What follows the country in a business-scoped user id; `None` when it is not one.
fn user_number(id: &str) -> Option<&str> {
    let (country, rest) = id.split_once('.')?;
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    let fits = country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(rest)
}

fn text(body: &Map<String, Value>) -> Answer<String> {
    let text = object_of(body, "text")?.ok_or_else(|| Refusal::missing("text"))?;
    only(text, "text", &["body", "preview_url"])?;
    if text.get("preview_url").is_some_and(|value| !value.is_boolean()) {
        return Err(Refusal::parameter("text.preview_url must be a boolean."));
    }
    let body = text_of(text, "body")?.ok_or_else(|| Refusal::missing("text.body"))?;
    if body.trim().is_empty() {
        return Err(Refusal::value("text.body must not be empty."));
    }
    at_most(body, "text.body", BODY_LIMIT)?;
    Ok(body.to_owned())
}

/// The message replied to. One that is not (or no longer) known is shown without its quote, not refused.
fn quoted(body: &Map<String, Value>) -> Answer<Option<String>> {
    let Some(context) = object_of(body, "context")? else {
        return Ok(None);
    };
    only(context, "context", &["message_id"])?;
    let id = text_of(context, "message_id")?.ok_or_else(|| Refusal::missing("context.message_id"))?;
    if id.is_empty() {
        return Err(Refusal::value("context.message_id must not be empty."));
    }
    Ok(Some(id.to_owned()))
}

fn callback(body: &Map<String, Value>) -> Answer<Option<String>> {
    let callback = text_of(body, "biz_opaque_callback_data")?;
    if let Some(callback) = callback {
        at_most(callback, "biz_opaque_callback_data", CALLBACK_LIMIT)?;
    }
    Ok(callback.map(str::to_owned))
}

/// A string under this key; absent and null are the same.
fn text_of<'a>(object: &'a Map<String, Value>, key: &str) -> Answer<Option<&'a str>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::parameter(format!("{key} must be a string."))),
    }
}

fn object_of<'a>(object: &'a Map<String, Value>, key: &str) -> Answer<Option<&'a Map<String, Value>>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(inner)) => Ok(Some(inner)),
        Some(_) => Err(Refusal::parameter(format!("{key} must be an object."))),
    }
}

fn only(object: &Map<String, Value>, name: &str, known: &[&str]) -> Answer<()> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Refusal::parameter(format!("Unexpected key \"{key}\" in {name}."))),
        None => Ok(()),
    }
}

fn at_most(text: &str, name: &str, limit: usize) -> Answer<()> {
    if text.chars().count() > limit {
        return Err(Refusal::parameter(format!(
            "{name} must be at most {limit} characters long."
        )));
    }
    Ok(())
}
