//! `/metrics`, on its own listener for anyone who reaches it, or on the main one for this machine.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::telemetry::Figures;

/// What a proxy adds to a request that it forwards.
const FORWARDED: [&str; 4] = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];

/// For a listener that exists for this page: whoever reaches it may read.
pub fn open(figures: Figures) -> Router {
    Router::new().route("/metrics", get(|| async move { page(&figures) }))
}

/// For the main listener: only programs on this machine. A request that a proxy on this machine forwards comes from
/// elsewhere.
pub fn local(figures: Figures) -> Router {
    let handler = async move |ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: HeaderMap| {
        let forwarded = FORWARDED.iter().any(|name| headers.contains_key(*name));
        if peer.ip().to_canonical().is_loopback() && !forwarded {
            page(&figures)
        } else {
            let words = "Metrics are for this machine only. Set metrics.listen to have them elsewhere.\n";
            (StatusCode::FORBIDDEN, words).into_response()
        }
    };
    Router::new().route("/metrics", get(handler))
}

fn page(figures: &Figures) -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        figures.render(),
    )
        .into_response()
}
