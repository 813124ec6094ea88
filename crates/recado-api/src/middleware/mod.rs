//! What surrounds every request: its id, its span, its figures, the headers of its answer, the envelope of its failure.

mod afterwards;
mod csrf;
mod etag;
mod headers;
mod idempotency;
mod request_id;

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method};
use tracing::Instrument as _;

pub use afterwards::Afterwards;
pub use csrf::{csrf, layer as csrf_layer};
pub use etag::etag;
pub use idempotency::idempotency;

use crate::error::{self, Error};
use crate::state::Api;

/// The outermost layer.
pub async fn surround(State(api): State<Api>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id::of(request.headers()).unwrap_or_else(|| request_id::new(&api.ctx.ids));
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("other", MatchedPath::as_str);

    let span = tracing::info_span!("request", %method, route, request_id = id.as_str());
    let answer = async {
        let response = error::render(next.run(request).await, id.as_str());
        report(&method, route, response.status().as_u16(), start.elapsed());
        response
    };
    let mut response = answer.instrument(span).await;
    headers::secure(response.headers_mut(), api.is_secure());
    response.headers_mut().insert(request_id::NAME, id.into_header());
    response
}

/// Around everything under `/api/v1`: answers are nobody else's to keep, and what authentication left is sent along.
pub async fn api_answer(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let afterwards = Afterwards::default();
    request.extensions_mut().insert(afterwards.clone());
    let mut response = next.run(request).await;
    afterwards.apply(response.headers_mut(), api.is_secure());
    response
        .headers_mut()
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// What is answered when a handler panics; the panic's message stays in the log.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over like this")]
pub fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let message = panic
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    tracing::error!(message, "a handler panicked");
    Error::internal().into_response()
}

fn report(method: &Method, route: &str, status: u16, took: Duration) {
    // Webhooks, probes and files come by the thousand; what people and programs ask of the API is worth a line.
    if route.starts_with("/api/") {
        tracing::info!(status, took_us = took.as_micros(), "answered");
    } else {
        tracing::debug!(status, took_us = took.as_micros(), "answered");
    }
    let (method, route, status) = (known(method), route.to_owned(), status.to_string());
    metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route).record(took);
}

/// A client may send any word as a method; figures have a bounded number of series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
