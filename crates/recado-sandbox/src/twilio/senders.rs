//! Senders: the WhatsApp number of the account, and where its webhooks go.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};

use super::{Answer, Refusal, admit};
use crate::{line::Line, store::settings, world::World};

/// There is one.
pub(super) const SID: &str = "XE5a0d0b0c5a0d0b0c5a0d0b0c5a0d0b0c";

pub(super) async fn list(State(world): State<Arc<World>>, headers: HeaderMap) -> Answer<Json<Value>> {
    admit(&world, &headers, None)?;
    let url = format!("{}/v2/Channels/Senders", world.url());
    Ok(Json(json!({
        "senders": [sender(&world).await?],
        "meta": {"page": 0, "page_size": 50, "first_page_url": url, "previous_page_url": null, "url": url,
            "next_page_url": null, "key": "senders"},
    })))
}

pub(super) async fn fetch(
    State(world): State<Arc<World>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    admit(&world, &headers, None)?;
    if sid != SID {
        return Err(Refusal::not_found());
    }
    Ok(Json(sender(&world).await?))
}

/// Sets the URLs; answered 202, as it takes Twilio a moment.
pub(super) async fn update(
    State(world): State<Arc<World>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<(StatusCode, Json<Value>)> {
    admit(&world, &headers, None)?;
    if sid != SID {
        return Err(Refusal::not_found());
    }
    let body: Value =
        serde_json::from_slice(&body).map_err(|_| Refusal::bad(20_001, "The body must be JSON."))?;
    let mut changes = Vec::new();
    for (key, name) in [
        ("callback_url", settings::TWILIO_CALLBACK),
        ("status_callback_url", settings::TWILIO_STATUS),
    ] {
        match &body["webhook"][key] {
            Value::Null => {}
            Value::String(url) if url.is_empty() => changes.push((name, None)),
            Value::String(url) if is_url(url) => changes.push((name, Some(url.clone()))),
            _ => return Err(Refusal::bad(20_001, format!("webhook.{key} is no URL."))),
        }
    }
    world
        .change(move |change| {
            for (name, url) in changes {
                settings::set(change.tx, name, url.as_deref())?;
            }
            change.tell_webhook()
        })
        .await?;
    world.connected(Line::Twilio).notify_one();
    Ok((StatusCode::ACCEPTED, Json(sender(&world).await?)))
}

pub(super) fn is_url(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.contains('_'))
    })
}

async fn sender(world: &World) -> Answer<Value> {
    let line = world.twilio.as_ref().ok_or_else(Refusal::not_found)?;
    let (callback, status, quality) = world
        .read(|tx| {
            Ok((
                settings::get(tx, settings::TWILIO_CALLBACK)?,
                settings::get(tx, settings::TWILIO_STATUS)?,
                settings::get(tx, settings::QUALITY)?,
            ))
        })
        .await?;
    let quality = match quality.as_deref() {
        Some("YELLOW") => "MEDIUM",
        Some("RED") => "LOW",
        _ => "HIGH",
    };
    Ok(json!({
        "sid": SID,
        "sender_id": line.address(),
        "status": "ONLINE",
        "webhook": {
            "callback_url": callback, "callback_method": "POST",
            "fallback_url": null, "fallback_method": null,
            "status_callback_url": status, "status_callback_method": "POST",
        },
        "configuration": {"waba_id": world.business.waba_id},
        "profile": {"name": world.business.name},
        "properties": {"quality_rating": quality, "messaging_limit": "1K Customers/24hr"},
        "offline_reasons": null,
        "url": format!("{}/v2/Channels/Senders/{SID}", world.url()),
    }))
}
