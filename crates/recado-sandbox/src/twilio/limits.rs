//! What Twilio asks of buttons and lists, and what WhatsApp shows of those that nobody approved.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Answer, Refusal};
use crate::store::contents::Row;

const BODY: usize = 1024;
const ACTIONS: usize = 10;
const ITEMS: usize = 10;
/// Of a message within the 24 hours whose content was never approved.
const SESSION_BUTTONS: usize = 3;

/// Whether a content of these types can be made.
pub(super) fn check(types: &Map<String, Value>) -> Answer<()> {
    for (kind, content) in types {
        match &**kind {
            "twilio/quick-reply" => {
                text(content, "body", BODY)?;
                pressed(list(content, "actions", ACTIONS)?, "title", 256, 20)?;
            }
            "twilio/list-picker" => {
                text(content, "body", BODY)?;
                text(content, "button", 20)?;
                let items = list(content, "items", ITEMS)?;
                pressed(items, "item", 200, 24)?;
                for item in items.iter().filter(|item| !item["description"].is_null()) {
                    text(item, "description", 72)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the content can be sent as it is: an approved one always can.
pub(super) fn check_session(row: &Row) -> Answer<()> {
    let Some((_, fields)) = row.shape() else {
        return Ok(());
    };
    let actions = fields
        .get("actions")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    if row.status() != "approved" && actions > SESSION_BUTTONS {
        return Err(Refusal::bad(63_021, "Channel invalid content error"));
    }
    Ok(())
}

fn pressed(all: &[Value], title: &str, longest_id: usize, longest_title: usize) -> Answer<()> {
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for one in all {
        let id = text(one, "id", longest_id)?;
        if !ids.insert(id) || !titles.insert(text(one, title, longest_title)?) {
            return Err(Refusal::bad(20_001, format!("id and {title} must be unique.")));
        }
    }
    Ok(())
}

fn list<'a>(content: &'a Value, key: &str, most: usize) -> Answer<&'a [Value]> {
    content[key]
        .as_array()
        .filter(|all| (1..=most).contains(&all.len()))
        .map(Vec::as_slice)
        .ok_or_else(|| Refusal::bad(20_001, format!("{key} must be 1 to {most}.")))
}

fn text<'a>(content: &'a Value, key: &str, longest: usize) -> Answer<&'a str> {
    content[key]
        .as_str()
        .filter(|text| !text.trim().is_empty() && text.chars().count() <= longest)
        .ok_or_else(|| Refusal::bad(20_001, format!("{key} must have 1 to {longest} characters.")))
}
