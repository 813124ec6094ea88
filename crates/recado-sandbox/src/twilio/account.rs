//! Whether the account is there, and telling a customer that somebody types.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde_json::{Value, json};

use super::{Answer, Refusal, admit, stem};
use crate::{chat, line::Line, world::World};

pub(super) async fn account(
    State(world): State<Arc<World>>,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, Some(stem(&account)))?;
    Ok(Json(json!({
        "sid": line.account_sid,
        "friendly_name": world.business.name,
        "status": "active",
        "type": "Full",
        "owner_account_sid": line.account_sid,
        "uri": format!("/2010-04-01/Accounts/{}.json", line.account_sid),
    })))
}

/// v2: a form, the channel in lower case.
pub(super) async fn typing_form(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    admit(&world, &headers, None)?;
    let field = |name: &str| {
        let found = form_urlencoded::parse(&body).find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    typing(
        &world,
        field("channel").as_deref() == Some("whatsapp"),
        field("messageId"),
    )
    .await
}

/// v3: JSON, the channel in upper case.
pub(super) async fn typing_json(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    admit(&world, &headers, None)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let id = body["messageId"].as_str().map(str::to_owned);
    typing(&world, body["channel"] == "WHATSAPP", id).await
}

/// It marks read as well, like Meta's.
async fn typing(world: &Arc<World>, channel_fits: bool, id: Option<String>) -> Answer<Json<Value>> {
    let id = id
        .filter(|_| channel_fits)
        .ok_or_else(|| Refusal::bad(20_001, "channel and messageId are required."))?;
    let known = world
        .change(move |change| chat::marked_read(change, Line::Twilio, &id, true))
        .await?;
    if known {
        Ok(Json(json!({"success": true})))
    } else {
        Err(Refusal::not_found())
    }
}
