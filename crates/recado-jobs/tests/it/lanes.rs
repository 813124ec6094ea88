//! Lanes: one at a time, in order.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use recado_db::{Db, testing::each_engine};
use recado_jobs::{Counts, Job, MIGRATION, Outcome, Settings, handler};
use tokio::sync::{mpsc, oneshot};

use crate::{ACCOUNT, Node, OTHER, clock, numbers, quiet, until, within, work};

const LANES: i64 = 5;
const EACH: i64 = 20;

/// Four workers on four nodes; handlers that sometimes want another try.
async fn busy(db: Db) {
    let (clock, settings) = (
        clock(),
        Settings {
            poll: Duration::from_millis(5),
            ..quiet()
        },
    );
    let node = Node::new(&db, &clock, settings.clone());
    let running = Arc::new(Mutex::new(HashSet::new()));
    let finished = Arc::new(Mutex::new(HashMap::<Option<String>, Vec<i64>>::new()));
    let rng = Arc::new(Mutex::new(StdRng::seed_from_u64(7)));
    let work_on = {
        let finished = Arc::clone(&finished);
        handler(move |job: Job| {
            let (running, finished, rng) = (Arc::clone(&running), Arc::clone(&finished), Arc::clone(&rng));
            async move {
                let key = job.lane.clone().unwrap_or_else(|| job.id.to_string());
                assert!(running.lock().unwrap().insert(key.clone()), "{key} runs already");
                let (steps, again) = {
                    let mut rng = rng.lock().unwrap();
                    (rng.random_range(0..20), job.attempt < 5 && rng.random_bool(0.2))
                };
                for _ in 0..steps {
                    tokio::task::yield_now().await;
                }
                if !again {
                    let number = job.payload().unwrap();
                    finished.lock().unwrap().entry(job.lane).or_default().push(number);
                }
                running.lock().unwrap().remove(&key);
                if again {
                    Outcome::Retry {
                        after: Some(Duration::ZERO),
                        error: "again".to_owned(),
                    }
                } else {
                    Outcome::Done
                }
            }
        })
    };
    let workers: Vec<_> = (0..4)
        .map(|_| Node::new(&db, &clock, settings.clone()).start(Arc::clone(&work_on), 8))
        .collect();
    for n in 0..EACH {
        let mut jobs: Vec<_> = (0..LANES).map(|lane| work(n).lane(lane.to_string())).collect();
        jobs.push(work(n));
        node.enqueue_many(ACCOUNT, jobs).await;
    }
    until(async || node.counts().await.ready + node.counts().await.running == 0).await;
    for worker in workers {
        worker.stop().await;
    }
    assert_eq!(
        node.counts().await,
        Counts::default(),
        "a failed assertion leaves a dead job"
    );
    let mut finished = finished.lock().unwrap();
    let mut laneless = finished.remove(&None).unwrap();
    laneless.sort_unstable();
    assert_eq!(laneless, (0..EACH).collect::<Vec<_>>());
    assert_eq!(finished.len(), usize::try_from(LANES).unwrap());
    for (lane, order) in &*finished {
        assert_eq!(*order, (0..EACH).collect::<Vec<_>>(), "lane {lane:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_keep_their_order_under_many_workers() {
    each_engine(&[MIGRATION], busy).await;
}

#[tokio::test]
async fn a_lane_waits_for_a_retry_and_not_for_the_dead() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let lane = |n| work(n).lane("l");
        node.enqueue_many(
            ACCOUNT,
            vec![lane(1), lane(2), lane(3), work(4).lane("m"), work(5)],
        )
        .await;
        node.enqueue(OTHER, lane(6)).await;

        let ran = node.run(|job| match job.payload().unwrap() {
            1 => Outcome::Retry {
                after: Some(Duration::from_secs(10)),
                error: "wait".to_owned(),
            },
            _ => Outcome::Done,
        });
        assert_eq!(numbers(&ran.await), [1, 4, 5, 6], "others are not held up");
        assert!(node.done().await.is_empty());

        node.clock.advance(Duration::from_secs(10));
        let ran = node.run(|job| match job.payload().unwrap() {
            1 => Outcome::fail("never"),
            _ => Outcome::Done,
        });
        assert_eq!(numbers(&ran.await), [1, 2, 3]);
        assert_eq!(
            node.counts().await,
            Counts {
                dead: 1,
                ..Counts::default()
            }
        );
    })
    .await;
}

#[tokio::test]
async fn a_job_that_turns_up_late_does_not_run_beside_a_younger_one() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        // A node whose clock is behind draws an older id for a later job; both reckon jobs as due.
        let behind = clock();
        node.clock.advance(Duration::from_secs(5));
        let late = Node::new(&db, &behind, quiet());

        let (send, mut begun) = mpsc::unbounded_channel::<oneshot::Sender<()>>();
        let worker = node.start(
            handler(move |job: Job| {
                let (end, ended) = oneshot::channel();
                let sent = send.send(end);
                async move {
                    assert!(sent.is_ok() && ended.await.is_ok(), "{job:?}");
                    Outcome::Done
                }
            }),
            4,
        );
        let young = node.enqueue(ACCOUNT, work(1).lane("l")).await.unwrap();
        let end = within(begun.recv()).await.unwrap();
        let old = late.enqueue(ACCOUNT, work(2).lane("l")).await.unwrap();
        assert!(old < young);

        let other = Node::new(&db, &node.clock, quiet());
        assert!(other.done().await.is_empty(), "the lane is taken");
        end.send(()).unwrap();
        within(begun.recv()).await.unwrap().send(()).unwrap();
        until(async || node.counts().await == Counts::default()).await;
        worker.stop().await;
    })
    .await;
}
