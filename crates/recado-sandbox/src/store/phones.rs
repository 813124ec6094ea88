//! The virtual phones.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A phone as its owner's row holds it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub wa_id: String,
    pub user_id: String,
    pub name: String,
    pub online: bool,
    pub auto_read: bool,
    pub wrote_at: Option<i64>,
    pub made_at: i64,
}

/// A phone as the page's list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub wa_id: String,
    pub name: String,
    /// While offline the business's messages wait, and the customer cannot write.
    pub online: bool,
    /// Whether everything that arrives is read at once, as if the chat were always open.
    pub auto_read: bool,
    /// Messages of the business that arrived and were not read.
    pub unread: i64,
    pub last_text: Option<String>,
    /// Unix milliseconds.
    pub last_at: Option<i64>,
}

pub(crate) fn insert(tx: &Transaction<'_>, phone: &Row) -> Result<()> {
    let changed = tx
        .prepare_cached(
            "INSERT INTO phones (wa_id, user_id, name, online, auto_read, wrote_at, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (wa_id) DO NOTHING",
        )?
        .execute(params![
            phone.wa_id,
            phone.user_id,
            phone.name,
            phone.online,
            phone.auto_read,
            phone.wrote_at,
            phone.made_at
        ])?;
    if changed == 0 {
        Err(Error::Taken(phone.wa_id.clone()))
    } else {
        Ok(())
    }
}

pub(crate) fn find(tx: &Transaction<'_>, wa_id: &str) -> Result<Option<Row>> {
    find_where(tx, "wa_id = ?1", wa_id)
}

pub(crate) fn find_user(tx: &Transaction<'_>, user_id: &str) -> Result<Option<Row>> {
    find_where(tx, "user_id = ?1", user_id)
}

pub(crate) fn get(tx: &Transaction<'_>, wa_id: &str) -> Result<Row> {
    find(tx, wa_id)?.ok_or_else(|| Error::UnknownPhone(wa_id.to_owned()))
}

pub(crate) fn set_online(tx: &Transaction<'_>, wa_id: &str, online: bool) -> Result<()> {
    tx.execute(
        "UPDATE phones SET online = ?2 WHERE wa_id = ?1",
        params![wa_id, online],
    )?;
    Ok(())
}

pub(crate) fn set_auto_read(tx: &Transaction<'_>, wa_id: &str, auto_read: bool) -> Result<()> {
    tx.execute(
        "UPDATE phones SET auto_read = ?2 WHERE wa_id = ?1",
        params![wa_id, auto_read],
    )?;
    Ok(())
}

pub(crate) fn set_wrote_at(tx: &Transaction<'_>, wa_id: &str, at: i64) -> Result<()> {
    tx.prepare_cached("UPDATE phones SET wrote_at = ?2 WHERE wa_id = ?1")?
        .execute(params![wa_id, at])?;
    Ok(())
}

/// One phone as the list shows it.
pub(crate) fn shown(tx: &Transaction<'_>, wa_id: &str) -> Result<Phone> {
    let mut statement = tx.prepare_cached(&format!("{SHOWN} WHERE p.wa_id = ?1"))?;
    statement
        .query_row([wa_id], phone)
        .optional()?
        .ok_or_else(|| Error::UnknownPhone(wa_id.to_owned()))
}

/// All phones, the one last written with first.
pub(crate) fn list(tx: &Transaction<'_>) -> Result<Vec<Phone>> {
    let mut statement = tx.prepare_cached(&format!(
        "{SHOWN} ORDER BY COALESCE(m.at, p.made_at) DESC, m.seq DESC, p.wa_id"
    ))?;
    Ok(statement.query_map([], phone)?.collect::<rusqlite::Result<_>>()?)
}

/// What failed never reached the phone, so it is not the last message there.
const SHOWN: &str = "
    SELECT p.wa_id, p.name, p.online, p.auto_read,
        (SELECT COUNT(*) FROM messages u WHERE u.wa_id = p.wa_id AND u.from_business = 1 AND u.status = 'delivered'),
        m.text, m.at
    FROM phones p
    LEFT JOIN messages m ON m.seq =
        (SELECT MAX(l.seq) FROM messages l WHERE l.wa_id = p.wa_id AND l.status NOT IN ('failed', 'accepted'))";

fn phone(row: &rusqlite::Row<'_>) -> rusqlite::Result<Phone> {
    Ok(Phone {
        wa_id: row.get(0)?,
        name: row.get(1)?,
        online: row.get(2)?,
        auto_read: row.get(3)?,
        unread: row.get(4)?,
        last_text: row.get(5)?,
        last_at: row.get(6)?,
    })
}

fn find_where(tx: &Transaction<'_>, condition: &str, value: &str) -> Result<Option<Row>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT wa_id, user_id, name, online, auto_read, wrote_at, made_at FROM phones WHERE {condition}"
    ))?;
    let found = statement.query_row([value], |row| {
        Ok(Row {
            wa_id: row.get(0)?,
            user_id: row.get(1)?,
            name: row.get(2)?,
            online: row.get(3)?,
            auto_read: row.get(4)?,
            wrote_at: row.get(5)?,
            made_at: row.get(6)?,
        })
    });
    Ok(found.optional()?)
}
