//! Writing to a phone: the contact and the conversation are found or made, and the answer waits for the provider.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use recado_engine::outbound::{self, Started, To};
use recado_model::template::TemplateValues;
use recado_model::{ContactId, ConversationId, MediaId, MessageId, MessageStatus, NumberId};
use recado_store::messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::messages::{MessageType, SendMessage, SendTemplate};
use crate::actor::{Can, perm};
use crate::answer::Data;
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{IdempotencyKey, Json};
use crate::state::Api;

/// How long an answer waits for the provider's.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A message, and the phone it goes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendDirect {
    /// `+` and country code first.
    #[schema(example = "+4915112345678")]
    to: String,
    /// The name of a contact that is new.
    #[schema(max_length = 256)]
    name: Option<String>,
    /// The channel to write from; without it, the one they last wrote to, or the default one.
    channel_id: Option<NumberId>,
    #[serde(rename = "type", default)]
    #[schema(inline)]
    kind: DirectType,
    /// The text, 1 to 4096 characters; or the caption of an image, a video or a document, at most 1024.
    #[schema(max_length = 4096, example = "Your order is on its way.")]
    text: Option<String>,
    /// A public address of the file. It is fetched before the message leaves.
    #[schema(max_length = 2048)]
    media_url: Option<String>,
    /// The file, uploaded before, in place of `media_url`.
    media_id: Option<MediaId>,
    /// What the customer sees a document called.
    #[schema(max_length = 240)]
    filename: Option<String>,
    template: Option<DirectTemplate>,
    /// A message of the same conversation to quote.
    reply_to_message_id: Option<MessageId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DirectType {
    #[default]
    Text,
    Template,
    Image,
    Video,
    Document,
    Audio,
}

/// A template and what is filled into it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectTemplate {
    name: String,
    #[schema(example = "en_US")]
    language: String,
    params: Option<TemplateParams>,
}

/// The values of the body in their order, or those of every part.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum TemplateParams {
    Body(Vec<String>),
    Parts(TemplateParts),
}

/// The values of every part of a template.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateParts {
    /// In their order.
    #[serde(default)]
    body: Vec<String>,
    header_text: Option<String>,
    /// A public address of the header's file.
    header_media_url: Option<String>,
    /// By the button's place, counted from 0.
    #[serde(default)]
    button_params: BTreeMap<String, String>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SentDirect {
    message_id: MessageId,
    /// Null while it is queued.
    #[schema(required)]
    whatsapp_message_id: Option<String>,
    conversation_id: ConversationId,
    contact_id: ContactId,
    /// Whether there was no contact with this phone before.
    contact_created: bool,
    channel_id: NumberId,
    status: MessageStatus,
}

impl TemplateParams {
    pub(super) fn into_values(self) -> TemplateValues {
        let parts = match self {
            Self::Body(body) => TemplateParts {
                body,
                ..TemplateParts::default()
            },
            Self::Parts(parts) => parts,
        };
        let numbered = |values: Vec<String>| {
            let places = (1..).map(|place: usize| place.to_string());
            places.zip(values).collect()
        };
        TemplateValues {
            header: numbered(parts.header_text.into_iter().collect()),
            header_media_url: parts.header_media_url,
            body: numbered(parts.body),
            buttons: parts.button_params,
            ..TemplateValues::default()
        }
    }
}

impl SendDirect {
    /// Who it goes to, from where, and what.
    fn into_parts(self) -> (To, Option<NumberId>, SendMessage) {
        let to = To::Phone {
            phone: self.to,
            name: self.name,
        };
        let template = self.template.map(|template| SendTemplate {
            name: template.name,
            language: template.language,
            values: template
                .params
                .map(TemplateParams::into_values)
                .unwrap_or_default(),
        });
        let message = SendMessage {
            kind: match self.kind {
                DirectType::Text => MessageType::Text,
                DirectType::Template => MessageType::Template,
                DirectType::Image => MessageType::Image,
                DirectType::Video => MessageType::Video,
                DirectType::Document => MessageType::Document,
                DirectType::Audio => MessageType::Audio,
            },
            text: self.text,
            media_id: self.media_id,
            media_url: self.media_url,
            filename: self.filename,
            template,
            reply_to_message_id: self.reply_to_message_id,
            ..SendMessage::default()
        };
        (to, self.channel_id, message)
    }
}

impl IntoResponse for SentDirect {
    fn into_response(self) -> Response {
        let status = match self.whatsapp_message_id {
            Some(_) => StatusCode::CREATED,
            None => StatusCode::ACCEPTED,
        };
        (status, Data { data: self }).into_response()
    }
}

/// Send a message to a phone
///
/// Finds or makes the contact and the conversation. The message is kept before anything is sent; then the answer waits up
/// to 10 seconds for the provider's. With the header `Prefer: respond-async` it does not wait.
#[utoipa::path(post, path = "/messages", operation_id = "send_direct", tag = "Messages",
    responses(
        (status = 201, description = "The provider has taken it.", body = Data<SentDirect>),
        (status = 202, description = "Kept, and on its way: `whatsapp_message_id` is null, `status` says how it stands. \
            `message.updated` events tell how it goes on.", body = Data<SentDirect>),
        (status = 400, description = "`bad_request`: the input does not fit; `error.field` names the part at fault. \
            `template_malformed`: its parameters do not fit the template. `whatsapp_not_configured`: there is no channel.",
            body = ErrorEnvelope),
        (status = 409, description = "`window_closed`: more than 24 hours since the customer last wrote, so that only \
            templates may leave. `channel_inactive`, `not_offered`, `template_unavailable`, `contact_opted_out`: as for a \
            reply.", body = ErrorEnvelope),
        (status = 502, description = "`meta_error`: the provider refused it; the message names its code and the reason.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn send(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    headers: HeaderMap,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(new): Json<SendDirect>,
) -> Result<SentDirect> {
    let (to, channel, message) = new.into_parts();
    let message = message.into_message(idempotency_key)?;
    let started = outbound::start(&api.ctx, &caller, &to, channel, message).await;
    let Started {
        conversation,
        message,
        contact_is_new,
    } = started.map_err(|error| in_their_words(error.into()))?;
    let message = if prefers_no_wait(&headers) {
        message
    } else {
        taken(outbound::wait(&api.ctx, &caller, message, PATIENCE).await?)?
    };
    Ok(SentDirect {
        message_id: message.id,
        whatsapp_message_id: message.whatsapp_message_id,
        conversation_id: message.conversation_id,
        contact_id: conversation.row.contact_id,
        contact_created: contact_is_new,
        channel_id: conversation.row.number_id,
        status: message.status,
    })
}

/// A message that its provider did not refuse.
pub(super) fn taken(message: Message) -> Result<Message> {
    match (message.status, &message.error) {
        (MessageStatus::Failed, Some(failure)) => {
            let failure = failure.0.clone();
            Err(Error {
                code: "meta_error",
                ..recado_engine::Error::Provider { failure }.into()
            })
        }
        _ => Ok(message),
    }
}

/// The codes that clients of the compatible API know.
fn in_their_words(error: Error) -> Error {
    let field = error.field.as_deref().unwrap_or_default();
    if error.code == "whatsapp_not_configured" {
        Error {
            status: StatusCode::BAD_REQUEST,
            ..error
        }
    } else if error.status == StatusCode::BAD_REQUEST && field.starts_with("template.values") {
        Error {
            code: "template_malformed",
            field: Some("template.params".to_owned()),
            ..error
        }
    } else {
        error
    }
}

fn prefers_no_wait(headers: &HeaderMap) -> bool {
    let wishes = headers.get_all("prefer").into_iter();
    let mut wishes = wishes.filter_map(|wish| wish.to_str().ok());
    wishes.any(|wish| {
        wish.split(',')
            .any(|one| one.trim().eq_ignore_ascii_case("respond-async"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn values(params: Value) -> Value {
        let params: TemplateParams = serde_json::from_value(params).unwrap();
        serde_json::to_value(params.into_values()).unwrap()
    }

    #[test]
    fn parameters_are_counted_from_one() {
        assert_eq!(
            values(json!(["Ana", "#7"]))["body"],
            json!({ "1": "Ana", "2": "#7" })
        );
        let parts = values(json!({ "body": ["Ana"], "headerText": "Hi", "buttonParams": { "0": "x" } }));
        assert_eq!(parts["header"], json!({ "1": "Hi" }));
        assert_eq!(parts["buttons"], json!({ "0": "x" }));
        assert!(serde_json::from_value::<TemplateParams>(json!({ "odd": 1 })).is_err());
    }

    #[test]
    fn whoever_will_not_wait_says_so() {
        let mut headers = HeaderMap::new();
        assert!(!prefers_no_wait(&headers));
        headers.insert("prefer", "wait=5, Respond-Async".parse().unwrap());
        assert!(prefers_no_wait(&headers));
    }
}
