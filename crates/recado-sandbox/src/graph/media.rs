//! Files at Meta: uploading, looking up, deleting. Downloads are elsewhere.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Multipart, Path, Query, State, multipart::MultipartRejection},
    http::HeaderMap,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Refusal, admit};
use crate::{
    file, ids, lookaside,
    outgoing::kind_of,
    store::media::{self, Row},
    world::World,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    access_token: Option<String>,
    appsecret_proof: Option<String>,
    phone_number_id: Option<String>,
}

/// `POST /{version}/{phone_number_id}/media`, a form with `messaging_product`, `file` and `type`.
pub(crate) async fn upload(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<Json<Value>> {
    enter(&world, &version, &headers, &asked)?;
    if id != world.business.phone_number_id {
        return Err(Refusal::unknown_object(&id));
    }
    let mut form = form.map_err(|error| Refusal::parameter(error.body_text()))?;
    let bad = |error: axum::extract::multipart::MultipartError| Refusal::parameter(error.body_text());
    let (mut product, mut kind, mut found) = (None, None, None);
    while let Some(field) = form.next_field().await.map_err(bad)? {
        match field.name() {
            Some("messaging_product") => product = Some(field.text().await.map_err(bad)?),
            Some("type") => kind = Some(field.text().await.map_err(bad)?),
            Some("file") => {
                let (mime_type, filename) = (
                    field.content_type().map(str::to_owned),
                    field.file_name().map(str::to_owned),
                );
                found = Some((mime_type, filename, field.bytes().await.map_err(bad)?));
            }
            _ => {}
        }
    }
    if product.as_deref() != Some("whatsapp") {
        return Err(Refusal::missing("messaging_product"));
    }
    let (mime_type, filename, bytes) = found.ok_or_else(|| Refusal::missing("file"))?;
    let mime_type = mime_type
        .filter(|mime_type| mime_type != "application/octet-stream")
        .or(kind)
        .ok_or_else(|| Refusal::missing("type"))?;
    if !file::is_carried(&mime_type) {
        return Err(Refusal::parameter(format!(
            "Param file must be a file with one of the types that WhatsApp carries. Received file of type '{mime_type}'."
        )));
    }
    if let Some(objection) = file::objection(kind_of(&mime_type), &mime_type, &bytes) {
        return Err(Refusal::media(objection));
    }
    let media_id = ids::media_id();
    let answer = json!({ "id": media_id });
    world
        .change(move |change| {
            let row = Row {
                id: media_id,
                mime_type,
                filename,
                bytes: bytes.to_vec(),
                made_at: change.now,
                uploaded: true,
            };
            media::insert(change.tx, &row)
        })
        .await?;
    Ok(Json(answer))
}

/// `DELETE /{version}/{media_id}`.
pub(crate) async fn delete(
    State(world): State<Arc<World>>,
    Path((version, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Answer<Json<Value>> {
    enter(&world, &version, &headers, &asked)?;
    let wanted = id.clone();
    if world
        .change(move |change| media::remove(change.tx, &wanted))
        .await?
    {
        Ok(Json(json!({"success": true})))
    } else {
        Err(Refusal::unknown_object(&id))
    }
}

/// `GET /{version}/{media_id}`: where to download it, for five minutes.
pub(super) async fn look_up(world: &World, id: &str, number: Option<&str>) -> Answer<Option<Value>> {
    let now = (world.clock)();
    let wanted = id.to_owned();
    let found = world
        .read(move |tx| lookaside::alive(media::find(tx, &wanted)?, now))
        .await?;
    let Some(file) = found else {
        return Ok(None);
    };
    if number.is_some_and(|number| number != world.business.phone_number_id) {
        return Err(Refusal::unknown_object(id));
    }
    Ok(Some(json!({
        "messaging_product": "whatsapp",
        "url": lookaside::url(world, id, now),
        "mime_type": file.mime_type,
        "sha256": file::sha256_hex(&file.bytes),
        "file_size": file.bytes.len(),
        "id": file.id,
    })))
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
