//! Forgetting: uploads that were never sent, bodies of webhooks that came and went, notifications that were read, answers
//! kept for idempotency keys, and the journal's past, each after its time.

use recado_jobs::{Job, New, Outcome};
use recado_journal::Journal;
use recado_model::{AccountId, Time};
use recado_store::webhooks::deliveries;
use recado_store::{accounts, idempotency as used_keys, intakes, media, notifications};
use serde::{Deserialize, Serialize};

use crate::blobs::Part;
use crate::{Ctx, Error, Result, idempotency};

/// The job that forgets what an account need not keep.
pub const FORGET: &str = "forget";

/// Rows taken away by one transaction, so that nobody waits long behind it.
const BATCH: i64 = 500;

#[derive(Debug, Serialize, Deserialize)]
struct Forget {}

/// Enqueues the job for every account; one that is waiting or running is not doubled.
pub async fn enqueue_all(ctx: &Ctx) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    let accounts = accounts::ids(&mut tx).await?;
    drop(tx);
    for some in accounts.chunks(usize::try_from(BATCH).unwrap_or(1)) {
        let mut tx = ctx.db.begin().await?;
        for account in some {
            let job = New::of(FORGET, &Forget {}).map_err(Error::internal)?;
            ctx.jobs
                .enqueue(&mut tx, *account, job.dedupe_key(FORGET))
                .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The handler of [`FORGET`].
pub(crate) async fn run(ctx: &Ctx, job: &Job) -> Outcome {
    match forget(ctx, job.account).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::retry(error),
    }
}

async fn forget(ctx: &Ctx, account: AccountId) -> Result<()> {
    let now = ctx.clock.now();
    uploads(ctx, account, now.minus(ctx.upkeep.keep_uploads)).await?;
    let before = now.minus(ctx.upkeep.keep_intakes);
    loop {
        let mut tx = ctx.db.begin().await?;
        let gone = intakes::forget(&mut tx, account, before, BATCH).await?;
        tx.commit().await?;
        if gone < BATCH {
            break;
        }
    }
    let before = now.minus(ctx.upkeep.keep_notifications);
    loop {
        let mut tx = ctx.db.begin().await?;
        let gone = notifications::forget(&mut tx, account, before, BATCH).await?;
        tx.commit().await?;
        if gone < BATCH {
            break;
        }
    }
    let before = now.minus(idempotency::KEPT);
    loop {
        let mut tx = ctx.db.begin().await?;
        let gone = used_keys::forget(&mut tx, account, before, BATCH).await?;
        tx.commit().await?;
        if gone < BATCH {
            break;
        }
    }
    let before = now.minus(ctx.upkeep.keep_deliveries);
    loop {
        let mut tx = ctx.db.begin().await?;
        let gone = deliveries::forget(&mut tx, account, before, BATCH).await?;
        tx.commit().await?;
        if gone < BATCH {
            break;
        }
    }
    let before = now.minus(ctx.upkeep.keep_journal);
    loop {
        let mut tx = ctx.db.begin().await?;
        let gone = Journal::forget(&mut tx, account, before, BATCH).await?;
        tx.commit().await?;
        if gone < BATCH {
            return Ok(());
        }
    }
}

/// The row before the bytes: a row promises that they are there. Bytes that are left over by a crash in between are
/// found by nobody.
async fn uploads(ctx: &Ctx, account: AccountId, before: Time) -> Result<()> {
    loop {
        let mut tx = ctx.db.begin().await?;
        let gone = media::forget_unsent(&mut tx, account, before, BATCH).await?;
        tx.commit().await?;
        for id in &gone {
            for part in [Part::Whole, Part::Thumbnail] {
                ctx.blobs
                    .remove(account, *id, part)
                    .await
                    .map_err(Error::internal)?;
            }
        }
        if i64::try_from(gone.len()).unwrap_or(i64::MAX) < BATCH {
            return Ok(());
        }
    }
}
