//! The check of every statement finds what it is there for, and nothing else.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use recado_db::testing::{TestDb, check_statements};
use recado_db::{Engine, Migration, record, sql, statements};

const MIGRATIONS: &[Migration] = &[Migration {
    name: "0001_things",
    text: "CREATE TABLE things (account {int} NOT NULL, id {int} NOT NULL, name {text}, PRIMARY KEY (account, id));
           CREATE TABLE others (id {int} NOT NULL PRIMARY KEY, thing {int} NOT NULL);
           -- sqlite:
           CREATE VIRTUAL TABLE texts USING fts5 (body);
           -- postgres:
           CREATE TABLE texts (body {text} PRIMARY KEY);",
}];

record! { pub struct Thing { pub id: i64, pub name: Option<String> } }
record! { pub struct Named { pub r#type: i64 } }

// Well and good.
sql!(GET -> Thing = "SELECT id, name FROM things WHERE account = $1 AND id = $2");
sql!(PAGE -> Thing = "SELECT id, name FROM things WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
sql!(INSERT -> Thing = "INSERT INTO things (account, id, name) VALUES ($1, $2, $3)
    ON CONFLICT (account, id) DO UPDATE SET name = excluded.name RETURNING id, name");
sql!(RAW -> Named = "SELECT id AS type FROM things WHERE account = $1 AND id = $2");
sql!(LATEST -> Thing = "WITH latest AS MATERIALIZED (SELECT id, name FROM things AS t WHERE t.account = $1)
    SELECT l.id, l.name FROM latest AS l ORDER BY l.name");
sql!(AMONG -> (i64,) = {
    sqlite: "SELECT t.id FROM json_each($2) AS wanted JOIN things t ON t.account = $1 AND t.id = wanted.value",
    postgres: "SELECT t.id FROM json_array_elements_text(CAST($2 AS JSON)) AS wanted(value)
        JOIN things t ON t.account = $1 AND t.id = CAST(wanted.value AS BIGINT)",
});
sql!(TREE -> (i64,) = "WITH RECURSIVE tree (id) AS (
        SELECT id FROM others WHERE id = $1
        UNION SELECT o.id FROM tree JOIN others o ON o.id = tree.id + 1)
    SELECT id FROM tree");
sql!(MATCHED -> (String,) = {
    sqlite: "SELECT body FROM texts WHERE texts MATCH $1",
    postgres: "SELECT body FROM texts WHERE body = $1",
});
sql!(#[scan = "a test may"] EXCUSED -> (i64,) = "SELECT count(*) FROM things");

// Wrong, each in its way.
sql!(SWAPPED -> Thing = "SELECT name, id FROM things WHERE account = $1 AND id = $2");
sql!(WIDE -> (i64,) = "SELECT id, name FROM things WHERE account = $1 AND id = $2");
sql!(CHATTY -> () = "UPDATE things SET name = $3 WHERE account = $1 AND id = $2 RETURNING id");
sql!(SCAN -> Thing = "SELECT id, name FROM things WHERE name = $1");
sql!(ALIASED -> (i64,) = "SELECT o.id FROM others AS o WHERE o.thing = $1");
sql!(JOINED -> (i64,) = "SELECT t.id FROM things t JOIN others o ON o.thing = t.id WHERE t.account = $1 AND t.id = $2");
sql!(EVERY_TEXT -> (String,) = { sqlite: "SELECT body FROM texts", postgres: "SELECT body FROM texts AS t, others WHERE others.thing = 1" });
sql!(UNKNOWN -> () = "DELETE FROM nothing_of_that_name WHERE id = $1");
sql!(NARROW -> (i64,) = "SELECT id FROM things WHERE account = $1 AND id = $2 - 1");
sql!(SUM -> (i64,) = "SELECT sum(id) AS total FROM things WHERE account = $1 AND id < $2");
sql!(NAMED -> (i64,) = { sqlite: "SELECT id FROM things WHERE account = ?1 AND id = $2", postgres: "SELECT id FROM things WHERE account = $1 AND id = $2" });

/// The names of those complained about, with the part of the complaint behind the engine.
async fn complaints(engine: Engine) -> Vec<(String, String)> {
    let test = TestDb::new(engine, MIGRATIONS).await.unwrap();
    let complaints = check_statements(&test.db).await.unwrap();
    let mut found: Vec<_> = complaints
        .iter()
        .map(|complaint| {
            let (name, rest) = complaint.split_once(" (").unwrap();
            let (_, rest) = rest.split_once(&format!(" on {engine:?}: ")).unwrap();
            (name.rsplit("::").next().unwrap().to_owned(), rest.to_owned())
        })
        .collect();
    found.sort();
    found
}

fn assert_found(found: &[(String, String)], expected: &[(&str, &str)]) {
    let matching = found.len() == expected.len()
        && found
            .iter()
            .zip(expected)
            .all(|(found, expected)| found.0 == expected.0 && found.1.contains(expected.1));
    assert!(matching, "{found:#?}");
}

#[tokio::test]
async fn on_sqlite() {
    assert_found(
        &complaints(Engine::Sqlite).await,
        &[
            ("ALIASED", "reads a whole table: SCAN o"),
            ("CHATTY", "answers 1 columns, read as 0"),
            ("EVERY_TEXT", "reads a whole table: SCAN texts VIRTUAL TABLE"),
            ("JOINED", "reads a whole table: SCAN o"),
            ("NAMED", "the parameter ?1 is not $1"),
            ("SCAN", "reads a whole table: SCAN things"),
            ("SWAPPED", r#"answers ["name", "id"], read as ["id", "name"]"#),
            ("UNKNOWN", "no such table"),
            ("WIDE", "answers 2 columns, read as 1"),
        ],
    );
}

#[tokio::test]
async fn on_postgres() {
    assert_found(
        &complaints(Engine::Postgres).await,
        &[
            ("ALIASED", "reads a whole table: Seq Scan on others o"),
            ("CHATTY", "answers 1 columns, read as 0"),
            ("EVERY_TEXT", "reads a whole table: Seq Scan on others"),
            ("JOINED", "reads a whole table: Seq Scan on others o"),
            ("NARROW", "takes $2 as int4"),
            ("SCAN", "reads a whole table: Seq Scan on things"),
            ("SUM", "answers total as numeric"),
            ("SWAPPED", r#"answers ["name", "id"], read as ["id", "name"]"#),
            ("UNKNOWN", "does not exist"),
            ("WIDE", "answers 2 columns, read as 1"),
        ],
    );
}

#[test]
fn statements_know_their_place() {
    let get = statements()
        .find(|statement| statement.name.ends_with("::GET"))
        .unwrap();
    assert_eq!(get.name, "statements::GET");
    assert!(get.file.ends_with("tests/statements.rs") && get.line > 1);
    assert_eq!(get.text(Engine::Sqlite), get.text(Engine::Postgres));
    let excused = statements()
        .find(|statement| statement.name.ends_with("::EXCUSED"))
        .unwrap();
    assert_eq!(excused.scan, Some("a test may"));
}
