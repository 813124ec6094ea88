//! The JSON of a webhook of the field `messages`.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    config::{Business, Status},
    error::Result,
    store::{
        messages,
        outbox::{self, Kind},
        phones,
    },
    webhook::escape::escape,
};

#[derive(Serialize)]
struct Envelope<'a> {
    object: &'static str,
    entry: [Entry<'a>; 1],
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    value: Value<'a>,
    field: &'static str,
}

#[derive(Serialize)]
struct Value<'a> {
    messaging_product: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statuses: Vec<&'a RawValue>,
}

#[derive(Serialize, Clone, Copy)]
struct Metadata<'a> {
    display_phone_number: &'a str,
    phone_number_id: &'a str,
}

#[derive(Serialize)]
struct Contact<'a> {
    profile: Profile<'a>,
    wa_id: &'a str,
    user_id: &'a str,
}

#[derive(Serialize)]
struct Profile<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context<'a>>,
    from: &'a str,
    from_user_id: &'a str,
    id: &'a str,
    timestamp: String,
    text: Text<'a>,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Context<'a> {
    from: &'a str,
    id: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    body: &'a str,
}

#[derive(Serialize)]
struct StatusUpdate<'a> {
    id: &'a str,
    status: Status,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Pricing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<[Problem; 1]>,
}

#[derive(Serialize)]
struct Pricing {
    billable: bool,
    #[serde(rename = "pricing_model")]
    model: &'static str,
    category: &'static str,
    r#type: &'static str,
}

#[derive(Serialize)]
struct Problem {
    code: i64,
    title: &'static str,
    message: &'static str,
    error_data: Details,
    href: &'static str,
}

#[derive(Serialize)]
struct Details {
    details: &'static str,
}

/// Why a message that the API took was not delivered after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nobody has this number.
    NotOnWhatsApp,
    /// The customer has not written for 24 hours.
    WindowClosed,
}

impl Failure {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::NotOnWhatsApp => 131_026,
            Self::WindowClosed => 131_047,
        }
    }

    fn problem(self) -> Problem {
        let (title, details) = match self {
            Self::NotOnWhatsApp => (
                "Message undeliverable",
                "No WhatsApp account answers at this recipient.",
            ),
            Self::WindowClosed => (
                "Re-engagement message",
                "The recipient has not written for more than 24 hours; only templates reach them now.",
            ),
        };
        Problem {
            code: self.code(),
            title,
            message: title,
            error_data: Details { details },
            href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }
    }
}

/// An entry of `contacts[]`.
pub(crate) fn contact(phone: &phones::Row) -> Result<String> {
    Ok(serde_json::to_string(&Contact {
        profile: Profile { name: &phone.name },
        wa_id: &phone.wa_id,
        user_id: &phone.user_id,
    })?)
}

/// An entry of `messages[]` for what a customer wrote; `quoted` is the message they replied to.
pub(crate) fn message(
    phone: &phones::Row,
    message: &messages::Row,
    quoted: Option<&messages::Row>,
    business: &Business,
) -> Result<String> {
    let our_digits = business.digits();
    let context = quoted.map(|quoted| Context {
        from: if quoted.from_business {
            &our_digits
        } else {
            &phone.wa_id
        },
        id: &quoted.id,
    });
    Ok(serde_json::to_string(&Message {
        context,
        from: &phone.wa_id,
        from_user_id: &phone.user_id,
        id: &message.id,
        timestamp: seconds(message.at),
        text: Text { body: &message.text },
        r#type: "text",
    })?)
}

/// An entry of `statuses[]` for a message of the business, at `at` Unix milliseconds.
pub(crate) fn status(
    message: &messages::Row,
    status: Status,
    at: i64,
    failure: Option<Failure>,
) -> Result<String> {
    // Free of charge inside the window, told with `sent` and with the first of what follows.
    let priced = matches!(status, Status::Sent | Status::Delivered);
    Ok(serde_json::to_string(&StatusUpdate {
        id: &message.id,
        status,
        timestamp: seconds(at),
        recipient_id: message.to_user_id.is_none().then_some(&*message.wa_id),
        recipient_user_id: message.to_user_id.as_deref(),
        biz_opaque_callback_data: message.callback.as_deref(),
        pricing: priced.then_some(Pricing {
            billable: false,
            model: "PMP",
            category: "service",
            r#type: "free_customer_service",
        }),
        errors: failure.map(|failure| [failure.problem()]),
    })?)
}

/// The body of one POST that carries all of these, in order, in the bytes that go on the wire.
pub(crate) fn body(business: &Business, happenings: &[outbox::Row]) -> Result<String> {
    let display_phone_number = business.digits();
    let metadata = Metadata {
        display_phone_number: &display_phone_number,
        phone_number_id: &business.phone_number_id,
    };
    let mut changes = Vec::new();
    for run in happenings.chunk_by(|a, b| a.kind == b.kind) {
        let mut value = Value {
            messaging_product: "whatsapp",
            metadata,
            contacts: Vec::new(),
            messages: Vec::new(),
            statuses: Vec::new(),
        };
        for happening in run {
            let item: &RawValue = serde_json::from_str(&happening.item)?;
            match happening.kind {
                Kind::Message => value.messages.push(item),
                Kind::Status => value.statuses.push(item),
            }
            if let Some(contact) = &happening.contact
                && !value.contacts.iter().any(|known| known.get() == contact)
            {
                value.contacts.push(serde_json::from_str(contact)?);
            }
        }
        changes.push(Change {
            value,
            field: "messages",
        });
    }
    let envelope = Envelope {
        object: "whatsapp_business_account",
        entry: [Entry {
            id: &business.waba_id,
            changes,
        }],
    };
    Ok(escape(&serde_json::to_string(&envelope)?))
}

fn seconds(at: i64) -> String {
    at.div_euclid(1000).to_string()
}
