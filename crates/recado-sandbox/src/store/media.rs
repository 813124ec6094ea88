//! The files of the chats, whole, in the same store as the rest: the sandbox carries few and small ones.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::error::Result;

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub id: String,
    pub mime_type: String,
    pub filename: Option<String>,
    pub bytes: Vec<u8>,
    pub made_at: i64,
    /// By the business through the API, in contrast to what a customer sent or a link led to.
    pub uploaded: bool,
}

pub(crate) fn insert(tx: &Transaction<'_>, media: &Row) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO media (id, mime_type, filename, bytes, made_at, uploaded) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        media.id,
        media.mime_type,
        media.filename,
        media.bytes,
        media.made_at,
        media.uploaded
    ])?;
    Ok(())
}

pub(crate) fn find(tx: &Transaction<'_>, id: &str) -> Result<Option<Row>> {
    let mut statement = tx.prepare_cached(
        "SELECT id, mime_type, filename, bytes, made_at, uploaded FROM media WHERE id = ?1",
    )?;
    let found = statement.query_row([id], |row| {
        Ok(Row {
            id: row.get(0)?,
            mime_type: row.get(1)?,
            filename: row.get(2)?,
            bytes: row.get(3)?,
            made_at: row.get(4)?,
            uploaded: row.get(5)?,
        })
    });
    Ok(found.optional()?)
}

/// Whether there was one.
pub(crate) fn remove(tx: &Transaction<'_>, id: &str) -> Result<bool> {
    Ok(tx
        .prepare_cached("DELETE FROM media WHERE id = ?1")?
        .execute([id])?
        > 0)
}
