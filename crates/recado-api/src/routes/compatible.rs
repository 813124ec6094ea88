//! `POST /api/whatsapp/send`, for clients that were written for it: one call for every kind of message, and errors that
//! are one sentence.

use std::borrow::Cow;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use recado_engine::outbound::{self, To};
use recado_model::content::{Interactive, InteractiveAction, InteractiveHeader, ListSection, ReplyButton};
use recado_model::{ContactId, ConversationId, MessageId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::direct::{PATIENCE, TemplateParams, TemplateParts, taken};
use super::messages::{MessageType, SendMessage, SendTemplate};
use crate::actor::{Can, perm};
use crate::answer::json;
use crate::error::{Error, Result};
use crate::extract::{IdempotencyKey, Json};
use crate::state::Api;

const DEFAULT_LANGUAGE: &str = "en_US";

/// A message and where it goes. Fields that a type of message has no use for are passed over, as clients send them all.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = SendCompatible)]
pub struct Send {
    conversation_id: Option<ConversationId>,
    /// In place of a conversation: theirs is found or opened.
    contact_id: Option<ContactId>,
    #[schema(inline)]
    message_type: Kind,
    /// The text, or the caption of an image, a video or a document.
    #[schema(example = "Your order is on its way.")]
    content_text: Option<String>,
    /// A public address of the file.
    media_url: Option<String>,
    /// What the customer sees a document called.
    filename: Option<String>,
    template_name: Option<String>,
    /// `en_US` if left out.
    template_language: Option<String>,
    /// The values of the template's body, in their order.
    template_params: Option<Vec<String>>,
    /// The values of all its parts, in place of `template_params`.
    template_message_params: Option<TemplateParts>,
    interactive_payload: Option<Payload>,
    /// A message of the same conversation to quote.
    reply_to_message_id: Option<MessageId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Text,
    Template,
    Image,
    Video,
    Document,
    Audio,
    Interactive,
}

/// Something to press, in the words of those clients or in ours.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CompatibleInteractive)]
#[serde(untagged)]
enum Payload {
    Theirs(TheirPayload),
    Ours(Interactive),
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CompatiblePayload)]
struct TheirPayload {
    body: String,
    header: Option<String>,
    footer: Option<String>,
    #[serde(flatten)]
    what: TheirAction,
}

#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CompatibleAction)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum TheirAction {
    Buttons {
        buttons: Vec<ReplyButton>,
    },
    List {
        button_label: String,
        sections: Vec<ListSection>,
    },
    CtaUrl {
        button_label: String,
        url: String,
    },
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SentCompatible)]
pub struct Sent {
    #[schema(example = true)]
    success: bool,
    message_id: MessageId,
    /// Null if the provider has not answered yet; it goes on.
    #[schema(required)]
    whatsapp_message_id: Option<String>,
}

/// How this call fails: in one sentence.
#[derive(Debug, Serialize, ToSchema)]
pub struct Sentence {
    /// What happened and what to do about it, in English.
    error: Cow<'static, str>,
}

impl IntoResponse for Sent {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// Send a message, as the compatible product does
///
/// For clients that were written for it. Waits up to 10 seconds for the provider. Its failures are `{"error": "…"}`, one
/// sentence; what `/conversations/{id}/messages` answers with 409, 413 or 415 is a 400 here. New programs do better with
/// that one: it tells failures apart by code.
#[utoipa::path(post, path = "/api/whatsapp/send", operation_id = "send_compatible", tag = "Messages",
    responses((status = 200, description = "It is on its way.", body = Sent)),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn send(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(new): Json<Send>,
) -> Result<Sent> {
    let (conversation, contact) = (new.conversation_id, new.contact_id);
    // What is wrong with the message is found out before a conversation is opened for it.
    let message = new.into_message()?.into_message(idempotency_key)?;
    let message = match (conversation, contact) {
        (Some(id), _) => outbound::send(&api.ctx, &caller, id, message).await?,
        (None, Some(id)) => {
            let to = To::Contact(id);
            let started = outbound::start(&api.ctx, &caller, &to, None, message).await;
            let started = started.map_err(|error| missing_contact(error.into()))?;
            started.message
        }
        (None, None) => {
            return Err(Error::bad_request("Give `conversation_id` or `contact_id`."));
        }
    };
    let message = taken(outbound::wait(&api.ctx, &caller, message, PATIENCE).await?)?;
    Ok(Sent {
        success: true,
        message_id: message.id,
        whatsapp_message_id: message.whatsapp_message_id,
    })
}

impl Send {
    fn into_message(self) -> Result<SendMessage> {
        let missing = |field: &'static str| Error::bad_request(format!("`{field}` is missing."));
        let mut message = SendMessage {
            reply_to_message_id: self.reply_to_message_id,
            ..SendMessage::default()
        };
        match self.message_type {
            Kind::Text => {
                message.text = Some(self.content_text.ok_or_else(|| missing("content_text"))?);
            }
            Kind::Image | Kind::Video | Kind::Document | Kind::Audio => {
                message.kind = match self.message_type {
                    Kind::Image => MessageType::Image,
                    Kind::Video => MessageType::Video,
                    Kind::Audio => MessageType::Audio,
                    _ => MessageType::Document,
                };
                message.media_url = Some(self.media_url.ok_or_else(|| missing("media_url"))?);
                message.filename = self.filename;
                // Audio has no caption.
                message.text = self
                    .content_text
                    .filter(|text| self.message_type != Kind::Audio && !text.trim().is_empty());
            }
            Kind::Template => {
                let params = match (self.template_message_params, self.template_params) {
                    (Some(parts), _) => Some(TemplateParams::Parts(parts)),
                    (None, body) => body.map(TemplateParams::Body),
                };
                message.kind = MessageType::Template;
                message.template = Some(SendTemplate {
                    name: self.template_name.ok_or_else(|| missing("template_name"))?,
                    language: self
                        .template_language
                        .unwrap_or_else(|| DEFAULT_LANGUAGE.to_owned()),
                    values: params.map(TemplateParams::into_values).unwrap_or_default(),
                });
            }
            Kind::Interactive => {
                let payload = self.interactive_payload;
                let payload = payload.ok_or_else(|| missing("interactive_payload"))?;
                message.kind = MessageType::Interactive;
                message.interactive = Some(match payload {
                    Payload::Theirs(theirs) => theirs.into_ours(),
                    Payload::Ours(ours) => ours,
                });
            }
        }
        Ok(message)
    }
}

impl TheirPayload {
    fn into_ours(self) -> Interactive {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        Interactive {
            header: some(self.header).map(|text| InteractiveHeader::Text { text }),
            body: self.body,
            footer: some(self.footer),
            action: match self.what {
                TheirAction::Buttons { buttons } => InteractiveAction::Buttons { buttons },
                TheirAction::List {
                    button_label,
                    sections,
                } => InteractiveAction::List {
                    button: button_label,
                    sections,
                },
                TheirAction::CtaUrl { button_label, url } => InteractiveAction::Link {
                    text: button_label,
                    url,
                },
            },
        }
    }
}

fn missing_contact(error: Error) -> Error {
    if error.field.as_deref() == Some("contact_id") {
        Error::not_found("There is no such contact.")
    } else {
        error
    }
}

/// A refusal of this call: `{"error": "<sentence>"}`, and the few statuses that its clients know.
pub async fn sentence(mut response: Response) -> Response {
    let Some(error) = Error::taken_from(&mut response) else {
        return response;
    };
    let status = match error.status.as_u16() {
        // What stands in the way of a message, or is wrong with it. Ours, about keys, are told apart.
        408 | 409 | 413 | 415 | 422 if !error.code.starts_with("idempotency") => {
            http::StatusCode::BAD_REQUEST
        }
        _ => error.status,
    };
    let mut told = json(&Sentence {
        error: error.message.clone(),
    });
    *told.status_mut() = status;
    for (name, value) in response.headers() {
        told.headers_mut().entry(name).or_insert(value.clone());
    }
    error.put_headers(told.headers_mut());
    told
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value) -> Result<SendMessage> {
        serde_json::from_value::<Send>(body).unwrap().into_message()
    }

    #[test]
    fn both_forms_of_buttons_mean_the_same() {
        let theirs = json!({ "kind": "buttons", "body": "Coming?", "footer": "", "buttons": [{ "id": "y", "title": "Yes" }] });
        let ours = json!({ "body": "Coming?", "action": { "type": "buttons", "buttons": [{ "id": "y", "title": "Yes" }] } });
        let interactive = |payload: Value| {
            let body = json!({ "message_type": "interactive", "interactive_payload": payload });
            read(body).unwrap().interactive.unwrap()
        };
        assert_eq!(interactive(theirs), interactive(ours));
        let link =
            json!({ "kind": "cta_url", "body": "See", "button_label": "Open", "url": "https://example.com" });
        assert!(matches!(interactive(link).action, InteractiveAction::Link { .. }));
    }

    #[test]
    fn what_is_missing_is_named_as_they_name_it() {
        for (body, field) in [
            (json!({ "message_type": "text" }), "`content_text`"),
            (json!({ "message_type": "image" }), "`media_url`"),
            (json!({ "message_type": "template" }), "`template_name`"),
            (json!({ "message_type": "interactive" }), "`interactive_payload`"),
        ] {
            assert!(read(body).unwrap_err().message.contains(field));
        }
        // Templates bring along how they look, and everything brings along what it does not have.
        let template = json!({ "message_type": "template", "template_name": "hi", "content_text": "Hi Ana",
            "media_url": null, "template_params": ["Ana"] });
        let template = read(template).unwrap();
        assert_eq!(
            (template.text, template.template.unwrap().language.as_str()),
            (None, "en_US")
        );
    }
}
