//! What is filled into a template, by Twilio's numbers.

use std::collections::BTreeMap;

use recado_model::template::{FilledTemplate, TemplateBody, TemplateButton};

use super::Definition;
use super::definition::single;

/// `ContentVariables`, or why there can be none; none where there is nothing to fill in. The definition is needed
/// where buttons are filled in or a file is given, as their numbers are not in what we show.
pub(in crate::twilio) fn filled(
    template: &FilledTemplate,
    definition: Option<&Definition>,
    file: Option<&str>,
) -> Result<Option<String>, String> {
    let mut variables = Variables::default();
    for (name, value) in template.values.header.iter().chain(&template.values.body) {
        variables.set(name, value)?;
    }
    let missing = || "the template's definition is not at hand".to_owned();
    for (place, value) in &template.values.buttons {
        let definition = definition.ok_or_else(missing)?;
        let name = place
            .parse()
            .ok()
            .and_then(|place| button(definition, place))
            .ok_or_else(|| format!("there is nothing to fill in at button {place}"))?;
        variables.set(&name, value)?;
    }
    if let Some(file) = file {
        let pattern = definition.ok_or_else(missing)?.file.as_deref();
        let (name, value) = end(pattern.ok_or("the template takes no file")?, file)?;
        variables.set(&name, &value)?;
    }
    if variables.0.is_empty() {
        return Ok(None);
    }
    // An object of texts, itself as a text.
    serde_json::to_string(&variables.0)
        .map(Some)
        .map_err(|error| error.to_string())
}

#[derive(Default)]
struct Variables(BTreeMap<String, String>);

impl Variables {
    /// A number that stands in several parts has one value.
    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match self.0.insert(name.to_owned(), value.to_owned()) {
            Some(other) if other != value => Err(format!(
                "{{{{{name}}}}} stands in several parts of the template and needs the same value in each"
            )),
            _ => Ok(()),
        }
    }
}

/// The variable of a button.
fn button(definition: &Definition, place: usize) -> Option<String> {
    match definition.body.buttons.get(place)? {
        TemplateButton::Url { url, .. } => single(url),
        _ => definition.codes.get(place)?.clone(),
    }
}

/// The variable in the address of a file, and what has to stand there for it to be `file`.
fn end(pattern: &str, file: &str) -> Result<(String, String), String> {
    let name = single(pattern).ok_or("the template's file has more than one variable")?;
    let elsewhere = || format!("the template takes files at {pattern} only");
    let (before, rest) = pattern.split_once("{{").ok_or_else(elsewhere)?;
    let (_, after) = rest.split_once("}}").ok_or_else(elsewhere)?;
    let value = file
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .filter(|value| !value.is_empty() && TemplateBody::variables(after).is_empty())
        .ok_or_else(elsewhere)?;
    Ok((name, value.to_owned()))
}
