//! Buttons, lists and links of a free message, as content: Twilio sends them by the id of a content only. Within the
//! 24 hours it needs no approval.

use recado_model::content::{Interactive, InteractiveAction, ListSection};
use recado_model::template::TemplateBody;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What stands before the hash in the name of such a content: it is no template, and is not listed as one.
const PREFIX: &str = "recado_session_";

/// Above a list, too, where WhatsApp itself takes more.
const MAX_BODY: usize = 1024;
const MAX_DESCRIPTION: usize = 72;

/// A content without variables, with a name that is the same for the same words.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionContent {
    name: String,
    types: Value,
}

/// Why something to press cannot go through Twilio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Twilio has no place for it. Completes "Twilio cannot send …".
    NotOffered(&'static str),
    /// It would go if it were worded differently: a sentence.
    BadWords(String),
}

impl SessionContent {
    /// What the customer is to see. Limits that are WhatsApp's, not Twilio's, are the caller's to check.
    ///
    /// Twilio's lists have no sections: the rows stand in their order, and where there are several sections, the
    /// title of each stands before the descriptions of its rows.
    pub fn of(interactive: &Interactive) -> Result<Self, Unfit> {
        let Interactive {
            header,
            body,
            footer,
            action,
        } = interactive;
        if header.is_some() {
            return Err(Unfit::NotOffered("a header above buttons or a list"));
        }
        if footer.as_ref().is_some_and(|footer| !footer.trim().is_empty()) {
            return Err(Unfit::NotOffered("a footer below buttons or a list"));
        }
        if body.chars().nth(MAX_BODY).is_some() {
            let why = format!("Twilio takes at most {MAX_BODY} characters with buttons or a list.");
            return Err(Unfit::BadWords(why));
        }
        let (kind, content) = match action {
            InteractiveAction::Buttons { buttons } => {
                let actions = buttons
                    .iter()
                    .map(|button| json!({"type": "QUICK_REPLY", "title": button.title, "id": button.id}));
                let actions: Value = actions.collect();
                ("twilio/quick-reply", json!({"body": body, "actions": actions}))
            }
            InteractiveAction::List { button, sections } => {
                let items = items(sections)?;
                (
                    "twilio/list-picker",
                    json!({"body": body, "button": button, "items": items}),
                )
            }
            InteractiveAction::Link { text, url } => {
                let actions = json!([{"type": "URL", "title": text, "url": url}]);
                ("twilio/call-to-action", json!({"body": body, "actions": actions}))
            }
            InteractiveAction::LocationRequest => return Err(Unfit::NotOffered("a request for a location")),
        };
        let types = json!({ (kind): content });
        let written = types.to_string();
        if let Some(variable) = TemplateBody::variables(&written).first() {
            let why = format!(
                "Twilio would take {{{{{variable}}}}} for a blank to be filled in; write it otherwise."
            );
            return Err(Unfit::BadWords(why));
        }
        let hash = Sha256::digest(written);
        Ok(Self {
            name: format!("{PREFIX}{}", hex::encode(&hash[..16])),
            types,
        })
    }

    /// The same for the same words.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The body of the call that creates it. The language is a formality: nobody approves it.
    pub(super) fn to_json(&self) -> Value {
        json!({"friendly_name": self.name, "language": "en", "variables": {}, "types": self.types})
    }
}

/// Whether a content was made for a free message, here or by another installation.
pub(super) fn is_session(friendly_name: &str) -> bool {
    friendly_name.starts_with(PREFIX)
}

fn items(sections: &[ListSection]) -> Result<Vec<Value>, Unfit> {
    let mut items = Vec::new();
    for section in sections {
        let title = section.title.as_deref().filter(|_| sections.len() > 1);
        for row in &section.rows {
            let own = row.description.as_deref().filter(|text| !text.trim().is_empty());
            let description = match (title, own) {
                (Some(title), Some(own)) => Some(format!("{title}: {own}")),
                (title, own) => own.or(title).map(str::to_owned),
            };
            let mut item = json!({"id": row.id, "item": row.title});
            if let Some(description) = description {
                if description.chars().nth(MAX_DESCRIPTION).is_some() {
                    return Err(Unfit::BadWords(format!(
                        "Twilio shows the title of a section before the descriptions of its rows: together they have \
                         at most {MAX_DESCRIPTION} characters."
                    )));
                }
                item["description"] = description.into();
            }
            items.push(item);
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use recado_model::content::{InteractiveHeader, ListRow, ReplyButton};

    use super::*;

    fn with(action: InteractiveAction) -> Interactive {
        Interactive {
            header: None,
            body: "Which?".into(),
            footer: None,
            action,
        }
    }

    fn buttons() -> Interactive {
        let button = |id: &str, title: &str| ReplyButton {
            id: id.into(),
            title: title.into(),
        };
        with(InteractiveAction::Buttons {
            buttons: vec![button("s", "Small"), button("l", "Large")],
        })
    }

    /// A title, and rows of title and description.
    type Section<'a> = (Option<&'a str>, &'a [(&'a str, Option<&'a str>)]);

    fn list(sections: &[Section<'_>]) -> Interactive {
        let row = |(title, description): &(&str, Option<&str>)| ListRow {
            id: title.to_lowercase(),
            title: (*title).into(),
            description: description.map(Into::into),
        };
        let sections = sections.iter().map(|(title, rows)| ListSection {
            title: title.map(Into::into),
            rows: rows.iter().map(row).collect(),
        });
        with(InteractiveAction::List {
            button: "Days".into(),
            sections: sections.collect(),
        })
    }

    fn types(interactive: &Interactive) -> Value {
        SessionContent::of(interactive).unwrap().to_json()["types"].take()
    }

    #[test]
    fn buttons_are_quick_replies() {
        assert_eq!(
            types(&buttons()),
            json!({"twilio/quick-reply": {"body": "Which?", "actions": [
                {"type": "QUICK_REPLY", "title": "Small", "id": "s"},
                {"type": "QUICK_REPLY", "title": "Large", "id": "l"}]}})
        );
    }

    #[test]
    fn a_link_is_a_call_to_action() {
        let link = with(InteractiveAction::Link {
            text: "Menu".into(),
            url: "https://shop.example".into(),
        });
        assert_eq!(
            types(&link),
            json!({"twilio/call-to-action": {"body": "Which?", "actions": [
                {"type": "URL", "title": "Menu", "url": "https://shop.example"}]}})
        );
    }

    #[test]
    fn the_rows_of_all_sections_are_one_list() {
        let one = list(&[(Some("Week"), &[("Mon", None), ("Tue", Some("from 9"))])]);
        assert_eq!(
            types(&one),
            json!({"twilio/list-picker": {"body": "Which?", "button": "Days", "items": [
                {"id": "mon", "item": "Mon"}, {"id": "tue", "item": "Tue", "description": "from 9"}]}})
        );
        let two = list(&[
            (Some("Lisbon"), &[("Mon", Some("from 9"))]),
            (Some("Porto"), &[("Tue", None)]),
        ]);
        assert_eq!(
            types(&two)["twilio/list-picker"]["items"],
            json!([{"id": "mon", "item": "Mon", "description": "Lisbon: from 9"},
                {"id": "tue", "item": "Tue", "description": "Porto"}])
        );
        let long = "x".repeat(70);
        let two = list(&[
            (Some("Lisbon"), &[("Mon", Some(&long))]),
            (Some("Porto"), &[("Tue", None)]),
        ]);
        assert!(matches!(SessionContent::of(&two), Err(Unfit::BadWords(why)) if why.contains("72")));
        let one = list(&[(Some("Lisbon"), &[("Mon", Some(&long))])]);
        assert!(SessionContent::of(&one).is_ok());
    }

    #[test]
    fn the_same_words_have_the_same_name() {
        let name = |interactive: &Interactive| SessionContent::of(interactive).unwrap().name().to_owned();
        assert_eq!(name(&buttons()), name(&buttons()));
        assert!(is_session(&name(&buttons())) && !is_session("order_update"));
        let other = Interactive {
            body: "Which one?".into(),
            ..buttons()
        };
        assert_ne!(name(&buttons()), name(&other));
    }

    #[test]
    fn what_would_be_lost_or_changed_is_refused() {
        let refused = |interactive: Interactive| SessionContent::of(&interactive).unwrap_err();
        let header = Some(InteractiveHeader::Text { text: "Sizes".into() });
        assert!(
            matches!(refused(Interactive { header, ..buttons() }), Unfit::NotOffered(what) if what.contains("header"))
        );
        let footer = Some("Bye".to_owned());
        assert!(
            matches!(refused(Interactive { footer, ..buttons() }), Unfit::NotOffered(what) if what.contains("footer"))
        );
        assert!(
            matches!(refused(with(InteractiveAction::LocationRequest)), Unfit::NotOffered(what) if what.contains("location"))
        );
        for body in ["x".repeat(1025), "Hi {{name}}".to_owned()] {
            assert!(matches!(
                refused(Interactive { body, ..buttons() }),
                Unfit::BadWords(_)
            ));
        }
        let body = "é".repeat(1024);
        assert!(SessionContent::of(&Interactive { body, ..buttons() }).is_ok());
    }
}
