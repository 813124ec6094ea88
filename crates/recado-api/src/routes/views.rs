//! Saved views of the inbox.

use axum::extract::State;
use recado_engine::views::{self, Change, NewView};
use recado_model::{ViewFilter, ViewId};
use recado_store::views::View;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::SignedIn;
use crate::answer::{At, Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Param};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    filter: ViewFilter,
    /// Whether everybody gets it; for who may change conversations.
    #[serde(default)]
    shared: bool,
    /// Lower ones stand first; without it, after the others.
    #[schema(minimum = 0, maximum = 10_000)]
    position: Option<i64>,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeView {
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    filter: Option<ViewFilter>,
    shared: Option<bool>,
    #[schema(minimum = 0, maximum = 10_000)]
    position: Option<i64>,
}

/// List views
///
/// The caller's own and those that are shared, in their order.
#[utoipa::path(get, path = "/views", operation_id = "list_views", tag = "Views",
    responses((status = 200, body = List<View>, headers(("x-journal-seq" = i64)))),
    security(("session" = [])))]
pub async fn list(State(api): State<Api>, caller: SignedIn) -> Result<At<List<View>>> {
    Ok(At::of(views::list(&api.ctx, &caller).await?, List::whole))
}

/// Save a view
#[utoipa::path(post, path = "/views", operation_id = "create_view", tag = "Views",
    responses(
        (status = 201, body = Data<View>),
        (status = 409, description = "`too_many_views`: there can be 50 of one person.", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn create(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<CreateView>,
) -> Result<Created<View>> {
    let new = NewView {
        name: form.name,
        filter: form.filter,
        shared: form.shared,
        position: form.position,
    };
    Ok(Created(views::create(&api.ctx, &caller, new).await?))
}

/// Change a view
///
/// One's own; a shared one also as an admin.
#[utoipa::path(patch, path = "/views/{id}", operation_id = "change_view", tag = "Views",
    params(("id" = ViewId, Path)),
    responses((status = 200, body = Data<View>)),
    security(("session" = [])))]
pub async fn change(
    State(api): State<Api>,
    caller: SignedIn,
    Param(id): Param<ViewId>,
    Json(form): Json<ChangeView>,
) -> Result<Data<View>> {
    let change = Change {
        name: form.name,
        filter: form.filter,
        shared: form.shared,
        position: form.position,
    };
    Ok(Data {
        data: views::change(&api.ctx, &caller, id, change).await?,
    })
}

/// Remove a view
///
/// One's own; a shared one also as an admin.
#[utoipa::path(delete, path = "/views/{id}", operation_id = "remove_view", tag = "Views",
    params(("id" = ViewId, Path)),
    responses((status = 204, description = "It is gone.")),
    security(("session" = [])))]
pub async fn remove(State(api): State<Api>, caller: SignedIn, Param(id): Param<ViewId>) -> Result<Done> {
    views::remove(&api.ctx, &caller, id).await?;
    Ok(Done)
}
