//! Tries of handing a message to its provider: marked before the call, settled after it.

use recado_db::{Result, Tx, record, sql};
use recado_model::failure::Failure;
use recado_model::{AccountId, AttemptId, Json, MessageId, Time, words};

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
