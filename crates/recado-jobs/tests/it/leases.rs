//! Leases: one worker a job; a dead worker's jobs go on elsewhere; a worker that was only slow changes nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use recado_db::{sql, testing::each_engine};
use recado_jobs::{Counts, Error, Job, MIGRATION, Outcome, Settings, handler};
use recado_model::Time;
use tokio::sync::{mpsc, oneshot};

use crate::{ACCOUNT, Node, clock, quiet, until, within, work};

sql!(LEASE -> (Option<Time>,) = "SELECT lease_until FROM jobs WHERE account_id = $1");

const LEASE_TIME: Duration = Duration::from_mins(1);

/// A handler that reports each job and answers what it is told.
fn obedient() -> (
    recado_jobs::Handler,
    mpsc::UnboundedReceiver<(Job, oneshot::Sender<Outcome>)>,
) {
    let (send, receive) = mpsc::unbounded_channel();
    let handler = handler(move |job: Job| {
        let (answer, told) = oneshot::channel();
        let sent = send.send((job, answer)).is_ok();
        async move {
            assert!(sent, "the test is over");
            told.await.expect("the test tells an outcome")
        }
    });
    (handler, receive)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_workers_one_gets_a_job() {
    each_engine(&[MIGRATION], async |db| {
        const JOBS: i64 = 400;
        let (clock, settings) = (
            clock(),
            Settings {
                poll: Duration::from_millis(5),
                ..quiet()
            },
        );
        let node = Node::new(&db, &clock, settings.clone());
        let ran = Arc::new(Mutex::new(HashMap::<i64, u32>::new()));
        let seen = Arc::clone(&ran);
        let count = handler(move |job: Job| {
            let seen = Arc::clone(&seen);
            async move {
                tokio::task::yield_now().await;
                *seen.lock().unwrap().entry(job.payload().unwrap()).or_default() += 1;
                Outcome::Done
            }
        });
        let workers: Vec<_> = (0..4)
            .map(|_| Node::new(&db, &clock, settings.clone()).start(Arc::clone(&count), 16))
            .collect();
        for from in (0..JOBS).step_by(50) {
            node.enqueue_many(ACCOUNT, (from..from + 50).map(work).collect())
                .await;
        }
        until(async || node.counts().await == Counts::default()).await;
        for worker in workers {
            worker.stop().await;
        }
        let ran = ran.lock().unwrap();
        assert_eq!(ran.len(), usize::try_from(JOBS).unwrap());
        assert!(ran.values().all(|times| *times == 1), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn an_expired_lease_is_taken_over_and_the_old_worker_changes_nothing() {
    each_engine(&[MIGRATION], async |db| {
        let clock = clock();
        let (slow, next) = (Node::new(&db, &clock, quiet()), Node::new(&db, &clock, quiet()));
        let (handler, mut begun) = obedient();
        let worker = slow.start(handler, 4);
        slow.enqueue(ACCOUNT, work(1)).await;
        slow.enqueue(ACCOUNT, work(2)).await;
        let (first, answer_first) = within(begun.recv()).await.unwrap();
        let (_second, answer_second) = within(begun.recv()).await.unwrap();
        clock.advance(Duration::from_millis(59_999));
        assert!(next.done().await.is_empty(), "leases hold to their end");

        clock.advance(Duration::from_millis(1));
        let later = || Outcome::Retry {
            after: Some(Duration::from_hours(1)),
            error: "later".to_owned(),
        };
        let ran = next.run(move |_| later()).await;
        assert_eq!(ran.iter().map(|job| job.attempt).collect::<Vec<_>>(), [2, 2]);

        let mut tx = db.begin().await.unwrap();
        let refused = slow.jobs.complete(&mut tx, &first).await;
        assert!(matches!(refused, Err(Error::LeaseLost)), "{refused:?}");
        drop(tx);
        answer_first.send(Outcome::Done).unwrap();
        answer_second.send(Outcome::fail("late")).unwrap();
        worker.stop().await;
        assert_eq!(
            next.counts().await,
            Counts {
                ready: 2,
                ..Counts::default()
            }
        );
        clock.advance(Duration::from_hours(1));
        assert_eq!(next.done().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_takes_its_workers_down_dies_at_last() {
    each_engine(&[MIGRATION], async |db| {
        let clock = clock();
        Node::new(&db, &clock, quiet())
            .enqueue(ACCOUNT, work(1).max_attempts(2))
            .await;
        for attempt in 1..=2 {
            let node = Node::new(&db, &clock, quiet());
            let (handler, mut begun) = obedient();
            let worker = node.start(handler, 1);
            let (job, _answer) = within(begun.recv()).await.unwrap();
            assert_eq!(job.attempt, attempt);
            worker.task.abort();
            clock.advance(LEASE_TIME);
        }
        let node = Node::new(&db, &clock, quiet());
        assert!(node.done().await.is_empty());
        let dead = node.dead(ACCOUNT).await;
        assert_eq!(dead[0].attempt, 2);
        assert!(
            dead[0].last_error.as_deref().unwrap().contains("stopped"),
            "{dead:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_heartbeat_keeps_a_long_job() {
    each_engine(&[MIGRATION], async |db| {
        let clock = clock();
        let settings = Settings {
            heartbeat: Duration::from_millis(2),
            ..quiet()
        };
        let (slow, next) = (Node::new(&db, &clock, settings), Node::new(&db, &clock, quiet()));
        let (handler, mut begun) = obedient();
        let worker = slow.start(handler, 4);
        slow.enqueue(ACCOUNT, work(1)).await;
        let (_job, answer) = within(begun.recv()).await.unwrap();
        for _ in 0..4 {
            clock.advance(LEASE_TIME / 2);
            let due = clock.now().plus(LEASE_TIME);
            until(async || {
                let mut tx = db.read().await.unwrap();
                tx.one(&LEASE, &[&ACCOUNT]).await.unwrap().0 == Some(due)
            })
            .await;
            assert!(next.done().await.is_empty());
        }
        answer.send(Outcome::Done).unwrap();
        until(async || next.counts().await == Counts::default()).await;
        worker.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_handler_is_stopped_when_its_job_has_become_anothers() {
    each_engine(&[MIGRATION], async |db| {
        let clock = clock();
        let settings = Settings {
            heartbeat: Duration::from_millis(20),
            ..quiet()
        };
        let (slow, next) = (Node::new(&db, &clock, settings), Node::new(&db, &clock, quiet()));
        let (handler, mut begun) = obedient();
        let worker = slow.start(handler, 4);
        slow.enqueue(ACCOUNT, work(1)).await;
        let (_job, mut answer) = within(begun.recv()).await.unwrap();
        // A heartbeat may slip in between the clock and the claim; then once more.
        until(async || {
            clock.advance(LEASE_TIME);
            !next.done().await.is_empty()
        })
        .await;
        within(answer.closed()).await;
        worker.stop().await;
        assert_eq!(next.counts().await, Counts::default());
    })
    .await;
}
