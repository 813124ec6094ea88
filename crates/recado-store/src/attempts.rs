//! Tries of handing a message to its provider: marked before the call, settled after it.

use recado_db::{Result, Tx, record, sql};
use recado_model::failure::Failure;
use recado_model::{
    AccountId, AttemptId, ContactId, ContentType, ConversationId, Json, MessageId, NumberId, Time, words,
};

words! {
    pub enum AttemptState {
        /// The call is under way, or the process died in it.
        Started = "started",
        Accepted = "accepted",
        /// The provider certainly did not take it.
        Failed = "failed",
        /// Whether the provider took it is not known.
        Unknown = "unknown",
    }
}

record! {
    pub struct Attempt {
        pub id: AttemptId,
        pub state: AttemptState,
    }
}

sql!(LATEST -> Attempt = "SELECT id, state FROM attempts WHERE account_id = $1 AND message_id = $2
    ORDER BY id DESC LIMIT 1");

pub async fn latest(tx: &mut Tx, account: AccountId, message: MessageId) -> Result<Option<Attempt>> {
    tx.first(&LATEST, &[&account, &message]).await
}

sql!(START -> () = "INSERT INTO attempts (account_id, id, message_id, state, started_at)
    VALUES ($1, $2, $3, 'started', $4)");

pub async fn start(
    tx: &mut Tx,
    account: AccountId,
    id: AttemptId,
    message: MessageId,
    now: Time,
) -> Result<()> {
    tx.run(&START, &[&account, &id, &message, &now]).await?;
    Ok(())
}

sql!(#[scan = "looks at all messages of an account, once after a backup was put back"]
    WAITING -> (MessageId,) = "SELECT m.id FROM messages m WHERE m.account_id = $1 AND m.status = 'queued'
    AND NOT EXISTS (SELECT 1 FROM attempts a
        WHERE a.account_id = m.account_id AND a.message_id = m.id AND a.state = 'started') ORDER BY m.id");

/// Messages that wait to be handed over and are not being handed over.
pub async fn waiting(tx: &mut Tx, account: AccountId) -> Result<Vec<MessageId>> {
    let rows = tx.all(&WAITING, &[&account]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

sql!(SETTLE -> () = "UPDATE attempts SET state = $3, provider_id = $4, error = $5, settled_at = $6
    WHERE account_id = $1 AND id = $2");

pub async fn settle(
    tx: &mut Tx,
    account: AccountId,
    id: AttemptId,
    state: AttemptState,
    provider_id: Option<&str>,
    error: Option<&Failure>,
    now: Time,
) -> Result<()> {
    let error = error.cloned().map(Json);
    tx.run(&SETTLE, &[&account, &id, &state, &provider_id, &error, &now])
        .await?;
    Ok(())
}

sql!(LATEST_OF -> (MessageId,) = "SELECT message_id FROM attempts a WHERE account_id = $1 AND id = $2
    AND NOT EXISTS (SELECT 1 FROM attempts b
        WHERE b.account_id = a.account_id AND b.message_id = a.message_id AND b.id > a.id)");

/// The message of an attempt, if it is that message's latest one.
pub async fn latest_of(tx: &mut Tx, account: AccountId, id: AttemptId) -> Result<Option<MessageId>> {
    Ok(tx
        .first(&LATEST_OF, &[&account, &id])
        .await?
        .map(|(message,)| message))
}

record! {
    /// A message that may have left, and the attempt that is in doubt.
    pub struct InDoubt {
        pub message: MessageId,
        pub conversation: ConversationId,
        pub contact: ContactId,
        pub content_type: ContentType,
        pub text: Option<String>,
        pub has_file: bool,
        pub attempt: AttemptId,
        pub started_at: Time,
    }
}

sql!(IN_DOUBT -> InDoubt = "SELECT m.id AS message, m.conversation_id AS conversation, c.contact_id AS contact,
        m.content_type, m.content_text AS text, CASE WHEN m.media IS NULL THEN FALSE ELSE TRUE END AS has_file,
        a.id AS attempt, a.started_at
    FROM messages m
    JOIN conversations c ON c.account_id = m.account_id AND c.id = m.conversation_id
    JOIN attempts a ON a.account_id = m.account_id AND a.message_id = m.id
    WHERE m.account_id = $1 AND m.number_id = $2 AND m.status = 'unknown' AND a.state = 'unknown'
    AND a.settled_at <= $3 AND NOT EXISTS (SELECT 1 FROM attempts b
        WHERE b.account_id = a.account_id AND b.message_id = a.message_id AND b.id > a.id)
    ORDER BY m.id LIMIT $4");

/// Messages of a number of which it was not known by `before` whether they left, oldest first.
pub async fn in_doubt(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    before: Time,
    limit: i64,
) -> Result<Vec<InDoubt>> {
    tx.all(&IN_DOUBT, &[&account, &number, &before, &limit]).await
}
