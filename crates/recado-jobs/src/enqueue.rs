//! Putting jobs into the queue, in the transaction they follow from.

use std::sync::Arc;

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, JobId, Stored, Time};

use crate::Jobs;
use crate::job::New;

sql!(INSERT -> (JobId,) = "INSERT INTO jobs
    (account_id, id, kind, payload, state, run_at, attempt, max_attempts, lane, dedupe_key, created_at)
    VALUES ($1, $2, $3, $4, 'ready', $5, 0, $6, $7, $8, $9)
    ON CONFLICT (account_id, dedupe_key) WHERE dedupe_key IS NOT NULL AND state <> 'dead' DO NOTHING
    RETURNING id");

sql!(HASTEN -> () = "UPDATE jobs SET run_at = $3
    WHERE account_id = $1 AND dedupe_key = $2 AND state = 'ready' AND state <> 'dead' AND run_at > $3");

impl Jobs {
    /// Lets the job with this dedupe key run now, where it waits for its time. It still waits for its lane.
    pub async fn hasten(&self, tx: &mut Tx, account: AccountId, dedupe_key: &str) -> Result<()> {
        let hastened = tx
            .run(&HASTEN, &[&account, &dedupe_key, &self.clock.now()])
            .await?;
        if hastened > 0 {
            let wake = Arc::clone(&self.wake);
            tx.on_commit(move || wake.notify_one());
        }
        Ok(())
    }

    /// Enqueues a job, or answers `None` when an open one has its dedupe key. It exists, and workers are
    /// woken, once `tx` is committed.
    pub async fn enqueue(&self, tx: &mut Tx, account: AccountId, new: New) -> Result<Option<JobId>> {
        Ok(self.enqueue_many(tx, account, vec![new]).await?.pop().flatten())
    }

    /// Enqueues many in one go; answers their ids in the same order.
    pub async fn enqueue_many(
        &self,
        tx: &mut Tx,
        account: AccountId,
        new: Vec<New>,
    ) -> Result<Vec<Option<JobId>>> {
        let now = self.clock.now();
        let jobs: Vec<(JobId, Time, New)> = new
            .into_iter()
            .map(|new| (self.ids.next(), new.run_at.unwrap_or(now), new))
            .collect();
        let rows: Vec<[&dyn Stored; 9]> = jobs
            .iter()
            .map(|(id, run_at, new)| -> [&dyn Stored; 9] {
                [
                    &account,
                    id,
                    &new.kind,
                    &new.payload,
                    run_at,
                    &new.max_attempts,
                    &new.lane,
                    &new.dedupe_key,
                    &now,
                ]
            })
            .collect();
        let sets: Vec<&[&dyn Stored]> = rows.iter().map(|row| &row[..]).collect();
        let inserted = tx.each(&INSERT, &sets).await?;

        let ids: Vec<Option<JobId>> = inserted
            .into_iter()
            .map(|rows| rows.into_iter().next().map(|(id,)| id))
            .collect();
        if ids.iter().any(Option::is_some) {
            let wake = Arc::clone(&self.wake);
            tx.on_commit(move || wake.notify_one());
        }
        Ok(ids)
    }
}
