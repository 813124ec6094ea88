//! `/mcp`: the inbox for assistants, by the Model Context Protocol over streamable HTTP.
//!
//! Who calls is an API key like any other: the same table of permissions, the same limit, the same journal. No session
//! is kept, so that any node can answer any request.

mod directory;
mod read;
mod schema;
mod send;
mod server;
mod shown;
mod text;
mod tool;
mod tools;
mod write;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::{AUTHORIZATION, ORIGIN};
use recado_model::{Actor, Who};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};

use self::server::Server;
use crate::actor::Anyone;
use crate::error::{Error, Result};
use crate::middleware;
use crate::state::Api;

pub fn routes(api: &Api) -> Router<Api> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(api.settings.api_body_limit)
        // An installation may be reached under several names. What a page could do with one of them is refused by its
        // origin, in `admit`.
        .disable_allowed_hosts();
    let server = Server::new(api.clone());
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    Router::new()
        .route_service("/mcp", service)
        .layer(from_fn_with_state(api.clone(), admit))
        .layer(from_fn_with_state(api.clone(), middleware::api_answer))
}

/// Lets requests with a key through, and hands on who it is.
async fn admit(State(api): State<Api>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let actor = match caller(&mut parts, &api).await {
        Ok(actor) => actor,
        Err(error) => return error.into_response(),
    };
    parts.extensions.insert(actor);
    next.run(Request::from_parts(parts, body)).await
}

async fn caller(parts: &mut http::request::Parts, api: &Api) -> Result<Actor> {
    if is_foreign(&parts.headers, api.origin.as_str()) {
        return Err(Error::forbidden("This request came from another site."));
    }
    // A session's cookie is sent by a browser whoever asks for it; a key is not.
    if !parts.headers.contains_key(AUTHORIZATION) {
        return Err(Error::unauthorized(
            "Send an API key as `Authorization: Bearer …`.",
        ));
    }
    let actor = *Anyone::from_request_parts(parts, api).await?;
    match actor.who {
        Who::Key { .. } => Ok(actor),
        Who::Member { .. } | Who::System => Err(Error::unauthorized(
            "Send an API key as `Authorization: Bearer …`.",
        )),
    }
}

/// Whether a page of another site asks. The name the request was sent to does not count here: a page can give any name
/// our address (DNS rebinding).
fn is_foreign(headers: &HeaderMap, own: &str) -> bool {
    headers
        .get(ORIGIN)
        .is_some_and(|origin| origin.as_bytes() != own.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_ask_only_from_our_own_address() {
        let asked = |origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(http::header::HOST, "evil.example".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            is_foreign(&headers, "https://inbox.example.com")
        };
        assert!(!asked(None), "a program");
        assert!(!asked(Some("https://inbox.example.com")));
        for foreign in ["http://evil.example", "http://inbox.example.com", "null", ""] {
            assert!(asked(Some(foreign)), "{foreign}");
        }
    }
}
