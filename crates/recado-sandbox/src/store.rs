//! The sandbox's memory: one SQLite file, one connection, one change at a time. Everything a restart must not lose is
//! here, webhooks that still have to be delivered included.

pub(crate) mod contents;
pub(crate) mod media;
pub(crate) mod messages;
pub(crate) mod outbox;
pub(crate) mod phones;
pub(crate) mod reactions;
mod schema;
pub(crate) mod settings;
pub(crate) mod templates;
pub(crate) mod windows;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction};

use crate::{
    config::{SeedPhone, Status},
    error::{Error, Result},
    ids,
    line::Line,
};

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
        let is_new = schema::migrate(&tx)?;
        templates::plant(&tx)?;
        contents::plant(&tx, now)?;
        if is_new {
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
        username: None,
        hidden: false,
        no_promotions: false,
        made_at: seed.messages.first().map_or(now, |m| m.at),
    };
    phones::insert(tx, &phone)?;
    if let Some(wrote_at) = wrote_at {
        windows::set(tx, Line::Meta, &seed.wa_id, wrote_at)?;
    }
    for message in &seed.messages {
        messages::insert(
            tx,
            &messages::Row {
                id: message.id.clone(),
                wa_id: seed.wa_id.clone(),
                from_business: message.from_business,
                kind: "text".to_owned(),
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
