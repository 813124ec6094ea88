//! What still has to be told to the receiver, in the order it happened.

use rusqlite::{Transaction, params};

use super::settings;
use crate::{error::Result, line::Line};

/// One happening, already in the words of the wire.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub seq: i64,
    pub kind: Kind,
    /// Meta: an entry of the array of its kind, or the value of its field. Twilio: the parameters, as JSON pairs.
    pub item: String,
    /// The entry of `contacts[]` that goes with it.
    pub contact: Option<String>,
    pub message_id: String,
    /// Where it goes, when not to the URL of its line.
    pub url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Message,
    Status,
    /// A message of the business's own phone: `smb_message_echoes`.
    Echo,
    /// Meta: a change of this field, told in a value of its own.
    Field(String),
}

impl Kind {
    fn name(&self) -> &str {
        match self {
            Self::Message => "message",
            Self::Status => "status",
            Self::Echo => "echo",
            Self::Field(field) => field,
        }
    }

    fn from_name(name: String) -> Self {
        match &*name {
            "message" => Self::Message,
            "status" => Self::Status,
            "echo" => Self::Echo,
            _ => Self::Field(name),
        }
    }
}

/// How much waits together in one POST of Meta at most; Twilio tells one thing at a time.
pub(crate) const BATCH_EVENTS: i64 = 100;
const BATCH_BYTES: usize = 256 * 1024;

pub(crate) fn push(
    tx: &Transaction<'_>,
    kind: &Kind,
    item: &str,
    contact: Option<&str>,
    message_id: &str,
) -> Result<()> {
    // Without a subscription Meta sends nothing, and does not catch up later.
    if settings::get(tx, settings::UNSUBSCRIBED)?.is_some() {
        return Ok(());
    }
    tx.prepare_cached("INSERT INTO outbox (kind, item, contact, message_id) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kind.name(), item, contact, message_id])?;
    Ok(())
}

/// For Twilio: each goes by itself, to `url` or to the one that is set.
pub(crate) fn push_twilio(
    tx: &Transaction<'_>,
    kind: &Kind,
    item: &str,
    message_id: &str,
    url: &str,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO outbox (line, kind, item, message_id, url) VALUES ('twilio', ?1, ?2, ?3, ?4)",
    )?
    .execute(params![kind.name(), item, message_id, url])?;
    Ok(())
}

/// The oldest ones, as many as fit one POST; at least one if there is any.
pub(crate) fn batch(tx: &Transaction<'_>, line: Line, limit: i64) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(
        "SELECT seq, kind, item, contact, message_id, url FROM outbox WHERE line = ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = statement.query(params![line, limit])?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let row = Row {
            seq: row.get(0)?,
            kind: Kind::from_name(row.get(1)?),
            item: row.get(2)?,
            contact: row.get(3)?,
            message_id: row.get(4)?,
            url: row.get(5)?,
        };
        bytes += row.item.len();
        if bytes > BATCH_BYTES && !batch.is_empty() {
            break;
        }
        batch.push(row);
    }
    Ok(batch)
}

pub(crate) fn remove(tx: &Transaction<'_>, batch: &[Row]) -> Result<()> {
    let mut statement = tx.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?;
    for row in batch {
        statement.execute([row.seq])?;
    }
    Ok(())
}

/// How many wait: of this line, or of all.
pub(crate) fn outstanding(tx: &Transaction<'_>, line: Option<Line>) -> Result<i64> {
    let mut statement = tx.prepare_cached("SELECT COUNT(*) FROM outbox WHERE line = ?1 OR ?1 IS NULL")?;
    Ok(statement.query_row([line], |row| row.get(0))?)
}
