//! Taking a conversation away with everything that was in it, in steps that each stay small.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, ConversationId, Json, Media, MessageId, Stored};

use crate::slices;

record! {
    /// A message that goes, and the file it carries.
    pub struct Leftover {
        pub id: MessageId,
        pub media: Option<Json<Media>>,
    }
}

sql!(CONVERSATION -> (ConversationId,) = "DELETE FROM conversations WHERE account_id = $1 AND id = $2 RETURNING id");

sql!(MERGED -> () = "DELETE FROM merged_conversations WHERE account_id = $1 AND into_id = $2");

/// The conversation itself: from now on nobody finds it, nor is led to it. False if it is gone already.
pub async fn conversation(tx: &mut Tx, account: AccountId, id: ConversationId) -> Result<bool> {
    tx.run(&MERGED, &[&account, &id]).await?;
    Ok(tx.first(&CONVERSATION, &[&account, &id]).await?.is_some())
}

sql!(NEXT -> Leftover = "SELECT id, media FROM messages WHERE account_id = $1 AND conversation_id = $2
    ORDER BY created_at, id LIMIT $3");

/// Up to `limit` of its messages.
pub async fn next(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    limit: i64,
) -> Result<Vec<Leftover>> {
    tx.all(&NEXT, &[&account, &conversation, &limit]).await
}

sql!(ATTEMPTS -> () = "DELETE FROM attempts WHERE account_id = $1 AND message_id = $2");
sql!(REACTIONS -> () = "DELETE FROM reactions WHERE account_id = $1 AND message_id = $2");
sql!(MESSAGE -> () = "DELETE FROM messages WHERE account_id = $1 AND id = $2");

/// Messages, with what was tried to send them and what they were answered with.
pub async fn messages(tx: &mut Tx, account: AccountId, ids: &[MessageId]) -> Result<()> {
    let sets: Vec<[&dyn Stored; 2]> = ids.iter().map(|id| [&account as &dyn Stored, id]).collect();
    tx.run_each(&ATTEMPTS, &slices(&sets)).await?;
    tx.run_each(&REACTIONS, &slices(&sets)).await?;
    tx.run_each(&MESSAGE, &slices(&sets)).await?;
    Ok(())
}

/// What a message was answered with.
pub async fn reactions(tx: &mut Tx, account: AccountId, id: MessageId) -> Result<()> {
    tx.run(&REACTIONS, &[&account, &id]).await?;
    Ok(())
}

sql!(NOTES -> () = "DELETE FROM notes WHERE account_id = $1 AND conversation_id = $2");
sql!(ACTIVITIES -> () = "DELETE FROM activities WHERE account_id = $1 AND conversation_id = $2");

/// What stood in the thread beside its messages. Notes about the contact stay.
pub async fn timeline(tx: &mut Tx, account: AccountId, conversation: ConversationId) -> Result<()> {
    tx.run(&NOTES, &[&account, &conversation]).await?;
    tx.run(&ACTIVITIES, &[&account, &conversation]).await?;
    Ok(())
}
