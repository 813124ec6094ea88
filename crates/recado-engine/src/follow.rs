//! Reading the journals of many accounts, a little behind what is going on: how the search index and the webhooks learn
//! what happened.
//!
//! Hints tell whose journal has grown; what they miss (another node's news, a start) is looked for now and then.

use std::collections::HashSet;
use std::time::Duration;

use recado_journal::Moves;
use recado_model::AccountId;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Ctx, Result};

/// How often accounts are looked for that no hint told of.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// After an error.
const PAUSE: Duration = Duration::from_secs(1);
/// How many times as long as it worked a reader rests while many webhooks of providers wait.
const IN_A_RUSH: u32 = 30;

/// Somebody who reads journals, and remembers durably how far.
pub(crate) trait Reader: Send {
    /// What it does, for the log: "index", "tell webhooks".
    const TASK: &'static str;
    /// How long to let news gather: many in one transaction cost a fraction of each alone.
    const GATHER: Duration;

    /// The accounts it has not read to the end.
    fn behind(&mut self) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// Takes an account one batch further; whether there may be more to do.
    fn step(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

/// Lets `reader` read whatever there is, until `stop`.
pub(crate) async fn follow<R: Reader>(ctx: &Ctx, moves: &Moves, mut reader: R, stop: &CancellationToken) {
    let mut due: HashSet<AccountId> = HashSet::new();
    let mut looked: Option<Instant> = None;
    loop {
        if looked.is_none_or(|at| at.elapsed() >= LOOK_EVERY) {
            match reader.behind().await {
                Ok(accounts) => due.extend(accounts),
                Err(error) => tracing::warn!(%error, "cannot look for news to {}", R::TASK),
            }
            looked = Some(Instant::now());
        }
        let wait = async {
            if !due.is_empty() {
                return moves.take();
            }
            match tokio::time::timeout(LOOK_EVERY, moves.next()).await {
                Ok(mut moved) => {
                    tokio::time::sleep(R::GATHER).await;
                    moved.extend(moves.take());
                    moved
                }
                Err(_) => Vec::new(),
            }
        };
        let Some(moved) = stop.run_until_cancelled(wait).await else {
            return;
        };
        due.extend(moved);
        let mut pause = Duration::ZERO;
        for account in due.iter().copied().collect::<Vec<_>>() {
            if stop.is_cancelled() {
                return;
            }
            let begun = Instant::now();
            match reader.step(account).await {
                Ok(true) => {}
                Ok(false) => {
                    due.remove(&account);
                }
                Err(error) => {
                    tracing::warn!(%account, %error, "cannot {}, trying again", R::TASK);
                    pause = PAUSE;
                }
            }
            // Whoever answers customers comes first: half of the time is theirs alone, nearly all of it in a rush.
            let share = if ctx.rush.is_on() { IN_A_RUSH } else { 1 };
            pause = pause.max(begun.elapsed() * share);
        }
        if !due.is_empty()
            && stop
                .run_until_cancelled(tokio::time::sleep(pause))
                .await
                .is_none()
        {
            return;
        }
    }
}
