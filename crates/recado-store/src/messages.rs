//! Messages, in and out.

use recado_db::{Result, Tx, record, sql};
use recado_model::failure::Failure;
use recado_model::{
    AccountId, ContentType, ConversationId, Cursor, DeletedBy, Details, Direction, Json, Media, MediaKind,
    MemberId, MessageId, MessageStatus, NumberId, Reaction, SenderType, Stored, Time,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::slices;

record! {
    #[derive(Serialize, ToSchema)]
    pub struct Message {
        pub id: MessageId,
        pub conversation_id: ConversationId,
        pub direction: Direction,
        pub sender_type: SenderType,
        /// The member who wrote it; null for customers, API keys and whoever wrote on the phone.
        #[schema(required)]
        pub sender_id: Option<MemberId>,
        pub content_type: ContentType,
        /// The text, the caption, or in words what the message is about; null if there is nothing to read.
        #[schema(required)]
        pub content_text: Option<String>,
        /// What the message holds beyond its text and its file; null for a plain text.
        #[schema(required, value_type = Option<Details>)]
        pub content: Option<Json<Details>>,
        /// The file it carries.
        #[schema(required, value_type = Option<Media>)]
        pub media: Option<Json<Media>>,
        /// Where the file's bytes are: a path below this server's address.
        #[schema(required)]
        pub media_url: Option<String>,
        #[schema(required)]
        pub template_name: Option<String>,
        /// The provider's id: on every inbound message, on outbound ones once the provider took them.
        #[schema(required)]
        pub whatsapp_message_id: Option<String>,
        pub status: MessageStatus,
        /// Why it failed or is uncertain.
        #[schema(required, value_type = Option<Failure>)]
        pub error: Option<Json<Failure>>,
        #[schema(required)]
        pub reply_to_message_id: Option<MessageId>,
        #[schema(required)]
        pub interactive_reply_id: Option<String>,
        /// At most one of the customer and one of the business.
        #[schema(required, value_type = Vec<Reaction>)]
        pub reactions: Json<Vec<Reaction>>,
        /// Sent by the business on its phone, with the WhatsApp app.
        pub is_echo: bool,
        #[schema(required)]
        pub edited_at: Option<Time>,
        /// When it was deleted; what it held is gone then.
        #[schema(required)]
        pub deleted_at: Option<Time>,
        /// Who made it go: the customer still has what the team deleted.
        #[schema(required)]
        pub deleted_by: Option<DeletedBy>,
        /// The `Idempotency-Key` it was sent under.
        #[schema(required)]
        pub idempotency_key: Option<Uuid>,
        /// The provider's time of it.
        #[schema(required)]
        pub sent_at: Option<Time>,
        pub created_at: Time,
    }
}

/// A reply, ready to be kept.
#[derive(Clone, Debug)]
pub struct NewOutbound {
    pub id: MessageId,
    pub conversation: ConversationId,
    pub number: NumberId,
    pub sender_type: SenderType,
    pub sender: Option<MemberId>,
    pub content_type: ContentType,
    pub text: Option<String>,
    pub details: Option<Json<Details>>,
    pub media: Option<Json<Media>>,
    pub media_url: Option<String>,
    pub template_name: Option<String>,
    pub reply_to: Option<MessageId>,
    pub idempotency_key: Option<Uuid>,
    pub request_hash: Vec<u8>,
    pub created_at: Time,
}

/// News about a message we sent.
#[derive(Clone, Debug)]
pub struct Advance {
    pub number: NumberId,
    pub provider_id: String,
    pub status: MessageStatus,
    pub error: Option<Json<Failure>>,
}

macro_rules! columns {
    () => {
        "id, conversation_id, direction, sender_type, sender_id, content_type, content_text, content, media, \
         media_url, template_name, whatsapp_message_id, status, error, reply_to_message_id, interactive_reply_id, \
         COALESCE(reactions, '[]') AS reactions, is_echo, edited_at, deleted_at, deleted_by, idempotency_key, sent_at, created_at"
    };
}

mod around;
mod inbound;

pub use around::{get_each, newer};
pub use inbound::{NewInbound, insert_inbound, known};

sql!(PAGE -> Message = concat!("SELECT ", columns!(), " FROM messages
    WHERE account_id = $1 AND conversation_id = $2 AND (created_at, id) < ($3, $4)
    ORDER BY created_at DESC, id DESC LIMIT $5"));

/// Up to `limit` messages of a conversation after `cursor`, newest first.
pub async fn page(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Message>> {
    tx.all(&PAGE, &[&account, &conversation, &cursor.at, &cursor.id, &limit])
        .await
}

sql!(WITH_MEDIA -> Message = {
    sqlite: concat!("SELECT ", columns!(), " FROM messages
        WHERE account_id = $1 AND conversation_id = $2 AND media IS NOT NULL AND (created_at, id) < ($3, $4)
        AND ($5 = '' OR instr($5, media ->> 'kind') > 0) ORDER BY created_at DESC, id DESC LIMIT $6"),
    postgres: concat!("SELECT ", columns!(), " FROM messages
        WHERE account_id = $1 AND conversation_id = $2 AND media IS NOT NULL AND (created_at, id) < ($3, $4)
        AND ($5 = '' OR strpos($5, CAST(media AS json) ->> 'kind') > 0) ORDER BY created_at DESC, id DESC LIMIT $6"),
});

/// As [`page`], of messages that carry a file of one of these kinds, or of any where none is named.
pub async fn with_media(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    kinds: &[MediaKind],
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Message>> {
    // No kind's word is part of another's.
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let kinds = kinds.join(" ");
    let params: [&dyn Stored; 6] = [&account, &conversation, &cursor.at, &cursor.id, &kinds, &limit];
    tx.all(&WITH_MEDIA, &params).await
}

sql!(GET -> Message = concat!("SELECT ", columns!(), " FROM messages WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: MessageId) -> Result<Option<Message>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(PROVIDER_ID -> (NumberId, Option<String>) = "SELECT number_id, whatsapp_message_id FROM messages
    WHERE account_id = $1 AND id = $2 AND conversation_id = $3");

/// Number and provider's id of a message of this conversation.
pub async fn provider_id(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    conversation: ConversationId,
) -> Result<Option<(NumberId, Option<String>)>> {
    tx.first(&PROVIDER_ID, &[&account, &id, &conversation]).await
}

sql!(INSERT_OUTBOUND -> Message = concat!("INSERT INTO messages (account_id, id, conversation_id, number_id, direction,
        sender_type, sender_id, content_type, content_text, content, media, media_url, template_name, status,
        status_rank, reply_to_message_id, idempotency_key, request_hash, created_at)
    VALUES ($1, $2, $3, $4, 'outbound', $5, $6, $7, $8, $9, $10, $11, $12, 'queued', $13, $14, $15, $16, $17)
    RETURNING ", columns!()));

/// Keeps a reply as queued.
///
/// # Errors
/// `Conflict` when the idempotency key was used meanwhile by a concurrent request.
pub async fn insert_outbound(tx: &mut Tx, account: AccountId, new: &NewOutbound) -> Result<Message> {
    let rank = rank(MessageStatus::Queued);
    let params: [&dyn Stored; 17] = [
        &account,
        &new.id,
        &new.conversation,
        &new.number,
        &new.sender_type,
        &new.sender,
        &new.content_type,
        &new.text,
        &new.details,
        &new.media,
        &new.media_url,
        &new.template_name,
        &rank,
        &new.reply_to,
        &new.idempotency_key,
        &new.request_hash,
        &new.created_at,
    ];
    tx.one(&INSERT_OUTBOUND, &params).await
}

sql!(BY_KEY -> (MessageId, Vec<u8>) = "SELECT id, request_hash FROM messages
    WHERE account_id = $1 AND idempotency_key = $2");

/// The message sent under an idempotency key, and the hash of what was asked for.
pub async fn by_key(tx: &mut Tx, account: AccountId, key: Uuid) -> Result<Option<(MessageId, Vec<u8>)>> {
    tx.first(&BY_KEY, &[&account, &key]).await
}

sql!(ADVANCE -> Message = concat!("UPDATE messages SET status = $4, status_rank = $5, error = $6
    WHERE account_id = $1 AND number_id = $2 AND whatsapp_message_id = $3 AND direction = 'outbound'
    AND status_rank < $5 RETURNING ", columns!()));

/// Moves messages up the lattice, found by the provider's id. None in the place of each that is unknown or is
/// already as far; [`known`] tells which.
pub async fn advance(tx: &mut Tx, account: AccountId, news: &[Advance]) -> Result<Vec<Option<Message>>> {
    let ranks: Vec<i64> = news.iter().map(|one| rank(one.status)).collect();
    let sets: Vec<[&dyn Stored; 6]> = news
        .iter()
        .zip(&ranks)
        .map(|(one, rank)| {
            let set: [&dyn Stored; 6] = [
                &account,
                &one.number,
                &one.provider_id,
                &one.status,
                rank,
                &one.error,
            ];
            set
        })
        .collect();
    Ok(tx
        .each(&ADVANCE, &slices(&sets))
        .await?
        .into_iter()
        .map(|rows| rows.into_iter().next())
        .collect())
}

sql!(ADOPT -> Message = concat!("UPDATE messages SET whatsapp_message_id = $4,
        status = CASE WHEN status_rank < $6 THEN $5 ELSE status END,
        error = CASE WHEN status_rank < $6 THEN $7 ELSE error END,
        status_rank = CASE WHEN status_rank < $6 THEN $6 ELSE status_rank END
    WHERE account_id = $1 AND id = $2 AND number_id = $3 AND direction = 'outbound' AND whatsapp_message_id IS NULL
    RETURNING ", columns!()));

/// The provider's id of our message becomes known: from the answer to the call, or from a status that carries our
/// own id. None if it has one already.
pub async fn adopt(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    news: &Advance,
) -> Result<Option<Message>> {
    let rank = rank(news.status);
    let params: [&dyn Stored; 7] = [
        &account,
        &id,
        &news.number,
        &news.provider_id,
        &news.status,
        &rank,
        &news.error,
    ];
    tx.first(&ADOPT, &params).await
}

sql!(SETTLE -> Message = concat!("UPDATE messages SET status = $3, status_rank = $4, error = $5
    WHERE account_id = $1 AND id = $2 AND direction = 'outbound' AND status_rank < $4 RETURNING ", columns!()));

/// Moves a message up the lattice, found by our id. None if it is already as far.
pub async fn settle(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    status: MessageStatus,
    error: Option<&Json<Failure>>,
) -> Result<Option<Message>> {
    let rank = rank(status);
    let error = error.cloned();
    tx.first(&SETTLE, &[&account, &id, &status, &rank, &error]).await
}

sql!(DID_NOT_LEAVE -> Message = concat!("UPDATE messages SET status = 'failed', status_rank = $3, error = $4
    WHERE account_id = $1 AND id = $2 AND status = 'unknown' RETURNING ", columns!()));

/// What was in doubt certainly did not leave. None if there is news of it since.
pub async fn did_not_leave(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    error: &Json<Failure>,
) -> Result<Option<Message>> {
    let rank = rank(MessageStatus::Failed);
    tx.first(&DID_NOT_LEAVE, &[&account, &id, &rank, error]).await
}

sql!(REQUEUE -> Message = concat!("UPDATE messages SET status = 'queued', status_rank = $3, error = NULL,
        whatsapp_message_id = NULL
    WHERE account_id = $1 AND id = $2 AND direction = 'outbound' AND status = 'failed' AND deleted_at IS NULL
    RETURNING ", columns!()));

/// A person asked to send a failed message again. None unless it is a failed one.
pub async fn requeue(tx: &mut Tx, account: AccountId, id: MessageId) -> Result<Option<Message>> {
    let rank = rank(MessageStatus::Queued);
    tx.first(&REQUEUE, &[&account, &id, &rank]).await
}

sql!(SEED -> Message = concat!("UPDATE messages SET status = $3, status_rank = $4, whatsapp_message_id = $5, error = $6,
        sent_at = created_at
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// For seeding a past: a reply as far as it came.
pub async fn seed(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    status: MessageStatus,
    provider_id: &str,
    error: Option<&Json<Failure>>,
) -> Result<Option<Message>> {
    let error = error.cloned();
    tx.first(
        &SEED,
        &[&account, &id, &status, &rank(status), &provider_id, &error],
    )
    .await
}

sql!(BY_PROVIDER -> Message = concat!("SELECT ", columns!(), " FROM messages
    WHERE account_id = $1 AND number_id = $2 AND whatsapp_message_id = $3"));

/// The message a provider calls `provider_id`.
pub async fn by_provider(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    provider_id: &str,
) -> Result<Option<Message>> {
    tx.first(&BY_PROVIDER, &[&account, &number, &provider_id]).await
}

sql!(LAST_INBOUND -> (Option<String>,) = "SELECT whatsapp_message_id FROM messages
    WHERE account_id = $1 AND conversation_id = $2 AND direction = 'inbound' AND sender_type = 'customer'
    AND (created_at, id) < ($3, $4) ORDER BY created_at DESC, id DESC LIMIT 1");

/// The provider's id of what the customer wrote last.
pub async fn last_inbound(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
) -> Result<Option<String>> {
    let rows = tx
        .first(
            &LAST_INBOUND,
            &[&account, &conversation, &Time::MAX, &MessageId::MAX],
        )
        .await?;
    Ok(rows.and_then(|(id,)| id))
}

sql!(SET_MEDIA -> Message = concat!("UPDATE messages SET media = $3 WHERE account_id = $1 AND id = $2
    AND deleted_at IS NULL RETURNING ", columns!()));

/// Shows the file as it is now.
pub async fn set_media(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    media: &Json<Media>,
) -> Result<Option<Message>> {
    tx.first(&SET_MEDIA, &[&account, &id, media]).await
}

sql!(LOCK -> (MessageId,) = "UPDATE messages SET reactions = reactions WHERE account_id = $1 AND id = $2 RETURNING id");

/// Keeps others from changing this message until the transaction ends.
pub async fn lock(tx: &mut Tx, account: AccountId, id: MessageId) -> Result<bool> {
    Ok(tx.first(&LOCK, &[&account, &id]).await?.is_some())
}

sql!(SET_REACTIONS -> Message = concat!("UPDATE messages SET reactions = $3 WHERE account_id = $1 AND id = $2
    AND deleted_at IS NULL RETURNING ", columns!()));

pub async fn set_reactions(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    reactions: Vec<Reaction>,
) -> Result<Option<Message>> {
    tx.first(&SET_REACTIONS, &[&account, &id, &Json(reactions)]).await
}

sql!(EDIT -> Message = concat!("UPDATE messages SET content_text = $4, content = $5, edited_at = $6
    WHERE account_id = $1 AND id = $2 AND content_type = $3 AND deleted_at IS NULL
    AND (edited_at IS NULL OR edited_at <= $6) RETURNING ", columns!()));

/// Its author changed it. None if it is of another kind, was taken back, or was changed later already.
pub async fn edit(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    content_type: ContentType,
    text: Option<&str>,
    details: Option<&Json<Details>>,
    at: Time,
) -> Result<Option<Message>> {
    let details = details.cloned();
    tx.first(&EDIT, &[&account, &id, &content_type, &text, &details, &at])
        .await
}

sql!(DELETE -> Message = concat!("UPDATE messages SET content_text = NULL, content = NULL, media = NULL,
        media_url = NULL, content_raw = NULL, interactive_reply_id = NULL, reactions = NULL, deleted_at = $3,
        deleted_by = $4
    WHERE account_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING ", columns!()));

/// What it held goes; that it was there stays. None if it is deleted already.
pub async fn delete(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    by: DeletedBy,
    at: Time,
) -> Result<Option<Message>> {
    tx.first(&DELETE, &[&account, &id, &at, &by]).await
}

sql!(BECOME_CARDS -> Message = concat!("UPDATE messages SET content_type = 'contacts', content_text = $3, content = $4,
        media = NULL, media_url = NULL
    WHERE account_id = $1 AND id = $2 AND content_type = 'document' AND deleted_at IS NULL RETURNING ", columns!()));

/// The file it carried held contact cards, which are shown in its place. None if it is no file any more.
pub async fn become_cards(
    tx: &mut Tx,
    account: AccountId,
    id: MessageId,
    text: Option<&str>,
    details: &Json<Details>,
) -> Result<Option<Message>> {
    tx.first(&BECOME_CARDS, &[&account, &id, &text, details]).await
}

/// The place of a status in the lattice of `MessageStatus::merge`, as a number a statement can compare.
fn rank(status: MessageStatus) -> i64 {
    status as i64
}
