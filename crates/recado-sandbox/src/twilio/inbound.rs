//! The parameters of an inbound message.

use serde_json::{Value, json};

use super::media::path;
use crate::{
    config::Twilio,
    outgoing::is_media,
    store::{messages, phones},
    webhook::shape::Besides,
};

type Form = Vec<(String, String)>;

/// `None` for what Twilio does not tell: reactions, corrections, changes of numbers, kinds it does not know.
pub(crate) fn form(
    line: &Twilio,
    base: &str,
    phone: &phones::Row,
    message: &messages::Row,
    quoted: Option<&messages::Row>,
    besides: &Besides,
) -> Option<Form> {
    let nothing = Value::Null;
    let content = message.content.as_ref().unwrap_or(&nothing);
    let (mut more, body, kind) = content_of(line, base, message, content)?;
    let from = if phone.hidden {
        format!("whatsapp:{}", phone.user_id)
    } else {
        format!("whatsapp:+{}", phone.wa_id)
    };
    let media = more
        .iter()
        .filter(|(name, _)| name.starts_with("MediaUrl"))
        .count();
    let referral_media = besides
        .referral
        .as_ref()
        .is_some_and(|ad| ad["image_url"].is_string());
    let mut form = pairs(&[
        ("MessageSid", &message.id),
        ("SmsSid", &message.id),
        ("SmsMessageSid", &message.id),
        ("SmsStatus", "received"),
        ("AccountSid", &line.account_sid),
        ("From", &from),
        ("To", &line.address()),
        ("Body", &body),
        ("NumMedia", &media.to_string()),
        ("NumSegments", "1"),
        ("ReferralNumMedia", if referral_media { "1" } else { "0" }),
        ("ApiVersion", "2010-04-01"),
        ("ProfileName", &phone.name),
        ("MessageType", kind),
        ("ExternalUserId", &format!("whatsapp:{}", phone.user_id)),
    ]);
    if !phone.hidden {
        form.extend(pairs(&[("WaId", &phone.wa_id)]));
    }
    let context = quoted.map_or_else(|| json!({}), |quoted| json!({"MessageId": quoted.id}));
    let channel = json!({"type": "whatsapp", "data": {"context": context}});
    form.extend(pairs(&[("ChannelMetadata", &channel.to_string())]));
    if let Some(quoted) = quoted {
        let sender = if quoted.from_business {
            line.address()
        } else {
            from
        };
        form.extend(pairs(&[
            ("OriginalRepliedMessageSid", &quoted.id),
            ("OriginalRepliedMessageSender", &sender),
        ]));
    }
    for (name, flag) in [
        ("Forwarded", besides.forwarded),
        ("FrequentlyForwarded", besides.frequently_forwarded),
    ] {
        if flag {
            form.extend(pairs(&[(name, "true")]));
        }
    }
    if let Some(ad) = &besides.referral {
        for (name, key) in [
            ("ReferralBody", "body"),
            ("ReferralHeadline", "headline"),
            ("ReferralSourceId", "source_id"),
            ("ReferralSourceType", "source_type"),
            ("ReferralSourceUrl", "source_url"),
            ("ReferralMediaUrl", "image_url"),
            ("ReferralCtwaClid", "ctwa_clid"),
        ] {
            if let Some(value) = ad[key].as_str() {
                form.extend(pairs(&[(name, value)]));
            }
        }
    }
    form.append(&mut more);
    Some(form)
}

/// What the kind of message adds, its `Body` and its `MessageType`.
fn content_of(
    line: &Twilio,
    base: &str,
    message: &messages::Row,
    content: &Value,
) -> Option<(Form, String, &'static str)> {
    let text = message.text.clone();
    let wire = &content["wire"];
    Some(match &*message.kind {
        "text" => (Form::new(), text, "text"),
        kind if is_media(kind) => {
            let url = format!(
                "{base}{}",
                path(line, &message.id, content["media"].as_str().unwrap_or_default())
            );
            // The name of a document is told by its download only, and whether it is a voice note not at all.
            let mime_type = crate::file::essence(content["mime_type"].as_str().unwrap_or_default());
            let form = pairs(&[("MediaUrl0", &url), ("MediaContentType0", mime_type)]);
            let kind = match kind {
                "image" => "image",
                "video" => "video",
                "audio" => "audio",
                "sticker" => "sticker",
                _ => "document",
            };
            (form, text, kind)
        }
        "location" => {
            let mut form = pairs(&[
                ("Latitude", &content["latitude"].to_string()),
                ("Longitude", &content["longitude"].to_string()),
            ]);
            for (name, key) in [("Address", "address"), ("Label", "name")] {
                if let Some(value) = content[key].as_str() {
                    form.extend(pairs(&[(name, value)]));
                }
            }
            (form, String::new(), "location")
        }
        "contacts" => {
            let mut form = Form::new();
            for at in 0..content["contacts"].as_array().map_or(0, Vec::len) {
                let url = format!("{base}{}", path(line, &message.id, &format!("ME{at:032x}")));
                form.push((format!("MediaUrl{at}"), url));
                form.push((format!("MediaContentType{at}"), "text/vcard".to_owned()));
            }
            (form, String::new(), "contacts")
        }
        "button" => {
            let payload = wire["payload"].as_str().unwrap_or_default();
            let form = pairs(&[("ButtonText", &text), ("ButtonPayload", payload)]);
            (form, text, "button")
        }
        "interactive" => interactive(wire, text),
        _ => return None,
    })
}

fn interactive(wire: &Value, text: String) -> (Form, String, &'static str) {
    let field = |reply: &Value, key: &str| reply[key].as_str().unwrap_or_default().to_owned();
    match wire["type"].as_str().unwrap_or_default() {
        "list_reply" => {
            let reply = &wire["list_reply"];
            let mut form = pairs(&[
                ("ListId", &field(reply, "id")),
                ("ListTitle", &field(reply, "title")),
            ]);
            if let Some(description) = reply["description"].as_str() {
                form.extend(pairs(&[("ListDescription", description)]));
            }
            (form, text, "interactive")
        }
        "nfm_reply" => {
            let data = field(&wire["nfm_reply"], "response_json");
            let form = pairs(&[("InteractiveData", &wire.to_string()), ("FlowData", &data)]);
            (form, text, "interactive")
        }
        _ => {
            let form = pairs(&[
                ("ButtonText", &text),
                ("ButtonPayload", &field(&wire["button_reply"], "id")),
            ]);
            (form, text, "interactive")
        }
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Form {
    let owned = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}
