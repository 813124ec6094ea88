//! Work that follows from a commit: jobs are rows, enqueued in the transaction that needs them, leased by a
//! worker, retried with backoff, and kept with their error when they fail for good.
//!
//! - *Lease, not lock.* A claimed job belongs to its worker until a time which a heartbeat moves on. If the
//!   worker dies, the lease expires and the job is claimed again; what the old worker still writes about it
//!   is refused, because every claim has its own token. A job may thus run again after a crash, never twice
//!   at once: handlers must be idempotent.
//! - *Lanes.* Jobs of an account with the same lane run one at a time, oldest first. A job waiting for its
//!   next try holds up those behind it; a dead one does not.
//! - *Leases compare clocks of nodes*: they must agree to well within a lease (a minute by default).

mod admin;
mod backoff;
mod enqueue;
mod job;
mod lease;
mod settle;
mod worker;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;
use recado_db::{Db, Migration};
use recado_model::{Clock, Ids};
use tokio::sync::Notify;

pub use admin::{Counts, DeadJob};
pub use job::{Handler, Job, New, Outcome, handler};

/// Makes `jobs`.
pub const MIGRATION: Migration = Migration {
    name: "0001_jobs",
    text: include_str!("../migrations/0001_jobs.sql"),
};

/// Finishing a job can fail in one more way than other statements.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The lease expired and the job was given to another worker, or is done. Roll back.
    #[error("the lease of the job is lost")]
    LeaseLost,
    #[error(transparent)]
    Db(#[from] recado_db::Error),
}

/// Times of the queue.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a claimed job is left to its worker without a sign of life.
    pub lease: Duration,
    /// How often a worker extends its leases.
    pub heartbeat: Duration,
    /// How long due work can go unnoticed when no wake-up came. Shortened by up to a half at random.
    pub poll: Duration,
    /// How long running jobs may go on after the stop.
    pub grace: Duration,
    /// The delay before retry n is drawn from zero to `backoff` · 2ⁿ⁻¹, at most `backoff_cap`.
    pub backoff: Duration,
    pub backoff_cap: Duration,
    /// For random delays; drawn from the system when absent.
    pub seed: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            lease: Duration::from_mins(1),
            heartbeat: Duration::from_secs(20),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(30),
            backoff: Duration::from_secs(2),
            backoff_cap: Duration::from_mins(15),
            seed: None,
        }
    }
}

/// The queue of all accounts. Clones share one wake-up.
#[derive(Clone, Debug)]
pub struct Jobs {
    db: Db,
    clock: Clock,
    ids: Ids,
    settings: Settings,
    wake: Arc<Notify>,
    rng: Arc<Mutex<StdRng>>,
}

impl Jobs {
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self::with(db, clock, ids, Settings::default())
    }

    pub fn with(db: Db, clock: Clock, ids: Ids, settings: Settings) -> Self {
        let rng = settings.seed.map_or_else(rand::make_rng, StdRng::seed_from_u64);
        Self {
            db,
            clock,
            ids,
            settings,
            wake: Arc::default(),
            rng: Arc::new(Mutex::new(rng)),
        }
    }

    /// Lets this node's worker look for due jobs at once. Commits do it by themselves; this is for hints from
    /// other nodes and for whoever moved a clock.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    fn random<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
