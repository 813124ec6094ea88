//! The OpenAPI document as a promise: an answer that it does not describe is a failure of the test that saw it.

use std::collections::HashMap;
use std::sync::Mutex;

use jsonschema::Validator;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// A document and the validators made of it so far.
#[derive(Debug)]
pub(crate) struct Contract {
    document: Value,
    validators: Mutex<HashMap<String, std::sync::Arc<Validator>>>,
}

impl Contract {
    pub(crate) fn new(document: Value) -> Self {
        assert!(document["paths"].is_object(), "not an OpenAPI document");
        Self {
            document,
            validators: Mutex::default(),
        }
    }

    /// Panics unless the document says that this operation can answer so.
    pub(crate) fn check(&self, method: &Method, path: &str, status: StatusCode, body: &Value) {
        let path = path.split('?').next().unwrap_or(path);
        let Some((template, operations)) = self.find(path) else {
            return;
        };
        let operation = &operations[method.as_str().to_lowercase()];
        if operation.is_null() {
            return;
        }
        let response = self.resolve(&operation["responses"][status.as_str()]);
        assert!(
            !response.is_null(),
            "{method} {template} answers {status}, which is not documented: {body}"
        );
        let schema = &response["content"]["application/json"]["schema"];
        if schema.is_null() {
            assert!(
                body.is_null(),
                "{method} {template} {status} has an undocumented body: {body}"
            );
            return;
        }
        let validator = self.validator(&format!("{method} {template} {status}"), schema);
        let complaints: Vec<String> = validator
            .iter_errors(body)
            .map(|error| format!("{error} at {}", error.instance_path()))
            .collect();
        assert!(
            complaints.is_empty(),
            "{method} {template} {status}: {}\n{body:#}",
            complaints.join("\n")
        );
    }

    /// What stands here, or where this refers to.
    fn resolve<'a>(&'a self, part: &'a Value) -> &'a Value {
        let reference = part["$ref"]
            .as_str()
            .and_then(|reference| reference.strip_prefix('#'));
        match reference {
            Some(pointer) => self.document.pointer(pointer).expect("references lead somewhere"),
            None => part,
        }
    }

    /// The path of the document that this one is an example of.
    fn find(&self, path: &str) -> Option<(&String, &Value)> {
        let paths = self.document["paths"].as_object()?;
        // A path without parameters wins over one with.
        paths
            .get_key_value(path)
            .or_else(|| paths.iter().find(|(template, _)| fits(template, path)))
    }

    fn validator(&self, name: &str, schema: &Value) -> std::sync::Arc<Validator> {
        let mut validators = self
            .validators
            .lock()
            .expect("no test panics while it holds this");
        let made = validators.entry(name.to_owned()).or_insert_with(|| {
            // References are to the document's components: the schema brings them along.
            let whole = json!({ "allOf": [schema], "components": self.document["components"] });
            std::sync::Arc::new(
                jsonschema::validator_for(&whole).unwrap_or_else(|error| panic!("{name}: {error}")),
            )
        });
        std::sync::Arc::clone(made)
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given))
                if wanted == given || (wanted.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Contract {
        Contract::new(json!({
            "paths": { "/things/{id}": { "get": { "responses": {
                "200": { "content": { "application/json": {
                    "schema": { "$ref": "#/components/schemas/Thing" } } } },
                "404": { "$ref": "#/components/responses/NotFound" }
            } } } },
            "components": {
                "schemas": { "Thing": { "type": "object", "required": ["id"] } },
                "responses": { "NotFound": { "content": { "application/json": {
                    "schema": { "type": "object", "required": ["error"] } } } } }
            }
        }))
    }

    #[test]
    fn what_is_described_passes() {
        contract().check(&Method::GET, "/things/7?x=1", StatusCode::OK, &json!({ "id": 7 }));
    }

    #[test]
    #[should_panic(expected = "\"id\" is a required property")]
    fn a_missing_field_fails() {
        contract().check(&Method::GET, "/things/7", StatusCode::OK, &json!({}));
    }

    #[test]
    #[should_panic(expected = "\"error\" is a required property")]
    fn a_shared_answer_is_looked_up() {
        contract().check(&Method::GET, "/things/7", StatusCode::NOT_FOUND, &json!({}));
    }

    #[test]
    #[should_panic(expected = "not documented")]
    fn an_undocumented_status_fails() {
        contract().check(&Method::GET, "/things/7", StatusCode::IM_A_TEAPOT, &json!({}));
    }
}
