//! Meta's webhooks, written for tests from the provider's sheet; no code is shared with the parser under test.

use hmac::{Hmac, KeyInit, Mac};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{Client, process::Meta};

/// The body of a POST with one text message.
pub fn text(meta: &Meta, from: &str, id: &str, text: &str) -> Value {
    messages(meta, vec![(from, text_message(from, id, text))])
}

/// One text message.
pub fn text_message(from: &str, id: &str, text: &str) -> Value {
    json!({ "from": from, "id": id, "timestamp": now(), "type": "text", "text": { "body": text } })
}

/// The body of a POST with these messages, each with who sent it.
pub fn messages(meta: &Meta, messages: Vec<(&str, Value)>) -> Value {
    let contacts: Vec<Value> = messages
        .iter()
        .map(|(from, _)| json!({ "profile": { "name": format!("Customer {from}") }, "wa_id": from }))
        .collect();
    let messages: Vec<Value> = messages.into_iter().map(|(_, message)| message).collect();
    value(meta, &json!({ "contacts": contacts, "messages": messages }))
}

/// The body of a POST with one status.
pub fn status(meta: &Meta, id: &str, recipient: &str, status: &str, callback: Option<&str>) -> Value {
    let mut one = json!({ "id": id, "status": status, "timestamp": now(), "recipient_id": recipient });
    if let Some(callback) = callback {
        one["biz_opaque_callback_data"] = callback.into();
    }
    value(meta, &json!({ "statuses": [one] }))
}

/// A POST with one `messages` change that holds `part` beside what every change has.
pub fn value(meta: &Meta, part: &Value) -> Value {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "15550001111", "phone_number_id": meta.phone_number_id },
    });
    if let (Some(value), Some(part)) = (value.as_object_mut(), part.as_object()) {
        value.extend(part.clone());
    }
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": meta.waba_id, "changes": [{ "field": "messages", "value": value }] }],
    })
}

/// The signature header of a body.
pub fn signature(app_secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()).expect("any length is a key");
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Posts a signed body; none if there was no answer.
pub async fn post(client: &Client, meta: &Meta, body: &Value) -> Option<StatusCode> {
    let bytes = body.to_string().into_bytes();
    let signature = signature(&meta.app_secret, &bytes);
    let headers = [
        ("content-type", "application/json"),
        ("x-hub-signature-256", signature.as_str()),
    ];
    client
        .raw(Method::POST, &meta.webhook_path, bytes, &headers)
        .await
        .map(|answer| answer.status)
}

/// The provider's clock: text, in seconds.
fn now() -> String {
    (recado_model::Clock::System.now().millis() / 1000).to_string()
}
