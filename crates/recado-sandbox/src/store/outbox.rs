//! What still has to be told to the receiver, in the order it happened.

use rusqlite::{Transaction, params};

use super::settings;
use crate::error::Result;

/// One happening, already in the words of the wire.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub seq: i64,
    pub kind: Kind,
    /// An entry of `messages[]` or `statuses[]`.
    pub item: String,
    /// The entry of `contacts[]` that goes with it.
    pub contact: Option<String>,
    pub message_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    Status,
}

/// How much waits together in one POST at most.
const BATCH_EVENTS: i64 = 100;
const BATCH_BYTES: usize = 256 * 1024;

pub(crate) fn push(
    tx: &Transaction<'_>,
    kind: Kind,
    item: &str,
    contact: Option<&str>,
    message_id: &str,
) -> Result<()> {
    // Without a subscription Meta sends nothing, and does not catch up later.
    if settings::get(tx, settings::UNSUBSCRIBED)?.is_some() {
        return Ok(());
    }
    let kind = match kind {
        Kind::Message => "message",
        Kind::Status => "status",
    };
    tx.prepare_cached("INSERT INTO outbox (kind, item, contact, message_id) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kind, item, contact, message_id])?;
    Ok(())
}

/// The oldest ones, as many as fit one POST; at least one if there is any.
pub(crate) fn batch(tx: &Transaction<'_>) -> Result<Vec<Row>> {
    let mut statement =
        tx.prepare_cached("SELECT seq, kind, item, contact, message_id FROM outbox ORDER BY seq LIMIT ?1")?;
    let mut rows = statement.query([BATCH_EVENTS])?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let kind: String = row.get(1)?;
        let row = Row {
            seq: row.get(0)?,
            kind: if kind == "message" {
                Kind::Message
            } else {
                Kind::Status
            },
            item: row.get(2)?,
            contact: row.get(3)?,
            message_id: row.get(4)?,
        };
        bytes += row.item.len();
        if bytes > BATCH_BYTES && !batch.is_empty() {
            break;
        }
        batch.push(row);
    }
    Ok(batch)
}

pub(crate) fn remove_up_to(tx: &Transaction<'_>, seq: i64) -> Result<()> {
    tx.prepare_cached("DELETE FROM outbox WHERE seq <= ?1")?
        .execute([seq])?;
    Ok(())
}

pub(crate) fn outstanding(tx: &Transaction<'_>) -> Result<i64> {
    Ok(tx
        .prepare_cached("SELECT COUNT(*) FROM outbox")?
        .query_row([], |row| row.get(0))?)
}
