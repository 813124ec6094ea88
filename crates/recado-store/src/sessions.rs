//! Sessions of members, found by the hash of the token in a browser's cookie.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, MemberId, Role, SessionId, Time, UserId};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    /// A session as its member sees it.
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Session {
        pub id: SessionId,
        /// The one that asks.
        pub current: bool,
        #[schema(required)]
        pub user_agent: Option<String>,
        /// Where it was last seen.
        pub ip: String,
        pub created_at: Time,
        pub last_seen_at: Time,
        pub expires_at: Time,
    }
}

record! {
    /// What a token stands for, with the member's role as it is now.
    pub struct Held {
        pub account_id: AccountId,
        pub id: SessionId,
        pub member_id: MemberId,
        pub user_id: UserId,
        pub role: Role,
        pub rotated_at: Time,
        pub rotation_seen: bool,
        pub last_seen_at: Time,
        pub expires_at: Time,
    }
}

#[derive(Debug)]
pub struct NewSession<'a> {
    pub id: SessionId,
    pub member: MemberId,
    pub user: UserId,
    pub token_hash: Vec<u8>,
    pub user_agent: Option<&'a str>,
    pub ip: &'a str,
    pub now: Time,
    pub expires_at: Time,
}

/// A sign of life: when, until when the session holds now, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub at: Time,
    pub expires_at: Time,
    pub user_agent: Option<&'a str>,
    pub ip: &'a str,
}

sql!(INSERT -> () = "INSERT INTO sessions (account_id, id, member_id, user_id, token_hash, previous_token_hash,
        rotated_at, rotation_seen, user_agent, ip, created_at, last_seen_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, NULL, $8, TRUE, $6, $7, $8, $8, $9)");

pub async fn insert(tx: &mut Tx, account: AccountId, session: &NewSession<'_>) -> Result<()> {
    let NewSession {
        id,
        member,
        user,
        token_hash,
        user_agent,
        ip,
        now,
        expires_at,
    } = session;
    tx.run(
        &INSERT,
        &[
            &account, id, member, user, token_hash, user_agent, ip, now, expires_at,
        ],
    )
    .await?;
    Ok(())
}

sql!(BY_TOKEN -> Held = "SELECT s.account_id, s.id, s.member_id, s.user_id, m.role, s.rotated_at,
        s.rotation_seen, s.last_seen_at, s.expires_at
    FROM sessions s JOIN members m ON m.account_id = s.account_id AND m.id = s.member_id
    WHERE s.token_hash = $1");

pub async fn by_token(tx: &mut Tx, hash: &[u8]) -> Result<Option<Held>> {
    tx.first(&BY_TOKEN, &[&hash.to_vec()]).await
}

sql!(BY_PREVIOUS_TOKEN -> Held = "SELECT s.account_id, s.id, s.member_id, s.user_id, m.role, s.rotated_at,
        s.rotation_seen, s.last_seen_at, s.expires_at
    FROM sessions s JOIN members m ON m.account_id = s.account_id AND m.id = s.member_id
    WHERE s.previous_token_hash = $1");

/// By the token that the last rotation replaced.
pub async fn by_previous_token(tx: &mut Tx, hash: &[u8]) -> Result<Option<Held>> {
    tx.first(&BY_PREVIOUS_TOKEN, &[&hash.to_vec()]).await
}

sql!(GET -> Held = "SELECT s.account_id, s.id, s.member_id, s.user_id, m.role, s.rotated_at,
        s.rotation_seen, s.last_seen_at, s.expires_at
    FROM sessions s JOIN members m ON m.account_id = s.account_id AND m.id = s.member_id
    WHERE s.account_id = $1 AND s.id = $2");

pub async fn get(tx: &mut Tx, account: AccountId, id: SessionId) -> Result<Option<Held>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(TOUCH -> () = "UPDATE sessions SET rotation_seen = TRUE, last_seen_at = $3, expires_at = $4,
        user_agent = $5, ip = $6
    WHERE account_id = $1 AND id = $2");

/// The newest token was used.
pub async fn touch(tx: &mut Tx, account: AccountId, id: SessionId, seen: Seen<'_>) -> Result<()> {
    let Seen {
        at,
        expires_at,
        user_agent,
        ip,
    } = &seen;
    tx.run(&TOUCH, &[&account, &id, at, expires_at, user_agent, ip])
        .await?;
    Ok(())
}

sql!(ROTATE -> () = "UPDATE sessions SET token_hash = $4, previous_token_hash = $5, rotated_at = $6,
        rotation_seen = FALSE, last_seen_at = $6, expires_at = $7, user_agent = $8, ip = $9
    WHERE account_id = $1 AND id = $2 AND rotated_at = $3");

/// Gives the session a new token in place of the one it was asked with, unless another request was faster: false.
pub async fn rotate(tx: &mut Tx, held: &Held, new: &[u8], old: &[u8], seen: Seen<'_>) -> Result<bool> {
    let Seen {
        at,
        expires_at,
        user_agent,
        ip,
    } = &seen;
    let (new, old) = (new.to_vec(), old.to_vec());
    let Held {
        account_id,
        id,
        rotated_at,
        ..
    } = held;
    let changed = tx
        .run(
            &ROTATE,
            &[
                account_id, id, rotated_at, &new, &old, at, expires_at, user_agent, ip,
            ],
        )
        .await?;
    Ok(changed == 1)
}

sql!(AGE_OF_MEMBER -> () = "UPDATE sessions SET rotated_at = $3 WHERE account_id = $1 AND member_id = $2");

/// Makes the member's sessions due for rotation at their next request.
pub async fn make_due(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<()> {
    tx.run(&AGE_OF_MEMBER, &[&account, &member, &Time::MIN]).await?;
    Ok(())
}

sql!(LIST -> Session = "SELECT id, id = $3 AS current, user_agent, ip, created_at, last_seen_at, expires_at
    FROM sessions WHERE account_id = $1 AND member_id = $2 AND expires_at > $4 ORDER BY id DESC");

/// The member's sessions that hold at `now`, newest first; `current` marks the one that asks.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    current: SessionId,
    now: Time,
) -> Result<Vec<Session>> {
    tx.all(&LIST, &[&account, &member, &current, &now]).await
}

sql!(END -> () = "DELETE FROM sessions WHERE account_id = $1 AND id = $2 AND member_id = $3");

/// False if the member has no such session.
pub async fn end(tx: &mut Tx, account: AccountId, member: MemberId, id: SessionId) -> Result<bool> {
    Ok(tx.run(&END, &[&account, &id, &member]).await? == 1)
}

sql!(END_OTHERS -> (SessionId,) = "DELETE FROM sessions WHERE account_id = $1 AND member_id = $2 AND id <> $3
    RETURNING id");

/// Ends all sessions of the member but `kept`, and says which.
pub async fn end_others(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    kept: SessionId,
) -> Result<Vec<SessionId>> {
    let ended = tx.all(&END_OTHERS, &[&account, &member, &kept]).await?;
    Ok(ended.into_iter().map(|(id,)| id).collect())
}

sql!(END_OTHERS_OF_USER -> (AccountId, MemberId, SessionId) = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2
    RETURNING account_id, member_id, id");

/// Ends all sessions of the person but `kept`, in all accounts, and says which.
pub async fn end_others_of_user(
    tx: &mut Tx,
    user: UserId,
    kept: SessionId,
) -> Result<Vec<(AccountId, MemberId, SessionId)>> {
    tx.all(&END_OTHERS_OF_USER, &[&user, &kept]).await
}

/// Ends all sessions of the member, and says which.
pub async fn end_all(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Vec<SessionId>> {
    end_others(tx, account, member, SessionId::MIN).await
}

sql!(FORGET_EXPIRED -> () = "DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2");

/// A user's sessions that nobody came back to, in all accounts.
pub async fn forget_expired(tx: &mut Tx, user: UserId, now: Time) -> Result<()> {
    tx.run(&FORGET_EXPIRED, &[&user, &now]).await?;
    Ok(())
}
