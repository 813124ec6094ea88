//! Background work that failed for good.

use axum::extract::State;
use recado_engine::operations;
use recado_jobs::DeadJob;
use recado_model::{JobId, Page, Time};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{Done, List};
use crate::error::Result;
use crate::extract::{Paging, Param, Query};
use crate::state::Api;

/// Which jobs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    #[param(inline)]
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "there is one kind of list so far; other words are refused"
    )]
    state: JobState,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Given up, with its last error.
    #[default]
    Dead,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    id: JobId,
    /// What it was to do, for example `send_message`.
    kind: String,
    state: JobState,
    /// How often it was tried.
    attempt: i64,
    #[schema(required)]
    last_error: Option<String>,
    /// When it was last due.
    run_at: Time,
    created_at: Time,
}

/// List dead jobs
///
/// Newest first.
#[utoipa::path(get, path = "/jobs", operation_id = "list_jobs", tag = "Operations", params(Filter, Paging),
    responses((status = 200, body = List<Job>)),
    security(("session" = ["operations:manage"]), ("api_key" = ["operations:manage"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::OperationsManage>,
    Query(_filter): Query<Filter>,
    paging: Paging,
) -> Result<List<Job>> {
    let listing = paging.of(caller.account, "jobs:dead")?;
    let page = operations::dead_jobs(&api.ctx, &caller, listing.after, listing.limit).await?;
    let jobs = Page {
        items: page.items.into_iter().map(Job::dead).collect(),
        next: page.next,
    };
    Ok(listing.answer(jobs))
}

/// Let a dead job run again
#[utoipa::path(post, path = "/jobs/{id}/retry", operation_id = "retry_job", tag = "Operations",
    params(("id" = JobId, Path)),
    responses((status = 204, description = "It is due now.")),
    security(("session" = ["operations:manage"]), ("api_key" = ["operations:manage"])))]
pub async fn retry(
    State(api): State<Api>,
    caller: Can<perm::OperationsManage>,
    Param(id): Param<JobId>,
) -> Result<Done> {
    operations::retry_job(&api.ctx, &caller, id).await?;
    Ok(Done)
}

impl Job {
    fn dead(job: DeadJob) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            state: JobState::Dead,
            attempt: job.attempt,
            last_error: job.last_error,
            run_at: job.run_at,
            created_at: job.created_at,
        }
    }
}
