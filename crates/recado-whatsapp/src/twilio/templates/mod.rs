//! Templates: Twilio's content, in its JSON, as it lists it, as it wants new ones, and filled in.
//!
//! Twilio numbers the variables of a whole template, ours are numbered for each of its parts; so a text's names are
//! Twilio's own, and only where there is no text of ours with the names in it has the definition to be at hand.

mod create;
mod definition;
mod fill;
mod list;

use recado_model::{TemplateCategory, TemplateStatus};

pub(super) use create::to_json;
pub(super) use definition::{Definition, definition};
pub(super) use fill::filled;
pub(super) use list::read;

/// What Twilio's word for a template's state comes to.
pub(super) fn status(word: &str) -> TemplateStatus {
    match word {
        "unsubmitted" => TemplateStatus::Draft,
        "received" | "pending" => TemplateStatus::Pending,
        "approved" => TemplateStatus::Approved,
        "rejected" => TemplateStatus::Rejected,
        "paused" => TemplateStatus::Paused,
        "disabled" => TemplateStatus::Disabled,
        _ => TemplateStatus::Unavailable,
    }
}

pub(super) fn category(word: &str) -> Option<TemplateCategory> {
    Some(match word.to_ascii_uppercase().as_str() {
        "MARKETING" => TemplateCategory::Marketing,
        "UTILITY" => TemplateCategory::Utility,
        "AUTHENTICATION" => TemplateCategory::Authentication,
        _ => return None,
    })
}

pub(super) fn category_word(category: TemplateCategory) -> &'static str {
    match category {
        TemplateCategory::Marketing => "MARKETING",
        TemplateCategory::Utility => "UTILITY",
        TemplateCategory::Authentication => "AUTHENTICATION",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader, TemplateValues};
    use serde_json::value::RawValue;
    use serde_json::{Value, json};

    use super::*;
    use crate::json::Object;
    use crate::template::{NewTemplate, ProviderTemplate};

    fn listed(row: &Value) -> Option<ProviderTemplate> {
        let text = row.to_string();
        let raw: &RawValue = serde_json::from_str(&text).unwrap();
        read(&Object::of(raw)?)
    }

    /// Texts with and without variables, and with what only looks like some.
    fn text() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            proptest::sample::select(vec![
                "{{1}}",
                "{{2}}",
                "{{ name }}",
                "{",
                "}}",
                "{{",
                "é",
                " x ",
                "\"",
                "{{a b}}",
            ]),
            1..8,
        )
        .prop_map(|parts| parts.concat())
    }

    /// A template with something for each of its variables.
    fn new_template() -> impl Strategy<Value = NewTemplate> {
        let button = prop_oneof![
            Just(TemplateButton::QuickReply { text: "Yes".into() }),
            Just(TemplateButton::Url {
                text: "See".into(),
                url: "https://shop.example/{{1}}".into()
            }),
            Just(TemplateButton::Url {
                text: "See".into(),
                url: "https://shop.example/".into()
            }),
            Just(TemplateButton::CopyCode { text: "Code".into() }),
            Just(TemplateButton::Phone {
                text: "Call".into(),
                phone: "+1555".into()
            }),
        ];
        let header = prop_oneof![
            text().prop_map(|text| Some(TemplateHeader::Text { text })),
            Just(Some(TemplateHeader::Image)),
            Just(None),
        ];
        (
            header,
            text(),
            proptest::option::of(Just("Bye".to_owned())),
            proptest::collection::vec(button, 0..4),
        )
            .prop_map(|(header, body, footer, buttons)| {
                let given = |text: &str, place: &str| -> BTreeMap<_, _> {
                    let names = TemplateBody::variables(text).into_iter();
                    names
                        .map(|name| (name.clone(), format!("{place}-{name}")))
                        .collect()
                };
                let header_text = match &header {
                    Some(TemplateHeader::Text { text }) => text.as_str(),
                    _ => "",
                };
                let filled = |button: &TemplateButton| match button {
                    TemplateButton::Url { url, .. } => url.contains("{{"),
                    other => matches!(other, TemplateButton::CopyCode { .. }),
                };
                let places = buttons.iter().enumerate().filter(|(_, button)| filled(button));
                let examples = TemplateValues {
                    header: given(header_text, "header"),
                    header_media_url: matches!(header, Some(TemplateHeader::Image))
                        .then(|| "https://inbox.example.com/m/a.jpg".to_owned()),
                    body: given(&body, "body"),
                    buttons: places
                        .map(|(place, _)| (place.to_string(), format!("button-{place}")))
                        .collect(),
                    ..TemplateValues::default()
                };
                NewTemplate {
                    header_handle: None,
                    name: "any".into(),
                    language: "en".into(),
                    category: TemplateCategory::Marketing,
                    named: true,
                    body: TemplateBody {
                        header,
                        body,
                        footer,
                        buttons,
                    },
                    examples,
                }
            })
    }

    proptest! {
        /// A template that was created is listed as one that can be sent, and the customer sees the same.
        #[test]
        fn what_was_created_can_be_filled_in(new in new_template()) {
            let mut row = to_json(&new, "https://inbox.example.com").unwrap();
            row["sid"] = "HX1".into();
            row["approval_requests"] = json!({"name": "any", "status": "approved", "category": "MARKETING"});
            let listed = listed(&row).unwrap();
            prop_assert_eq!(listed.status, TemplateStatus::Approved, "{:?}", listed.reason);

            // Twilio's numbers in place of our names, with the same values.
            let values = |ours: &str, theirs: &str, given: &BTreeMap<String, String>| -> BTreeMap<String, String> {
                let theirs = TemplateBody::variables(theirs).into_iter();
                theirs.zip(TemplateBody::variables(ours)).map(|(to, from)| (to, given[&from].clone())).collect()
            };
            let header = match (&new.body.header, &listed.body.header) {
                (Some(TemplateHeader::Text { text: ours }), Some(TemplateHeader::Text { text: theirs })) => {
                    values(ours, theirs, &new.examples.header)
                }
                _ => BTreeMap::new(),
            };
            let given = TemplateValues {
                header,
                body: values(&new.body.body, &listed.body.body, &new.examples.body),
                ..new.examples.clone()
            };
            let wanted = new.body.fill("any", "en", &new.examples).unwrap();
            let seen = listed.body.fill("any", "en", &given).unwrap();
            prop_assert_eq!((&seen.header, &seen.body, &seen.footer), (&wanted.header, &wanted.body, &wanted.footer));
            prop_assert_eq!(&seen.buttons, &wanted.buttons);

            let text = row.to_string();
            let raw: &RawValue = serde_json::from_str(&text).unwrap();
            let definition = definition(&Object::of(raw).unwrap(), None).unwrap();
            let variables = filled(&seen, Some(&definition), given.header_media_url.as_deref()).unwrap();
            let variables: Value = serde_json::from_str(variables.as_deref().unwrap_or("{}")).unwrap();
            prop_assert_eq!(&variables, &row["variables"], "the examples themselves, each at its number");
        }

        #[test]
        fn no_content_breaks_the_reader(
            kind in proptest::sample::select(vec!["twilio/text", "twilio/media", "whatsapp/card", "whatsapp/authentication", "x"]),
            name in proptest::sample::select(vec!["body", "title", "media", "actions", "header_text", "button_text"]),
            value in proptest::sample::select(vec![
                json!(null), json!(1), json!("{{1}}"), json!(["{{1}}{{"]), json!([{"type": "URL", "url": "{{"}]),
                json!([{"type": "COPY_CODE", "code": 1}]), json!({"a": []}), json!([[null]]),
            ]),
        ) {
            for content in [json!({(name): value}), value.clone()] {
                let row = json!({"sid": "HX1", "friendly_name": "a", "language": "en", "variables": value,
                    "types": {(kind): content}, "approval_requests": value});
                prop_assert!(listed(&row).is_some());
            }
            let nameless = json!({"sid": "HX1", "types": value});
            prop_assert!(listed(&nameless).is_none());
        }
    }
}
