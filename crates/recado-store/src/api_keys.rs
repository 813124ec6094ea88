//! API keys: what programs come in by. Found by their public part, known by the hash of their secret.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, ApiKeyId, MemberId, Permissions, Time};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct ApiKey {
        pub id: ApiKeyId,
        pub name: String,
        /// The part of the key that may be shown, to tell keys apart.
        pub key_prefix: String,
        pub scopes: Permissions,
        pub created_at: Time,
        /// Null: never.
        #[schema(required)]
        pub expires_at: Option<Time>,
        /// To the minute.
        #[schema(required)]
        pub last_used_at: Option<Time>,
        #[schema(required)]
        pub revoked_at: Option<Time>,
        /// Requests a minute; null: as many as any key.
        #[schema(required)]
        pub rate_limit: Option<i64>,
    }
}

record! {
    /// What a key must stand up to.
    pub struct Credentials {
        pub account_id: AccountId,
        pub id: ApiKeyId,
        pub secret_hash: Vec<u8>,
        pub scopes: Permissions,
        pub expires_at: Option<Time>,
        pub last_used_at: Option<Time>,
        pub revoked_at: Option<Time>,
        pub rate_limit: Option<i64>,
    }
}

/// The hidden side of a new key.
#[derive(Debug)]
pub struct NewSecret<'a> {
    pub public_id: &'a str,
    pub secret_hash: Vec<u8>,
    pub created_by: Option<MemberId>,
}

sql!(INSERT -> () = "INSERT INTO api_keys (account_id, id, name, key_prefix, public_id, secret_hash, scopes,
        created_by, created_at, expires_at, last_used_at, revoked_at, rate_limit)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL, $11)");

pub async fn insert(tx: &mut Tx, account: AccountId, key: &ApiKey, secret: &NewSecret<'_>) -> Result<()> {
    let ApiKey {
        id,
        name,
        key_prefix,
        scopes,
        created_at,
        expires_at,
        rate_limit,
        ..
    } = key;
    let NewSecret {
        public_id,
        secret_hash,
        created_by,
    } = secret;
    tx.run(
        &INSERT,
        &[
            &account,
            id,
            name,
            key_prefix,
            public_id,
            secret_hash,
            scopes,
            created_by,
            created_at,
            expires_at,
            rate_limit,
        ],
    )
    .await?;
    Ok(())
}

sql!(LIST -> ApiKey = "SELECT id, name, key_prefix, scopes, created_at, expires_at, last_used_at, revoked_at,
        rate_limit
    FROM api_keys WHERE account_id = $1 ORDER BY id DESC LIMIT $2");

/// Newest first, revoked ones too.
pub async fn list(tx: &mut Tx, account: AccountId, limit: i64) -> Result<Vec<ApiKey>> {
    tx.all(&LIST, &[&account, &limit]).await
}

sql!(GET -> ApiKey = "SELECT id, name, key_prefix, scopes, created_at, expires_at, last_used_at, revoked_at,
        rate_limit
    FROM api_keys WHERE account_id = $1 AND id = $2");

pub async fn get(tx: &mut Tx, account: AccountId, id: ApiKeyId) -> Result<Option<ApiKey>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(CHANGE -> () = "UPDATE api_keys SET name = $3, rate_limit = $4 WHERE account_id = $1 AND id = $2");

/// Its name and its limit, as they are to be.
pub async fn change(
    tx: &mut Tx,
    account: AccountId,
    id: ApiKeyId,
    name: &str,
    rate_limit: Option<i64>,
) -> Result<()> {
    tx.run(&CHANGE, &[&account, &id, &name, &rate_limit]).await?;
    Ok(())
}

sql!(REVOKE -> () = "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, $3) WHERE account_id = $1 AND id = $2");

/// Keeps the time of the first revocation. False if there is no such key.
pub async fn revoke(tx: &mut Tx, account: AccountId, id: ApiKeyId, now: Time) -> Result<bool> {
    Ok(tx.run(&REVOKE, &[&account, &id, &now]).await? == 1)
}

sql!(BY_PUBLIC_ID -> Credentials = "SELECT account_id, id, secret_hash, scopes, expires_at, last_used_at, revoked_at,
        rate_limit
    FROM api_keys WHERE public_id = $1");

pub async fn by_public_id(tx: &mut Tx, public_id: &str) -> Result<Option<Credentials>> {
    tx.first(&BY_PUBLIC_ID, &[&public_id]).await
}

sql!(TOUCH -> () = "UPDATE api_keys SET last_used_at = $3 WHERE account_id = $1 AND id = $2");

pub async fn touch(tx: &mut Tx, account: AccountId, id: ApiKeyId, now: Time) -> Result<()> {
    tx.run(&TOUCH, &[&account, &id, &now]).await?;
    Ok(())
}
