//! What a member wants to send, checked against what WhatsApp and the number's provider take, before anything is kept.

use recado_model::content::{ContactCard, Interactive, InteractiveAction, InteractiveHeader, Location};
use recado_model::message::{MAX_CAPTION_CHARS, MAX_TEXT_CHARS};
use recado_model::template::TemplateValues;
use recado_model::{MediaId, MediaKind, Provider};
use recado_whatsapp::twilio::{SessionContent, Unfit};
use serde::Serialize;

use crate::{Error, Result};

/// What a reply holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum NewContent {
    Text {
        text: String,
    },
    Media {
        kind: MediaKind,
        source: NewMedia,
        caption: Option<String>,
        filename: Option<String>,
        voice: bool,
    },
    Location(Location),
    Contacts(Vec<ContactCard>),
    Interactive(Interactive),
    Template {
        name: String,
        language: String,
        values: TemplateValues,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum NewMedia {
    Uploaded(MediaId),
    /// A public address; fetched before it is sent.
    Url(String),
}

impl NewContent {
    /// Only templates leave outside the window.
    pub(super) fn is_free_form(&self) -> bool {
        !matches!(self, Self::Template { .. })
    }

    /// Whatever can be said without asking the store.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Self::Text { text } => check_text(text),
            Self::Media {
                kind,
                source,
                caption,
                ..
            } => {
                if let Some(caption) = caption {
                    check_caption(*kind, caption)?;
                }
                match source {
                    NewMedia::Url(url) => check_url(url),
                    NewMedia::Uploaded(_) => Ok(()),
                }
            }
            Self::Location(location) if location.is_on_earth() => Ok(()),
            Self::Location(_) => Err(Error::bad_input(
                "location",
                "The latitude lies between -90 and 90, the longitude between -180 and 180.",
            )),
            Self::Contacts(cards) => check_cards(cards),
            Self::Interactive(interactive) => check_interactive(interactive),
            // Its values are checked against the template.
            Self::Template { .. } => Ok(()),
        }
    }

    /// What this provider has no way to send is refused at once, not by a failed message later.
    pub(super) fn check_offered(&self, provider: Provider, has_quote: bool) -> Result<()> {
        if provider == Provider::Meta {
            return Ok(());
        }
        let what = match self {
            Self::Contacts(_) => "contact cards",
            Self::Interactive(interactive) => match SessionContent::of(interactive) {
                Err(Unfit::NotOffered(what)) => what,
                Err(Unfit::BadWords(why)) => return Err(Error::bad_input("interactive", why)),
                Ok(_) if has_quote => "quoted replies",
                Ok(_) => return Ok(()),
            },
            Self::Media {
                kind: MediaKind::Sticker,
                ..
            } => "stickers",
            Self::Media {
                kind: MediaKind::Document,
                caption: Some(caption),
                ..
            } if !caption.trim().is_empty() => "a text with a document",
            Self::Text { text } if text.chars().count() > MAX_TWILIO_CHARS => {
                return Err(Error::bad_input(
                    "text",
                    format!("Twilio takes at most {MAX_TWILIO_CHARS} characters."),
                ));
            }
            _ if has_quote => "quoted replies",
            _ => return Ok(()),
        };
        Err(Error::conflict(
            "not_offered",
            format!("Twilio cannot send {what} on WhatsApp."),
        ))
    }
}

/// The longest body of Twilio's, in characters.
const MAX_TWILIO_CHARS: usize = 1600;

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::bad_input("text", "The text is empty."));
    }
    check_length("text", "The text", text, MAX_TEXT_CHARS)?;
    no_nul("text", text)
}

fn check_caption(kind: MediaKind, caption: &str) -> Result<()> {
    if !kind.takes_caption() && !caption.is_empty() {
        return Err(Error::bad_input(
            "text",
            format!("WhatsApp shows no text with {kind} messages."),
        ));
    }
    check_length("text", "The caption", caption, MAX_CAPTION_CHARS)?;
    no_nul("text", caption)
}

fn check_url(url: &str) -> Result<()> {
    if url.len() > 2048 || !url.starts_with("https://") && !url.starts_with("http://") {
        return Err(Error::bad_input(
            "media_url",
            "This is no public https address of a file.",
        ));
    }
    no_nul("media_url", url)
}

fn check_cards(cards: &[ContactCard]) -> Result<()> {
    if cards.is_empty() || cards.len() > 20 {
        return Err(Error::bad_input(
            "contacts",
            "Send 1 to 20 contact cards at once.",
        ));
    }
    if cards
        .iter()
        .any(|card| card.name.as_deref().is_none_or(|name| name.trim().is_empty()))
    {
        return Err(Error::bad_input("contacts", "Each contact card needs a name."));
    }
    Ok(())
}

fn check_interactive(interactive: &Interactive) -> Result<()> {
    let bad = |message: &str| Err(Error::bad_input("interactive", message));
    let is_list = matches!(interactive.action, InteractiveAction::List { .. });
    let longest = if is_list { 4096 } else { 1024 };
    if interactive.body.trim().is_empty() || interactive.body.chars().count() > longest {
        return bad(&format!("The body has 1 to {longest} characters."));
    }
    if interactive
        .footer
        .as_ref()
        .is_some_and(|text| text.chars().count() > 60)
    {
        return bad("The footer has at most 60 characters.");
    }
    match &interactive.header {
        Some(InteractiveHeader::Text { text }) if text.chars().count() > 60 => {
            return bad("The header has at most 60 characters.");
        }
        Some(header) if is_list && !matches!(header, InteractiveHeader::Text { .. }) => {
            return bad("Above a list there can only be a text.");
        }
        _ => {}
    }
    match &interactive.action {
        InteractiveAction::Buttons { buttons } => {
            if !(1..=3).contains(&buttons.len()) {
                return bad("There are 1 to 3 buttons.");
            }
            each_its_own(
                buttons
                    .iter()
                    .map(|button| (button.id.as_str(), button.title.as_str())),
                256,
                20,
            )
        }
        InteractiveAction::List { button, sections } => {
            fits("The button of the list", button, 20)?;
            let rows = || sections.iter().flat_map(|section| &section.rows);
            if !(1..=10).contains(&rows().count()) || sections.iter().any(|section| section.rows.is_empty()) {
                return bad("A list has 1 to 10 rows, and at least one in each section.");
            }
            if sections.len() > 1
                && sections.iter().any(|section| {
                    section
                        .title
                        .as_deref()
                        .is_none_or(|title| title.trim().is_empty())
                })
            {
                return bad("Where there are several sections, each needs a title.");
            }
            if sections.iter().any(|section| {
                section
                    .title
                    .as_ref()
                    .is_some_and(|title| title.chars().count() > 24)
            }) {
                return bad("The title of a section has at most 24 characters.");
            }
            if rows().any(|row| {
                row.description
                    .as_ref()
                    .is_some_and(|text| text.chars().count() > 72)
            }) {
                return bad("The description of a row has at most 72 characters.");
            }
            let rows: Vec<_> = rows().map(|row| (row.id.as_str(), row.title.as_str())).collect();
            each_its_own(rows.into_iter(), 200, 24)
        }
        InteractiveAction::Link { text, url } => {
            fits("The button", text, 20)?;
            if !url.starts_with("https://") && !url.starts_with("http://") {
                return bad("The button leads to no web address.");
            }
            Ok(())
        }
        InteractiveAction::LocationRequest => Ok(()),
    }
}

/// Ids and titles of one message differ from each other, and none is empty or too long.
fn each_its_own<'a>(
    pressed: impl Iterator<Item = (&'a str, &'a str)>,
    longest_id: usize,
    longest_title: usize,
) -> Result<()> {
    let mut ids = std::collections::HashSet::new();
    let mut titles = std::collections::HashSet::new();
    for (id, title) in pressed {
        fits("Each id", id, longest_id)?;
        fits("Each title", title, longest_title)?;
        if !ids.insert(id) || !titles.insert(title.trim()) {
            return Err(Error::bad_input(
                "interactive",
                "Two buttons or rows have the same id or title.",
            ));
        }
    }
    Ok(())
}

fn fits(what: &str, text: &str, longest: usize) -> Result<()> {
    if text.trim().is_empty() || text.chars().count() > longest {
        return Err(Error::bad_input(
            "interactive",
            format!("{what} has 1 to {longest} characters."),
        ));
    }
    no_nul("interactive", text)
}

fn check_length(field: &'static str, what: &str, text: &str, longest: usize) -> Result<()> {
    let length = text.chars().count();
    if length > longest {
        return Err(Error::bad_input(
            field,
            format!("{what} has {length} characters; WhatsApp takes at most {longest}."),
        ));
    }
    Ok(())
}

fn no_nul(field: &'static str, text: &str) -> Result<()> {
    if text.contains('\0') {
        return Err(Error::bad_input(field, "The text contains a NUL character."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use recado_model::content::ReplyButton;

    fn buttons(titles: &[&str]) -> NewContent {
        let buttons = titles
            .iter()
            .map(|title| ReplyButton {
                id: format!("id-{title}"),
                title: (*title).to_owned(),
            })
            .collect();
        NewContent::Interactive(Interactive {
            header: None,
            body: "Which?".into(),
            footer: None,
            action: InteractiveAction::Buttons { buttons },
        })
    }

    #[test]
    fn buttons_are_few_short_and_different() {
        assert!(buttons(&["Small", "Large"]).check().is_ok());
        assert!(buttons(&[]).check().is_err());
        assert!(buttons(&["a", "b", "c", "d"]).check().is_err());
        assert!(buttons(&["a", "a"]).check().is_err());
        assert!(buttons(&["a title that is too long"]).check().is_err());
    }

    #[test]
    fn twilio_offers_less() {
        assert!(buttons(&["a"]).check_offered(Provider::Meta, true).is_ok());
        assert!(buttons(&["a"]).check_offered(Provider::Twilio, false).is_ok());
        assert!(buttons(&["a"]).check_offered(Provider::Twilio, true).is_err());
        let NewContent::Interactive(mut below) = buttons(&["a"]) else {
            unreachable!("buttons are interactive");
        };
        below.footer = Some("Any time".into());
        let refused = NewContent::Interactive(below).check_offered(Provider::Twilio, false);
        assert!(
            matches!(&refused, Err(Error::Conflict { code: "not_offered", message }) if message.contains("footer")),
            "{refused:?}"
        );
        let text = NewContent::Text { text: "hi".into() };
        assert!(text.check_offered(Provider::Twilio, false).is_ok());
        assert!(text.check_offered(Provider::Twilio, true).is_err());
    }

    #[test]
    fn a_caption_goes_with_what_shows_one() {
        let media = |kind, caption: &str| NewContent::Media {
            kind,
            source: NewMedia::Url("https://shop.example/a".into()),
            caption: Some(caption.to_owned()),
            filename: None,
            voice: false,
        };
        assert!(media(MediaKind::Image, "Look").check().is_ok());
        assert!(media(MediaKind::Audio, "Listen").check().is_err());
        assert!(media(MediaKind::Image, &"x".repeat(1025)).check().is_err());
    }
}
