//! Contact cards. Everything in them may be missing, even the name.

use recado_model::content::{CardPhone, ContactCard};

use crate::json::Object;

/// WhatsApp lets nobody share more at once.
const MAX_CARDS: usize = 257;
/// Of phones, addresses and so on, in each card.
const MAX_PARTS: usize = 50;
const MAX_TEXT: usize = 256;

/// The cards of a message; none if there is not a single one.
pub(super) fn read_all(message: &Object<'_>) -> Option<Vec<ContactCard>> {
    let cards: Vec<_> = message
        .objects("contacts")
        .take(MAX_CARDS)
        .map(|card| read(&card))
        .collect();
    (!cards.is_empty()).then_some(cards)
}

fn read(card: &Object<'_>) -> ContactCard {
    let name = card.object("name");
    let named = |part: &str| name.as_ref().and_then(|name| name.short(part, MAX_TEXT));
    let spelled = || {
        joined(
            ["prefix", "first_name", "middle_name", "last_name", "suffix"].map(named),
            " ",
        )
    };
    let org = card.object("org");
    let at_work = |part: &str| org.as_ref().and_then(|org| org.short(part, MAX_TEXT));
    let texts = |list: &str, part: &str| {
        let parts = card.objects(list).take(MAX_PARTS);
        parts.filter_map(|found| found.short(part, MAX_TEXT)).collect()
    };
    ContactCard {
        name: named("formatted_name").or_else(spelled),
        first_name: named("first_name"),
        last_name: named("last_name"),
        company: at_work("company"),
        title: at_work("title"),
        phones: card
            .objects("phones")
            .take(MAX_PARTS)
            .filter_map(|phone| read_phone(&phone))
            .collect(),
        emails: texts("emails", "email"),
        urls: texts("urls", "url"),
        addresses: card
            .objects("addresses")
            .take(MAX_PARTS)
            .filter_map(|address| {
                joined(
                    ["street", "city", "state", "zip", "country"].map(|part| address.short(part, MAX_TEXT)),
                    ", ",
                )
            })
            .map(|address| address.replace(['\r', '\n'], " "))
            .collect(),
        birthday: card.short("birthday", MAX_TEXT),
    }
}

fn read_phone(phone: &Object<'_>) -> Option<CardPhone> {
    let wa_id = phone
        .text("wa_id")
        .filter(|id| (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()));
    Some(CardPhone {
        phone: phone
            .short("phone", MAX_TEXT)
            .or_else(|| wa_id.as_ref().map(|id| format!("+{id}")))?,
        wa_id,
        label: phone.short("type", MAX_TEXT),
    })
}

fn joined<const N: usize>(parts: [Option<String>; N], between: &str) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}
