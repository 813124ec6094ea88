//! Messages of a conversation: reading them, replying.

use axum::extract::State;
use recado_engine::{inbox, outbound};
use recado_model::{ConversationId, MessageId};
use recado_store::messages::Message;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::actor::{Can, perm};
use crate::answer::{Accepted, At, Data, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{IdempotencyKey, Json, Paging, Param};
use crate::state::Api;

/// A reply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    #[serde(rename = "type", default)]
    #[schema(inline)]
    kind: MessageType,
    #[schema(min_length = 1, max_length = 4096, example = "Your order is on its way.")]
    text: String,
    /// A message of the same conversation to quote.
    reply_to_message_id: Option<MessageId>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageType {
    #[default]
    Text,
}

/// List messages
///
/// Newest first.
#[utoipa::path(get, path = "/conversations/{id}/messages", operation_id = "list_messages", tag = "Messages",
    params(("id" = ConversationId, Path), Paging),
    responses((status = 200, body = List<Message>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["messages:read"]), ("api_key" = ["messages:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::MessagesRead>,
    Param(conversation): Param<ConversationId>,
    paging: Paging,
) -> Result<At<List<Message>>> {
    let listing = paging.of(caller.account, format!("messages:{conversation}"))?;
    let page = inbox::messages(&api.ctx, &caller, conversation, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

/// Reply
///
/// Accepts the message durably and sends it in the background; `message.updated` events tell how it goes on. The same
/// `Idempotency-Key` with the same body answers the same message and sends once.
#[utoipa::path(post, path = "/conversations/{id}/messages", operation_id = "send_message", tag = "Messages",
    params(
        ("id" = ConversationId, Path),
        ("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "Draw one for each reply, keep it when you try again."),
    ),
    responses(
        (status = 202, description = "Accepted, with status `queued`.", body = Data<Message>),
        (status = 409, description = "`window_closed`: more than 24 hours since the customer last wrote.",
            body = ErrorEnvelope),
        (status = 422, description = "`idempotency_mismatch`: the key was used with another body.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn send(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(conversation): Param<ConversationId>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(new): Json<SendMessage>,
) -> Result<Accepted<Message>> {
    let content = match new.kind {
        MessageType::Text => outbound::NewContent::Text { text: new.text },
    };
    let new = outbound::NewMessage {
        content,
        reply_to: new.reply_to_message_id,
        idempotency_key,
    };
    Ok(Accepted(
        outbound::send(&api.ctx, &caller, conversation, new).await?,
    ))
}

/// Send a failed message again
#[utoipa::path(post, path = "/messages/{id}/retry", operation_id = "retry_message", tag = "Messages",
    params(("id" = MessageId, Path)),
    responses(
        (status = 202, description = "Queued again.", body = Data<Message>),
        (status = 409, description = "`conflict`: it has not failed. `window_closed`: more than 24 hours since the customer last wrote.",
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
