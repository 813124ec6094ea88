//! Reading: a few read-only connections, each transaction on one of them sees one state of the file.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::run;
use crate::tx::{Note, deliver};
use crate::{Error, Result};

/// The connections that only read, opened when first needed.
pub(crate) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

/// A transaction that only reads.
pub(crate) struct ReadTx {
    readers: Arc<Readers>,
    conn: Option<Connection>,
    sound: bool,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, count: usize) -> Self {
        Self {
            path,
            permits: Arc::new(Semaphore::new(count.max(1))),
            idle: Mutex::default(),
        }
    }

    pub(crate) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self) -> Result<Connection> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| super::open_reader(&self.path), Ok)
    }

    fn give_back(&self, conn: Connection) {
        if !self.permits.is_closed() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(conn);
        }
    }
}

impl ReadTx {
    pub(crate) async fn begin(readers: &Arc<Readers>, timeout: Duration) -> Result<Self> {
        let permit = match tokio::time::timeout(timeout, Arc::clone(&readers.permits).acquire_owned()).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Error::unavailable("the database is closed")),
            Err(_) => {
                return Err(Error::unavailable(format!(
                    "no connection to read became free in {timeout:?}"
                )));
            }
        };
        let conn = readers.take()?;
        command(&conn, "BEGIN")?;
        Ok(Self {
            readers: Arc::clone(readers),
            conn: Some(conn),
            sound: true,
            _permit: permit,
        })
    }

    pub(crate) fn work<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let Some(conn) = self.conn.as_ref().filter(|_| self.sound) else {
            return Err(Error::other(
                "this transaction failed before and can only be dropped",
            ));
        };
        let result = work(conn);
        self.sound = result.is_ok();
        result
    }

    pub(crate) fn commit(mut self, notes: Vec<Note>) -> Result<()> {
        self.work(|_| Ok(()))?;
        drop(self);
        deliver(notes);
        Ok(())
    }
}

impl Drop for ReadTx {
    fn drop(&mut self) {
        // A connection that cannot end its snapshot is not lent again.
        if let Some(conn) = self.conn.take()
            && (conn.is_autocommit() || command(&conn, "ROLLBACK").is_ok())
        {
            self.readers.give_back(conn);
        }
    }
}

fn command(conn: &Connection, text: &str) -> Result<()> {
    conn.prepare_cached(text)
        .and_then(|mut statement| statement.raw_execute())
        .map(drop)
        .map_err(run::error)
}
