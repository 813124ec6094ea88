//! Numbers: dense, in order of visibility, gone with their transaction.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use recado_db::{Db, testing::each_engine};
use recado_journal::{Audience, Draft, Event, Journal, MIGRATION};
use recado_model::{AccountId, MemberId};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{account, append, clock, node, quiet, within};

const WRITERS: u64 = 16;
const ROUNDS: usize = 20;

async fn all(db: &Db, account: AccountId, after: i64) -> Vec<Event> {
    let mut tx = db.read().await.unwrap();
    Journal::since(&mut tx, account, after, 100_000).await.unwrap()
}

/// Appends blocks of one to four events, some of which are rolled back; answers how many stay.
async fn write(db: Db, journal: Journal, account: AccountId, seed: u64) -> i64 {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut kept = 0;
    for _ in 0..ROUNDS {
        let count = rng.random_range(1..=4);
        let drafts = (0..count)
            .map(|n| Draft::new("thing.happened", &(seed, n)).unwrap())
            .collect();
        let mut tx = db.begin().await.unwrap();
        let range = journal.append(&mut tx, account, drafts).await.unwrap();
        assert_eq!(range.end() - range.start() + 1, count);
        if rng.random_bool(0.2) {
            drop(tx);
        } else {
            tx.commit().await.unwrap();
            kept += count;
            let block = all(&db, account, range.start() - 1).await;
            assert_eq!(
                block[0].body,
                format!("[{seed},0]"),
                "the block holds what its owner wrote"
            );
        }
    }
    kept
}

/// Reads what is new until told the end: no number is ever stepped over.
async fn tail(db: Db, account: AccountId, end: tokio::sync::oneshot::Receiver<i64>) {
    let mut last = 0;
    let mut end = end;
    let mut until = i64::MAX;
    while last < until {
        for event in all(&db, account, last).await {
            assert_eq!(event.seq, last + 1);
            last = event.seq;
        }
        if let Ok(known) = end.try_recv() {
            until = known;
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(last, until);
}

async fn dense(db: Db, writers_of: &[(AccountId, u64)]) {
    let journal = node(&db, quiet());
    let mut tails = JoinSet::new();
    let mut work = JoinSet::new();
    let mut ends = Vec::new();
    for &(account, writers) in writers_of {
        let (send, receive) = tokio::sync::oneshot::channel();
        ends.push((account, send));
        tails.spawn(tail(db.clone(), account, receive));
        for seed in 0..writers {
            let written = write(db.clone(), journal.clone(), account, seed);
            work.spawn(async move { (account, written.await) });
        }
    }
    let kept = within(work.join_all()).await;
    for (account, end) in ends {
        let total: i64 = kept
            .iter()
            .filter(|(of, _)| *of == account)
            .map(|(_, count)| count)
            .sum();
        let mut tx = db.read().await.unwrap();
        assert_eq!(Journal::head(&mut tx, account).await.unwrap(), total);
        let seqs: Vec<i64> = all(&db, account, 0).await.iter().map(|event| event.seq).collect();
        assert_eq!(seqs, (1..=total).collect::<Vec<_>>());
        end.send(total).unwrap();
    }
    within(tails.join_all()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_one_busy_account_are_dense_and_visible_in_order() {
    each_engine(&[MIGRATION], async |db| dense(db, &[(account(1), WRITERS)]).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_numbered_each_for_itself() {
    each_engine(&[MIGRATION], async |db| {
        dense(
            db,
            &[(account(1), WRITERS), (account(2), WRITERS / 2), (account(3), 1)],
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_event_keeps_what_it_was_given() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(&db, quiet());
        let member = MemberId(Uuid::from_u128(9));
        let private = Draft::new("note.created", &"ü").unwrap().only_for(member);
        let public = Draft::new("contact.updated", &1).unwrap();

        let mut tx = db.begin().await.unwrap();
        let range = journal
            .append(&mut tx, account(1), vec![private, public])
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(range, 1..=2);

        let events = all(&db, account(1), 0).await;
        assert_eq!(events[0].kind, "note.created");
        assert_eq!(events[0].audience, Audience::Member(member));
        assert_eq!(events[0].body, "\"ü\"");
        assert_eq!(events[0].at, clock().now());
        assert_eq!(events[1].audience, Audience::Account);
        assert!(all(&db, account(2), 0).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nothing_appended_takes_no_number() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(&db, quiet());
        let empty = append(&db, &journal, account(1), 0).await;
        assert!(empty.is_empty());
        assert_eq!(append(&db, &journal, account(1), 2).await, 1..=2);
        let empty = append(&db, &journal, account(1), 0).await;
        assert!(empty.is_empty());
        assert_eq!(*empty.end(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_page_of_events_is_the_oldest_after_the_cursor() {
    each_engine(&[MIGRATION], async |db| {
        let journal = node(&db, quiet());
        append(&db, &journal, account(1), 10).await;
        let mut tx = db.read().await.unwrap();
        let page = Journal::since(&mut tx, account(1), 3, 4).await.unwrap();
        assert_eq!(
            page.iter().map(|event| event.seq).collect::<Vec<_>>(),
            [4, 5, 6, 7]
        );
    })
    .await;
}
