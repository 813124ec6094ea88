//! What the customer sees of us without a message: that theirs was read, and that somebody is writing.

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_model::{AccountId, Actor, ConversationId, NumberStatus, Retry};
use recado_store::{conversations, messages};
use serde::{Deserialize, Serialize};

use crate::line::Line;
use crate::{Ctx, Error, Result};

/// The job that tells the provider.
pub const MARK_READ: &str = "mark_read";

/// After some minutes nobody looks any more.
const MAX_TRIES: i64 = 4;

#[derive(Debug, Serialize, Deserialize)]
struct MarkRead {
    conversation: ConversationId,
    typing: bool,
}

/// Lets the customer see that what they wrote was read.
pub async fn mark_read_later(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
) -> Result<()> {
    enqueue(ctx, tx, account, conversation, false).await
}

/// Lets the customer see that somebody is writing; at Meta that also says that theirs was read. Ends by itself after
/// 25 s or with the next message.
///
/// # Errors
/// `NotFound` for the conversation.
pub async fn typing(ctx: &Ctx, actor: &Actor, conversation: ConversationId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    conversations::row(&mut tx, actor.account, conversation)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    enqueue(ctx, &mut tx, actor.account, conversation, true).await?;
    tx.commit().await?;
    Ok(())
}

async fn enqueue(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    typing: bool,
) -> Result<()> {
    let payload = MarkRead { conversation, typing };
    let job = New::of(MARK_READ, &payload).map_err(Error::internal)?;
    let job = job
        .lane(format!("read:{conversation}"))
        .max_attempts(if typing { 1 } else { MAX_TRIES });
    ctx.jobs.enqueue(tx, account, job).await?;
    Ok(())
}

/// The handler of [`MARK_READ`].
pub async fn tell(ctx: &Ctx, job: &Job) -> Outcome {
    let payload = match job.payload::<MarkRead>() {
        Ok(payload) => payload,
        Err(error) => return Outcome::fail(error),
    };
    match try_tell(ctx, job, &payload).await {
        Ok(()) => Outcome::Done,
        // Nobody is served by a dead job for a tick that was not shown.
        Err(_) if job.is_last_attempt() => Outcome::Done,
        Err(error) => Outcome::retry(error),
    }
}

async fn try_tell(ctx: &Ctx, job: &Job, payload: &MarkRead) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    let Some(row) = conversations::row(&mut tx, job.account, payload.conversation).await? else {
        return Ok(());
    };
    let Some(last) = messages::last_inbound(&mut tx, job.account, row.id).await? else {
        return Ok(());
    };
    let line = Line::of(ctx, &mut tx, job.account, row.number_id).await?;
    drop(tx);
    if line.sender.status != NumberStatus::Connected {
        return Ok(());
    }
    match line.mark_read(ctx, &last, payload.typing).await {
        Err(error) if !matches!(error.retry(), Retry::Never | Retry::PauseNumber) => {
            Err(crate::templates::of_call(error))
        }
        _ => Ok(()),
    }
}
