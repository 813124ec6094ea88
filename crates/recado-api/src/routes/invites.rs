//! Links that let people in.

use axum::extract::State;
use recado_engine::accounts::Me;
use recado_engine::invites::{self, NewInvite};
use recado_model::{InviteId, Role};
use recado_store::invites::{Invite, InvitePreview};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::{Password, SignedInAnswer};
use crate::actor::{Can, perm};
use crate::answer::{Created, Data, Done, List};
use crate::client::From;
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Param};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvite {
    role: Role,
    /// The only address that may accept. Without it whoever has the link may.
    email: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvite {
    name: String,
    email: String,
    #[schema(value_type = String, min_length = 10, format = Password)]
    password: Password,
    /// For who has signed up already and has a second step.
    code: Option<String>,
}

/// List invites
///
/// Those that wait to be accepted.
#[utoipa::path(get, path = "/invites", operation_id = "list_invites", tag = "Invites",
    responses((status = 200, body = List<Invite>)),
    security(("session" = ["members:manage"]), ("api_key" = ["members:manage"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::MembersManage>) -> Result<List<Invite>> {
    Ok(List::whole(invites::list(&api.ctx, &caller).await?))
}

/// Invite somebody
///
/// The answer holds the link, this once.
#[utoipa::path(post, path = "/invites", operation_id = "create_invite", tag = "Invites",
    responses((status = 201, body = Data<NewInvite>)),
    security(("session" = ["members:manage"]), ("api_key" = ["members:manage"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::MembersManage>,
    Json(form): Json<CreateInvite>,
) -> Result<Created<NewInvite>> {
    Ok(Created(
        invites::create(&api.ctx, &caller, form.role, form.email.as_deref()).await?,
    ))
}

/// Take an invite back
#[utoipa::path(delete, path = "/invites/{id}", operation_id = "revoke_invite", tag = "Invites",
    params(("id" = InviteId, Path)),
    responses((status = 204, description = "The link is worth nothing now.")),
    security(("session" = ["members:manage"]), ("api_key" = ["members:manage"])))]
pub async fn revoke(
    State(api): State<Api>,
    caller: Can<perm::MembersManage>,
    Param(id): Param<InviteId>,
) -> Result<Done> {
    invites::revoke(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Look at an invite
///
/// What the one who holds the link is invited to. 404 when it is unknown, used, taken back or expired.
#[utoipa::path(get, path = "/invites/token/{token}", operation_id = "view_invite", tag = "Invites",
    params(("token" = String, Path, description = "The last part of the link.")),
    responses(
        (status = 200, body = Data<InvitePreview>),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(()))]
pub async fn preview(
    State(api): State<Api>,
    From(client): From,
    Param(token): Param<String>,
) -> Result<Data<InvitePreview>> {
    Ok(Data {
        data: invites::preview(&api.ctx, &token, &client).await?,
    })
}

/// Accept an invite
///
/// Makes the holder of the link a member and signs them in.
#[utoipa::path(post, path = "/invites/token/{token}/accept", operation_id = "accept_invite", tag = "Invites",
    params(("token" = String, Path, description = "The last part of the link.")),
    responses(
        (status = 201, description = "A member now; the cookie is set.", body = Data<Me>),
        (status = 401, description = "`bad_credentials`: who has signed up already joins with the password they have. \
            `second_step_required`, `bad_code`: and with the code, if they have a second step.",
            body = ErrorEnvelope),
        (status = 409, description = "`email_taken`: somebody signs in with this address already. `conflict`: you are a member \
            already, or were removed this very moment.",
            body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(()))]
pub async fn accept(
    State(api): State<Api>,
    From(client): From,
    Param(token): Param<String>,
    Json(form): Json<AcceptInvite>,
) -> Result<SignedInAnswer> {
    let form = invites::Acceptance {
        name: form.name,
        email: form.email,
        password: form.password.0,
        code: form.code,
    };
    let entered = invites::accept(&api.ctx, &token, form, &client).await?;
    Ok(SignedInAnswer::created(entered, &api))
}
