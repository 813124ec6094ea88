//! A new template, as Meta wants it handed in.

use std::collections::BTreeMap;

use recado_model::TemplateCategory;
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader};
use serde_json::{Value, json};

use super::category_word;
use crate::template::NewTemplate;

/// The body of the call, or why there can be none.
pub(in crate::meta) fn to_json(new: &NewTemplate) -> Result<Value, String> {
    let mut components = Vec::new();
    if new.category == TemplateCategory::Authentication {
        // Meta writes the text of these itself, and takes none.
        let label = new.body.buttons.first().map_or("Copy code", TemplateButton::text);
        components.push(json!({"type": "BODY", "add_security_recommendation": true}));
        let otp = json!({"type": "OTP", "otp_type": "COPY_CODE", "text": label});
        components.push(json!({"type": "BUTTONS", "buttons": [otp]}));
    } else {
        if let Some(header) = &new.body.header {
            components.push(to_header(header, new)?);
        }
        let mut body = json!({"type": "BODY", "text": new.body.body});
        let examples = examples(&new.body.body, &new.examples.body)?;
        if !examples.is_empty() {
            body["example"] = if new.named {
                json!({ "body_text_named_params": named(&examples) })
            } else {
                json!({ "body_text": [values(&examples)] })
            };
        }
        components.push(body);
        if let Some(footer) = &new.body.footer {
            components.push(json!({"type": "FOOTER", "text": footer}));
        }
        let buttons = new.body.buttons.iter().enumerate();
        let buttons: Vec<_> = buttons
            .map(|(place, button)| to_button(place, button, new))
            .collect::<Result<_, _>>()?;
        if !buttons.is_empty() {
            components.push(json!({"type": "BUTTONS", "buttons": buttons}));
        }
    }
    Ok(json!({
        "name": new.name,
        "language": new.language,
        "category": category_word(new.category),
        "parameter_format": if new.named { "NAMED" } else { "POSITIONAL" },
        "components": components,
    }))
}

fn to_header(header: &TemplateHeader, new: &NewTemplate) -> Result<Value, String> {
    let TemplateHeader::Text { text } = header else {
        let format = match header {
            TemplateHeader::Image => "IMAGE",
            TemplateHeader::Video => "VIDEO",
            TemplateHeader::Document => "DOCUMENT",
            TemplateHeader::Location | TemplateHeader::Text { .. } => {
                return Ok(json!({"type": "HEADER", "format": "LOCATION"}));
            }
        };
        // Neither a media id nor an address, but the end of another kind of upload.
        let handle = new
            .header_handle
            .as_deref()
            .ok_or("There is no sample of the header's file.")?;
        return Ok(json!({"type": "HEADER", "format": format, "example": {"header_handle": [handle]}}));
    };
    let mut out = json!({"type": "HEADER", "format": "TEXT", "text": text});
    let examples = examples(text, &new.examples.header)?;
    if !examples.is_empty() {
        out["example"] = if new.named {
            json!({ "header_text_named_params": named(&examples) })
        } else {
            json!({ "header_text": values(&examples) })
        };
    }
    Ok(out)
}

fn to_button(place: usize, button: &TemplateButton, new: &NewTemplate) -> Result<Value, String> {
    let example = || {
        let given = new.examples.buttons.get(&place.to_string());
        given.ok_or_else(|| format!("There is no example for button {}.", place + 1))
    };
    Ok(match button {
        TemplateButton::QuickReply { text } => json!({"type": "QUICK_REPLY", "text": text}),
        TemplateButton::Url { text, url } => {
            let mut out = json!({"type": "URL", "text": text, "url": url});
            if !TemplateBody::variables(url).is_empty() {
                out["example"] = json!([example()?]);
            }
            out
        }
        TemplateButton::Phone { text, phone } => {
            json!({"type": "PHONE_NUMBER", "text": text, "phone_number": phone})
        }
        // Its text is Meta's.
        TemplateButton::CopyCode { .. } => json!({"type": "COPY_CODE", "example": example()?}),
        TemplateButton::Other { text } => {
            return Err(format!(
                "The button {text:?} is of a kind that cannot be created here."
            ));
        }
    })
}

/// Each variable of a text with its example, in order.
fn examples<'a>(text: &str, given: &'a BTreeMap<String, String>) -> Result<Vec<(String, &'a str)>, String> {
    let variables = TemplateBody::variables(text).into_iter();
    variables
        .map(|name| match given.get(&name) {
            Some(example) => Ok((name, example.as_str())),
            None => Err(format!("There is no example for {{{{{name}}}}}.")),
        })
        .collect()
}

fn named(examples: &[(String, &str)]) -> Vec<Value> {
    let one = |(name, example): &(String, &str)| json!({"param_name": name, "example": example});
    examples.iter().map(one).collect()
}

/// In the order of their numbers, whatever the order in the text.
fn values<'a>(examples: &[(String, &'a str)]) -> Vec<&'a str> {
    let mut examples: Vec<_> = examples.iter().collect();
    examples.sort_by_key(|(name, _)| name.parse::<u32>().unwrap_or(u32::MAX));
    examples.into_iter().map(|(_, example)| *example).collect()
}
