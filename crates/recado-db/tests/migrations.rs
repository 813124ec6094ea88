//! Migrations on both engines.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use futures_util::future::join_all;
use recado_db::testing::{TestDb, each_engine};
use recado_db::{Db, Engine, Error, Migration, Options, Result, sql};
use recado_model::Time;

const FIRST: Migration = Migration {
    name: "0001_a",
    text: "CREATE TABLE a (id {id} NOT NULL PRIMARY KEY)",
};
const SECOND: Migration = Migration {
    name: "0002_b",
    text: "CREATE TABLE b (id {id} NOT NULL PRIMARY KEY, n {int} NOT NULL, word {text});
           -- sqlite:
           INSERT INTO b VALUES (x'00000000000000000000000000000001', 1, 'sqlite');
           -- postgres:
           INSERT INTO b VALUES ('00000000-0000-0000-0000-000000000001', 1, 'postgres');
           -- both:
           UPDATE b SET n = n + 1;",
};

sql!(#[scan = "a table of one row"] WORD -> (i64, String) = "SELECT n, word FROM b");
sql!(#[scan = "a table of a few rows"] APPLIED -> (String, Time) =
    "SELECT name, applied_at FROM schema_migrations WHERE name <> '' ORDER BY name");
sql!(#[scan = "a table of a few rows"] ORDERED -> (String,) = "SELECT word FROM b ORDER BY word");
sql!(ADD -> () = "INSERT INTO b (id, n, word) VALUES ($1, 0, $2)");

fn at(millis: i64) -> Time {
    Time::from_millis(millis)
}

async fn applied(db: &Db) -> Vec<(String, Time)> {
    db.read().await.unwrap().all(&APPLIED, &[]).await.unwrap()
}

fn told(result: Result<()>) -> String {
    match result {
        Err(Error::Migration(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_step_once() {
    each_engine(&[], async |db| {
        assert_eq!(db.pending(&[FIRST, SECOND]).await.unwrap(), ["0001_a", "0002_b"]);
        db.migrate(&[FIRST], at(5)).await.unwrap();
        assert_eq!(db.pending(&[FIRST, SECOND]).await.unwrap(), ["0002_b"]);
        db.migrate(&[FIRST, SECOND], at(6)).await.unwrap();
        db.migrate(&[FIRST, SECOND], at(7)).await.unwrap();
        assert_eq!(
            applied(&db).await,
            [("0001_a".to_owned(), at(5)), ("0002_b".to_owned(), at(6))]
        );
        let word = db.read().await.unwrap().one(&WORD, &[]).await.unwrap();
        let engine = if db.engine() == Engine::Sqlite {
            "sqlite"
        } else {
            "postgres"
        };
        assert_eq!(
            word,
            (2, engine.to_owned()),
            "its section, and what is for both, once"
        );
    })
    .await;
}

#[tokio::test]
async fn an_edited_step_and_a_newer_database_are_refused() {
    each_engine(&[FIRST, SECOND], async |db| {
        let edited = Migration {
            text: "CREATE TABLE a (id {id})",
            ..FIRST
        };
        assert!(told(db.migrate(&[edited, SECOND], at(0)).await).contains("0001_a is not the text"));
        assert!(told(db.migrate(&[FIRST], at(0)).await).contains("newer than this program: it has 0002_b"));
        assert!(db.pending(&[FIRST]).await.is_err());
        // How a line ends is not an edit.
        let text: &'static str = Box::leak(SECOND.text.replace('\n', "\r\n").into_boxed_str());
        db.migrate(&[FIRST, Migration { text, ..SECOND }], at(0))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_of_itself() {
    const BROKEN: Migration = Migration {
        name: "0003_c",
        text: "CREATE TABLE c (id {int}); INSERT INTO c VALUES (1); NONSENSE;",
    };
    const MENDED: Migration = Migration {
        name: "0003_c",
        text: "CREATE TABLE c (id {int})",
    };
    each_engine(&[], async |db| {
        let error = db.migrate(&[FIRST, SECOND, BROKEN], at(0)).await.unwrap_err();
        assert!(error.to_string().contains("0003_c"), "{error}");
        assert_eq!(applied(&db).await.len(), 2);
        db.migrate(&[FIRST, SECOND, MENDED], at(0)).await.unwrap();
        assert_eq!(applied(&db).await.len(), 3);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_take_turns() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let test = TestDb::new(engine, &[]).await.unwrap();
        let nodes = (0..6).map(|_| {
            let url = test.url().to_owned();
            tokio::spawn(async move {
                let options = Options {
                    max_connections: 2,
                    ..Options::default()
                };
                let db = Db::open(&url, &options).await?;
                db.migrate(&[FIRST, SECOND], at(0)).await
            })
        });
        for result in join_all(nodes).await {
            result.unwrap().unwrap();
        }
        assert_eq!(applied(&test.db).await.len(), 2);
    }
}

/// Also where the server sorts by a language: pages go by the order of bytes.
#[tokio::test]
async fn texts_sort_by_their_bytes() {
    each_engine(&[FIRST, SECOND], async |db| {
        let mut tx = db.begin().await.unwrap();
        for (number, word) in ["b", "a", "B", "ä", "_", "A"].iter().enumerate() {
            let id = uuid::Uuid::from_u128(100 + number as u128);
            tx.run(&ADD, &[&id, word]).await.unwrap();
        }
        let words: Vec<String> = tx
            .all(&ORDERED, &[])
            .await
            .unwrap()
            .into_iter()
            .map(|(word,)| word)
            .collect();
        let own = if db.engine() == Engine::Sqlite {
            "sqlite"
        } else {
            "postgres"
        };
        assert_eq!(words, ["A", "B", "_", "a", "b", own, "ä"]);
    })
    .await;
}
