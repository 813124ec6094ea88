//! What a template is made of.

use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader};
use serde_json::value::RawValue;

use crate::json::Object;

const MAX_TEXT: usize = 4096;
const MAX_LABEL: usize = 256;
const MAX_PARTS: usize = 20;

/// The kinds we know, best first: one template may hold several, for several channels.
const KINDS: &[&str] = &[
    "whatsapp/authentication",
    "whatsapp/card",
    "twilio/card",
    "twilio/call-to-action",
    "twilio/quick-reply",
    "twilio/list-picker",
    "twilio/media",
    "twilio/text",
];

/// A template's parts, with the numbers Twilio fills them in by.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::twilio) struct Definition {
    pub body: TemplateBody,
    /// The address of the header's file, with a variable in it. A file that is always the same is not in
    /// [`Definition::body`], as there is nothing to be given.
    pub file: Option<String>,
    /// By the button's place: the variable of a code to copy.
    pub codes: Vec<Option<String>>,
    /// Has variables where we cannot fill them in; what it is.
    pub beyond_us: Option<String>,
}

/// Reads a row of content. `kind` is the one that was approved, if that is known. None if there is none in it.
pub(in crate::twilio) fn definition(row: &Object<'_>, kind: Option<&str>) -> Option<Definition> {
    let types = row.object("types")?;
    let named = kind.and_then(|kind| Some((kind, types.get(kind)?)));
    let known = || KINDS.iter().find_map(|kind| Some((*kind, types.get(kind)?)));
    let (kind, raw) = named.or_else(known).or_else(|| first(row))?;
    let content = Object::of(raw)?;
    let mut read = Definition::default();
    match kind {
        "whatsapp/authentication" => read.authentication(&content),
        "whatsapp/card" => {
            read.body.header = content
                .short("header_text", MAX_TEXT)
                .map(|text| TemplateHeader::Text { text });
            read.body.footer = content.short("footer", MAX_LABEL);
        }
        // What customers see of a card: its title as the text, the subtitle below.
        "twilio/card" => {
            read.body.body = content.short("title", MAX_TEXT).unwrap_or_default();
            read.body.footer = content.short("subtitle", MAX_LABEL);
        }
        _ => {}
    }
    if read.body.body.is_empty() {
        read.body.body = content.short("body", MAX_TEXT).unwrap_or_default();
    }
    if kind != "whatsapp/authentication" {
        for action in content.objects("actions").take(MAX_PARTS) {
            read.button(&action);
        }
    }
    // Of a form, a catalog and the like.
    if let Some(text) = content.short("button_text", MAX_LABEL) {
        read.push(TemplateButton::Other { text }, None);
    }
    read.file(row, &content);
    read.seek_others(kind, raw);
    Some(read)
}

/// A kind we do not know.
fn first<'a>(row: &Object<'a>) -> Option<(&'a str, &'a RawValue)> {
    let raw = row.get("types")?;
    let kinds: std::collections::BTreeMap<&str, &RawValue> = serde_json::from_str(raw.get()).ok()?;
    kinds.into_iter().next()
}

impl Definition {
    /// The text of these is WhatsApp's; the code stands in it and behind the button.
    fn authentication(&mut self, content: &Object<'_>) {
        self.body.body.push_str("{{1}} is your verification code.");
        if content.flag("add_security_recommendation") {
            self.body
                .body
                .push_str(" For your security, do not share this code.");
        }
        let minutes = content.int("code_expiration_minutes");
        self.body.footer = minutes.map(|minutes| format!("This code expires in {minutes} minutes."));
        let label = content
            .objects("actions")
            .find_map(|action| action.short("copy_code_text", MAX_LABEL));
        let text = label.unwrap_or_else(|| "Copy code".to_owned());
        self.push(TemplateButton::Other { text }, None);
    }

    fn push(&mut self, button: TemplateButton, code: Option<String>) {
        self.body.buttons.push(button);
        self.codes.push(code);
    }

    fn button(&mut self, action: &Object<'_>) {
        let kind = action.short("type", MAX_LABEL).unwrap_or_default();
        let text = action
            .short("title", MAX_LABEL)
            .unwrap_or_else(|| kind.to_lowercase().replace('_', " "));
        let code = action
            .text("code")
            .and_then(|code| TemplateBody::variables(&code).into_iter().next());
        let button = match kind.as_str() {
            "QUICK_REPLY" | "" => TemplateButton::QuickReply { text },
            "URL" => TemplateButton::Url {
                text,
                url: action.short("url", MAX_TEXT).unwrap_or_default(),
            },
            "PHONE_NUMBER" => TemplateButton::Phone {
                text,
                phone: action.short("phone", MAX_LABEL).unwrap_or_default(),
            },
            // One that is always the same needs nothing filled in.
            "COPY_CODE" if code.is_some() => TemplateButton::CopyCode { text },
            _ => TemplateButton::Other { text },
        };
        self.push(button, code);
    }

    fn file(&mut self, row: &Object<'_>, content: &Object<'_>) {
        let media: Option<Vec<String>> = content
            .get("media")
            .and_then(|raw| serde_json::from_str(raw.get()).ok());
        let Some(address) = media.and_then(|media| media.into_iter().next()) else {
            return;
        };
        let Some(name) = TemplateBody::variables(&address).into_iter().next() else {
            return;
        };
        // The example says what was approved.
        let example = row.object("variables").and_then(|given| given.text(&name));
        self.body.header = Some(kind_of(&example.unwrap_or_default()));
        self.file = Some(address);
    }

    /// Whatever variable is not in a part of ours would go out as its example.
    fn seek_others(&mut self, kind: &str, raw: &RawValue) {
        let mut ours = TemplateBody::variables(&self.body.body);
        if let Some(TemplateHeader::Text { text }) = &self.body.header {
            ours.extend(TemplateBody::variables(text));
        }
        for button in &self.body.buttons {
            if let TemplateButton::Url { url, .. } = button {
                ours.extend(single(url));
            }
        }
        ours.extend(self.codes.iter().flatten().cloned());
        ours.extend(self.file.as_deref().and_then(single));
        let all = TemplateBody::variables(raw.get());
        if all.iter().any(|name| !ours.contains(name)) {
            self.beyond_us = Some(kind.rsplit('/').next().unwrap_or(kind).replace('-', " "));
        }
    }
}

/// The variable of an address, if it has just one.
pub(super) fn single(address: &str) -> Option<String> {
    let mut names = TemplateBody::variables(address);
    let first = names.pop()?;
    names.is_empty().then_some(first)
}

fn kind_of(address: &str) -> TemplateHeader {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "jpg" | "jpeg" | "png" | "webp" => TemplateHeader::Image,
        "mp4" | "3gp" | "3gpp" => TemplateHeader::Video,
        _ => TemplateHeader::Document,
    }
}
