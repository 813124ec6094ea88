//! The way in from outside: routes, the caller, errors, the OpenAPI document, the live socket, the pages.
//!
//! No product rule lives here: a handler parses, asks who may, calls the engine and renders.

mod actor;
mod answer;
mod client;
mod cookie;
mod docs;
mod error;
mod extract;
mod hooks;
mod live;
mod middleware;
mod openapi;
mod origin;
mod probes;
mod routes;
mod state;
mod tag;
mod web;

use axum::Router;
use axum::middleware::from_fn_with_state;
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::timeout::TimeoutLayer;

pub use live::{EventFrame, LiveEvent, LiveFrame};
pub use openapi::openapi;
pub use probes::metrics_router;
pub use state::{Api, LiveTimes, Settings, Shared};

/// Answers smaller than this are not worth compressing.
const COMPRESS_ABOVE: u64 = 1 << 10;

/// Everything the main listener serves. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: limits by
/// address and `/metrics` ask for the peer.
pub fn router(api: Api) -> Router {
    let document = openapi();
    let v1 = Router::from(routes::v1())
        .merge(docs::description(&document))
        .layer(compression())
        .layer(from_fn_with_state(
            middleware::csrf_layer(&api.origin),
            middleware::csrf,
        ))
        .layer(from_fn_with_state(api.clone(), middleware::api_answer));
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(api.clone(), middleware::surround))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            api.settings.request_timeout,
        ));
    Router::new()
        .nest("/api/v1", v1)
        .merge(docs::pages(&document).layer(compression()))
        .merge(hooks::routes())
        .merge(probes::routes())
        .fallback(web::fallback)
        .layer(around)
        .with_state(api)
}

/// Cheap levels: these answers are written anew each time.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESS_ABOVE))
}
