//! Rewrites JSON text the way Meta puts it on the wire: every character outside ASCII as `\uXXXX` in lower-case
//! hexadecimal (two of them for one beyond the basic plane), and `/` as `\/`. The meaning stays the same, the bytes
//! do not: a receiver that checks a signature over re-serialised JSON finds out here.

use std::fmt::Write;

/// Escapes valid JSON text. What is already escaped stays as it is.
pub(crate) fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len() + json.len() / 4);
    let mut after_backslash = false;
    for character in json.chars() {
        match character {
            // In valid JSON both can only stand inside a string, so no need to know where strings begin.
            '/' if !after_backslash => escaped.push_str("\\/"),
            '\0'..='\x7f' => escaped.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a String cannot fail.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
        after_backslash = character == '\\' && !after_backslash;
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::escape;

    #[test]
    fn writes_what_meta_writes() {
        let body = json!({"text": "Grüße 🎉 a/b \\/ \"\n"}).to_string();
        assert_eq!(
            escape(&body),
            r#"{"text":"Gr\u00fc\u00dfe \ud83c\udf89 a\/b \\\/ \"\n"}"#
        );
    }

    #[test]
    fn leaves_escaped_text_alone() {
        let body = r#"{"u":"\u00fc\/\\","n":1.50}"#;
        assert_eq!(escape(body), body);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let text = prop_oneof![any::<String>(), "[/\\\\\"é😀\u{7f}\u{2028}\n]{0,12}"];
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            text.clone().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(text.clone(), inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn means_the_same_in_ascii(value in any_json()) {
            let escaped = escape(&value.to_string());
            prop_assert!(escaped.is_ascii());
            prop_assert!(!escaped.replace("\\\\", "").replace("\\/", "").contains('/'));
            prop_assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), value);
            prop_assert_eq!(escape(&escaped), escaped, "escaping twice changes nothing");
        }
    }
}
