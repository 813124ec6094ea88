//! The queue on both engines.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod lanes;
mod leases;
mod queue;
mod retries;
mod statements;
mod worker;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use recado_db::Db;
use recado_jobs::{Counts, Handler, Job, Jobs, New, Outcome, Settings, handler};
use recado_model::{AccountId, Clock, Ids, JobId, Time};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// No test waits for a poll or a heartbeat unless it says so.
const NEVER: Duration = Duration::from_hours(24);
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(1));
const OTHER: AccountId = AccountId(Uuid::from_u128(2));

/// A node: its own wake-up and ids, the shared database and clock.
#[derive(Clone)]
struct Node {
    db: Db,
    clock: Clock,
    jobs: Jobs,
}

impl Node {
    fn new(db: &Db, clock: &Clock, settings: Settings) -> Self {
        let (db, clock) = (db.clone(), clock.clone());
        let jobs = Jobs::with(db.clone(), clock.clone(), Ids::new(clock.clone()), settings);
        Self { db, clock, jobs }
    }

    async fn enqueue(&self, account: AccountId, new: New) -> Option<JobId> {
        let mut tx = self.db.begin().await.unwrap();
        let id = self.jobs.enqueue(&mut tx, account, new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    async fn enqueue_many(&self, account: AccountId, new: Vec<New>) -> Vec<Option<JobId>> {
        let mut tx = self.db.begin().await.unwrap();
        let ids = self.jobs.enqueue_many(&mut tx, account, new).await.unwrap();
        tx.commit().await.unwrap();
        ids
    }

    /// Runs what is due with an outcome decided by each job; answers the jobs that ran, in order.
    async fn run(&self, outcome: impl Fn(&Job) -> Outcome + Send + Sync + 'static) -> Vec<Job> {
        let ran = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&ran);
        let handler = handler(move |job: Job| {
            let outcome = outcome(&job);
            seen.lock().unwrap().push(job);
            async move { outcome }
        });
        let count = within(self.jobs.run_until_idle(&handler)).await.unwrap();
        let ran = ran.lock().unwrap().clone();
        assert_eq!(count, ran.len());
        ran
    }

    async fn done(&self) -> Vec<Job> {
        self.run(|_| Outcome::Done).await
    }

    async fn counts(&self) -> Counts {
        self.jobs.counts().await.unwrap()
    }

    async fn dead(&self, account: AccountId) -> Vec<recado_jobs::DeadJob> {
        let mut tx = self.db.read().await.unwrap();
        Jobs::dead(&mut tx, account, JobId::MAX, 100).await.unwrap()
    }

    fn start(&self, handler: Handler, concurrency: usize) -> Running {
        let (jobs, stop) = (self.jobs.clone(), CancellationToken::new());
        let stopped = stop.clone();
        let task = tokio::spawn(async move { jobs.run(handler, stopped, concurrency).await });
        Running { stop, task }
    }
}

/// A worker at work.
struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        within(self.task).await.unwrap();
    }
}

fn clock() -> Clock {
    Clock::mock(Time::from_seconds(1_700_000_000))
}

fn quiet() -> Settings {
    Settings {
        poll: NEVER,
        heartbeat: NEVER,
        seed: Some(1),
        ..Settings::default()
    }
}

fn work(n: i64) -> New {
    New::of("work", &n).unwrap()
}

fn numbers(jobs: &[Job]) -> Vec<i64> {
    jobs.iter().map(|job| job.payload().unwrap()).collect()
}

/// A handler that is always done, and where to see what it did.
fn telling() -> (Handler, mpsc::UnboundedReceiver<Job>) {
    let (send, receive) = mpsc::unbounded_channel();
    let handler = handler(move |job: Job| {
        let sent = send.send(job);
        async move { sent.map_or_else(Outcome::fail, |()| Outcome::Done) }
    });
    (handler, receive)
}

/// What does not come within a minute does not come.
async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), future)
        .await
        .expect("it did not happen")
}

/// Looks again and again until it is so.
async fn until(mut so: impl AsyncFnMut() -> bool) {
    within(async {
        while !so().await {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
