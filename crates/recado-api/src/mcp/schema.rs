//! JSON Schemas of what tools take and answer.

use std::fmt::Display;
use std::sync::Arc;

use recado_model::search::SearchType;
use recado_model::{ConversationStatus, MediaKind, TemplateStatus, Window};
use rmcp::model::JsonObject;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

/// Of a tool's arguments. An argument that may be left out says no more of null: models would send it.
pub fn input<T: JsonSchema>() -> Arc<JsonObject> {
    let mut schema = object(settings(), T::json_schema);
    let required: Vec<Value> = schema
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties {
            if !required.iter().any(|one| one == name) {
                without_null(property);
            }
        }
    }
    Arc::new(schema)
}

/// Of what a tool answers beside its text.
pub fn output<T: JsonSchema>() -> Arc<JsonObject> {
    Arc::new(object(settings().for_serialize(), T::json_schema))
}

/// Whole in themselves: not every client follows references.
fn settings() -> SchemaSettings {
    SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    })
}

fn object(settings: SchemaSettings, of: fn(&mut SchemaGenerator) -> Schema) -> JsonObject {
    let mut schema = of(&mut settings.into_generator());
    // The type's own description is for whoever reads the code; the tool has one.
    schema.remove("description");
    schema.as_object().cloned().unwrap_or_default()
}

fn without_null(property: &mut Value) {
    let Some(kinds) = property.get_mut("type") else {
        return;
    };
    if let Some(list) = kinds.as_array_mut() {
        list.retain(|kind| kind != "null");
        if let [only] = list.as_slice() {
            *kinds = only.clone();
        }
    }
}

fn words<T: Display>(all: &[T]) -> Schema {
    let words: Vec<String> = all.iter().map(ToString::to_string).collect();
    json_schema!({ "type": "string", "enum": words })
}

pub fn status(_: &mut SchemaGenerator) -> Schema {
    words(ConversationStatus::ALL)
}

pub fn statuses(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": words(ConversationStatus::ALL) })
}

pub fn window(_: &mut SchemaGenerator) -> Schema {
    words(Window::ALL)
}

pub fn search_type(_: &mut SchemaGenerator) -> Schema {
    words(SearchType::ALL)
}

pub fn template_status(_: &mut SchemaGenerator) -> Schema {
    words(TemplateStatus::ALL)
}

pub fn media_kind(_: &mut SchemaGenerator) -> Schema {
    words(MediaKind::ALL)
}

/// A time that must be given, and may be null.
pub fn time_or_null(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "null"], "format": "date-time" })
}
