//! The live socket: `GET /api/v1/live?since=`.

mod audience;
mod frames;
mod said;
mod socket;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::response::Response;
use http::HeaderMap;
use recado_model::Who;
use serde::Deserialize;
use utoipa::IntoParams;

pub use audience::may_hear;
pub use frames::{EventFrame, LiveEvent, LiveFrame};

use crate::actor::{Can, perm};
use crate::error::{Error, Result};
use crate::extract::Query;
use crate::state::Api;
use socket::Live;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// The last `seq` you know, from a frame or from the header `X-Journal-Seq` of what you loaded. What came after
    /// it is sent first. Without it: from now on.
    #[param(minimum = 0)]
    since: Option<i64>,
}

/// Follow what happens
///
/// A WebSocket. The server sends `LiveFrame`s as text: first `hello`, then every event after `since` in order,
/// without a hole in the numbers; an event that the caller may not see is replaced by a `skip` with its number. After
/// `reset`, load everything anew. The server pings every 20 seconds and closes sockets from which nothing comes for
/// 60.
///
/// Members' apps may say `{"type":"viewing","conversation_id":…}` (null for none) and
/// `{"type":"typing","conversation_id":…,"on":true}` (again every few seconds while it lasts) as text, and are told by
/// `presence` frames who else is here. Programs with a key need send nothing.
///
/// Close codes: 1012 the server restarts, come back; 4401 the session or key holds no longer; others: come back with
/// the last `seq`.
#[utoipa::path(get, path = "/live", operation_id = "live", tag = "Live", params(Since),
    responses((status = 101, description = "Switching to WebSocket; text frames are `LiveFrame`s.", body = LiveFrame)),
    security(("session" = ["conversations:read"]), ("api_key" = ["conversations:read"])))]
pub async fn live(
    State(api): State<Api>,
    caller: Can<perm::ConversationsRead>,
    Query(Since { since }): Query<Since>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response> {
    if matches!(caller.who, Who::Member { .. }) && !api.origin.admits(&headers) {
        return Err(Error::forbidden(
            "This page may not open the live socket: it belongs to another site.",
        ));
    }
    if since.is_some_and(|since| since < 0) {
        return Err(Error::bad_field("since", "`since` must not be negative."));
    }
    let upgrade =
        upgrade.map_err(|_| Error::bad_request("This address speaks WebSocket: ask for an upgrade."))?;
    let actor = *caller;
    let subscription = api
        .ctx
        .journal
        .subscribe(actor.account, since)
        .await
        .map_err(recado_engine::Error::from)?;
    let tracked = api.sockets.token();
    let live = Live {
        api,
        actor,
        subscription,
        tracked,
    };
    Ok(socket::sized(upgrade).on_upgrade(|socket| live.run(socket)))
}
