//! How jobs end: done, tried again, dead, revived.

use std::time::Duration;

use recado_db::testing::each_engine;
use recado_jobs::{Counts, Job, Jobs, MIGRATION, New, Outcome, Settings, handler};
use recado_model::JobId;

use crate::{ACCOUNT, Node, OTHER, clock, numbers, quiet, within, work};

#[tokio::test]
async fn tries_are_backed_off_and_counted_until_the_job_is_dead() {
    each_engine(&[MIGRATION], async |db| {
        let settings = Settings {
            backoff: Duration::from_secs(8),
            backoff_cap: Duration::from_secs(20),
            ..quiet()
        };
        let node = Node::new(&db, &clock(), settings);
        node.enqueue(ACCOUNT, work(1).max_attempts(4)).await;

        let mut attempts = Vec::new();
        let mut waits = Vec::new();
        let mut last = node.clock.now();
        for _ in 0..100 {
            for job in node
                .run(|job| Outcome::retry(format_args!("no {}", job.attempt)))
                .await
            {
                attempts.push(job.attempt);
                waits.push(job.run_at.since(last));
                last = node.clock.now();
            }
            node.clock.advance(Duration::from_millis(500));
        }
        assert_eq!(attempts, [1, 2, 3, 4]);
        for (wait, ceiling) in waits.iter().zip([0, 8, 16, 20]) {
            assert!(*wait <= Duration::from_secs(ceiling), "{waits:?}");
        }
        assert!(waits[1..].iter().all(|wait| !wait.is_zero()), "{waits:?}");

        let dead = node.dead(ACCOUNT).await;
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].attempt, dead[0].max_attempts), (4, 4));
        assert_eq!(dead[0].last_error.as_deref(), Some("no 4"));
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
async fn a_handler_may_say_when_to_try_again() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        node.enqueue(ACCOUNT, work(1)).await;
        let after = Some(Duration::from_secs(90));
        let ran = node
            .run(move |_| Outcome::Retry {
                after,
                error: "busy".to_owned(),
            })
            .await;
        assert_eq!(ran.len(), 1);
        node.clock.advance(Duration::from_millis(89_999));
        assert!(node.done().await.is_empty());
        node.clock.advance(Duration::from_millis(1));
        assert_eq!(node.done().await[0].attempt, 2);
    })
    .await;
}

#[tokio::test]
async fn an_operator_sees_the_dead_and_gives_them_another_chance() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let ids = node.enqueue_many(ACCOUNT, (1..=5).map(work).collect()).await;
        let ids: Vec<JobId> = ids.into_iter().flatten().collect();
        let ran = node.run(|job| Outcome::fail(format_args!("broken {}", job.payload)));
        assert_eq!(ran.await.len(), 5);
        assert!(node.done().await.is_empty(), "the dead do not run");

        let mut tx = db.read().await.unwrap();
        let page = Jobs::dead(&mut tx, ACCOUNT, JobId::MAX, 2).await.unwrap();
        assert_eq!(
            page.iter().map(|job| job.id).collect::<Vec<_>>(),
            [ids[4], ids[3]]
        );
        assert_eq!(page[0].last_error.as_deref(), Some("broken 5"));
        assert_eq!(page[0].kind, "work");
        let page = Jobs::dead(&mut tx, ACCOUNT, ids[3], 100).await.unwrap();
        assert_eq!(
            page.iter().map(|job| job.id).collect::<Vec<_>>(),
            [ids[2], ids[1], ids[0]]
        );
        drop(tx);
        assert!(node.dead(OTHER).await.is_empty());

        let mut tx = db.begin().await.unwrap();
        assert!(
            !node.jobs.retry(&mut tx, OTHER, ids[0]).await.unwrap(),
            "another account's id is not found"
        );
        assert!(node.jobs.retry(&mut tx, ACCOUNT, ids[0]).await.unwrap());
        assert!(
            !node.jobs.retry(&mut tx, ACCOUNT, ids[0]).await.unwrap(),
            "it is not dead any more"
        );
        tx.commit().await.unwrap();
        let ran = node.done().await;
        assert_eq!((ran.len(), ran[0].id, ran[0].attempt), (1, ids[0], 1));
        assert_eq!(
            node.counts().await,
            Counts {
                dead: 4,
                ..Counts::default()
            }
        );
    })
    .await;
}

#[tokio::test]
async fn a_dead_job_stays_dead_while_another_has_its_key() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        let keyed = |n| work(n).dedupe_key("k");
        let id = node.enqueue(ACCOUNT, keyed(1)).await.unwrap();
        node.run(|_| Outcome::fail("broken")).await;
        node.enqueue(ACCOUNT, keyed(2)).await.unwrap();
        for expected in [false, true] {
            let mut tx = db.begin().await.unwrap();
            assert_eq!(node.jobs.retry(&mut tx, ACCOUNT, id).await.unwrap(), expected);
            tx.commit().await.unwrap();
            node.done().await;
        }
        assert_eq!(node.counts().await, Counts::default());
    })
    .await;
}

#[tokio::test]
async fn a_panic_counts_as_a_failed_try() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        node.enqueue(ACCOUNT, work(1).max_attempts(1)).await;
        node.enqueue(ACCOUNT, work(2).max_attempts(1)).await;
        node.enqueue(ACCOUNT, work(3)).await;
        let handler = handler(|job: Job| {
            let number: i64 = job.payload().unwrap();
            assert!(number != 1, "at once");
            async move {
                tokio::task::yield_now().await;
                assert!(number != 2, "later {number}");
                Outcome::Done
            }
        });
        assert_eq!(within(node.jobs.run_until_idle(&handler)).await.unwrap(), 3);
        let errors: Vec<_> = node
            .dead(ACCOUNT)
            .await
            .into_iter()
            .filter_map(|job| job.last_error)
            .collect();
        assert_eq!(errors, ["panicked: later 2", "panicked: at once"]);
    })
    .await;
}

#[tokio::test]
async fn a_job_can_end_in_the_transaction_of_its_effects() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        node.enqueue(ACCOUNT, New::of("first", &1).unwrap()).await;
        let this = node.clone();
        let handler = handler(move |job: Job| {
            let this = this.clone();
            async move {
                if job.kind == "second" {
                    return Outcome::fail("seen");
                }
                let mut tx = this.db.begin().await.unwrap();
                this.jobs
                    .enqueue(&mut tx, job.account, New::of("second", &2).unwrap())
                    .await
                    .unwrap();
                this.jobs.complete(&mut tx, &job).await.unwrap();
                if job.attempt == 1 {
                    drop(tx);
                    return Outcome::Retry {
                        after: Some(Duration::ZERO),
                        error: "rolled back".to_owned(),
                    };
                }
                tx.commit().await.unwrap();
                // What is committed is done, whatever is said now.
                Outcome::fail("too late")
            }
        });
        assert_eq!(within(node.jobs.run_until_idle(&handler)).await.unwrap(), 3);
        let dead = node.dead(ACCOUNT).await;
        assert_eq!(
            dead.iter().map(|job| job.kind.as_str()).collect::<Vec<_>>(),
            ["second"]
        );
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
async fn a_completed_job_cannot_be_completed_again() {
    each_engine(&[MIGRATION], async |db| {
        let node = Node::new(&db, &clock(), quiet());
        node.enqueue(ACCOUNT, work(1)).await;
        let ran = node.done().await;
        assert_eq!(numbers(&ran), [1]);
        let mut tx = db.begin().await.unwrap();
        let again = node.jobs.complete(&mut tx, &ran[0]).await;
        assert!(matches!(again, Err(recado_jobs::Error::LeaseLost)), "{again:?}");
    })
    .await;
}
