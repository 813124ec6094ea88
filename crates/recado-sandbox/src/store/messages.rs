//! Every message of every chat, from both sides, and how far it got.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::{config::Status, error::Result};

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub id: String,
    pub wa_id: String,
    pub from_business: bool,
    pub text: String,
    pub at: i64,
    pub status: Status,
    pub error_code: Option<i64>,
    pub reply_to: Option<String>,
    pub callback: Option<String>,
    pub to_user_id: Option<String>,
}

impl Default for Row {
    fn default() -> Self {
        Self {
            id: String::new(),
            wa_id: String::new(),
            from_business: false,
            text: String::new(),
            at: 0,
            status: Status::Sent,
            error_code: None,
            reply_to: None,
            callback: None,
            to_user_id: None,
        }
    }
}

/// A message as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneMessage {
    /// The provider's id, `wamid.…`.
    pub id: String,
    pub from_business: bool,
    pub text: String,
    /// Unix milliseconds.
    pub at: i64,
    pub status: Status,
    /// The id of the quoted message, when it is one of this chat.
    pub reply_to: Option<String>,
}

/// A send the API accepted, whatever became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub id: String,
    /// Digits. Also for a send to a user id, when that is somebody here.
    pub wa_id: String,
    pub text: String,
    /// Unix milliseconds.
    pub at: i64,
    pub status: Status,
    /// The code of the `failed` status.
    pub error_code: Option<i64>,
    /// `biz_opaque_callback_data` of the send.
    pub callback: Option<String>,
}

pub(crate) fn insert(tx: &Transaction<'_>, message: &Row) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO messages (id, wa_id, from_business, text, at, status, error_code, reply_to, callback, to_user_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        message.id,
        message.wa_id,
        message.from_business,
        message.text,
        message.at,
        message.status.as_str(),
        message.error_code,
        message.reply_to,
        message.callback,
        message.to_user_id
    ])?;
    Ok(())
}

pub(crate) fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<Row>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE id = ?1"))?;
    Ok(statement.query_row([id], message).optional()?)
}

pub(crate) fn set_status(tx: &Transaction<'_>, id: &str, status: Status) -> Result<()> {
    tx.prepare_cached("UPDATE messages SET status = ?2 WHERE id = ?1")?
        .execute(params![id, status.as_str()])?;
    Ok(())
}

/// One tick becomes two, unless the message was already read. Whether it did.
pub(crate) fn mark_received(tx: &Transaction<'_>, id: &str) -> Result<bool> {
    let changed = tx
        .prepare_cached("UPDATE messages SET status = 'delivered' WHERE id = ?1 AND from_business = 0 AND status = 'sent'")?
        .execute([id])?;
    Ok(changed > 0)
}

/// The business read this message of the customer and all before it. The ids that changed.
pub(crate) fn mark_read_up_to(tx: &Transaction<'_>, wa_id: &str, id: &str) -> Result<Vec<String>> {
    let mut statement = tx.prepare_cached(
        "UPDATE messages SET status = 'read' WHERE wa_id = ?1 AND from_business = 0 AND status <> 'read'
         AND seq <= (SELECT seq FROM messages WHERE id = ?2) RETURNING id",
    )?;
    Ok(statement
        .query_map([wa_id, id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?)
}

/// Messages of the business that are at this status, oldest first.
pub(crate) fn from_business_at(tx: &Transaction<'_>, wa_id: &str, status: Status) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE wa_id = ?1 AND from_business = 1 AND status = ?2 ORDER BY seq"
    ))?;
    Ok(statement
        .query_map([wa_id, status.as_str()], message)?
        .collect::<rusqlite::Result<_>>()?)
}

/// The newest `limit` messages of the chat, oldest first. What failed or is lost never reached the phone.
pub(crate) fn chat(tx: &Transaction<'_>, wa_id: &str, limit: i64) -> Result<Vec<PhoneMessage>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE wa_id = ?1 AND status NOT IN ('failed', 'accepted')
         ORDER BY seq DESC LIMIT ?2"
    ))?;
    let mut rows: Vec<Row> = statement
        .query_map(params![wa_id, limit], message)?
        .collect::<rusqlite::Result<_>>()?;
    rows.reverse();
    Ok(rows.into_iter().map(shown).collect())
}

/// Accepted sends, oldest first: all, or those with this callback data.
pub(crate) fn sends(tx: &Transaction<'_>, callback: Option<&str>) -> Result<Vec<Sent>> {
    let condition = if callback.is_some() {
        "callback = ?1"
    } else {
        "?1 IS NULL"
    };
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE {condition} AND from_business = 1 ORDER BY seq"
    ))?;
    let sent = statement.query_map([callback], |row| {
        let row = message(row)?;
        Ok(Sent {
            id: row.id,
            wa_id: row.wa_id,
            text: row.text,
            at: row.at,
            status: row.status,
            error_code: row.error_code,
            callback: row.callback,
        })
    })?;
    Ok(sent.collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn shown(row: Row) -> PhoneMessage {
    PhoneMessage {
        id: row.id,
        from_business: row.from_business,
        text: row.text,
        at: row.at,
        status: row.status,
        reply_to: row.reply_to,
    }
}

const COLUMNS: &str =
    "id, wa_id, from_business, text, at, status, error_code, reply_to, callback, to_user_id";

fn message(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let status: String = row.get(5)?;
    Ok(Row {
        id: row.get(0)?,
        wa_id: row.get(1)?,
        from_business: row.get(2)?,
        text: row.get(3)?,
        at: row.get(4)?,
        status: Status::from_name(&status).unwrap_or(Status::Sent),
        error_code: row.get(6)?,
        reply_to: row.get(7)?,
        callback: row.get(8)?,
        to_user_id: row.get(9)?,
    })
}
