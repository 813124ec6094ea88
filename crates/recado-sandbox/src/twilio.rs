//! WhatsApp as Twilio carries it: its REST API, its webhooks, its signatures. All of its hosts answer here, told apart
//! by their paths.

mod account;
mod content;
pub(crate) mod deliver;
pub(crate) mod inbound;
mod limits;
mod media;
mod messages;
mod refusal;
mod render;
mod senders;
mod sign;
pub(crate) mod status;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, header},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD};

pub(crate) use self::refusal::Refusal;
use crate::{config::Twilio, world::World};

pub(crate) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/2010-04-01/Accounts/{account}", get(account::account))
        .route(
            "/2010-04-01/Accounts/{account}/Messages.json",
            get(messages::list).post(messages::send),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Messages/{message}",
            get(messages::fetch)
                .post(messages::change)
                .delete(messages::delete),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Messages/{message}/Media.json",
            get(media::list),
        )
        .route(
            "/2010-04-01/Accounts/{account}/Messages/{message}/Media/{media}",
            get(media::get).delete(media::delete),
        )
        .route("/twilio-storage/{media}", get(media::storage))
        .route("/v1/Content", get(content::list).post(content::create))
        .route("/v1/ContentAndApprovals", get(content::list_with_approvals))
        .route("/v2/Content", get(content::list))
        .route("/v2/ContentAndApprovals", get(content::list_with_approvals))
        .route("/v1/Content/{sid}", get(content::fetch).delete(content::delete))
        .route("/v1/Content/{sid}/ApprovalRequests", get(content::approval))
        .route(
            "/v1/Content/{sid}/ApprovalRequests/whatsapp",
            post(content::submit),
        )
        .route("/v2/Channels/Senders", get(senders::list))
        .route(
            "/v2/Channels/Senders/{sid}",
            get(senders::fetch).post(senders::update),
        )
        .route("/v2/Indicators/Typing.json", post(account::typing_form))
        .route("/v3/Indicators/Typing.json", post(account::typing_json))
}

type Answer<T> = Result<T, Refusal>;

/// Checks the credentials and, where the path names one, the account. Every call starts with it.
fn admit<'a>(world: &'a World, headers: &HeaderMap, account: Option<&str>) -> Answer<&'a Twilio> {
    let line = world.twilio.as_ref().ok_or_else(Refusal::not_found)?;
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
        .and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok());
    if given.as_deref() != Some(format!("{}:{}", line.account_sid, line.auth_token).as_bytes()) {
        return Err(Refusal::credentials());
    }
    if account.is_some_and(|account| account != line.account_sid) {
        return Err(Refusal::not_found());
    }
    Ok(line)
}

/// The last part of a path that ends in `.json`.
fn stem(segment: &str) -> &str {
    segment.strip_suffix(".json").unwrap_or(segment)
}
