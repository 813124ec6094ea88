//! Keys for programs.

use axum::extract::State;
use recado_engine::api_keys::{self, CreatedApiKey};
use recado_model::{ApiKeyId, Permission, Time};
use recado_store::api_keys::ApiKey;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::{Can, perm};
use crate::answer::{Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Param, present};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// What it is for.
    #[schema(max_length = 80, example = "Shop")]
    name: String,
    /// What it may do: some of what the maker may do. With none it can only ask who it is.
    scopes: Vec<Permission>,
    /// At most 365 days ahead; without it the key holds until it is revoked.
    expires_at: Option<Time>,
    /// Requests a minute; without it as many as the server allows every key.
    #[schema(minimum = 1, maximum = 6000)]
    rate_limit: Option<i64>,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeApiKey {
    #[schema(max_length = 80)]
    name: Option<String>,
    /// Requests a minute; null: as many as the server allows every key.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 6000)]
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    rate_limit: Option<Option<i64>>,
}

/// List API keys
///
/// Revoked ones stay listed.
#[utoipa::path(get, path = "/api-keys", operation_id = "list_api_keys", tag = "API keys",
    responses((status = 200, body = List<ApiKey>)),
    security(("session" = ["keys:manage"]), ("api_key" = ["keys:manage"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::KeysManage>) -> Result<List<ApiKey>> {
    Ok(List::whole(api_keys::list(&api.ctx, &caller).await?))
}

/// Make an API key
///
/// The answer holds the key itself, this once.
#[utoipa::path(post, path = "/api-keys", operation_id = "create_api_key", tag = "API keys",
    responses((status = 201, body = Data<CreatedApiKey>)),
    security(("session" = ["keys:manage"]), ("api_key" = ["keys:manage"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::KeysManage>,
    Json(form): Json<CreateApiKey>,
) -> Result<Created<CreatedApiKey>> {
    let scopes = form.scopes.into_iter().collect();
    let form = api_keys::NewApiKey {
        name: form.name,
        scopes,
        expires_at: form.expires_at,
        rate_limit: form.rate_limit,
    };
    Ok(Created(api_keys::create(&api.ctx, &caller, form).await?))
}

/// Change an API key
///
/// Its name, and how often it may ask. What a key may do is fixed: make another one.
#[utoipa::path(patch, path = "/api-keys/{id}", operation_id = "change_api_key", tag = "API keys",
    params(("id" = ApiKeyId, Path)),
    responses(
        (status = 200, body = Data<ApiKey>),
        (status = 409, description = "`revoked`: it was revoked.", body = ErrorEnvelope),
    ),
    security(("session" = ["keys:manage"]), ("api_key" = ["keys:manage"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::KeysManage>,
    Param(id): Param<ApiKeyId>,
    Json(change): Json<ChangeApiKey>,
) -> Result<Data<ApiKey>> {
    let change = api_keys::Change {
        name: change.name,
        rate_limit: change.rate_limit,
    };
    Ok(Data {
        data: api_keys::change(&api.ctx, &caller, id, &change).await?,
    })
}

/// Revoke an API key
///
/// It is refused from the next request on.
#[utoipa::path(delete, path = "/api-keys/{id}", operation_id = "revoke_api_key", tag = "API keys",
    params(("id" = ApiKeyId, Path)),
    responses((status = 204, description = "Revoked.")),
    security(("session" = ["keys:manage"]), ("api_key" = ["keys:manage"])))]
pub async fn revoke(
    State(api): State<Api>,
    caller: Can<perm::KeysManage>,
    Param(id): Param<ApiKeyId>,
) -> Result<Done> {
    api_keys::revoke(&api.ctx, &caller, id).await?;
    Ok(Done)
}
