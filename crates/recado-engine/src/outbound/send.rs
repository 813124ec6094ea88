//! Accepting a reply: checked, kept as queued together with its job, answered.

use recado_model::conversation::window_is_open;
use recado_model::message::{MAX_TEXT_CHARS, preview};
use recado_model::{Actor, ConversationId, MessageId, NumberStatus, SenderType, Who};
use recado_store::conversations::{self, ConversationRow};
use recado_store::messages::{self, Message, NewOutbound};
use recado_store::numbers;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::job;
use crate::events::{MESSAGE_CREATED, MESSAGE_UPDATED, MessageEvent, draft};
use crate::{Ctx, Error, Result};

/// A reply to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub content: NewContent,
    /// The message it quotes, of the same conversation.
    pub reply_to: Option<MessageId>,
    /// The same key sends once, however often it is asked for.
    pub idempotency_key: Option<Uuid>,
}

#[derive(Clone, Debug)]
pub enum NewContent {
    Text { text: String },
}

/// Accepts a reply. What it answers is durable and will be sent once, or be shown as failed or unknown.
///
/// # Errors
/// `BadInput` for the text or the quoted message, `NotFound` for the conversation, `Conflict` with `window_closed`
/// or `channel_inactive`, `IdempotencyMismatch`.
pub async fn send(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    new: NewMessage,
) -> Result<Message> {
    let NewContent::Text { text } = &new.content;
    check_text(text)?;
    let hash = request_hash(conversation, text, new.reply_to);
    match queue(ctx, actor, conversation, &new, text, &hash).await {
        // A concurrent request with the same key was faster: now its message is there.
        Err(Error::Conflict { code: RACE, .. }) => queue(ctx, actor, conversation, &new, text, &hash).await,
        result => result,
    }
}

/// Not a code for the outside: two requests with one key met.
const RACE: &str = "idempotency_race";

async fn queue(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    new: &NewMessage,
    text: &str,
    hash: &[u8],
) -> Result<Message> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    if let Some(key) = new.idempotency_key
        && let Some((id, kept)) = messages::by_key(&mut tx, actor.account, key).await?
    {
        if kept != hash {
            return Err(Error::IdempotencyMismatch);
        }
        return messages::get(&mut tx, actor.account, id)
            .await?
            .ok_or(Error::NotFound("message"));
    }
    let row = conversations::row(&mut tx, actor.account, conversation).await?;
    let row = row.ok_or(Error::NotFound("conversation"))?;
    check_may_send(ctx, &mut tx, actor, &row).await?;
    if let Some(quoted) = new.reply_to {
        messages::provider_id(&mut tx, actor.account, quoted, conversation)
            .await?
            .ok_or_else(|| {
                Error::bad_input(
                    "reply_to_message_id",
                    "There is no such message in this conversation.",
                )
            })?;
    }
    let outbound = NewOutbound {
        id: ctx.ids.next(),
        conversation,
        number: row.number_id,
        sender_type: match actor.who {
            Who::Member { .. } => SenderType::Agent,
            Who::Key { .. } | Who::System => SenderType::System,
        },
        sender: actor.member(),
        text: text.to_owned(),
        reply_to: new.reply_to,
        idempotency_key: new.idempotency_key,
        request_hash: hash.to_vec(),
        created_at: now,
    };
    let message = match messages::insert_outbound(&mut tx, actor.account, &outbound).await {
        Err(recado_db::Error::Conflict { .. }) if new.idempotency_key.is_some() => {
            return Err(Error::conflict(RACE, "Two requests with one key met."));
        }
        result => result?,
    };
    let row = conversations::replied(&mut tx, actor.account, &message, Some(&preview(text))).await?;
    commit(ctx, actor, tx, MESSAGE_CREATED, message, row).await
}

/// Queues a failed message again, on a person's word.
///
/// # Errors
/// `NotFound`, `Conflict` unless the message failed, and what [`send()`] refuses.
pub async fn retry(ctx: &Ctx, actor: &Actor, id: MessageId) -> Result<Message> {
    let mut tx = ctx.db.begin().await?;
    let message = messages::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("message"))?;
    let row = conversations::row(&mut tx, actor.account, message.conversation_id).await?;
    let row = row.ok_or(Error::NotFound("conversation"))?;
    check_may_send(ctx, &mut tx, actor, &row).await?;
    let requeued = messages::requeue(&mut tx, actor.account, id).await?;
    let message =
        requeued.ok_or_else(|| Error::conflict("conflict", "Only a failed message can be sent again."))?;
    conversations::ticked(&mut tx, actor.account, std::slice::from_ref(&message)).await?;
    let row = conversations::row(&mut tx, actor.account, message.conversation_id).await?;
    commit(ctx, actor, tx, MESSAGE_UPDATED, message, row).await
}

/// Journal and job go with the message in one transaction.
async fn commit(
    ctx: &Ctx,
    actor: &Actor,
    mut tx: recado_db::Tx,
    kind: &'static str,
    message: Message,
    row: Option<ConversationRow>,
) -> Result<Message> {
    let rows = row.into_iter().collect();
    let conversation = conversations::with_contacts(&mut tx, actor.account, rows)
        .await?
        .pop();
    let conversation = conversation.ok_or(Error::NotFound("conversation"))?;
    ctx.jobs
        .enqueue(&mut tx, actor.account, job(message.id, message.conversation_id)?)
        .await?;
    let event = MessageEvent {
        message,
        conversation,
    };
    ctx.journal
        .append(&mut tx, actor.account, vec![draft(kind, &event)?])
        .await?;
    tx.commit().await?;
    Ok(event.message)
}

async fn check_may_send(
    ctx: &Ctx,
    tx: &mut recado_db::Tx,
    actor: &Actor,
    row: &ConversationRow,
) -> Result<()> {
    if !window_is_open(row.window_expires_at, ctx.clock.now()) {
        return Err(Error::conflict(
            "window_closed",
            "The customer has not written in the last 24 hours, so WhatsApp takes only template messages.",
        ));
    }
    let number = numbers::get(tx, actor.account, row.number_id)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    if number.status != NumberStatus::Connected {
        return Err(Error::conflict(
            "channel_inactive",
            "The number of this conversation is switched off.",
        ));
    }
    Ok(())
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::bad_input("text", "The text is empty."));
    }
    let length = text.chars().count();
    if length > MAX_TEXT_CHARS {
        return Err(Error::bad_input(
            "text",
            format!("The text has {length} characters; WhatsApp takes at most {MAX_TEXT_CHARS}."),
        ));
    }
    if text.contains('\0') {
        return Err(Error::bad_input("text", "The text contains a NUL character."));
    }
    Ok(())
}

/// What tells a repeated request from another one under the same key.
fn request_hash(conversation: ConversationId, text: &str, reply_to: Option<MessageId>) -> Vec<u8> {
    let quoted = reply_to.map_or(Uuid::nil(), |id| id.0);
    Sha256::new()
        .chain_update(conversation.0)
        .chain_update(quoted)
        .chain_update(text)
        .finalize()
        .to_vec()
}
