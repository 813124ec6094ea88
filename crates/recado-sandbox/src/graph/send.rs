//! `POST /{version}/{phone_number_id}/messages`: sending a message of any kind, marking a customer's message read.

use std::sync::Arc;

use axum::{
    Extension, Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde_json::{Value, json};

use super::{
    Answer, Refusal, admit, content,
    fields::{Object, at_most, object_of, only, text_of},
    interactive, template,
};
use crate::{
    chat,
    faults::FailsLater,
    fetch,
    line::Line,
    outgoing::{self, Outgoing, Recipient},
    store::messages::Marks,
    world::World,
};

const BODY_LIMIT: usize = 4096;
const CALLBACK_LIMIT: usize = 512;

/// Types Meta knows and the sandbox does not carry.
const LATER: [&str; 2] = ["order", "pin"];

pub(crate) async fn messages(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    fails_later: Option<Extension<FailsLater>>,
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
        send(&world, body, fails_later.map(|Extension(FailsLater(code))| code)).await
    }
}

/// What a send says, whatever its type.
pub(super) struct Said {
    pub text: String,
    pub content: Option<Value>,
    /// The category of the template, when it is one.
    pub category: Option<String>,
}

impl Said {
    pub(super) fn new(text: impl Into<String>, content: Value) -> Self {
        Self {
            text: text.into(),
            content: Some(content),
            category: None,
        }
    }
}

async fn send(world: &Arc<World>, body: &Object, fails_with: Option<i64>) -> Answer<Json<Value>> {
    let (input, to) = recipient(world, body)?;
    let kind = text_of(body, "type")?.ok_or_else(|| Refusal::missing("type"))?;
    let said = match kind {
        "text" => Said {
            text: text(body)?,
            content: None,
            category: None,
        },
        "image" | "video" | "audio" | "document" | "sticker" => content::media(world, body, kind).await?,
        "location" => content::location(body)?,
        "contacts" => content::contacts(body)?,
        "reaction" => content::reaction(body)?,
        "interactive" => interactive::interactive(world, body).await?,
        "template" => template::template(world, body).await?,
        kind if LATER.contains(&kind) => return Err(Refusal::unsupported_type(kind)),
        kind => return Err(Refusal::parameter(format!("type: {kind} is no message type."))),
    };
    if said.category.as_deref() == Some("AUTHENTICATION") && matches!(to, Recipient::User(_)) {
        return Err(Refusal::needs_a_phone());
    }
    text_of(body, "recipient_identity_key_hash")?;
    let outgoing = Outgoing {
        line: Line::Meta,
        kind: kind.to_owned(),
        text: said.text,
        content: said.content,
        reply_to: quoted(body)?,
        callback: callback(body)?,
        template: said.category.is_some(),
        marks: Marks {
            category: said.category.map(|category| category.to_lowercase()),
            fails_with,
            ..Marks::default()
        },
        to,
    };
    let taken = world
        .change(move |change| outgoing::accept(change, outgoing))
        .await?;
    let contact = match taken.message.to_user_id {
        Some(user_id) => json!({"input": input, "user_id": user_id}),
        None => json!({"input": input, "wa_id": taken.message.wa_id}),
    };
    let id = taken.message.id;
    if let Some(link) = taken.link {
        fetch::start(world, id.clone(), link);
    }
    Ok(Json(json!({
        "messaging_product": "whatsapp",
        "contacts": [contact],
        "messages": [{"id": id, "message_status": "accepted"}],
    })))
}

async fn mark_read(world: &Arc<World>, body: &Object) -> Answer<Json<Value>> {
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
        .change(move |change| chat::marked_read(change, Line::Meta, &id, typing))
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
fn recipient(world: &World, body: &Object) -> Answer<(String, Recipient)> {
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
pub(crate) fn user_number(id: &str) -> Option<&str> {
    let (country, rest) = id.split_once('.')?;
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    let fits = country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(rest)
}

fn text(body: &Object) -> Answer<String> {
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
fn quoted(body: &Object) -> Answer<Option<String>> {
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

fn callback(body: &Object) -> Answer<Option<String>> {
    let callback = text_of(body, "biz_opaque_callback_data")?;
    if let Some(callback) = callback {
        at_most(callback, "biz_opaque_callback_data", CALLBACK_LIMIT)?;
    }
    Ok(callback.map(str::to_owned))
}
