//! The few values that are one per store: where webhooks go and whether the app is subscribed.

use rusqlite::{OptionalExtension, Transaction};

use crate::error::Result;

/// The app's callback URL.
pub(crate) const CALLBACK: &str = "callback_url";
/// The WABA's own callback URL, which goes before the app's.
pub(crate) const OVERRIDE: &str = "override_callback_url";
/// Present while the app is not subscribed to the WABA: nothing is queued then.
pub(crate) const UNSUBSCRIBED: &str = "unsubscribed";

pub(crate) fn get(tx: &Transaction<'_>, name: &str) -> Result<Option<String>> {
    let mut statement = tx.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

/// `None` forgets it.
pub(crate) fn set(tx: &Transaction<'_>, name: &str, value: Option<&str>) -> Result<()> {
    match value {
        Some(value) => tx.execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )?,
        None => tx.execute("DELETE FROM settings WHERE name = ?1", [name])?,
    };
    Ok(())
}

/// Where webhooks go now.
pub(crate) fn callback(tx: &Transaction<'_>) -> Result<Option<String>> {
    match get(tx, OVERRIDE)? {
        Some(url) => Ok(Some(url)),
        None => get(tx, CALLBACK),
    }
}
