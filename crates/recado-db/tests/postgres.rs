//! What is PostgreSQL's alone: lost connections, and what goes back to the pool.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use futures_util::future::join_all;
use recado_db::testing::TestDb;
use recado_db::{Db, Engine, Error, Migration, Options, sql};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_rows",
    text: "CREATE TABLE rows (id {int} NOT NULL PRIMARY KEY, n {int})",
}];

sql!(INSERT -> () = "INSERT INTO rows (id, n) VALUES ($1, 0)");
sql!(RAISE -> (i64,) = "UPDATE rows SET n = n + 1 WHERE id = $1 RETURNING n");
sql!(PID -> (i64,) = { sqlite: "SELECT 0", postgres: "SELECT CAST(pg_backend_pid() AS BIGINT)" });
sql!(KILL -> (bool,) = { sqlite: "SELECT $1", postgres: "SELECT pg_terminate_backend(CAST($1 AS INT))" });
sql!(KILL_OTHERS -> (i64,) = {
    sqlite: "SELECT 0",
    postgres: "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()",
});
sql!(IN_TRANSACTION -> (i64,) = {
    sqlite: "SELECT 0",
    postgres: "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'",
});
sql!(SETTING -> (String,) = { sqlite: "SELECT ''", postgres: "SELECT current_setting($1)" });

async fn with_connections(max_connections: usize) -> TestDb {
    let options = Options {
        max_connections,
        ..Options::default()
    };
    TestDb::with_options(Engine::Postgres, MIGRATIONS, &options)
        .await
        .unwrap()
}

/// A second pool on the same database.
async fn beside(test: &TestDb) -> Db {
    Db::open(test.url(), &Options::default()).await.unwrap()
}

#[tokio::test]
async fn a_killed_connection_is_an_error_and_then_forgotten() {
    let test = with_connections(1).await;
    let killer = beside(&test).await;
    let mut tx = test.db.begin().await.unwrap();
    tx.run(&INSERT, &[&1_i64]).await.unwrap();
    let (pid,) = tx.one(&PID, &[]).await.unwrap();
    let mut kill = killer.begin().await.unwrap();
    assert_eq!(kill.one(&KILL, &[&pid]).await.unwrap(), (true,));
    kill.commit().await.unwrap();

    let error = tx.run(&INSERT, &[&2_i64]).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(error.is_transient());
    assert!(tx.commit().await.is_err());
    // The only place in the pool is free for a new one.
    let mut tx = test.db.begin().await.unwrap();
    tx.run(&INSERT, &[&1_i64]).await.unwrap();
    tx.commit().await.unwrap();
    test.db.ping().await.unwrap();
}

#[tokio::test]
async fn a_commit_on_a_killed_connection_is_an_error() {
    let test = with_connections(1).await;
    let mut tx = test.db.begin().await.unwrap();
    tx.run(&INSERT, &[&1_i64]).await.unwrap();
    let mut kill = beside(&test).await.begin().await.unwrap();
    assert_eq!(kill.one(&KILL_OTHERS, &[]).await.unwrap(), (1,));
    kill.commit().await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    let mut tx = test.db.begin().await.unwrap();
    tx.run(&INSERT, &[&1_i64]).await.unwrap();
}

#[tokio::test]
async fn a_pool_whose_connections_all_died_recovers() {
    const SIZE: usize = 4;
    let test = with_connections(SIZE).await;
    let all = join_all((0..SIZE).map(|_| async {
        let mut tx = test.db.begin().await.unwrap();
        tx.one(&PID, &[]).await.unwrap();
        tx
    }))
    .await;
    for tx in all {
        tx.commit().await.unwrap();
    }
    let mut kill = beside(&test).await.begin().await.unwrap();
    assert_eq!(kill.one(&KILL_OTHERS, &[]).await.unwrap(), (4,));
    kill.commit().await.unwrap();
    // Each may be noticed by an error, but only once.
    let mut failures = 0;
    while let Err(error) = test.db.begin().await.unwrap().run(&INSERT, &[&1_i64]).await {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        failures += 1;
        assert!(failures <= SIZE);
    }
}

#[tokio::test]
async fn a_dropped_transaction_holds_no_lock() {
    let test = with_connections(2).await;
    let mut tx = test.db.begin().await.unwrap();
    tx.run(&INSERT, &[&1_i64]).await.unwrap();
    tx.commit().await.unwrap();
    for expected in 1..=20 {
        let mut dropped = test.db.begin().await.unwrap();
        dropped.one(&RAISE, &[&1_i64]).await.unwrap();
        drop(dropped);
        // Waits for the lock until the rollback is done, and for ever if it never is.
        let mut tx = test.db.begin().await.unwrap();
        assert_eq!(tx.one(&RAISE, &[&1_i64]).await.unwrap(), (expected,));
        tx.commit().await.unwrap();
    }
    let watcher = beside(&test).await;
    let mut tx = watcher.read().await.unwrap();
    while tx.one(&IN_TRANSACTION, &[]).await.unwrap() != (0,) {
        tx = watcher.read().await.unwrap();
    }
}

#[test]
fn a_transaction_dropped_outside_of_a_runtime_gives_up_its_connection() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (test, tx) = runtime.block_on(async {
        let test = with_connections(1).await;
        let mut tx = test.db.begin().await.unwrap();
        tx.run(&INSERT, &[&1_i64]).await.unwrap();
        (test, tx)
    });
    drop(tx);
    runtime.block_on(async {
        let mut tx = test.db.begin().await.unwrap();
        tx.run(&INSERT, &[&1_i64]).await.unwrap();
        tx.commit().await.unwrap();
    });
}

#[tokio::test]
async fn isolation_and_mode_travel_with_the_first_statement() {
    let test = with_connections(1).await;
    for (read, isolation, read_only) in [(true, "repeatable read", "on"), (false, "read committed", "off")] {
        let mut tx = if read {
            test.db.read().await.unwrap()
        } else {
            test.db.begin().await.unwrap()
        };
        let settings = [
            &[&"transaction_isolation" as &dyn recado_model::Stored][..],
            &[&"transaction_read_only"],
        ];
        let answers = tx.each(&SETTING, &settings).await.unwrap();
        assert_eq!(answers, [[(isolation.to_owned(),)], [(read_only.to_owned(),)]]);
        tx.commit().await.unwrap();
    }
}

/// Two that take the same rows in opposite order: the server ends one, which may try again.
#[tokio::test]
async fn a_deadlock_is_to_be_retried() {
    let test = with_connections(2).await;
    let mut tx = test.db.begin().await.unwrap();
    tx.run_each(&INSERT, &[&[&1_i64], &[&2_i64]]).await.unwrap();
    tx.commit().await.unwrap();
    let (mut one, mut two) = (test.db.begin().await.unwrap(), test.db.begin().await.unwrap());
    one.one(&RAISE, &[&1_i64]).await.unwrap();
    two.one(&RAISE, &[&2_i64]).await.unwrap();
    let first = async {
        let result = one.one(&RAISE, &[&2_i64]).await;
        drop(one);
        result
    };
    let second = async {
        let result = two.one(&RAISE, &[&1_i64]).await;
        drop(two);
        result
    };
    let results = futures_util::future::join(first, second).await;
    let lost = [results.0, results.1]
        .into_iter()
        .filter_map(Result::err)
        .collect::<Vec<_>>();
    assert!(matches!(lost.as_slice(), [Error::Retry(_)]), "{lost:?}");
}

#[tokio::test]
async fn the_planner_hears_of_tables_that_grew() {
    let test = with_connections(1).await;
    assert_eq!(test.db.refresh_statistics().await.unwrap(), 0);
    let writer = beside(&test).await;
    let numbers: Vec<i64> = (0..3000).collect();
    let sets: Vec<[&dyn recado_model::Stored; 1]> = numbers
        .iter()
        .map(|number| [number as &dyn recado_model::Stored])
        .collect();
    let sets: Vec<&[&dyn recado_model::Stored]> = sets.iter().map(<[_; 1]>::as_slice).collect();
    let mut tx = writer.begin().await.unwrap();
    tx.run_each(&INSERT, &sets).await.unwrap();
    tx.commit().await.unwrap();
    // A session tells what it changed when it ends, if not before.
    writer.close().await;
    while test.db.refresh_statistics().await.unwrap() == 0 {}
    assert_eq!(test.db.refresh_statistics().await.unwrap(), 0, "looked at once");
}
