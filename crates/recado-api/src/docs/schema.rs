//! JSON Schema, as far as our document uses it, into lists of fields.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::html::{Escaped, Inline};

/// Deeper than anything of ours; stops a schema that holds itself.
const DEEPEST: usize = 8;

/// Finds what `$ref`s point to.
#[derive(Clone, Copy)]
pub struct Schemas<'a> {
    document: &'a Value,
}

impl<'a> Schemas<'a> {
    pub fn new(document: &'a Value) -> Self {
        Self { document }
    }

    /// What a reference points to, or the value itself.
    pub fn resolve(self, value: &'a Value) -> &'a Value {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return value;
        };
        self.document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(&Value::Null)
    }

    /// Name, schema and whether it must be there, of each field: those of all parts where it is made of parts.
    pub fn fields(self, schema: &'a Value) -> Vec<(&'a str, &'a Value, bool)> {
        let schema = self.resolve(schema);
        let required: Vec<&str> = list(schema, "required")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let own = schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        let mut fields: Vec<_> = own
            .map(|(name, field)| (name.as_str(), field, required.contains(&name.as_str())))
            .collect();
        for part in list(schema, "allOf") {
            fields.extend(self.fields(part));
        }
        fields
    }

    /// The alternatives, without null and without the alternatives' own alternatives.
    pub fn variants(self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.resolve(schema);
        let own = list(schema, "oneOf").iter().filter(|variant| !is_null(variant));
        let of_parts = list(schema, "allOf").iter().flat_map(|part| self.variants(part));
        own.chain(of_parts).collect()
    }

    /// A few words: `string`, `list of Message`, `uuid or null`.
    pub fn label(self, schema: &'a Value) -> String {
        let (schema, nullable) = unwrap_null(schema);
        let resolved = self.resolve(schema);
        let name = match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) if has_insides(resolved) => short_name(reference).to_owned(),
            _ => self.plain_label(resolved),
        };
        if nullable { format!("{name} or null") } else { name }
    }

    fn plain_label(self, schema: &'a Value) -> String {
        if let Some(words) = words(schema) {
            let words: Vec<_> = words.iter().map(ToString::to_string).collect();
            return words.join(" | ");
        }
        if let Some(items) = schema.get("items") {
            return format!("list of {}", self.label(items));
        }
        let format = schema.get("format").and_then(Value::as_str);
        match (kind(schema), format) {
            (Some("string"), Some(format)) if !matches!(format, "password") => format.to_owned(),
            (Some(kind), _) => kind.to_owned(),
            (None, _) if !self.variants(schema).is_empty() => "one of".to_owned(),
            (None, _) if !self.fields(schema).is_empty() => "object".to_owned(),
            (None, _) => "any".to_owned(),
        }
    }

    /// The fields as a list; those that have fields of their own can be opened.
    pub fn render(self, schema: &'a Value) -> String {
        let mut html = String::new();
        self.write(&mut html, schema, 0);
        html
    }

    fn write(self, html: &mut String, schema: &'a Value, depth: usize) {
        let (schema, _) = unwrap_null(schema);
        let resolved = self.resolve(schema);
        if let Some(items) = resolved.get("items") {
            return self.write(html, items, depth);
        }
        let fields = self.fields(resolved);
        if !fields.is_empty() {
            html.push_str("<ul class=\"fields\">");
            for (name, field, required) in fields {
                self.write_field(html, name, field, required, depth);
            }
            html.push_str("</ul>");
        }
        for variant in self.variants(resolved) {
            let note = description(self.resolve(variant));
            let inner = self.inner(variant, depth);
            let title = self.variant_title(variant);
            let _ = write!(
                html,
                "<details class=\"variant\"><summary><code>{}</code> {}</summary>{inner}</details>",
                Escaped(&title),
                Inline(note),
            );
        }
    }

    fn write_field(self, html: &mut String, name: &str, field: &'a Value, required: bool, depth: usize) {
        let presence = if required {
            ""
        } else {
            " <span class=\"optional\">optional</span>"
        };
        let head = format!(
            "<code class=\"name\">{}</code> <span class=\"type\">{}</span>{presence}{}",
            Escaped(name),
            Escaped(&self.label(field)),
            bounds(unwrap_null(self.resolve(field)).0),
        );
        let note = match description(field) {
            "" => String::new(),
            text => format!("<span class=\"note\">{}</span>", Inline(text)),
        };
        let inner = self.inner(field, depth);
        let _ = if inner.is_empty() {
            write!(html, "<li>{head}{note}</li>")
        } else {
            // What an answer holds is in view; what that holds, a click away.
            let open = if depth == 0 { " open" } else { "" };
            write!(
                html,
                "<li><details{open}><summary>{head}</summary>{note}{inner}</details></li>"
            )
        };
    }

    fn inner(self, schema: &'a Value, depth: usize) -> String {
        let mut html = String::new();
        if depth < DEEPEST {
            self.write(&mut html, schema, depth + 1);
        }
        html
    }

    /// What tells this alternative from the others: the word that only it has, else its name.
    fn variant_title(self, variant: &'a Value) -> String {
        let tag =
            self.fields(variant)
                .into_iter()
                .find_map(|(name, field, _)| match words(self.resolve(field)) {
                    Some([word]) => Some(format!("{name}: {word}")),
                    _ => None,
                });
        tag.unwrap_or_else(|| self.label(variant))
    }
}

/// The schema without its "or null", and whether it had one.
pub fn unwrap_null(schema: &Value) -> (&Value, bool) {
    let alternatives = list(schema, "oneOf");
    let nullable_type = list(schema, "type").iter().any(|kind| kind == "null");
    match alternatives
        .iter()
        .filter(|one| !is_null(one))
        .collect::<Vec<_>>()[..]
    {
        [only] if alternatives.len() == 2 => (only, true),
        _ => (schema, nullable_type),
    }
}

/// The last word of a reference.
pub fn short_name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// Whether there is more to say about it than one word.
fn has_insides(schema: &Value) -> bool {
    ["properties", "allOf", "oneOf"]
        .iter()
        .any(|key| schema.get(key).is_some())
}

pub fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null"),
        _ => None,
    }
}

pub fn words(schema: &Value) -> Option<&[Value]> {
    schema.get("enum").and_then(Value::as_array).map(Vec::as_slice)
}

pub fn description(schema: &Value) -> &str {
    schema
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

pub fn object<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value
        .get(key)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::iter)
}

pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}

fn bounds(schema: &Value) -> String {
    let number = |key: &str| schema.get(key).and_then(Value::as_i64);
    let least = number("minimum").or_else(|| number("minLength"));
    let most = number("maximum").or_else(|| number("maxLength"));
    let what = if schema
        .get("minLength")
        .or_else(|| schema.get("maxLength"))
        .is_some()
    {
        " characters"
    } else {
        ""
    };
    let text = match (least, most) {
        (Some(least), Some(most)) => format!("{least} to {most}{what}"),
        (Some(least), None) => format!("at least {least}{what}"),
        (None, Some(most)) => format!("at most {most}{what}"),
        (None, None) => return String::new(),
    };
    format!(" <span class=\"bounds\">{text}</span>")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({ "components": { "schemas": {
            "Color": { "type": "string", "enum": ["red", "blue"] },
            "Row": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "string", "format": "uuid" },
                "color": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Color" }] },
            }},
            "Thing": { "allOf": [
                { "$ref": "#/components/schemas/Row" },
                { "type": "object", "properties": { "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Thing" } } } },
            ]},
            "Frame": { "oneOf": [
                { "type": "object", "properties": { "type": { "type": "string", "enum": ["hello"] } } },
                { "$ref": "#/components/schemas/Row" },
            ]},
        }}})
    }

    fn reference(name: &str) -> Value {
        json!({ "$ref": format!("#/components/schemas/{name}") })
    }

    #[test]
    fn labels_are_a_few_words() {
        let document = document();
        let schemas = Schemas::new(&document);
        let row = schemas.resolve(&document["components"]["schemas"]["Row"]);
        assert_eq!(schemas.label(&row["properties"]["id"]), "uuid");
        assert_eq!(
            schemas.label(&row["properties"]["color"]),
            "\"red\" | \"blue\" or null"
        );
        let list = json!({ "type": "array", "items": reference("Thing") });
        assert_eq!(Schemas { document: &document }.label(&list), "list of Thing");
        assert_eq!(
            schemas.label(&json!({ "type": ["integer", "null"] })),
            "integer or null"
        );
    }

    #[test]
    fn parts_are_one_list_of_fields_and_a_loop_ends() {
        let document = document();
        let thing = reference("Thing");
        let html = Schemas::new(&document).render(&thing);
        for name in ["id", "color", "parts"] {
            assert!(
                html.contains(&format!(">{name}</code>")),
                "{name} is not in {html}"
            );
        }
        assert!(html.contains("optional"));
    }

    #[test]
    fn alternatives_are_told_apart_by_their_word() {
        let document = document();
        let frame = reference("Frame");
        let html = Schemas::new(&document).render(&frame);
        assert!(html.contains("type: &quot;hello&quot;"), "{html}");
        assert!(html.contains("Row"), "{html}");
    }
}
