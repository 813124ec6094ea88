//! The Content API: listing, making and removing contents, and asking for their approval.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, Path, Query, State},
    http::{HeaderMap, StatusCode},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, admit, limits, messages::timestamp};
use crate::{
    config::Twilio,
    store::contents::{self, Row},
    world::{Event, World},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    #[serde(rename = "PageSize")]
    page_size: Option<usize>,
    #[serde(rename = "PageToken")]
    page_token: Option<String>,
    #[serde(rename = "ContentName")]
    name: Option<String>,
    #[serde(rename = "Language")]
    language: Option<String>,
}

pub(super) async fn list(
    State(world): State<Arc<World>>,
    OriginalUri(uri): OriginalUri,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    page(&world, &headers, &asked, uri.path(), false).await
}

pub(super) async fn list_with_approvals(
    State(world): State<Arc<World>>,
    OriginalUri(uri): OriginalUri,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    page(&world, &headers, &asked, uri.path(), true).await
}

pub(super) async fn create(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<(StatusCode, Json<Value>)> {
    let line = admit(&world, &headers, None)?.clone();
    let body: Value =
        serde_json::from_slice(&body).map_err(|_| Refusal::bad(20_001, "The body must be JSON."))?;
    let language = body["language"]
        .as_str()
        .ok_or_else(|| Refusal::bad(20_001, "language is required."))?;
    let types = body["types"].as_object().filter(|types| !types.is_empty());
    let types = types.filter(|types| types.keys().all(|kind| kind.contains('/')));
    limits::check(types.ok_or_else(|| Refusal::bad(20_001, "types is required."))?)?;
    let variables = match &body["variables"] {
        Value::Null => json!({}),
        variables @ Value::Object(_) => variables.clone(),
        _ => return Err(Refusal::bad(20_001, "variables must be an object.")),
    };
    let name = body["friendly_name"].as_str().unwrap_or_default();
    let row = Row::new(name, language, variables, body["types"].clone(), (world.clock)());
    let answer = shown(&world, &line, &row, false);
    world
        .change(move |change| {
            contents::insert(change.tx, &row)?;
            change.tell(Event::Templates);
            Ok(())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

pub(super) async fn fetch(
    State(world): State<Arc<World>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, None)?;
    let row = find(&world, &sid).await?;
    Ok(Json(shown(&world, line, &row, false)))
}

pub(super) async fn delete(
    State(world): State<Arc<World>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    admit(&world, &headers, None)?;
    let removed = world
        .change(move |change| {
            change.tell(Event::Templates);
            contents::remove(change.tx, &sid)
        })
        .await?;
    if removed {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Refusal::not_found())
    }
}

/// `GET …/ApprovalRequests`: no webhook ever tells, so this is asked again and again.
pub(super) async fn approval(
    State(world): State<Arc<World>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    let line = admit(&world, &headers, None)?;
    let row = find(&world, &sid).await?;
    let mut whatsapp = row.approval.clone();
    whatsapp["type"] = "whatsapp".into();
    whatsapp["content_type"] = row.shape().map(|(kind, _)| kind).into();
    Ok(Json(json!({
        "sid": row.sid,
        "account_sid": line.account_sid,
        "whatsapp": whatsapp,
        "url": format!("{}/v1/Content/{}/ApprovalRequests", world.url(), row.sid),
    })))
}

/// `POST …/ApprovalRequests/whatsapp`: pending until somebody approves or rejects it.
pub(super) async fn submit(
    State(world): State<Arc<World>>,
    Path(sid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<(StatusCode, Json<Value>)> {
    admit(&world, &headers, None)?;
    let row = find(&world, &sid).await?;
    let body: Value =
        serde_json::from_slice(&body).map_err(|_| Refusal::bad(20_001, "The body must be JSON."))?;
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let name = body["name"]
        .as_str()
        .filter(|name| !name.is_empty() && name.bytes().all(fits));
    let name =
        name.ok_or_else(|| Refusal::bad(20_001, "name takes lower-case letters, digits and underscores."))?;
    let category = body["category"].as_str().unwrap_or_default();
    if !["UTILITY", "MARKETING", "AUTHENTICATION"].contains(&category) {
        return Err(Refusal::bad(
            20_001,
            "category must be UTILITY, MARKETING or AUTHENTICATION.",
        ));
    }
    let approval = contents::approval(name, category, "pending");
    let mut answer = approval.clone();
    answer["status"] = "received".into();
    answer["content_type"] = row.shape().map(|(kind, _)| kind).into();
    world
        .change(move |change| {
            contents::set_approval(change.tx, &sid, &approval)?;
            change.tell(Event::Templates);
            Ok(())
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn page(
    world: &World,
    headers: &HeaderMap,
    asked: &Asked,
    path: &str,
    approvals: bool,
) -> Answer<Json<Value>> {
    let line = admit(world, headers, None)?;
    let rows: Vec<Row> = world
        .read(contents::list)
        .await?
        .into_iter()
        .filter(|row| {
            asked
                .name
                .as_ref()
                .is_none_or(|name| row.friendly_name.contains(name.as_str()))
        })
        .filter(|row| {
            asked
                .language
                .as_ref()
                .is_none_or(|language| row.language == *language)
        })
        .collect();
    let size = asked.page_size.unwrap_or(50).clamp(1, 500);
    // The token holds the seq of the last row of the page before.
    let before: i64 = match &asked.page_token {
        Some(token) => token
            .strip_prefix("DNHX")
            .and_then(|seq| seq.parse().ok())
            .ok_or_else(|| Refusal::bad(20_001, "Invalid PageToken."))?,
        None => i64::MAX,
    };
    let mut rest = rows.iter().filter(|row| row.seq < before);
    let found: Vec<&Row> = rest.by_ref().take(size).collect();
    let more = rest.next().is_some();
    let url = format!("{}{path}", world.url());
    let next = found.last().filter(|_| more);
    let next = next.map(|last| format!("{url}?PageSize={size}&PageToken=DNHX{}", last.seq));
    Ok(Json(json!({
        "contents": found.iter().map(|row| shown(world, line, row, approvals)).collect::<Vec<_>>(),
        "meta": {"page": 0, "page_size": size, "first_page_url": format!("{url}?PageSize={size}"),
            "previous_page_url": null, "url": url, "next_page_url": next, "key": "contents"},
    })))
}

async fn find(world: &World, sid: &str) -> Answer<Row> {
    let sid = sid.to_owned();
    let found = world.read(move |tx| contents::find(tx, &sid)).await?;
    found.ok_or_else(Refusal::not_found)
}

fn shown(world: &World, line: &Twilio, row: &Row, approvals: bool) -> Value {
    let made = timestamp(row.made_at).strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let mut content = json!({
        "sid": row.sid,
        "account_sid": line.account_sid,
        "friendly_name": row.friendly_name,
        "language": row.language,
        "variables": row.variables,
        "types": row.types,
        "date_created": made,
        "date_updated": made,
        "url": format!("{}/v1/Content/{}", world.url(), row.sid),
    });
    if approvals {
        let mut approval = row.approval.clone();
        approval["content_type"] = row.shape().map(|(kind, _)| kind).into();
        content["approval_requests"] = approval;
    }
    content
}
