//! Every message of every chat, from both sides, and how far it got.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reactions::{self, Reaction};
use crate::{config::Status, error::Result, line::Line};

#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub id: String,
    pub line: Line,
    pub wa_id: String,
    pub from_business: bool,
    /// The type on the wire of Meta.
    pub kind: String,
    /// What is written there: the text, the caption, the template filled in.
    pub text: String,
    /// What there is beyond the text, as the phone shows it.
    pub content: Option<Value>,
    pub at: i64,
    pub status: Status,
    pub error_code: Option<i64>,
    pub reply_to: Option<String>,
    pub callback: Option<String>,
    pub to_user_id: Option<String>,
    pub marks: Marks,
}

/// What happened to a message besides being sent, and what only its provider needs to know of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Marks {
    #[serde(skip_serializing_if = "is_false")]
    pub forwarded: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub edited: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub revoked: bool,
    /// Written on the business's own phone, not through the API.
    #[serde(skip_serializing_if = "is_false")]
    pub echo: bool,
    /// What is charged for it, in Meta's words; `service` when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Twilio: where the statuses of this send go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_callback: Option<String>,
    /// A fault's doing: the code it shall fail with after it was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails_with: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A message as the phone shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneMessage {
    /// The provider's id, `wamid.…` or `SM…`.
    pub id: String,
    pub from_business: bool,
    /// What is written there: the text, the caption, the template filled in.
    pub text: String,
    /// Unix milliseconds.
    pub at: i64,
    pub status: Status,
    /// The id of the quoted message, when it is one of this chat.
    pub reply_to: Option<String>,
    /// The number of the business this chat is with.
    #[serde(default)]
    pub line: Line,
    /// `text`, `image`, `template`…: the type on the wire of Meta.
    #[serde(default)]
    pub kind: String,
    /// What there is beyond the text; its form depends on the kind.
    #[serde(default)]
    pub content: Option<Value>,
    #[serde(default)]
    pub reactions: Vec<Reaction>,
    #[serde(default)]
    pub forwarded: bool,
    #[serde(default)]
    pub edited: bool,
    #[serde(default)]
    pub revoked: bool,
    /// Written on the business's own phone.
    #[serde(default)]
    pub echo: bool,
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
    /// `biz_opaque_callback_data` of the send; at Twilio its `StatusCallback`.
    pub callback: Option<String>,
    #[serde(default)]
    pub line: Line,
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub content: Option<Value>,
    #[serde(default)]
    pub reply_to: Option<String>,
}

pub(crate) fn insert(tx: &Transaction<'_>, message: &Row) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO messages (id, wa_id, from_business, text, at, status, error_code, reply_to, callback, to_user_id,
         line, kind, content, marks) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
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
        message.to_user_id,
        message.line,
        message.kind,
        message.content.as_ref().map(Value::to_string),
        json(&message.marks)?,
    ])?;
    Ok(())
}

/// Writes again what may change after the first insert.
pub(crate) fn update(tx: &Transaction<'_>, message: &Row) -> Result<()> {
    tx.prepare_cached(
        "UPDATE messages SET text = ?2, status = ?3, error_code = ?4, content = ?5, marks = ?6 WHERE id = ?1",
    )?
    .execute(params![
        message.id,
        message.text,
        message.status.as_str(),
        message.error_code,
        message.content.as_ref().map(Value::to_string),
        json(&message.marks)?,
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

/// The business read this message of the customer and all before it in the same chat. The ids that changed.
pub(crate) fn mark_read_up_to(
    tx: &Transaction<'_>,
    line: Line,
    wa_id: &str,
    id: &str,
) -> Result<Vec<String>> {
    let mut statement = tx.prepare_cached(
        "UPDATE messages SET status = 'read' WHERE wa_id = ?1 AND line = ?3 AND from_business = 0 AND status <> 'read'
         AND seq <= (SELECT seq FROM messages WHERE id = ?2) RETURNING id",
    )?;
    Ok(statement
        .query_map(params![wa_id, id, line], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?)
}

/// Messages of the business that are at this status, oldest first; of one chat or of all of the phone.
pub(crate) fn from_business_at(
    tx: &Transaction<'_>,
    wa_id: &str,
    line: Option<Line>,
    status: Status,
) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE wa_id = ?1 AND from_business = 1 AND status = ?2
         AND (line = ?3 OR ?3 IS NULL) AND kind <> 'reaction' ORDER BY seq"
    ))?;
    Ok(statement
        .query_map(params![wa_id, status.as_str(), line], message)?
        .collect::<rusqlite::Result<_>>()?)
}

/// The newest `limit` messages of the phone, with one number or with all, oldest first. What failed or is lost never
/// reached it.
pub(crate) fn chat(
    tx: &Transaction<'_>,
    wa_id: &str,
    line: Option<Line>,
    limit: i64,
) -> Result<Vec<PhoneMessage>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE wa_id = ?1 AND status NOT IN ('failed', 'accepted')
         AND kind <> 'reaction' AND (line = ?3 OR ?3 IS NULL) ORDER BY seq DESC LIMIT ?2"
    ))?;
    let mut rows: Vec<Row> = statement
        .query_map(params![wa_id, limit, line], message)?
        .collect::<rusqlite::Result<_>>()?;
    rows.reverse();
    rows.into_iter().map(|row| shown(tx, row)).collect()
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
    let rows = statement
        .query_map([callback], message)?
        .collect::<rusqlite::Result<Vec<Row>>>()?;
    let through_the_api = rows.into_iter().filter(|row| !row.marks.echo);
    Ok(through_the_api
        .map(|row| Sent {
            id: row.id,
            wa_id: row.wa_id,
            text: row.text,
            at: row.at,
            status: row.status,
            error_code: row.error_code,
            callback: row.callback,
            line: row.line,
            kind: row.kind,
            content: row.content,
            reply_to: row.reply_to,
        })
        .collect())
}

/// All messages of a line, newest first, for Twilio's list.
pub(crate) fn of_line(tx: &Transaction<'_>, line: Line) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE line = ?1 ORDER BY seq DESC"
    ))?;
    Ok(statement
        .query_map([line], message)?
        .collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn shown(tx: &Transaction<'_>, row: Row) -> Result<PhoneMessage> {
    let reactions = reactions::of(tx, &row.id)?;
    Ok(PhoneMessage {
        id: row.id,
        from_business: row.from_business,
        text: row.text,
        at: row.at,
        status: row.status,
        reply_to: row.reply_to,
        line: row.line,
        kind: row.kind,
        content: row.content,
        reactions,
        forwarded: row.marks.forwarded,
        edited: row.marks.edited,
        revoked: row.marks.revoked,
        echo: row.marks.echo,
    })
}

const COLUMNS: &str = "id, wa_id, from_business, text, at, status, error_code, reply_to, callback, to_user_id, \
                       line, kind, content, marks";

fn message(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let status: String = row.get(5)?;
    let content: Option<String> = row.get(12)?;
    let marks: Option<String> = row.get(13)?;
    Ok(Row {
        id: row.get(0)?,
        wa_id: row.get(1)?,
        from_business: row.get(2)?,
        text: row.get(3)?,
        at: row.get(4)?,
        status: Status::from_name(&status).unwrap_or_default(),
        error_code: row.get(6)?,
        reply_to: row.get(7)?,
        callback: row.get(8)?,
        to_user_id: row.get(9)?,
        line: row.get(10)?,
        kind: row.get(11)?,
        content: content.and_then(|json| serde_json::from_str(&json).ok()),
        marks: marks
            .and_then(|json| serde_json::from_str(&json).ok())
            .unwrap_or_default(),
    })
}

fn json(marks: &Marks) -> Result<Option<String>> {
    if *marks == Marks::default() {
        return Ok(None);
    }
    Ok(Some(serde_json::to_string(marks)?))
}
