//! Ordering trouble, and calling it off.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::problem::{Answer, Body, Problem};
use crate::{
    faults::{Call, Effect, Fault},
    world::{Event, World},
};

pub(super) async fn list(State(world): State<Arc<World>>) -> Json<Vec<Fault>> {
    Json(world.faults.list())
}

pub(super) async fn add(
    State(world): State<Arc<World>>,
    Body(fault): Body<Fault>,
) -> Answer<(StatusCode, Json<Fault>)> {
    let wrong = match fault.effect {
        Effect::Status { status }
        | Effect::Refuse {
            status: Some(status), ..
        } if !(400..600).contains(&status) => Some("status must be 400 to 599"),
        Effect::Delay { ms } if ms > 600_000 => Some("ms must be at most ten minutes"),
        Effect::Duplicate { times } if times > 100 => Some("times must be at most 100"),
        Effect::Duplicate { .. } | Effect::Reorder | Effect::Drop if fault.call != Call::Webhook => {
            Some("is for webhooks only")
        }
        Effect::FailLater { .. } | Effect::Throttle { .. } | Effect::PairRate { .. }
            if fault.call != Call::Send =>
        {
            Some("is for sends only")
        }
        Effect::Status { .. }
        | Effect::RateLimited
        | Effect::Refuse { .. }
        | Effect::Hang
        | Effect::LoseAnswer
            if fault.call == Call::Webhook =>
        {
            Some("is the receiver's to do, not the sandbox's")
        }
        _ if fault.times == Some(0) => Some("times must be 1 or more"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        return Err(Problem(
            StatusCode::BAD_REQUEST,
            "bad_request",
            Some("effect"),
            wrong.to_owned(),
        ));
    }
    let fault = world.faults.add(fault);
    world.say(Event::Faults);
    Ok((StatusCode::CREATED, Json(fault)))
}

pub(super) async fn clear(State(world): State<Arc<World>>) -> Json<Value> {
    world.faults.remove(None);
    world.say(Event::Faults);
    Json(json!({}))
}

pub(super) async fn remove(State(world): State<Arc<World>>, Path(id): Path<u64>) -> Answer<Json<Value>> {
    if !world.faults.remove(Some(id)) {
        return Err(Problem::nothing());
    }
    world.say(Event::Faults);
    Ok(Json(json!({})))
}
