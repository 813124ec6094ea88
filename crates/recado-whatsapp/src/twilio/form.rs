//! Twilio's webhooks are forms: names and values, all of them texts.

use recado_model::MAX_PROVIDER_ID;
use serde::ser::{SerializeMap, Serializer};

use crate::json::{clean, cut};

/// Reads a form's body. Nothing is left out or trimmed, as every field is signed.
pub fn read_form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// A form's fields, to be read by name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form<'a>(pub &'a [(String, String)]);

impl<'a> Form<'a> {
    /// The first field of that name as it came, if it is not empty: Twilio leaves fields out and sends them empty
    /// alike.
    fn get(self, name: &str) -> Option<&'a str> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn is(self, name: &str, value: &str) -> bool {
        self.get(name)
            .is_some_and(|found| found.eq_ignore_ascii_case(value))
    }

    /// Without U+0000, however long.
    pub(super) fn text(self, name: &str) -> Option<String> {
        self.get(name).map(|text| clean(text.into()).into_owned())
    }

    /// At most `chars` characters, the rest cut off.
    pub(super) fn short(self, name: &str, chars: usize) -> Option<String> {
        self.text(name).map(|text| cut(text, chars))
    }

    /// An id that is not too long to be kept.
    pub(super) fn id(self, name: &str) -> Option<String> {
        self.text(name)
            .filter(|id| id.chars().nth(MAX_PROVIDER_ID).is_none())
    }

    pub(super) fn number<T: std::str::FromStr>(self, name: &str) -> Option<T> {
        self.get(name)?.trim().parse().ok()
    }

    /// The whole form as a JSON object of texts, in the order it came; a name that comes twice has a list of its
    /// values, where it first came.
    pub(super) fn to_json(self) -> String {
        let mut json = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut json);
        let written = self.write(&mut serializer);
        // Texts into memory: neither can fail.
        if written.is_err() {
            json.clear();
        }
        String::from_utf8(json).unwrap_or_default()
    }

    fn write<S: Serializer>(self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut order: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        for (name, value) in self.0 {
            let place = *places.entry(name.as_str()).or_insert(order.len());
            match order.get_mut(place) {
                Some((_, values)) => values.push(value),
                None => order.push((name, vec![value])),
            }
        }
        let mut map = serializer.serialize_map(Some(order.len()))?;
        for (name, values) in order {
            match values[..] {
                [value] => map.serialize_entry(name, value)?,
                _ => map.serialize_entry(name, &values)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_of_a_form_is_lost() {
        let form = read_form(b"Body=&A=%20x+&A=2&B=%00%F0%9F%98%80&lone&&To=whatsapp%3A%2B1");
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            form,
            [
                pair("Body", ""),
                pair("A", " x "),
                pair("A", "2"),
                pair("B", "\0😀"),
                pair("lone", ""),
                pair("To", "whatsapp:+1"),
            ]
        );
        assert_eq!(
            Form(&form).to_json(),
            r#"{"Body":"","A":[" x ","2"],"B":"\u0000😀","lone":"","To":"whatsapp:+1"}"#
        );
        assert_eq!(Form(&[]).to_json(), "{}");
    }

    #[test]
    fn fields_are_read_by_name() {
        let form = read_form(b"Body=&A=first&A=second&B=a%00b&N=+12+&Forwarded=TRUE");
        let form = Form(&form);
        assert!(!form.has("Body") && !form.has("missing") && form.is("Forwarded", "true"));
        assert_eq!(form.text("A").as_deref(), Some("first"));
        assert_eq!(form.text("B").as_deref(), Some("a\u{FFFD}b"));
        assert_eq!((form.number("N"), form.number::<u32>("A")), (Some(12), None));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(form in proptest::collection::vec((".{1,8}", ".{0,20}"), 0..8)) {
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
            prop_assert_eq!(read_form(body.as_bytes()), form);
        }

        #[test]
        fn no_bytes_break_it(body in proptest::collection::vec(any::<u8>(), 0..100)) {
            let form = read_form(&body);
            let json: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&Form(&form).to_json()).unwrap();
            prop_assert!(form.iter().all(|(name, _)| json.contains_key(name)));
        }
    }
}
