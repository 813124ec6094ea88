//! `Idempotency-Key`: a POST that is made again is answered as it was.

use std::panic::AssertUnwindSafe;

use axum::extract::{MatchedPath, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use recado_engine::idempotency::{self, Answer, Key};
use recado_model::Actor;
use tracing::Instrument as _;

use crate::actor::{Known, authenticate};
use crate::error::{Error, Result};
use crate::extract::{MessageKey, read_body};
use crate::once::{NAME, Once};
use crate::state::Api;

/// Said with an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Requests that know the key of their message themselves, and so may run at any time, also twice at once.
const SENDS: [&str; 4] = [
    "/api/v1/conversations",
    "/api/v1/conversations/{id}/messages",
    "/api/v1/messages",
    "/api/whatsapp/send",
];

/// Around everything that takes a caller. Without the header, or without a caller, it does nothing.
pub async fn idempotency(State(api): State<Api>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(NAME) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let caller = match authenticate(&parts, &api).await {
        Ok(caller) => caller,
        // Whoever signs in or up is nobody yet; the rest is refused by whom it is for.
        Err(error) if error.status == StatusCode::UNAUTHORIZED => {
            return next.run(Request::from_parts(parts, body)).await;
        }
        Err(error) => return error.into_response(),
    };
    parts.extensions.insert(Known(caller));
    match answer(api, caller, Request::from_parts(parts, body), next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn answer(api: Api, caller: Actor, request: Request, next: Next) -> Result<Response> {
    let key = Key::of(&caller, text(request.headers()))?;
    let sends = request
        .extensions()
        .get::<MatchedPath>()
        .is_some_and(|path| SENDS.contains(&path.as_str()));
    let is_form = is_form(request.headers());
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(MessageKey(key.message));
    let address = address(&parts);
    // The boundary between a form's parts is another one each time, and files are large: there the key alone counts.
    let (hash, request) = if is_form {
        let hash = idempotency::request_hash(&address, b"form");
        (hash, Request::from_parts(parts, body))
    } else {
        let settings = &api.settings;
        let request = Request::from_parts(parts.clone(), body);
        let body = read_body(request, settings.api_body_limit, settings.body_patience()).await?;
        let hash = idempotency::request_hash(&address, &body);
        (hash, Request::from_parts(parts, body.into()))
    };
    let once = Once::new(api, caller, key, hash, sends);
    if let Some(answer) = once.before().await? {
        drain(request).await;
        return Ok(replay(answer));
    }
    // In a task of its own: whoever hangs up meanwhile finds the answer when they ask again.
    let running = async move {
        let handled = AssertUnwindSafe(next.run(request)).catch_unwind();
        match idempotency::witnessed(handled).await {
            (Ok(response), left_something) => settle(&once, response, left_something).await,
            (Err(panic), left_something) => {
                let response = super::panicked(panic);
                once.end(response.status(), left_something).await;
                response
            }
        }
    };
    let done = tokio::spawn(running.in_current_span()).await;
    done.map_err(|_| Error::unavailable("The server is shutting down."))
}

/// Keeps what was done. What is not kept: a refusal, a failure, and an answer with a cookie, which is for one browser.
async fn settle(once: &Once, response: Response, left_something: bool) -> Response {
    let (parts, body) = response.into_parts();
    if !parts.status.is_success() || parts.headers.contains_key(SET_COOKIE) {
        once.end(parts.status, left_something).await;
        return Response::from_parts(parts, body);
    }
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        let response = Error::internal().into_response();
        once.end(response.status(), left_something).await;
        return response;
    };
    let answer = Answer {
        status: parts.status.as_u16(),
        content_type: told(&parts.headers),
        body: body.to_vec(),
    };
    match once.keep(&answer).await {
        // Everybody is told the same.
        Some(first) => replay(first),
        None => Response::from_parts(parts, body.into()),
    }
}

/// What is no text is refused like an empty one.
fn text(headers: &HeaderMap) -> &str {
    let value = headers.get(NAME).map(HeaderValue::to_str);
    value.and_then(std::result::Result::ok).unwrap_or_default()
}

fn address(parts: &Parts) -> String {
    let uri = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0);
    uri.path_and_query().map(ToString::to_string).unwrap_or_default()
}

fn is_form(headers: &HeaderMap) -> bool {
    told(headers).is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/"))
}

fn told(headers: &HeaderMap) -> Option<String> {
    headers.get(CONTENT_TYPE)?.to_str().ok().map(str::to_owned)
}

fn replay(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, Bytes::from(answer.body)).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    if let Some(Ok(kind)) = answer.content_type.map(HeaderValue::try_from) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Takes in a body that nobody wants: a client that is cut off while it sends does not see the answer.
async fn drain(request: Request) {
    let mut body = request.into_body().into_data_stream();
    while let Some(Ok(_)) = body.next().await {}
}
