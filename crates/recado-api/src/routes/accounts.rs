//! Opening an account, and who the caller is.

use axum::extract::State;
use recado_engine::accounts::{self, Me};
use recado_engine::members;
use recado_model::{Availability, MemberId};
use recado_store::accounts::Account;
use recado_store::members::Member;
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::{Password, SignedInAnswer};
use crate::actor::{Anyone, Can, SignedIn, perm};
use crate::answer::Data;
use crate::client::From;
use crate::error::{ErrorEnvelope, Result};
use crate::extract::Json;
use crate::state::Api;

/// A new account and its owner.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// The company's name.
    #[schema(example = "Padaria da Ana")]
    account_name: String,
    /// The owner's name.
    #[schema(example = "Ana Souza")]
    name: String,
    #[schema(example = "ana@example.com")]
    email: String,
    #[schema(value_type = String, min_length = 10, format = Password)]
    password: Password,
}

/// Open an account
///
/// Makes an account with its owner and signs them in with a session cookie.
#[utoipa::path(post, path = "/signup", operation_id = "sign_up", tag = "Account",
    responses(
        (status = 201, description = "The account is open; the cookie is set.", body = Data<Me>),
        (status = 409, description = "`email_taken`: somebody signs in with this address already.",
            body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(()))]
pub async fn sign_up(
    State(api): State<Api>,
    From(client): From,
    Json(form): Json<SignUp>,
) -> Result<SignedInAnswer> {
    let form = accounts::SignUp {
        account_name: form.account_name,
        name: form.name,
        email: form.email,
        password: form.password.0,
    };
    let signed_in = accounts::sign_up(&api.ctx, form, &client).await?;
    Ok(SignedInAnswer::created(signed_in, &api))
}

/// Who am I
///
/// The account, and the member or the key that asks, with what they may do.
#[utoipa::path(get, path = "/me", operation_id = "me", tag = "Account",
    responses((status = 200, body = Data<Me>)),
    security(("session" = []), ("api_key" = [])))]
pub async fn me(State(api): State<Api>, caller: Anyone) -> Result<Data<Me>> {
    Ok(Data {
        data: accounts::me(&api.ctx, &caller).await?,
    })
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetAvailability {
    availability: Availability,
}

/// Say whether one is there
///
/// New conversations are given by themselves only to members who are `online`.
#[utoipa::path(put, path = "/me/availability", operation_id = "set_availability", tag = "Account",
    responses((status = 200, body = Data<Me>)),
    security(("session" = [])))]
pub async fn set_availability(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<SetAvailability>,
) -> Result<Data<Me>> {
    members::set_availability(&api.ctx, &caller, form.availability).await?;
    Ok(Data {
        data: accounts::me(&api.ctx, &caller).await?,
    })
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccount {
    /// The company's name.
    #[schema(max_length = 80)]
    name: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferOwnership {
    /// Who is to own the account.
    member_id: MemberId,
    /// The caller's own, again.
    #[schema(value_type = String, format = Password)]
    password: Password,
}

/// Change the account
#[utoipa::path(patch, path = "/account", operation_id = "change_account", tag = "Account",
    responses((status = 200, body = Data<Account>)),
    security(("session" = ["account:manage"]), ("api_key" = ["account:manage"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::AccountManage>,
    Json(form): Json<ChangeAccount>,
) -> Result<Data<Account>> {
    Ok(Data {
        data: accounts::rename(&api.ctx, &caller, &form.name).await?,
    })
}

/// Hand the account to another owner
///
/// The caller, who must be an owner, is an admin from then on.
#[utoipa::path(post, path = "/account/owner", operation_id = "transfer_ownership", tag = "Account",
    responses(
        (status = 200, description = "The new owner.", body = Data<Member>),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn transfer(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<TransferOwnership>,
) -> Result<Data<Member>> {
    let TransferOwnership { member_id, password } = form;
    Ok(Data {
        data: members::transfer_ownership(&api.ctx, &caller, member_id, &password.0).await?,
    })
}
