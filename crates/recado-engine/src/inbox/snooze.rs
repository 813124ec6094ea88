//! Waking what was put away, when its time has come.

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_model::activity::{By, What};
use recado_model::{AccountId, ConversationId, Snooze};
use recado_store::conversations;
use serde::{Deserialize, Serialize};

use crate::events::{CONVERSATION_UPDATED, ConversationEvent, draft};
use crate::{Ctx, Error, Result, activities};

/// The job that wakes one conversation.
pub const WAKE_CONVERSATION: &str = "wake_conversation";

#[derive(Debug, Serialize, Deserialize)]
struct Wake {
    conversation: ConversationId,
    /// The one that ends: if there is another by then, that one's job does it.
    snooze: Snooze,
}

/// Lets a job end the snooze at its time, if it has one.
pub(super) async fn wake_later(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    snooze: Snooze,
) -> Result<()> {
    let Some(until) = snooze.until else {
        return Ok(());
    };
    let payload = Wake { conversation, snooze };
    let job = New::of(WAKE_CONVERSATION, &payload).map_err(Error::internal)?;
    let job = job
        .run_at(until)
        .dedupe_key(format!("wake:{conversation}:{}", until.millis()));
    ctx.jobs.enqueue(tx, account, job).await?;
    Ok(())
}

/// The handler of [`WAKE_CONVERSATION`].
pub async fn wake(ctx: &Ctx, job: &Job) -> Outcome {
    let payload = match job.payload::<Wake>() {
        Ok(payload) => payload,
        Err(error) => return Outcome::fail(error),
    };
    match try_wake(ctx, job.account, &payload).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::retry(error),
    }
}

async fn try_wake(ctx: &Ctx, account: AccountId, payload: &Wake) -> Result<()> {
    let Wake { conversation, snooze } = *payload;
    let mut tx = ctx.db.begin().await?;
    let woken = conversations::wake(&mut tx, account, conversation, snooze, ctx.clock.now()).await?;
    let rows = woken.into_iter().collect();
    if let Some(conversation) = conversations::with_contacts(&mut tx, account, rows).await?.pop() {
        let lines = activities::record(
            ctx,
            &mut tx,
            account,
            By::SYSTEM,
            payload.conversation,
            What::Woke,
        )
        .await?;
        let mut drafts = vec![draft(CONVERSATION_UPDATED, &ConversationEvent { conversation })?];
        drafts.extend(lines);
        ctx.journal.append(&mut tx, account, drafts).await?;
        tx.commit().await?;
    }
    Ok(())
}
