//! Every value goes in and comes out again, on both engines.

use recado_db::testing::each_engine;
use recado_db::{Error, Migration, record, sql};
use recado_model::{AccountId, Clock, Ids, Time};
use uuid::Uuid;

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_values",
    text: "CREATE TABLE a_values (id {int} NOT NULL PRIMARY KEY, flag {bool}, number {int}, word {text},
               uuid {id}, raw {bytes}, at {int}, account {id}) {strict};
           -- postgres:
           CREATE TABLE odd (small SMALLINT, middle INTEGER, word VARCHAR(9), json JSON, jsonb JSONB, amount NUMERIC);
           -- sqlite:
           CREATE TABLE odd (small INTEGER, middle INTEGER, word TEXT, json TEXT, jsonb TEXT, amount REAL);",
}];

record! {
    #[derive(PartialEq)]
    pub struct Values {
        pub id: i64,
        pub flag: Option<bool>,
        pub number: Option<i64>,
        pub word: Option<String>,
        pub uuid: Option<Uuid>,
        pub raw: Option<Vec<u8>>,
        pub at: Option<Time>,
        pub account: Option<AccountId>,
    }
}
sql!(INSERT -> () = "INSERT INTO a_values (id, flag, number, word, uuid, raw, at, account)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
sql!(GET -> Values = "SELECT id, flag, number, word, uuid, raw, at, account FROM a_values WHERE id = $1");
// The second parameter is met first, and the first one twice.
sql!(MIXED -> (i64, Option<String>) = "SELECT id, word FROM a_values WHERE word = $2 AND id = $1 AND id <= $1");
sql!(NUMBER_AS_UUID -> (Option<Uuid>,) = "SELECT number FROM a_values WHERE id = $1");
sql!(BY_UUID -> (i64,) = "SELECT id FROM a_values WHERE uuid = $1");
sql!(AMONG -> (i64,) = {
    sqlite: "SELECT id FROM a_values WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id",
    postgres: "SELECT id FROM a_values
        WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST($1 AS JSON))) ORDER BY id",
});
sql!(INSERT_ODD -> () = "INSERT INTO odd (small, middle, word, json, jsonb) VALUES ($1, $2, $3, $4, $5)");
sql!(ODD -> (i64, i64, String) = "SELECT small, middle, word FROM odd");
sql!(ODD_JSON -> (String, String) = "SELECT json, jsonb FROM odd");
sql!(AMOUNT -> (Option<i64>,) = "INSERT INTO odd (amount) VALUES (1.5) RETURNING amount");

#[tokio::test]
async fn every_value_and_null() {
    each_engine(MIGRATIONS, async |db| {
        let full = Values {
            id: i64::MIN,
            flag: Some(true),
            number: Some(i64::MAX),
            word: Some("Olá, \u{1f44b} \"{}\" '' \u{1}".to_owned()),
            uuid: Some(Uuid::max()),
            raw: Some((0..=255).collect()),
            at: Some(Time::MAX),
            account: Some(Ids::new(Clock::default()).next()),
        };
        let bare = Values {
            id: 0,
            flag: Some(false),
            word: Some(String::new()),
            raw: Some(Vec::new()),
            ..null(0)
        };
        let mut tx = db.begin().await.unwrap();
        for values in [&full, &bare, &null(1)] {
            let Values {
                id,
                flag,
                number,
                word,
                uuid,
                raw,
                at,
                account,
            } = values;
            tx.run(&INSERT, &[id, flag, number, word, uuid, raw, at, account])
                .await
                .unwrap();
            assert_eq!(tx.one(&GET, &[id]).await.unwrap(), *values);
        }
        assert_eq!(
            tx.one(&MIXED, &[&full.id, &full.word]).await.unwrap(),
            (full.id, full.word.clone())
        );
        assert_eq!(tx.one(&BY_UUID, &[&full.uuid]).await.unwrap(), (full.id,));
        assert_eq!(tx.all(&AMONG, &[&"[1, 0, 5]"]).await.unwrap(), [(0,), (1,)]);
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(tx.one(&GET, &[&full.id]).await.unwrap(), full);
    })
    .await;
}

#[tokio::test]
async fn narrower_columns() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        tx.run(
            &INSERT_ODD,
            &[&-7_i64, &70_000_i64, &"nine", &r#"{"a":1}"#, &r#"{"a": 1}"#],
        )
        .await
        .unwrap();
        assert_eq!(tx.one(&ODD, &[]).await.unwrap(), (-7, 70_000, "nine".to_owned()));
        assert_eq!(
            tx.one(&ODD_JSON, &[]).await.unwrap(),
            (r#"{"a":1}"#.to_owned(), r#"{"a": 1}"#.to_owned())
        );
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_told() {
    each_engine(MIGRATIONS, async |db| {
        let mut tx = db.begin().await.unwrap();
        tx.run(
            &INSERT,
            &[
                &1_i64,
                &None::<bool>,
                &5_i64,
                &"",
                &Uuid::nil(),
                &vec![],
                &Time::MIN,
                &None::<Uuid>,
            ],
        )
        .await
        .unwrap();
        let error = tx.one(&NUMBER_AS_UUID, &[&1_i64]).await.unwrap_err();
        assert!(matches!(error, Error::Other(_)));
        assert!(
            error
                .to_string()
                .ends_with("NUMBER_AS_UUID: column 0: Int(5) cannot be read as a UUID"),
            "{error}"
        );
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        let error = tx.one(&AMOUNT, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Other(_)), "{error}");
        drop(tx);
        if db.engine() == recado_db::Engine::Postgres {
            let mut tx = db.begin().await.unwrap();
            let error = tx.one(&BY_UUID, &[&"a text"]).await.unwrap_err();
            assert!(
                error
                    .to_string()
                    .contains("a text is bound where the statement takes uuid"),
                "{error}"
            );
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            let error = tx
                .run(&INSERT_ODD, &[&40_000_i64, &1_i64, &"", &"", &""])
                .await
                .unwrap_err();
            assert!(error.to_string().contains("out of range"), "{error}");
        }
    })
    .await;
}

fn null(id: i64) -> Values {
    Values {
        id,
        flag: None,
        number: None,
        word: None,
        uuid: None,
        raw: None,
        at: None,
        account: None,
    }
}
