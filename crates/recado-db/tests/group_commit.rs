//! Group commit on SQLite: what shares a commit, what does not, and what becomes of the others when one fails.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::pin::Pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use proptest::prelude::*;
use recado_db::testing::TestDb;
use recado_db::{Db, Engine, Error, Migration, Options, Result, Tx, sql};
use tokio::sync::mpsc;

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_rows",
    text: "CREATE TABLE rows (id {int} NOT NULL PRIMARY KEY, filling {bytes}, parent {int} REFERENCES rows (id))",
}];

sql!(INSERT -> () = "INSERT INTO rows (id) VALUES ($1)");
sql!(FILL -> () = "INSERT INTO rows (id, filling) VALUES ($1, $2)");
sql!(#[scan = "a test looks at everything"] IDS -> (i64,) = "SELECT id FROM rows ORDER BY id");
sql!(ORPHAN -> () = "INSERT INTO rows (id, parent) VALUES ($1, -1)");
sql!(CHECK_AT_COMMIT -> () = "PRAGMA defer_foreign_keys = ON");
sql!(ROLLBACK -> () = "ROLLBACK");
sql!(PAGES -> (i64,) = "PRAGMA page_count");
sql!(LIMIT_TO_40 -> (i64,) = "PRAGMA max_page_count = 40");
sql!(LIMIT_NO_MORE -> (i64,) = "PRAGMA max_page_count = 1000000");

async fn fresh() -> TestDb {
    TestDb::new(Engine::Sqlite, MIGRATIONS).await.unwrap()
}

async fn begin_with(db: &Db, id: i64) -> Tx {
    let mut tx = db.begin().await.unwrap();
    tx.run(&INSERT, &[&id]).await.unwrap();
    tx
}

async fn ids(db: &Db) -> Vec<i64> {
    let mut tx = db.read().await.unwrap();
    tx.all(&IDS, &[])
        .await
        .unwrap()
        .into_iter()
        .map(|(id,)| id)
        .collect()
}

#[tokio::test]
async fn who_finishes_while_others_wait_shares_their_commit() {
    let test = fresh().await;
    let first = begin_with(&test.db, 1).await;
    let mut begin = Box::pin(test.db.begin());
    assert!(begin.as_mut().now_or_never().is_none(), "there is one writer");
    let mut commit = Box::pin(first.commit());
    assert!(commit.as_mut().now_or_never().is_none());

    // The second has the writer now, and the first is not on disk yet.
    let mut second = begin.await.unwrap();
    assert!(ids(&test.db).await.is_empty());
    assert!(commit.as_mut().now_or_never().is_none());
    second.run(&INSERT, &[&2_i64]).await.unwrap();
    second.commit().await.unwrap();
    assert!(
        matches!(commit.now_or_never(), Some(Ok(()))),
        "one commit for both"
    );
    assert_eq!(ids(&test.db).await, [1, 2]);
}

#[tokio::test]
async fn one_that_fails_takes_nobody_along() {
    let test = fresh().await;
    let first = begin_with(&test.db, 1).await;
    let (second, third) = (test.db.clone(), test.db.clone());
    let second = tokio::spawn(async move {
        let mut tx = second.begin().await?;
        tx.run(&INSERT, &[&2_i64]).await?;
        tx.run(&INSERT, &[&1_i64]).await?;
        tx.commit().await
    });
    let third = tokio::spawn(async move { begin_with(&third, 3).await.commit().await });
    tokio::task::yield_now().await;
    first.commit().await.unwrap();
    assert!(matches!(second.await.unwrap(), Err(Error::Conflict { .. })));
    third.await.unwrap().unwrap();
    assert_eq!(ids(&test.db).await, [1, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_and_every_acknowledged_row() {
    const WRITERS: i64 = 100;
    const EACH: i64 = 20;
    let test = fresh().await;
    let writers = (0..WRITERS).map(|writer| {
        let db = test.db.clone();
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for turn in 0..EACH {
                let id = writer * EACH + turn;
                let tx = begin_with(&db, id).await;
                // Every fifth changes its mind.
                if id % 5 == 0 {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                    acknowledged.push(id);
                }
            }
            acknowledged
        })
    });
    let mut acknowledged: Vec<i64> = join_all(writers)
        .await
        .into_iter()
        .flat_map(std::result::Result::unwrap)
        .collect();
    acknowledged.sort_unstable();
    assert_eq!(acknowledged.len(), 1600);
    assert_eq!(ids(&test.db).await, acknowledged);
    test.db.close().await;
    let again = Db::open(test.url(), &Options::default()).await.unwrap();
    assert_eq!(ids(&again).await, acknowledged);
}

/// What SQLite does by itself after some disk errors: the outer transaction is gone, with all that is in it.
#[tokio::test]
async fn when_the_outer_transaction_is_lost_all_of_it_hear_and_the_next_works() {
    let test = fresh().await;
    let first = begin_with(&test.db, 1).await;
    let mut begin = Box::pin(test.db.begin());
    assert!(begin.as_mut().now_or_never().is_none());
    let commit = tokio::spawn(first.commit());
    let mut second = begin.await.unwrap();
    second.run(&INSERT, &[&2_i64]).await.unwrap();
    second.run(&ROLLBACK, &[]).await.unwrap();
    let alone = second.run(&INSERT, &[&3_i64]).await;
    assert!(
        matches!(alone, Err(Error::Unavailable(_))),
        "it would be committed by itself: {alone:?}"
    );
    assert!(second.commit().await.is_err());
    assert!(matches!(commit.await.unwrap(), Err(Error::Unavailable(_))));

    begin_with(&test.db, 4).await.commit().await.unwrap();
    assert_eq!(ids(&test.db).await, [4]);
}

#[tokio::test]
async fn a_full_disk_fails_those_it_hits_and_passes() {
    let test = fresh().await;
    let mut tx = test.db.begin().await.unwrap();
    assert!(tx.one(&PAGES, &[]).await.unwrap().0 < 40);
    assert_eq!(tx.one(&LIMIT_TO_40, &[]).await.unwrap(), (40,));
    tx.commit().await.unwrap();

    let first = begin_with(&test.db, 1).await;
    let mut begin = Box::pin(test.db.begin());
    assert!(begin.as_mut().now_or_never().is_none());
    let commit = tokio::spawn(first.commit());
    let mut second = begin.await.unwrap();
    let error = second
        .run(&FILL, &[&2_i64, &vec![7_u8; 400_000]])
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(second.commit().await.is_err());
    // The first is told the truth, whichever it is.
    let expected: &[i64] = if commit.await.unwrap().is_ok() { &[1] } else { &[] };
    assert_eq!(ids(&test.db).await, expected);

    let mut tx = test.db.begin().await.unwrap();
    tx.one(&LIMIT_NO_MORE, &[]).await.unwrap();
    tx.run(&FILL, &[&2_i64, &vec![7_u8; 400_000]]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&test.db).await.last(), Some(&2));
}

/// A commit that fails keeps SQLite's transaction open. Here because of what migrations forbid.
#[tokio::test]
async fn a_commit_that_fails_is_undone_for_all() {
    let test = fresh().await;
    let first = begin_with(&test.db, 1).await;
    let mut begin = Box::pin(test.db.begin());
    assert!(begin.as_mut().now_or_never().is_none());
    let commit = tokio::spawn(first.commit());
    let mut second = begin.await.unwrap();
    second.run(&CHECK_AT_COMMIT, &[]).await.unwrap();
    second.run(&ORPHAN, &[&2_i64]).await.unwrap();
    assert!(matches!(second.commit().await, Err(Error::Unavailable(_))));
    assert!(matches!(commit.await.unwrap(), Err(Error::Unavailable(_))));
    assert!(ids(&test.db).await.is_empty());
    begin_with(&test.db, 3).await.commit().await.unwrap();
    assert_eq!(ids(&test.db).await, [3]);
}

/// A second process on the same file, such as an admin command, is waited for.
#[tokio::test]
async fn another_process_that_writes_is_waited_for() {
    let test = fresh().await;
    let options = Options {
        acquire_timeout: Duration::from_millis(100),
        ..Options::default()
    };
    let other = Db::open(test.url(), &options).await.unwrap();
    let held = begin_with(&test.db, 1).await;
    assert!(
        matches!(other.begin().await, Err(Error::Unavailable(_))),
        "bounded"
    );

    let patient = Db::open(test.url(), &Options::default()).await.unwrap();
    let waiting = tokio::spawn(async move { begin_with(&patient, 2).await.commit().await });
    held.commit().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(ids(&test.db).await, [1, 2]);
}

#[test]
fn a_runtime_that_ends_still_commits() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let test = first.block_on(fresh());
    let tx = first.block_on(begin_with(&test.db, 1));
    drop(first);
    // The blocking threads that commit are gone.
    let second = runtime();
    second.block_on(tx.commit()).unwrap();
    assert_eq!(second.block_on(ids(&test.db)), [1]);
}

/// One step of one of a few tasks, each on its own way through a transaction.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Ask for a transaction, or give up waiting for one.
    Begin,
    Insert,
    /// Begin to commit, or stop waiting for that.
    Commit,
    Drop,
}

enum Task {
    Idle,
    Waiting(Pin<Box<dyn Future<Output = Result<Tx>>>>),
    /// The transaction, and the rows in it.
    Open(Box<Tx>, Vec<i64>),
    Committing(Pin<Box<dyn Future<Output = Result<()>>>>),
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever order tasks come, finish, fail and go away in: nobody is stuck, every row of a commit that was
    /// begun is there, and no other.
    #[test]
    fn any_order_of_events(steps in prop::collection::vec((0..5_usize, step()), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (expected, found) = runtime.block_on(async { tokio::time::timeout(Duration::from_mins(1), play(steps)).await }).unwrap();
        prop_assert_eq!(expected, found);
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Begin),
        Just(Step::Insert),
        Just(Step::Commit),
        Just(Step::Drop)
    ]
}

/// Returns the rows that must be there, and those that are.
async fn play(steps: Vec<(usize, Step)>) -> (Vec<i64>, Vec<i64>) {
    let test = fresh().await;
    let (done, mut commits) = mpsc::unbounded_channel();
    let mut begun = 0;
    let mut expected = Vec::new();
    let mut tasks: Vec<Task> = (0..5).map(|_| Task::Idle).collect();
    let mut next_id = 0;
    for (task, step) in steps {
        let task = &mut tasks[task];
        *task = match (std::mem::replace(task, Task::Idle), step) {
            (Task::Idle, Step::Begin) => {
                let db = test.db.clone();
                Task::Waiting(Box::pin(async move { db.begin().await }))
            }
            (Task::Open(mut tx, mut rows), Step::Insert) => {
                tx.run(&INSERT, &[&next_id]).await.unwrap();
                rows.push(next_id);
                next_id += 1;
                Task::Open(tx, rows)
            }
            (Task::Open(mut tx, rows), Step::Commit) => {
                expected.extend(rows);
                begun += 1;
                let done = done.clone();
                tx.on_commit(move || done.send(()).unwrap());
                Task::Committing(Box::pin(tx.commit()))
            }
            (Task::Waiting(_), Step::Begin)
            | (Task::Committing(_), Step::Commit)
            | (Task::Open(..), Step::Drop) => Task::Idle,
            (task, _) => task,
        };
        // Everybody whose turn it may be moves on.
        for task in &mut tasks {
            let moved = match task {
                Task::Waiting(begin) => begin
                    .now_or_never()
                    .map(|tx| Task::Open(Box::new(tx.unwrap()), Vec::new())),
                Task::Committing(commit) => commit.now_or_never().map(|result| {
                    result.unwrap();
                    Task::Idle
                }),
                Task::Idle | Task::Open(..) => None,
            };
            if let Some(moved) = moved {
                *task = moved;
            }
        }
    }
    // Those that are open or wait go away; then every commit that was begun comes to its end.
    drop(tasks);
    for _ in 0..begun {
        commits.recv().await.unwrap();
    }
    begin_with(&test.db, i64::MAX).await.commit().await.unwrap();
    expected.push(i64::MAX);
    expected.sort_unstable();
    (expected, ids(&test.db).await)
}

#[tokio::test]
async fn what_is_submitted_is_there_for_the_next_and_told_when_it_is_on_the_disk() {
    let test = fresh().await;
    let (told, mut hears) = mpsc::unbounded_channel();
    let mut first = begin_with(&test.db, 1).await;
    first.on_commit(move || told.send(()).unwrap());
    let committed = first.submit().unwrap();
    let mut next = test.db.begin().await.unwrap();
    assert_eq!(next.all(&IDS, &[]).await.unwrap(), [(1,)]);
    drop(next);
    committed.await.unwrap();
    assert!(hears.recv().await.is_some());
    assert_eq!(ids(&test.db).await, [1]);
}

#[tokio::test]
async fn what_is_submitted_happens_whether_or_not_anybody_waits() {
    let test = fresh().await;
    drop(begin_with(&test.db, 1).await.submit().unwrap());
    begin_with(&test.db, 2).await.commit().await.unwrap();
    assert_eq!(ids(&test.db).await, [1, 2]);
}
