//! Life of the process: what runs, how it is asked to stop, in which order, and with what exit code.
//!
//! Stopping is soft first. Everything that takes new work is told at the same moment: listeners stop accepting, sockets
//! tell their clients to come back, the job queue claims nothing more. What is under way may finish. When that is done the
//! background tasks stop, and at last the stores are closed. A second signal, or the end of the grace period, makes it
//! hard: tasks are dropped where they stand. That loses nothing that was promised (commits are whole, leases run out), it
//! only makes others wait.

use std::fmt::Display;
use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{error, info, warn};

/// Time for tasks to be dropped once it is hard.
const CUTTING: Duration = Duration::from_secs(2);
/// Time for closing the stores (a checkpoint, a last sync), whatever happened before.
const CLOSING: Duration = Duration::from_secs(10);

/// When a task is asked to stop. Stages are finished in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Takes in from outside: listeners, connections, sockets. Told first.
    Front,
    /// Does accepted work: jobs. Told right after the front, finishes with it.
    Work,
    /// Serves the others (the journal's pump, upkeep): told when front and work are done.
    Background,
}

/// Why the process should stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Terminate,
    Interrupt,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Everything under way was finished.
    Clean,
    /// Something was cut off by the grace period or a second signal.
    Forced,
    /// A task crashed, and the process stopped for it.
    Crashed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Crashed => Self::FAILURE,
            Outcome::Forced => Self::from(3),
        }
    }
}

/// A handle on the life of the process; clones are the same life.
#[derive(Debug, Clone)]
pub struct Lifecycle {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// Asked to stop, by a signal's reader or a crashed task.
    stop: CancellationToken,
    hard: CancellationToken,
    front: Group,
    work: Group,
    background: Group,
    crashed: Mutex<Vec<&'static str>>,
}

#[derive(Debug, Default)]
struct Group {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Lifecycle {
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                stop: CancellationToken::new(),
                hard: CancellationToken::new(),
                front: Group::default(),
                work: Group::default(),
                background: Group::default(),
                crashed: Mutex::default(),
            }),
        }
    }

    /// Told when the tasks of this stage should stop.
    pub fn stopping(&self, stage: Stage) -> CancellationToken {
        self.group(stage).stop.clone()
    }

    /// Told when tasks should leave things where they stand.
    pub fn hard(&self) -> CancellationToken {
        self.inner.hard.clone()
    }

    /// For tasks that a room spawns itself; they are waited for as those of [`Lifecycle::spawn`].
    pub fn tasks(&self, stage: Stage) -> TaskTracker {
        self.group(stage).tasks.clone()
    }

    /// Runs a task until it ends by itself after its stage was told to stop. An error or a panic is a crash: the whole
    /// process stops, softly, and says so in its exit code.
    pub fn spawn<E: Display + Send + 'static>(
        &self,
        stage: Stage,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let life = self.clone();
        self.group(stage).tasks.spawn(async move {
            // A task of its own, so that a panic comes back as a value.
            let mut running = tokio::spawn(task);
            let ended = tokio::select! {
                ended = &mut running => ended,
                () = life.inner.hard.cancelled() => {
                    warn!(task = name, "cut off");
                    running.abort();
                    return;
                }
            };
            match ended {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => life.crash(name, &reason.to_string()),
                Err(panicked) => life.crash(name, &panicked.to_string()),
            }
        });
    }

    /// Asks the process to stop, as a signal would.
    pub fn stop(&self) {
        self.inner.stop.cancel();
    }

    /// Lives until a signal or a crash, then stops everything in order and closes the stores.
    ///
    /// - `signals`: the first is soft, the second hard.
    /// - `close`: run last, in every case, within its own short time.
    pub async fn run(
        self,
        mut signals: mpsc::Receiver<Signal>,
        grace: Duration,
        close: impl Future<Output = ()>,
    ) -> Outcome {
        tokio::select! {
            signal = next(&mut signals) => info!(?signal, "stopping; a second signal will not wait for what is under way"),
            () = self.inner.stop.cancelled() => info!("stopping"),
        }
        let forced = tokio::select! {
            () = self.drain() => false,
            () = tokio::time::sleep(grace) => {
                warn!(?grace, "the grace period is over");
                true
            }
            signal = next(&mut signals) => {
                warn!(?signal, "second signal");
                true
            }
        };
        if forced {
            self.inner.hard.cancel();
            if tokio::time::timeout(CUTTING, self.drain()).await.is_err() {
                warn!("some tasks do not let go; leaving without them");
            }
        }
        if tokio::time::timeout(CLOSING, close).await.is_err() {
            warn!("closing the stores took too long");
        }
        let crashed = self.inner.crashed.lock().unwrap_or_else(PoisonError::into_inner);
        if !crashed.is_empty() {
            error!(tasks = ?crashed, "stopped because a task crashed");
            Outcome::Crashed
        } else if forced {
            Outcome::Forced
        } else {
            info!("stopped");
            Outcome::Clean
        }
    }

    async fn drain(&self) {
        let Inner {
            front,
            work,
            background,
            ..
        } = &*self.inner;
        front.tell();
        work.tell();
        front.tasks.wait().await;
        work.tasks.wait().await;
        background.tell();
        background.tasks.wait().await;
    }

    fn crash(&self, task: &'static str, reason: &str) {
        error!(task, reason, "a task crashed");
        self.inner
            .crashed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(task);
        self.stop();
    }

    fn group(&self, stage: Stage) -> &Group {
        match stage {
            Stage::Front => &self.inner.front,
            Stage::Work => &self.inner.work,
            Stage::Background => &self.inner.background,
        }
    }
}

impl Group {
    fn tell(&self) {
        self.stop.cancel();
        self.tasks.close();
    }
}

/// The signals of this process: SIGTERM and SIGINT (Ctrl-C).
///
/// # Errors
/// When the operating system gives no signals.
pub fn signals() -> std::io::Result<mpsc::Receiver<Signal>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(async move {
        loop {
            let signal = tokio::select! {
                _ = terminate.recv() => Signal::Terminate,
                _ = interrupt.recv() => Signal::Interrupt,
            };
            if sender.send(signal).await.is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

/// Never, when nobody is left to signal.
async fn next(signals: &mut mpsc::Receiver<Signal>) -> Signal {
    match signals.recv().await {
        Some(signal) => signal,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::sync::oneshot;

    use super::*;

    const LONG: Duration = Duration::from_hours(1);

    /// What happened, in order.
    #[derive(Clone, Default)]
    struct Diary(Arc<Mutex<Vec<&'static str>>>);

    impl Diary {
        fn note(&self, what: &'static str) {
            self.0.lock().unwrap().push(what);
        }

        fn read(&self) -> Vec<&'static str> {
            self.0.lock().unwrap().clone()
        }
    }

    /// A task that ends `steps` turns of the scheduler after it was told to.
    fn finishing(life: &Lifecycle, stage: Stage, name: &'static str, diary: &Diary, steps: u32) {
        let (stop, diary) = (life.stopping(stage), diary.clone());
        life.spawn(stage, name, async move {
            stop.cancelled().await;
            for _ in 0..steps {
                tokio::task::yield_now().await;
            }
            diary.note(name);
            Ok::<_, Infallible>(())
        });
    }

    fn stuck(life: &Lifecycle) {
        life.spawn(
            Stage::Work,
            "stuck",
            std::future::pending::<Result<(), Infallible>>(),
        );
    }

    #[tokio::test]
    async fn stages_end_in_order_and_the_stores_close_last() {
        let (life, diary) = (Lifecycle::new(), Diary::default());
        finishing(&life, Stage::Background, "background", &diary, 0);
        finishing(&life, Stage::Work, "work", &diary, 40);
        finishing(&life, Stage::Front, "front", &diary, 20);
        let (signal, signals) = mpsc::channel(1);
        signal.send(Signal::Terminate).await.unwrap();
        let closing = diary.clone();
        let outcome = life
            .run(signals, LONG, async move { closing.note("closed") })
            .await;
        assert_eq!(outcome, Outcome::Clean);
        assert_eq!(diary.read(), ["front", "work", "background", "closed"]);
    }

    #[tokio::test]
    async fn nothing_is_told_before_the_signal() {
        let life = Lifecycle::new();
        let (signal, signals) = mpsc::channel(1);
        let running = tokio::spawn(life.clone().run(signals, LONG, async {}));
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        assert!(!life.stopping(Stage::Front).is_cancelled());
        signal.send(Signal::Interrupt).await.unwrap();
        assert_eq!(running.await.unwrap(), Outcome::Clean);
        assert!(life.stopping(Stage::Background).is_cancelled());
        assert!(!life.hard().is_cancelled());
    }

    #[tokio::test]
    async fn a_second_signal_cuts_off_and_still_closes() {
        let (life, diary) = (Lifecycle::new(), Diary::default());
        stuck(&life);
        finishing(&life, Stage::Background, "background", &diary, 0);
        let (signal, signals) = mpsc::channel(2);
        let closing = diary.clone();
        let running = tokio::spawn(
            life.clone()
                .run(signals, LONG, async move { closing.note("closed") }),
        );
        signal.send(Signal::Interrupt).await.unwrap();
        life.stopping(Stage::Work).cancelled().await;
        assert!(
            !life.stopping(Stage::Background).is_cancelled(),
            "work is still under way"
        );
        signal.send(Signal::Interrupt).await.unwrap();
        assert_eq!(running.await.unwrap(), Outcome::Forced);
        assert_eq!(diary.read().last(), Some(&"closed"));
    }

    #[tokio::test(start_paused = true)]
    async fn the_grace_period_ends() {
        let life = Lifecycle::new();
        stuck(&life);
        life.stop();
        let (_signal, signals) = mpsc::channel(1);
        let begun = tokio::time::Instant::now();
        assert_eq!(
            life.run(signals, Duration::from_secs(30), async {}).await,
            Outcome::Forced
        );
        assert_eq!(begun.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_room_that_does_not_let_go_is_left_behind() {
        let life = Lifecycle::new();
        life.tasks(Stage::Work).spawn(std::future::pending::<()>());
        life.stop();
        let (_signal, signals) = mpsc::channel(1);
        assert_eq!(life.run(signals, LONG, async {}).await, Outcome::Forced);
    }

    #[tokio::test(start_paused = true)]
    async fn closing_has_an_end_too() {
        let life = Lifecycle::new();
        life.stop();
        let (_signal, signals) = mpsc::channel(1);
        assert_eq!(
            life.run(signals, LONG, std::future::pending()).await,
            Outcome::Clean
        );
    }

    #[tokio::test]
    async fn a_crash_stops_the_others_softly_and_shows_in_the_exit_code() {
        for panics in [false, true] {
            let (life, diary) = (Lifecycle::new(), Diary::default());
            finishing(&life, Stage::Front, "front", &diary, 5);
            life.spawn(Stage::Work, "fragile", async move {
                assert!(!panics, "on purpose");
                Err("the disk is full")
            });
            let (_signal, signals) = mpsc::channel(1);
            assert_eq!(life.run(signals, LONG, async {}).await, Outcome::Crashed);
            assert_eq!(diary.read(), ["front"], "panics: {panics}");
        }
    }

    #[tokio::test]
    async fn tasks_of_a_room_are_waited_for() {
        let (life, diary) = (Lifecycle::new(), Diary::default());
        let (release, released) = oneshot::channel::<()>();
        let room = diary.clone();
        life.tasks(Stage::Front).spawn(async move {
            let _ = released.await;
            room.note("room");
        });
        life.stop();
        let (_signal, signals) = mpsc::channel(1);
        let running = tokio::spawn(life.clone().run(signals, LONG, async {}));
        life.stopping(Stage::Front).cancelled().await;
        assert!(!life.stopping(Stage::Background).is_cancelled());
        release.send(()).unwrap();
        assert_eq!(running.await.unwrap(), Outcome::Clean);
        assert_eq!(diary.read(), ["room"]);
    }
}
