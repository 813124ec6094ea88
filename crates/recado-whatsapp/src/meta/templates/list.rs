//! A template as Meta lists it.

use recado_model::TemplateStatus;
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader};

use super::{category, status};
use crate::json::Object;
use crate::template::ProviderTemplate;

const MAX_TEXT: usize = 4096;
const MAX_LABEL: usize = 256;
const MAX_NAME: usize = 512;
const MAX_WORD: usize = 64;
const MAX_PARTS: usize = 20;

/// None if it lacks what it is found by.
pub(in crate::meta) fn read(row: &Object<'_>) -> Option<ProviderTemplate> {
    let mut body = TemplateBody::default();
    // What a message would have to fill in and we cannot.
    let mut beyond_us: Option<String> = None;
    for component in row.objects("components").take(MAX_PARTS) {
        if let Err(what) = take(&mut body, &component) {
            beyond_us.get_or_insert(what);
        }
    }
    let word = row.short("status", MAX_WORD).unwrap_or_default();
    let told = status(&word).unwrap_or(TemplateStatus::Unavailable);
    let rejected = row
        .short("rejected_reason", MAX_NAME)
        .filter(|reason| reason != "NONE");
    let (status, reason) = match (told, beyond_us) {
        (TemplateStatus::Approved, Some(what)) => (
            TemplateStatus::Unavailable,
            Some(format!("Recado cannot fill in its {what} yet.")),
        ),
        (TemplateStatus::Unavailable, _) => (told, rejected.or(Some(word)).filter(|text| !text.is_empty())),
        _ => (told, rejected),
    };
    let named = match row.text("parameter_format").as_deref() {
        Some("NAMED") => true,
        Some("POSITIONAL") => false,
        _ => TemplateBody::variables(&body.body)
            .iter()
            .any(|name| name.parse::<u32>().is_err()),
    };
    Some(ProviderTemplate {
        provider_id: row.id("id")?,
        name: row.id("name")?,
        language: row.short("language", MAX_WORD)?,
        status,
        category: row.text("category").and_then(|word| category(&word)),
        quality: row
            .object("quality_score")
            .and_then(|score| score.short("score", MAX_WORD))
            .or_else(|| row.short("quality_score", MAX_WORD)),
        reason,
        named,
        body,
    })
}

/// Takes a component into the body, or says what it is that cannot be filled in.
fn take(body: &mut TemplateBody, component: &Object<'_>) -> Result<(), String> {
    let text = || component.short("text", MAX_TEXT);
    let kind = component.short("type", MAX_WORD).unwrap_or_default();
    match kind.to_ascii_uppercase().as_str() {
        "HEADER" => {
            let format = component
                .short("format", MAX_WORD)
                .unwrap_or_else(|| "TEXT".to_owned());
            body.header = Some(match format.as_str() {
                "TEXT" => TemplateHeader::Text {
                    text: text().unwrap_or_default(),
                },
                "IMAGE" => TemplateHeader::Image,
                "VIDEO" => TemplateHeader::Video,
                "DOCUMENT" => TemplateHeader::Document,
                "LOCATION" => TemplateHeader::Location,
                other => return Err(format!("header ({})", other.to_lowercase())),
            });
        }
        // Of authentication templates, Meta writes the text.
        "BODY" => body.body = text().unwrap_or_else(|| "{{1}} is your verification code.".to_owned()),
        "FOOTER" => {
            let minutes = || component.int("code_expiration_minutes");
            body.footer = text().or_else(|| Some(format!("This code expires in {} minutes.", minutes()?)));
        }
        "BUTTONS" => {
            for part in component.objects("buttons").take(MAX_PARTS) {
                body.buttons.push(button(&part)?);
            }
        }
        "CALL_PERMISSION_REQUEST" => {}
        other => return Err(other.to_lowercase().replace('_', " ")),
    }
    Ok(())
}

fn button(part: &Object<'_>) -> Result<TemplateButton, String> {
    let kind = part
        .short("type", MAX_WORD)
        .unwrap_or_default()
        .to_ascii_uppercase();
    let text = part
        .short("text", MAX_LABEL)
        .unwrap_or_else(|| kind.to_lowercase().replace('_', " "));
    Ok(match kind.as_str() {
        "QUICK_REPLY" => TemplateButton::QuickReply { text },
        "URL" => TemplateButton::Url {
            text,
            url: part.short("url", MAX_TEXT).unwrap_or_default(),
        },
        "PHONE_NUMBER" => TemplateButton::Phone {
            text,
            phone: part.short("phone_number", MAX_WORD).unwrap_or_default(),
        },
        "COPY_CODE" => TemplateButton::CopyCode { text },
        // A message carries its code as if it were the end of an address.
        "OTP" => TemplateButton::Url {
            text,
            url: "https://www.whatsapp.com/otp/code/?code={{1}}".to_owned(),
        },
        "MPM" | "SPM" => return Err("products".to_owned()),
        _ => TemplateButton::Other { text },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::*;

    const PAGE: &str = include_str!("../../../tests/meta/templates_1.json");

    /// What every template that comes out of a page, however damaged, holds to.
    fn check(page: &str) {
        let Ok(raw) = serde_json::from_str::<&RawValue>(page) else {
            return;
        };
        for row in Object::of(raw).iter().flat_map(|page| page.objects("data")) {
            let Some(template) = read(&row) else { continue };
            assert!(!template.provider_id.is_empty() && !template.name.is_empty());
            assert!(
                template
                    .reason
                    .is_none_or(|text| !text.is_empty() && text.chars().count() <= MAX_NAME)
            );
            assert!(template.body.buttons.len() <= MAX_PARTS * MAX_PARTS);
        }
    }

    proptest! {
        #[test]
        fn no_damaged_page_breaks_it(
            at in 0..PAGE.len(),
            length in 0..40_usize,
            with in proptest::sample::select(vec!["", "null", "[]", "{}", "7", "\"x\"", "\"TEXT\"", "\"\\u0000\"", "{"]),
        ) {
            let start = (0..=at).rev().find(|at| PAGE.is_char_boundary(*at)).unwrap_or_default();
            let end = (start + length).min(PAGE.len());
            check(&format!("{}{with}{}", &PAGE[..start], &PAGE[end..]));
            // In place of a whole value, so that the rest can be read.
            let values: Vec<_> = PAGE.match_indices("\":\"").map(|(place, _)| place + 2).collect();
            let start = values[at % values.len()];
            let end = start + 2 + PAGE[start + 1..].find('"').unwrap_or_default();
            check(&format!("{}{with}{}", &PAGE[..start], &PAGE[end..]));
        }
    }
}
