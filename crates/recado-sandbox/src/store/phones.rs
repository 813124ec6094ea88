//! The virtual phones.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::windows;
use crate::{
    chat,
    error::{Error, Result},
    line::Line,
};

/// A phone as its owner's row holds it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub wa_id: String,
    pub user_id: String,
    pub name: String,
    pub online: bool,
    pub auto_read: bool,
    /// What the customer goes by instead of a phone number.
    pub username: Option<String>,
    /// The business is told the user id, not the phone number.
    pub hidden: bool,
    /// The customer wants no promotions of the business.
    pub no_promotions: bool,
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
    /// The kind of the last message, for those without text.
    #[serde(default)]
    pub last_kind: Option<String>,
    /// The business-scoped user id.
    #[serde(default)]
    pub user_id: String,
    #[serde(default)]
    pub username: Option<String>,
    /// The business is told the user id, not the phone number.
    #[serde(default)]
    pub hidden: bool,
    /// The customer wants no promotions of the business.
    #[serde(default)]
    pub no_promotions: bool,
    /// The chats with each of the business's numbers, those that were begun.
    #[serde(default)]
    pub chats: Vec<Chat>,
}

/// One customer's chat with one number of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    pub line: Line,
    pub unread: i64,
    /// Unix milliseconds; free messages of the business arrive until then.
    pub window_until: Option<i64>,
}

pub(crate) fn insert(tx: &Transaction<'_>, phone: &Row) -> Result<()> {
    let changed = tx
        .prepare_cached(
            "INSERT INTO phones (wa_id, user_id, name, online, auto_read, username, hidden, made_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (wa_id) DO NOTHING",
        )?
        .execute(params![
            phone.wa_id,
            phone.user_id,
            phone.name,
            phone.online,
            phone.auto_read,
            phone.username,
            phone.hidden,
            phone.made_at
        ])?;
    if changed == 0 {
        Err(Error::Taken(phone.wa_id.clone()))
    } else {
        Ok(())
    }
}

/// A new number, and with it a new user id. The chats come along.
pub(crate) fn renumber(tx: &Transaction<'_>, old: &str, new: &str, user_id: &str) -> Result<()> {
    if find(tx, new)?.is_some() {
        return Err(Error::Taken(new.to_owned()));
    }
    tx.execute(
        "UPDATE phones SET wa_id = ?2, user_id = ?3 WHERE wa_id = ?1",
        params![old, new, user_id],
    )?;
    for table in ["messages", "windows"] {
        tx.execute(
            &format!("UPDATE {table} SET wa_id = ?2 WHERE wa_id = ?1"),
            params![old, new],
        )?;
    }
    Ok(())
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

pub(crate) fn set_hidden(tx: &Transaction<'_>, wa_id: &str, hidden: bool) -> Result<()> {
    tx.execute(
        "UPDATE phones SET hidden = ?2 WHERE wa_id = ?1",
        params![wa_id, hidden],
    )?;
    Ok(())
}

pub(crate) fn set_no_promotions(tx: &Transaction<'_>, wa_id: &str, no_promotions: bool) -> Result<()> {
    tx.execute(
        "UPDATE phones SET no_promotions = ?2 WHERE wa_id = ?1",
        params![wa_id, no_promotions],
    )?;
    Ok(())
}

/// One phone as the list shows it.
pub(crate) fn shown(tx: &Transaction<'_>, wa_id: &str) -> Result<Phone> {
    let mut statement = tx.prepare_cached(&format!("{SHOWN} WHERE p.wa_id = ?1"))?;
    let found = statement.query_row([wa_id], phone).optional()?;
    with_chats(tx, found.ok_or_else(|| Error::UnknownPhone(wa_id.to_owned()))?)
}

/// All phones, the one last written with first.
pub(crate) fn list(tx: &Transaction<'_>) -> Result<Vec<Phone>> {
    let mut statement = tx.prepare_cached(&format!(
        "{SHOWN} ORDER BY COALESCE(m.at, p.made_at) DESC, m.seq DESC, p.wa_id"
    ))?;
    let found: Vec<Phone> = statement.query_map([], phone)?.collect::<rusqlite::Result<_>>()?;
    found.into_iter().map(|phone| with_chats(tx, phone)).collect()
}

/// What failed never reached the phone, so it is not the last message there; a reaction is no message.
const SHOWN: &str = "
    SELECT p.wa_id, p.name, p.online, p.auto_read,
        (SELECT COUNT(*) FROM messages u WHERE u.wa_id = p.wa_id AND u.from_business = 1 AND u.status = 'delivered'),
        m.text, m.at, m.kind, p.user_id, p.username, p.hidden, p.no_promotions
    FROM phones p
    LEFT JOIN messages m ON m.seq =
        (SELECT MAX(l.seq) FROM messages l
         WHERE l.wa_id = p.wa_id AND l.status NOT IN ('failed', 'accepted') AND l.kind <> 'reaction')";

fn phone(row: &rusqlite::Row<'_>) -> rusqlite::Result<Phone> {
    Ok(Phone {
        wa_id: row.get(0)?,
        name: row.get(1)?,
        online: row.get(2)?,
        auto_read: row.get(3)?,
        unread: row.get(4)?,
        last_text: row.get(5)?,
        last_at: row.get(6)?,
        last_kind: row.get(7)?,
        user_id: row.get(8)?,
        username: row.get(9)?,
        hidden: row.get(10)?,
        no_promotions: row.get(11)?,
        chats: Vec::new(),
    })
}

fn with_chats(tx: &Transaction<'_>, mut phone: Phone) -> Result<Phone> {
    let mut statement = tx.prepare_cached(
        "SELECT COUNT(*) FROM messages
         WHERE wa_id = ?1 AND line = ?2 AND from_business = 1 AND status = 'delivered'",
    )?;
    for line in [Line::Meta, Line::Twilio] {
        let unread = statement.query_row(params![phone.wa_id, line], |row| row.get(0))?;
        let wrote_at = windows::wrote_at(tx, line, &phone.wa_id)?;
        if unread > 0 || wrote_at.is_some() {
            phone.chats.push(Chat {
                line,
                unread,
                window_until: wrote_at.map(|at| at + chat::WINDOW_MS),
            });
        }
    }
    Ok(phone)
}

fn find_where(tx: &Transaction<'_>, condition: &str, value: &str) -> Result<Option<Row>> {
    let mut statement = tx.prepare_cached(&format!(
        "SELECT wa_id, user_id, name, online, auto_read, username, hidden, no_promotions, made_at FROM phones WHERE {condition}"
    ))?;
    let found = statement.query_row([value], |row| {
        Ok(Row {
            wa_id: row.get(0)?,
            user_id: row.get(1)?,
            name: row.get(2)?,
            online: row.get(3)?,
            auto_read: row.get(4)?,
            username: row.get(5)?,
            hidden: row.get(6)?,
            no_promotions: row.get(7)?,
            made_at: row.get(8)?,
        })
    });
    Ok(found.optional()?)
}
