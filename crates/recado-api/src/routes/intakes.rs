//! Webhooks that could not be understood or routed, kept whole.

use axum::extract::State;
use recado_engine::intake;
use recado_model::IntakeId;
use recado_store::intakes::Intake;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{Data, List};
use crate::error::Result;
use crate::extract::{Paging, Param, Query};
use crate::state::Api;

/// Which webhooks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    #[param(inline)]
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "there is one kind of list so far; other words are refused"
    )]
    state: Listed,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    #[default]
    Rejected,
}

/// A webhook with what was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakeDetail {
    #[serde(flatten)]
    intake: Intake,
    /// The body as it came; bytes that are not UTF-8 are replaced.
    body: String,
}

/// List rejected webhooks
///
/// Newest first.
#[utoipa::path(get, path = "/intakes", operation_id = "list_intakes", tag = "Operations", params(Filter, Paging),
    responses((status = 200, body = List<Intake>)),
    security(("session" = ["operations:manage"]), ("api_key" = ["operations:manage"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::OperationsManage>,
    Query(_filter): Query<Filter>,
    paging: Paging,
) -> Result<List<Intake>> {
    let listing = paging.of(caller.account, "intakes:rejected")?;
    let page = intake::rejected(&api.ctx, &caller, listing.after, listing.limit).await?;
    Ok(listing.answer(page))
}

/// Get a webhook with its body
#[utoipa::path(get, path = "/intakes/{id}", operation_id = "get_intake", tag = "Operations",
    params(("id" = IntakeId, Path)),
    responses((status = 200, body = Data<IntakeDetail>)),
    security(("session" = ["operations:manage"]), ("api_key" = ["operations:manage"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::OperationsManage>,
    Param(id): Param<IntakeId>,
) -> Result<Data<IntakeDetail>> {
    let detail = intake::get(&api.ctx, &caller, id).await?;
    let body = String::from_utf8_lossy(&detail.body).into_owned();
    Ok(Data {
        data: IntakeDetail {
            intake: detail.intake,
            body,
        },
    })
}

/// Take a webhook in again
///
/// As if it came now. What was taken in before changes nothing.
#[utoipa::path(post, path = "/intakes/{id}/replay", operation_id = "replay_intake", tag = "Operations",
    params(("id" = IntakeId, Path)),
    responses((status = 200, body = Data<Intake>)),
    security(("session" = ["operations:manage"]), ("api_key" = ["operations:manage"])))]
pub async fn replay(
    State(api): State<Api>,
    caller: Can<perm::OperationsManage>,
    Param(id): Param<IntakeId>,
) -> Result<Data<Intake>> {
    Ok(Data {
        data: api.intake.replay(&caller, id).await?,
    })
}
