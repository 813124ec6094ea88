//! The second step of the caller's own signing in.

use axum::extract::State;
use recado_engine::two_factor::{self, Enrolment, RecoveryCodes, Status};
use serde::Deserialize;
use utoipa::ToSchema;

use super::profile::PasswordAgain;
use crate::actor::SignedIn;
use crate::answer::{Data, Done};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::Json;
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What the app shows now.
    #[schema(example = "123456")]
    code: String,
}

/// Is signing in protected
#[utoipa::path(get, path = "/me/two-factor", operation_id = "two_factor_status", tag = "Profile",
    responses((status = 200, body = Data<Status>)),
    security(("session" = [])))]
pub async fn status(State(api): State<Api>, caller: SignedIn) -> Result<Data<Status>> {
    Ok(Data {
        data: two_factor::status(&api.ctx, &caller).await?,
    })
}

/// Start with an authenticator app
///
/// Draws a secret for the app. Nothing changes until a code of the app's confirms it.
#[utoipa::path(post, path = "/me/two-factor", operation_id = "start_two_factor", tag = "Profile",
    responses(
        (status = 200, body = Data<Enrolment>),
        (status = 409, description = "`already_enabled`", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn start(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<PasswordAgain>,
) -> Result<Data<Enrolment>> {
    Ok(Data {
        data: two_factor::start(&api.ctx, &caller, &form.password.0).await?,
    })
}

/// Confirm the authenticator app
///
/// From now on signing in takes a code. The answer holds the recovery codes, this once.
#[utoipa::path(post, path = "/me/two-factor/confirm", operation_id = "confirm_two_factor", tag = "Profile",
    responses(
        (status = 200, body = Data<RecoveryCodes>),
        (status = 409, description = "`not_started`, `already_enabled`", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`: too many wrong codes.", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn confirm(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<Code>,
) -> Result<Data<RecoveryCodes>> {
    Ok(Data {
        data: two_factor::confirm(&api.ctx, &caller, &form.code).await?,
    })
}

/// Make new recovery codes
///
/// Those before are worth nothing from then on.
#[utoipa::path(post, path = "/me/two-factor/recovery-codes", operation_id = "renew_recovery_codes", tag = "Profile",
    responses(
        (status = 200, body = Data<RecoveryCodes>),
        (status = 409, description = "`not_enabled`", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn renew_codes(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<PasswordAgain>,
) -> Result<Data<RecoveryCodes>> {
    Ok(Data {
        data: two_factor::renew_codes(&api.ctx, &caller, &form.password.0).await?,
    })
}

/// Sign in with the password alone again
#[utoipa::path(post, path = "/me/two-factor/disable", operation_id = "disable_two_factor", tag = "Profile",
    responses(
        (status = 204, description = "The second step is gone."),
        (status = 409, description = "`not_enabled`", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn disable(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<PasswordAgain>,
) -> Result<Done> {
    two_factor::disable(&api.ctx, &caller, &form.password.0).await?;
    Ok(Done)
}
