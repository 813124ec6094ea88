//! What an admin sees of the machinery: jobs that failed for good.

use recado_jobs::{DeadJob, Jobs};
use recado_model::{Actor, AuditAction, Cursor, JobId, Page, Time};
use serde_json::json;

use crate::{Ctx, Error, Result, audit};

/// Dead jobs, newest first.
pub async fn dead_jobs(ctx: &Ctx, actor: &Actor, cursor: Cursor, limit: i64) -> Result<Page<DeadJob>> {
    let mut tx = ctx.db.read().await?;
    let rows = Jobs::dead(&mut tx, actor.account, JobId(cursor.id), limit + 1).await?;
    // Ids are born in order, so the id alone is the position.
    Ok(Page::from_rows(rows, limit, |job| Cursor {
        at: Time::MIN,
        id: job.id.0,
    }))
}

/// Lets a dead job run again.
pub async fn retry_job(ctx: &Ctx, actor: &Actor, id: JobId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    if !ctx.jobs.retry(&mut tx, actor.account, id).await? {
        return Err(Error::NotFound("dead job"));
    }
    audit::record(ctx, &mut tx, actor, AuditAction::JobRetried, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(())
}
