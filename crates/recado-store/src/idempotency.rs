//! Idempotency keys: what was asked for under each, and what was answered.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, Time};
use uuid::Uuid;

record! {
    /// A key that was used.
    pub struct Used {
        pub request_hash: Vec<u8>,
        /// Null while the request is being carried out, or if it was cut off; 0 when it failed with nobody able to say
        /// what it had done.
        pub status: Option<i64>,
        pub content_type: Option<String>,
        pub body: Option<Vec<u8>>,
        pub created_at: Time,
    }
}

/// An answer as it is kept.
#[derive(Debug)]
pub struct Answer<'a> {
    pub status: i64,
    pub content_type: Option<&'a str>,
    /// Sealed.
    pub body: &'a [u8],
}

sql!(CLAIM -> () = "INSERT INTO idempotency_keys (account_id, id, request_hash, created_at)
    VALUES ($1, $2, $3, $4)
    ON CONFLICT (account_id, id) DO UPDATE SET request_hash = excluded.request_hash, status = NULL,
        content_type = NULL, body = NULL, created_at = excluded.created_at
    WHERE idempotency_keys.created_at < $5");

/// Takes a key for a request, if it was not used since `expired`. False if it was.
pub async fn claim(
    tx: &mut Tx,
    account: AccountId,
    id: Uuid,
    request_hash: &[u8],
    now: Time,
    expired: Time,
) -> Result<bool> {
    let request_hash = request_hash.to_vec();
    Ok(tx
        .run(&CLAIM, &[&account, &id, &request_hash, &now, &expired])
        .await?
        == 1)
}

sql!(GET -> Used = "SELECT request_hash, status, content_type, body, created_at FROM idempotency_keys
    WHERE account_id = $1 AND id = $2 AND created_at >= $3");

/// What a key was used for since `expired`.
pub async fn get(tx: &mut Tx, account: AccountId, id: Uuid, expired: Time) -> Result<Option<Used>> {
    tx.first(&GET, &[&account, &id, &expired]).await
}

sql!(KEEP -> () = "UPDATE idempotency_keys SET status = $4, content_type = $5, body = $6
    WHERE account_id = $1 AND id = $2 AND request_hash = $3 AND status IS NULL");

/// Keeps the answer of a request that has the key. False if one was kept already.
pub async fn keep(
    tx: &mut Tx,
    account: AccountId,
    id: Uuid,
    request_hash: &[u8],
    answer: &Answer<'_>,
) -> Result<bool> {
    let (request_hash, body) = (request_hash.to_vec(), answer.body.to_vec());
    let content_type = answer.content_type.map(str::to_owned);
    let changed = tx
        .run(
            &KEEP,
            &[&account, &id, &request_hash, &answer.status, &content_type, &body],
        )
        .await?;
    Ok(changed == 1)
}

sql!(RELEASE -> () = "DELETE FROM idempotency_keys
    WHERE account_id = $1 AND id = $2 AND request_hash = $3 AND status IS NULL");

/// Gives a key back that its request has done nothing with.
pub async fn release(tx: &mut Tx, account: AccountId, id: Uuid, request_hash: &[u8]) -> Result<()> {
    let request_hash = request_hash.to_vec();
    tx.run(&RELEASE, &[&account, &id, &request_hash]).await?;
    Ok(())
}

sql!(DOUBT -> () = "UPDATE idempotency_keys SET status = 0
    WHERE account_id = $1 AND id = $2 AND request_hash = $3 AND status IS NULL");

/// Keeps a key from being used again: what its request has done is not known.
pub async fn doubt(tx: &mut Tx, account: AccountId, id: Uuid, request_hash: &[u8]) -> Result<()> {
    let request_hash = request_hash.to_vec();
    tx.run(&DOUBT, &[&account, &id, &request_hash]).await?;
    Ok(())
}

sql!(FORGET -> () = "DELETE FROM idempotency_keys WHERE account_id = $1 AND id IN (SELECT id FROM idempotency_keys
    WHERE account_id = $1 AND created_at < $2 ORDER BY created_at LIMIT $3)");

/// Forgets up to `limit` from before a time, the oldest first; how many.
pub async fn forget(tx: &mut Tx, account: AccountId, before: Time, limit: i64) -> Result<i64> {
    let gone = tx.run(&FORGET, &[&account, &before, &limit]).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}
