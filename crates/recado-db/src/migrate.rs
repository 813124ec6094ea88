//! Migrations: forward only, one text for both engines, remembered in the table `schema_migrations`.

use std::collections::{HashMap, HashSet};

use recado_model::Time;
use sha2::{Digest, Sha256};

use crate::{Db, Engine, Error, Result, record, sql};

/// One step of the schema. Once released, neither name nor text changes.
///
/// The text holds statements. `{id}`, `{int}`, `{bool}`, `{text}` and `{bytes}` stand for the engine's column
/// types, `{strict}` and `{clustered}` after a table for what SQLite can be told about it (`STRICT`, and
/// `STRICT, WITHOUT ROWID`: rows kept in the order of their key). Lines after `-- sqlite:` or `-- postgres:` are for
/// that engine only, until `-- both:`. A step is one transaction, so PostgreSQL builds no index `CONCURRENTLY` in it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique and for ever, such as `0001_accounts`.
    pub name: &'static str,
    pub text: &'static str,
}

/// A migration made ready for one engine.
struct Step {
    name: &'static str,
    checksum: String,
    text: String,
}

record! { struct Applied { name: String, checksum: String } }

sql!(EXISTS -> (bool,) = {
    sqlite: "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'schema_migrations'",
    postgres: "SELECT to_regclass('schema_migrations') IS NOT NULL",
});
sql!(#[scan = "one row per migration, read at the start of the program"]
    APPLIED -> Applied = "SELECT name, checksum FROM schema_migrations WHERE name <> ''");
sql!(ADD -> () = "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)");
// The row without a name is locked by whoever migrates: two nodes that start at once take turns. Every engine that
// speaks PostgreSQL's protocol has row locks, and not every one has advisory locks.
sql!(LOCK -> () = "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('', '', 0)
    ON CONFLICT (name) DO UPDATE SET applied_at = 0");

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations
    (name {text} NOT NULL PRIMARY KEY, checksum {text} NOT NULL, applied_at {int} NOT NULL)";

impl Db {
    /// Brings the schema up to date, each missing step of the list in a transaction of its own, in the order of the
    /// list. `now` is noted beside each. Any number of nodes may do this at once.
    ///
    /// [`Error::Migration`] when a step's text differs from the one applied, or when the database knows steps that
    /// the list does not: then it belongs to a newer program.
    pub async fn migrate(&self, migrations: &[Migration], now: Time) -> Result<()> {
        let steps = steps(migrations, self.engine())?;
        let behind = missing(&self.applied().await?, &steps)?.len();
        if behind == 0 {
            return Ok(());
        }
        tracing::info!(steps = behind, "migrating the database");
        self.create_table().await?;
        loop {
            let mut tx = self.begin().await?;
            tx.run(&LOCK, &[]).await?;
            let applied = tx.all(&APPLIED, &[]).await?;
            let Some(step) = missing(&applied, &steps)?.first().copied() else {
                return tx.commit().await;
            };
            tracing::debug!(step = step.name, "migrating the database");
            tx.batch(&step.text)
                .await
                .map_err(|error| error.in_statement(step.name))?;
            tx.run(&ADD, &[&step.name, &step.checksum, &now]).await?;
            tx.commit().await?;
        }
    }

    /// The names of the steps that [`migrate`](Db::migrate) would do, changing nothing. Errors as there.
    pub async fn pending(&self, migrations: &[Migration]) -> Result<Vec<&'static str>> {
        let steps = steps(migrations, self.engine())?;
        Ok(missing(&self.applied().await?, &steps)?
            .iter()
            .map(|step| step.name)
            .collect())
    }

    async fn applied(&self) -> Result<Vec<Applied>> {
        let mut tx = self.read().await?;
        let (exists,) = tx.one(&EXISTS, &[]).await?;
        if exists {
            tx.all(&APPLIED, &[]).await
        } else {
            Ok(Vec::new())
        }
    }

    async fn create_table(&self) -> Result<()> {
        let table = fill(TABLE, self.engine()).map_err(Error::Migration)?;
        let create = async || {
            let mut tx = self.begin().await?;
            tx.batch(&table).await?;
            tx.commit().await
        };
        match create().await {
            // PostgreSQL lets two sessions both find no table and then fails the slower one.
            Err(Error::Conflict { .. } | Error::Other(_)) => create().await,
            result => result,
        }
    }
}

fn steps(migrations: &[Migration], engine: Engine) -> Result<Vec<Step>> {
    let mut names = HashSet::new();
    let step = |migration: &Migration| {
        let Migration { name, text } = *migration;
        if name.is_empty() || !names.insert(name) {
            return Err(Error::Migration(format!(
                "the name {name:?} is empty or there twice"
            )));
        }
        let text = text.replace("\r\n", "\n");
        let checksum = hex::encode(Sha256::digest(text.as_bytes()));
        let text = fill(&text, engine).map_err(|problem| Error::Migration(format!("{name}: {problem}")))?;
        Ok(Step { name, checksum, text })
    };
    migrations.iter().map(step).collect()
}

/// The steps not yet applied, or why the two lists cannot belong together.
fn missing<'a>(applied: &[Applied], steps: &'a [Step]) -> Result<Vec<&'a Step>> {
    let known: HashMap<&str, &str> = steps
        .iter()
        .map(|step| (step.name, step.checksum.as_str()))
        .collect();
    let mut done = HashSet::new();
    for Applied { name, checksum } in applied {
        match known.get(name.as_str()) {
            Some(expected) if expected == checksum => done.insert(name.as_str()),
            Some(_) => {
                return Err(Error::Migration(format!(
                    "{name} is not the text that was applied to this database; add a new step instead of editing one"
                )));
            }
            None => {
                return Err(Error::Migration(format!(
                    "the database is newer than this program: it has {name}, which the program does not know"
                )));
            }
        };
    }
    Ok(steps.iter().filter(|step| !done.contains(step.name)).collect())
}

/// The text for one engine: its sections, with its words for the types.
fn fill(text: &str, engine: Engine) -> Result<String, String> {
    let mut section = None;
    let mut filled = String::with_capacity(text.len());
    for line in text.lines() {
        match line.trim() {
            "-- sqlite:" => section = Some(Engine::Sqlite),
            "-- postgres:" => section = Some(Engine::Postgres),
            "-- both:" => section = None,
            _ if section.is_none_or(|only| only == engine) => {
                fill_line(line, engine, &mut filled)?;
                filled.push('\n');
            }
            _ => {}
        }
    }
    if filled.to_ascii_uppercase().contains("DEFERRABLE") {
        return Err(
            "a deferrable constraint would be violated at the commit, which transactions share".to_owned(),
        );
    }
    Ok(filled)
}

fn fill_line(line: &str, engine: Engine, filled: &mut String) -> Result<(), String> {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let word = after.split_once('}').filter(|(word, _)| is_word(word));
        if let Some((word, after)) = word {
            filled.push_str(type_word(word, engine).ok_or_else(|| format!("{{{word}}} is not a type"))?);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    Ok(())
}

/// `'{}'` and `'{"a":1}'` are JSON, not words.
fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn type_word(word: &str, engine: Engine) -> Option<&'static str> {
    let (sqlite, postgres) = match word {
        "id" => ("BLOB", "UUID"),
        "int" => ("INTEGER", "BIGINT"),
        "bool" => ("INTEGER", "BOOLEAN"),
        // Both engines compare and sort texts by their bytes, so that pages have the same order on both.
        "text" => ("TEXT", "TEXT COLLATE \"C\""),
        "bytes" => ("BLOB", "BYTEA"),
        "strict" => ("STRICT", ""),
        "clustered" => ("STRICT, WITHOUT ROWID", ""),
        _ => return None,
    };
    Some(match engine {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_sections() {
        let text = "CREATE TABLE a (id {id}, body {text} DEFAULT '{}') {strict};\n-- sqlite:\nONE;\n  -- postgres:\nTWO;\n-- both:\nEND;";
        assert_eq!(
            fill(text, Engine::Sqlite).unwrap(),
            "CREATE TABLE a (id BLOB, body TEXT DEFAULT '{}') STRICT;\nONE;\nEND;\n"
        );
        assert_eq!(
            fill(text, Engine::Postgres).unwrap(),
            "CREATE TABLE a (id UUID, body TEXT COLLATE \"C\" DEFAULT '{}') ;\nTWO;\nEND;\n"
        );
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(
            fill("a {uuid}", Engine::Sqlite).unwrap_err(),
            "{uuid} is not a type"
        );
        assert!(fill("REFERENCES b DEFERRABLE INITIALLY DEFERRED", Engine::Sqlite).is_err());
        let twice = Migration { name: "a", text: "" };
        assert!(matches!(
            steps(&[twice, twice], Engine::Sqlite),
            Err(Error::Migration(_))
        ));
    }

    proptest::proptest! {
        /// Text without our words passes as it is, whatever braces it holds.
        #[test]
        fn other_text_is_untouched(text in "[ -~&&[^a-z]]{0,40}") {
            let filled = fill(&text, Engine::Sqlite).unwrap();
            proptest::prop_assert_eq!(filled.trim_end_matches('\n'), text);
        }
    }
}
