//! What Twilio calls us with: one message or one status at a time, as a form.

use recado_model::{Inbound, MAX_PROVIDER_ID, ProblemKind};

use super::form::Form;
use super::{identity, message, status};
use crate::json::{clean, cut};
use crate::parsed::Parsed;

/// Reads a form whose signature has been verified: a message of a customer, or what became of one of ours.
/// `callback` is what we put into the address of status callbacks, from the query of the address that was called.
///
/// Twilio tells no times: both have to be taken for new. What it sends about a message that is still on its way is
/// [`ProblemKind::NotHandled`].
pub fn parse(form: &[(String, String)], callback: Option<&str>) -> Parsed {
    let mut parsed = Parsed::default();
    let form = Form(form);
    let status = form
        .short("MessageStatus", 64)
        .or_else(|| form.short("SmsStatus", 64));
    match status.as_deref() {
        Some("received" | "receiving") => inbound(&mut parsed, form),
        Some(status) => update(&mut parsed, form, &status.to_ascii_lowercase(), callback),
        // Every form with a message in it has these, whatever else changes.
        None if form.has("MessageSid") && (form.has("Body") || form.has("NumMedia")) => {
            inbound(&mut parsed, form);
        }
        None => {
            let event = form.short("EventType", 64).unwrap_or_default();
            let why = format!("neither a message nor a status, event {event:?}");
            parsed.problem(ProblemKind::UnknownEvent, why, None);
        }
    }
    parsed.finish()
}

/// Our number at one end, or the problem that there is none.
fn number(parsed: &mut Parsed, form: Form<'_>, name: &str) -> Option<String> {
    let address = form.text(name).unwrap_or_default();
    let number = identity::number(&address);
    if number.is_none() {
        let (kind, why) = match identity::whatsapp(&address) {
            // The same sender may take SMS.
            None if !address.is_empty() => (ProblemKind::NotHandled, "of another channel"),
            _ => (ProblemKind::NoNumber, "no number of ours"),
        };
        parsed.problem(kind, format!("{name} {:?}: {why}", cut(address, 64)), None);
    }
    number
}

fn inbound(parsed: &mut Parsed, form: Form<'_>) {
    let Some(number) = number(parsed, form, "To") else {
        return;
    };
    match message::read(&number, form) {
        Ok(items) => parsed.items.extend(items),
        Err((kind, why)) => parsed.problem(kind, why, Some(&number)),
    }
}

fn update(parsed: &mut Parsed, form: Form<'_>, status: &str, callback: Option<&str>) {
    let Some(number) = number(parsed, form, "From") else {
        return;
    };
    let callback = callback
        .map(|callback| clean(callback.into()).into_owned())
        .filter(|callback| (1..=MAX_PROVIDER_ID).contains(&callback.chars().count()));
    match status::read(&number, form, status, callback) {
        Ok(update) => parsed.items.push(Inbound::Status(update)),
        Err((kind, why)) => parsed.problem(kind, why, Some(&number)),
    }
}
