//! How the compatible call fails: with one sentence in place of the envelope, and with the few statuses that its clients
//! know. Its examples are named by the codes that the same failures have elsewhere.

use serde_json::json;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::{Content, Ref};

use super::{conventions, refusals};

/// Status, what it says, and the codes of what it comes of.
const FAILURES: [(&str, &str, &[&str]); 9] = [
    (
        "400",
        "The message does not fit, or may not leave now; the sentence says why.",
        &[
            "bad_request",
            "whatsapp_not_configured",
            "window_closed",
            "channel_inactive",
            "not_offered",
            "template_unavailable",
            "contact_opted_out",
            "too_large",
            "unsupported_media",
        ],
    ),
    ("401", "No session and no key, or a wrong one.", &["unauthorized"]),
    (
        "403",
        "The sentence names the missing permission.",
        &["forbidden"],
    ),
    (
        "404",
        "There is no such conversation or contact in this account.",
        &["not_found"],
    ),
    (
        "422",
        "The `Idempotency-Key` was used for another message.",
        &["idempotency_mismatch"],
    ),
    (
        "429",
        "Too many requests with this key; try again after `Retry-After` seconds.",
        &["rate_limited"],
    ),
    ("500", "Our fault.", &["internal"]),
    ("502", "The provider refused the message.", &["meta_error"]),
    (
        "503",
        "Try again after `Retry-After` seconds. Under the same `Idempotency-Key` nothing is sent twice.",
        &["unavailable"],
    ),
];

pub fn add(operation: &mut Operation) {
    conventions::take_key(operation);
    for (status, description, codes) in FAILURES {
        let mut content = Content::new(Some(Ref::from_schema_name("Sentence")));
        for code in codes {
            let told = json!({ "error": refusals::message(code) });
            let example = ExampleBuilder::new().value(Some(told)).build();
            content.examples.insert((*code).to_owned(), example.into());
        }
        let response = refusals::said(status, description, content);
        operation
            .responses
            .responses
            .insert(status.to_owned(), response.into());
    }
}
