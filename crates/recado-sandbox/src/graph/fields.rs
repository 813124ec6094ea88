//! Reads a request's JSON as strictly as Meta does: of the right type, known by name, within the limits.

use serde_json::{Map, Value};

use super::{Answer, Refusal};

pub(super) type Object = Map<String, Value>;

/// A string under this key; absent and null are the same.
pub(super) fn text_of<'a>(object: &'a Object, key: &str) -> Answer<Option<&'a str>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::parameter(format!("{key} must be a string."))),
    }
}

pub(super) fn object_of<'a>(object: &'a Object, key: &str) -> Answer<Option<&'a Object>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(inner)) => Ok(Some(inner)),
        Some(_) => Err(Refusal::parameter(format!("{key} must be an object."))),
    }
}

pub(super) fn array_of<'a>(object: &'a Object, key: &str) -> Answer<Option<&'a Vec<Value>>> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(inner)) => Ok(Some(inner)),
        Some(_) => Err(Refusal::parameter(format!("{key} must be an array."))),
    }
}

pub(super) fn need_object<'a>(object: &'a Object, key: &str) -> Answer<&'a Object> {
    object_of(object, key)?.ok_or_else(|| Refusal::missing(key))
}

pub(super) fn need_array<'a>(object: &'a Object, key: &str) -> Answer<&'a Vec<Value>> {
    array_of(object, key)?.ok_or_else(|| Refusal::missing(key))
}

/// A string that says something, of at most so many characters. `name` is how the refusal calls it.
pub(super) fn need_text<'a>(object: &'a Object, key: &str, name: &str, limit: usize) -> Answer<&'a str> {
    let text = text_of(object, key)?.ok_or_else(|| Refusal::missing(name))?;
    if text.trim().is_empty() {
        return Err(Refusal::value(format!("{name} must not be empty.")));
    }
    within(text, name, limit)?;
    Ok(text)
}

/// The same, where it may be left out.
pub(super) fn short_text<'a>(
    object: &'a Object,
    key: &str,
    name: &str,
    limit: usize,
) -> Answer<Option<&'a str>> {
    match text_of(object, key)? {
        None => Ok(None),
        Some(_) => need_text(object, key, name, limit).map(Some),
    }
}

/// An object of an array.
pub(super) fn object<'a>(value: &'a Value, name: &str) -> Answer<&'a Object> {
    value
        .as_object()
        .ok_or_else(|| Refusal::parameter(format!("{name} must be an object.")))
}

pub(super) fn only(object: &Object, name: &str, known: &[&str]) -> Answer<()> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Refusal::parameter(format!("Unexpected key \"{key}\" in {name}."))),
        None => Ok(()),
    }
}

/// Too long, of the wrong kind: code 100.
pub(super) fn at_most(text: &str, name: &str, limit: usize) -> Answer<()> {
    if text.chars().count() > limit {
        return Err(Refusal::parameter(format!(
            "{name} must be at most {limit} characters long."
        )));
    }
    Ok(())
}

/// Too long for its place in a message: code 131009.
fn within(text: &str, name: &str, limit: usize) -> Answer<()> {
    if text.chars().count() > limit {
        return Err(Refusal::value(format!(
            "{name} must be at most {limit} characters long."
        )));
    }
    Ok(())
}
