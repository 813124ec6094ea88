//! What gets into the queue, and when it comes out.

use std::time::Duration;

use recado_db::testing::each_engine;
use recado_jobs::{Counts, MIGRATION, Outcome};
use tokio::task::JoinSet;

use crate::{ACCOUNT, Node, OTHER, clock, numbers, quiet, within, work};

#[tokio::test]
async fn a_handler_gets_what_was_enqueued_and_nothing_is_left() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let id = node
            .enqueue(ACCOUNT, work(7).lane("l").max_attempts(3))
            .await
            .unwrap();
        assert_eq!(
            node.counts().await,
            Counts {
                ready: 1,
                running: 0,
                dead: 0
            }
        );

        let jobs = node.done().await;
        assert_eq!(jobs.len(), 1);
        let job = &jobs[0];
        assert_eq!((job.account, job.id, job.kind.as_str()), (ACCOUNT, id, "work"));
        assert_eq!(job.payload::<i64>().unwrap(), 7);
        assert_eq!(
            (job.lane.as_deref(), job.attempt, job.max_attempts),
            (Some("l"), 1, 3)
        );
        assert_eq!((job.run_at, job.created_at), (node.clock.now(), node.clock.now()));
        assert_eq!(node.counts().await, Counts::default());
        assert!(node.done().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_job_lives_and_dies_with_its_transaction() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let mut tx = db.begin().await.unwrap();
        assert!(
            node.jobs
                .enqueue(&mut tx, ACCOUNT, work(1).dedupe_key("k"))
                .await
                .unwrap()
                .is_some()
        );
        drop(tx);
        assert_eq!(node.counts().await, Counts::default());
        assert!(
            node.enqueue(ACCOUNT, work(2).dedupe_key("k")).await.is_some(),
            "the key is free again"
        );
        assert_eq!(numbers(&node.done().await), [2]);
    })
    .await;
}

#[tokio::test]
async fn jobs_run_when_due_oldest_first() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let now = node.clock.now();
        node.enqueue(ACCOUNT, work(3).run_at(now.plus(Duration::from_secs(10))))
            .await;
        node.enqueue(OTHER, work(2)).await;
        node.enqueue(ACCOUNT, work(1).run_at(now.minus(Duration::from_secs(1))))
            .await;
        assert_eq!(numbers(&node.done().await), [1, 2]);

        node.clock.advance(Duration::from_millis(9_999));
        assert!(node.done().await.is_empty());
        node.clock.advance(Duration::from_millis(1));
        assert_eq!(numbers(&node.done().await), [3]);
    })
    .await;
}

#[tokio::test]
async fn more_than_a_batch_runs_to_the_last() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let ids = node.enqueue_many(ACCOUNT, (0..100).map(work).collect()).await;
        assert_eq!(numbers(&node.done().await), (0..100).collect::<Vec<_>>());
        assert!(ids.iter().all(Option::is_some) && ids.is_sorted());
    })
    .await;
}

#[tokio::test]
async fn an_open_job_keeps_its_key_to_itself() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let keyed = |n| work(n).dedupe_key("k");
        let ids = node
            .enqueue_many(
                ACCOUNT,
                vec![keyed(1), work(2), keyed(3), work(4).dedupe_key("l")],
            )
            .await;
        let taken: Vec<bool> = ids.iter().map(Option::is_some).collect();
        assert_eq!(taken, [true, true, false, true]);
        assert_eq!(node.enqueue(ACCOUNT, keyed(5)).await, None);
        assert!(
            node.enqueue(OTHER, keyed(6)).await.is_some(),
            "another account has its own keys"
        );

        let mut ran = numbers(&node.done().await);
        ran.sort_unstable();
        assert_eq!(ran, [1, 2, 4, 6]);
        assert!(
            node.enqueue(ACCOUNT, keyed(7)).await.is_some(),
            "done frees the key"
        );
        node.run(|_| Outcome::fail("broken")).await;
        assert!(
            node.enqueue(ACCOUNT, keyed(8)).await.is_some(),
            "dead frees the key"
        );
        assert_eq!(numbers(&node.done().await), [8]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_with_one_key_one_gets_in() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let mut tasks = JoinSet::new();
        for n in 0..12 {
            let node = node.clone();
            tasks.spawn(async move { node.enqueue(ACCOUNT, work(n).dedupe_key("k")).await });
        }
        let ids = within(tasks.join_all()).await;
        assert_eq!(ids.iter().flatten().count(), 1);
        assert_eq!(node.done().await.len(), 1);
    })
    .await;
}
