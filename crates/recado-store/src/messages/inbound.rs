//! Keeping what providers tell: many messages at once, each once.

use std::collections::HashSet;

use recado_db::{Engine, Result, Tx, sql};
use recado_model::{
    AccountId, ContentType, ConversationId, Details, Direction, Json, Media, MessageId, MessageStatus,
    NumberId, SenderType, Stored, Time,
};

use super::{Message, rank};
use crate::slices;

/// A message a provider told, ready to be kept: a customer's, or one that the business wrote on its phone.
#[derive(Clone, Debug)]
pub struct NewInbound {
    pub account: AccountId,
    pub id: MessageId,
    pub conversation: ConversationId,
    pub number: NumberId,
    pub sender_type: SenderType,
    pub content_type: ContentType,
    pub text: Option<String>,
    pub details: Option<Json<Details>>,
    pub media: Option<Json<Media>>,
    pub media_url: Option<String>,
    pub raw: Option<String>,
    pub provider_id: String,
    pub reply_to: Option<MessageId>,
    pub interactive_reply_id: Option<String>,
    pub is_echo: bool,
    pub sent_at: Option<Time>,
    pub created_at: Time,
}

impl NewInbound {
    fn direction(&self) -> Direction {
        if self.is_echo {
            Direction::Outbound
        } else {
            Direction::Inbound
        }
    }

    fn status(&self) -> MessageStatus {
        if self.is_echo {
            MessageStatus::Sent
        } else {
            MessageStatus::Received
        }
    }

    /// The row as it is once it is kept.
    fn message(&self) -> Message {
        Message {
            id: self.id,
            conversation_id: self.conversation,
            direction: self.direction(),
            sender_type: self.sender_type,
            sender_id: None,
            content_type: self.content_type,
            content_text: self.text.clone(),
            content: self.details.clone(),
            media: self.media.clone(),
            media_url: self.media_url.clone(),
            template_name: None,
            whatsapp_message_id: Some(self.provider_id.clone()),
            status: self.status(),
            error: None,
            reply_to_message_id: self.reply_to,
            interactive_reply_id: self.interactive_reply_id.clone(),
            reactions: Json::default(),
            is_echo: self.is_echo,
            edited_at: None,
            deleted_at: None,
            deleted_by: None,
            idempotency_key: None,
            sent_at: self.sent_at,
            created_at: self.created_at,
        }
    }
}

macro_rules! insert_inbound {
    () => {
        "INSERT INTO messages (account_id, id, conversation_id, number_id, direction,
        sender_type, content_type, content_text, content, media, media_url, content_raw, whatsapp_message_id, status,
        status_rank, reply_to_message_id, interactive_reply_id, is_echo, sent_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
    ON CONFLICT (account_id, number_id, whatsapp_message_id) DO NOTHING"
    };
}

// One statement for all on PostgreSQL, which says what it added. On SQLite each says how many: what is returned would
// go through a table of its own.
sql!(INSERT_INBOUND -> (MessageId,) = concat!(insert_inbound!(), " RETURNING id"));
sql!(INSERT_ONE_INBOUND -> () = insert_inbound!());

/// Keeps messages; none in the place of each that is already there, which stays as it is.
pub async fn insert_inbound(tx: &mut Tx, new: &[NewInbound]) -> Result<Vec<Option<Message>>> {
    let derived: Vec<(Direction, MessageStatus, i64)> = new
        .iter()
        .map(|one| (one.direction(), one.status(), rank(one.status())))
        .collect();
    let sets: Vec<[&dyn Stored; 20]> = new
        .iter()
        .zip(&derived)
        .map(|(one, (direction, status, rank))| {
            let set: [&dyn Stored; 20] = [
                &one.account,
                &one.id,
                &one.conversation,
                &one.number,
                direction,
                &one.sender_type,
                &one.content_type,
                &one.text,
                &one.details,
                &one.media,
                &one.media_url,
                &one.raw,
                &one.provider_id,
                status,
                rank,
                &one.reply_to,
                &one.interactive_reply_id,
                &one.is_echo,
                &one.sent_at,
                &one.created_at,
            ];
            set
        })
        .collect();
    let added: HashSet<MessageId> = match tx.engine() {
        Engine::Postgres => {
            let rows = tx.insert_each(&INSERT_INBOUND, &slices(&sets)).await?;
            rows.into_iter().map(|(id,)| id).collect()
        }
        Engine::Sqlite => {
            let changed = tx.run_each(&INSERT_ONE_INBOUND, &slices(&sets)).await?;
            let ids = new.iter().map(|one| one.id).zip(changed);
            ids.filter(|(_, rows)| *rows > 0).map(|(id, _)| id).collect()
        }
    };
    Ok(new
        .iter()
        .map(|one| added.contains(&one.id).then(|| one.message()))
        .collect())
}

sql!(KNOWN -> (MessageId,) = "SELECT id FROM messages
    WHERE account_id = $1 AND number_id = $2 AND whatsapp_message_id = $3");

/// Which of these provider's messages we have, in the order asked.
pub async fn known(
    tx: &mut Tx,
    account: AccountId,
    ids: &[(NumberId, &str)],
) -> Result<Vec<Option<MessageId>>> {
    let sets: Vec<[&dyn Stored; 3]> = ids
        .iter()
        .map(|(number, id)| [&account as &dyn Stored, number, id])
        .collect();
    let rows = tx.each(&KNOWN, &slices(&sets)).await?;
    Ok(rows
        .into_iter()
        .map(|rows| rows.first().map(|(id,)| *id))
        .collect())
}
