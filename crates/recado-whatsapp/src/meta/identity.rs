//! Who a message or a status is about: put together from the ids in it and the contacts beside it.

use std::collections::HashMap;

use recado_model::Identity;
use recado_model::phone::MAX_WA_ID_DIGITS;

use crate::json::Object;

/// The longest name that is taken, in characters; it is shown and indexed.
const MAX_NAME: usize = 256;

/// The longest scoped id of an unknown form, in bytes. Those of the known form have at most 135.
const MAX_SCOPED_ID: usize = 256;

/// The `contacts` beside messages and statuses, found by the ids in them; their order means nothing.
#[derive(Debug, Default)]
pub(super) struct Contacts {
    list: Vec<Contact>,
    by_id: HashMap<String, usize>,
}

#[derive(Debug)]
struct Contact {
    who: Identity,
    name: Option<String>,
}

impl Contacts {
    pub(super) fn read<'a>(contacts: impl Iterator<Item = Object<'a>>) -> Self {
        let mut read = Self::default();
        for contact in contacts.map(|contact| Contact::read(&contact)) {
            for id in contact.who.ids() {
                read.by_id.entry(id.to_owned()).or_insert(read.list.len());
            }
            read.list.push(contact);
        }
        read
    }

    /// Completes `who` with the contact that shares an id with it. Hands back the name the contact gives itself.
    pub(super) fn complete(&self, who: &mut Identity) -> Option<String> {
        let place = who.ids().find_map(|id| self.by_id.get(id))?;
        let Contact { who: known, name } = self.list.get(*place)?;
        for (ours, theirs) in [
            (&mut who.wa_id, &known.wa_id),
            (&mut who.user_id, &known.user_id),
            (&mut who.parent_user_id, &known.parent_user_id),
            (&mut who.username, &known.username),
        ] {
            if ours.is_none() {
                ours.clone_from(theirs);
            }
        }
        name.clone()
    }
}

impl Contact {
    fn read(contact: &Object<'_>) -> Self {
        let profile = contact.object("profile");
        let mut who = Identity::default();
        who.set_phone(contact.text("wa_id"));
        who.set_scoped(contact.text("parent_user_id"), true);
        who.set_scoped(contact.text("user_id"), false);
        who.username = profile
            .as_ref()
            .and_then(|profile| profile.short("username", MAX_NAME));
        Self {
            who,
            name: profile.and_then(|profile| profile.short("name", MAX_NAME)),
        }
    }
}

/// Filling an identity from fields that do not always hold what their name says.
pub(crate) trait Fill {
    /// Takes a field that should hold a phone: some senders put a scoped id there, which must never be treated as
    /// one. What is neither is no use.
    fn set_phone(&mut self, field: Option<String>);

    /// Takes a field that holds a scoped id, byte for byte.
    fn set_scoped(&mut self, field: Option<String>, parent: bool);
}

impl Fill for Identity {
    fn set_phone(&mut self, field: Option<String>) {
        let Some(field) = field else { return };
        if let Some(parent) = scoped_form(&field) {
            self.set_scoped(Some(field), parent);
            return;
        }
        let digits = field.strip_prefix('+').unwrap_or(&field);
        let fits = (1..=MAX_WA_ID_DIGITS).contains(&digits.len());
        if fits && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            self.wa_id = Some(digits.to_owned());
        }
    }

    fn set_scoped(&mut self, field: Option<String>, parent: bool) {
        let Some(id) = field else { return };
        if (1..=MAX_SCOPED_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()) {
            let place = if parent {
                &mut self.parent_user_id
            } else {
                &mut self.user_id
            };
            *place = Some(id);
        }
    }
}

/// Whether `id` is a scoped id, and if so, a parent's: two capitals, a dot, `ENT.` for a parent, letters and digits.
pub(crate) fn scoped_form(id: &str) -> Option<bool> {
    let (country, rest) = id.split_once('.')?;
    let (parent, rest) = rest
        .strip_prefix("ENT.")
        .map_or((false, rest), |rest| (true, rest));
    let formed = country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    formed.then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_tells_a_scoped_id_from_a_phone() {
        assert_eq!(scoped_form("US.13491208655302741918"), Some(false));
        assert_eq!(scoped_form("US.ENT.118a"), Some(true));
        let long = format!("BR.{}", "9".repeat(129));
        for other in [
            "4915112345678",
            "us.1",
            "USA.1",
            "US.",
            "US.1-2",
            "US.ENT.",
            ".1",
            "US.ENT.1.2",
            &long,
        ] {
            assert_eq!(scoped_form(other), None, "{other}");
        }
    }

    #[test]
    fn a_phone_field_takes_phones_and_passes_scoped_ids_on() {
        let read = |field: &str| {
            let mut who = Identity::default();
            who.set_phone(Some(field.to_owned()));
            (who.wa_id, who.user_id, who.parent_user_id)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("4915112345678"), (some("4915112345678"), None, None));
        assert_eq!(read("+551187654321"), (some("551187654321"), None, None));
        assert_eq!(read("BR.88"), (None, some("BR.88"), None));
        assert_eq!(read("BR.ENT.88"), (None, None, some("BR.ENT.88")));
        for other in ["", "+", "ana.shop", "49 151", &"1".repeat(33), "١٢٣"] {
            assert_eq!(read(other), (None, None, None), "{other}");
        }
    }
}
