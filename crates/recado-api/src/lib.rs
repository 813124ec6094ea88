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
mod mcp;
mod middleware;
mod once;
mod openapi;
mod origin;
mod probes;
mod routes;
mod state;
mod tag;
mod web;

use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use http::StatusCode;
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

/// A file may take as long as a slow line needs for it.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// Everything the main listener serves. Requests must carry `ConnectInfo<SocketAddr>`: limits by address and
/// `/metrics` ask for the peer.
pub fn router(api: Api) -> Router {
    let document = openapi();
    api.know(&document);
    let v1 = Router::from(routes::v1())
        .merge(docs::description(&document))
        .layer(from_fn_with_state(api.clone(), middleware::idempotency))
        .layer(from_fn(middleware::etag))
        .layer(compression())
        .layer(from_fn_with_state(
            middleware::csrf_layer(&api.origin),
            middleware::csrf,
        ))
        .layer(from_fn_with_state(api.clone(), middleware::api_answer));
    let uploads = Router::from(routes::uploads())
        .layer(from_fn_with_state(api.clone(), middleware::idempotency))
        .layer(from_fn_with_state(
            middleware::csrf_layer(&api.origin),
            middleware::csrf,
        ))
        .layer(from_fn_with_state(api.clone(), middleware::api_answer));
    let uploads = guarded(Router::new().nest("/api/v1", uploads), UPLOAD_TIMEOUT);
    let compatible = Router::from(routes::compatible())
        .layer(from_fn_with_state(api.clone(), middleware::idempotency))
        .layer(from_fn_with_state(
            middleware::csrf_layer(&api.origin),
            middleware::csrf,
        ))
        .layer(from_fn_with_state(api.clone(), middleware::api_answer));
    let compatible = guarded(compatible, api.settings.request_timeout).layer(map_response(routes::sentence));
    let all = Router::new()
        .nest("/api/v1", v1)
        .merge(routes::files())
        .merge(docs::pages(&document).layer(compression()))
        .merge(hooks::routes())
        .merge(mcp::routes(&api))
        .merge(probes::routes())
        .fallback(web::fallback);
    guarded(all, api.settings.request_timeout)
        .merge(uploads)
        .merge(compatible)
        .layer(from_fn_with_state(api.clone(), middleware::surround))
        .with_state(api)
}

/// Handlers that take too long or panic are answered for.
fn guarded<S: Clone + Send + Sync + 'static>(routes: Router<S>, timeout: Duration) -> Router<S> {
    routes
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            timeout,
        ))
        .layer(CatchPanicLayer::custom(middleware::panicked))
}

/// Cheap levels: these answers are written anew each time.
fn compression() -> CompressionLayer<SizeAbove> {
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESS_ABOVE))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::Request;
    use axum::response::Response;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;

    async fn answer(path: &str) -> (u16, serde_json::Value, http::HeaderMap) {
        let routes = Router::new()
            .route(
                "/panic",
                get(async || -> &'static str { panic!("a secret detail") }),
            )
            .route("/slow", get(std::future::pending::<&'static str>))
            .route("/fine", get(async || "fine"));
        let router =
            guarded(routes, Duration::from_secs(5)).layer(map_response(async |response: Response| {
                error::render(response, "req-1")
            }));
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        (
            parts.status.as_u16(),
            serde_json::from_slice(&body).unwrap_or_default(),
            parts.headers,
        )
    }

    #[tokio::test]
    async fn a_panic_is_our_fault_and_stays_with_us() {
        let (status, body, _) = answer("/panic").await;
        assert_eq!((status, body["error"]["code"].as_str()), (500, Some("internal")));
        assert!(!body.to_string().contains("secret"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_handler_that_hangs_is_given_up() {
        let (status, body, headers) = answer("/slow").await;
        assert_eq!(
            (status, body["error"]["code"].as_str()),
            (503, Some("unavailable"))
        );
        assert!(headers.contains_key(http::header::RETRY_AFTER));
    }

    #[tokio::test]
    async fn what_goes_well_is_left_alone() {
        assert_eq!(answer("/fine").await.0, 200);
        assert_eq!(answer("/nothing").await.1["error"]["code"], "not_found");
    }
}
