//! The OpenAPI document: the routes' own descriptions, and what follows from them for all alike.

mod conventions;

use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ArrayBuilder, ComponentsBuilder, Content, InfoBuilder, License, OpenApi, OpenApiBuilder, PathItem, Ref,
    RefOr, Schema, ServerBuilder,
};

use crate::error::ErrorEnvelope;
use crate::live::LiveFrame;
use crate::routes;
use crate::tag::TAGS;

const PREFIX: &str = "/api/v1";

/// Refusals that many operations share: component name, status, what it says.
const REFUSALS: [(&str, &str, &str); 10] = [
    (
        "BadRequest",
        "400",
        "`bad_request`: the input does not fit; `error.field` names the part at fault.",
    ),
    (
        "Unauthorized",
        "401",
        "`unauthorized`: no session and no key, or a wrong one. `session_expired`: sign in again.",
    ),
    (
        "Forbidden",
        "403",
        "`forbidden`: the message names the missing permission.",
    ),
    ("NotFound", "404", "`not_found`: there is none in this account."),
    ("Timeout", "408", "`timeout`: the body took too long to arrive."),
    ("TooLarge", "413", "`too_large`: the body is over the limit."),
    (
        "UnsupportedMediaType",
        "415",
        "`unsupported_media_type`: the body must be JSON.",
    ),
    (
        "RateLimited",
        "429",
        "`rate_limited`: too many requests with this key; try again after `Retry-After` seconds.",
    ),
    (
        "Internal",
        "500",
        "`internal`: our fault. Name the `request_id` when you ask for help.",
    ),
    (
        "Unavailable",
        "503",
        "`unavailable`: try again after `Retry-After` seconds; nothing was done.",
    ),
];

/// The document that is served at `/api/v1/openapi.json`.
pub fn openapi() -> OpenApi {
    finish(routes::v1().merge(routes::uploads()).into_openapi())
}

fn finish(routes: OpenApi) -> OpenApi {
    let mut document = OpenApiBuilder::new()
        .info(info())
        .tags(Some(TAGS.iter().map(tag)))
        .build();
    let server = ServerBuilder::new().url("/").description(Some("This server"));
    document.servers = Some(vec![server.build()]);
    document.components = Some(components());
    let mut document = document.nest(PREFIX, routes);
    if let Some(components) = &mut document.components {
        components.schemas.iter_mut().for_each(refer);
    }
    for item in document.paths.paths.values_mut() {
        conventions::add(item);
        operations(item).for_each(add_refusals);
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
        .schema_from::<LiveFrame>()
        .security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)))
        .security_scheme("api_key", SecurityScheme::Http(key.build()));
    for (name, _, description) in REFUSALS {
        let content = Content::new(Some(RefOr::Ref(Ref::from_schema_name(ErrorEnvelope::name()))));
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/json", content);
        components = components.response(name, response.build());
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

/// Adds what any such operation may answer; what an operation says itself stays.
fn add_refusals(operation: &mut Operation) {
    let has = |place: &ParameterIn| {
        operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| match parameter {
                RefOr::T(parameter) => parameter.parameter_in == *place,
                RefOr::Ref(_) => false,
            })
    };
    let has_body = operation.request_body.is_some();
    let has_parameters = operation
        .parameters
        .as_ref()
        .is_some_and(|parameters| !parameters.is_empty());
    // An operation that anybody may call has one empty requirement.
    let requirements = serde_json::to_value(&operation.security).unwrap_or_default();
    let needs =
        |found: fn(&serde_json::Value) -> bool| requirements.as_array().into_iter().flatten().any(found);
    let needs_caller = needs(|requirement| requirement.as_object().is_some_and(|one| !one.is_empty()));
    let needs_permission = needs(|requirement| {
        requirement
            .as_object()
            .into_iter()
            .flatten()
            .any(|(_, scopes)| scopes != &serde_json::json!([]))
    });
    let takes_keys = needs(|requirement| requirement.get("api_key").is_some());
    let only_members = needs_caller && !takes_keys;
    let changes = operation.request_body.is_some();
    let answers = |status: &str| match status {
        "400" => has_body || has_parameters,
        "401" => needs_caller,
        "403" => needs_permission || only_members || changes,
        "404" => has(&ParameterIn::Path),
        "408" | "413" | "415" => has_body,
        "429" => takes_keys,
        _ => true,
    };
    let added: Vec<_> = REFUSALS
        .into_iter()
        .filter(|(_, status, _)| answers(status))
        .collect();
    for (name, status, _) in added {
        let shared = RefOr::Ref(Ref::from_response_name(name));
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert(shared);
    }
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
            assert_eq!(
                operation["responses"].get("404").is_some(),
                name.contains('{'),
                "{name}"
            );
            assert!(operation["responses"].get("500").is_some(), "{name}");
        }
    }

    /// Answers carry all their fields, null where there is nothing: clients need not tell absent from null.
    #[test]
    fn answers_always_carry_what_may_be_null() {
        let document = document();
        let mut asked = HashSet::new();
        for (_, operation) in operations(&document) {
            walk(&operation["requestBody"], &mut |value| {
                asked.extend(value.get("$ref").and_then(Value::as_str).map(str::to_owned));
            });
        }
        let mut missing = Vec::new();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            if asked.contains(&format!("#/components/schemas/{name}")) {
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
