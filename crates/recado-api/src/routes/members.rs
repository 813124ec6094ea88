//! The people of an account.

use axum::extract::State;
use recado_engine::members;
use recado_model::{MemberId, Role, Snapshot};
use recado_store::members::Member;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::{Can, perm};
use crate::answer::{At, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Param};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    role: Role,
}

/// List members
#[utoipa::path(get, path = "/members", operation_id = "list_members", tag = "Members",
    responses((status = 200, body = List<Member>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["members:read"]), ("api_key" = ["members:read"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::MembersRead>) -> Result<At<List<Member>>> {
    let members: Snapshot<Vec<Member>> = members::list(&api.ctx, &caller).await?;
    Ok(At::of(members, List::whole))
}

/// Change a member's role
///
/// Only owners make or unmake owners.
#[utoipa::path(patch, path = "/members/{id}", operation_id = "change_member", tag = "Members",
    params(("id" = MemberId, Path)),
    responses(
        (status = 200, body = Data<Member>),
        (status = 409, description = "`last_owner`: an account needs an owner.", body = ErrorEnvelope),
    ),
    security(("session" = ["members:manage"]), ("api_key" = ["members:manage"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::MembersManage>,
    Param(id): Param<MemberId>,
    Json(change): Json<ChangeMember>,
) -> Result<Data<Member>> {
    Ok(Data {
        data: members::set_role(&api.ctx, &caller, id, change.role).await?,
    })
}

/// Remove a member
///
/// Ends their sessions; their messages stay.
#[utoipa::path(delete, path = "/members/{id}", operation_id = "remove_member", tag = "Members",
    params(("id" = MemberId, Path)),
    responses(
        (status = 204, description = "Removed."),
        (status = 409, description = "`last_owner`: an account needs an owner.", body = ErrorEnvelope),
    ),
    security(("session" = ["members:manage"]), ("api_key" = ["members:manage"])))]
pub async fn remove(
    State(api): State<Api>,
    caller: Can<perm::MembersManage>,
    Param(id): Param<MemberId>,
) -> Result<Done> {
    members::remove(&api.ctx, &caller, id).await?;
    Ok(Done)
}
