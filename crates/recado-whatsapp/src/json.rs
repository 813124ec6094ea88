//! Reading JSON that others wrote: one object at a time, each field on its own, so that one odd value spoils
//! nothing beside it.
//!
//! Nested values stay unread text until they are asked for. That costs a few scans of short texts and buys that
//! no depth, no number and no half surrogate pair makes a whole body unreadable. Where the objects of a list are asked
//! for, they are read in one go with it.

use std::borrow::Cow;
use std::fmt;

use recado_model::{MAX_PROVIDER_ID, Time};
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// An object's fields in the order they came.
#[derive(Debug)]
pub(crate) struct Object<'a>(Vec<(Key<'a>, &'a RawValue)>);

impl<'a> Object<'a> {
    /// `None` if `raw` is something else.
    pub(crate) fn of(raw: &'a RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }

    /// The field of that name, the last one if there are several; `None` if it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let (_, value) = self.0.iter().rev().find(|(key, _)| key.0 == name)?;
        (value.get() != "null").then_some(*value)
    }

    pub(crate) fn object(&self, name: &str) -> Option<Object<'a>> {
        self.get(name).and_then(Object::of)
    }

    /// `None` if there is no array of that name.
    pub(crate) fn list(&self, name: &str) -> Option<Vec<&'a RawValue>> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// The elements of a list, each if it is an object; `None` if there is no array of that name.
    pub(crate) fn elements(&self, name: &str) -> Option<Vec<Option<Object<'a>>>> {
        let together: serde_json::Result<Vec<Element<'a>>> = serde_json::from_str(self.get(name)?.get());
        if let Ok(elements) = together {
            return Some(elements.into_iter().map(|Element(object)| object).collect());
        }
        // Something odd between the objects, or no array.
        Some(self.list(name)?.into_iter().map(Object::of).collect())
    }

    /// The objects among the elements of a list.
    pub(crate) fn objects(&self, name: &str) -> impl Iterator<Item = Object<'a>> {
        self.elements(name).unwrap_or_default().into_iter().flatten()
    }

    /// A text, cleaned as [`clean`] says, however long; or a number as it is written.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let raw = self.get(name)?.get();
        match raw.as_bytes().first()? {
            b'"' => serde_json::from_str(raw).ok().map(|Text(text)| text.into_owned()),
            b'-' | b'0'..=b'9' => Some(raw.to_owned()),
            _ => None,
        }
    }

    /// A text of at most `chars` characters, the rest cut off; `None` if it is empty.
    pub(crate) fn short(&self, name: &str, chars: usize) -> Option<String> {
        self.text(name)
            .map(|text| cut(text, chars))
            .filter(|text| !text.is_empty())
    }

    /// An id of a provider's: not empty, and not too long to be kept.
    pub(crate) fn id(&self, name: &str) -> Option<String> {
        self.text(name)
            .filter(|id| !id.is_empty() && id.chars().nth(MAX_PROVIDER_ID).is_none())
    }

    /// A whole number, written as one or as a text.
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// A number, written as one or as a text; never infinite.
    pub(crate) fn float(&self, name: &str) -> Option<f64> {
        self.text(name)?
            .trim()
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
    }

    /// True only for what says so.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|raw| raw.get() == "true")
    }

    /// Unix seconds, written as a number or as a text; `None` for what is no time people could write at.
    pub(crate) fn time(&self, name: &str) -> Option<Time> {
        let seconds = self.int(name)?;
        let last = Time::MAX.millis() / 1000;
        (1..last).contains(&seconds).then(|| Time::from_seconds(seconds))
    }
}

/// Takes out what cannot be kept: PostgreSQL has no U+0000 in its texts, so each becomes U+FFFD.
pub(crate) fn clean(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') {
        text.replace('\0', "\u{FFFD}").into()
    } else {
        text
    }
}

pub(crate) fn cut(mut text: String, chars: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
    text
}

struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_bytes(TextVisitor)
            .map(|text| Self(clean(text)))
    }
}

#[derive(Debug)]
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(TextVisitor).map(Self)
    }
}

/// Asked for bytes, `serde_json` also hands out texts with half a surrogate pair (an emoji cut in two by someone
/// on the way), which it refuses as `str`; the half becomes U+FFFD.
struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_bytes<E: de::Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(String::from_utf8_lossy(bytes))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(String::from_utf8_lossy(bytes).into_owned().into())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // As many as most have.
        let mut fields = Vec::with_capacity(8);
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Object(fields))
    }
}

/// An element of a list, if it is an object.
struct Element<'a>(Option<Object<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Element<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Option<Object<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Fields.visit_map(map).map(Some)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(None)
            }

            fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
                Ok(None)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(None)
            }
        }

        deserializer.deserialize_any(Any).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn each_field_is_read_on_its_own() {
        let object = Object::of(raw(
            r#"{"half":"a\ud83d!","nul":"a\u0000b","n":12,"s":" 34 ","x":1.5,"big":1e999,"none":null,"o":{"a":1},
                "l":[1,{"a":2},"x"],"\ud83d":1,"twice":"a","twice":"b"}"#,
        ))
        .unwrap();
        assert!(object.text("half").unwrap().ends_with('!'));
        assert_eq!(object.text("nul").unwrap(), "a\u{FFFD}b");
        assert_eq!(
            (
                object.int("n"),
                object.int("s"),
                object.int("x"),
                object.int("big")
            ),
            (Some(12), Some(34), None, None)
        );
        assert_eq!(object.text("big").unwrap(), "1e999");
        assert!(object.get("none").is_none() && object.text("none").is_none());
        assert_eq!(object.object("o").unwrap().int("a"), Some(1));
        assert!(object.object("l").is_none() && object.list("o").is_none() && object.text("o").is_none());
        assert_eq!(
            object.objects("l").map(|o| o.int("a")).collect::<Vec<_>>(),
            [Some(2)]
        );
        assert_eq!(object.elements("l").unwrap().len(), 3);
        assert!(object.elements("o").is_none() && object.elements("none").is_none());
        // What cannot be read together is read each on its own.
        let odd = Object::of(raw(
            r#"{"l":[{"a":1},"\ud83d",1e999,[[{}],null,true,-1],{"a":{"b":1e999}},null]}"#,
        ))
        .unwrap();
        let elements = odd.elements("l").unwrap();
        assert_eq!(
            elements.iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, false, false, false, true, false]
        );
        assert_eq!(object.text("twice").unwrap(), "b");
        assert!(Object::of(raw("[]")).is_none() && Object::of(raw("\"a\"")).is_none());
    }

    #[test]
    fn numbers_and_flags_are_taken_in_either_spelling() {
        let object = Object::of(raw(
            r#"{"n":-1.5,"s":" 2e3 ","big":1e999,"nan":"NaN","t":true,"f":false,"q":"true"}"#,
        ))
        .unwrap();
        assert_eq!((object.float("n"), object.float("s")), (Some(-1.5), Some(2000.0)));
        assert_eq!((object.float("big"), object.float("nan")), (None, None));
        assert_eq!(
            ["t", "f", "q", "none"].map(|name| object.flag(name)),
            [true, false, false, false]
        );
    }

    #[test]
    fn ids_and_times_have_bounds() {
        let json = format!(
            r#"{{"long":"{}","most":"{}","empty":"","past":-1,"ms":"1767225600000","ok":"1767225600","zero":0}}"#,
            "é".repeat(MAX_PROVIDER_ID + 1),
            "é".repeat(MAX_PROVIDER_ID)
        );
        let object = Object::of(raw(&json)).unwrap();
        assert_eq!(
            (object.id("long"), object.id("empty"), object.id("missing")),
            (None, None, None)
        );
        assert_eq!(object.id("most").unwrap().chars().count(), MAX_PROVIDER_ID);
        assert_eq!(object.short("long", 3).unwrap(), "ééé");
        assert_eq!(object.time("ok"), Some(Time::from_seconds(1_767_225_600)));
        assert_eq!(
            (object.time("past"), object.time("ms"), object.time("zero")),
            (None, None, None)
        );
    }
}
