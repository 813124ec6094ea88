//! Which use case runs which job.

use std::sync::Arc;

use recado_jobs::{Handler, Job, Outcome, handler};

use crate::Ctx;
use crate::assignment::{self, AUTO_ASSIGN};
use crate::deletion::{self, ERASE_CONVERSATION, ERASE_FILES};
use crate::inbox::{self, WAKE_CONVERSATION};
use crate::media::{self, FETCH_MEDIA};
use crate::merge::{self, MERGE_CONTACTS};
use crate::outbound::{self, MARK_READ, SEND_MESSAGE, SEND_REACTION};
use crate::reconcile::{self, RECONCILE_NUMBER};
use crate::retention::{self, FORGET};
use crate::templates::{self, SYNC_TEMPLATES};
use crate::webhooks::{self, DELIVER_WEBHOOK};

/// The handler of every kind of job.
pub fn jobs(ctx: Arc<Ctx>) -> Handler {
    handler(move |job: Job| {
        let ctx = Arc::clone(&ctx);
        async move {
            match job.kind.as_str() {
                SEND_MESSAGE => outbound::dispatch(&ctx, &job).await,
                SEND_REACTION => outbound::send_reaction(&ctx, &job).await,
                MARK_READ => outbound::tell(&ctx, &job).await,
                AUTO_ASSIGN => assignment::run(&ctx, &job).await,
                WAKE_CONVERSATION => inbox::wake(&ctx, &job).await,
                DELIVER_WEBHOOK => webhooks::run(&ctx, &job).await,
                ERASE_CONVERSATION => deletion::erase_conversation(&ctx, &job).await,
                ERASE_FILES => deletion::erase_files(&ctx, &job).await,
                FETCH_MEDIA => media::fetch(&ctx, &job).await,
                FORGET => retention::run(&ctx, &job).await,
                MERGE_CONTACTS => merge::run(&ctx, &job).await,
                RECONCILE_NUMBER => reconcile::run(&ctx, &job).await,
                SYNC_TEMPLATES => templates::run_sync(&ctx, &job).await,
                other => Outcome::fail(format!("this program does not know jobs of kind {other}")),
            }
        }
    })
}
