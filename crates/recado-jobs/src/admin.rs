//! What an operator sees and does: dead jobs, another chance for one, how much there is.

use std::sync::Arc;

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, JobId, Time};

use crate::Jobs;

record! {
    /// A job that will not be tried again by itself.
    pub struct DeadJob {
        pub id: JobId,
        pub kind: String,
        pub attempt: i64,
        pub max_attempts: i64,
        pub lane: Option<String>,
        pub last_error: Option<String>,
        pub run_at: Time,
        pub created_at: Time,
    }
}

/// Jobs of all accounts by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub ready: i64,
    pub running: i64,
    pub dead: i64,
}

record! {
    struct Count {
        state: String,
        jobs: i64,
    }
}

sql!(DEAD -> DeadJob = "SELECT id, kind, attempt, max_attempts, lane, last_error, run_at, created_at
    FROM jobs WHERE account_id = $1 AND state = 'dead' AND id < $2 ORDER BY id DESC LIMIT $3");

sql!(REVIVE -> () = "UPDATE jobs SET state = 'ready', run_at = $3, attempt = 0
    WHERE account_id = $1 AND id = $2 AND state = 'dead' AND (dedupe_key IS NULL OR NOT EXISTS (
        SELECT 1 FROM jobs o
        WHERE o.account_id = jobs.account_id AND o.dedupe_key = jobs.dedupe_key AND o.state <> 'dead'))");

sql!(#[scan = "counts the whole queue, for metrics and tests; finished jobs are not in it"]
    COUNT -> Count = "SELECT state, count(*) AS jobs FROM jobs GROUP BY state");

sql!(OLDEST_DUE -> (Time,) = "SELECT run_at FROM jobs WHERE state = 'ready' AND run_at <= $1 ORDER BY run_at, id LIMIT 1");

impl Jobs {
    /// Since when the job has been due that has waited longest, of any account; none if none is due.
    pub async fn oldest_due(tx: &mut Tx, now: Time) -> Result<Option<Time>> {
        Ok(tx.first(&OLDEST_DUE, &[&now]).await?.map(|(at,)| at))
    }

    /// A page of the account's dead jobs, newest first, older than `before` ([`JobId::MAX`] for the first).
    pub async fn dead(tx: &mut Tx, account: AccountId, before: JobId, limit: i64) -> Result<Vec<DeadJob>> {
        tx.all(&DEAD, &[&account, &before, &limit]).await
    }

    /// Gives a dead job all its attempts anew, due at once. False when the account has no such dead job, or an
    /// open one has taken its dedupe key.
    pub async fn retry(&self, tx: &mut Tx, account: AccountId, id: JobId) -> Result<bool> {
        let revived = tx.run(&REVIVE, &[&account, &id, &self.clock.now()]).await? > 0;
        if revived {
            let wake = Arc::clone(&self.wake);
            tx.on_commit(move || wake.notify_one());
        }
        Ok(revived)
    }

    pub async fn counts(&self) -> Result<Counts> {
        let mut tx = self.db.read().await?;
        let mut counts = Counts::default();
        for Count { state, jobs } in tx.all(&COUNT, &[]).await? {
            match state.as_str() {
                "ready" => counts.ready = jobs,
                "running" => counts.running = jobs,
                _ => counts.dead = jobs,
            }
        }
        Ok(counts)
    }
}
