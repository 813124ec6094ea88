//! The OpenAPI document: the routes' own descriptions, and what follows from them for all alike.

mod conventions;
mod examples;
mod refusals;
mod sentences;

use utoipa::ToSchema;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ArrayBuilder, ComponentsBuilder, InfoBuilder, License, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr,
    Schema, ServerBuilder,
};

use self::examples::Examples;
use crate::error::ErrorEnvelope;
use crate::live::LiveFrame;
use crate::routes;
use crate::tag::TAGS;

const PREFIX: &str = "/api/v1";

/// The document that is served at `/api/v1/openapi.json`.
pub fn openapi() -> OpenApi {
    let v1 = routes::v1().merge(routes::uploads()).into_openapi();
    finish(v1, routes::compatible().into_openapi())
}

/// `compatible` is what has its own way of failing, and stands where it stands.
fn finish(routes: OpenApi, compatible: OpenApi) -> OpenApi {
    let mut document = OpenApiBuilder::new()
        .info(info())
        .tags(Some(TAGS.iter().map(tag)))
        .build();
    let server = ServerBuilder::new().url("/").description(Some("This server"));
    document.servers = Some(vec![server.build()]);
    document.components = Some(components());
    let mut document = document.nest(PREFIX, routes);
    document.merge(compatible);
    if let Some(components) = &mut document.components {
        components.schemas.iter_mut().for_each(refer);
    }
    let schemas = document.components.as_ref().map(|components| &components.schemas);
    let examples = Examples::new(serde_json::to_value(schemas).unwrap_or_default());
    for (path, item) in &mut document.paths.paths {
        let is_ours = path.starts_with(PREFIX);
        if is_ours {
            conventions::add(item);
        }
        for operation in operations(item) {
            if is_ours {
                refusals::add(operation);
            } else {
                sentences::add(operation);
            }
            describe(operation);
            examples.add(operation);
        }
    }
    document
}

fn info() -> utoipa::openapi::Info {
    let description = "\
        Everything the web app does, it does through this API.\n\n\
        Answers are `{\"data\": …}`; lists add `\"meta\": {\"next_cursor\": …}`, to be sent back as `cursor` for the \
        next page. Failures are `{\"error\": {\"code\", \"message\", \"field\", \"request_id\"}}`: branch on `code`. \
        Times are ISO 8601 in UTC with milliseconds, ids are UUIDs.\n\n\
        Programs authenticate with an API key, people with a session cookie. Lists that can be followed live carry \
        the header `X-Journal-Seq`: load, then open the live socket since that number, and nothing is missed.";
    InfoBuilder::new()
        .title("Recado API")
        .version("1")
        .description(Some(description))
        .license(Some(License::new("MIT OR Apache-2.0")))
        .build()
}

fn tag(&(name, description): &(&str, &str)) -> utoipa::openapi::Tag {
    let mut tag = utoipa::openapi::Tag::new(name);
    tag.description = Some(description.to_owned());
    tag
}

fn components() -> utoipa::openapi::Components {
    let cookie = ApiKeyValue::with_description(
        "__Host-recado",
        "Set by signing in. Named `recado` where the server is reached by plain http.",
    );
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key, `wacrm_live_…`."));
    let mut schemas = Vec::new();
    ErrorEnvelope::schemas(&mut schemas);
    LiveFrame::schemas(&mut schemas);
    let mut components = ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .schema_from::<ErrorEnvelope>()
        .schema_from::<routes::Sentence>()
        .schema_from::<LiveFrame>()
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)))
        .security_scheme("api_key", SecurityScheme::Http(key.build()));
    for (name, response) in refusals::components() {
        components = components.response(name, response);
    }
    components.build()
}

/// The schema of a generic type repeats what it holds; make it refer to it.
fn refer((name, schema): (&String, &mut RefOr<Schema>)) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    let data: RefOr<Schema> = match name.split_once('_') {
        Some(("Data", held)) => Ref::from_schema_name(held).into(),
        Some(("List", held)) => ArrayBuilder::new().items(Ref::from_schema_name(held)).into(),
        _ => return,
    };
    object.properties.insert("data".to_owned(), data);
}

/// OpenAPI wants a description of every answer, also where there is nothing to say that the status does not.
fn describe(operation: &mut Operation) {
    for (status, answer) in &mut operation.responses.responses {
        if let RefOr::T(answer) = answer
            && answer.description.is_empty()
        {
            let said = match status.as_str() {
                "201" => "Made.",
                "202" => "Accepted.",
                "204" => "Done.",
                "206" => "The part that was asked for.",
                _ => "OK.",
            };
            said.clone_into(&mut answer.description);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use recado_model::Permission;
    use serde_json::Value;

    use super::*;

    fn document() -> Value {
        serde_json::to_value(openapi()).unwrap()
    }

    /// (path, operation) of every operation.
    fn operations(document: &Value) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                found.push((format!("{method} {path}"), operation.clone()));
            }
        }
        found
    }

    fn walk(value: &Value, visit: &mut impl FnMut(&Value)) {
        visit(value);
        match value {
            Value::Object(fields) => fields.values().for_each(|field| walk(field, visit)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
            _ => {}
        }
    }

    #[test]
    fn every_operation_has_its_own_id_a_summary_a_known_tag_and_says_who_may() {
        let document = document();
        let mut ids = HashSet::new();
        for (name, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            assert!(ids.insert(id), "{name}: its id is taken");
            assert!(operation["summary"].is_string(), "{name} has no summary");
            assert!(operation["security"].is_array(), "{name} does not say who may");
            let tag = operation["tags"][0].as_str().unwrap();
            assert!(TAGS.iter().any(|(known, _)| *known == tag), "{name}: {tag}");
        }
    }

    #[test]
    fn scopes_are_permissions_and_are_the_same_for_sessions_and_keys() {
        for (name, operation) in operations(&document()) {
            let requirements = operation["security"].as_array().unwrap();
            let scopes: Vec<&Value> = requirements
                .iter()
                .filter_map(Value::as_object)
                .flat_map(|one| one.values())
                .collect();
            assert!(scopes.windows(2).all(|pair| pair[0] == pair[1]), "{name}");
            for scope in scopes.iter().flat_map(|scopes| scopes.as_array().unwrap()) {
                assert!(
                    scope.as_str().unwrap().parse::<Permission>().is_ok(),
                    "{name}: {scope}"
                );
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        walk(&document, &mut |value| {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
            }
        });
    }

    #[test]
    fn what_is_protected_says_401_and_what_has_a_path_parameter_404() {
        for (name, operation) in operations(&document()) {
            let open = operation["security"] == serde_json::json!([{}]);
            // One that may be wrong; who signs up chooses theirs.
            let takes_a_password = name.ends_with("/session") || name.ends_with("/accept");
            assert_eq!(
                operation["responses"].get("401").is_none(),
                open && !takes_a_password,
                "{name}"
            );
            // The compatible call has the conversation in its body, and says 404 all the same.
            let names_something = name.contains('{') || !name.contains(PREFIX);
            assert_eq!(
                operation["responses"].get("404").is_some(),
                names_something,
                "{name}"
            );
            assert!(operation["responses"].get("500").is_some(), "{name}");
        }
    }

    #[test]
    fn every_failure_names_the_codes_it_can_have() {
        let document = document();
        for (name, operation) in operations(&document) {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let answer = match answer["$ref"].as_str() {
                    Some(reference) => document.pointer(&reference[1..]).unwrap(),
                    None => answer,
                };
                assert!(answer["description"].is_string(), "{name} {status}: what is it?");
                let content = &answer["content"]["application/json"];
                assert!(
                    !refusals::is_failure(status) || content["examples"].is_object(),
                    "{name} {status}: name its codes as `code` in the description; what is new goes into CODES: {}",
                    answer["description"]
                );
            }
        }
    }

    #[test]
    fn every_code_is_one_of_some_operation() {
        let text = document().to_string();
        for code in refusals::words() {
            assert!(
                text.contains(&format!("\"code\":\"{code}\"")),
                "nothing answers {code} any more"
            );
        }
    }

    /// Every body in JSON that is sent or answered, with its schema and its example.
    fn bodies(operation: &Value) -> Vec<(&String, &Value)> {
        let answers = operation["responses"].as_object().unwrap().iter();
        let asked = operation
            .get("requestBody")
            .map(|body| &body["content"])
            .into_iter();
        let answered = answers
            .filter(|(status, _)| status.starts_with('2'))
            .map(|(_, answer)| &answer["content"]);
        let contents = asked.chain(answered).filter_map(Value::as_object).flatten();
        contents
            .filter(|(kind, _)| kind.ends_with("json") || kind.starts_with("multipart"))
            .collect()
    }

    #[test]
    fn every_body_has_an_example_that_fits_it() {
        let document = document();
        let mut wrong = Vec::new();
        let (mut schemas, mut examples) = (serde_json::Map::new(), serde_json::Map::new());
        for (name, operation) in operations(&document) {
            for (index, (kind, body)) in bodies(&operation).into_iter().enumerate() {
                let Some(example) = body.get("example") else {
                    wrong.push(format!("{name} {kind}: has none"));
                    continue;
                };
                walk(example, &mut |value| {
                    let fields = value.as_object().into_iter().flatten();
                    let untold = fields.filter(|(_, value)| *value == "…");
                    wrong.extend(untold.map(|(field, _)| format!("{name}: {field} is not told")));
                });
                schemas.insert(format!("{name} {index}"), body["schema"].clone());
                examples.insert(format!("{name} {index}"), example.clone());
            }
        }
        // One schema of them all: compiling the components is what takes long.
        let schema = serde_json::json!({ "properties": schemas, "components": document["components"] });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let examples = Value::Object(examples);
        let complaints = validator.iter_errors(&examples);
        wrong.extend(complaints.map(|error| format!("{error} at {}", error.instance_path())));
        assert!(
            wrong.is_empty(),
            "examples that do not fit, or that openapi/examples.json does not tell enough of:\n{}",
            wrong.join("\n")
        );
    }

    /// Answers carry all their fields, null where there is nothing: clients need not tell absent from null.
    #[test]
    fn answers_always_carry_what_may_be_null() {
        let document = document();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        let mut answered: HashSet<String> = HashSet::new();
        let mut new: Vec<Value> = operations(&document)
            .into_iter()
            .map(|(_, operation)| operation["responses"].clone())
            .collect();
        while let Some(value) = new.pop() {
            walk(&value, &mut |value| {
                let name = value.get("$ref").and_then(Value::as_str);
                if let Some(name) = name.and_then(|name| name.strip_prefix("#/components/schemas/"))
                    && answered.insert(name.to_owned())
                {
                    new.push(schemas[name].clone());
                }
            });
        }
        let mut missing = Vec::new();
        for (name, schema) in schemas {
            if !answered.contains(name) {
                continue;
            }
            walk(schema, &mut |part| {
                let required = part["required"].as_array().cloned().unwrap_or_default();
                for (field, schema) in part["properties"].as_object().into_iter().flatten() {
                    let nullable = schema["type"]
                        .as_array()
                        .is_some_and(|kinds| kinds.contains(&"null".into()))
                        || schema["oneOf"]
                            .as_array()
                            .is_some_and(|ones| ones.contains(&serde_json::json!({"type": "null"})));
                    if nullable && !required.contains(&Value::from(field.as_str())) {
                        missing.push(format!("{name}.{field}"));
                    }
                }
            });
        }
        assert!(missing.is_empty(), "not required: {missing:?}");
    }

    #[test]
    fn filters_and_pages_are_described() {
        let document = document();
        let parameters = &document["paths"]["/api/v1/conversations"]["get"]["parameters"];
        let names: Vec<_> = parameters
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            names,
            [
                "status",
                "contact_id",
                "assigned",
                "assigned_agent_id",
                "channel_id",
                "tag",
                "unread",
                "window",
                "sort",
                "limit",
                "cursor"
            ]
        );
    }
}
