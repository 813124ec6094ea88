//! Which use case runs which job.

use std::sync::Arc;

use recado_jobs::{Handler, Job, Outcome, handler};

use crate::Ctx;
use crate::outbound::{self, SEND_MESSAGE};

/// The handler of every kind of job.
pub fn jobs(ctx: Arc<Ctx>) -> Handler {
    handler(move |job: Job| {
        let ctx = Arc::clone(&ctx);
        async move {
            match job.kind.as_str() {
                SEND_MESSAGE => outbound::dispatch(&ctx, &job).await,
                other => Outcome::fail(format!("this program does not know jobs of kind {other}")),
            }
        }
    })
}
