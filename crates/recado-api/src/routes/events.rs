//! The journal, read page by page.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use recado_engine::history::{self, Past};
use recado_model::Time;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::json;
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{Query, separated};
use crate::live::{EventFrame, may_hear};
use crate::state::Api;

const DEFAULT: usize = 50;
const MOST: usize = 100;
const MOST_TYPES: usize = 50;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Events after this number: `meta.next_since` of the answer before, or `X-Journal-Seq` of a list. Without it, from
    /// the oldest event that is kept.
    #[param(minimum = 0)]
    since: Option<i64>,
    /// Only these, with a comma between them: `message.created,conversation.updated`.
    #[serde(default, deserialize_with = "separated")]
    #[param(value_type = Option<String>)]
    types: Vec<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<usize>,
}

/// What happened, in its order.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventPage {
    #[schema(value_type = Vec<EventFrame>)]
    data: Vec<Entry>,
    meta: EventPageMeta,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct EventPageMeta {
    /// `since` of the next request: everything up to here was looked at.
    next_since: i64,
    /// The newest event there is. If it is `next_since`, there is nothing more for now.
    latest: i64,
}

#[derive(Debug, Serialize)]
struct Entry {
    seq: i64,
    at: Time,
    event: String,
    data: Box<RawValue>,
}

impl IntoResponse for EventPage {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// List events
///
/// The journal, oldest first, for programs that ask now and then what has happened: what the live socket tells, without
/// what the caller may not see. Numbers grow; ask again with `meta.next_since`.
#[utoipa::path(get, path = "/events", operation_id = "list_events", tag = "Live", params(Asked),
    responses(
        (status = 200, body = EventPage),
        (status = 410, description = "`events_forgotten`: what came after `since` is not kept any more. Load what you need \
            anew, and go on from where that stands.", body = ErrorEnvelope),
    ),
    security(("session" = ["conversations:read"]), ("api_key" = ["conversations:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::ConversationsRead>,
    Query(asked): Query<Asked>,
) -> Result<EventPage> {
    let limit = asked.limit.unwrap_or(DEFAULT);
    if !(1..=MOST).contains(&limit) {
        let message = format!("`limit` must be a whole number from 1 to {MOST}.");
        return Err(Error::bad_field("limit", message));
    }
    if asked.since.is_some_and(|since| since < 0) {
        return Err(Error::bad_field("since", "`since` must not be negative."));
    }
    if asked.types.len() > MOST_TYPES {
        let message = format!("Give at most {MOST_TYPES} types.");
        return Err(Error::bad_field("types", message));
    }
    let wanted = |event: &recado_engine::history::Event| {
        let named = asked.types.is_empty() || asked.types.contains(&event.kind);
        named && may_hear(&caller, event.audience, &event.kind)
    };
    match history::since(&api.ctx, &caller, asked.since, limit, wanted).await? {
        Past::Told(told) => Ok(EventPage {
            data: told.events.into_iter().map(Entry::of).collect::<Result<_>>()?,
            meta: EventPageMeta {
                next_since: told.up_to,
                latest: told.latest,
            },
        }),
        Past::Forgotten { before } => Err(Error {
            field: Some("since".to_owned()),
            ..Error::new(
                StatusCode::GONE,
                "events_forgotten",
                format!(
                    "Events up to {before} are not kept any more. Load what you need anew, and go on from there."
                ),
            )
        }),
    }
}

impl Entry {
    fn of(event: history::Event) -> Result<Self> {
        let data = RawValue::from_string(event.body).map_err(recado_engine::Error::internal)?;
        Ok(Self {
            seq: event.seq,
            at: event.at,
            event: event.kind,
            data,
        })
    }
}
