//! Reading messages from a point on: towards the newest, and one by one.

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, ConversationId, Cursor, MessageId, Stored};

use super::{GET, Message};
use crate::slices;

sql!(NEWER -> Message = concat!("SELECT ", columns!(), " FROM messages
    WHERE account_id = $1 AND conversation_id = $2 AND (created_at, id) > ($3, $4)
    ORDER BY created_at, id LIMIT $5"));

/// Up to `limit` messages of a conversation before `cursor`, those next to it first.
pub async fn newer(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Message>> {
    tx.all(&NEWER, &[&account, &conversation, &cursor.at, &cursor.id, &limit])
        .await
}

/// Several messages, in the order asked; those that do not exist are left out.
pub async fn get_each(tx: &mut Tx, account: AccountId, ids: &[MessageId]) -> Result<Vec<Message>> {
    let sets: Vec<[&dyn Stored; 2]> = ids.iter().map(|id| [&account as &dyn Stored, id]).collect();
    Ok(tx
        .each(&GET, &slices(&sets))
        .await?
        .into_iter()
        .flatten()
        .collect())
}
