//! An example for every body and path, made of the schemas, so that it has the shape that is served. What a schema can
//! not tell, as what people are called, is in `examples.json`: by the name of the schema, one story for all of them.

use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::{Content, RefOr, Schema};

const STORY: &str = include_str!("examples.json");

/// Deeper than anything of ours; ends a schema that holds itself.
const DEEPEST: usize = 12;

/// Stands for a text that nothing is known of. The tests let none of these through.
const UNTOLD: &str = "…";

/// Makes values that fit the schemas of a document.
pub struct Examples {
    schemas: Value,
    story: Map<String, Value>,
}

impl Examples {
    /// `schemas` are the document's components.
    pub fn new(schemas: Value) -> Self {
        // The file is part of the program; a test reads it.
        let story = serde_json::from_str(STORY).unwrap_or_default();
        Self { schemas, story }
    }

    /// Gives the operation's body, its answers and the ids in its path an example, where it has none of its own.
    pub fn add(&self, operation: &mut Operation) {
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            body.content.values_mut().for_each(|content| self.fill(content));
        }
        for (status, answer) in &mut operation.responses.responses {
            if let RefOr::T(answer) = answer
                && status.starts_with('2')
            {
                let json = answer
                    .content
                    .iter_mut()
                    .filter(|(kind, _)| kind.ends_with("json"));
                json.for_each(|(_, content)| self.fill(content));
            }
        }
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter
                && parameter.parameter_in == ParameterIn::Path
                && let Some(schema) = &parameter.schema
            {
                let example = self.of_typed(schema);
                *parameter = ParameterBuilder::from(parameter.clone())
                    .example(Some(example))
                    .build();
            }
        }
    }

    fn fill(&self, content: &mut RefOr<Content>) {
        if let RefOr::T(content) = content
            && content.example.is_none()
            && content.examples.is_empty()
            && let Some(schema) = &content.schema
        {
            content.example = Some(self.of_typed(schema));
        }
    }

    fn of_typed(&self, schema: &RefOr<Schema>) -> Value {
        self.of(&serde_json::to_value(schema).unwrap_or_default(), 0)
    }

    fn of(&self, schema: &Value, depth: usize) -> Value {
        let own = schema.get("example").or_else(|| schema.pointer("/examples/0"));
        if let Some(own) = own {
            return own.clone();
        }
        let (name, resolved) = self.resolve(schema);
        if depth > DEEPEST || is_nullable(schema) {
            return Value::Null;
        }
        if is_object(resolved) {
            let mut fields = Map::new();
            self.fields(schema, depth, &mut fields);
            return Value::Object(fields);
        }
        if let Some(told) = name.and_then(|name| self.story.get(name)) {
            return told.clone();
        }
        // A name's own example, behind the reference.
        if name.is_some() {
            return self.of(resolved, depth + 1);
        }
        if let Some(first) = first(resolved, "oneOf").or_else(|| first(resolved, "anyOf")) {
            return self.of(first, depth + 1);
        }
        if let Some(items) = resolved.get("items") {
            return json!([self.of(items, depth + 1)]);
        }
        plain(resolved)
    }

    /// What must be there, what has an example of its own, and what is told of the schema by name.
    fn fields(&self, schema: &Value, depth: usize, into: &mut Map<String, Value>) {
        let (name, resolved) = self.resolve(schema);
        let told = name
            .and_then(|name| self.story.get(name))
            .and_then(Value::as_object);
        let required = resolved["required"].as_array();
        for (field, schema) in resolved["properties"].as_object().into_iter().flatten() {
            let must = required.is_some_and(|names| names.iter().any(|name| name == field));
            if must || (told.is_none() && schema.get("example").is_some()) {
                into.insert(field.clone(), self.of(schema, depth + 1));
            }
        }
        for part in resolved["allOf"].as_array().into_iter().flatten() {
            match self.resolve(part).1 {
                held if is_object(held) => self.fields(part, depth + 1, into),
                _ => {
                    if let Value::Object(more) = self.of(part, depth + 1) {
                        into.extend(more);
                    }
                }
            }
        }
        into.extend(told.cloned().unwrap_or_default());
    }

    /// The name of what a schema refers to, if it does, and the schema itself.
    fn resolve<'a>(&'a self, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        let name = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        match name {
            Some(name) => (Some(name), &self.schemas[name]),
            None => (None, schema),
        }
    }
}

fn is_object(schema: &Value) -> bool {
    schema.get("properties").is_some() || schema.get("allOf").is_some()
}

fn is_nullable(schema: &Value) -> bool {
    let has_null =
        |key: &str, is: fn(&Value) -> bool| schema[key].as_array().is_some_and(|all| all.iter().any(is));
    has_null("type", |kind| kind == "null") || has_null("oneOf", |one| one["type"] == "null")
}

fn first<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    schema[key].as_array()?.first()
}

fn plain(schema: &Value) -> Value {
    if let Some(word) = first(schema, "enum") {
        return word.clone();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("uuid")) => json!("01981f5e-7c00-7a3b-9d2e-4f6a8b0c1d30"),
        (Some("string"), _) => json!(UNTOLD),
        (Some("integer" | "number"), _) => [&schema["default"], &schema["minimum"]]
            .into_iter()
            .find(|value| value.is_number())
            .cloned()
            .unwrap_or_else(|| json!(0)),
        (Some("boolean"), _) => json!(false),
        (Some("object"), _) => json!({}),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples() -> Examples {
        let schemas = json!({
            "Tag": { "type": "object", "required": ["name", "at"], "properties": {
                "name": { "type": "string" }, "at": { "type": ["string", "null"] }, "more": { "type": "string" },
            }},
            "Loop": { "type": "object", "required": ["loops"], "properties": {
                "loops": { "type": "array", "items": { "$ref": "#/components/schemas/Loop" } },
            }},
        });
        let story = json!({ "Tag": { "name": "VIP" } });
        Examples {
            schemas,
            story: story.as_object().unwrap().clone(),
        }
    }

    #[test]
    fn what_is_told_wins_and_the_rest_follows_from_the_schema() {
        let tags = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Tag" } });
        assert_eq!(examples().of(&tags, 0), json!([{ "name": "VIP", "at": null }]));
        let both = json!({ "allOf": [
            { "$ref": "#/components/schemas/Tag" },
            { "type": "object", "required": ["on"], "properties": { "on": { "type": "boolean" } } },
        ]});
        assert_eq!(
            examples().of(&both, 0),
            json!({ "name": "VIP", "at": null, "on": false })
        );
    }

    #[test]
    fn a_schema_that_holds_itself_ends() {
        assert!(
            examples()
                .of(&json!({ "$ref": "#/components/schemas/Loop" }), 0)
                .is_object()
        );
    }

    /// Names that no schema has any more would tell nothing, and nobody would notice.
    #[test]
    fn the_story_is_of_schemas_and_fields_that_there_are() {
        let document = serde_json::to_value(crate::openapi()).unwrap();
        let schemas = &document["components"]["schemas"];
        let examples = Examples::new(schemas.clone());
        assert!(!examples.story.is_empty());
        for (name, told) in &examples.story {
            let schema = &schemas[name];
            assert!(schema.is_object(), "there is no schema {name}");
            let Some(told) = told.as_object().filter(|_| is_object(schema)) else {
                continue;
            };
            let text = schema.to_string();
            for field in told.keys() {
                let known = text.contains(&format!("\"{field}\":")) || schema.get("allOf").is_some();
                assert!(known, "{name} has no field {field}");
            }
        }
    }
}
