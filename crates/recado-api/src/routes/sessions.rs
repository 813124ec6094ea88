//! Signing in and out, and the places where one is signed in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::SET_COOKIE;
use http::{HeaderValue, StatusCode};
use recado_engine::accounts::{Me, SignedIn as Entered};
use recado_engine::sessions;
use recado_model::SessionId;
use recado_store::sessions::Session;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::actor::SignedIn;
use crate::answer::{Data, Done, List};
use crate::client::From;
use crate::cookie;
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{Json, Param};
use crate::state::Api;

/// A text that is never shown again, not even in a log.
pub struct Password(pub SecretString);

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    #[schema(example = "ana@example.com")]
    email: String,
    #[schema(value_type = String, format = Password)]
    password: Password,
    /// For who has a second step: what their app shows, or a recovery code.
    #[schema(example = "123456")]
    code: Option<String>,
}

/// Me, and the cookie.
pub struct SignedInAnswer {
    status: StatusCode,
    cookie: Option<HeaderValue>,
    me: Me,
}

impl SignedInAnswer {
    pub fn created(entered: Entered, api: &Api) -> Self {
        Self::new(StatusCode::CREATED, entered, api)
    }

    fn new(status: StatusCode, entered: Entered, api: &Api) -> Self {
        let cookie = cookie::keep(entered.token.expose(), sessions::LIFETIME, api.is_secure());
        Self {
            status,
            cookie,
            me: entered.me,
        }
    }
}

impl IntoResponse for SignedInAnswer {
    fn into_response(self) -> Response {
        let Some(cookie) = self.cookie else {
            return Error::internal().into_response();
        };
        (self.status, [(SET_COOKIE, cookie)], Data { data: self.me }).into_response()
    }
}

/// Sign in
///
/// Starts a session, kept in an HttpOnly cookie.
#[utoipa::path(post, path = "/session", operation_id = "sign_in", tag = "Sessions",
    responses(
        (status = 200, description = "Signed in; the cookie is set.", body = Data<Me>),
        (status = 401, description = "`bad_credentials`: email or password are wrong. `second_step_required`: send \
            `code` as well. `bad_code`: it is wrong.", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(()))]
pub async fn sign_in(
    State(api): State<Api>,
    From(client): From,
    Json(form): Json<SignIn>,
) -> Result<SignedInAnswer> {
    let entered = sessions::sign_in(
        &api.ctx,
        &form.email,
        &form.password.0,
        form.code.as_deref(),
        &client,
    )
    .await?;
    Ok(SignedInAnswer::new(StatusCode::OK, entered, &api))
}

/// Sign out
///
/// Ends the session and removes the cookie.
#[utoipa::path(delete, path = "/session", operation_id = "sign_out", tag = "Sessions",
    responses((status = 204, description = "Signed out; the cookie is removed.")),
    security(("session" = [])))]
pub async fn sign_out(State(api): State<Api>, caller: SignedIn) -> Result<Response> {
    sessions::sign_out(&api.ctx, &caller).await?;
    Ok(([(SET_COOKIE, cookie::clear(api.is_secure()))], Done).into_response())
}

/// List sessions
///
/// Where the caller is signed in, latest first.
#[utoipa::path(get, path = "/sessions", operation_id = "list_sessions", tag = "Sessions",
    responses((status = 200, body = List<Session>)),
    security(("session" = [])))]
pub async fn list(State(api): State<Api>, caller: SignedIn) -> Result<List<Session>> {
    Ok(List::whole(sessions::list(&api.ctx, &caller).await?))
}

/// End a session
///
/// Signs the caller out in one place.
#[utoipa::path(delete, path = "/sessions/{id}", operation_id = "end_session", tag = "Sessions",
    params(("id" = SessionId, Path)),
    responses((status = 204, description = "The session has ended.")),
    security(("session" = [])))]
pub async fn end(State(api): State<Api>, caller: SignedIn, Param(id): Param<SessionId>) -> Result<Done> {
    sessions::end(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// End all other sessions
///
/// Signs the caller out everywhere but here.
#[utoipa::path(delete, path = "/sessions", operation_id = "end_other_sessions", tag = "Sessions",
    responses((status = 204, description = "Only this session is left.")),
    security(("session" = [])))]
pub async fn end_others(State(api): State<Api>, caller: SignedIn) -> Result<Done> {
    sessions::end_others(&api.ctx, &caller).await?;
    Ok(Done)
}
