//! What a transaction promises, told on both engines.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::FutureExt;
use recado_db::testing::{TestDb, each_engine};
use recado_db::{Db, Engine, Error, Migration, Options, Tx, record, sql};
use tokio::sync::mpsc;

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_things",
    text: "CREATE TABLE things (id {int} NOT NULL PRIMARY KEY, name {text} UNIQUE, parent {int} REFERENCES things (id));
           CREATE UNIQUE INDEX things_whisper ON things (lower(name)) WHERE id > 1000;",
}];

record! { pub struct Thing { pub id: i64, pub name: Option<String> } }
sql!(INSERT -> () = "INSERT INTO things (name, id) VALUES ($2, $1)");
sql!(ADOPT -> () = "UPDATE things SET parent = $2 WHERE id = $1");
sql!(GET -> Thing = "SELECT id, name FROM things WHERE id = $1");
sql!(ABOVE -> Thing = "SELECT id, name FROM things WHERE id > $1 ORDER BY id");
sql!(RENAME -> Thing = "UPDATE things SET name = $2 WHERE id = $1 RETURNING id, name");
sql!(NONSENSE -> () = "INSERT INTO nothing_of_that_name VALUES ($1)");

async fn insert(tx: &mut Tx, id: i64, name: &str) -> Result<u64, Error> {
    tx.run(&INSERT, &[&id, &name]).await
}

async fn ids(db: &Db) -> Vec<i64> {
    let mut tx = db.read().await.unwrap();
    tx.all(&ABOVE, &[&0_i64])
        .await
        .unwrap()
        .iter()
        .map(|thing| thing.id)
        .collect()
}

#[tokio::test]
async fn rows_are_read_back() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(insert(&mut tx, 1, "a").await.unwrap(), 1);
        assert_eq!(insert(&mut tx, 2, "b").await.unwrap(), 1);
        let renamed = tx.all(&RENAME, &[&2_i64, &"c"]).await.unwrap();
        assert_eq!(renamed[0].name.as_deref(), Some("c"));
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.one(&GET, &[&1_i64]).await.unwrap().name.as_deref(), Some("a"));
        assert_eq!(tx.first(&ABOVE, &[&1_i64]).await.unwrap().unwrap().id, 2);
        assert!(tx.first(&GET, &[&9_i64]).await.unwrap().is_none());
        assert_eq!(tx.one(&GET, &[&9_i64]).await.unwrap_err(), Error::Missing);
        // Missing does not spend the transaction.
        assert_eq!(tx.all(&ABOVE, &[&0_i64]).await.unwrap().len(), 2);
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing_and_blocks_nobody() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        // With one connection, the next transaction gets the one the dropped ones had.
        let options = Options {
            max_connections: 1,
            readers: 1,
            ..Options::default()
        };
        let test = TestDb::with_options(engine, MIGRATIONS, &options).await.unwrap();
        for _ in 0..3 {
            let mut tx = test.db.begin().await.unwrap();
            insert(&mut tx, 1, "a").await.unwrap();
            drop(tx);
            drop(test.db.begin().await.unwrap());
            let mut tx = test.db.read().await.unwrap();
            assert!(tx.all(&ABOVE, &[&0_i64]).await.unwrap().is_empty());
        }
        let mut tx = test.db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&test.db).await, [1]);
    }
}

#[tokio::test]
async fn an_abandoned_statement_spends_the_transaction() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        let abandoned = insert(&mut tx, 1, "a").now_or_never().is_none();
        // SQLite has executed it at once. On PostgreSQL nobody knows, so it must not count as done.
        assert_eq!(abandoned, db.engine() == Engine::Postgres);
        assert_eq!(tx.commit().await.is_err(), abandoned);
        assert_eq!(ids(&db).await.is_empty(), abandoned);
    })
    .await;
}

#[tokio::test]
async fn after_an_error_a_transaction_is_spent() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        insert(&mut tx, 1, "b").await.unwrap_err();
        assert!(matches!(insert(&mut tx, 2, "b").await, Err(Error::Other(_))));
        tx.commit().await.unwrap_err();
        assert!(ids(&db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn errors_have_the_same_kind_on_both() {
    each_engine(MIGRATIONS, async |db| {
        let attempt = async |first: (i64, &str), second: (i64, &str)| {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, first.0, first.1).await.unwrap();
            insert(&mut tx, second.0, second.1).await.unwrap_err()
        };
        let conflict = |constraint: &str| Error::Conflict {
            constraint: constraint.to_owned(),
        };
        assert_eq!(attempt((1, "a"), (1, "b")).await, conflict("things.id"));
        assert_eq!(attempt((1, "a"), (2, "a")).await, conflict("things.name"));
        assert_eq!(
            attempt((1001, "a"), (1002, "A")).await,
            conflict("things_whisper")
        );

        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        assert_eq!(
            tx.run(&ADOPT, &[&1_i64, &7_i64]).await.unwrap_err(),
            conflict("foreign key")
        );
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        let error = tx.run(&NONSENSE, &[&1_i64]).await.unwrap_err();
        assert!(error.to_string().contains("transactions::NONSENSE: "), "{error}");
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert!(
            matches!(tx.run(&INSERT, &[&1_i64]).await, Err(Error::Other(_))),
            "a parameter without a value"
        );
        drop(tx);
        let mut tx = db.read().await.unwrap();
        assert!(
            matches!(insert(&mut tx, 1, "a").await, Err(Error::Other(_))),
            "a reader must not write"
        );
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_one_state() {
    each_engine(MIGRATIONS, async |db| {
        let mut reader = db.read().await.unwrap();
        assert!(reader.all(&ABOVE, &[&0_i64]).await.unwrap().is_empty());
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        tx.commit().await.unwrap();
        assert!(reader.all(&ABOVE, &[&0_i64]).await.unwrap().is_empty());
        reader.commit().await.unwrap();
        assert_eq!(ids(&db).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn each_executes_and_answers_in_order() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        let numbers: Vec<(i64, String)> = (1..=200)
            .map(|number| (number, format!("name {number}")))
            .collect();
        let sets: Vec<[&dyn recado_model::Stored; 2]> = numbers
            .iter()
            .map(|(id, name)| [id as &dyn recado_model::Stored, name])
            .collect();
        let sets: Vec<&[&dyn recado_model::Stored]> = sets.iter().map(<[_; 2]>::as_slice).collect();
        assert_eq!(tx.run_each(&INSERT, &sets).await.unwrap(), vec![1; 200]);
        assert_eq!(tx.run_each(&INSERT, &[]).await.unwrap(), Vec::<u64>::new());
        let kept = tx.all(&ABOVE, &[&0_i64]).await.unwrap().into_iter();
        let kept: Vec<(i64, String)> = kept.map(|thing| (thing.id, thing.name.unwrap())).collect();
        assert_eq!(kept, numbers, "each name with its own number");

        // Every set renames the same row: only in order is the last name the last one.
        let renames: Vec<String> = (0..200).map(|number| format!("renamed {number}")).collect();
        let sets: Vec<[&dyn recado_model::Stored; 2]> = renames
            .iter()
            .map(|name| [&1_i64 as &dyn recado_model::Stored, name])
            .collect();
        let sets: Vec<&[&dyn recado_model::Stored]> = sets.iter().map(<[_; 2]>::as_slice).collect();
        let answers = tx.each(&RENAME, &sets).await.unwrap();
        let names: Vec<_> = answers.iter().map(|rows| rows[0].name.clone().unwrap()).collect();
        assert_eq!(names, renames);
        assert_eq!(
            tx.one(&GET, &[&1_i64]).await.unwrap().name.as_deref(),
            Some("renamed 199")
        );

        let taken = [
            &[&300_i64 as &dyn recado_model::Stored, &"x"][..],
            &[&300_i64, &"y"],
            &[&301_i64, &"z"],
        ];
        let error = tx.run_each(&INSERT, &taken).await.unwrap_err();
        assert_eq!(
            error,
            Error::Conflict {
                constraint: "things.id".to_owned()
            },
            "the first error is told"
        );
        drop(tx);
        assert!(ids(&db).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_runs_soon_is_there_for_the_next_statement_and_after_the_commit() {
    each_engine(MIGRATIONS, async |db| {
        let row = |id: i64| (id, format!("name {id}"));
        let mut tx = db.begin().await.unwrap();
        // As many as make statements of sixteen, of four and of one.
        let rows: Vec<(i64, String)> = (1..=23).map(row).collect();
        let sets: Vec<[&dyn recado_model::Stored; 2]> =
            rows.iter().map(|(id, name)| [id as _, name as _]).collect();
        let sets: Vec<&[&dyn recado_model::Stored]> = sets.iter().map(<[_; 2]>::as_slice).collect();
        tx.run_each_soon(&INSERT, &sets).unwrap();
        let renamed = tx.all(&RENAME, &[&23_i64, &"last"]).await.unwrap();
        assert_eq!(
            (renamed.len(), renamed[0].name.as_deref()),
            (1, Some("last")),
            "its own answer"
        );
        tx.run_each_soon(&INSERT, &[&[&24_i64, &"at the end"]]).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(ids(&db).await, (1..=24).collect::<Vec<i64>>());

        // A transaction of nothing else.
        let mut tx = db.begin().await.unwrap();
        tx.run_each_soon(&INSERT, &[&[&25_i64, &"alone"]]).unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.run_each_soon(&INSERT, &[&[&26_i64, &"dropped"]]).unwrap();
        drop(tx);
        assert_eq!(ids(&db).await.last(), Some(&25));
    })
    .await;
}

async fn refused(mut tx: Tx, sets: &[&[&dyn recado_model::Stored]]) -> Error {
    match tx.run_each_soon(&INSERT, sets) {
        Err(error) => error,
        Ok(()) => tx.commit().await.unwrap_err(),
    }
}

#[tokio::test]
async fn what_was_to_run_soon_and_failed_leaves_nothing() {
    let taken = || Error::Conflict {
        constraint: "things.id".to_owned(),
    };
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        tx.commit().await.unwrap();
        let told = AtomicBool::new(false);
        let told = std::sync::Arc::new(told);

        // SQLite tells it at once, PostgreSQL with the commit.
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 2, "b").await.unwrap();
        let note = std::sync::Arc::clone(&told);
        tx.on_commit(move || note.store(true, Ordering::Relaxed));
        assert_eq!(refused(tx, &[&[&1_i64, &"again"]]).await, taken());

        // The same with the next statement, which is not the one to blame.
        {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, 3, "c").await.unwrap();
            let failed = match tx.run_each_soon(&INSERT, &[&[&1_i64, &"again"]]) {
                Err(error) => error,
                Ok(()) => tx.all(&ABOVE, &[&0_i64]).await.unwrap_err(),
            };
            assert_eq!(failed, taken());
            assert!(tx.commit().await.is_err());
        }

        // What the server never sees must not let the rest be committed.
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 4, "d").await.unwrap();
        let failed = refused(tx, &[&[&5_i64, &"e"], &[&"not a number", &"f"]]).await;
        assert!(matches!(failed, Error::Other(_)), "{failed:?}");

        assert_eq!(ids(&db).await, [1]);
        assert!(!told.load(Ordering::Relaxed), "nobody is told");
        // The connections are fit for more.
        for id in 10..30 {
            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, id, &id.to_string()).await.unwrap();
            tx.commit().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn questions_are_answered_as_of_when_they_were_asked() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        tx.run_each_soon(&INSERT, &[&[&1_i64, &"a"]]).unwrap();
        let one = tx.ask(&ABOVE, &[&0_i64]).await.unwrap();
        tx.run_each_soon(&INSERT, &[&[&2_i64, &"b"]]).unwrap();
        let two = tx.ask(&ABOVE, &[&0_i64]).await.unwrap();
        let renamed = tx.all(&RENAME, &[&1_i64, &"c"]).await.unwrap();
        assert_eq!(renamed[0].id, 1);
        // In another order than they were asked, and one whose statement nothing followed.
        let names =
            |things: Vec<Thing>| -> Vec<String> { things.into_iter().map(|one| one.name.unwrap()).collect() };
        assert_eq!(names(tx.answer(&ABOVE, two).await.unwrap()), ["a", "b"]);
        assert_eq!(names(tx.answer(&ABOVE, one).await.unwrap()), ["a"]);
        let three = tx.ask(&ABOVE, &[&0_i64]).await.unwrap();
        assert_eq!(names(tx.answer(&ABOVE, three).await.unwrap()), ["c", "b"]);
        let none = tx.ask(&GET, &[&9_i64]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        // What was asked elsewhere is nobody's here, or was answered then.
        assert!(tx.answer(&GET, none).await.map_or(true, |rows| rows.is_empty()));
    })
    .await;
}

#[tokio::test]
async fn notes_are_done_after_the_commit_and_only_then() {
    each_engine(MIGRATIONS, async |db| {
        let (sender, mut notes) = mpsc::unbounded_channel();
        let leave = |tx: &mut Tx, word: &'static str| {
            let sender = sender.clone();
            tx.on_commit(move || sender.send(word).unwrap());
        };
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        leave(&mut tx, "dropped");
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        leave(&mut tx, "one");
        tx.on_commit(|| panic!("a note that panics, as this test wants"));
        leave(&mut tx, "two");
        assert!(notes.try_recv().is_err(), "not before the commit");
        tx.commit().await.unwrap();
        assert_eq!((notes.try_recv(), notes.try_recv()), (Ok("one"), Ok("two")));
        assert!(notes.try_recv().is_err());

        // The task that commits goes away as soon as the commit has begun.
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 2, "b").await.unwrap();
        leave(&mut tx, "abandoned");
        assert!(tx.commit().now_or_never().is_none());
        assert_eq!(notes.recv().await, Some("abandoned"));
        assert_eq!(ids(&db).await, [1, 2]);
    })
    .await;
}

#[tokio::test]
async fn waiting_is_bounded() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        // Connecting has to be done within it, too.
        let acquire_timeout = std::time::Duration::from_secs(2);
        let options = Options {
            max_connections: 2,
            readers: 1,
            acquire_timeout,
        };
        let test = TestDb::with_options(engine, MIGRATIONS, &options).await.unwrap();
        let held = (test.db.begin().await.unwrap(), test.db.read().await.unwrap());
        let (write, read, ping) = tokio::join!(test.db.begin(), test.db.read(), test.db.ping());
        assert!(matches!(write, Err(Error::Unavailable(_))));
        assert!(matches!(read, Err(Error::Unavailable(_))));
        assert!(matches!(ping, Err(Error::Unavailable(_))));
        drop(held);
        test.db.ping().await.unwrap();
        test.db.begin().await.unwrap().commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_closed_database_refuses() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        insert(&mut tx, 1, "a").await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
        assert!(matches!(db.begin().await, Err(Error::Unavailable(_))));
        assert!(matches!(db.read().await, Err(Error::Unavailable(_))));
        assert!(matches!(db.ping().await, Err(Error::Unavailable(_))));
    })
    .await;
}

#[test]
fn futures_can_move_between_threads() {
    fn send<F: Future + Send>(_: impl Fn(Db) -> F) {}
    send(async |db: Db| -> Result<(), Error> {
        let mut tx = db.begin().await?;
        insert(&mut tx, 1, "a").await?;
        tx.each(&RENAME, &[&[&1_i64, &"b"]]).await?;
        tx.first(&GET, &[&1_i64]).await?;
        tx.commit().await?;
        db.migrate(MIGRATIONS, recado_model::Time::MIN).await?;
        db.close().await;
        Ok(())
    });
}
