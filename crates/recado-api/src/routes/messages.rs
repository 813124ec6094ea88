//! Messages of a conversation: reading them, replying.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use recado_engine::outbound::{NewContent, NewMedia, NewMessage};
use recado_engine::thread::{self, Part};
use recado_engine::{deletion, outbound};
use recado_model::content::{ContactCard, Interactive, Location};
use recado_model::template::TemplateValues;
use recado_model::{AccountId, ConversationId, Cursor, MediaId, MediaKind, MessageId};
use recado_store::messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{Accepted, At, Data, json};
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{IdempotencyKey, Json, Paging, Param, Query, foreign_cursor};
use crate::state::Api;

/// A message to send. What goes with which `type` is said at each field; `reply_to_message_id` goes with all.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    #[serde(rename = "type", default)]
    #[schema(inline)]
    pub(super) kind: MessageType,
    /// The text, 1 to 4096 characters; or the caption of an image, a video or a document, at most 1024.
    #[schema(max_length = 4096, example = "Your order is on its way.")]
    pub(super) text: Option<String>,
    /// The file, uploaded before; or `media_url`.
    pub(super) media_id: Option<MediaId>,
    /// A public address of the file. It is fetched before the message leaves.
    #[schema(max_length = 2048)]
    pub(super) media_url: Option<String>,
    /// What the customer sees a document called.
    #[schema(max_length = 240)]
    pub(super) filename: Option<String>,
    /// Send audio as a voice note; it must be ogg with Opus.
    #[serde(default)]
    pub(super) voice: bool,
    pub(super) location: Option<Location>,
    pub(super) contacts: Option<Vec<ContactCard>>,
    pub(super) interactive: Option<Interactive>,
    pub(super) template: Option<SendTemplate>,
    /// A message of the same conversation to quote.
    pub(super) reply_to_message_id: Option<MessageId>,
}

/// A template and what is filled into it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendTemplate {
    pub(super) name: String,
    #[schema(example = "en_US")]
    pub(super) language: String,
    #[serde(default)]
    pub(super) values: TemplateValues,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    #[default]
    Text,
    Image,
    Video,
    Audio,
    Document,
    Sticker,
    Location,
    Contacts,
    Interactive,
    Template,
}

impl SendMessage {
    /// # Errors
    /// `BadInput` for a part that is missing, or that does not go with the type.
    pub(super) fn into_message(self, idempotency_key: Option<uuid::Uuid>) -> Result<NewMessage> {
        let missing = |field: &'static str| Error::bad_field(field, format!("`{field}` is missing."));
        let reply_to = self.reply_to_message_id;
        let kind = match self.kind {
            MessageType::Image => Some(MediaKind::Image),
            MessageType::Video => Some(MediaKind::Video),
            MessageType::Audio => Some(MediaKind::Audio),
            MessageType::Document => Some(MediaKind::Document),
            MessageType::Sticker => Some(MediaKind::Sticker),
            _ => None,
        };
        self.only_what_belongs(kind.is_some())?;
        let content = match (self.kind, kind) {
            (_, Some(kind)) => NewContent::Media {
                kind,
                source: match (self.media_id, self.media_url) {
                    (Some(id), None) => NewMedia::Uploaded(id),
                    (None, Some(url)) => NewMedia::Url(url),
                    (Some(_), Some(_)) => {
                        return Err(Error::bad_field(
                            "media_url",
                            "Give `media_id` or `media_url`, not both.",
                        ));
                    }
                    (None, None) => return Err(missing("media_id")),
                },
                caption: self.text,
                filename: self.filename,
                voice: self.voice,
            },
            (MessageType::Location, _) => {
                NewContent::Location(self.location.ok_or_else(|| missing("location"))?)
            }
            (MessageType::Contacts, _) => {
                NewContent::Contacts(self.contacts.ok_or_else(|| missing("contacts"))?)
            }
            (MessageType::Interactive, _) => {
                NewContent::Interactive(self.interactive.ok_or_else(|| missing("interactive"))?)
            }
            (MessageType::Template, _) => {
                let template = self.template.ok_or_else(|| missing("template"))?;
                NewContent::Template {
                    name: template.name,
                    language: template.language,
                    values: template.values,
                }
            }
            _ => NewContent::Text {
                text: self.text.ok_or_else(|| missing("text"))?,
            },
        };
        Ok(NewMessage {
            content,
            reply_to,
            idempotency_key,
        })
    }

    fn only_what_belongs(&self, is_media: bool) -> Result<()> {
        let given = [
            (
                "text",
                self.text.is_some(),
                is_media || self.kind == MessageType::Text,
            ),
            ("media_id", self.media_id.is_some(), is_media),
            ("media_url", self.media_url.is_some(), is_media),
            ("filename", self.filename.is_some(), is_media),
            ("voice", self.voice, self.kind == MessageType::Audio),
            (
                "location",
                self.location.is_some(),
                self.kind == MessageType::Location,
            ),
            (
                "contacts",
                self.contacts.is_some(),
                self.kind == MessageType::Contacts,
            ),
            (
                "interactive",
                self.interactive.is_some(),
                self.kind == MessageType::Interactive,
            ),
            (
                "template",
                self.template.is_some(),
                self.kind == MessageType::Template,
            ),
        ];
        for (field, is_given, belongs) in given {
            if is_given && !belongs {
                return Err(Error::bad_field(
                    field,
                    format!("`{field}` does not go with this type of message."),
                ));
            }
        }
        Ok(())
    }
}

/// An emoji for a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct React {
    #[schema(min_length = 1, max_length = 32, example = "\u{1F44D}")]
    emoji: String,
}

/// Where in the thread.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Where {
    /// A message to have in the middle of the page, however old it is. Not together with `cursor`.
    around: Option<MessageId>,
}

/// Part of a thread, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePage {
    data: Vec<Message>,
    meta: MessagePageMeta,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessagePageMeta {
    /// `cursor` of the older messages; null if there are none.
    #[schema(required)]
    next_cursor: Option<String>,
    /// `cursor` of the newer messages; left out if the page begins with the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    previous_cursor: Option<String>,
}

impl IntoResponse for MessagePage {
    fn into_response(self) -> Response {
        json(&self)
    }
}

/// List messages
///
/// Newest first. With `around` the page has a certain message in it, and cursors to both sides.
#[utoipa::path(get, path = "/conversations/{id}/messages", operation_id = "list_messages", tag = "Messages",
    params(("id" = ConversationId, Path), Where, Paging),
    responses((status = 200, body = MessagePage, headers(("x-journal-seq" = i64)))),
    security(("session" = ["messages:read"]), ("api_key" = ["messages:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::MessagesRead>,
    Param(conversation): Param<ConversationId>,
    Query(asked): Query<Where>,
    paging: Paging,
) -> Result<At<MessagePage>> {
    let sides = Sides::of(caller.account, conversation);
    let limit = paging.limit();
    let part = match (asked.around, paging.cursor()) {
        (None, None) => Part::Older(Cursor::START),
        (Some(id), None) => Part::Around(id),
        (None, Some(cursor)) => sides.part(cursor)?,
        (Some(_), Some(_)) => {
            return Err(Error::bad_field("around", "Give `around` or `cursor`, not both."));
        }
    };
    let stretch = thread::messages(&api.ctx, &caller, conversation, part, limit).await?;
    Ok(At::of(stretch, |stretch| MessagePage {
        meta: MessagePageMeta {
            next_cursor: stretch.older.map(|cursor| sides.older(cursor)),
            previous_cursor: stretch.newer.map(|cursor| sides.newer(cursor)),
        },
        data: stretch.items,
    }))
}

/// The cursors of a thread, which know which way they lead.
struct Sides {
    account: AccountId,
    older: String,
    newer: String,
}

impl Sides {
    fn of(account: AccountId, conversation: ConversationId) -> Self {
        Self {
            account,
            older: format!("messages:{conversation}"),
            newer: format!("messages:{conversation}:newer"),
        }
    }

    fn older(&self, cursor: Cursor) -> String {
        cursor.encode(self.account, &self.older)
    }

    fn newer(&self, cursor: Cursor) -> String {
        cursor.encode(self.account, &self.newer)
    }

    fn part(&self, text: &str) -> Result<Part> {
        Cursor::decode(text, self.account, &self.older)
            .map(Part::Older)
            .or_else(|| Cursor::decode(text, self.account, &self.newer).map(Part::Newer))
            .ok_or_else(foreign_cursor)
    }
}

/// Reply
///
/// Accepts the message durably and sends it in the background; `message.updated` events tell how it goes on. The same
/// `Idempotency-Key` with the same body answers the same message and sends once.
#[utoipa::path(post, path = "/conversations/{id}/messages", operation_id = "send_message", tag = "Messages",
    params(("id" = ConversationId, Path)),
    responses(
        (status = 202, description = "Accepted, with status `queued`.", body = Data<Message>),
        (status = 409, description = "`window_closed`: more than 24 hours since the customer last wrote, so that only \
            templates may leave. `channel_inactive`: the number is switched off. `not_offered`: the number's provider has \
            no such messages. `template_unavailable`: it is not approved. `contact_opted_out`: the \
            customer takes no promotions, and this is one.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn send(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(conversation): Param<ConversationId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(new): Json<SendMessage>,
) -> Result<Accepted<Message>> {
    let new = new.into_message(idempotency_key)?;
    Ok(Accepted(
        outbound::send(&api.ctx, &caller, conversation, new).await?,
    ))
}

/// React to a message
///
/// Sets the business's emoji at a message, in place of the one that is there.
#[utoipa::path(put, path = "/messages/{id}/reaction", operation_id = "react", tag = "Messages",
    params(("id" = MessageId, Path)),
    responses(
        (status = 202, description = "Shown here, and on its way to the customer.", body = Data<Message>),
        (status = 409, description = "`window_closed`, `channel_inactive`, `not_offered`: as for a message. `conflict`: the \
            message has not left yet.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn react(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(id): Param<MessageId>,
    Json(new): Json<React>,
) -> Result<Accepted<Message>> {
    Ok(Accepted(
        outbound::react(&api.ctx, &caller, id, Some(&new.emoji)).await?,
    ))
}

/// Take a reaction away
#[utoipa::path(delete, path = "/messages/{id}/reaction", operation_id = "unreact", tag = "Messages",
    params(("id" = MessageId, Path)),
    responses(
        (status = 202, description = "Gone here, and on its way to the customer.", body = Data<Message>),
        (status = 409, description = "`window_closed`, `channel_inactive`, `not_offered`, `conflict`: as for setting one.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn unreact(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(id): Param<MessageId>,
) -> Result<Accepted<Message>> {
    Ok(Accepted(outbound::react(&api.ctx, &caller, id, None).await?))
}

/// Delete a message
///
/// Its text, file and reactions go from the inbox, for the whole team. The customer's phone keeps it: WhatsApp lets no
/// program take a message back.
#[utoipa::path(delete, path = "/messages/{id}", operation_id = "delete_message", tag = "Messages",
    params(("id" = MessageId, Path)),
    responses(
        (status = 200, description = "As it is now: `deleted_at` is set, what it held is gone.", body = Data<Message>),
        (status = 409, description = "`message_leaving`: it is waiting to be sent, or being sent.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:delete"]), ("api_key" = ["messages:delete"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::MessagesDelete>,
    Param(id): Param<MessageId>,
) -> Result<Data<Message>> {
    Ok(Data {
        data: deletion::delete_message(&api.ctx, &caller, id).await?,
    })
}

/// Send a failed message again
#[utoipa::path(post, path = "/messages/{id}/retry", operation_id = "retry_message", tag = "Messages",
    params(("id" = MessageId, Path)),
    responses(
        (status = 202, description = "Queued again.", body = Data<Message>),
        (status = 409, description = "`conflict`: it has not failed. `window_closed`, `channel_inactive`, `contact_opted_out`: as for a message.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn retry(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(id): Param<MessageId>,
) -> Result<Accepted<Message>> {
    Ok(Accepted(outbound::retry(&api.ctx, &caller, id).await?))
}
