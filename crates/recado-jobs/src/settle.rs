//! Writing down how a job ended. Every statement is fenced by the lease's token: who lost the lease changes
//! nothing.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use recado_db::{Tx, sql};
use recado_model::Time;

use crate::job::{Job, Outcome};
use crate::{Error, Jobs, backoff};

/// More of an error's text says nothing new.
const ERROR_CHARS: usize = 2000;

/// How often a settlement is tried against a database in trouble, and the first pause between.
const TRIES: u32 = 6;
const PAUSE: Duration = Duration::from_millis(50);

sql!(FINISH -> () = "DELETE FROM jobs WHERE account_id = $1 AND id = $2 AND lease_token = $3");

sql!(AGAIN -> () = "UPDATE jobs
    SET state = 'ready', run_at = $4, last_error = $5, lease_until = NULL, lease_token = NULL
    WHERE account_id = $1 AND id = $2 AND lease_token = $3");

sql!(BURY -> () = "UPDATE jobs SET state = 'dead', last_error = $4, lease_until = NULL, lease_token = NULL
    WHERE account_id = $1 AND id = $2 AND lease_token = $3");

/// An outcome turned into what becomes of the row.
enum Fate {
    Finished,
    Again { at: Time, error: String },
    Dead { error: String },
}

impl Jobs {
    /// Finishes a job in the handler's own transaction: its effects and its end become true together. The
    /// handler then answers [`Outcome::Done`].
    ///
    /// [`Error::LeaseLost`] means that the job is another worker's by now: roll back.
    pub async fn complete(&self, tx: &mut Tx, job: &Job) -> Result<(), Error> {
        record(tx, job, &Fate::Finished).await
    }

    /// Records how `job` ended; answers what was recorded, as a word for metrics.
    pub(crate) async fn settle(&self, job: &Job, outcome: Outcome) -> &'static str {
        if job.is_settled() {
            if outcome != Outcome::Done {
                tracing::error!(
                    ?outcome,
                    "the job was completed in a transaction, its outcome is ignored"
                );
            }
            return "done";
        }
        let fate = self.fate(job, outcome);
        let word = match &fate {
            Fate::Finished => "done",
            Fate::Again { at, error } => {
                tracing::info!(%at, error, "job will be tried again");
                "retry"
            }
            Fate::Dead { error } => {
                tracing::warn!(error, "job is dead");
                "dead"
            }
        };
        let mut pause = PAUSE;
        for tried in 1.. {
            match self.try_settle(job, &fate).await {
                Ok(()) => return word,
                Err(Error::LeaseLost) => {
                    tracing::warn!("the lease was lost before the job ended");
                    return "lost";
                }
                Err(Error::Db(error)) if tried < TRIES && error.is_transient() => {
                    tracing::warn!(%error, "cannot record the end of the job, trying again");
                }
                Err(Error::Db(error)) => {
                    tracing::error!(%error, "cannot record the end of the job, it will run again");
                    break;
                }
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        "lost"
    }

    async fn try_settle(&self, job: &Job, fate: &Fate) -> Result<(), Error> {
        let mut tx = self.db.begin().await?;
        record(&mut tx, job, fate).await?;
        tx.commit().await?;
        Ok(())
    }

    fn fate(&self, job: &Job, outcome: Outcome) -> Fate {
        match outcome {
            Outcome::Done => Fate::Finished,
            Outcome::Fail { error } => Fate::Dead {
                error: shortened(error),
            },
            Outcome::Retry { error, .. } if job.is_last_attempt() => Fate::Dead {
                error: shortened(error),
            },
            Outcome::Retry { after, error } => {
                let after = after.unwrap_or_else(|| {
                    let Self { settings, .. } = self;
                    self.random(|rng| {
                        backoff::delay(job.attempt, settings.backoff, settings.backoff_cap, rng)
                    })
                });
                Fate::Again {
                    at: self.clock.now().plus(after),
                    error: shortened(error),
                }
            }
        }
    }
}

async fn record(tx: &mut Tx, job: &Job, fate: &Fate) -> Result<(), Error> {
    let (account, id, token) = (&job.account, &job.id, &job.token);
    let changed = match fate {
        Fate::Finished => tx.run(&FINISH, &[account, id, token]).await?,
        Fate::Again { at, error } => tx.run(&AGAIN, &[account, id, token, at, error]).await?,
        Fate::Dead { error } => tx.run(&BURY, &[account, id, token, error]).await?,
    };
    if changed == 0 {
        return Err(Error::LeaseLost);
    }
    let settled = Arc::clone(&job.settled);
    tx.on_commit(move || settled.store(true, Ordering::Release));
    Ok(())
}

fn shortened(mut error: String) -> String {
    if let Some((end, _)) = error.char_indices().nth(ERROR_CHARS) {
        error.truncate(end);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_cut_between_characters() {
        assert_eq!(shortened("ü".repeat(ERROR_CHARS + 1)), "ü".repeat(ERROR_CHARS));
        assert_eq!(shortened("short".to_owned()), "short");
    }
}
