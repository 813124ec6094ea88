//! `/sandbox/api`: what the page and black-box tests drive the phones with. JSON, no authentication: the listener is
//! on loopback, and a browser's calls from other sites are refused.

mod faults;
mod files;
mod number;
mod phones;
mod problem;
mod templates;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Query, State},
    response::{
        IntoResponse,
        sse::{self, Sse},
    },
    routing::{delete, get, patch, post},
};
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{json, value::RawValue};
use tokio::sync::broadcast::error::RecvError;
use tower_http::csrf::CsrfLayer;

use self::problem::{Answer, Body, Problem};
use crate::{
    error::Error,
    file,
    line::Line,
    store::{
        messages::{self, Sent},
        phones::{Phone, list as all_phones},
        settings,
    },
    webhook::{deliver, escape::escape},
    world::{Webhook, World},
};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/state", get(state))
        .route("/events", get(events))
        .route("/phones", post(phones::add))
        .route("/phones/{wa_id}", patch(phones::set))
        .route(
            "/phones/{wa_id}/messages",
            get(phones::messages)
                .post(phones::act)
                // A file in base64 takes a third more, and the form or the JSON around it a little.
                .layer(DefaultBodyLimit::max(file::LARGEST / 3 * 4 + 64 * 1024)),
        )
        .route("/phones/{wa_id}/read", post(phones::read))
        .route("/phones/{wa_id}/messages/{id}/played", post(phones::played))
        .route("/phones/{wa_id}/preference", post(phones::preference))
        .route("/echoes", post(phones::echo))
        .route("/media/{id}", get(files::media))
        .route("/samples", get(files::list))
        .route("/samples/{name}", get(files::sample))
        .route("/sends", get(sends))
        .route("/number", patch(number::change))
        .route("/twilio/connect", post(number::connect_twilio))
        .route("/templates", get(templates::list))
        .route("/templates/{id}", patch(templates::decide))
        .route(
            "/faults",
            get(faults::list).post(faults::add).delete(faults::clear),
        )
        .route("/faults/{id}", delete(faults::remove))
        .route("/webhooks/raw", post(raw))
        .route("/webhooks/field", post(number::tell))
        .fallback(async || Problem::nothing())
        .layer(CsrfLayer::new())
}

#[derive(Serialize)]
struct Shown {
    business: BusinessShown,
    /// The numbers customers can write to.
    lines: Vec<LineShown>,
    phones: Vec<Phone>,
    webhook: Webhook,
}

#[derive(Serialize)]
struct BusinessShown {
    name: String,
    display_phone: String,
    phone_number_id: String,
}

#[derive(Serialize)]
struct LineShown {
    line: Line,
    display_phone: String,
    webhook: Webhook,
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
    let shown = world
        .read(move |tx| {
            let business = &about.business;
            let mut lines = vec![LineShown {
                line: Line::Meta,
                display_phone: business.display_phone.clone(),
                webhook: about.webhook_of(tx, Line::Meta)?,
            }];
            if let Some(twilio) = &about.twilio {
                lines.push(LineShown {
                    line: Line::Twilio,
                    display_phone: twilio.number.clone(),
                    webhook: about.webhook_of(tx, Line::Twilio)?,
                });
            }
            Ok(Shown {
                business: BusinessShown {
                    name: business.name.clone(),
                    display_phone: business.display_phone.clone(),
                    phone_number_id: business.phone_number_id.clone(),
                },
                lines,
                phones: all_phones(tx)?,
                webhook: about.webhook(tx)?,
            })
        })
        .await?;
    Ok(Json(shown))
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
