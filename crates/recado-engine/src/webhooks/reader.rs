//! Reading the journals of accounts with active endpoints, a little behind what is going on.
//!
//! The deliveries that follow from a batch of events are made in one transaction that also moves the account's place in
//! its journal, so that a crash repeats nothing and leaves nothing out. Accounts without active endpoints are not read,
//! and their news wakes nobody here.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use recado_jobs::New;
use recado_journal::Journal;
use recado_model::AccountId;
use recado_store::webhooks::deliveries::{self, NewDelivery};
use recado_store::webhooks::{self as store, Webhook};
use tokio_util::sync::CancellationToken;

use super::deliver::{self, Deliver};
use super::event::Told;
use crate::follow::{self, Reader};
use crate::{Ctx, Error, Result};

/// Events read in a transaction.
const BATCH: i64 = 200;

/// Makes deliveries of what happens, until `stop`.
pub async fn follow(ctx: Arc<Ctx>, stop: CancellationToken) {
    follow::follow(&ctx, &ctx.webhooks.moves, Teller { ctx: &ctx }, &stop).await;
}

struct Teller<'c> {
    ctx: &'c Ctx,
}

impl Reader for Teller<'_> {
    const TASK: &'static str = "make deliveries";
    const GATHER: Duration = Duration::from_millis(25);

    async fn behind(&mut self) -> Result<Vec<AccountId>> {
        look(self.ctx).await
    }

    async fn step(&mut self, account: AccountId) -> Result<bool> {
        step(self.ctx, account).await
    }
}

/// Learns whose journals are read, also by what other nodes did, and answers those with news.
async fn look(ctx: &Ctx) -> Result<Vec<AccountId>> {
    let moves = &ctx.webhooks.moves;
    let before = moves.told_of();
    let readers = store::readers(&mut ctx.db.read().await?).await?;
    let now: HashSet<AccountId> = readers.iter().map(|(account, _)| *account).collect();
    moves.change(&now, before.difference(&now));
    let behind = readers.into_iter().filter(|(_, is_behind)| *is_behind);
    Ok(behind.map(|(account, _)| account).collect())
}

/// Takes an account one batch further; whether there may be more to do.
async fn step(ctx: &Ctx, account: AccountId) -> Result<bool> {
    let mut tx = ctx.db.read().await?;
    let Some(reader) = store::reader(&mut tx, account).await? else {
        return Ok(false);
    };
    let events = Journal::since(&mut tx, account, reader.seq, BATCH).await?;
    let Some(last) = events.last().map(|last| last.seq) else {
        return Ok(false);
    };
    // One that is made from now on begins after all of these.
    let webhooks = store::list(&mut tx, account).await?;
    drop(tx);
    if let Some(first) = events.first().filter(|first| first.seq != reader.seq + 1) {
        tracing::warn!(%account, from = reader.seq, to = first.seq, "the journal was forgotten before it was told");
    }
    let mut new = Vec::new();
    for entry in &events {
        let Some(told) = Told::of(account, entry) else {
            continue;
        };
        let wants = |webhook: &&Webhook| {
            webhook.is_active && webhook.since < entry.seq && webhook.events.takes(told.event)
        };
        let mut body = None;
        for webhook in webhooks.iter().filter(wants) {
            let body = match &body {
                Some(body) => body,
                None => body.insert(told.body(account).map_err(Error::internal)?),
            };
            new.push(NewDelivery {
                id: ctx.ids.next(),
                webhook: webhook.id,
                event_id: told.id,
                event: told.event,
                lane: deliver::lane(webhook.id, told.subject.as_deref()),
                body: body.clone(),
            });
        }
    }
    let jobs: Vec<New> = new
        .iter()
        .map(|delivery| Deliver { id: delivery.id }.job(&delivery.lane))
        .collect::<Result<_>>()?;
    let mut tx = ctx.db.begin().await?;
    if !store::step(&mut tx, account, &reader, last).await? {
        // Another node was quicker, and has done the same.
        return Ok(true);
    }
    deliveries::insert_each(&mut tx, account, &new, ctx.clock.now()).await?;
    ctx.jobs.enqueue_many(&mut tx, account, jobs).await?;
    tx.commit().await?;
    Ok(i64::try_from(events.len()).is_ok_and(|read| read >= BATCH))
}
