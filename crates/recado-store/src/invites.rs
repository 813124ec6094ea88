//! Invites: a link that makes whoever opens it a member.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, InviteId, MemberId, Role, Time};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Invite {
        pub id: InviteId,
        pub role: Role,
        /// The only address that may accept; null: whoever has the link.
        #[schema(required)]
        pub email: Option<String>,
        pub expires_at: Time,
        pub created_at: Time,
    }
}

record! {
    /// What an invite's link shows before it is accepted.
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct InvitePreview {
        pub account_name: String,
        pub role: Role,
        #[schema(required)]
        pub email: Option<String>,
        /// Null if the inviting member has left, or an API key invited.
        #[schema(required)]
        pub invited_by: Option<String>,
    }
}

record! {
    pub struct Accepted {
        pub account_id: AccountId,
        pub role: Role,
        pub email: Option<String>,
    }
}

sql!(INSERT -> () = "INSERT INTO invites (account_id, id, token_hash, email, role, created_by, created_at, expires_at,
        accepted_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)");

pub async fn insert(
    tx: &mut Tx,
    account: AccountId,
    invite: &Invite,
    token_hash: Vec<u8>,
    created_by: Option<MemberId>,
) -> Result<()> {
    let Invite {
        id,
        role,
        email,
        expires_at,
        created_at,
    } = invite;
    tx.run(
        &INSERT,
        &[
            &account,
            id,
            &token_hash,
            email,
            role,
            &created_by,
            created_at,
            expires_at,
        ],
    )
    .await?;
    Ok(())
}

sql!(LIST -> Invite = "SELECT id, role, email, expires_at, created_at FROM invites
    WHERE account_id = $1 AND accepted_at IS NULL AND expires_at > $2 ORDER BY id DESC LIMIT $3");

/// Those that can still be accepted, newest first.
pub async fn list(tx: &mut Tx, account: AccountId, now: Time, limit: i64) -> Result<Vec<Invite>> {
    tx.all(&LIST, &[&account, &now, &limit]).await
}

sql!(REVOKE -> () = "DELETE FROM invites WHERE account_id = $1 AND id = $2 AND accepted_at IS NULL");

/// False if there is no such open invite.
pub async fn revoke(tx: &mut Tx, account: AccountId, id: InviteId) -> Result<bool> {
    Ok(tx.run(&REVOKE, &[&account, &id]).await? == 1)
}

sql!(PREVIEW -> InvitePreview = "SELECT a.name AS account_name, i.role, i.email, u.name AS invited_by
    FROM invites i JOIN accounts a ON a.id = i.account_id
        LEFT JOIN members m ON m.account_id = i.account_id AND m.id = i.created_by
        LEFT JOIN users u ON u.id = m.user_id
    WHERE i.token_hash = $1 AND i.accepted_at IS NULL AND i.expires_at > $2");

pub async fn preview(tx: &mut Tx, token_hash: &[u8], now: Time) -> Result<Option<InvitePreview>> {
    tx.first(&PREVIEW, &[&token_hash.to_vec(), &now]).await
}

sql!(ACCEPT -> Accepted = "UPDATE invites SET accepted_at = $2
    WHERE token_hash = $1 AND accepted_at IS NULL AND expires_at > $2
    RETURNING account_id, role, email");

/// Uses the invite up. None if it was used, has expired or never was.
pub async fn accept(tx: &mut Tx, token_hash: &[u8], now: Time) -> Result<Option<Accepted>> {
    tx.first(&ACCEPT, &[&token_hash.to_vec(), &now]).await
}
