//! The bytes of what was sent and received, and of the samples.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::problem::{Answer, Problem};
use crate::{
    lookaside,
    samples::{self, SAMPLES, Sample},
    store::media,
    world::World,
};

/// A file of a chat, by the id in the message's content.
pub(super) async fn media(State(world): State<Arc<World>>, Path(id): Path<String>) -> Answer<Response> {
    let found = world.read(move |tx| media::find(tx, &id)).await?;
    found.map(lookaside::bytes).ok_or_else(Problem::nothing)
}

pub(super) async fn list() -> Json<[Sample; 7]> {
    Json(SAMPLES)
}

pub(super) async fn sample(Path(name): Path<String>) -> Answer<Response> {
    let sample = samples::named(&name).ok_or_else(Problem::nothing)?;
    Ok(([(header::CONTENT_TYPE, sample.mime_type)], sample.bytes).into_response())
}
