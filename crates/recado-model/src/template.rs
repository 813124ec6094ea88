//! Message templates: what the provider approved, what has to be filled in, and what the customer will see.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::content::Location;
use crate::ids::MediaId;

crate::words! {
    pub enum TemplateStatus {
        /// Not handed in for approval yet.
        Draft = "draft",
        Pending = "pending",
        Approved = "approved",
        Rejected = "rejected",
        Paused = "paused",
        Disabled = "disabled",
        /// Anything else: cannot be sent.
        Unavailable = "unavailable",
    }
}

crate::words! {
    pub enum TemplateCategory {
        Marketing = "marketing",
        Utility = "utility",
        Authentication = "authentication",
    }
}

/// What a template is made of, in the words of neither provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateBody {
    #[serde(default)]
    #[schema(required)]
    pub header: Option<TemplateHeader>,
    /// With variables as `{{1}}` or `{{name}}`.
    pub body: String,
    #[serde(default)]
    #[schema(required)]
    pub footer: Option<String>,
    #[serde(default)]
    pub buttons: Vec<TemplateButton>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "format", rename_all = "snake_case")]
pub enum TemplateHeader {
    /// At most one variable.
    Text {
        text: String,
    },
    Image,
    Video,
    Document,
    Location,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TemplateButton {
    QuickReply {
        text: String,
    },
    /// With one variable at most, at the end of the address.
    Url {
        text: String,
        url: String,
    },
    Phone {
        text: String,
        phone: String,
    },
    CopyCode {
        text: String,
    },
    /// A kind that can be shown, and needs nothing filled in.
    Other {
        text: String,
    },
}

impl TemplateButton {
    pub fn text(&self) -> &str {
        match self {
            Self::QuickReply { text }
            | Self::Url { text, .. }
            | Self::Phone { text, .. }
            | Self::CopyCode { text }
            | Self::Other { text } => text,
        }
    }
}

/// What is filled into a template. Names are those between the braces: `1` or `name`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateValues {
    #[serde(default)]
    pub header: BTreeMap<String, String>,
    /// The file of a header that is an image, a video or a document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub header_media_id: Option<MediaId>,
    /// The same by a public address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub header_media_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub header_location: Option<Location>,
    #[serde(default)]
    pub body: BTreeMap<String, String>,
    /// By the button's place, counted from 0: the end of the address, or the code to copy.
    #[serde(default)]
    pub buttons: BTreeMap<String, String>,
}

/// A template as the customer sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FilledTemplate {
    pub name: String,
    pub language: String,
    #[schema(required)]
    pub header: Option<TemplateHeader>,
    pub body: String,
    #[schema(required)]
    pub footer: Option<String>,
    pub buttons: Vec<TemplateButton>,
    /// What was filled in.
    pub values: TemplateValues,
}

/// Something that has to be filled in and is not, or is and must not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FillError {
    #[error("The {place} has no value for {{{{{name}}}}}.")]
    Missing { place: &'static str, name: String },
    #[error("The {place} has no variable {{{{{name}}}}}.")]
    Unknown { place: &'static str, name: String },
    /// WhatsApp refuses line breaks, tabs and more than four spaces in a row.
    #[error("The value for {{{{{name}}}}} in the {place} contains a line break, a tab or too many spaces.")]
    BadText { place: &'static str, name: String },
    #[error("The header needs {0}.")]
    Header(&'static str),
}

impl TemplateBody {
    /// Names of the variables of a text in the order they first appear.
    pub fn variables(text: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in placeholders(text) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What the customer will see.
    ///
    /// # Errors
    /// The first value that is missing, unknown or not allowed.
    pub fn fill(
        &self,
        name: &str,
        language: &str,
        values: &TemplateValues,
    ) -> Result<FilledTemplate, FillError> {
        let header = match &self.header {
            Some(TemplateHeader::Text { text }) => Some(TemplateHeader::Text {
                text: filled("header", text, &values.header)?,
            }),
            Some(TemplateHeader::Location) if values.header_location.is_none() => {
                return Err(FillError::Header("a location"));
            }
            Some(TemplateHeader::Image | TemplateHeader::Video | TemplateHeader::Document)
                if values.header_media_id.is_none() && values.header_media_url.is_none() =>
            {
                return Err(FillError::Header("a file"));
            }
            other => other.clone(),
        };
        let body = filled("body", &self.body, &values.body)?;
        let mut buttons = Vec::with_capacity(self.buttons.len());
        for (place, button) in self.buttons.iter().enumerate() {
            let value = values.buttons.get(&place.to_string());
            buttons.push(match (button, value) {
                (TemplateButton::Url { text, url }, value) => {
                    let names = Self::variables(url);
                    let given = names
                        .into_iter()
                        .filter_map(|name| Some((name, value?.clone())))
                        .collect();
                    TemplateButton::Url {
                        text: text.clone(),
                        url: filled("button", url, &given)?,
                    }
                }
                (TemplateButton::CopyCode { .. }, None) => {
                    return Err(FillError::Missing {
                        place: "button",
                        name: place.to_string(),
                    });
                }
                (other, _) => other.clone(),
            });
        }
        Ok(FilledTemplate {
            name: name.to_owned(),
            language: language.to_owned(),
            header,
            body,
            footer: self.footer.clone(),
            buttons,
            values: values.clone(),
        })
    }
}

fn filled(place: &'static str, text: &str, values: &BTreeMap<String, String>) -> Result<String, FillError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = 0;
    let mut used: Vec<String> = Vec::new();
    for (name, range) in placeholders(text) {
        let value = values
            .get(&name)
            .filter(|value| !value.trim().is_empty())
            .ok_or_else(|| FillError::Missing {
                place,
                name: name.clone(),
            })?;
        if value.contains(['\n', '\r', '\t', '\0']) || value.contains("     ") {
            return Err(FillError::BadText { place, name });
        }
        out.push_str(&text[rest..range.start]);
        out.push_str(value);
        rest = range.end;
        used.push(name);
    }
    out.push_str(&text[rest..]);
    if let Some(name) = values.keys().find(|name| !used.contains(name)) {
        return Err(FillError::Unknown {
            place,
            name: name.clone(),
        });
    }
    Ok(out)
}

/// Each `{{name}}` of a text and where it is. Names are letters, digits and `_`, with spaces around them allowed.
fn placeholders(text: &str) -> impl Iterator<Item = (String, std::ops::Range<usize>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(start) = text[at..].find("{{").map(|found| at + found) {
            let Some(end) = text[start..].find("}}").map(|found| start + found) else {
                at = text.len();
                return None;
            };
            let name = text[start + 2..end].trim();
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                at = end + 2;
                return Some((name.to_owned(), start..end + 2));
            }
            at = start + 1;
            while !text.is_char_boundary(at) {
                at += 1;
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    fn reminder() -> TemplateBody {
        TemplateBody {
            header: Some(TemplateHeader::Text {
                text: "Hello {{1}}".into(),
            }),
            body: "Your table is ready at {{ time }}, {{name}}. See you at {{time}}!".into(),
            footer: Some("Reply STOP to stop".into()),
            buttons: vec![
                TemplateButton::QuickReply {
                    text: "Confirm".into(),
                },
                TemplateButton::Url {
                    text: "Details".into(),
                    url: "https://shop.example/t/{{1}}".into(),
                },
            ],
        }
    }

    #[test]
    fn every_variable_is_filled() {
        let given = TemplateValues {
            header: values(&[("1", "Ana")]),
            body: values(&[("time", "19:00"), ("name", "Ana")]),
            buttons: values(&[("1", "42")]),
            ..TemplateValues::default()
        };
        let seen = reminder().fill("table_ready", "en", &given).unwrap();
        assert_eq!(seen.body, "Your table is ready at 19:00, Ana. See you at 19:00!");
        assert_eq!(
            seen.header,
            Some(TemplateHeader::Text {
                text: "Hello Ana".into()
            })
        );
        assert!(
            matches!(&seen.buttons[1], TemplateButton::Url { url, .. } if url == "https://shop.example/t/42")
        );
        assert_eq!(TemplateBody::variables(&reminder().body), ["time", "name"]);
    }

    #[test]
    fn what_is_missing_or_too_much_is_named() {
        let mut given = TemplateValues {
            header: values(&[("1", "Ana")]),
            body: values(&[("time", "19:00")]),
            ..TemplateValues::default()
        };
        let error = reminder().fill("t", "en", &given).unwrap_err();
        assert_eq!(error.to_string(), "The body has no value for {{name}}.");
        given.body = values(&[("time", "19:00"), ("name", "Ana\nMaria")]);
        assert!(matches!(
            reminder().fill("t", "en", &given),
            Err(FillError::BadText { .. })
        ));
        given.body = values(&[("time", "19:00"), ("name", "Ana"), ("x", "y")]);
        assert!(matches!(
            reminder().fill("t", "en", &given),
            Err(FillError::Unknown { .. })
        ));
        given.body = values(&[("time", "19:00"), ("name", "Ana")]);
        assert!(matches!(
            reminder().fill("t", "en", &given),
            Err(FillError::Missing { place: "button", .. })
        ));
    }

    #[test]
    fn a_header_with_a_file_needs_one() {
        let template = TemplateBody {
            header: Some(TemplateHeader::Image),
            body: "Hi".into(),
            ..TemplateBody::default()
        };
        assert_eq!(
            template.fill("t", "en", &TemplateValues::default()),
            Err(FillError::Header("a file"))
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[{}a-zé1_ ]{0,40}") {
            let names = TemplateBody::variables(&text);
            let given = names.iter().map(|name| (name.clone(), "x".to_owned())).collect();
            let out = filled("body", &text, &given).unwrap();
            prop_assert!(out.len() <= text.len());
        }
    }
}
