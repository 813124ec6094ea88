//! What machines ask: is it alive, is it ready, how is it doing.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use crate::client::peer;
use crate::error::Error;
use crate::state::{Api, Settings};

/// How long the database may take to answer a probe.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long an answer is good for: however often we are probed, the database is asked once in that time.
const FRESH: Duration = Duration::from_secs(1);

/// The last look at the database.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Option<String>)>>);

/// Why we are not ready.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Trouble {
    what: &'static str,
    message: String,
}

pub fn routes() -> Router<Api> {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(local_metrics))
}

/// For the metrics' own listener, open to whoever reaches it.
pub fn metrics_router(settings: &Settings) -> Router {
    let render = settings.metrics.clone();
    Router::new().route(
        "/metrics",
        get(move || {
            let text = render.as_ref().map(|render| render());
            async move { figures(text) }
        }),
    )
}

async fn livez() -> &'static str {
    "ok\n"
}

async fn readyz(State(api): State<Api>) -> Response {
    let mut troubles = Vec::new();
    if api.stop.is_cancelled() {
        troubles.push(Trouble {
            what: "stopping",
            message: "The server is shutting down.".to_owned(),
        });
    }
    if let Some(message) = api.readiness.database_trouble(&api).await {
        troubles.push(Trouble {
            what: "database",
            message,
        });
    }
    if troubles.is_empty() {
        Json(serde_json::json!({ "status": "ready" })).into_response()
    } else {
        let body = Json(serde_json::json!({ "status": "unavailable", "troubles": troubles }));
        (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
    }
}

impl Readiness {
    async fn database_trouble(&self, api: &Api) -> Option<String> {
        if let Some((at, trouble)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && at.elapsed() < FRESH
        {
            return trouble.clone();
        }
        let trouble = match tokio::time::timeout(PATIENCE, api.ctx.db.ping()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("no answer within {PATIENCE:?}")),
        };
        if let Some(message) = &trouble {
            tracing::warn!(message, "not ready: the database does not answer");
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), trouble.clone()));
        trouble
    }
}

/// On the main listener only programs on this machine may see the figures.
async fn local_metrics(State(api): State<Api>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if is_local(&parts) {
        figures(api.settings.metrics.as_ref().map(|render| render()))
    } else {
        Error::not_found("There is nothing at this address.").into_response()
    }
}

/// A proxy on this machine speaks for strangers, and says so.
fn is_local(parts: &Parts) -> bool {
    const FORWARDED: [HeaderName; 3] = [
        http::header::FORWARDED,
        HeaderName::from_static("x-forwarded-for"),
        HeaderName::from_static("x-real-ip"),
    ];
    peer(parts).is_some_and(|address| address.is_loopback())
        && !FORWARDED.iter().any(|name| parts.headers.contains_key(name))
}

fn figures(text: Option<String>) -> Response {
    match text {
        Some(text) => {
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
        None => Error::not_found("No figures are kept.").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::extract::ConnectInfo;

    use super::*;

    fn parts(address: [u8; 4], header: Option<&'static str>) -> Parts {
        let mut request = Request::new(axum::body::Body::empty());
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from((address, 4000))));
        if let Some(name) = header {
            request
                .headers_mut()
                .insert(name, HeaderValue::from_static("127.0.0.1"));
        }
        request.into_parts().0
    }

    #[test]
    fn figures_are_for_this_machine() {
        assert!(is_local(&parts([127, 0, 0, 1], None)));
        assert!(!is_local(&parts([10, 0, 0, 1], None)));
        assert!(!is_local(&parts([127, 0, 0, 1], Some("x-forwarded-for"))));
        assert!(!is_local(&parts([127, 0, 0, 1], Some("forwarded"))));
        assert!(!is_local(&Request::new(axum::body::Body::empty()).into_parts().0));
    }

    #[test]
    fn without_figures_there_is_no_page() {
        assert_eq!(figures(None).status(), StatusCode::NOT_FOUND);
        assert_eq!(figures(Some("x 1\n".into())).status(), StatusCode::OK);
    }
}
