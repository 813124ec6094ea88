//! A template as part of a message: its name and what goes into it.

use std::collections::BTreeMap;

use recado_model::FailureReason;
use recado_model::template::{FilledTemplate, TemplateButton, TemplateHeader};
use serde_json::{Value, json};

use crate::meta::outgoing::{location, source};
use crate::send::{MediaSource, SendError};

/// The `template` of a message.
pub(in crate::meta) fn filled(
    template: &FilledTemplate,
    named: bool,
    header: Option<&MediaSource>,
) -> Result<Value, SendError> {
    let mut components = Vec::new();
    let in_header = match &template.header {
        Some(TemplateHeader::Text { .. }) => texts(&template.values.header, named),
        Some(TemplateHeader::Location) => {
            let place = template
                .values
                .header_location
                .as_ref()
                .ok_or_else(|| missing("a location"))?;
            vec![json!({"type": "location", "location": location(place)})]
        }
        Some(TemplateHeader::Image) => vec![file("image", template, header)?],
        Some(TemplateHeader::Video) => vec![file("video", template, header)?],
        Some(TemplateHeader::Document) => vec![file("document", template, header)?],
        None => Vec::new(),
    };
    if !in_header.is_empty() {
        components.push(json!({"type": "header", "parameters": in_header}));
    }
    let in_body = texts(&template.values.body, named);
    if !in_body.is_empty() {
        components.push(json!({"type": "body", "parameters": in_body}));
    }
    for (place, button) in template.buttons.iter().enumerate() {
        let index = place.to_string();
        let Some(value) = template.values.buttons.get(&index) else {
            continue;
        };
        let (kind, parameter) = match button {
            TemplateButton::Url { .. } => ("url", json!({"type": "text", "text": value})),
            TemplateButton::CopyCode { .. } => {
                ("copy_code", json!({"type": "coupon_code", "coupon_code": value}))
            }
            TemplateButton::QuickReply { .. } => {
                ("quick_reply", json!({"type": "payload", "payload": value}))
            }
            TemplateButton::Phone { .. } | TemplateButton::Other { .. } => continue,
        };
        components
            .push(json!({"type": "button", "sub_type": kind, "index": index, "parameters": [parameter]}));
    }
    Ok(json!({
        "name": template.name,
        "language": { "code": template.language },
        "components": components,
    }))
}

/// Numbered values in the order of their numbers (10 after 9), the others with their names.
fn texts(values: &BTreeMap<String, String>, named: bool) -> Vec<Value> {
    let mut values: Vec<_> = values.iter().collect();
    values.sort_by_key(|(name, _)| name.parse::<u32>().unwrap_or(u32::MAX));
    let values = values.into_iter();
    values
        .map(|(name, text)| {
            if named {
                json!({"type": "text", "parameter_name": name, "text": text})
            } else {
                json!({"type": "text", "text": text})
            }
        })
        .collect()
}

fn file(kind: &str, template: &FilledTemplate, header: Option<&MediaSource>) -> Result<Value, SendError> {
    let link = || template.values.header_media_url.clone().map(MediaSource::Link);
    let from = header.cloned().or_else(link).ok_or_else(|| missing("a file"))?;
    let mut out = json!({ "type": kind });
    out[kind] = source(&from);
    Ok(out)
}

fn missing(what: &str) -> SendError {
    SendError::unsendable(
        FailureReason::TemplateProblem,
        format!("the template's header needs {what}"),
    )
}
