//! SQLite: one file, one connection that writes, a few that read.

mod copy;
mod gate;
mod read;
mod run;
mod write_back;

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

pub use copy::{check_sqlite, copy_sqlite};
pub(crate) use gate::WriteTx;
pub(crate) use read::ReadTx;
#[cfg(feature = "testing")]
pub(crate) use run::error;
pub(crate) use run::{all, batch, each, run};

use crate::{Error, Options, Result};
use gate::Gate;
use read::Readers;

/// Statements kept prepared per connection: more than the program has.
const PREPARED: usize = 1024;

pub(crate) struct Sqlite {
    gate: Arc<Gate>,
    readers: Arc<Readers>,
    timeout: Duration,
}

impl Sqlite {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let path = path_in(url)?;
        let readers = Readers::new(path.clone(), options.readers);
        let writer = blocking(move || open_writer(&path)).await?;
        Ok(Self {
            gate: Gate::new(writer)?,
            readers: Arc::new(readers),
            timeout: options.acquire_timeout,
        })
    }

    pub(crate) async fn begin(&self) -> Result<WriteTx> {
        WriteTx::begin(&self.gate, self.timeout).await
    }

    pub(crate) async fn read(&self) -> Result<ReadTx> {
        ReadTx::begin(&self.readers, self.timeout).await
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        self.read().await?.work(|conn| {
            conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
                .map_err(run::error)
        })
    }

    pub(crate) async fn close(&self) {
        self.readers.close();
        self.gate.close(self.timeout).await;
    }
}

/// The path in `sqlite:PATH`. `sqlite://PATH` is understood as well.
pub(crate) fn path_in(url: &str) -> Result<PathBuf> {
    let path = url.strip_prefix("sqlite:").unwrap_or(url);
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.is_empty() || path.starts_with(':') {
        return Err(Error::other("a SQLite address is sqlite: and the path of a file"));
    }
    Ok(PathBuf::from(path))
}

fn open_writer(path: &Path) -> Result<Connection> {
    let cannot = |error: std::io::Error| Error::unavailable(format!("{}: {error}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(cannot)?;
    }
    create_private(path).map_err(cannot)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(run::error)?;
    // First of all: turning WAL on takes a lock that another process opening the file may hold.
    conn.busy_timeout(Duration::from_secs(5)).map_err(run::error)?;
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(run::error)?;
    if mode != "wal" {
        return Err(Error::unavailable(format!(
            "{}: this place does not allow a write-ahead log",
            path.display()
        )));
    }
    // NORMAL: the log is flushed before it is written back, and by ourselves after each shared commit, before anybody is
    // told of it (`gate.rs`).
    // Most commits make SQLite look through every page it caches, so a small cache is faster; the system has the rest.
    configure(
        &conn,
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8192;
         PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;",
    )?;
    // Statements run on the async task: waiting for another process is done there, without blocking the thread.
    conn.busy_timeout(Duration::ZERO).map_err(run::error)?;
    Ok(conn)
}

/// Messages of customers are nobody else's business; the log next to the file inherits its mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(run::error)?;
    // A reader waits only while the log is recovered or another process closes the file.
    conn.busy_timeout(Duration::from_secs(5)).map_err(run::error)?;
    configure(
        &conn,
        "PRAGMA query_only = ON; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(conn)
}

fn configure(conn: &Connection, pragmas: &str) -> Result<()> {
    conn.set_prepared_statement_cache_capacity(PREPARED);
    // Without this SQLite may prepare a statement anew for every value bound to it, which costs 40 times the look-up.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(run::error)?;
    conn.execute_batch(pragmas).map_err(run::error)
}

/// Runs what may wait for the disk on a thread where that disturbs nobody.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::unavailable(format!(
            "work on the file did not end: {error}"
        ))),
    }
}
