//! Contact cards in files: vCard of any version, as phones write it. Every part may be missing or odd.

use recado_model::content::{CardPhone, ContactCard};
use vcard::tree::cst::VcardCst;
use vcard::tree::line::VcardLine;

/// WhatsApp lets nobody share more at once.
const MAX_CARDS: usize = 257;
/// Of phones, addresses and so on, in each card.
const MAX_PARTS: usize = 50;
/// In characters.
const MAX_TEXT: usize = 256;

/// Whether a file of this type holds contact cards.
pub fn is_contact_card(mime: &str) -> bool {
    matches!(mime, "text/vcard" | "text/x-vcard" | "text/directory")
}

/// The cards in a file, until one cannot be read; none if nothing of a person is in them.
pub fn contact_cards(file: &[u8]) -> Vec<ContactCard> {
    VcardCst::parse_many(file)
        .map_while(Result::ok)
        .take(MAX_CARDS)
        .map(|card| read(&card.props))
        .filter(|card| *card != ContactCard::default())
        .collect()
}

fn read(lines: &[VcardLine<'_>]) -> ContactCard {
    let mut card = ContactCard::default();
    let mut name = None;
    for line in lines {
        match line.bare_name().to_ascii_uppercase().as_str() {
            "FN" => set(&mut card.name, whole(line)),
            "N" => {
                set(&mut card.last_name, part(line, 0));
                set(&mut card.first_name, part(line, 1));
                // Title, first, middle and last name, what follows.
                name = name.or_else(|| joined(line, [3, 1, 2, 0, 4], " "));
            }
            "ORG" => set(&mut card.company, part(line, 0)),
            "TITLE" => set(&mut card.title, whole(line)),
            "BDAY" => set(&mut card.birthday, whole(line)),
            "TEL" => add(&mut card.phones, phone(line, lines)),
            "EMAIL" => add(&mut card.emails, whole(line)),
            "URL" => add(&mut card.urls, whole(line)),
            // Post box, more of the address, street, town, region, code, country.
            "ADR" => add(&mut card.addresses, joined(line, [0, 1, 2, 3, 4, 5, 6], ", ")),
            _ => {}
        }
    }
    card.name = card.name.or(name).or_else(|| card.company.clone());
    card
}

fn phone(line: &VcardLine<'_>, lines: &[VcardLine<'_>]) -> Option<CardPhone> {
    let wa_id = param(line, "WAID")
        .filter(|id| (1..=32).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit()));
    let phone = whole(line).map(|phone| phone.strip_prefix("tel:").map(str::to_owned).unwrap_or(phone));
    Some(CardPhone {
        phone: phone.or_else(|| wa_id.as_ref().map(|id| format!("+{id}")))?,
        wa_id,
        label: label(line, lines).or_else(|| kind(line)),
    })
}

/// The word that a line of the same group gives it: `item1.X-ABLabel:Mobile`.
fn label(line: &VcardLine<'_>, lines: &[VcardLine<'_>]) -> Option<String> {
    let group = line.group()?;
    lines
        .iter()
        .filter(|other| other.group() == Some(group))
        .find(|other| other.bare_name().eq_ignore_ascii_case("X-ABLABEL"))
        .and_then(whole)
}

/// `TYPE=CELL`, or as the oldest cards have it `CELL`.
fn kind(line: &VcardLine<'_>) -> Option<String> {
    const WORDS: [&str; 5] = ["CELL", "HOME", "WORK", "MAIN", "FAX"];
    let word = |text: &str| {
        WORDS
            .into_iter()
            .find(|word| text.trim_matches('"').eq_ignore_ascii_case(word))
    };
    let named = line
        .params
        .iter()
        .filter(|param| param.name.get().eq_ignore_ascii_case("TYPE"))
        .flat_map(|param| &param.values)
        .find_map(|value| word(value.get()));
    let bare = || line.params.iter().find_map(|param| word(param.name.get()));
    named.or_else(bare).map(str::to_owned)
}

fn param(line: &VcardLine<'_>, name: &str) -> Option<String> {
    let param = line
        .params
        .iter()
        .find(|param| param.name.get().eq_ignore_ascii_case(name))?;
    param
        .values
        .first()
        .map(|value| value.get().trim_matches('"').to_owned())
}

fn whole(line: &VcardLine<'_>) -> Option<String> {
    tidy(&line.value.decode())
}

fn part(line: &VcardLine<'_>, place: usize) -> Option<String> {
    tidy(&line.value.decode_component(place))
}

fn joined<const N: usize>(line: &VcardLine<'_>, places: [usize; N], between: &str) -> Option<String> {
    let parts: Vec<String> = places.into_iter().filter_map(|place| part(line, place)).collect();
    tidy(&parts.join(between))
}

/// On one line and bounded; none if nothing is left.
fn tidy(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_TEXT)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The first one counts.
fn set(field: &mut Option<String>, found: Option<String>) {
    if field.is_none() {
        *field = found;
    }
}

fn add<T>(list: &mut Vec<T>, found: Option<T>) {
    if list.len() < MAX_PARTS {
        list.extend(found);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn only(file: &str) -> ContactCard {
        let mut cards = contact_cards(file.as_bytes());
        assert_eq!(cards.len(), 1, "{cards:?}");
        cards.remove(0)
    }

    #[test]
    fn as_a_phone_writes_it() {
        let card = only(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nov\u{e1}k;Zo\u{eb};;Dr.;\r\nFN:Zo\u{eb} Nov\u{e1}k\r\n\
             ORG:Novak\\, Sons & Co;Sales\r\nTITLE:Baker\r\n\
             item1.TEL;waid=420777123456:+420 777 123 456\r\nitem1.X-ABLabel:Mobile\r\n\
             TEL;type=HOME;type=VOICE:+420 222\r\nEMAIL;TYPE=INTERNET:zoe@novak.example\r\n\
             URL:https://novak.example\r\nADR;TYPE=HOME:;;Dlouh\u{e1} 1;Praha;;110 00;Czech\r\n  Republic\r\n\
             BDAY:1990-02-03\r\nPHOTO;BASE64:AAAA\r\nEND:VCARD\r\n",
        );
        assert_eq!(card.name.as_deref(), Some("Zo\u{eb} Nov\u{e1}k"));
        assert_eq!(
            (card.first_name.as_deref(), card.last_name.as_deref()),
            (Some("Zo\u{eb}"), Some("Nov\u{e1}k"))
        );
        assert_eq!(card.company.as_deref(), Some("Novak, Sons & Co"));
        assert_eq!(card.title.as_deref(), Some("Baker"));
        let phone = |phone: &str, wa_id: Option<&str>, label: &str| CardPhone {
            phone: phone.into(),
            wa_id: wa_id.map(str::to_owned),
            label: Some(label.into()),
        };
        assert_eq!(
            card.phones,
            [
                phone("+420 777 123 456", Some("420777123456"), "Mobile"),
                phone("+420 222", None, "HOME")
            ]
        );
        assert_eq!(card.emails, ["zoe@novak.example"]);
        assert_eq!(card.urls, ["https://novak.example"]);
        assert_eq!(card.addresses, ["Dlouh\u{e1} 1, Praha, 110 00, Czech Republic"]);
        assert_eq!(card.birthday.as_deref(), Some("1990-02-03"));
    }

    #[test]
    fn other_versions_and_bare_ones() {
        let old = only("BEGIN:VCARD\nVERSION:2.1\nN:Doe;John\nTEL;CELL:123\nEND:VCARD\n");
        assert_eq!(old.name.as_deref(), Some("John Doe"));
        assert_eq!(old.phones[0].label.as_deref(), Some("CELL"));
        let new = only("BEGIN:VCARD\nVERSION:4.0\nTEL;VALUE=uri;TYPE=\"work\":tel:+1-555\nEND:VCARD\n");
        assert_eq!(
            (new.phones[0].phone.as_str(), new.phones[0].label.as_deref()),
            ("+1-555", Some("WORK"))
        );
        let waid = only("BEGIN:VCARD\nTEL;waid=4915:\nEND:VCARD");
        assert_eq!(waid.phones[0].phone, "+4915");
        let shop = only("BEGIN:VCARD\nORG:Shop\nEND:VCARD");
        assert_eq!(shop.name.as_deref(), Some("Shop"));
        for nothing in ["", "hello", "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n", "FN:x\n"] {
            assert_eq!(contact_cards(nothing.as_bytes()), [], "{nothing:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(body in proptest::collection::vec(any::<u8>(), 0..200), lines in "(([A-Z]{1,4}|TEL|N|ADR)[;:=,A-Z]{0,6}:.{0,12}\n){0,6}") {
            contact_cards(&body);
            for card in contact_cards(format!("BEGIN:VCARD\n{lines}END:VCARD\n").as_bytes()) {
                prop_assert!(card.phones.iter().all(|phone| !phone.phone.is_empty()));
            }
        }
    }
}
