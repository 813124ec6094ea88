//! Downloads of files at Meta: a URL away from the Graph API that lives five minutes and needs the token as well.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use crate::{error::Result, graph, store::media, webhook::sign, world::World};

const LIFE_MS: i64 = 5 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Debug, Deserialize)]
pub(crate) struct Ticket {
    #[serde(default)]
    ext: i64,
    #[serde(default)]
    hash: String,
}

/// Where this file can be fetched for the next five minutes.
pub(crate) fn url(world: &World, id: &str, now: i64) -> String {
    let ext = now + LIFE_MS;
    format!(
        "{}/lookaside/attachments/{id}?ext={ext}&hash={}",
        world.url(),
        hash(world, id, ext)
    )
}

/// `GET /lookaside/attachments/{id}`.
pub(crate) async fn download(
    State(world): State<Arc<World>>,
    Path(id): Path<String>,
    Query(ticket): Query<Ticket>,
    headers: HeaderMap,
) -> Response {
    if graph::bearer(&headers, None) != Some(&*world.business.access_token) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let now = (world.clock)();
    if ticket.hash != hash(&world, &id, ticket.ext) || ticket.ext <= now {
        return StatusCode::NOT_FOUND.into_response();
    }
    match world.read(move |tx| alive(media::find(tx, &id)?, now)).await {
        Ok(Some(file)) => bytes(file),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a file could not be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// The file, unless Meta would have forgotten it by now: uploads after 30 days, what customers sent after 7.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the end of a chain of reads, all of which can fail"
)]
pub(crate) fn alive(found: Option<media::Row>, now: i64) -> Result<Option<media::Row>> {
    Ok(found.filter(|file| {
        let days = if file.uploaded { 30 } else { 7 };
        now - file.made_at < days * DAY_MS
    }))
}

/// The file as an answer.
pub(crate) fn bytes(file: media::Row) -> Response {
    let mut headers = vec![
        (header::CONTENT_TYPE, file.mime_type),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        // A page or a drawing that somebody sent must not run as one of ours.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; img-src 'self'".to_owned(),
        ),
    ];
    if let Some(name) = file.filename {
        let safe: String = name
            .chars()
            .filter(|c| c.is_ascii() && !c.is_ascii_control() && !matches!(c, '"' | '\\'))
            .collect();
        headers.push((
            header::CONTENT_DISPOSITION,
            format!("inline; filename=\"{safe}\""),
        ));
    }
    let mut response = file.bytes.into_response();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn hash(world: &World, id: &str, ext: i64) -> String {
    sign::proof(&world.business.app_secret, &format!("{id}.{ext}"))
}
