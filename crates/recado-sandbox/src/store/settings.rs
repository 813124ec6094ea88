//! The few values that are one per store: where webhooks go and whether the app is subscribed.

use rusqlite::{OptionalExtension, Transaction};

use crate::error::Result;

/// The app's callback URL.
pub(crate) const CALLBACK: &str = "callback_url";
/// The WABA's own callback URL, which goes before the app's.
pub(crate) const OVERRIDE: &str = "override_callback_url";
/// Present while the app is not subscribed to the WABA: nothing is queued then.
pub(crate) const UNSUBSCRIBED: &str = "unsubscribed";

/// How Meta rates the number, and how many customers a day it may write to first: `quality_rating`, `messaging_limit`.
pub(crate) const QUALITY: &str = "quality_rating";
pub(crate) const TIER: &str = "messaging_limit";
/// What customers read about the business, as JSON.
pub(crate) const PROFILE: &str = "business_profile";
/// Where Twilio posts messages, and statuses of sends that named no other place.
pub(crate) const TWILIO_CALLBACK: &str = "twilio_callback_url";
pub(crate) const TWILIO_STATUS: &str = "twilio_status_callback_url";

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
