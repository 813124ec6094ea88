//! The sandbox's memory: one SQLite file, one connection, one change at a time. Everything a restart must not lose is
//! here, webhooks that still have to be delivered included.

pub(crate) mod messages;
pub(crate) mod outbox;
pub(crate) mod phones;
pub(crate) mod settings;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction};

use crate::{
    config::{SeedPhone, Status},
    error::{Error, Result},
    ids,
};

const SCHEMA: &str = "
    CREATE TABLE settings (
        name  TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE phones (
        wa_id     TEXT PRIMARY KEY,
        user_id   TEXT NOT NULL UNIQUE,
        name      TEXT NOT NULL,
        online    INTEGER NOT NULL DEFAULT 1,
        auto_read INTEGER NOT NULL DEFAULT 0,
        -- When the customer last wrote: the 24-hour window counts from here.
        wrote_at  INTEGER,
        made_at   INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE messages (
        seq           INTEGER PRIMARY KEY AUTOINCREMENT,
        id            TEXT NOT NULL UNIQUE,
        wa_id         TEXT NOT NULL,
        from_business INTEGER NOT NULL,
        text          TEXT NOT NULL,
        at            INTEGER NOT NULL,
        status        TEXT NOT NULL,
        error_code    INTEGER,
        reply_to      TEXT,
        callback      TEXT,
        -- What the business addressed, when that was a user id instead of a phone.
        to_user_id    TEXT
    );
    CREATE INDEX messages_by_phone ON messages (wa_id, seq);
    CREATE INDEX messages_unread ON messages (wa_id, status) WHERE from_business = 1;
    CREATE INDEX messages_by_callback ON messages (callback) WHERE callback IS NOT NULL;
    CREATE TABLE outbox (
        seq        INTEGER PRIMARY KEY AUTOINCREMENT,
        kind       TEXT NOT NULL,
        item       TEXT NOT NULL,
        contact    TEXT,
        message_id TEXT NOT NULL
    );
    PRAGMA user_version = 1;
";

/// Cheap to clone; all clones share the connection.
#[derive(Clone)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens the file, and makes and fills it when it is new.
    pub(crate) fn open(path: &Path, now: i64, seed: &[SeedPhone]) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|e| Error::Folder(path.to_owned(), e))?;
        }
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        let tx = connection.transaction()?;
        let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version == 0 {
            tx.execute_batch(SCHEMA)?;
            for phone in seed {
                plant(&tx, phone, now)?;
            }
        }
        tx.commit()?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Runs `work` in one transaction away from the async threads, and `after` once it is committed but before anybody
    /// else's turn, so that what `after` tells is told in the order it happened.
    pub(crate) async fn run<T, U>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
        after: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U>
    where
        T: Send + 'static,
        U: Send + 'static,
    {
        let connection = Arc::clone(&self.connection);
        let done = tokio::task::spawn_blocking(move || {
            // A panic inside `work` rolled its transaction back, so the connection is as good as before.
            let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            let tx = connection.transaction()?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(after(value))
        });
        done.await.unwrap_or(Err(Error::Stopping))
    }
}

fn plant(tx: &Transaction<'_>, seed: &SeedPhone, now: i64) -> Result<()> {
    let wrote_at = seed
        .messages
        .iter()
        .filter(|m| !m.from_business)
        .map(|m| m.at)
        .max();
    let phone = phones::Row {
        wa_id: seed.wa_id.clone(),
        user_id: ids::user_id(&seed.wa_id),
        name: seed.name.clone(),
        online: true,
        auto_read: false,
        wrote_at,
        made_at: seed.messages.first().map_or(now, |m| m.at),
    };
    phones::insert(tx, &phone)?;
    for message in &seed.messages {
        messages::insert(
            tx,
            &messages::Row {
                id: message.id.clone(),
                wa_id: seed.wa_id.clone(),
                from_business: message.from_business,
                text: message.text.clone(),
                at: message.at,
                status: message.status,
                error_code: (message.status == Status::Failed).then_some(131_026),
                ..messages::Row::default()
            },
        )?;
    }
    Ok(())
}
