//! Every way an operation can fail: its statuses, and for each the codes that `error.code` can be.
//!
//! An operation names its own in the descriptions of its answers (`` `window_closed`: … ``); what follows from what it
//! takes and from who may call it is added here. Clients get the codes as an `enum` and with an example each, and the
//! tests hold every failure they see against them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::ToSchema as _;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{AllOfBuilder, Content, Ref, RefOr, Schema};

use crate::error::ErrorEnvelope;

/// A stable code: its status, the word, a message it comes with.
type Code = (u16, &'static str, &'static str);

/// All there are. Once published a word keeps its meaning.
const CODES: [Code; 47] = [
    (
        400,
        "bad_request",
        "`limit` must be a whole number from 1 to 100.",
    ),
    (
        400,
        "template_malformed",
        "The parameters do not fit the template.",
    ),
    (
        400,
        "whatsapp_not_configured",
        "No WhatsApp number is connected yet.",
    ),
    (
        401,
        "unauthorized",
        "Sign in, or send an API key as `Authorization: Bearer …`.",
    ),
    (401, "session_expired", "This session has ended. Sign in again."),
    (401, "bad_credentials", "Email or password are wrong."),
    (
        401,
        "second_step_required",
        "Enter the code of your authenticator app.",
    ),
    (401, "bad_code", "This code is wrong."),
    (403, "forbidden", "This needs the permission messages:send."),
    (404, "not_found", "There is no such conversation."),
    (408, "timeout", "The body took too long to arrive."),
    (409, "already_connected", "This number is connected already."),
    (409, "already_enabled", "Signing in takes a code already."),
    (
        409,
        "channel_inactive",
        "The number of this conversation is switched off or was taken away.",
    ),
    (409, "conflict", "Only a failed message can be sent again."),
    (
        409,
        "contact_opted_out",
        "This customer has stopped promotions, so they cannot be sent a marketing template.",
    ),
    (409, "email_taken", "Somebody signs in with this address already."),
    (
        409,
        "idempotency_in_progress",
        "The first request with this Idempotency-Key is still being carried out.",
    ),
    (
        409,
        "idempotency_interrupted",
        "The first request with this Idempotency-Key was cut off. See what is there.",
    ),
    (
        409,
        "last_owner",
        "An account needs an owner: make somebody else one first.",
    ),
    (
        409,
        "message_leaving",
        "This message is on its way out. Wait until it was sent or has failed.",
    ),
    (409, "not_enabled", "Signing in takes no code."),
    (409, "not_offered", "Twilio cannot send reactions on WhatsApp."),
    (409, "not_started", "Ask for a secret first."),
    (409, "revoked", "This key was revoked."),
    (409, "sandbox_unavailable", "Nothing plays WhatsApp here."),
    (409, "shortcut_exists", "There is a canned reply /hours already."),
    (409, "tag_exists", "There is a tag “VIP” already."),
    (
        409,
        "template_unavailable",
        "This template cannot be sent: it is rejected.",
    ),
    (409, "too_many", "There can be 20 webhooks. Remove one first."),
    (409, "too_many_views", "There can be 50 views. Delete one first."),
    (
        409,
        "twilio_not_configured",
        "Enter the credentials of Twilio first.",
    ),
    (
        409,
        "webhook_disabled",
        "This webhook is switched off. Switch it on first.",
    ),
    (
        409,
        "whatsapp_not_configured",
        "No WhatsApp number is connected yet.",
    ),
    (
        409,
        "window_closed",
        "The customer has not written in the last 24 hours, so WhatsApp takes only template messages.",
    ),
    (
        410,
        "events_forgotten",
        "What came after `since` is not kept any more.",
    ),
    (413, "too_large", "The body is larger than 1048576 bytes."),
    (
        415,
        "unsupported_media",
        "WhatsApp does not take this kind of file.",
    ),
    (
        415,
        "unsupported_media_type",
        "The body must be JSON, with the header `Content-Type: application/json`.",
    ),
    (416, "bad_range", "The file has no such part."),
    (
        422,
        "idempotency_mismatch",
        "This Idempotency-Key was used before with another body.",
    ),
    (429, "rate_limited", "Too many requests. Try again in 12 s."),
    (500, "internal", "Something went wrong on our side."),
    (502, "meta_error", "The provider refused the message."),
    (
        502,
        "provider_error",
        "The access token is not valid any more. (The provider says: 190: Session has expired)",
    ),
    (
        502,
        "provider_unreachable",
        "The provider could not be reached: it took too long to answer.",
    ),
    (
        503,
        "unavailable",
        "The service cannot reach its database at the moment.",
    ),
];

/// Refusals that many operations share: component name, status, what it says.
const SHARED: [(&str, &str, &str); 10] = [
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
        "`unsupported_media_type`: the body is not of the type that is asked for.",
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
        "`unavailable`: try again after `Retry-After` seconds. Under the same `Idempotency-Key` nothing is done twice.",
    ),
];

/// The shared ones, to be referred to.
pub fn components() -> impl Iterator<Item = (&'static str, Response)> {
    SHARED
        .into_iter()
        .map(|(name, status, description)| (name, response(status, description)))
}

/// What a code is said with.
pub fn message(code: &str) -> Option<&'static str> {
    let known = CODES.iter().find(|(_, word, _)| *word == code);
    known.map(|(.., message)| *message)
}

/// Every code there is.
#[cfg(test)]
pub fn words() -> impl Iterator<Item = &'static str> {
    CODES.iter().map(|(_, code, _)| *code)
}

/// Adds what any such operation may answer to what this one says itself, and the codes to all of it.
pub fn add(operation: &mut Operation) {
    let shared = shared_by(operation);
    let answers = &mut operation.responses.responses;
    for (status, answer) in answers.iter_mut() {
        if let RefOr::T(own) = answer
            && is_failure(status)
        {
            let more = shared.get(status.as_str()).map(|(_, text)| *text);
            *own = response(status, &joined(status, &own.description, more));
        }
    }
    for (status, (name, _)) in shared {
        answers
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::Ref(Ref::from_response_name(name)));
    }
}

pub fn is_failure(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

/// Which of the shared ones it may answer, by status.
fn shared_by(operation: &Operation) -> BTreeMap<&'static str, (&'static str, &'static str)> {
    let parameters = operation.parameters.as_deref().unwrap_or_default();
    let in_path = |parameter: &RefOr<_>| matches!(parameter, RefOr::T(parameter) if is_in_path(parameter));
    let has_body = operation.request_body.is_some();
    // An operation that anybody may call has one empty requirement.
    let requirements = serde_json::to_value(&operation.security).unwrap_or_default();
    let needs = |found: fn(&Value) -> bool| requirements.as_array().into_iter().flatten().any(found);
    let needs_caller = needs(|requirement| requirement.as_object().is_some_and(|one| !one.is_empty()));
    let needs_permission = needs(|requirement| {
        let mut scopes = requirement.as_object().into_iter().flatten();
        scopes.any(|(_, scopes)| scopes != &json!([]))
    });
    let takes_keys = needs(|requirement| requirement.get("api_key").is_some());
    let only_members = needs_caller && !takes_keys;
    let answers = |status: &str| match status {
        "400" => has_body || !parameters.is_empty(),
        "401" => needs_caller,
        "403" => needs_permission || only_members || has_body,
        "404" => parameters.iter().any(in_path),
        "408" | "413" | "415" => has_body,
        "429" => takes_keys,
        _ => true,
    };
    SHARED
        .into_iter()
        .filter(|(_, status, _)| answers(status))
        .map(|(name, status, text)| (status, (name, text)))
        .collect()
}

fn is_in_path(parameter: &utoipa::openapi::path::Parameter) -> bool {
    parameter.parameter_in == ParameterIn::Path
}

/// What an operation says of its own, and what is said of all such, unless that is said already.
fn joined(status: &str, own: &str, shared: Option<&str>) -> String {
    match shared {
        Some(shared) if !codes(status, shared).all(|(_, code, _)| own.contains(&format!("`{code}`"))) => {
            format!("{} {shared}", own.trim_end_matches(';'))
        }
        _ => own.to_owned(),
    }
}

fn response(status: &str, description: &str) -> Response {
    let mut content = Content::new(Some(envelope(status, description)));
    for (_, code, message) in codes(status, description) {
        let example = ExampleBuilder::new().value(Some(example(code, message)));
        content
            .examples
            .insert((*code).to_owned(), example.build().into());
    }
    said(status, description, content)
}

/// A failure that is said in this form.
pub fn said(status: &str, description: &str, content: Content) -> Response {
    let mut response = ResponseBuilder::new()
        .description(description)
        .content("application/json", content);
    if let "429" | "503" = status {
        let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
        let header = HeaderBuilder::new()
            .description(Some("After how many seconds to try again."))
            .schema(Some(seconds));
        response = response.header("Retry-After", header.build());
    }
    response.build()
}

/// The envelope that all failures have, with the codes that can stand in this one.
fn envelope(status: &str, description: &str) -> Schema {
    let words = codes(status, description).map(|(_, code, _)| *code);
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words));
    let error = ObjectBuilder::new().property("code", code).required("code");
    let narrowed = ObjectBuilder::new().property("error", error).required("error");
    AllOfBuilder::new()
        .item(Ref::from_schema_name(ErrorEnvelope::name()))
        .item(narrowed)
        .into()
}

/// The codes of a status that a description names.
fn codes<'a>(status: &'a str, description: &'a str) -> impl Iterator<Item = &'static Code> + 'a {
    CODES
        .iter()
        .filter(move |(of, code, _)| of.to_string() == status && description.contains(&format!("`{code}`")))
}

fn example(code: &str, message: &str) -> Value {
    let mut error = json!({
        "code": code, "message": message, "request_id": "01981f5e-7c00-7a3b-9d2e-4f6a8b0c1dff",
    });
    if let Some((name, _)) = message
        .strip_prefix('`')
        .and_then(|text| text.split_once('`'))
        .filter(|_| code == "bad_request")
    {
        error["field"] = json!(name);
    }
    json!({ "error": error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_stands_twice_for_a_status() {
        let mut seen = std::collections::HashSet::new();
        for (status, code, message) in CODES {
            assert!(seen.insert((status, code)), "{code} is there twice");
            assert!(message.ends_with(['.', ')']), "{code}: {message}");
        }
    }

    #[test]
    fn what_an_operation_says_and_what_holds_for_all_stand_together() {
        assert_eq!(
            joined("415", "`unsupported_media`: no picture.", Some(SHARED[6].2)),
            "`unsupported_media`: no picture. `unsupported_media_type`: the body is not of the type that is asked for."
        );
        assert_eq!(
            joined("429", "`rate_limited`", Some(SHARED[7].2)),
            "`rate_limited`"
        );
        assert_eq!(joined("409", "`conflict`: no.", None), "`conflict`: no.");
    }

    #[test]
    fn only_words_of_the_status_are_its_codes() {
        let found = |status, text| codes(status, text).map(|(_, code, _)| *code).collect::<Vec<_>>();
        assert_eq!(
            found(
                "409",
                "`window_closed`: `not_found` and `Retry-After` are none of its."
            ),
            ["window_closed"]
        );
        assert_eq!(found("404", "`not_found`"), ["not_found"]);
    }

    #[test]
    fn an_input_at_fault_is_named_in_the_example() {
        assert_eq!(example(CODES[0].1, CODES[0].2)["error"]["field"], "limit");
        assert!(
            example("forbidden", "`x` is not yours.")["error"]
                .get("field")
                .is_none()
        );
    }
}
