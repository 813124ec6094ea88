//! When a customer last wrote to which business number. The 24-hour window counts from there.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::{error::Result, line::Line};

pub(crate) fn wrote_at(tx: &Transaction<'_>, line: Line, wa_id: &str) -> Result<Option<i64>> {
    let mut statement = tx.prepare_cached("SELECT wrote_at FROM windows WHERE line = ?1 AND wa_id = ?2")?;
    Ok(statement
        .query_row(params![line, wa_id], |row| row.get(0))
        .optional()?)
}

pub(crate) fn set(tx: &Transaction<'_>, line: Line, wa_id: &str, at: i64) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO windows (line, wa_id, wrote_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (line, wa_id) DO UPDATE SET wrote_at = excluded.wrote_at",
    )?
    .execute(params![line, wa_id, at])?;
    Ok(())
}
