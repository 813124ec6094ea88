//! The worker's loop: what wakes it, how much it does at once, how it stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use recado_db::{Migration, testing::each_engine};
use recado_jobs::{Counts, Job, MIGRATION, Outcome, Settings, handler};
use recado_model::{Clock, Time};
use tokio::sync::{Barrier, Notify, mpsc};

use crate::{ACCOUNT, Node, clock, numbers, quiet, telling, until, within, work};

#[tokio::test]
async fn a_commit_wakes_the_worker() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let (handler, mut ran) = telling();
        let worker = node.start(handler, 2);
        for n in 1..=3 {
            let mut tx = db.begin().await.unwrap();
            node.jobs.enqueue(&mut tx, ACCOUNT, work(-n)).await.unwrap();
            drop(tx);
            node.enqueue(ACCOUNT, work(n)).await;
            assert_eq!(
                numbers(&[within(ran.recv()).await.unwrap()]),
                [n],
                "not the one rolled back"
            );
        }
        worker.stop().await;
        assert_eq!(node.counts().await, Counts::default());
    })
    .await;
}

#[tokio::test]
async fn the_worker_gets_up_for_the_earliest_job() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &Clock::System, quiet());
        let (handler, mut ran) = telling();
        let worker = node.start(handler, 2);
        let soon = |millis| node.clock.now().plus(Duration::from_millis(millis));
        node.enqueue(ACCOUNT, work(3).run_at(soon(3_600_000))).await;
        node.enqueue(ACCOUNT, work(2).run_at(soon(120))).await;
        node.enqueue(ACCOUNT, work(1).run_at(soon(40))).await;
        for expected in [1, 2] {
            let job = within(ran.recv()).await.unwrap();
            assert_eq!(job.payload::<i64>().unwrap(), expected);
            assert!(node.clock.now() >= job.run_at);
        }
        worker.stop().await;
        assert_eq!(
            node.counts().await,
            Counts {
                ready: 1,
                ..Counts::default()
            }
        );
    })
    .await;
}

#[tokio::test]
async fn what_another_node_enqueued_is_found_by_a_look_now_and_then() {
    each_engine(&[MIGRATION], async |db| {
        let clock = clock();
        let here = Node::new(
            &db,
            &clock,
            Settings {
                poll: Duration::from_millis(10),
                ..quiet()
            },
        );
        let there = Node::new(&db, &clock, quiet());
        let (handler, mut ran) = telling();
        let worker = here.start(handler, 2);
        for n in 1..=3 {
            there.enqueue(ACCOUNT, work(n)).await;
            assert_eq!(numbers(&[within(ran.recv()).await.unwrap()]), [n]);
        }
        worker.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_finished_job_makes_room_in_its_lane() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let (handler, mut ran) = telling();
        let worker = node.start(handler, 4);
        node.enqueue_many(ACCOUNT, (1..=5).map(|n| work(n).lane("l")).collect())
            .await;
        for n in 1..=5 {
            assert_eq!(numbers(&[within(ran.recv()).await.unwrap()]), [n]);
        }
        worker.stop().await;
    })
    .await;
}

#[tokio::test]
async fn no_more_run_at_once_than_allowed_and_no_fewer() {
    each_engine(&[MIGRATION], async |db| {
        const AT_ONCE: usize = 3;
        let node = Node::new(&db, &clock(), quiet());
        let (running, together) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(AT_ONCE)));
        let handler = handler(move |_| {
            let (running, together) = (Arc::clone(&running), Arc::clone(&together));
            async move {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                // Returns only when as many as allowed have come.
                together.wait().await;
                running.fetch_sub(1, Ordering::SeqCst);
                if now > AT_ONCE {
                    Outcome::fail("too many")
                } else {
                    Outcome::Done
                }
            }
        });
        let worker = node.start(handler, AT_ONCE);
        node.enqueue_many(ACCOUNT, (0..30).map(work).collect()).await;
        until(async || node.counts().await.ready + node.counts().await.running == 0).await;
        worker.stop().await;
        assert_eq!(node.counts().await, Counts::default());
    })
    .await;
}

#[tokio::test]
async fn a_stop_lets_running_jobs_finish_and_claims_no_more() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let (send, mut begun) = mpsc::unbounded_channel();
        let finish = Arc::new(Notify::new());
        let may_finish = Arc::clone(&finish);
        let handler = handler(move |job: Job| {
            let (sent, finish) = (send.send(job).is_ok(), Arc::clone(&may_finish));
            async move {
                finish.notified().await;
                if sent {
                    Outcome::Done
                } else {
                    Outcome::fail("the test is over")
                }
            }
        });
        let worker = node.start(handler, 2);
        node.enqueue(ACCOUNT, work(1)).await;
        within(begun.recv()).await.unwrap();
        worker.stop.cancel();
        node.enqueue(ACCOUNT, work(2)).await;
        finish.notify_one();
        worker.stop().await;
        assert!(begun.try_recv().is_err());
        assert_eq!(numbers(&node.done().await), [2]);
    })
    .await;
}

#[tokio::test]
async fn who_does_not_finish_in_time_is_cut_off_and_goes_back() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(
            &db,
            &clock(),
            Settings {
                grace: Duration::from_millis(20),
                ..quiet()
            },
        );
        let (send, mut begun) = mpsc::unbounded_channel();
        let handler = handler(move |job: Job| {
            let sent = send.send(job);
            async move {
                assert!(sent.is_ok());
                std::future::pending().await
            }
        });
        let worker = node.start(handler, 2);
        node.enqueue(ACCOUNT, work(1).max_attempts(1)).await;
        within(begun.recv()).await.unwrap();
        worker.stop().await;
        assert_eq!(
            node.counts().await,
            Counts {
                ready: 1,
                ..Counts::default()
            }
        );
        let ran = node.done().await;
        assert_eq!(ran[0].attempt, 1, "the attempt cut off does not count");
    })
    .await;
}

#[tokio::test]
async fn a_worker_outlives_a_database_that_is_away() {
    const AWAY: Migration = Migration {
        name: "9001_away",
        text: "ALTER TABLE jobs RENAME TO jobs_away;",
    };
    const BACK: Migration = Migration {
        name: "9002_back",
        text: "ALTER TABLE jobs_away RENAME TO jobs;",
    };
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(
            &db,
            &clock(),
            Settings {
                poll: Duration::from_millis(10),
                ..quiet()
            },
        );
        node.enqueue(ACCOUNT, work(1)).await;
        db.migrate(&[MIGRATION, AWAY], Time::MIN).await.unwrap();
        let (handler, mut ran) = telling();
        let worker = node.start(handler, 2);
        let early = tokio::time::timeout(Duration::from_millis(50), ran.recv()).await;
        assert!(early.is_err(), "{early:?} out of a table that is not there");
        db.migrate(&[MIGRATION, AWAY, BACK], Time::MIN).await.unwrap();
        assert_eq!(numbers(&[within(ran.recv()).await.unwrap()]), [1]);
        worker.stop().await;
    })
    .await;
}
