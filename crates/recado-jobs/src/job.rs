//! A job: what is asked for, what a handler gets, and what it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use recado_db::record;
use recado_model::{AccountId, JobId, Time};
use uuid::Uuid;

/// With the default backoff about an hour of trying.
const MAX_ATTEMPTS: i64 = 16;

/// A job to enqueue.
#[derive(Clone, Debug)]
pub struct New {
    pub kind: &'static str,
    /// JSON text, for the handler alone.
    pub payload: String,
    /// Jobs of the account with the same lane run one at a time, oldest first.
    pub lane: Option<String>,
    /// At most one open job of the account has this key. A job that is running counts as open, so the key
    /// fits work that looks at the state it finds, enqueued before it looks.
    pub dedupe_key: Option<String>,
    /// Not before; at once when absent.
    pub run_at: Option<Time>,
    pub max_attempts: i64,
}

/// A job in the hands of a worker.
#[derive(Clone, Debug)]
pub struct Job {
    pub account: AccountId,
    pub id: JobId,
    pub kind: String,
    pub payload: String,
    pub lane: Option<String>,
    /// 1 for the first.
    pub attempt: i64,
    pub max_attempts: i64,
    pub run_at: Time,
    pub created_at: Time,
    pub(crate) token: Uuid,
    pub(crate) settled: Arc<AtomicBool>,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Once more, after the time given or the usual backoff. The last attempt makes it dead.
    Retry {
        after: Option<Duration>,
        error: String,
    },
    /// Dead at once: trying again cannot help.
    Fail {
        error: String,
    },
}

/// Runs jobs of every kind.
pub type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// Makes a [`Handler`] from an async function.
pub fn handler<F, Running>(run: F) -> Handler
where
    F: Fn(Job) -> Running + Send + Sync + 'static,
    Running: Future<Output = Outcome> + Send + 'static,
{
    Arc::new(move |job| Box::pin(run(job)))
}

record! {
    /// What a claim answers.
    pub(crate) struct Claimed {
        pub(crate) account_id: AccountId,
        pub(crate) id: JobId,
        pub(crate) kind: String,
        pub(crate) payload: String,
        pub(crate) lane: Option<String>,
        pub(crate) attempt: i64,
        pub(crate) max_attempts: i64,
        pub(crate) run_at: Time,
        pub(crate) created_at: Time,
    }
}

impl New {
    /// Fails when `payload` cannot be written as JSON.
    pub fn of(kind: &'static str, payload: &impl serde::Serialize) -> serde_json::Result<Self> {
        let payload = serde_json::to_string(payload)?;
        Ok(Self {
            kind,
            payload,
            lane: None,
            dedupe_key: None,
            run_at: None,
            max_attempts: MAX_ATTEMPTS,
        })
    }

    #[must_use]
    pub fn lane(self, lane: impl Into<String>) -> Self {
        Self {
            lane: Some(lane.into()),
            ..self
        }
    }

    #[must_use]
    pub fn dedupe_key(self, key: impl Into<String>) -> Self {
        Self {
            dedupe_key: Some(key.into()),
            ..self
        }
    }

    #[must_use]
    pub fn run_at(self, at: Time) -> Self {
        Self {
            run_at: Some(at),
            ..self
        }
    }

    #[must_use]
    pub fn max_attempts(self, attempts: i64) -> Self {
        Self {
            max_attempts: attempts,
            ..self
        }
    }
}

impl Job {
    pub(crate) fn new(row: Claimed, token: Uuid) -> Self {
        Self {
            account: row.account_id,
            id: row.id,
            kind: row.kind,
            payload: row.payload,
            lane: row.lane,
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            run_at: row.run_at,
            created_at: row.created_at,
            token,
            settled: Arc::default(),
        }
    }

    /// The payload as the type it was made from.
    pub fn payload<T: serde::de::DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.payload)
    }

    /// Whether a retry would make it dead.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }

    /// Whether its end is in the database already.
    pub(crate) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire)
    }
}

impl Outcome {
    pub fn retry(error: impl std::fmt::Display) -> Self {
        Self::Retry {
            after: None,
            error: error.to_string(),
        }
    }

    pub fn fail(error: impl std::fmt::Display) -> Self {
        Self::Fail {
            error: error.to_string(),
        }
    }
}
