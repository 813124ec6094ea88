//! Strikes the calls of the played APIs: a layer around their routes.

use std::{future, sync::Arc, time::Duration};

use axum::{
    body::{self, Body, Bytes},
    extract::{ConnectInfo, Request, State},
    http::{StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{Call, Effect, FailsLater, connection::Plug};
use crate::{graph::Refusal, line::Line, twilio, world::World};

/// A send is small; more than this is refused by the handler.
const SEND_LIMIT: usize = 2 * 1024 * 1024;

pub(crate) async fn meta(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    strike(&world, Line::Meta, request, next).await
}

pub(crate) async fn twilio(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    strike(&world, Line::Twilio, request, next).await
}

async fn strike(world: &World, line: Line, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut call = call(world, line, &parts);
    let (body, to) = if call == Call::Send {
        let Ok(bytes) = body::to_bytes(body, SEND_LIMIT).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let (to, is_send) = recipient(line, &bytes);
        if !is_send {
            call = Call::Read;
        }
        (Body::from(bytes), to)
    } else {
        (body, None)
    };
    let mut loses_answer = false;
    for effect in world.faults.strike(line, call, to.as_deref(), (world.clock)()) {
        match effect {
            Effect::Delay { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
            Effect::Status { status } => return gateway(status),
            Effect::Refuse { code, status } => return refuse(line, status.unwrap_or(400), code),
            Effect::RateLimited | Effect::Throttle { .. } => {
                return refuse(line, 429, if line == Line::Meta { 130_429 } else { 20_429 });
            }
            Effect::PairRate { .. } if line == Line::Meta => return refuse(line, 429, 131_056),
            // Twilio takes it and tells later.
            Effect::PairRate { .. } => {
                parts.extensions.insert(FailsLater(63_018));
            }
            Effect::FailLater { code } => {
                parts.extensions.insert(FailsLater(code));
            }
            Effect::Hang => {
                world.stopping.cancelled().await;
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
            }
            Effect::LoseAnswer => loses_answer = true,
            // These are for webhooks.
            Effect::Duplicate { .. } | Effect::Reorder | Effect::Drop => {}
        }
    }
    let plug = parts.extensions.get::<ConnectInfo<Plug>>().cloned();
    let answer = next.run(Request::from_parts(parts, body)).await;
    if loses_answer && let Some(ConnectInfo(plug)) = plug {
        plug.pull();
        // The connection ends, and this with it.
        return future::pending().await;
    }
    answer
}

/// What kind of call this is, by its path.
fn call(world: &World, line: Line, parts: &Parts) -> Call {
    let path = parts.uri.path();
    let is_post = parts.method == axum::http::Method::POST;
    let last = path.rsplit('/').next().unwrap_or_default();
    match line {
        Line::Meta => match last {
            "messages" | "marketing_messages" if is_post => Call::Send,
            "media" => Call::Media,
            "message_templates" => Call::Templates,
            _ if path.starts_with("/lookaside/") => Call::Media,
            _ if last == world.business.phone_number_id || last == world.business.waba_id => Call::Manage,
            // Only a file is looked up by so many digits, apart from the number itself and its WABA.
            _ if last.len() == 15 && last.bytes().all(|b| b.is_ascii_digit()) => Call::Media,
            _ => Call::Manage,
        },
        Line::Twilio => match last {
            "Messages.json" if is_post => Call::Send,
            "Typing.json" => Call::Read,
            _ if path.contains("/Media") || path.starts_with("/twilio-storage/") => Call::Media,
            _ if path.contains("/Content") => Call::Templates,
            _ => Call::Manage,
        },
    }
}

/// Who shall get it, in digits or as a user id; and whether it is a message at all.
fn recipient(line: Line, body: &Bytes) -> (Option<String>, bool) {
    match line {
        Line::Meta => {
            let body: Value = serde_json::from_slice(body).unwrap_or_default();
            let to = body["to"].as_str().or_else(|| body["recipient"].as_str());
            let to = to.map(|to| to.trim_start_matches('+').to_owned());
            (to, body.get("status").is_none())
        }
        Line::Twilio => {
            let to = form_urlencoded::parse(body).find(|(name, _)| name == "To");
            let to = to.map(|(_, to)| {
                to.trim_start_matches("whatsapp:")
                    .trim_start_matches('+')
                    .to_owned()
            });
            (to, true)
        }
    }
}

fn refuse(line: Line, status: u16, code: i64) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    match line {
        Line::Meta => Refusal::with_code(status, code).into_response(),
        Line::Twilio => twilio::Refusal::new(status, code, "Refused on order.").into_response(),
    }
}

/// What something in between answers, which knows nothing of the API.
fn gateway(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}
