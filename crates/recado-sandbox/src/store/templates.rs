//! Meta's message templates, with those that are there from the start.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Error, Result};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Row {
    pub id: i64,
    pub name: String,
    pub language: String,
    pub category: String,
    pub status: String,
    /// `POSITIONAL` or `NAMED`.
    pub format: String,
    pub components: Value,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// Ids are long numbers on the wire.
const FIRST_ID: i64 = 1_200_000_000_000_001;

/// Puts the first templates into a store that has none.
pub(crate) fn plant(tx: &Transaction<'_>) -> Result<()> {
    let planted: i64 = tx.query_row(
        "SELECT COUNT(*) FROM settings WHERE name = 'templates_planted'",
        [],
        |row| row.get(0),
    )?;
    if planted > 0 {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO settings (name, value) VALUES ('templates_planted', '1')",
        [],
    )?;
    for (name, language, category, format, components) in seeds() {
        insert(tx, name, language, category, format, "APPROVED", &components)?;
    }
    Ok(())
}

/// The new template's id. A name has each language once.
pub(crate) fn insert(
    tx: &Transaction<'_>,
    name: &str,
    language: &str,
    category: &str,
    format: &str,
    status: &str,
    components: &Value,
) -> Result<i64> {
    let id: i64 = tx.query_row(
        "SELECT COALESCE(MAX(id) + 1, ?1) FROM templates",
        [FIRST_ID],
        |row| row.get(0),
    )?;
    let added = tx.execute(
        "INSERT INTO templates (id, name, language, category, status, format, components)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (name, language) DO NOTHING",
        params![
            id,
            name,
            language,
            category,
            status,
            format,
            components.to_string()
        ],
    )?;
    if added == 0 {
        return Err(Error::Taken(format!("{name} ({language})")));
    }
    Ok(id)
}

pub(crate) fn list(tx: &Transaction<'_>) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM templates ORDER BY id DESC"))?;
    Ok(statement
        .query_map([], template)?
        .collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn find(tx: &Transaction<'_>, id: i64) -> Result<Option<Row>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM templates WHERE id = ?1"))?;
    Ok(statement.query_row([id], template).optional()?)
}

/// All languages of a name.
pub(crate) fn named(tx: &Transaction<'_>, name: &str) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM templates WHERE name = ?1"))?;
    Ok(statement
        .query_map([name], template)?
        .collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn update(tx: &Transaction<'_>, row: &Row) -> Result<()> {
    tx.execute(
        "UPDATE templates SET category = ?2, status = ?3, components = ?4, reason = ?5, format = ?6 WHERE id = ?1",
        params![
            row.id,
            row.category,
            row.status,
            row.components.to_string(),
            row.reason,
            row.format
        ],
    )?;
    Ok(())
}

pub(crate) fn remove(tx: &Transaction<'_>, id: i64) -> Result<()> {
    tx.execute("DELETE FROM templates WHERE id = ?1", [id])?;
    Ok(())
}

const COLUMNS: &str = "id, name, language, category, status, format, components, reason";

fn template(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let components: String = row.get(6)?;
    Ok(Row {
        id: row.get(0)?,
        name: row.get(1)?,
        language: row.get(2)?,
        category: row.get(3)?,
        status: row.get(4)?,
        format: row.get(5)?,
        components: serde_json::from_str(&components).unwrap_or_else(|_| json!([])),
        reason: row.get(7)?,
    })
}

/// Name, language, category, format of the variables, components: one of each sort that behaves differently.
fn seeds() -> Vec<(&'static str, &'static str, &'static str, &'static str, Value)> {
    vec![
        (
            "hello_world",
            "en_US",
            "UTILITY",
            "POSITIONAL",
            json!([
                {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
                {"type": "BODY", "text": "Welcome! This message shows that your number works."},
                {"type": "FOOTER", "text": "From the sandbox"},
            ]),
        ),
        (
            "order_update",
            "en_US",
            "UTILITY",
            "POSITIONAL",
            json!([
                {"type": "BODY", "text": "Hi {{1}}, your order {{2}} is on its way.",
                 "example": {"body_text": [["Ana", "#1042"]]}},
            ]),
        ),
        (
            "order_update",
            "pt_BR",
            "UTILITY",
            "POSITIONAL",
            json!([
                {"type": "BODY", "text": "Olá {{1}}, seu pedido {{2}} está a caminho.",
                 "example": {"body_text": [["Ana", "#1042"]]}},
            ]),
        ),
        (
            "appointment_reminder",
            "en",
            "UTILITY",
            "NAMED",
            json!([
                {"type": "HEADER", "format": "TEXT", "text": "See you soon, {{customer}}",
                 "example": {"header_text_named_params": [{"param_name": "customer", "example": "Ana"}]}},
                {"type": "BODY", "text": "We expect you on {{day}} at {{time}}. Please tell us if that does not suit you.",
                 "example": {"body_text_named_params": [
                    {"param_name": "day", "example": "Friday"}, {"param_name": "time", "example": "10:30"}]}},
            ]),
        ),
        (
            "autumn_offer",
            "en_US",
            "MARKETING",
            "POSITIONAL",
            json!([
                {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://example.com/offer.jpg"]}},
                {"type": "BODY", "text": "{{1}}, everything for cold evenings is 20 % off until Sunday.",
                 "example": {"body_text": [["Ana"]]}},
                {"type": "FOOTER", "text": "Reply STOP to get no more offers"},
            ]),
        ),
        (
            "track_parcel",
            "en_US",
            "UTILITY",
            "POSITIONAL",
            json!([
                {"type": "BODY", "text": "Your parcel {{1}} left our shop.", "example": {"body_text": [["A77"]]}},
                {"type": "BUTTONS", "buttons": [
                    {"type": "URL", "text": "Track it", "url": "https://example.com/track/{{1}}",
                     "example": ["https://example.com/track/A77"]},
                    {"type": "PHONE_NUMBER", "text": "Call us", "phone_number": "+15550001111"}]},
            ]),
        ),
        (
            "how_was_it",
            "en_US",
            "UTILITY",
            "POSITIONAL",
            json!([
                {"type": "BODY", "text": "Hi {{1}}, how was your visit?", "example": {"body_text": [["Ana"]]}},
                {"type": "BUTTONS", "buttons": [
                    {"type": "QUICK_REPLY", "text": "Great"},
                    {"type": "QUICK_REPLY", "text": "Not so good"},
                    {"type": "QUICK_REPLY", "text": "Call me"}]},
            ]),
        ),
        (
            "discount_code",
            "en_US",
            "MARKETING",
            "POSITIONAL",
            json!([
                {"type": "BODY", "text": "Thank you! Here are {{1}} percent for your next order.",
                 "example": {"body_text": [["10"]]}},
                {"type": "BUTTONS", "buttons": [{"type": "COPY_CODE", "example": "THANKS10"}]},
            ]),
        ),
    ]
}
