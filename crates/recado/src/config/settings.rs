//! The list of all settings, read off the schema of [`Config`](super::Config), and what follows from a setting's path:
//! the names of its environment variable and of its flag.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Config;

/// One setting: a leaf of the configuration.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Dotted path in the file: `limits.webhook_body`.
    pub path: String,
    /// The description, as declared at the field.
    pub doc: String,
    /// The default in words; angle brackets stand for another setting.
    pub default: String,
    /// The words it may be, when there are few.
    pub choices: Vec<String>,
    /// Whether it is a number in the file; all else is text there.
    pub is_number: bool,
    /// Whether there is a flag for it.
    pub has_flag: bool,
}

impl Setting {
    /// `RECADO_LIMITS__WEBHOOK_BODY`
    pub fn variable(&self) -> String {
        format!("RECADO_{}", self.path.replace('.', "__").to_uppercase())
    }

    /// `limits-webhook-body`, without the dashes in front.
    pub fn flag(&self) -> String {
        self.path.replace(['.', '_'], "-")
    }

    /// The section it stands in; empty at the top.
    pub fn section(&self) -> &str {
        self.path.split_once('.').map_or("", |(section, _)| section)
    }

    /// Its name inside the section.
    pub fn name(&self) -> &str {
        self.path
            .split_once('.')
            .map_or(self.path.as_str(), |(_, name)| name)
    }
}

/// A group of settings that share a first word.
#[derive(Debug, Clone)]
pub struct Section {
    pub name: String,
    pub doc: String,
}

/// All settings: first those without a section, then by section, each in alphabetical order.
pub fn all() -> &'static [Setting] {
    static ALL: LazyLock<Vec<Setting>> = LazyLock::new(|| {
        let schema = schema();
        let mut settings = Vec::new();
        collect(&schema, "", &mut settings);
        settings.sort_by(|a, b| (a.section(), a.name()).cmp(&(b.section(), b.name())));
        settings
    });
    &ALL
}

pub fn at(path: &str) -> Option<&'static Setting> {
    all().iter().find(|setting| setting.path == path)
}

pub fn sections() -> Vec<Section> {
    let mut sections: Vec<_> = properties(&schema())
        .filter(|(_, property)| property.get("properties").is_some())
        .map(|(name, property)| Section {
            name: name.clone(),
            doc: description(property),
        })
        .collect();
    sections.sort_by(|a, b| a.name.cmp(&b.name));
    sections
}

/// The JSON Schema of the configuration file.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    settings
        .into_generator()
        .into_root_schema_for::<Config>()
        .to_value()
}

fn collect(schema: &Value, above: &str, into: &mut Vec<Setting>) {
    for (name, property) in properties(schema) {
        let path = if above.is_empty() {
            name.clone()
        } else {
            format!("{above}.{name}")
        };
        if property.get("properties").is_some() {
            collect(property, &path, into);
        } else {
            into.push(setting(path, property));
        }
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn setting(path: String, property: &Value) -> Setting {
    let default = match (property.get("x-default"), property.get("default")) {
        (Some(Value::String(words)), _) | (None, Some(Value::String(words))) => words.clone(),
        (None, Some(Value::Number(number))) => number.to_string(),
        _ => "none".to_owned(),
    };
    let choices = property
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    Setting {
        path,
        doc: description(property),
        default,
        choices: choices.filter_map(Value::as_str).map(str::to_owned).collect(),
        is_number: property.get("type").and_then(Value::as_str) == Some("integer"),
        has_flag: property.get("x-no-flag").is_none(),
    }
}

/// The doc comment as one paragraph: the line breaks are the source file's.
fn description(property: &Value) -> String {
    let text = property
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_described() {
        for setting in all() {
            assert!(!setting.doc.is_empty(), "{} has no description", setting.path);
        }
        for section in sections() {
            assert!(!section.doc.is_empty(), "{} has no description", section.name);
        }
    }

    #[test]
    fn names_follow_from_the_path() {
        let body = at("limits.webhook_body").unwrap();
        assert_eq!(body.variable(), "RECADO_LIMITS__WEBHOOK_BODY");
        assert_eq!(body.flag(), "limits-webhook-body");
        assert_eq!((body.section(), body.name()), ("limits", "webhook_body"));
        assert_eq!(body.default, "3.0 MiB");
        assert!(at("jobs.concurrency").unwrap().is_number);
        assert!(!at("secrets.key").unwrap().has_flag);
        assert_eq!(at("log.format").unwrap().choices, ["pretty", "json"]);
    }
}
