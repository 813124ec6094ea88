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

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMember {
    role: Option<Role>,
    /// Whether they may be in charge of a channel.
    whatsapp_enabled: Option<bool>,
}

/// List members
#[utoipa::path(get, path = "/members", operation_id = "list_members", tag = "Members",
    responses((status = 200, body = List<Member>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["members:read"]), ("api_key" = ["members:read"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::MembersRead>) -> Result<At<List<Member>>> {
    let members: Snapshot<Vec<Member>> = members::list(&api.ctx, &caller).await?;
    Ok(At::of(members, List::whole))
}

/// Change a member
///
/// Only owners make or unmake owners. Channels whose member may no longer be in charge of them become inactive.
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
    let change = members::Change {
        role: change.role,
        whatsapp_enabled: change.whatsapp_enabled,
    };
    Ok(Data {
        data: members::change(&api.ctx, &caller, id, change).await?,
    })
}

/// Remove a member
///
/// Ends their sessions; their messages stay. Channels they were in charge of become inactive.
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
