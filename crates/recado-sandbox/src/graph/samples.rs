//! Samples of files that stand above templates: Meta's resumable upload, in its two steps. Nothing of it is kept: what the
//! second step has to know is in the id that the first one gives, and the handle says what was uploaded.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::HeaderMap,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, admit, manage, templates};
use crate::{ids, webhook::sign, world::World};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    access_token: Option<String>,
    appsecret_proof: Option<String>,
    file_length: Option<usize>,
    file_type: Option<String>,
    sig: Option<String>,
}

/// `POST /{version}/{app_id}/uploads?file_length=&file_type=&file_name=`.
pub(super) async fn begin(
    State(world): State<Arc<World>>,
    Path((version, app)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter(&world, &version, &headers, &asked)?;
    if app != manage::APP_ID && app != "app" {
        return Err(Refusal::unknown_object(&app));
    }
    let length = asked.file_length.ok_or_else(|| Refusal::missing("file_length"))?;
    let mime_type = asked
        .file_type
        .filter(|mime_type| mime_type.contains('/'))
        .ok_or_else(|| Refusal::missing("file_type"))?;
    let told = format!("{}:{length}:{mime_type}", ids::media_id());
    let name = URL_SAFE_NO_PAD.encode(told);
    let sig = seal(&world, &name);
    Ok(Json(json!({ "id": format!("upload:{name}?sig={sig}") })))
}

/// `POST /{version}/upload:{…}?sig=` with the bytes, or else an edited template.
pub(super) async fn upload_or_edit(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    query: Query<templates::Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Value>> {
    let Some(name) = id.strip_prefix("upload:") else {
        return templates::edit(State(world), Path((version, id)), query, headers, body).await;
    };
    enter(&world, &version, &headers, &asked)?;
    if asked.sig.as_deref() != Some(seal(&world, name).as_str()) {
        return Err(Refusal::unknown_object(&id));
    }
    let told = decoded(name).ok_or_else(|| Refusal::unknown_object(&id))?;
    let mut parts = told.splitn(3, ':').skip(1);
    let length = parts.next().and_then(|length| length.parse::<usize>().ok());
    let mime_type = parts.next().unwrap_or_default();
    let offset = headers.get("file_offset").and_then(|value| value.to_str().ok());
    if offset != Some("0") || length != Some(body.len()) {
        return Err(Refusal::parameter(
            "file_offset must be 0, and the body as long as was said.",
        ));
    }
    let name = URL_SAFE_NO_PAD.encode(mime_type);
    let sealed = seal(&world, &name);
    Ok(Json(json!({ "h": format!("4:{name}:{sealed}") })))
}

/// The type of what a handle stands for; none for what is no handle of ours.
pub(super) fn mime_type_of(world: &World, handle: &str) -> Option<String> {
    let (name, sealed) = handle.strip_prefix("4:")?.split_once(':')?;
    (sealed == seal(world, name)).then(|| decoded(name)).flatten()
}

fn decoded(name: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok()
}

fn seal(world: &World, name: &str) -> String {
    sign::proof(&world.business.app_secret, &format!("upload {name}"))
}

fn enter(world: &World, version: &str, headers: &HeaderMap, asked: &Asked) -> Answer<()> {
    admit(
        world,
        version,
        headers,
        asked.access_token.as_deref(),
        asked.appsecret_proof.as_deref(),
    )
}
