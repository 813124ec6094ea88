//! Texts that are kept to be sent again.

use axum::extract::State;
use recado_engine::canned::{self, Change};
use recado_model::CannedReplyId;
use recado_store::canned_replies::CannedReply;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::{Can, perm};
use crate::answer::{At, Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Param};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCannedReply {
    /// One word of letters, digits, `-` and `_`, no other reply's.
    #[schema(min_length = 1, max_length = 32, example = "hours")]
    shortcut: String,
    /// `{{contact.name}}` and `{{member.name}}` are for apps to fill in.
    #[schema(
        min_length = 1,
        max_length = 4096,
        example = "Hi {{contact.name}}, we are open from 9 to 18."
    )]
    text: String,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCannedReply {
    #[schema(min_length = 1, max_length = 32)]
    shortcut: Option<String>,
    #[schema(min_length = 1, max_length = 4096)]
    text: Option<String>,
}

/// List canned replies
///
/// All of them, by shortcut.
#[utoipa::path(get, path = "/canned-replies", operation_id = "list_canned_replies", tag = "Canned replies",
    responses((status = 200, body = List<CannedReply>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::MessagesSend>) -> Result<At<List<CannedReply>>> {
    Ok(At::of(canned::list(&api.ctx, &caller).await?, List::whole))
}

/// Create a canned reply
#[utoipa::path(post, path = "/canned-replies", operation_id = "create_canned_reply", tag = "Canned replies",
    responses(
        (status = 201, body = Data<CannedReply>),
        (status = 409, description = "`shortcut_exists`: another reply has it; `too_many`: there are 500.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Json(new): Json<CreateCannedReply>,
) -> Result<Created<CannedReply>> {
    Ok(Created(
        canned::create(&api.ctx, &caller, &new.shortcut, &new.text).await?,
    ))
}

/// Change a canned reply
#[utoipa::path(patch, path = "/canned-replies/{id}", operation_id = "change_canned_reply", tag = "Canned replies",
    params(("id" = CannedReplyId, Path)),
    responses(
        (status = 200, body = Data<CannedReply>),
        (status = 409, description = "`shortcut_exists`: another reply has it.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(id): Param<CannedReplyId>,
    Json(change): Json<ChangeCannedReply>,
) -> Result<Data<CannedReply>> {
    let change = Change {
        shortcut: change.shortcut,
        text: change.text,
    };
    Ok(Data {
        data: canned::change(&api.ctx, &caller, id, change).await?,
    })
}

/// Delete a canned reply
#[utoipa::path(delete, path = "/canned-replies/{id}", operation_id = "delete_canned_reply", tag = "Canned replies",
    params(("id" = CannedReplyId, Path)),
    responses((status = 204, description = "Gone.")),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(id): Param<CannedReplyId>,
) -> Result<Done> {
    canned::remove(&api.ctx, &caller, id).await?;
    Ok(Done)
}
