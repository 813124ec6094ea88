//! What surrounds every request: its id, its span, its figures, the headers of its answer, the envelope of its failure.

mod afterwards;
mod csrf;
mod headers;
mod request_id;

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Method};
use tracing::Instrument as _;
use tracing::field::Empty;

pub use afterwards::Afterwards;
pub use csrf::{csrf, layer as csrf_layer};

use crate::error::{self, Error};
use crate::state::Api;

/// The outermost layer.
pub async fn surround(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let start = Instant::now();
    let id = request_id::of(request.headers()).unwrap_or_else(|| request_id::new(&api.ctx.ids));
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(id.clone());

    let route_name = route.as_ref().map_or("other", MatchedPath::as_str);
    let span =
        tracing::info_span!("request", %method, route = route_name, request_id = id.as_str(), status = Empty);
    let (response, took) = async {
        let response = error::render(next.run(request).await, id.as_str());
        let took = start.elapsed();
        let status = response.status().as_u16();
        tracing::Span::current().record("status", status);
        // Webhooks, probes and files come by the thousand; what people and programs ask of the API is worth a line.
        if route_name.starts_with("/api/") {
            tracing::info!(status, took_us = took.as_micros(), "answered");
        } else {
            tracing::debug!(status, took_us = took.as_micros(), "answered");
        }
        (response, took)
    }
    .instrument(span)
    .await;

    count(
        &method,
        route_name,
        response.status().as_u16(),
        took.as_secs_f64(),
    );
    let mut response = response;
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

fn count(method: &Method, route: &str, status: u16, seconds: f64) {
    let method = known(method);
    let route = route.to_owned();
    metrics::counter!("http_requests_total", "method" => method, "route" => route.clone(), "status" => status_label(status))
        .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route)
        .record(seconds);
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

fn status_label(status: u16) -> String {
    status.to_string()
}
