//! What customers chose about being written to: whether they take a business's promotions.

use recado_model::{Identity, Inbound, MarketingChoice, ProblemKind};

use super::identity::{Contacts, Fill};
use crate::json::Object;
use crate::parsed::Parsed;

/// Reads every choice of a change of `user_preferences`, each on its own.
pub(super) fn read(parsed: &mut Parsed, value: &Object<'_>, number: Option<&str>, at: &str) {
    let Some(number) = number else {
        let why = format!("{at}: no phone_number_id that can be kept");
        return parsed.problem(ProblemKind::NoNumber, why, None);
    };
    let Some(choices) = value.list("user_preferences") else {
        let why = format!("{at}: no preferences in it");
        return parsed.problem(ProblemKind::UnknownShape, why, Some(number));
    };
    let contacts = Contacts::read(value.objects("contacts"));
    for (index, raw) in choices.into_iter().enumerate() {
        let choice = Object::of(raw)
            .ok_or((ProblemKind::UnknownShape, "not an object"))
            .and_then(|choice| one(number, &choice, &contacts));
        match choice {
            Ok(choice) => parsed.items.push(Inbound::Marketing(choice)),
            Err((kind, why)) => {
                parsed.problem(
                    kind,
                    format!("{at}.user_preferences[{index}]: {why}"),
                    Some(number),
                );
            }
        }
    }
}

fn one(
    number: &str,
    choice: &Object<'_>,
    contacts: &Contacts,
) -> Result<MarketingChoice, (ProblemKind, &'static str)> {
    if choice.text("category").as_deref() != Some("marketing_messages") {
        return Err((ProblemKind::NotHandled, "not about marketing messages"));
    }
    let stops = match choice.text("value").as_deref() {
        Some("stop") => true,
        Some("resume" | "signup") => false,
        _ => return Err((ProblemKind::UnknownShape, "a choice of no known value")),
    };
    let mut customer = Identity::default();
    customer.set_phone(choice.text("wa_id"));
    customer.set_scoped(choice.text("parent_user_id"), true);
    customer.set_scoped(choice.text("user_id"), false);
    let profile_name = contacts.complete(&mut customer);
    if customer.is_empty() {
        return Err((ProblemKind::NoSender, "neither a phone nor a user id in it"));
    }
    Ok(MarketingChoice {
        number: number.to_owned(),
        customer,
        profile_name,
        stops,
        // An integer, unlike other times.
        at: choice.time("timestamp"),
    })
}
