//! The body of a webhook: every message, status and notice of every change of every entry, each read on its own.
//!
//! Nothing odd in one of them touches another. What cannot be read becomes a [`Problem`](recado_model::Problem)
//! that says where it stands; the body itself is kept whole by the caller.

use recado_model::{Inbound, ProblemKind};
use serde_json::value::RawValue;

use super::identity::Contacts;
use super::{message, notice, preference, status};
use crate::json::{Object, cut};
use crate::parsed::{NotUnderstood, Parsed};

/// Reads a body whose signature has been verified.
///
/// # Errors
/// Only if nothing at all can be read: it is not JSON, or not an envelope of WhatsApp's.
pub fn parse(body: &[u8]) -> Result<Parsed, NotUnderstood> {
    let not_whatsapp = |why: String| Err(NotUnderstood::NotWhatsapp(why));
    let Ok(envelope) = serde_json::from_slice::<Object<'_>>(body) else {
        return match serde_json::from_slice::<&RawValue>(body) {
            Err(error) => Err(NotUnderstood::NotJson(error.to_string())),
            Ok(_) => not_whatsapp("not an object".to_owned()),
        };
    };
    match envelope.text("object") {
        Some(object) if object == "whatsapp_business_account" => {}
        Some(object) => return not_whatsapp(format!("its object is {:?}", cut(object, 64))),
        None => return not_whatsapp("it names no object".to_owned()),
    }
    let Some(entries) = envelope.elements("entry") else {
        return not_whatsapp("it has no entries".to_owned());
    };
    let mut parsed = Parsed::default();
    for (index, entry) in entries.into_iter().enumerate() {
        let at = format!("entry[{index}]");
        let business = entry.as_ref().and_then(|entry| entry.id("id"));
        match entry.and_then(|entry| entry.elements("changes")) {
            None => parsed.problem(ProblemKind::UnknownShape, format!("{at}: no changes in it"), None),
            Some(changes) => {
                for (index, one) in changes.into_iter().enumerate() {
                    change(
                        &mut parsed,
                        one,
                        business.as_deref(),
                        &format!("{at}.changes[{index}]"),
                    );
                }
            }
        }
    }
    Ok(parsed.finish())
}

fn change(parsed: &mut Parsed, change: Option<Object<'_>>, business: Option<&str>, at: &str) {
    let Some(change) = change else {
        return parsed.problem(ProblemKind::UnknownShape, format!("{at}: not an object"), None);
    };
    let value = change.object("value");
    let number = value
        .as_ref()
        .and_then(|value| value.object("metadata")?.id("phone_number_id"));
    let field = change.text("field").map(|field| cut(field, 64));
    match (field.as_deref(), value) {
        (Some("messages" | "smb_message_echoes"), Some(value)) => {
            messages(parsed, &value, number.as_deref(), at);
        }
        (Some("user_preferences"), Some(value)) => preference::read(parsed, &value, number.as_deref(), at),
        (Some(field), Some(value)) if notice::is_one(field) => notices(parsed, field, &value, business, at),
        (Some(field), None)
            if matches!(field, "messages" | "smb_message_echoes" | "user_preferences")
                || notice::is_one(field) =>
        {
            parsed.problem(ProblemKind::UnknownShape, format!("{at}: no value in it"), None);
        }
        (Some(field), _) => {
            let kind = if KNOWN.contains(&field) {
                ProblemKind::NotHandled
            } else {
                ProblemKind::UnknownEvent
            };
            parsed.problem(kind, format!("{at}: field {field:?}"), number.as_deref());
        }
        (None, _) => parsed.problem(
            ProblemKind::UnknownShape,
            format!("{at}: no field in it"),
            number.as_deref(),
        ),
    }
}

/// Fields Meta documents and this version leaves alone.
const KNOWN: &[&str] = &[
    "account_review_update",
    "automatic_events",
    "business_capability_update",
    "calls",
    "flows",
    "history",
    "phone_number_name_update",
    "security",
    "smb_app_state_sync",
    "standby",
];

fn notices(parsed: &mut Parsed, field: &str, value: &Object<'_>, business: Option<&str>, at: &str) {
    let read = match business {
        Some(business) => {
            notice::read(field, business, value).map_err(|why| (ProblemKind::UnknownShape, why))
        }
        None => Err((ProblemKind::NoNumber, "it does not name the business")),
    };
    match read {
        Ok(item) => parsed.items.push(item),
        Err((kind, why)) => parsed.problem(kind, format!("{at}: field {field:?}: {why}"), None),
    }
}

/// The lists in the value of a change that is about a number's messages.
const LISTS: [&str; 4] = ["messages", "message_echoes", "statuses", "errors"];

/// The value of such a change: any of the lists together.
fn messages(parsed: &mut Parsed, value: &Object<'_>, number: Option<&str>, at: &str) {
    let Some(number) = number else {
        return parsed.problem(
            ProblemKind::NoNumber,
            format!("{at}: no phone_number_id that can be kept"),
            None,
        );
    };
    let contacts = Contacts::read(value.objects("contacts"));
    for name in LISTS {
        let Some(elements) = value.list(name) else {
            if value.get(name).is_some() {
                parsed.problem(
                    ProblemKind::UnknownShape,
                    format!("{at}.{name}: not a list"),
                    Some(number),
                );
            }
            continue;
        };
        for (index, raw) in elements.into_iter().enumerate() {
            let read = match name {
                "messages" | "message_echoes" => {
                    message::read(number, raw, &contacts, name == "message_echoes")
                        .map_err(|(kind, why)| (kind, why.to_owned()))
                }
                "statuses" => status::read(number, raw, &contacts).map(Inbound::Status),
                _ => Err((ProblemKind::ProviderError, said(raw))),
            };
            match read {
                Ok(item) => parsed.items.push(item),
                Err((kind, why)) => {
                    parsed.problem(kind, format!("{at}.{name}[{index}]: {why}"), Some(number));
                }
            }
        }
    }
    if LISTS.iter().all(|name| value.get(name).is_none()) {
        let why = format!("{at}: neither messages nor statuses in it");
        parsed.problem(ProblemKind::UnknownShape, why, Some(number));
    }
}

/// What an error beside the messages says.
fn said(raw: &RawValue) -> String {
    let failure = super::errors::failure(
        &Object::of(raw)
            .as_ref()
            .map(super::errors::GraphError::read)
            .unwrap_or_default(),
        None,
    );
    match failure.code {
        Some(code) => format!("{code}: {}", failure.message),
        None => failure.message,
    }
}
