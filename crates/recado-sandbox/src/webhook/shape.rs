//! The JSON of Meta's webhooks.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json, value::RawValue};

use crate::{
    config::{Business, Status},
    error::Result,
    failure::Failure,
    lookaside,
    store::{
        messages,
        outbox::{self, Kind},
        phones,
    },
    webhook::escape::escape,
    world::World,
};

#[derive(Serialize)]
struct Envelope<'a> {
    object: &'static str,
    entry: [Entry<'a>; 1],
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    /// Only on what is about the account rather than a chat.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<i64>,
    changes: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Changed<'a> {
    value: Box<RawValue>,
    field: &'a str,
}

#[derive(Serialize)]
struct Told<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statuses: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    message_echoes: Vec<&'a RawValue>,
}

#[derive(Serialize, Clone, Copy)]
struct Metadata<'a> {
    display_phone_number: &'a str,
    phone_number_id: &'a str,
}

/// What comes with a message of a customer and is not its content.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Besides {
    pub forwarded: bool,
    pub frequently_forwarded: bool,
    /// The ad or post that led here.
    pub referral: Option<Value>,
    /// The product that was asked about.
    pub referred_product: Option<Value>,
    /// Keys that replace or add to what the message says on the wire.
    pub wire: Map<String, Value>,
}

/// An entry of `contacts[]`.
pub(crate) fn contact(phone: &phones::Row) -> Result<String> {
    let mut profile = json!({"name": phone.name});
    if let Some(username) = &phone.username {
        profile["username"] = username.clone().into();
    }
    let mut contact = json!({"profile": profile, "user_id": phone.user_id});
    if !phone.hidden {
        contact["wa_id"] = phone.wa_id.clone().into();
    }
    Ok(serde_json::to_string(&contact)?)
}

/// An entry of `messages[]` for what a customer did; `quoted` is the message they replied to.
pub(crate) fn message(
    world: &World,
    phone: &phones::Row,
    message: &messages::Row,
    quoted: Option<&messages::Row>,
    besides: &Besides,
    now: i64,
) -> Result<String> {
    let mut entry = json!({
        "from_user_id": phone.user_id,
        "id": message.id,
        "timestamp": seconds(message.at),
        "type": message.kind,
    });
    if !phone.hidden {
        entry["from"] = message.wa_id.clone().into();
    }
    let context = context(&world.business, phone, quoted, besides);
    if !context.is_empty() {
        entry["context"] = context.into();
    }
    if let Some(referral) = &besides.referral {
        entry["referral"] = referral.clone();
    }
    fill(&mut entry, world, message, now);
    for (key, value) in &besides.wire {
        entry[key.as_str()] = value.clone();
    }
    Ok(serde_json::to_string(&entry)?)
}

/// An entry of `message_echoes[]`: what the business wrote on its own phone.
pub(crate) fn echo(world: &World, phone: &phones::Row, message: &messages::Row, now: i64) -> Result<String> {
    let mut entry = json!({
        "from": world.business.digits(),
        "to_user_id": phone.user_id,
        "id": message.id,
        "timestamp": seconds(message.at),
        "type": message.kind,
    });
    if !phone.hidden {
        entry["to"] = message.wa_id.clone().into();
    }
    fill(&mut entry, world, message, now);
    Ok(serde_json::to_string(&entry)?)
}

/// An entry of `statuses[]` for a message of the business, at `at` Unix milliseconds.
pub(crate) fn status(
    message: &messages::Row,
    status: Status,
    at: i64,
    failure: Option<&Failure>,
) -> Result<String> {
    let mut entry = json!({"id": message.id, "status": status, "timestamp": seconds(at)});
    match &message.to_user_id {
        Some(user_id) => entry["recipient_user_id"] = user_id.clone().into(),
        None => entry["recipient_id"] = message.wa_id.clone().into(),
    }
    if let Some(callback) = &message.callback {
        entry["biz_opaque_callback_data"] = callback.clone().into();
    }
    // Told with `sent` and with the first of what follows.
    if matches!(status, Status::Sent | Status::Delivered) {
        let category = message.marks.category.as_deref().unwrap_or("service");
        let free = matches!(category, "service" | "utility");
        entry["pricing"] = json!({
            "billable": !free,
            "pricing_model": "PMP",
            "category": category,
            "type": if free { "free_customer_service" } else { "regular" },
        });
    }
    if let Some(failure) = failure {
        entry["errors"] = json!([{
            "code": failure.code,
            "title": failure.title,
            "message": failure.title,
            "error_data": {"details": failure.details},
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }]);
    }
    Ok(serde_json::to_string(&entry)?)
}

/// The value of `user_preferences`: whether the customer takes promotions. The time is a number here.
pub(crate) fn preference(world: &World, phone: &phones::Row, stops: bool, now: i64) -> Result<String> {
    let business = &world.business;
    let value = if stops { "stop" } else { "resume" };
    let mut choice = json!({
        "user_id": phone.user_id,
        "category": "marketing_messages",
        "value": value,
        "detail": format!("User requested to {value} marketing messages"),
        "timestamp": now.div_euclid(1000),
    });
    if !phone.hidden {
        choice["wa_id"] = phone.wa_id.clone().into();
    }
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": business.digits(), "phone_number_id": business.phone_number_id},
        "contacts": [serde_json::from_str::<Value>(&contact(phone)?)?],
        "user_preferences": [choice],
    });
    Ok(value.to_string())
}

/// The body of one POST that carries all of these, in order, in the bytes that go on the wire.
pub(crate) fn body(business: &Business, happenings: &[outbox::Row], now: i64) -> Result<String> {
    let display_phone_number = business.digits();
    let metadata = Metadata {
        display_phone_number: &display_phone_number,
        phone_number_id: &business.phone_number_id,
    };
    let mut changes = Vec::new();
    let mut time = None;
    // Each change of a field is a value of its own; messages and statuses come together.
    let together = |a: &outbox::Row, b: &outbox::Row| a.kind == b.kind && !matches!(a.kind, Kind::Field(_));
    for run in happenings.chunk_by(together) {
        if let [happening] = run
            && let Kind::Field(field) = &happening.kind
        {
            time = Some(now.div_euclid(1000));
            changes.push(Changed {
                value: serde_json::from_str(&happening.item)?,
                field,
            });
            continue;
        }
        let mut told = Told {
            messaging_product: "whatsapp",
            metadata,
            contacts: Vec::new(),
            messages: Vec::new(),
            statuses: Vec::new(),
            message_echoes: Vec::new(),
        };
        let mut field = "messages";
        for happening in run {
            let item: &RawValue = serde_json::from_str(&happening.item)?;
            match happening.kind {
                Kind::Message => told.messages.push(item),
                Kind::Status => told.statuses.push(item),
                Kind::Echo | Kind::Field(_) => {
                    field = "smb_message_echoes";
                    told.message_echoes.push(item);
                }
            }
            if let Some(contact) = &happening.contact
                && !told.contacts.iter().any(|known| known.get() == contact)
            {
                told.contacts.push(serde_json::from_str(contact)?);
            }
        }
        changes.push(Changed {
            value: serde_json::value::to_raw_value(&told)?,
            field,
        });
    }
    let envelope = Envelope {
        object: "whatsapp_business_account",
        entry: [Entry {
            id: &business.waba_id,
            time,
            changes,
        }],
    };
    Ok(escape(&serde_json::to_string(&envelope)?))
}

fn context(
    business: &Business,
    phone: &phones::Row,
    quoted: Option<&messages::Row>,
    besides: &Besides,
) -> Map<String, Value> {
    let mut context = Map::new();
    if let Some(quoted) = quoted {
        if quoted.from_business {
            context.insert("from".to_owned(), business.digits().into());
        } else if !phone.hidden {
            context.insert("from".to_owned(), phone.wa_id.clone().into());
        }
        context.insert("id".to_owned(), quoted.id.clone().into());
    }
    for (name, flag) in [
        ("forwarded", besides.forwarded),
        ("frequently_forwarded", besides.frequently_forwarded),
    ] {
        if flag {
            context.insert(name.to_owned(), true.into());
        }
    }
    if let Some(product) = &besides.referred_product {
        context.insert("referred_product".to_owned(), product.clone());
    }
    context
}

/// The content, under the key that the wire has for it.
fn fill(entry: &mut Value, world: &World, message: &messages::Row, now: i64) {
    let nothing = Value::Null;
    let content = message.content.as_ref().unwrap_or(&nothing);
    match &*message.kind {
        "text" => entry["text"] = json!({"body": message.text}),
        kind @ ("image" | "video" | "audio" | "document" | "sticker") => {
            let mut media = json!({
                "id": content["media"],
                "mime_type": content["mime_type"],
                "sha256": content["sha256"],
                "url": lookaside::url(world, content["media"].as_str().unwrap_or_default(), now),
            });
            for key in ["voice", "animated", "filename"] {
                if let Some(value) = content.get(key) {
                    media[key] = value.clone();
                }
            }
            if !message.text.is_empty() {
                media["caption"] = message.text.clone().into();
            }
            entry[kind] = media;
        }
        "location" => entry["location"] = content.clone(),
        "contacts" => {
            entry["contacts"] = content["contacts"].clone();
            if let Some(origin) = content.get("origin") {
                entry["origin"] = origin.clone();
            }
        }
        "unsupported" => {
            entry["errors"] = json!([{
                "code": 131_051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }]);
            if let Some(kind) = content.get("kind") {
                entry["unsupported"] = json!({"type": kind});
            }
        }
        kind => {
            if let Some(wire) = content.get("wire") {
                entry[kind] = wire.clone();
            }
        }
    }
}

fn seconds(at: i64) -> String {
    at.div_euclid(1000).to_string()
}
