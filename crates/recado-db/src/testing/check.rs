//! The check of every statement of the program, against a migrated database of one engine.

use std::collections::HashSet;

use rusqlite::Connection;
use tokio_postgres::SimpleQueryMessage;
use tokio_postgres::types::Type;

use crate::db::Inner;
use crate::postgres::Held;
use crate::{Columns, Db, Engine, Error, Result, Statement, statements};

/// Prepares every registered statement, compares the columns it answers with the record it is read as, and looks at
/// its plan for tables read as a whole. Returns what is wrong, a line each; empty when all is well.
pub async fn check_statements(db: &Db) -> Result<Vec<String>> {
    let mut all: Vec<_> = statements().collect();
    all.sort_by_key(|statement| statement.name);
    let mut complaints = Vec::new();
    match db.inner() {
        Inner::Sqlite(sqlite) => sqlite.read().await?.work(|conn| {
            let tables = tables(conn)?;
            for statement in all {
                let found = on_sqlite(conn, statement, &tables).map_err(crate::sqlite::error);
                report(statement, db.engine(), found, &mut complaints);
            }
            Ok(())
        })?,
        Inner::Postgres(postgres) => {
            // Never given back, so its settings go with it.
            let client = postgres.hold().await?;
            let settings = "SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan";
            client
                .batch_execute(settings)
                .await
                .map_err(|error| crate::postgres::error(&error))?;
            for statement in all {
                let found = on_postgres(&client, statement)
                    .await
                    .map_err(|error| crate::postgres::error(&error));
                report(statement, db.engine(), found, &mut complaints);
            }
        }
    }
    Ok(complaints)
}

fn report(
    statement: &Statement,
    engine: Engine,
    found: Result<Vec<String>, Error>,
    complaints: &mut Vec<String>,
) {
    let found = found.unwrap_or_else(|error| vec![error.to_string()]);
    let Statement { name, file, line, .. } = statement;
    complaints.extend(
        found
            .iter()
            .map(|complaint| format!("{name} ({file}:{line}) on {engine:?}: {complaint}")),
    );
}

fn on_sqlite(
    conn: &Connection,
    statement: &Statement,
    tables: &HashSet<String>,
) -> rusqlite::Result<Vec<String>> {
    let prepared = conn.prepare(statement.sqlite)?;
    let mut found = compare(statement.columns, &prepared.column_names().collect::<Vec<_>>());
    for slot in 1..=prepared.parameter_count() {
        let name = prepared.parameter_name(slot).unwrap_or("?");
        if name
            .strip_prefix('$')
            .is_none_or(|number| number.parse::<usize>().is_err())
        {
            found.push(format!("the parameter {name} is not $1, $2, …"));
        }
    }
    if statement.scan.is_none() {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sqlite))?;
        let steps = plan
            .raw_query()
            .mapped(|row| row.get::<_, String>(3))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let scans = steps
            .iter()
            .filter(|step| is_scan(step, statement.sqlite, tables));
        found.extend(scans.map(|step| format!("reads a whole table: {step}")));
    }
    Ok(found)
}

fn tables(conn: &Connection) -> Result<HashSet<String>> {
    let names = conn
        .prepare("SELECT lower(name) FROM sqlite_schema WHERE type = 'table'")
        .and_then(|mut query| {
            query
                .raw_query()
                .mapped(|row| row.get(0))
                .collect::<rusqlite::Result<HashSet<String>>>()
        });
    names.map_err(crate::sqlite::error)
}

/// Whether a step such as `SCAN c USING INDEX …` goes through a real table, which it calls by the alias, rather than
/// through a common table expression, a subquery or a function. An automatic index is a scan in disguise, and so is
/// a virtual table with nothing after `VIRTUAL TABLE INDEX 0:`.
fn is_scan(step: &str, text: &str, tables: &HashSet<String>) -> bool {
    let mut words = step.split_whitespace();
    let whole = match words.next() {
        Some("SCAN") => !step.contains("VIRTUAL TABLE") || step.ends_with(':'),
        Some("SEARCH") => step.contains(" USING AUTOMATIC "),
        _ => false,
    };
    let scanned = words.next().unwrap_or_default().to_lowercase();
    if !whole || tables.contains(&scanned) {
        return whole;
    }
    let text = text.to_lowercase();
    let words: Vec<&str> = text
        .split(|char: char| !char.is_alphanumeric() && char != '_')
        .filter(|word| !word.is_empty() && *word != "as")
        .collect();
    words
        .windows(2)
        .any(|pair| tables.contains(pair[0]) && pair[1] == scanned)
}

async fn on_postgres(client: &Held, statement: &Statement) -> Result<Vec<String>, tokio_postgres::Error> {
    let prepared = client.prepare(statement.postgres).await?;
    let names: Vec<&str> = prepared
        .columns()
        .iter()
        .map(tokio_postgres::Column::name)
        .collect();
    let mut found = compare(statement.columns, &names);
    for (index, kind) in prepared
        .params()
        .iter()
        .enumerate()
        .filter(|(_, kind)| !can_bind(kind))
    {
        found.push(format!(
            "takes ${} as {kind}: CAST(${0} AS …) one of our types",
            index + 1
        ));
    }
    for column in prepared
        .columns()
        .iter()
        .filter(|column| !can_read(column.type_()))
    {
        found.push(format!(
            "answers {} as {}: CAST it to one of our types",
            column.name(),
            column.type_()
        ));
    }
    if statement.scan.is_none() {
        let nulls = vec!["NULL"; prepared.params().len()].join(", ");
        let arguments = if nulls.is_empty() {
            nulls
        } else {
            format!("({nulls})")
        };
        client
            .batch_execute(&format!("PREPARE checked AS {}", statement.postgres))
            .await?;
        let plan = client
            .simple_query(&format!("EXPLAIN (COSTS OFF) EXECUTE checked{arguments}"))
            .await?;
        client.batch_execute("DEALLOCATE checked").await?;
        for message in plan {
            if let SimpleQueryMessage::Row(row) = message
                && let Some(step) = row.get(0)
                && step.contains("Seq Scan on ")
            {
                found.push(format!(
                    "reads a whole table: {}",
                    step.trim().trim_start_matches("-> ").trim()
                ));
            }
        }
    }
    Ok(found)
}

/// An `int4` takes our integers only while they are small: `$2 - 1` without a cast.
fn can_bind(kind: &Type) -> bool {
    can_read(kind) && ![Type::INT4, Type::INT2].contains(kind)
}

fn can_read(kind: &Type) -> bool {
    [
        Type::BOOL,
        Type::INT8,
        Type::INT4,
        Type::INT2,
        Type::TEXT,
        Type::VARCHAR,
        Type::BPCHAR,
        Type::NAME,
        Type::JSON,
        Type::JSONB,
        Type::UUID,
        Type::BYTEA,
    ]
    .contains(kind)
}

fn compare(expected: Columns, answered: &[&str]) -> Vec<String> {
    match expected {
        Columns::Named(names) if names != answered => {
            vec![format!("answers {answered:?}, read as {names:?}")]
        }
        Columns::Counted(count) if count != answered.len() => {
            vec![format!("answers {} columns, read as {count}", answered.len())]
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_scan() {
        let text = "SELECT … FROM things AS t JOIN latest l ON l.id = t.id";
        let tables = HashSet::from(["things".to_owned()]);
        for (step, expected) in [
            ("SCAN things", true),
            ("SCAN t USING COVERING INDEX things_name", true),
            ("SCAN l", false),
            ("SCAN 2-ROW VALUES CLAUSE", false),
            ("SCAN json_each VIRTUAL TABLE INDEX 1:", false),
            ("SCAN things VIRTUAL TABLE INDEX 0:", true),
            ("SCAN things VIRTUAL TABLE INDEX 0:M1", false),
            ("SEARCH t USING INDEX things_name (name=?)", false),
            ("SEARCH t USING AUTOMATIC COVERING INDEX (name=?)", true),
            ("SEARCH l USING AUTOMATIC COVERING INDEX (name=?)", false),
            ("USE TEMP B-TREE FOR ORDER BY", false),
        ] {
            assert_eq!(is_scan(step, text, &tables), expected, "{step}");
        }
    }
}
