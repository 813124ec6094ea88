//! The loop that claims and runs jobs.

use std::any::Any;
use std::collections::HashMap;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use rand::RngExt;
use recado_db::Result;
use recado_model::JobId;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;

use crate::Jobs;
use crate::job::{Handler, Job, Outcome};
use crate::lease::BATCH;

/// How long a cut-off handler may take to notice.
const CUT_OFF: Duration = Duration::from_secs(1);

/// The jobs a worker has leased.
#[derive(Clone, Default)]
struct Held(Arc<Mutex<HashMap<(JobId, Uuid), Holding>>>);

struct Holding {
    job: Job,
    task: Option<AbortHandle>,
}

/// Takes a job off the list when its task ends, however it ends.
struct HoldGuard {
    held: Held,
    key: (JobId, Uuid),
}

impl Jobs {
    /// Runs due jobs, at most `concurrency` at once, until `stop`; then lets running ones finish within the
    /// grace period, cuts off the rest and gives their leases back.
    ///
    /// One worker a process: a wake-up reaches one of them.
    pub async fn run(&self, handler: Handler, stop: CancellationToken, concurrency: usize) {
        let held = Held::default();
        tokio::select! {
            () = self.work(&handler, &stop, concurrency.max(1), &held) => {}
            never = self.keep_leases(&held) => match never {},
        }
    }

    /// For tests: runs jobs one after the other until none is due by the clock; answers how many ran. Panics
    /// of a handler count as retries, as in [`Jobs::run`].
    pub async fn run_until_idle(&self, handler: &Handler) -> Result<usize> {
        let mut ran = 0;
        loop {
            let claim = self.claim(BATCH).await?;
            if claim.jobs.is_empty() {
                return Ok(ran);
            }
            for job in claim.jobs {
                self.run_one(handler, job).await;
                ran += 1;
            }
        }
    }

    async fn work(&self, handler: &Handler, stop: &CancellationToken, concurrency: usize, held: &Held) {
        let mut running = JoinSet::new();
        while !stop.is_cancelled() {
            while running.try_join_next().is_some() {}
            let free = concurrency.saturating_sub(running.len()).min(BATCH);
            let mut pause = self.random(|rng| rng.random_range(self.settings.poll / 2..=self.settings.poll));
            if free > 0 {
                match self.claim(free).await {
                    Ok(claim) if stop.is_cancelled() => {
                        self.give_back(&claim.jobs).await;
                        break;
                    }
                    Ok(claim) => {
                        let full = claim.jobs.len() == free;
                        for job in claim.jobs {
                            self.start(&mut running, handler, held, job);
                        }
                        if full {
                            continue;
                        }
                        if let Some(next) = claim.next {
                            pause = pause.min(next.since(self.clock.now()));
                        }
                    }
                    Err(error) => tracing::warn!(%error, "cannot claim jobs, trying again"),
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.wake.notified(), if free > 0 => {}
                () = tokio::time::sleep(pause), if free > 0 => {}
                Some(_) = running.join_next() => {}
            }
        }
        self.drain(running, held).await;
    }

    fn start(&self, running: &mut JoinSet<()>, handler: &Handler, held: &Held, job: Job) {
        let guard = held.hold(&job);
        let key = guard.key;
        let (jobs, handler) = (self.clone(), Arc::clone(handler));
        let task = running.spawn(async move {
            let _guard = guard;
            jobs.run_one(&handler, job).await;
        });
        if let Some(holding) = held.list().get_mut(&key) {
            holding.task = Some(task);
        }
    }

    async fn run_one(&self, handler: &Handler, job: Job) {
        let span = tracing::info_span!(
            "job", kind = job.kind, id = %job.id, account = %job.account, attempt = job.attempt
        );
        async {
            let begun = Instant::now();
            let outcome = AssertUnwindSafe(async { handler(job.clone()).await })
                .catch_unwind()
                .await
                .unwrap_or_else(|panic| Outcome::retry(format_args!("panicked: {}", panic_text(&*panic))));
            let took = begun.elapsed();
            let word = self.settle(&job, outcome).await;
            metrics::counter!("jobs_done_total", "kind" => job.kind.clone(), "outcome" => word).increment(1);
            metrics::histogram!("jobs_duration_seconds", "kind" => job.kind.clone()).record(took);
        }
        .instrument(span)
        .await;
    }

    /// Extends the leases of running jobs. Stops those that have become another worker's.
    async fn keep_leases(&self, held: &Held) -> Infallible {
        loop {
            tokio::time::sleep(self.settings.heartbeat).await;
            let jobs = held.jobs();
            if jobs.is_empty() {
                continue;
            }
            match self.renew(jobs).await {
                Ok(lost) => {
                    for job in lost {
                        held.cut_off(&job);
                    }
                }
                Err(error) => tracing::warn!(%error, "cannot extend the leases of running jobs"),
            }
        }
    }

    async fn drain(&self, mut running: JoinSet<()>, held: &Held) {
        let finish = async { while running.join_next().await.is_some() {} };
        if tokio::time::timeout(self.settings.grace, finish).await.is_ok() {
            return;
        }
        let mut unfinished = held.jobs();
        tracing::warn!(
            jobs = unfinished.len(),
            "jobs did not finish in time and go back to the queue"
        );
        running.abort_all();
        let end = async { while running.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(CUT_OFF, end).await;
        // One that does not let itself be stopped keeps its lease, lest another runs beside it.
        unfinished.retain(|job| !held.list().contains_key(&(job.id, job.token)));
        self.give_back(&unfinished).await;
    }

    async fn give_back(&self, jobs: &[Job]) {
        if jobs.is_empty() {
            return;
        }
        if let Err(error) = self.release(jobs).await {
            tracing::warn!(%error, "cannot release the leases of jobs, they will expire");
        }
    }
}

impl Held {
    fn hold(&self, job: &Job) -> HoldGuard {
        let key = (job.id, job.token);
        self.list().insert(
            key,
            Holding {
                job: job.clone(),
                task: None,
            },
        );
        HoldGuard {
            held: self.clone(),
            key,
        }
    }

    fn jobs(&self) -> Vec<Job> {
        self.list().values().map(|holding| holding.job.clone()).collect()
    }

    fn cut_off(&self, job: &Job) {
        if job.is_settled() {
            return;
        }
        if let Some(task) = self
            .list()
            .get(&(job.id, job.token))
            .and_then(|holding| holding.task.as_ref())
        {
            tracing::warn!(id = %job.id, kind = job.kind, "the lease of a running job was lost, it is stopped");
            task.abort();
        }
    }

    fn list(&self) -> MutexGuard<'_, HashMap<(JobId, Uuid), Holding>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for HoldGuard {
    fn drop(&mut self) {
        self.held.list().remove(&self.key);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
