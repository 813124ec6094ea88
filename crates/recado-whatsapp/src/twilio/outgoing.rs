//! A message as the form Twilio takes.

use recado_model::content::Location;
use recado_model::{FailureReason, MediaKind};
use reqwest::Url;

use super::templates::{self, Definition};
use crate::send::{MediaSource, Outgoing, OutgoingContent, Recipient, SendError};

/// The longest text Twilio takes, in characters.
pub const MAX_BODY_CHARS: usize = 1600;

type Fields = Vec<(&'static str, String)>;

/// The form, or why there can be none. `definition` is that of a template, where its values need it.
pub(super) fn fields(
    from: &str,
    message: &Outgoing,
    status_callback: &str,
    definition: Option<&Definition>,
) -> Result<Fields, SendError> {
    let mut fields = vec![("From", sender(from)?), ("To", recipient(&message.to)?)];
    match &message.content {
        OutgoingContent::Text { text } => fields.push(("Body", body(text)?)),
        OutgoingContent::Media {
            kind,
            source,
            caption,
            ..
        } => {
            let caption = caption.as_deref().filter(|caption| !caption.is_empty());
            match (kind, caption) {
                (MediaKind::Sticker, _) => return Err(SendError::not_offered("Twilio", "stickers")),
                (MediaKind::Image | MediaKind::Video, Some(caption)) => {
                    fields.push(("Body", body(caption)?));
                }
                // It would be lost on the way.
                (MediaKind::Document, Some(_)) => {
                    return Err(SendError::not_offered(
                        "Twilio",
                        "a text together with a document",
                    ));
                }
                (_, _) => {}
            }
            fields.push(("MediaUrl", link(source)?));
        }
        OutgoingContent::Location(location) => fields.extend(place(location)?),
        OutgoingContent::Template {
            template,
            provider_id,
            header,
            ..
        } => {
            let sid = provider_id
                .clone()
                .ok_or_else(|| problem("the template has no id of Twilio's".to_owned()))?;
            let header = header.as_ref().map(link).transpose()?;
            let variables = templates::filled(template, definition, header.as_deref()).map_err(problem)?;
            fields.push(("ContentSid", sid));
            fields.extend(variables.map(|variables| ("ContentVariables", variables)));
        }
        OutgoingContent::Contacts(_) => return Err(SendError::not_offered("Twilio", "contact cards")),
        OutgoingContent::Interactive {
            provider_id: Some(sid),
            ..
        } => fields.push(("ContentSid", sid.clone())),
        OutgoingContent::Interactive {
            provider_id: None, ..
        } => {
            return Err(bad("Twilio sends buttons and lists by the id of a content only"));
        }
        OutgoingContent::Reaction { .. } => return Err(SendError::not_offered("Twilio", "reactions")),
    }
    if !status_callback.is_empty() {
        fields.push(("StatusCallback", callback(status_callback, &message.callback)?));
    }
    Ok(fields)
}

fn problem(why: String) -> SendError {
    SendError::unsendable(FailureReason::TemplateProblem, why)
}

fn bad(why: &str) -> SendError {
    SendError::unsendable(FailureReason::BadRequest, why)
}

fn sender(from: &str) -> Result<String, SendError> {
    let digits = from.strip_prefix('+').filter(|digits| is_digits(digits));
    digits.map(|digits| format!("whatsapp:+{digits}")).ok_or_else(|| {
        SendError::unsendable(
            FailureReason::NumberUnhealthy,
            format!("the number {from:?} is no phone"),
        )
    })
}

/// A scoped id goes without a plus: with one it would be taken for a phone.
pub(super) fn recipient(to: &Recipient) -> Result<String, SendError> {
    match to {
        Recipient::Phone(digits) if is_digits(digits) => Ok(format!("whatsapp:+{digits}")),
        Recipient::Phone(_) => Err(SendError::unsendable(
            FailureReason::NeedsPhone,
            "the recipient is no phone",
        )),
        Recipient::Scoped(id) => Ok(format!("whatsapp:{id}")),
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn body(text: &str) -> Result<String, SendError> {
    match text.chars().nth(MAX_BODY_CHARS) {
        Some(_) => Err(bad(&format!(
            "Twilio takes texts of at most {MAX_BODY_CHARS} characters"
        ))),
        None if text.trim().is_empty() => Err(bad("the text is empty")),
        None => Ok(text.to_owned()),
    }
}

fn link(source: &MediaSource) -> Result<String, SendError> {
    match source {
        MediaSource::Link(link) => Ok(link.clone()),
        MediaSource::Id(_) => Err(bad("Twilio takes files by their address only")),
    }
}

/// The name of a place is the message's text, its address the label of the pin; neither may be missing.
fn place(location: &Location) -> Result<[(&'static str, String); 2], SendError> {
    let Location {
        latitude,
        longitude,
        name,
        address,
    } = location;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let (name, address) = (given(name), given(address));
    let geo = format!("{latitude},{longitude}");
    let text = name
        .clone()
        .or_else(|| address.clone())
        .unwrap_or_else(|| geo.clone());
    let label = address.or(name).unwrap_or_else(|| geo.clone());
    Ok([
        ("Body", body(&text)?),
        (
            "PersistentAction",
            format!("geo:{geo}|{}", label.replace('|', " ")),
        ),
    ])
}

fn callback(address: &str, id: &str) -> Result<String, SendError> {
    let mut url = Url::parse(address).map_err(|_| bad("the address for statuses cannot be read"))?;
    url.query_pairs_mut().append_pair("m", id);
    Ok(url.into())
}
