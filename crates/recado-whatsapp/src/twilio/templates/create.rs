//! A new template, as Twilio wants it.

use std::collections::BTreeMap;

use recado_model::TemplateCategory;
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader};
use serde_json::{Value, json};

use crate::template::NewTemplate;

/// The body of the call, or why there can be none. `public_url` is our own address: a header's file has to lie below
/// it, in the example and later, so that only the end of its address is a variable.
pub(in crate::twilio) fn to_json(new: &NewTemplate, public_url: &str) -> Result<Value, String> {
    let mut numbers = Numbers::default();
    let (kind, content) = match new.category {
        TemplateCategory::Authentication => {
            numbers.add("1", "123456");
            ("whatsapp/authentication", authentication(new))
        }
        _ => content(new, public_url, &mut numbers)?,
    };
    Ok(json!({
        "friendly_name": new.name,
        "language": new.language,
        "variables": numbers.examples,
        "types": { (kind): content },
    }))
}

/// Twilio's numbers of our variables, given out in the order they are met, with their examples.
#[derive(Default)]
struct Numbers {
    examples: BTreeMap<String, String>,
}

impl Numbers {
    fn add(&mut self, number: &str, example: &str) {
        self.examples.insert(number.to_owned(), example.to_owned());
    }

    fn next(&mut self, example: &str) -> String {
        let number = (self.examples.len() + 1).to_string();
        self.add(&number, example);
        number
    }

    /// The text with Twilio's numbers for its own names.
    fn renumber(&mut self, text: &str, given: &BTreeMap<String, String>) -> Result<String, String> {
        let mut numbers = BTreeMap::new();
        for name in TemplateBody::variables(text) {
            let example = given
                .get(&name)
                .ok_or_else(|| format!("There is no example for {{{{{name}}}}}."))?;
            numbers.insert(name, format!("{{{{{}}}}}", self.next(example)));
        }
        let (mut out, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, inside)) = rest.split_once("{{") {
            out.push_str(before);
            let named = inside
                .split_once("}}")
                .and_then(|(name, after)| Some((numbers.get(name.trim())?, after)));
            if let Some((number, after)) = named {
                out.push_str(number);
                rest = after;
            } else {
                out.push('{');
                // The second brace may begin a variable.
                rest = &rest[before.len() + 1..];
            }
        }
        out.push_str(rest);
        Ok(out)
    }
}

fn authentication(new: &NewTemplate) -> Value {
    let label = new.body.buttons.first().map_or("Copy code", TemplateButton::text);
    json!({
        "add_security_recommendation": true,
        "actions": [{"type": "COPY_CODE", "copy_code_text": label}],
    })
}

fn content(
    new: &NewTemplate,
    public_url: &str,
    numbers: &mut Numbers,
) -> Result<(&'static str, Value), String> {
    let NewTemplate { body, examples, .. } = new;
    let mut header = None;
    let mut media = None;
    match &body.header {
        None => {}
        Some(TemplateHeader::Text { text }) => header = Some(numbers.renumber(text, &examples.header)?),
        Some(TemplateHeader::Location) => {
            return Err("A template with a place above it cannot be created through Twilio.".to_owned());
        }
        Some(_) => {
            let below = format!("{public_url}/");
            let example = examples
                .header_media_url
                .as_deref()
                .and_then(|url| url.strip_prefix(&below))
                .filter(|end| !end.is_empty())
                .ok_or_else(|| format!("The example of the header's file has to lie below {below}."))?;
            media = Some(format!("{below}{{{{{}}}}}", numbers.next(example)));
        }
    }
    let text = numbers.renumber(&body.body, &examples.body)?;
    let mut actions = Vec::new();
    for (place, button) in body.buttons.iter().enumerate() {
        actions.push(action(place, button, new, numbers)?);
    }
    // The plainest kind that holds it all.
    let quick = |button: &TemplateButton| matches!(button, TemplateButton::QuickReply { .. });
    let bare = header.is_none() && media.is_none() && body.footer.is_none();
    Ok(if bare && actions.is_empty() {
        ("twilio/text", json!({"body": text}))
    } else if bare && body.buttons.iter().all(quick) {
        ("twilio/quick-reply", json!({"body": text, "actions": actions}))
    } else if bare && !body.buttons.iter().any(quick) {
        ("twilio/call-to-action", json!({"body": text, "actions": actions}))
    } else {
        let mut card = json!({"body": text});
        for (name, value) in [
            ("header_text", header.map(Value::from)),
            ("footer", body.footer.clone().map(Value::from)),
            ("media", media.map(|media| json!([media]))),
            ("actions", (!actions.is_empty()).then(|| actions.into())),
        ] {
            if let Some(value) = value {
                card[name] = value;
            }
        }
        ("whatsapp/card", card)
    })
}

fn action(
    place: usize,
    button: &TemplateButton,
    new: &NewTemplate,
    numbers: &mut Numbers,
) -> Result<Value, String> {
    let example = || {
        let given = new.examples.buttons.get(&place.to_string());
        given
            .map(String::as_str)
            .ok_or_else(|| format!("There is no example for button {}.", place + 1))
    };
    Ok(match button {
        TemplateButton::QuickReply { text } => {
            json!({"type": "QUICK_REPLY", "title": text, "id": format!("button_{}", place + 1)})
        }
        TemplateButton::Url { text, url } => {
            let names = TemplateBody::variables(url);
            let given = if names.is_empty() {
                BTreeMap::new()
            } else {
                let example = example()?;
                names.into_iter().map(|name| (name, example.to_owned())).collect()
            };
            json!({"type": "URL", "title": text, "url": numbers.renumber(url, &given)?})
        }
        TemplateButton::Phone { text, phone } => {
            json!({"type": "PHONE_NUMBER", "title": text, "phone": phone})
        }
        TemplateButton::CopyCode { text } => {
            let code = format!("{{{{{}}}}}", numbers.next(example()?));
            json!({"type": "COPY_CODE", "title": text, "code": code})
        }
        TemplateButton::Other { text } => {
            return Err(format!(
                "The button {text:?} is of a kind that cannot be created here."
            ));
        }
    })
}
