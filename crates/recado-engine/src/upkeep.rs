//! What is done by itself, from time to time, for every account.

use std::time::Duration;

use recado_model::Time;

use crate::{Ctx, Result, reconcile, retention};

/// How long what is done by itself waits.
#[derive(Clone, Copy, Debug)]
pub struct Upkeep {
    /// How long a webhook may be on its way before what it tells is asked for.
    pub reconcile_after: Duration,
    /// How long a file is kept that somebody uploaded and no message carries.
    pub keep_uploads: Duration,
    /// How long the bodies of webhooks are kept.
    pub keep_intakes: Duration,
    /// How far back the journal goes.
    pub keep_journal: Duration,
    /// How long notifications are kept that were read.
    pub keep_notifications: Duration,
    /// How long is kept what was told to endpoints.
    pub keep_deliveries: Duration,
}

const DAY: Duration = Duration::from_hours(24);

/// What may be forgotten is looked for so often.
const FORGET_EVERY: Duration = Duration::from_hours(1);

impl Default for Upkeep {
    fn default() -> Self {
        Self {
            reconcile_after: Duration::from_mins(1),
            keep_uploads: 30 * DAY,
            keep_intakes: 30 * DAY,
            keep_journal: 30 * DAY,
            keep_notifications: 90 * DAY,
            keep_deliveries: 30 * DAY,
        }
    }
}

/// Enqueues what is due. The program calls this at its start, when much may have been missed, and every few minutes;
/// `forgotten` is its note of when it last looked for what may be forgotten.
pub async fn enqueue(ctx: &Ctx, forgotten: &mut Option<Time>) -> Result<()> {
    reconcile::enqueue_all(ctx).await?;
    let now = ctx.clock.now();
    if forgotten.is_none_or(|last| now.since(last) >= FORGET_EVERY) {
        retention::enqueue_all(ctx).await?;
        *forgotten = Some(now);
    }
    Ok(())
}
