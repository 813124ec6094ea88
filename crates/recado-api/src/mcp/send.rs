//! Tools by which something reaches a customer.

use std::collections::BTreeMap;

use recado_engine::outbound::{self, NewContent, NewMedia, NewMessage, To};
use recado_model::template::TemplateValues;
use recado_model::{ContactId, ConversationId, MediaId, MediaKind, MessageId, NumberId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema;
use super::tool::Call;
use crate::error::{Error, Result};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// The conversation to answer in.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// What the customer reads.
    #[schemars(length(min = 1, max = 4096))]
    text: String,
    /// A message of the same conversation to quote.
    #[schemars(with = "Option<Uuid>")]
    reply_to_message_id: Option<MessageId>,
    /// A new UUID for each message. Asking again with the same one, as after a broken connection, sends once.
    idempotency_key: Option<Uuid>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendFile {
    /// The conversation to answer in.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// What WhatsApp shows the file as. Whatever is no picture, film or sound goes as a `document`.
    #[serde(rename = "type")]
    #[schemars(schema_with = "schema::media_kind")]
    kind: MediaKind,
    /// The public address of the file; or `media_id`.
    media_url: Option<String>,
    /// A file that was uploaded to the API before.
    #[schemars(with = "Option<Uuid>")]
    media_id: Option<MediaId>,
    /// Text below an image, a video or a document.
    #[schemars(length(max = 1024))]
    caption: Option<String>,
    /// What the customer sees a document called.
    filename: Option<String>,
    /// `true`: audio goes as a voice note; it must be ogg with Opus.
    #[serde(default)]
    voice: bool,
    /// A message of the same conversation to quote.
    #[schemars(with = "Option<Uuid>")]
    reply_to_message_id: Option<MessageId>,
    /// A new UUID for each message. Asking again with the same one, as after a broken connection, sends once.
    idempotency_key: Option<Uuid>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendTemplate {
    /// The conversation to write in.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// The template's name, from `list_templates`.
    name: String,
    /// The template's language, as `list_templates` writes it.
    language: String,
    /// What is filled into the body, by the variables' names.
    #[serde(default)]
    body_values: BTreeMap<String, String>,
    /// What is filled into a header of text.
    #[serde(default)]
    header_values: BTreeMap<String, String>,
    /// The public address of the file of a header that is an image, a video or a document.
    header_media_url: Option<String>,
    /// By the button's place, counted from 0: the end of the address, or the code to copy.
    #[serde(default)]
    button_values: BTreeMap<String, String>,
    /// A new UUID for each message. Asking again with the same one, as after a broken connection, sends once.
    idempotency_key: Option<Uuid>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartConversation {
    /// The customer's phone, `+` and country code first; or `contact_id`.
    to: Option<String>,
    /// A contact that is there already.
    #[schemars(with = "Option<Uuid>")]
    contact_id: Option<ContactId>,
    /// The name for a contact that is new.
    #[schemars(length(max = 256))]
    contact_name: Option<String>,
    /// The channel to write from, of `list_channels`; the one they last wrote to, or the default one, if left out.
    #[schemars(with = "Option<Uuid>")]
    channel_id: Option<NumberId>,
    /// What the customer reads, if they have written within 24 hours; otherwise it must be a template.
    #[schemars(length(min = 1, max = 4096))]
    text: Option<String>,
    /// A template's name, from `list_templates`; in place of `text`.
    template_name: Option<String>,
    /// The template's language, as `list_templates` writes it.
    template_language: Option<String>,
    /// What is filled into the template's body, by the variables' names.
    #[serde(default)]
    body_values: BTreeMap<String, String>,
    /// What is filled into a header of text.
    #[serde(default)]
    header_values: BTreeMap<String, String>,
    /// The public address of the file of a header that is an image, a video or a document.
    header_media_url: Option<String>,
    /// By the button's place, counted from 0: the end of the address, or the code to copy.
    #[serde(default)]
    button_values: BTreeMap<String, String>,
    /// A new UUID for each message. Asking again with the same one, as after a broken connection, sends once.
    idempotency_key: Option<Uuid>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Sent {
    pub message_id: Uuid,
    pub conversation_id: Uuid,
    /// `queued`; further on when it was sent before under the same key.
    pub status: String,
    pub created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Started {
    pub conversation_id: Uuid,
    pub contact_id: Uuid,
    /// Whether there was nobody with this phone before.
    pub contact_created: bool,
    pub channel_id: Uuid,
    pub message_id: Uuid,
    /// `queued`; further on when it was sent before under the same key.
    pub status: String,
    pub created_at: String,
}

pub async fn send_message(call: Call, new: SendMessage) -> Result<Sent> {
    let message = NewMessage {
        content: NewContent::Text { text: new.text },
        reply_to: new.reply_to_message_id,
        idempotency_key: new.idempotency_key,
    };
    send(&call, new.conversation_id, message).await
}

pub async fn send_file(call: Call, new: SendFile) -> Result<Sent> {
    let source = match (new.media_id, new.media_url) {
        (Some(id), None) => NewMedia::Uploaded(id),
        (None, Some(url)) => NewMedia::Url(url),
        _ => {
            return Err(Error::bad_field(
                "media_url",
                "Give `media_url` or `media_id`, one of the two.",
            ));
        }
    };
    let message = NewMessage {
        content: NewContent::Media {
            kind: new.kind,
            source,
            caption: new.caption,
            filename: new.filename,
            voice: new.voice,
        },
        reply_to: new.reply_to_message_id,
        idempotency_key: new.idempotency_key,
    };
    let sent = send(&call, new.conversation_id, message).await;
    sent.map_err(|error| named(error, "text", "caption"))
}

pub async fn send_template(call: Call, new: SendTemplate) -> Result<Sent> {
    let message = NewMessage {
        content: NewContent::Template {
            name: new.name,
            language: new.language,
            values: TemplateValues {
                header: new.header_values,
                header_media_url: new.header_media_url,
                body: new.body_values,
                buttons: new.button_values,
                ..TemplateValues::default()
            },
        },
        reply_to: None,
        idempotency_key: new.idempotency_key,
    };
    send(&call, new.conversation_id, message).await
}

pub async fn start_conversation(call: Call, new: StartConversation) -> Result<Started> {
    let to = match (new.to, new.contact_id) {
        (Some(phone), None) => To::Phone {
            phone,
            name: new.contact_name,
        },
        (None, Some(id)) => To::Contact(id),
        _ => {
            return Err(Error::bad_field(
                "to",
                "Give `to` or `contact_id`, one of the two.",
            ));
        }
    };
    let content = match (new.text, new.template_name, new.template_language) {
        (Some(text), None, None) => NewContent::Text { text },
        (None, Some(name), Some(language)) => NewContent::Template {
            name,
            language,
            values: TemplateValues {
                header: new.header_values,
                header_media_url: new.header_media_url,
                body: new.body_values,
                buttons: new.button_values,
                ..TemplateValues::default()
            },
        },
        _ => {
            return Err(Error::bad_field(
                "text",
                "Give `text`, or `template_name` with `template_language`.",
            ));
        }
    };
    let message = NewMessage {
        content,
        reply_to: None,
        idempotency_key: new.idempotency_key,
    };
    let started = outbound::start(&call.ctx, &call.actor, &to, new.channel_id, message).await?;
    let (row, message) = (started.conversation.row, started.message);
    Ok(Started {
        conversation_id: row.id.0,
        contact_id: row.contact_id.0,
        contact_created: started.contact_is_new,
        channel_id: row.number_id.0,
        message_id: message.id.0,
        status: message.status.to_string(),
        created_at: message.created_at.to_string(),
    })
}

async fn send(call: &Call, conversation: ConversationId, message: NewMessage) -> Result<Sent> {
    let message = outbound::send(&call.ctx, &call.actor, conversation, message).await?;
    Ok(Sent {
        message_id: message.id.0,
        conversation_id: message.conversation_id.0,
        status: message.status.to_string(),
        created_at: message.created_at.to_string(),
    })
}

/// A refusal with the name that a field has here.
fn named(error: Error, theirs: &str, ours: &str) -> Error {
    match error.field.as_deref() {
        Some(field) if field == theirs => Error {
            field: Some(ours.to_owned()),
            ..error
        },
        _ => error,
    }
}
