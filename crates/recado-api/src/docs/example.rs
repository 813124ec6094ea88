//! Examples, made of the schemas where nobody wrote one.

use serde_json::{Map, Value, json};

use super::schema::{Schemas, kind, list, unwrap_null, words};

const DEEPEST: usize = 6;

/// A value that fits the schema. Null if there is nothing to show.
pub fn example<'a>(schemas: Schemas<'a>, schema: &'a Value) -> Value {
    at_depth(schemas, schema, 0)
}

fn at_depth<'a>(schemas: Schemas<'a>, schema: &'a Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let (schema, _) = unwrap_null(schema);
    let schema = schemas.resolve(schema);
    if let Some(given) = schema.get("example").or_else(|| list(schema, "examples").first()) {
        return given.clone();
    }
    if let Some(word) = words(schema).and_then(<[_]>::first) {
        return word.clone();
    }
    if let Some(items) = schema.get("items") {
        return json!([at_depth(schemas, items, depth + 1)]);
    }
    let fields = schemas.fields(schema);
    let variant = schemas.variants(schema).into_iter().next();
    if !fields.is_empty() || variant.is_some() {
        let mut object: Map<String, Value> = fields
            .into_iter()
            .map(|(name, field, _)| (name.to_owned(), at_depth(schemas, field, depth + 1)))
            .collect();
        match variant.map(|variant| at_depth(schemas, variant, depth + 1)) {
            Some(Value::Object(more)) => object.extend(more),
            Some(other) if object.is_empty() => return other,
            _ => {}
        }
        return Value::Object(object);
    }
    match (kind(schema), schema.get("format").and_then(Value::as_str)) {
        (Some("string"), Some("uuid")) => json!("01981f5e-7c00-7a3b-9d2e-4f6a8b0c1d2e"),
        (Some("string"), Some("date-time")) => json!("2026-07-01T12:00:00.000Z"),
        (Some("string"), Some("password")) => json!("correct horse battery"),
        (Some("string"), _) => json!("…"),
        (Some("integer" | "number"), _) => schema.get("default").cloned().unwrap_or_else(|| json!(1)),
        (Some("boolean"), _) => json!(false),
        (Some("object"), _) => json!({}),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_examples_win_and_the_rest_is_made_up() {
        let schema = json!({ "type": "object", "properties": {
            "name": { "type": "string", "examples": ["Ana"] },
            "at": { "type": "string", "format": "date-time" },
            "tags": { "type": "array", "items": { "type": "string", "enum": ["a", "b"] } },
            "note": { "type": ["string", "null"] },
        }});
        let nothing = Value::Null;
        assert_eq!(
            example(Schemas::new(&nothing), &schema),
            json!({ "name": "Ana", "at": "2026-07-01T12:00:00.000Z", "tags": ["a"], "note": "…" })
        );
    }
}
