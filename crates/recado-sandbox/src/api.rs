//! `/sandbox/api`: what the page and black-box tests drive the phones with. JSON, no authentication: the listener is
//! on loopback, and a browser's calls from other sites are refused.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json, Router,
    extract::{FromRequest, Path, Query, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{self, Sse},
    },
    routing::{get, patch, post},
};
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use tokio::sync::broadcast::error::RecvError;
use tower_http::csrf::CsrfLayer;

use crate::{
    chat,
    error::Error,
    store::{
        messages::{self, PhoneMessage, Sent},
        phones::{self, Phone},
        settings,
    },
    webhook::{deliver, escape::escape},
    world::{Webhook, World},
};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/state", get(state))
        .route("/events", get(events))
        .route("/phones", post(add_phone))
        .route("/phones/{wa_id}", patch(set_phone))
        .route("/phones/{wa_id}/messages", get(chat_messages).post(say))
        .route("/phones/{wa_id}/read", post(read))
        .route("/sends", get(sends))
        .route("/webhooks/raw", post(raw))
        .fallback(async || {
            Problem(
                StatusCode::NOT_FOUND,
                "not_found",
                None,
                "There is nothing here.".to_owned(),
            )
        })
        .layer(CsrfLayer::new())
}

#[derive(Serialize)]
struct Shown {
    business: BusinessShown,
    phones: Vec<Phone>,
    webhook: Webhook,
}

#[derive(Serialize)]
struct BusinessShown {
    name: String,
    display_phone: String,
    phone_number_id: String,
}

#[derive(Deserialize)]
struct NewPhone {
    name: String,
    phone: Option<String>,
}

#[derive(Deserialize)]
struct Flags {
    online: Option<bool>,
    auto_read: Option<bool>,
}

#[derive(Deserialize)]
struct NewMessage {
    text: String,
    reply_to: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    /// The newest so many; 500 unless told.
    limit: Option<u32>,
}

#[derive(Deserialize)]
struct ByCallback {
    callback: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    body: Box<RawValue>,
}

async fn state(State(world): State<Arc<World>>) -> Answer<Json<Shown>> {
    let about = Arc::clone(&world);
    let (phones, webhook) = world
        .read(move |tx| Ok((phones::list(tx)?, about.webhook(tx)?)))
        .await?;
    let business = BusinessShown {
        name: world.business.name.clone(),
        display_phone: world.business.display_phone.clone(),
        phone_number_id: world.business.phone_number_id.clone(),
    };
    Ok(Json(Shown {
        business,
        phones,
        webhook,
    }))
}

async fn add_phone(
    State(world): State<Arc<World>>,
    Body(new): Body<NewPhone>,
) -> Answer<(StatusCode, Json<Phone>)> {
    let phone = world
        .change(move |change| chat::add_phone(change, &new.name, new.phone.as_deref()))
        .await?;
    Ok((StatusCode::CREATED, Json(phone)))
}

async fn set_phone(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Body(flags): Body<Flags>,
) -> Answer<Json<Phone>> {
    let phone = world
        .change(move |change| {
            if let Some(auto_read) = flags.auto_read {
                chat::set_auto_read(change, &wa_id, auto_read)?;
            }
            if let Some(online) = flags.online {
                chat::set_online(change, &wa_id, online)?;
            }
            phones::shown(change.tx, &wa_id)
        })
        .await?;
    Ok(Json(phone))
}

async fn chat_messages(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Query(page): Query<Page>,
) -> Answer<Json<Vec<PhoneMessage>>> {
    let limit = i64::from(page.limit.unwrap_or(500));
    let chat = world
        .read(move |tx| {
            phones::get(tx, &wa_id)?;
            messages::chat(tx, &wa_id, limit)
        })
        .await?;
    Ok(Json(chat))
}

async fn say(
    State(world): State<Arc<World>>,
    Path(wa_id): Path<String>,
    Body(new): Body<NewMessage>,
) -> Answer<(StatusCode, Json<PhoneMessage>)> {
    let message = world
        .change(move |change| chat::say(change, &wa_id, &new.text, new.reply_to.as_deref()))
        .await?;
    Ok((StatusCode::CREATED, Json(message)))
}

async fn read(State(world): State<Arc<World>>, Path(wa_id): Path<String>) -> Answer<Json<Phone>> {
    Ok(Json(
        world.change(move |change| chat::open(change, &wa_id)).await?,
    ))
}

async fn sends(State(world): State<Arc<World>>, Query(by): Query<ByCallback>) -> Answer<Json<Vec<Sent>>> {
    Ok(Json(
        world
            .read(move |tx| messages::sends(tx, by.callback.as_deref()))
            .await?,
    ))
}

async fn raw(State(world): State<Arc<World>>, Body(raw): Body<Raw>) -> Answer<Json<serde_json::Value>> {
    Ok(Json(json!({ "status": post_raw(&world, raw.body.get()).await? })))
}

/// Puts this JSON on the wire as Meta would write and sign it, once, past the outbox. The status that came back.
pub(crate) async fn post_raw(world: &World, body: &str) -> crate::Result<u16> {
    let url = world.read(settings::callback).await?.ok_or(Error::NotConnected)?;
    Ok(deliver::post(world, &url, escape(body)).await?.as_u16())
}

/// Server-sent events, one JSON object each. The first is `hello`: whoever reads it can fetch without missing anything
/// after. A reader too slow to keep up gets `reset`: fetch again.
async fn events(State(world): State<Arc<World>>) -> impl IntoResponse {
    let listener = world.listen();
    let news = stream::unfold(listener, async |mut listener| {
        let event = match listener.recv().await {
            Ok(event) => sse::Event::default().json_data(&event).unwrap_or_default(),
            Err(RecvError::Lagged(_)) => simple("reset"),
            Err(RecvError::Closed) => return None,
        };
        Some((event, listener))
    });
    let events = stream::once(async { simple("hello") })
        .chain(news)
        .map(Ok::<_, Infallible>);
    let stopping = world.stopping.clone();
    let events = events.take_until(stopping.cancelled_owned());
    Sse::new(boxed(events)).keep_alive(sse::KeepAlive::default())
}

fn boxed<T>(events: T) -> std::pin::Pin<Box<dyn Stream<Item = Result<sse::Event, Infallible>> + Send>>
where
    T: Stream<Item = Result<sse::Event, Infallible>> + Send + 'static,
{
    Box::pin(events)
}

fn simple(kind: &str) -> sse::Event {
    sse::Event::default().data(json!({ "type": kind }).to_string())
}

type Answer<T> = Result<T, Problem>;

/// Status, code, field and message of the error envelope.
#[derive(Debug)]
struct Problem(StatusCode, &'static str, Option<&'static str>, String);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Invalid { field, message } => {
                Self(StatusCode::BAD_REQUEST, "bad_request", Some(field), message)
            }
            Error::UnknownPhone(_) => Self(StatusCode::NOT_FOUND, "not_found", None, message),
            Error::Taken(_) => Self(StatusCode::CONFLICT, "conflict", Some("phone"), message),
            Error::Offline(_) | Error::NotConnected => Self(StatusCode::CONFLICT, "conflict", None, message),
            Error::Unanswered(_) => Self(StatusCode::BAD_GATEWAY, "unanswered", None, message),
            Error::Stopping => Self(StatusCode::SERVICE_UNAVAILABLE, "unavailable", None, message),
            _ => {
                tracing::error!(error = message, "the sandbox failed");
                Self(StatusCode::INTERNAL_SERVER_ERROR, "internal", None, message)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(status, code, field, message) = self;
        let mut error = json!({"code": code, "message": message});
        if let Some(field) = field {
            error["field"] = field.into();
        }
        (status, Json(json!({ "error": error }))).into_response()
    }
}

/// A JSON body, refused in the same envelope as everything else.
struct Body<T>(T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => {
                // JSON of the wrong shape is as bad as no JSON.
                let status = match rejection.status() {
                    StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
                    status => status,
                };
                Err(Problem(status, "bad_request", None, rejection.body_text()))
            }
        }
    }
}
