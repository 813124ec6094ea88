//! Reactions: at most one of each side to a message.

use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

use crate::error::Result;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    pub from_business: bool,
    pub emoji: String,
}

/// An empty `emoji` takes the reaction back.
pub(crate) fn set(tx: &Transaction<'_>, message_id: &str, from_business: bool, emoji: &str) -> Result<()> {
    if emoji.is_empty() {
        tx.prepare_cached("DELETE FROM reactions WHERE message_id = ?1 AND from_business = ?2")?
            .execute(params![message_id, from_business])?;
    } else {
        tx.prepare_cached(
            "INSERT INTO reactions (message_id, from_business, emoji) VALUES (?1, ?2, ?3)
             ON CONFLICT (message_id, from_business) DO UPDATE SET emoji = excluded.emoji",
        )?
        .execute(params![message_id, from_business, emoji])?;
    }
    Ok(())
}

pub(crate) fn of(tx: &Transaction<'_>, message_id: &str) -> Result<Vec<Reaction>> {
    let mut statement = tx.prepare_cached(
        "SELECT from_business, emoji FROM reactions WHERE message_id = ?1 ORDER BY from_business",
    )?;
    let found = statement.query_map([message_id], |row| {
        Ok(Reaction {
            from_business: row.get(0)?,
            emoji: row.get(1)?,
        })
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
