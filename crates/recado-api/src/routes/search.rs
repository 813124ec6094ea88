//! Searching the inbox.

use axum::extract::State;
use recado_engine::search::{self, SearchHit};
use recado_model::search::SearchType;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::actor::{Can, perm};
use crate::answer::List;
use crate::error::Result;
use crate::extract::{Paging, Query};
use crate::state::Api;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// Words that must all be there; the last one may be its beginning only. Without case and accents. A phone in any form.
    #[param(max_length = 200, example = "order late")]
    q: String,
    /// What to look for.
    #[serde(rename = "type")]
    #[param(inline)]
    kind: Option<SearchType>,
}

/// Search
///
/// Messages by what they say (the default), and among them the team's notes for who may read those; contacts or their conversations by name, company, email and phone. Newest
/// first: messages by their time, contacts by when they first came, conversations by their last activity. What was
/// written a moment ago is found a moment later.
#[utoipa::path(get, path = "/search", operation_id = "search", tag = "Search",
    params(Asked, Paging),
    responses((status = 200, body = List<SearchHit>)),
    security(("session" = ["messages:read"]), ("api_key" = ["messages:read"])))]
pub async fn search(
    State(api): State<Api>,
    caller: Can<perm::MessagesRead>,
    Query(asked): Query<Asked>,
    paging: Paging,
) -> Result<List<SearchHit>> {
    let what = asked.kind.unwrap_or(SearchType::Messages);
    let listing = paging.of(caller.account, format!("search:{what}:{}", asked.q))?;
    let page = search::search(&api.ctx, &caller, &asked.q, what, listing.after, listing.limit).await?;
    Ok(listing.answer(page))
}
