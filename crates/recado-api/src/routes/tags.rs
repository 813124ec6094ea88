//! The words contacts are sorted by.

use axum::extract::State;
use recado_engine::tags::{self, Change};
use recado_model::TagId;
use recado_store::tags::Tag;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::{Can, perm};
use crate::answer::{At, Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Param};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTag {
    /// No other tag's, whatever its case and accents.
    #[schema(min_length = 1, max_length = 50)]
    name: String,
    /// `#rrggbb`; without one, some colour that follows from the name.
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#3b82f6")]
    color: Option<String>,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTag {
    #[schema(min_length = 1, max_length = 50)]
    name: Option<String>,
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#3b82f6")]
    color: Option<String>,
}

/// List tags
///
/// All of them, by name.
#[utoipa::path(get, path = "/tags", operation_id = "list_tags", tag = "Contacts",
    responses((status = 200, body = List<Tag>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["contacts:read"]), ("api_key" = ["contacts:read"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::ContactsRead>) -> Result<At<List<Tag>>> {
    Ok(At::of(tags::list(&api.ctx, &caller).await?, List::whole))
}

/// Create a tag
#[utoipa::path(post, path = "/tags", operation_id = "create_tag", tag = "Contacts",
    responses(
        (status = 201, body = Data<Tag>),
        (status = 409, description = "`tag_exists`: there is one of this name; `too_many`: there are 500.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["contacts:write"]), ("api_key" = ["contacts:write"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::ContactsWrite>,
    Json(new): Json<CreateTag>,
) -> Result<Created<Tag>> {
    Ok(Created(
        tags::create(&api.ctx, &caller, &new.name, new.color.as_deref()).await?,
    ))
}

/// Change a tag
///
/// For everybody who has it.
#[utoipa::path(patch, path = "/tags/{id}", operation_id = "change_tag", tag = "Contacts",
    params(("id" = TagId, Path)),
    responses(
        (status = 200, body = Data<Tag>),
        (status = 409, description = "`tag_exists`: there is one of this name.", body = ErrorEnvelope),
    ),
    security(("session" = ["contacts:write"]), ("api_key" = ["contacts:write"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::ContactsWrite>,
    Param(id): Param<TagId>,
    Json(change): Json<ChangeTag>,
) -> Result<Data<Tag>> {
    let change = Change {
        name: change.name,
        color: change.color,
    };
    Ok(Data {
        data: tags::change(&api.ctx, &caller, id, change).await?,
    })
}

/// Delete a tag
///
/// It is taken from everybody who has it.
#[utoipa::path(delete, path = "/tags/{id}", operation_id = "delete_tag", tag = "Contacts",
    params(("id" = TagId, Path)),
    responses((status = 204, description = "Gone.")),
    security(("session" = ["contacts:write"]), ("api_key" = ["contacts:write"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::ContactsWrite>,
    Param(id): Param<TagId>,
) -> Result<Done> {
    tags::remove(&api.ctx, &caller, id).await?;
    Ok(Done)
}
