//! Copies of a SQLite file that others write to meanwhile, and looking whether a file is whole.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{blocking, create_private, run};
use crate::{Error, Result};

/// Complaints that are listed at most; a broken file has thousands.
const COMPLAINTS: usize = 20;

/// Copies the file as it is at one moment to a place where there is none, and waits until the copy is on disk. Whoever
/// writes meanwhile is not held up; the log grows until it is done.
pub async fn copy_sqlite(from: PathBuf, to: PathBuf) -> Result<()> {
    blocking(move || {
        let conn =
            Connection::open_with_flags(&from, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(run::error)?;
        conn.busy_timeout(Duration::from_secs(5)).map_err(run::error)?;
        // As private as the file itself: SQLite takes an empty one for a new one.
        let cannot = |error: std::io::Error| Error::unavailable(format!("{}: {error}", to.display()));
        if to.exists() {
            return Err(Error::other(format!("{} is there already", to.display())));
        }
        create_private(&to).map_err(cannot)?;
        let name = to
            .to_str()
            .ok_or_else(|| Error::other("the path of the copy is not UTF-8"))?;
        conn.execute("VACUUM INTO ?1", [name]).map_err(run::error)?;
        File::open(&to).and_then(|file| file.sync_all()).map_err(cannot)
    })
    .await
}

/// What is wrong with a file that nobody uses: pages, indexes, keys that lead nowhere. Nothing, if it is whole.
pub async fn check_sqlite(path: PathBuf) -> Result<Vec<String>> {
    blocking(move || check(&path)).await
}

fn check(path: &Path) -> Result<Vec<String>> {
    // For writing, as a log beside it would have to be put back first.
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(run::error)?;
    let mut complaints = Vec::new();
    let mut statement = conn
        .prepare(&format!("PRAGMA integrity_check({COMPLAINTS})"))
        .map_err(run::error)?;
    let lines = statement
        .query_map([], |row| row.get::<_, String>(0))
        .map_err(run::error)?;
    for line in lines {
        let line = line.map_err(run::error)?;
        if line != "ok" {
            complaints.push(line);
        }
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check").map_err(run::error)?;
    let mut rows = statement.query([]).map_err(run::error)?;
    while let Some(row) = rows.next().map_err(run::error)? {
        if complaints.len() >= COMPLAINTS {
            break;
        }
        let (table, parent): (String, String) = row
            .get(0)
            .and_then(|table| Ok((table, row.get(2)?)))
            .map_err(run::error)?;
        complaints.push(format!("a row of {table} belongs to none of {parent}"));
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_copy_is_of_one_moment_and_whole() {
        let folder = tempfile::tempdir().unwrap();
        let (path, to) = (folder.path().join("recado.db"), folder.path().join("copy.db"));
        let writer = Connection::open(&path).unwrap();
        writer
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE a (n INTEGER) STRICT; CREATE TABLE b (n INTEGER) STRICT",
            )
            .unwrap();
        // Two tables that always hold the same, written while the copy is made.
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let writer = writer;
                let mut n = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    n += 1;
                    writer
                        .execute_batch(&format!(
                            "BEGIN; INSERT INTO a VALUES ({n}); INSERT INTO b VALUES ({n}); COMMIT"
                        ))
                        .unwrap();
                }
            });
            let (from, into) = (path.clone(), to.clone());
            let copying = scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(copy_sqlite(from, into))
            });
            let copied = copying.join().unwrap();
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            copied.unwrap();
        });
        assert_eq!(check_sqlite(to.clone()).await.unwrap(), Vec::<String>::new());
        let copy = Connection::open(&to).unwrap();
        let differ = "SELECT (SELECT count(*) FROM a) - (SELECT count(*) FROM b)";
        assert_eq!(copy.query_row(differ, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
        assert!(copy_sqlite(path, to).await.is_err(), "nothing is written over");
    }

    #[tokio::test]
    async fn a_broken_file_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("broken.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(
            "PRAGMA foreign_keys = OFF; CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT;
             CREATE TABLE b (a INTEGER NOT NULL REFERENCES a (id)) STRICT; INSERT INTO b VALUES (7)",
        )
        .unwrap();
        drop(conn);
        assert_eq!(
            check_sqlite(path.clone()).await.unwrap(),
            ["a row of b belongs to none of a"]
        );
        std::fs::write(&path, b"This is no database at all, whatever its name says.").unwrap();
        assert!(check_sqlite(path).await.is_err());
    }
}
