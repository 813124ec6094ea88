//! Turns the parser's messages about data that does not fit into sentences that name the field.

use crate::error::Error;

/// How Rust says that a text is no integer.
const NOT_A_NUMBER: [&str; 3] = ["invalid digit", "cannot parse integer", "number too"];

/// `path` is where in the input the parser stood, `.` for the top; `text` is its message.
pub fn explain(path: &str, text: &str) -> Error {
    let text = text.split(" at line ").next().unwrap_or(text);
    let here = (path != "." && !path.is_empty()).then_some(path);

    if let Some(name) = quoted(text, "missing field ") {
        let field = below(here, name);
        return Error::bad_field(&field, format!("`{field}` is missing."));
    }
    if let Some(name) = quoted(text, "duplicate field ") {
        let field = below(here, name);
        return Error::bad_field(&field, format!("`{field}` is given twice."));
    }
    if let Some(name) = quoted(text, "unknown field ") {
        let field = below(here, name);
        let known = text
            .split_once("expected ")
            .map_or("", |(_, known)| known.trim_start_matches("one of "));
        let known = if known.is_empty() {
            String::new()
        } else {
            format!("; known are {known}")
        };
        return Error::bad_field(&field, format!("There is no field `{field}`{known}."));
    }
    let Some(field) = here else {
        return Error::bad_request(format!("The input does not fit: {text}."));
    };
    let wanted = text.split_once("expected ").map(|(_, wanted)| wanted);
    let sentence = if NOT_A_NUMBER.iter().any(|words| text.contains(words)) {
        format!("`{field}` must be a whole number.")
    } else if text.contains("UUID") {
        format!("`{field}` must be a UUID.")
    } else if text == "expected value" {
        format!("`{field}` must be a string.")
    } else if let (Some(found), Some(wanted)) = (quoted(text, "unknown variant "), wanted) {
        format!("`{field}` must be {wanted}, not `{found}`.")
    } else if let (Some(found), Some(wanted)) = (found(text), wanted) {
        format!("`{field}` must be {wanted}, not {found}.")
    } else {
        format!("`{field}` does not fit: {text}.")
    };
    Error::bad_field(field, sentence)
}

/// What stands between backquotes after `start`.
fn quoted<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

/// What was there instead, in `invalid type: integer `5`, expected …`.
fn found(text: &str) -> Option<&str> {
    let rest = text
        .strip_prefix("invalid type: ")
        .or_else(|| text.strip_prefix("invalid value: "))?;
    rest.split(", expected ").next()
}

/// Where a field stands: the parser is above it when it is missing, and already at it when it is unknown.
fn below(path: Option<&str>, name: &str) -> String {
    match path {
        None => name.to_owned(),
        Some(path) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        Some(path) => format!("{path}.{name}"),
    }
}
