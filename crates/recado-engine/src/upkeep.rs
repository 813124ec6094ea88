//! What is done by itself, from time to time, for every account.

use std::time::Duration;

use crate::{Ctx, Result, reconcile};

/// How long what is done by itself waits.
#[derive(Clone, Copy, Debug)]
pub struct Upkeep {
    /// How long a webhook may be on its way before what it tells is asked for.
    pub reconcile_after: Duration,
}

impl Default for Upkeep {
    fn default() -> Self {
        Self {
            reconcile_after: Duration::from_mins(1),
        }
    }
}

/// Enqueues what is due. The program calls this at its start, when much may have been missed, and every few minutes.
pub async fn enqueue(ctx: &Ctx) -> Result<()> {
    reconcile::enqueue_all(ctx).await
}
