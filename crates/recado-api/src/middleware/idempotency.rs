//! `Idempotency-Key`: a POST that is made again is answered as it was.

use std::time::Duration;

use axum::extract::{MatchedPath, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt as _;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use recado_engine::idempotency::{self, Answer, Key, LONGEST_REQUEST, Standing};
use recado_model::Actor;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::actor::{Known, authenticate};
use crate::error::{Error, Result};
use crate::extract::{MessageKey, read_body};
use crate::state::Api;

pub const NAME: &str = "Idempotency-Key";

/// Said with an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Requests that know the key of their message themselves, and so may run at any time, also twice at once.
const SENDS: [&str; 4] = [
    "/api/v1/conversations",
    "/api/v1/conversations/{id}/messages",
    "/api/v1/messages",
    "/api/whatsapp/send",
];

/// How long one waits for the answer to the same request that came before it.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often one looks whether another node has answered it.
const LOOK_EVERY: Duration = Duration::from_millis(500);

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
    let once = Once { api, caller };
    match once.answer(Request::from_parts(parts, body), next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

/// One caller's request that is to be carried out once.
#[derive(Clone)]
struct Once {
    api: Api,
    caller: Actor,
}

/// What is known of it.
struct Asked {
    key: Key,
    hash: Vec<u8>,
    sends: bool,
}

impl Once {
    async fn answer(self, request: Request, next: Next) -> Result<Response> {
        let key = Key::of(&self.caller, text(request.headers()))?;
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
            let settings = &self.api.settings;
            let request = Request::from_parts(parts.clone(), body);
            let body = read_body(request, settings.api_body_limit, settings.body_patience()).await?;
            let hash = idempotency::request_hash(&address, &body);
            (hash, Request::from_parts(parts, body.into()))
        };
        let asked = Asked { key, hash, sends };
        if let Some(answer) = self.before(&asked).await? {
            drain(request).await;
            return Ok(replay(answer));
        }
        // In a task of its own: whoever hangs up meanwhile finds the answer when they ask again.
        let running = async move {
            let response = next.run(request).await;
            let response = self.settle(&asked, response).await;
            self.api.answered.notify_waiters();
            response
        };
        match tokio::spawn(running.in_current_span()).await {
            Ok(response) => Ok(response),
            Err(error) => match error.try_into_panic() {
                Ok(panic) => Ok(super::panicked(panic)),
                Err(_) => Err(Error::unavailable("The server is shutting down.")),
            },
        }
    }

    /// The answer that was given before. With none, the key is this request's.
    async fn before(&self, asked: &Asked) -> Result<Option<Answer>> {
        let Asked { key, hash, sends } = asked;
        let since = Instant::now();
        loop {
            // Listening begins before the look, so that nothing falls in between.
            let mut answered = std::pin::pin!(self.api.answered.notified());
            answered.as_mut().enable();
            match idempotency::look(&self.api.ctx, &self.caller, key, hash).await? {
                Standing::Answered(answer) => return Ok(Some(answer)),
                Standing::Free | Standing::Taken(_) if *sends => return Ok(None),
                Standing::Free => {
                    if idempotency::take(&self.api.ctx, &self.caller, key, hash).await? {
                        return Ok(None);
                    }
                }
                Standing::Taken(age) if age > LONGEST_REQUEST => return Err(cut_off()),
                Standing::Taken(_) if since.elapsed() >= PATIENCE => return Err(in_progress()),
                Standing::Taken(_) => {
                    // Either way it is looked at again.
                    tokio::time::timeout(LOOK_EVERY, answered).await.ok();
                }
            }
        }
    }

    /// Keeps what was done. A refusal did nothing, so the same may be asked again; and a cookie is for one browser.
    async fn settle(&self, asked: &Asked, response: Response) -> Response {
        let Asked { key, hash, sends } = asked;
        let (ctx, caller) = (&self.api.ctx, &self.caller);
        let (parts, body) = response.into_parts();
        if !parts.status.is_success() || parts.headers.contains_key(SET_COOKIE) {
            if !sends && let Err(error) = idempotency::release(ctx, caller, key, hash).await {
                tracing::warn!(%error, "an idempotency key stays taken");
            }
            return Response::from_parts(parts, body);
        }
        let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
            return Error::internal().into_response();
        };
        let answer = Answer {
            status: parts.status.as_u16(),
            content_type: told(&parts.headers),
            body: body.to_vec(),
        };
        match idempotency::keep(ctx, caller, key, hash, &answer).await {
            // The same request, run at the same time, was answered first: everybody is told the same.
            Ok(false) => {
                if let Ok(Standing::Answered(first)) = idempotency::look(ctx, caller, key, hash).await {
                    return replay(first);
                }
            }
            Ok(true) => {}
            Err(error) => tracing::warn!(%error, "an answer was not kept for its idempotency key"),
        }
        Response::from_parts(parts, body.into())
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

fn in_progress() -> Error {
    Error {
        field: Some(NAME.to_owned()),
        retry_after: Some(Duration::from_secs(1)),
        ..Error::new(
            StatusCode::CONFLICT,
            "idempotency_in_progress",
            "The first request with this Idempotency-Key is still being carried out.",
        )
    }
}

fn cut_off() -> Error {
    Error {
        field: Some(NAME.to_owned()),
        ..Error::new(
            StatusCode::CONFLICT,
            "idempotency_interrupted",
            "The first request with this Idempotency-Key was cut off, and may have been carried out or not. See what is \
             there before you ask again under another key.",
        )
    }
}
