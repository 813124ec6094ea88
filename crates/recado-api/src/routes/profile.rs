//! What people set for themselves.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use recado_engine::accounts::Me;
use recado_engine::{members, profile};
use recado_model::{AvatarId, Language};
use serde::Deserialize;
use utoipa::ToSchema;

use super::sessions::Password;
use crate::actor::{Can, SignedIn, perm};
use crate::answer::{Data, Done};
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{Json, Param, present};
use crate::state::Api;

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent and null are two things")]
pub struct ChangeProfile {
    #[schema(max_length = 80)]
    name: Option<String>,
    /// What the pages are written in; null: as the browser says.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Language>)]
    language: Option<Option<Language>>,
    /// As the time zone database names it; null: as the browser says.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, example = "Europe/Lisbon")]
    time_zone: Option<Option<String>>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[schema(value_type = String, format = Password)]
    current_password: Password,
    #[schema(value_type = String, min_length = 10, format = Password)]
    new_password: Password,
}

/// The caller's password, typed again for what cannot be undone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordAgain {
    #[schema(value_type = String, format = Password)]
    pub(super) password: Password,
}

/// A picture of a person.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the shape of a form, for the document")]
pub struct AvatarForm {
    /// JPEG, PNG or WebP, up to 10 MB; its middle is taken.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Change one's profile
///
/// Holds in all accounts of the person.
#[utoipa::path(patch, path = "/me", operation_id = "change_profile", tag = "Profile",
    responses((status = 200, body = Data<Me>)),
    security(("session" = [])))]
pub async fn change(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<ChangeProfile>,
) -> Result<Data<Me>> {
    let change = profile::Change {
        name: form.name,
        language: form.language,
        time_zone: form.time_zone,
    };
    Ok(Data {
        data: profile::change(&api.ctx, &caller, change).await?,
    })
}

/// Change one's password
///
/// Ends all other sessions of the person.
#[utoipa::path(post, path = "/me/password", operation_id = "change_password", tag = "Profile",
    responses(
        (status = 204, description = "Changed."),
        (status = 409, description = "`conflict`: it was changed somewhere else meanwhile.", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn change_password(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<ChangePassword>,
) -> Result<Done> {
    profile::change_password(&api.ctx, &caller, &form.current_password.0, &form.new_password.0).await?;
    Ok(Done)
}

/// Leave the account
///
/// As if the caller were removed. An account's last owner cannot leave.
#[utoipa::path(post, path = "/me/leave", operation_id = "leave_account", tag = "Profile",
    responses(
        (status = 204, description = "Gone; the session has ended."),
        (status = 409, description = "`last_owner`: an account needs an owner.", body = ErrorEnvelope),
        (status = 429, description = "`rate_limited`", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn leave(
    State(api): State<Api>,
    caller: SignedIn,
    Json(form): Json<PasswordAgain>,
) -> Result<Done> {
    members::leave(&api.ctx, &caller, &form.password.0).await?;
    Ok(Done)
}

/// Set one's picture
#[utoipa::path(put, path = "/me/avatar", operation_id = "set_avatar", tag = "Profile",
    request_body(content = AvatarForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, body = Data<Me>),
        (status = 413, description = "`too_large`: more than 10 MB.", body = ErrorEnvelope),
        (status = 415, description = "`unsupported_media`: no JPEG, PNG or WebP.", body = ErrorEnvelope),
    ),
    security(("session" = [])))]
pub async fn set_avatar(
    State(api): State<Api>,
    caller: SignedIn,
    form: std::result::Result<Multipart, MultipartRejection>,
) -> Result<Data<Me>> {
    let form = form.map_err(|_| {
        Error::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "The body must be a form with a file, `multipart/form-data`.",
        )
    })?;
    let bytes = picture(form).await?;
    Ok(Data {
        data: profile::set_avatar(&api.ctx, &caller, bytes).await?,
    })
}

/// Remove one's picture
#[utoipa::path(delete, path = "/me/avatar", operation_id = "remove_avatar", tag = "Profile",
    responses((status = 200, body = Data<Me>)),
    security(("session" = [])))]
pub async fn remove_avatar(State(api): State<Api>, caller: SignedIn) -> Result<Data<Me>> {
    Ok(Data {
        data: profile::remove_avatar(&api.ctx, &caller).await?,
    })
}

/// Get a picture of a member
///
/// A square of 256 pixels. A new picture has a new address.
#[utoipa::path(get, path = "/avatars/{id}", operation_id = "get_avatar", tag = "Members",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "The picture.", content_type = "image/jpeg", body = Vec<u8>)),
    security(("session" = ["members:read"]), ("api_key" = ["members:read"])))]
pub async fn avatar(
    State(api): State<Api>,
    caller: Can<perm::MembersRead>,
    Param(id): Param<AvatarId>,
) -> Result<Response> {
    let (bytes, mime_type) = profile::avatar(&api.ctx, &caller, id).await?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_str(&mime_type).map_err(|_| Error::internal())?,
        ),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=31536000, immutable"),
        ),
    ];
    Ok((headers, bytes).into_response())
}

async fn picture(mut form: Multipart) -> Result<Bytes> {
    let broken = |_| Error::bad_request("The form cannot be read, or broke off before its end.");
    while let Some(mut part) = form.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let mut bytes = bytes::BytesMut::new();
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            if bytes.len() + chunk.len() > profile::MAX_AVATAR {
                return Err(Error::too_large(profile::MAX_AVATAR));
            }
            bytes.extend_from_slice(&chunk);
        }
        return Ok(bytes.freeze());
    }
    Err(Error::bad_field("file", "`file` is missing."))
}
