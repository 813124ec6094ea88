//! Who is on the other side. Twilio writes addresses as `whatsapp:+4915112345678`, and for a customer whose phone it
//! does not tell as `whatsapp:US.1349…`, without a plus.

use recado_model::Identity;

use super::form::Form;
use crate::json::{Object, cut};
use crate::meta::identity::{Fill, scoped_form};

/// The longest name that is taken, in characters; it is shown and indexed.
const MAX_NAME: usize = 256;

/// What follows `whatsapp:`; `None` for an address of another channel.
pub(super) fn whatsapp(address: &str) -> Option<&str> {
    address.strip_prefix("whatsapp:")
}

/// One of our numbers: `+` and its digits.
pub(super) fn number(address: &str) -> Option<String> {
    let mut who = Identity::default();
    who.set_phone(Some(whatsapp(address)?.to_owned()));
    who.wa_id.map(|digits| format!("+{digits}"))
}

/// Takes an address that may hold a phone or a scoped id, with or without what Twilio puts before it.
pub(super) fn take(who: &mut Identity, address: &str) {
    let id = whatsapp(address).unwrap_or(address);
    let id = id.strip_prefix('+').unwrap_or(id);
    who.set_phone(Some(id.to_owned()));
}

/// The customer who wrote, and the name they gave themselves.
///
/// `From` is what an answer goes to, so its phone counts before that in `WaId`, which may differ from it and may
/// hold a scoped id.
pub(super) fn customer(form: Form<'_>) -> (Identity, Option<String>) {
    let metadata = form.text("ChannelMetadata").unwrap_or_default();
    let metadata = serde_json::from_str(&metadata).ok().and_then(Object::of);
    let context = metadata.and_then(|metadata| metadata.object("data")?.object("context"));
    let told = |name: &str| {
        form.text(name)
            .or_else(|| context.as_ref()?.text(name))
            .filter(|text| !text.is_empty())
    };
    let mut who = Identity::default();
    for name in ["WaId", "From"] {
        if let Some(address) = told(name) {
            take(&mut who, &address);
        }
    }
    for (names, parent) in [
        (["ParentExternalUserId", "ParentExternalUserIdentifier"], true),
        (["ExternalUserId", "ExternalUserIdentifier"], false),
    ] {
        if let Some(id) = names.into_iter().find_map(told) {
            let id = whatsapp(&id).unwrap_or(&id).to_owned();
            let parent = scoped_form(&id).unwrap_or(parent);
            who.set_scoped(Some(id), parent);
        }
    }
    who.username = told("Username").map(|name| cut(name, MAX_NAME));
    (who, told("ProfileName").map(|name| cut(name, MAX_NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::twilio::read_form;

    fn read(form: &str) -> (Identity, Option<String>) {
        customer(Form(&read_form(form.as_bytes())))
    }

    fn ids(form: &str) -> [Option<String>; 3] {
        let (who, _) = read(form);
        [who.wa_id, who.user_id, who.parent_user_id]
    }

    #[expect(clippy::unnecessary_wraps, reason = "what is compared with is wrapped")]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_phone_is_the_one_an_answer_goes_to() {
        assert_eq!(
            ids("From=whatsapp%3A%2B5215512345678&WaId=525512345678"),
            [some("5215512345678"), None, None]
        );
        assert_eq!(ids("WaId=4915112345678"), [some("4915112345678"), None, None]);
        assert_eq!(ids("From=%2B4915112345678")[0], some("4915112345678"));
    }

    #[test]
    fn a_customer_without_a_phone_has_an_id() {
        for form in [
            "From=whatsapp%3ABR.88",
            "From=whatsapp%3ABR.88&WaId=BR.88",
            "From=whatsapp%3A%2BBR.88",
            "ExternalUserId=whatsapp%3ABR.88",
            "ExternalUserIdentifier=BR.88",
            r#"ChannelMetadata={"type":"whatsapp","data":{"context":{"ExternalUserId":"whatsapp:BR.88"}}}"#,
        ] {
            assert_eq!(ids(form), [None, some("BR.88"), None], "{form}");
        }
        assert_eq!(
            ids(
                "From=whatsapp%3A%2B1555&ExternalUserId=whatsapp%3AUS.1&ParentExternalUserId=whatsapp%3AUS.ENT.2"
            ),
            [some("1555"), some("US.1"), some("US.ENT.2")]
        );
        assert_eq!(
            ids("ExternalUserId=whatsapp%3AUS.ENT.2"),
            [None, None, some("US.ENT.2")]
        );
        for form in [
            "",
            "From=",
            "From=whatsapp%3A",
            "From=whatsapp%3Aana.shop",
            "ChannelMetadata=%5B1",
        ] {
            assert!(read(form).0.is_empty(), "{form}");
        }
    }

    #[test]
    fn names_are_for_show() {
        let (who, name) = read("WaId=1&ProfileName=Zo%C3%AB&Username=zoe.shop");
        assert_eq!((who.username, name), (some("zoe.shop"), some("Zoë")));
        let (_, name) = read(&format!("ProfileName={}", "é".repeat(300)));
        assert_eq!(name.unwrap().chars().count(), 256);
    }

    #[test]
    fn our_number_has_a_plus() {
        assert_eq!(number("whatsapp:+15550001111"), some("+15550001111"));
        assert_eq!(number("whatsapp:15550001111"), some("+15550001111"));
        for other in [
            "+15550001111",
            "",
            "whatsapp:",
            "whatsapp:US.1",
            "messenger:15550001111",
        ] {
            assert_eq!(number(other), None, "{other}");
        }
    }
}
