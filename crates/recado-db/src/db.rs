//! The database: opened by its address, hands out transactions.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::tx::Inner as TxInner;
use crate::{Error, Result, Tx};

/// A database, of either engine. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

pub(crate) enum Inner {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// The two kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// How much a database may use.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to PostgreSQL at most.
    pub max_connections: usize,
    /// Connections that read a SQLite file at once. Writing always has exactly one.
    pub readers: usize,
    /// How long to wait for the writer, for a free connection, or for a new one before
    /// [`Error::Unavailable`].
    pub acquire_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: 16,
            readers: 4,
            acquire_timeout: Duration::from_secs(10),
        }
    }
}

impl Db {
    /// Opens `sqlite:PATH` (creating folder and file) or `postgres://user:password@host/name`.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        let inner = match scheme {
            "sqlite" => Inner::Sqlite(Sqlite::open(url, options).await?),
            "postgres" | "postgresql" => Inner::Postgres(Postgres::open(url, options).await?),
            _ => {
                return Err(Error::other(
                    "unknown kind of database address: it begins with sqlite: or postgres:",
                ));
            }
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    #[cfg(feature = "testing")]
    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }

    pub fn engine(&self) -> Engine {
        match &*self.inner {
            Inner::Sqlite(_) => Engine::Sqlite,
            Inner::Postgres(_) => Engine::Postgres,
        }
    }

    /// A transaction that reads and writes.
    pub async fn begin(&self) -> Result<Tx> {
        match &*self.inner {
            Inner::Sqlite(sqlite) => Ok(Tx::new(TxInner::SqliteWrite(sqlite.begin().await?))),
            Inner::Postgres(postgres) => Ok(Tx::new(TxInner::Postgres(postgres.begin().await?))),
        }
    }

    /// A transaction that only reads. All its statements see the state at its first one.
    pub async fn read(&self) -> Result<Tx> {
        match &*self.inner {
            Inner::Sqlite(sqlite) => Ok(Tx::new(TxInner::SqliteRead(sqlite.read().await?))),
            Inner::Postgres(postgres) => Ok(Tx::new(TxInner::Postgres(postgres.read().await?))),
        }
    }

    /// A round trip to the database, bounded in time.
    pub async fn ping(&self) -> Result<()> {
        match &*self.inner {
            Inner::Sqlite(sqlite) => sqlite.ping().await,
            Inner::Postgres(postgres) => postgres.ping().await,
        }
    }

    /// Lets the planner know tables that have grown a lot lately; to be called every few seconds. Answers how many it
    /// was told of. PostgreSQL only: SQLite picks its indexes by their shape.
    pub async fn refresh_statistics(&self) -> Result<usize> {
        match &*self.inner {
            Inner::Sqlite(_) => Ok(0),
            Inner::Postgres(postgres) => postgres.refresh_statistics().await,
        }
    }

    /// Refuses every later transaction. SQLite waits for the one that writes and puts the log back into the file.
    pub async fn close(&self) {
        match &*self.inner {
            Inner::Sqlite(sqlite) => sqlite.close().await,
            Inner::Postgres(postgres) => postgres.close(),
        }
    }
}

/// The file in a `sqlite:` address; none for other databases and for what is no address.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    url.strip_prefix("sqlite:")?;
    crate::sqlite::path_in(url).ok()
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}
