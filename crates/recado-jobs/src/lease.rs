//! Taking jobs out of the queue for a while, and keeping or giving them back.

use recado_db::{Error, Result, sql};
use recado_model::{Stored, Time};
use uuid::Uuid;

use crate::Jobs;
use crate::job::{Claimed, Job};

/// Most jobs taken at once.
pub(crate) const BATCH: usize = 32;

/// What a claim found.
pub(crate) struct Claim {
    pub(crate) jobs: Vec<Job>,
    /// When the next job becomes due, as far as one waits for its time.
    pub(crate) next: Option<Time>,
}

// A worker that dies with a job, again and again, must not take the job's last attempt over and over.
sql!(EXPIRE -> () = "UPDATE jobs SET
    state = CASE WHEN attempt >= max_attempts THEN 'dead' ELSE 'ready' END,
    last_error = 'the worker stopped before it was done', lease_until = NULL, lease_token = NULL
    WHERE state = 'running' AND lease_until <= $1");

// Of a lane only the oldest open job, and none while another runs. Two probes, because each finds its answer
// in the first row of an index. Under PostgreSQL two workers may still choose from one lane at the same
// moment, when an older job becomes visible in between; the unique index refuses the second.
sql!(CLAIM -> Claimed = {
    sqlite: "UPDATE jobs SET state = 'running', lease_until = $2, lease_token = $3, attempt = attempt + 1
        WHERE rowid IN (
            SELECT j.rowid FROM jobs j
            WHERE j.state = 'ready' AND j.run_at <= $1 AND (j.lane IS NULL OR (
                NOT EXISTS (SELECT 1 FROM jobs o WHERE o.account_id = j.account_id AND o.lane = j.lane
                    AND o.state <> 'dead' AND o.id < j.id)
                AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.account_id = j.account_id AND r.lane = j.lane
                    AND r.state = 'running')))
            ORDER BY j.run_at, j.id LIMIT $4)
        RETURNING account_id, id, kind, payload, lane, attempt, max_attempts, run_at, created_at",
    postgres: "WITH due AS MATERIALIZED (
            SELECT j.account_id, j.id FROM jobs j
            WHERE j.state = 'ready' AND j.run_at <= $1 AND (j.lane IS NULL OR (
                NOT EXISTS (SELECT 1 FROM jobs o WHERE o.account_id = j.account_id AND o.lane = j.lane
                    AND o.state <> 'dead' AND o.id < j.id)
                AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.account_id = j.account_id AND r.lane = j.lane
                    AND r.state = 'running')))
            ORDER BY j.run_at, j.id LIMIT $4 FOR UPDATE OF j SKIP LOCKED)
        UPDATE jobs SET state = 'running', lease_until = $2, lease_token = $3, attempt = attempt + 1
        FROM due WHERE jobs.account_id = due.account_id AND jobs.id = due.id
        RETURNING jobs.account_id, jobs.id, kind, payload, lane, attempt, max_attempts, run_at, created_at",
});

// Those due already wait for their lane, whose end wakes the worker.
sql!(NEXT -> (Time,) = "SELECT run_at FROM jobs WHERE state = 'ready' AND run_at > $1 ORDER BY run_at LIMIT 1");

sql!(RENEW -> () = "UPDATE jobs SET lease_until = $4 WHERE account_id = $1 AND id = $2 AND lease_token = $3");

// Stopping is not the job's fault: the attempt does not count.
sql!(RELEASE -> () = "UPDATE jobs SET state = 'ready', attempt = attempt - 1, lease_until = NULL, lease_token = NULL
    WHERE account_id = $1 AND id = $2 AND lease_token = $3");

impl Jobs {
    /// Leases up to `limit` due jobs (at most [`BATCH`]), oldest first.
    pub(crate) async fn claim(&self, limit: usize) -> Result<Claim> {
        let mut tries = 0;
        loop {
            match self.try_claim(limit.min(BATCH)).await {
                // Another worker was quicker; a new look sees what it took.
                Err(Error::Conflict { .. } | Error::Retry(_)) if tries < 5 => {
                    tries += 1;
                }
                other => return other,
            }
        }
    }

    async fn try_claim(&self, limit: usize) -> Result<Claim> {
        let now = self.clock.now();
        let until = now.plus(self.settings.lease);
        let token: Uuid = self.ids.next();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);

        let mut tx = self.db.begin().await?;
        let expired = tx.run(&EXPIRE, &[&now]).await?;
        let mut claimed = tx.all(&CLAIM, &[&now, &until, &token, &limit]).await?;
        let next = tx.first(&NEXT, &[&now]).await?.map(|(at,)| at);
        tx.commit().await?;

        if expired > 0 {
            tracing::warn!(expired, "leases of jobs expired");
        }
        claimed.sort_unstable_by_key(|row| (row.run_at, row.id));
        Ok(Claim {
            jobs: claimed.into_iter().map(|row| Job::new(row, token)).collect(),
            next,
        })
    }

    /// Ends every lease: for whoever knows that all workers are dead. What they had taken is due at once then, not only
    /// when they have not been heard of for long enough.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_leases(&self) -> Result<()> {
        let mut tx = self.db.begin().await?;
        tx.run(&EXPIRE, &[&Time::MAX]).await?;
        tx.commit().await
    }

    /// Extends leases; answers the jobs that are not ours any more.
    pub(crate) async fn renew(&self, jobs: Vec<Job>) -> Result<Vec<Job>> {
        let until = self.clock.now().plus(self.settings.lease);
        let rows: Vec<[&dyn Stored; 4]> = jobs
            .iter()
            .map(|job| -> [&dyn Stored; 4] { [&job.account, &job.id, &job.token, &until] })
            .collect();
        let sets: Vec<&[&dyn Stored]> = rows.iter().map(|row| &row[..]).collect();
        let mut tx = self.db.begin().await?;
        let renewed = tx.run_each(&RENEW, &sets).await?;
        tx.commit().await?;
        Ok(jobs
            .into_iter()
            .zip(renewed)
            .filter(|(_, rows)| *rows == 0)
            .map(|(job, _)| job)
            .collect())
    }

    /// Gives unfinished jobs back, due as before.
    pub(crate) async fn release(&self, jobs: &[Job]) -> Result<()> {
        let rows: Vec<[&dyn Stored; 3]> = jobs
            .iter()
            .map(|job| -> [&dyn Stored; 3] { [&job.account, &job.id, &job.token] })
            .collect();
        let sets: Vec<&[&dyn Stored]> = rows.iter().map(|row| &row[..]).collect();
        let mut tx = self.db.begin().await?;
        tx.run_each(&RELEASE, &sets).await?;
        tx.commit().await
    }
}
