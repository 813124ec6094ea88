//! What holds for every read and every POST alike.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{Content, ObjectBuilder, Ref, RefOr, Required, Type};

use crate::once;

/// Adds what the layers around all routes do. What an operation says itself stays.
pub fn add(item: &mut PathItem) {
    item.get.iter_mut().for_each(not_modified);
    item.post.iter_mut().for_each(idempotency);
}

/// Every read in JSON says when nothing has changed.
fn not_modified(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    let is_json = responses.get("200").is_some_and(|response| match response {
        RefOr::T(response) => response.content.contains_key("application/json"),
        RefOr::Ref(_) => false,
    });
    if is_json {
        let description = "As it was when it had the `ETag` that `If-None-Match` names.";
        let response = ResponseBuilder::new().description(description).build();
        responses
            .entry("304".to_owned())
            .or_insert_with(|| response.into());
    }
}

/// The header, and nothing of what may come of it.
pub fn take_key(operation: &mut Operation) {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(255));
    let header = ParameterBuilder::new()
        .name(once::NAME)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Any word of your own for this request. The same again within 24 hours is answered as it was, and not carried \
             out again.",
        ))
        .schema(Some(text));
    operation
        .parameters
        .get_or_insert_default()
        .push(header.build().into());
}

/// Every POST of somebody takes the header `Idempotency-Key`.
fn idempotency(operation: &mut Operation) {
    let requirements = serde_json::to_value(&operation.security).unwrap_or_default();
    let mut requirements = requirements.as_array().into_iter().flatten();
    if requirements.any(|one| one.as_object().is_some_and(serde_json::Map::is_empty)) {
        return;
    }
    take_key(operation);
    for (status, description) in [
        (
            "409",
            "`idempotency_in_progress`: the first request with this key is being carried out; ask again after \
             `Retry-After` seconds. `idempotency_interrupted`: it was cut off; see what is there.",
        ),
        (
            "422",
            "`idempotency_mismatch`: the key was used for another request.",
        ),
    ] {
        let body = Content::new(Some(RefOr::Ref(Ref::from_schema_name("ErrorEnvelope"))));
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/json", body)
            .build();
        let responses = &mut operation.responses.responses;
        // Beside what an operation refuses for reasons of its own.
        if let Some(RefOr::T(own)) = responses.get_mut(status) {
            own.description = format!("{} {description}", own.description);
        } else {
            responses.insert(status.to_owned(), response.into());
        }
    }
}
