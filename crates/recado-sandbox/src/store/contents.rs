//! Twilio's content: templates and rich messages by sid, with the state of their approval.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::{Map, Value, json};

use crate::{error::Result, ids};

#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub seq: i64,
    pub sid: String,
    pub friendly_name: String,
    pub language: String,
    /// `{"1": "sample"}`.
    pub variables: Value,
    /// `{"twilio/text": {…}}`.
    pub types: Value,
    /// `name`, `category`, `status`, `rejection_reason`; `status` is `unsubmitted` at first.
    pub approval: Value,
    pub made_at: i64,
}

impl Row {
    pub(crate) fn new(friendly_name: &str, language: &str, variables: Value, types: Value, now: i64) -> Self {
        Self {
            seq: 0,
            sid: ids::sid("HX"),
            friendly_name: friendly_name.to_owned(),
            language: language.to_owned(),
            variables,
            types,
            approval: json!({"status": "unsubmitted"}),
            made_at: now,
        }
    }

    pub(crate) fn status(&self) -> &str {
        self.approval["status"].as_str().unwrap_or("unsubmitted")
    }

    /// The type that is shown, and its fields.
    pub(crate) fn shape(&self) -> Option<(&str, &Map<String, Value>)> {
        let (kind, fields) = self.types.as_object()?.iter().next()?;
        Some((kind, fields.as_object()?))
    }
}

/// Puts the first contents into a store that has none.
pub(crate) fn plant(tx: &Transaction<'_>, now: i64) -> Result<()> {
    let planted: i64 = tx.query_row(
        "SELECT COUNT(*) FROM settings WHERE name = 'contents_planted'",
        [],
        |row| row.get(0),
    )?;
    if planted > 0 {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO settings (name, value) VALUES ('contents_planted', '1')",
        [],
    )?;
    for (name, category, variables, types) in seeds() {
        let mut row = Row::new(name, "en", variables, types, now);
        if !category.is_empty() {
            row.approval = approval(name, category, "approved");
        }
        insert(tx, &row)?;
    }
    Ok(())
}

pub(crate) fn approval(name: &str, category: &str, status: &str) -> Value {
    json!({"name": name, "category": category, "status": status, "rejection_reason": "", "allow_category_change": true})
}

pub(crate) fn insert(tx: &Transaction<'_>, row: &Row) -> Result<()> {
    tx.execute(
        "INSERT INTO contents (sid, friendly_name, language, variables, types, approval, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            row.sid,
            row.friendly_name,
            row.language,
            row.variables.to_string(),
            row.types.to_string(),
            row.approval.to_string(),
            row.made_at
        ],
    )?;
    Ok(())
}

/// Newest first.
pub(crate) fn list(tx: &Transaction<'_>) -> Result<Vec<Row>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM contents ORDER BY seq DESC"))?;
    Ok(statement
        .query_map([], content)?
        .collect::<rusqlite::Result<_>>()?)
}

pub(crate) fn find(tx: &Transaction<'_>, sid: &str) -> Result<Option<Row>> {
    let mut statement = tx.prepare_cached(&format!("SELECT {COLUMNS} FROM contents WHERE sid = ?1"))?;
    Ok(statement.query_row([sid], content).optional()?)
}

pub(crate) fn set_approval(tx: &Transaction<'_>, sid: &str, approval: &Value) -> Result<()> {
    tx.execute(
        "UPDATE contents SET approval = ?2 WHERE sid = ?1",
        params![sid, approval.to_string()],
    )?;
    Ok(())
}

/// Whether there was one.
pub(crate) fn remove(tx: &Transaction<'_>, sid: &str) -> Result<bool> {
    Ok(tx.execute("DELETE FROM contents WHERE sid = ?1", [sid])? > 0)
}

const COLUMNS: &str = "seq, sid, friendly_name, language, variables, types, approval, made_at";

fn content(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    let json = |text: String| serde_json::from_str(&text).unwrap_or(Value::Null);
    Ok(Row {
        seq: row.get(0)?,
        sid: row.get(1)?,
        friendly_name: row.get(2)?,
        language: row.get(3)?,
        variables: json(row.get(4)?),
        types: json(row.get(5)?),
        approval: json(row.get(6)?),
        made_at: row.get(7)?,
    })
}

/// Name, category (empty: never submitted), sample values, type.
fn seeds() -> Vec<(&'static str, &'static str, Value, Value)> {
    vec![
        (
            "order_update",
            "UTILITY",
            json!({"1": "Ana", "2": "#1042"}),
            json!({"twilio/text": {"body": "Hi {{1}}, your order {{2}} is on its way."}}),
        ),
        (
            "how_was_it",
            "UTILITY",
            json!({"1": "Ana"}),
            json!({"twilio/quick-reply": {"body": "Hi {{1}}, how was your visit?", "actions": [
                {"type": "QUICK_REPLY", "title": "Great", "id": "great"},
                {"type": "QUICK_REPLY", "title": "Not so good", "id": "bad"}]}}),
        ),
        (
            "track_parcel",
            "UTILITY",
            json!({"1": "A77"}),
            json!({"twilio/call-to-action": {"body": "Your parcel {{1}} left our shop.", "actions": [
                {"type": "URL", "title": "Track it", "url": "https://example.com/track/{{1}}"},
                {"type": "PHONE_NUMBER", "title": "Call us", "phone": "+15550001111"}]}}),
        ),
        (
            "autumn_offer",
            "MARKETING",
            json!({"1": "Ana"}),
            json!({"whatsapp/card": {"body": "{{1}}, everything for cold evenings is 20 % off until Sunday.",
                "header_text": "Autumn", "footer": "Reply STOP to get no more offers", "actions": [
                {"type": "COPY_CODE", "title": "Copy the code", "code": "AUTUMN20"}]}}),
        ),
        (
            "pick_a_time",
            "",
            json!({}),
            json!({"twilio/list-picker": {"body": "When shall we come?", "button": "Choose a time", "items": [
                {"id": "am", "item": "Morning", "description": "8 to 12"},
                {"id": "pm", "item": "Afternoon", "description": "12 to 5"}]}}),
        ),
        (
            "where_we_are",
            "",
            json!({}),
            json!({"twilio/location": {"latitude": 52.52, "longitude": 13.405, "label": "The shop",
                "address": "Alexanderplatz 1, Berlin"}}),
        ),
    ]
}
