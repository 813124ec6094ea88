//! The description of the API: as JSON for programs, as a page for people. The page is written once at start-up from
//! the same document and can be read without its script, which is for trying calls; nothing comes from elsewhere.

mod html;
mod page;
mod schema;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use utoipa::openapi::OpenApi;

use crate::state::Api;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("try.js");

/// `/openapi.json`, to stand beside the routes it describes.
pub fn description(document: &OpenApi) -> Router<Api> {
    // Our own types serialise; a document that did not would be missed by the first test.
    let json = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
    Router::new().route(
        "/openapi.json",
        get(move || async move { file("application/json", json) }),
    )
}

/// `/docs`, its style sheet and its script.
pub fn pages(document: &OpenApi) -> Router<Api> {
    let document = serde_json::to_value(document).unwrap_or_default();
    let page = Bytes::from(page::render(&document));
    Router::new()
        .route(
            "/docs",
            get(move || async move { file("text/html; charset=utf-8", page) }),
        )
        .route(
            "/docs/style.css",
            get(async || file("text/css; charset=utf-8", Bytes::from_static(STYLE.as_bytes()))),
        )
        .route(
            "/docs/try.js",
            get(async || {
                file(
                    "text/javascript; charset=utf-8",
                    Bytes::from_static(SCRIPT.as_bytes()),
                )
            }),
        )
}

fn file(kind: &'static str, content: Bytes) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, content).into_response()
}
