//! Texts that the team keeps to send them again.

use recado_db::{Result, Tx, record, sql};
use recado_model::text::fold;
use recado_model::{AccountId, CannedReplyId, MemberId, Stored, Time};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(Serialize, ToSchema)]
    pub struct CannedReply {
        pub id: CannedReplyId,
        /// What is typed after `/` to find it.
        pub shortcut: String,
        /// May hold `{{contact.name}}` and `{{member.name}}`, which apps fill in.
        pub text: String,
        /// The member who wrote it; null if an API key did.
        #[schema(required)]
        pub created_by: Option<MemberId>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

sql!(ALL -> CannedReply = "SELECT id, shortcut, text, created_by, created_at, updated_at FROM canned_replies
    WHERE account_id = $1 ORDER BY folded, id");

/// All of the account, by shortcut.
pub async fn all(tx: &mut Tx, account: AccountId) -> Result<Vec<CannedReply>> {
    tx.all(&ALL, &[&account]).await
}

sql!(GET -> CannedReply = "SELECT id, shortcut, text, created_by, created_at, updated_at FROM canned_replies
    WHERE account_id = $1 AND id = $2");

pub async fn get(tx: &mut Tx, account: AccountId, id: CannedReplyId) -> Result<Option<CannedReply>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(COUNT -> (i64,) = "SELECT count(*) FROM canned_replies WHERE account_id = $1");

pub async fn count(tx: &mut Tx, account: AccountId) -> Result<i64> {
    Ok(tx.one(&COUNT, &[&account]).await?.0)
}

sql!(INSERT -> (CannedReplyId,) = "INSERT INTO canned_replies (account_id, id, shortcut, folded, text, created_by,
        created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (account_id, folded) DO NOTHING RETURNING id");

/// False if another one has this shortcut.
pub async fn insert(tx: &mut Tx, account: AccountId, reply: &CannedReply) -> Result<bool> {
    let folded = fold(&reply.shortcut);
    let params: [&dyn Stored; 7] = [
        &account,
        &reply.id,
        &reply.shortcut,
        &folded,
        &reply.text,
        &reply.created_by,
        &reply.created_at,
    ];
    Ok(tx.first(&INSERT, &params).await?.is_some())
}

sql!(CHANGE -> CannedReply = "UPDATE canned_replies SET shortcut = $3, folded = $4, text = $5, updated_at = $6
    WHERE account_id = $1 AND id = $2
    RETURNING id, shortcut, text, created_by, created_at, updated_at");

/// # Errors
/// `Conflict` if another one has this shortcut.
pub async fn change(
    tx: &mut Tx,
    account: AccountId,
    id: CannedReplyId,
    shortcut: &str,
    text: &str,
    now: Time,
) -> Result<Option<CannedReply>> {
    let folded = fold(shortcut);
    tx.first(&CHANGE, &[&account, &id, &shortcut, &folded, &text, &now])
        .await
}

sql!(REMOVE -> CannedReply = "DELETE FROM canned_replies WHERE account_id = $1 AND id = $2
    RETURNING id, shortcut, text, created_by, created_at, updated_at");

pub async fn remove(tx: &mut Tx, account: AccountId, id: CannedReplyId) -> Result<Option<CannedReply>> {
    tx.first(&REMOVE, &[&account, &id]).await
}
