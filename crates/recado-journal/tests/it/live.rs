//! The live tail: every subscriber sees every event once and in order, whatever happens to hints, to itself
//! and to its node.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use recado_db::{Db, testing::each_engine};
use recado_journal::{Journal, MIGRATION, Next, Settings, Subscription};
use recado_model::AccountId;
use tokio::task::JoinSet;

use crate::{account, append, node, quiet, seqs, within};

async fn frames(subscription: &mut Subscription) -> Vec<i64> {
    match within(subscription.next()).await {
        Next::Frames(frames) => seqs(&frames),
        Next::Reset { head } => panic!("reset to {head}"),
    }
}

async fn reset(subscription: &mut Subscription) -> i64 {
    match within(subscription.next()).await {
        Next::Reset { head } => head,
        Next::Frames(frames) => panic!("frames {:?}", seqs(&frames)),
    }
}

/// Sees `1..=total`, leaving and returning, and giving up waits half way.
async fn follow(journal: Journal, account: AccountId, total: i64, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut seen = 0;
    let mut subscription = journal.subscribe(account, Some(0)).await.unwrap();
    while seen < total {
        if rng.random_bool(0.1) {
            drop(subscription);
            for _ in 0..rng.random_range(0..50) {
                tokio::task::yield_now().await;
            }
            subscription = journal.subscribe(account, Some(seen)).await.unwrap();
        }
        let next = if rng.random_bool(0.5) {
            tokio::select! {
                biased;
                next = subscription.next() => next,
                () = tokio::task::yield_now() => continue,
            }
        } else {
            subscription.next().await
        };
        let Next::Frames(frames) = next else {
            panic!("{next:?} after {seen}")
        };
        assert!(!frames.is_empty());
        for frame in frames {
            assert_eq!(frame.seq, seen + 1);
            let json: serde_json::Value = serde_json::from_slice(&frame.json).unwrap();
            assert_eq!(json["seq"], frame.seq);
            seen = frame.seq;
        }
    }
}

/// Two nodes, a bus between them that loses half of what it carries, readers that come and go.
async fn churn(db: Db, seed: u64) {
    const ROUNDS: i64 = 40;
    const WRITERS: i64 = 4;
    let settings = Settings {
        ring: 16,
        page: 8,
        tick: Duration::from_millis(20),
        ..Settings::default()
    };
    let nodes = [node(&db, settings), node(&db, settings)];
    let mut tasks = JoinSet::new();
    for n in 1..=2 {
        for (index, journal) in nodes.iter().enumerate() {
            for reader in 0..8 {
                let seed = seed + n * 100 + u64::try_from(index).unwrap() * 10 + reader;
                tasks.spawn(follow(
                    journal.clone(),
                    account(n.into()),
                    ROUNDS * WRITERS * 3,
                    seed,
                ));
            }
        }
        for writer in 0..u64::try_from(WRITERS).unwrap() {
            let (db, nodes) = (db.clone(), nodes.clone());
            tasks.spawn(async move {
                let mut rng = StdRng::seed_from_u64(seed + n * 100 + writer);
                for _ in 0..ROUNDS {
                    let at = rng.random_range(0..2);
                    let range = append(&db, &nodes[at], account(n.into()), 3).await;
                    if rng.random_bool(0.5) {
                        nodes[1 - at].hint(account(n.into()), *range.end());
                    }
                }
            });
        }
    }
    within(tasks.join_all()).await;
    assert_eq!(
        nodes[0].listening() + nodes[1].listening(),
        0,
        "nobody listens, nothing runs"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_everything_once_and_in_order() {
    for seed in [1, 2] {
        each_engine(&[MIGRATION], async |db| churn(db, seed * 1000).await).await;
    }
}

#[tokio::test]
async fn a_commit_reaches_its_own_node_and_a_hint_another() {
    each_engine(&[MIGRATION], async |db| {
        let (here, there) = (node(&db, quiet()), node(&db, quiet()));
        let mut near = here.subscribe(account(1), None).await.unwrap();
        let mut far = there.subscribe(account(1), None).await.unwrap();
        for seq in 1..=3 {
            // A hint too many, or of something that does not exist, spoils nothing.
            there.hint(account(1), 1_000_000);
            append(&db, &here, account(1), 1).await;
            assert_eq!(frames(&mut near).await, [seq]);
            there.hint(account(1), seq);
            assert_eq!(frames(&mut far).await, [seq]);
            there.hint(account(1), seq);
        }
        assert_eq!((near.head(), far.head()), (3, 3));
    })
    .await;
}

#[tokio::test]
async fn a_lost_hint_is_made_good_by_the_tick() {
    each_engine(&[MIGRATION], async |db| {
        let here = node(&db, quiet());
        let there = node(
            &db,
            Settings {
                tick: Duration::from_millis(10),
                ..Settings::default()
            },
        );
        let mut far = there.subscribe(account(1), None).await.unwrap();
        append(&db, &here, account(1), 2).await;
        assert_eq!(frames(&mut far).await, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn a_rolled_back_append_is_seen_by_nobody() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(&db, quiet());
        let mut subscription = journal.subscribe(account(1), None).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let draft = recado_journal::Draft::new("thing.undone", &0).unwrap();
        journal.append(&mut tx, account(1), vec![draft]).await.unwrap();
        drop(tx);
        append(&db, &journal, account(1), 1).await;
        let Next::Frames(frames) = within(subscription.next()).await else {
            panic!("reset")
        };
        assert_eq!(frames[0].kind, "thing.happened");
        assert_eq!(frames[0].seq, 1);
    })
    .await;
}

#[tokio::test]
async fn a_subscription_begins_where_it_is_told() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(
            &db,
            Settings {
                page: 4,
                ring: 4,
                ..quiet()
            },
        );
        append(&db, &journal, account(1), 10).await;
        let mut now = journal.subscribe(account(1), None).await.unwrap();
        let mut since = journal.subscribe(account(1), Some(3)).await.unwrap();
        let mut negative = journal.subscribe(account(1), Some(-5)).await.unwrap();
        assert_eq!((now.head(), since.head()), (10, 10));
        assert_eq!(frames(&mut since).await, [4, 5, 6, 7]);
        assert_eq!(frames(&mut since).await, [8, 9, 10]);
        assert_eq!(frames(&mut negative).await, [1, 2, 3, 4]);
        append(&db, &journal, account(1), 1).await;
        assert_eq!(frames(&mut now).await, [11]);
        assert_eq!(frames(&mut since).await, [11]);
    })
    .await;
}

#[tokio::test]
async fn who_is_too_far_behind_starts_anew_and_goes_on() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(
            &db,
            Settings {
                page: 4,
                ring: 4,
                reset_after: 10,
                ..quiet()
            },
        );
        let mut slow = journal.subscribe(account(1), None).await.unwrap();
        let mut quick = journal.subscribe(account(1), None).await.unwrap();
        append(&db, &journal, account(1), 11).await;
        let mut behind = journal.subscribe(account(1), Some(0)).await.unwrap();
        let mut just = journal.subscribe(account(1), Some(1)).await.unwrap();
        assert_eq!(reset(&mut behind).await, 11);
        assert_eq!(frames(&mut just).await[0], 2);

        // Once the pump is through, a subscriber that has been there all the time is treated the same.
        let mut last = 0;
        while last < 11 {
            match within(quick.next()).await {
                Next::Frames(frames) => last = *seqs(&frames).last().unwrap(),
                Next::Reset { head } => last = head,
            }
        }
        assert_eq!(reset(&mut slow).await, 11);

        append(&db, &journal, account(1), 1).await;
        assert_eq!(frames(&mut behind).await, [12]);
        assert_eq!(frames(&mut slow).await, [12]);
    })
    .await;
}

#[tokio::test]
async fn who_is_ahead_of_a_restored_journal_starts_anew() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(&db, quiet());
        append(&db, &journal, account(1), 2).await;
        for since in [3, i64::MAX] {
            let mut ahead = journal.subscribe(account(1), Some(since)).await.unwrap();
            assert_eq!(reset(&mut ahead).await, 2);
        }
        let mut ahead = journal.subscribe(account(1), Some(7)).await.unwrap();
        assert_eq!(reset(&mut ahead).await, 2);
        append(&db, &journal, account(1), 1).await;
        assert_eq!(frames(&mut ahead).await, [3]);
    })
    .await;
}

#[tokio::test]
async fn listeners_share_one_feed_and_the_last_ends_it() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(&db, quiet());
        let one = journal.subscribe(account(1), None).await.unwrap();
        let two = journal.subscribe(account(1), None).await.unwrap();
        let other = journal.clone().subscribe(account(2), None).await.unwrap();
        assert_eq!(journal.listening(), 2);
        drop(one);
        assert_eq!(journal.listening(), 2);
        drop(two);
        assert_eq!(journal.listening(), 1);
        drop(other);
        assert_eq!(journal.listening(), 0);
    })
    .await;
}
