//! The calls that connect a number: looking at it, at the token and at the WABA, and subscribing to webhooks.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, Refusal, admit, bearer, media, templates};
use crate::{line::Line, store::settings, webhook::deliver, world::World};

/// The app that the token belongs to.
pub(super) const APP_ID: &str = "300000000000001";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    access_token: Option<String>,
    appsecret_proof: Option<String>,
    fields: Option<String>,
    input_token: Option<String>,
    phone_number_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Subscription {
    override_callback_uri: Option<String>,
    verify_token: Option<String>,
}

/// `GET /{version}/{id}?fields=`: the number, the WABA, a file or a template.
pub(crate) async fn object(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter(&world, &version, &headers, &asked)?;
    let (fields, usual) = if id == world.business.phone_number_id {
        (number(&world).await?, NUMBER_FIELDS)
    } else if id == world.business.waba_id {
        (waba(&world), "name,currency,timezone_id")
    } else if id == "app" {
        // Whose token it is.
        (json!({"id": APP_ID, "name": "Recado sandbox"}), "id,name")
    } else if let Some(file) = media::look_up(&world, &id, asked.phone_number_id.as_deref()).await? {
        return Ok(Json(file));
    } else if let Some(template) = templates::look_up(&world, &id).await? {
        (
            template,
            "name,language,status,category,components,parameter_format",
        )
    } else {
        return Err(Refusal::unknown_object(&id));
    };
    pick(&fields, asked.fields.as_deref().unwrap_or(usual)).map(Json)
}

/// `GET /{version}/debug_token`: whether a token is good, asked with `{app id}|{app secret}`.
pub(crate) async fn debug_token(
    State(world): State<Arc<World>>,
    Path(version): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    if !super::is_version(&version) {
        return Err(Refusal::unknown_path());
    }
    let business = &world.business;
    let app = bearer(&headers, asked.access_token.as_deref())
        .and_then(|token| token.split_once('|'))
        .filter(|(app_id, secret)| !app_id.is_empty() && *secret == business.app_secret);
    let Some((app_id, _)) = app else {
        return Err(Refusal::token("Invalid OAuth access token signature."));
    };
    let Some(token) = &asked.input_token else {
        return Err(Refusal::missing("input_token"));
    };
    if *token != business.access_token {
        let error = json!({"code": 190, "message": "The access token is not valid."});
        return Ok(Json(
            json!({"data": {"is_valid": false, "scopes": [], "error": error}}),
        ));
    }
    let scopes = ["whatsapp_business_management", "whatsapp_business_messaging"];
    Ok(Json(json!({"data": {
        "app_id": app_id,
        "type": "SYSTEM_USER",
        "application": "Recado sandbox",
        "is_valid": true,
        "expires_at": 0,
        "data_access_expires_at": 0,
        "scopes": scopes,
        "granular_scopes": scopes.map(|scope| json!({"scope": scope, "target_ids": [business.waba_id]})),
    }})))
}

/// `GET /{version}/{waba_id}/phone_numbers`.
pub(crate) async fn phone_numbers(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter_waba(&world, &version, &id, &headers, &asked)?;
    let number = number(&world).await?;
    let number = pick(&number, asked.fields.as_deref().unwrap_or(NUMBER_FIELDS))?;
    Ok(Json(
        json!({"data": [number], "paging": {"cursors": {"before": "QUFB", "after": "QUFB"}}}),
    ))
}

/// `GET /{version}/{waba_id}/subscribed_apps`.
pub(crate) async fn subscribed_apps(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter_waba(&world, &version, &id, &headers, &asked)?;
    let (unsubscribed, override_url) = world
        .read(|tx| {
            Ok((
                settings::get(tx, settings::UNSUBSCRIBED)?,
                settings::get(tx, settings::OVERRIDE)?,
            ))
        })
        .await?;
    if unsubscribed.is_some() {
        return Ok(Json(json!({"data": []})));
    }
    let mut app = json!({"whatsapp_business_api_data": {"id": "1", "name": "Recado sandbox"}});
    if let Some(url) = override_url {
        app["override_callback_uri"] = url.into();
    }
    Ok(Json(json!({"data": [app]})))
}

/// `POST /{version}/{waba_id}/subscribed_apps`: webhooks come from now on, to the WABA's own callback if one is given.
pub(crate) async fn subscribe(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    enter_waba(&world, &version, &id, &headers, &asked)?;
    let wanted: Subscription = if body.is_empty() {
        Subscription::default()
    } else {
        serde_json::from_slice(&body).map_err(|error| Refusal::parameter(error.to_string()))?
    };
    override_callback(&world, wanted).await
}

/// `DELETE /{version}/{waba_id}/subscribed_apps`: from now on nothing is told, nor kept for later.
pub(crate) async fn unsubscribe(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter_waba(&world, &version, &id, &headers, &asked)?;
    world
        .change(|change| {
            settings::set(change.tx, settings::UNSUBSCRIBED, Some("1"))?;
            settings::set(change.tx, settings::OVERRIDE, None)?;
            change.tell_webhook()
        })
        .await?;
    Ok(Json(json!({"success": true})))
}

/// `POST /{version}/{phone_number_id}/register`: any PIN of six digits is the right one.
pub(crate) async fn register(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    enter_number(&world, &version, &id, &headers, &asked)?;
    let body: Value = serde_json::from_slice(&body).map_err(|error| Refusal::parameter(error.to_string()))?;
    let pin = body["pin"].as_str().ok_or_else(|| Refusal::missing("pin"))?;
    if pin.len() != 6 || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::parameter("pin must be six digits."));
    }
    Ok(Json(json!({"success": true})))
}

/// `GET /{version}/{phone_number_id}/whatsapp_business_profile`.
pub(crate) async fn profile(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter_number(&world, &version, &id, &headers, &asked)?;
    let saved = world.read(|tx| settings::get(tx, settings::PROFILE)).await?;
    let mut profile: Value = saved
        .and_then(|saved| serde_json::from_str(&saved).ok())
        .unwrap_or_else(|| json!({"about": "Made in the sandbox", "vertical": "RETAIL"}));
    profile["messaging_product"] = "whatsapp".into();
    Ok(Json(json!({ "data": [profile] })))
}

/// `POST /{version}/{phone_number_id}/whatsapp_business_profile`.
pub(crate) async fn set_profile(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    enter_number(&world, &version, &id, &headers, &asked)?;
    let profile: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|error| Refusal::parameter(error.to_string()))?;
    let profile = Value::Object(profile).to_string();
    world
        .change(move |change| settings::set(change.tx, settings::PROFILE, Some(&profile)))
        .await?;
    Ok(Json(json!({"success": true})))
}

fn enter_number(world: &World, version: &str, id: &str, headers: &HeaderMap, asked: &Asked) -> Answer<()> {
    enter(world, version, headers, asked)?;
    if id == world.business.phone_number_id {
        Ok(())
    } else {
        Err(Refusal::unknown_object(id))
    }
}

pub(super) fn enter(world: &World, version: &str, headers: &HeaderMap, asked: &Asked) -> Answer<()> {
    admit(
        world,
        version,
        headers,
        asked.access_token.as_deref(),
        asked.appsecret_proof.as_deref(),
    )
}

pub(super) fn enter_waba(
    world: &World,
    version: &str,
    id: &str,
    headers: &HeaderMap,
    asked: &Asked,
) -> Answer<()> {
    enter(world, version, headers, asked)?;
    if id == world.business.waba_id {
        Ok(())
    } else {
        Err(Refusal::unknown_object(id))
    }
}

/// What a number answers with when no fields are asked for.
const NUMBER_FIELDS: &str =
    "verified_name,display_phone_number,quality_rating,code_verification_status,platform_type";

async fn number(world: &World) -> Answer<Value> {
    let (quality, tier) = world
        .read(|tx| {
            Ok((
                settings::get(tx, settings::QUALITY)?,
                settings::get(tx, settings::TIER)?,
            ))
        })
        .await?;
    let tier = tier.unwrap_or_else(|| "TIER_250".to_owned());
    let business = &world.business;
    Ok(json!({
        "id": business.phone_number_id,
        "display_phone_number": business.display_phone,
        "verified_name": business.name,
        "quality_rating": quality.unwrap_or_else(|| "GREEN".to_owned()),
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "is_on_biz_app": false,
        "messaging_limit_tier": tier,
        "whatsapp_business_manager_messaging_limit": tier,
    }))
}

fn waba(world: &World) -> Value {
    let business = &world.business;
    json!({"id": business.waba_id, "name": business.name, "currency": "USD", "timezone_id": "1"})
}

/// The fields asked for, and the id, which always comes.
pub(super) fn pick(object: &Value, fields: &str) -> Answer<Value> {
    let mut picked = Map::new();
    for field in fields
        .split(',')
        .map(str::trim)
        .filter(|field| !field.is_empty())
        .chain(["id"])
    {
        let value = object
            .get(field)
            .ok_or_else(|| Refusal::parameter(format!("Tried accessing nonexisting field ({field})")))?;
        picked.insert(field.to_owned(), value.clone());
    }
    Ok(Value::Object(picked))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Configuration {
    webhook_configuration: Option<Subscription>,
}

/// `POST /{version}/{phone_number_id}`: the number's own callback URL. There is one number here, so it takes the same
/// place as the WABA's.
pub(super) async fn configure(world: &Arc<World>, body: &[u8]) -> Answer<Json<Value>> {
    let body: Configuration =
        serde_json::from_slice(body).map_err(|error| Refusal::parameter(error.to_string()))?;
    let wanted = body
        .webhook_configuration
        .ok_or_else(|| Refusal::missing("webhook_configuration"))?;
    override_callback(world, wanted).await
}

/// Saves the URL once its handshake went well; without one the app's applies again.
async fn override_callback(world: &Arc<World>, wanted: Subscription) -> Answer<Json<Value>> {
    if let Some(url) = wanted
        .override_callback_uri
        .as_deref()
        .filter(|url| !url.is_empty())
    {
        let token = wanted
            .verify_token
            .as_deref()
            .ok_or_else(|| Refusal::missing("verify_token"))?;
        deliver::handshake(world, url, token)
            .await
            .map_err(|error| Refusal::parameter(error.to_string()))?;
    }
    world
        .change(move |change| {
            settings::set(change.tx, settings::UNSUBSCRIBED, None)?;
            let url = wanted
                .override_callback_uri
                .as_deref()
                .filter(|url| !url.is_empty());
            settings::set(change.tx, settings::OVERRIDE, url)?;
            change.tell_webhook()
        })
        .await?;
    world.connected(Line::Meta).notify_one();
    Ok(Json(json!({"success": true})))
}
