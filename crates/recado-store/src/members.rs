//! Members: users with a role in an account.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, Availability, AvatarId, MemberId, Role, Time, UserId};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Member {
        /// What `assigned_agent_id` and `sender_id` mean elsewhere.
        pub id: MemberId,
        #[serde(skip)]
        pub user_id: UserId,
        pub name: String,
        pub email: String,
        /// Where their picture is, below this server's address.
        #[serde(rename = "avatar_url", serialize_with = "avatar_url")]
        #[schema(required, value_type = Option<String>)]
        pub avatar_id: Option<AvatarId>,
        pub role: Role,
        /// Whether they may be in charge of a number.
        pub whatsapp_enabled: bool,
        /// Whether they say they are there; who really is, the live socket tells.
        pub availability: Availability,
        pub is_demo: bool,
        pub created_at: Time,
    }
}

record! {
    /// Where a user may go after signing in.
    pub struct Membership {
        pub account_id: AccountId,
        pub id: MemberId,
        pub role: Role,
    }
}

#[derive(Clone, Copy, Debug)]
pub struct NewMember {
    pub id: MemberId,
    pub user: UserId,
    pub role: Role,
    pub is_demo: bool,
}

sql!(INSERT -> () = "INSERT INTO members (account_id, id, user_id, role, is_demo, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)");

/// A conflict with `members.account_id, members.user_id` if the user is in the account already.
pub async fn insert(tx: &mut Tx, account: AccountId, member: &NewMember, now: Time) -> Result<()> {
    let NewMember {
        id,
        user,
        role,
        is_demo,
    } = member;
    tx.run(&INSERT, &[&account, id, user, role, is_demo, &now])
        .await?;
    Ok(())
}

sql!(LIST -> Member = "SELECT m.id, m.user_id, u.name, u.email, u.avatar_id, m.role, m.whatsapp_enabled,
        m.availability, m.is_demo, m.created_at
    FROM members m JOIN users u ON u.id = m.user_id WHERE m.account_id = $1 ORDER BY m.id");

/// All of an account, in the order they joined.
pub async fn list(tx: &mut Tx, account: AccountId) -> Result<Vec<Member>> {
    tx.all(&LIST, &[&account]).await
}

sql!(GET -> Member = "SELECT m.id, m.user_id, u.name, u.email, u.avatar_id, m.role, m.whatsapp_enabled,
        m.availability, m.is_demo, m.created_at
    FROM members m JOIN users u ON u.id = m.user_id WHERE m.account_id = $1 AND m.id = $2");

pub async fn get(tx: &mut Tx, account: AccountId, id: MemberId) -> Result<Option<Member>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(NEWEST_OF_USER -> Membership = "SELECT account_id, id, role FROM members
    WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1");

/// The account a user joined last.
pub async fn newest_of_user(tx: &mut Tx, user: UserId) -> Result<Option<Membership>> {
    tx.first(&NEWEST_OF_USER, &[&user]).await
}

sql!(OF_USER -> Membership = "SELECT account_id, id, role FROM members WHERE user_id = $1 ORDER BY account_id");

/// All memberships of a user. In the order of the accounts, so that whoever writes to all their journals does so in
/// the same order.
pub async fn of_user(tx: &mut Tx, user: UserId) -> Result<Vec<Membership>> {
    tx.all(&OF_USER, &[&user]).await
}

sql!(HAS_AVATAR -> (MemberId,) = "SELECT m.id FROM members m JOIN users u ON u.id = m.user_id
    WHERE m.account_id = $1 AND u.avatar_id = $2");

/// Whether this is the picture of somebody in the account.
pub async fn has_avatar(tx: &mut Tx, account: AccountId, avatar: AvatarId) -> Result<bool> {
    Ok(tx.first(&HAS_AVATAR, &[&account, &avatar]).await?.is_some())
}

sql!(OTHER_OWNERS -> (i64,) = "SELECT COUNT(*) FROM members WHERE account_id = $1 AND role = $2 AND id <> $3");

/// Owners of the account beside `id`.
pub async fn other_owners(tx: &mut Tx, account: AccountId, id: MemberId) -> Result<i64> {
    let (count,) = tx.one(&OTHER_OWNERS, &[&account, &Role::Owner, &id]).await?;
    Ok(count)
}

sql!(SET_ROLE -> () = "UPDATE members SET role = $3 WHERE account_id = $1 AND id = $2");

pub async fn set_role(tx: &mut Tx, account: AccountId, id: MemberId, role: Role) -> Result<()> {
    tx.run(&SET_ROLE, &[&account, &id, &role]).await?;
    Ok(())
}

sql!(SET_WHATSAPP -> () = "UPDATE members SET whatsapp_enabled = $3 WHERE account_id = $1 AND id = $2");

pub async fn set_whatsapp(tx: &mut Tx, account: AccountId, id: MemberId, enabled: bool) -> Result<()> {
    tx.run(&SET_WHATSAPP, &[&account, &id, &enabled]).await?;
    Ok(())
}

sql!(SET_AVAILABILITY -> () = "UPDATE members SET availability = $3 WHERE account_id = $1 AND id = $2");

pub async fn set_availability(
    tx: &mut Tx,
    account: AccountId,
    id: MemberId,
    availability: Availability,
) -> Result<()> {
    tx.run(&SET_AVAILABILITY, &[&account, &id, &availability]).await?;
    Ok(())
}

sql!(REMOVE -> () = "DELETE FROM members WHERE account_id = $1 AND id = $2");

pub async fn remove(tx: &mut Tx, account: AccountId, id: MemberId) -> Result<()> {
    tx.run(&REMOVE, &[&account, &id]).await?;
    Ok(())
}

/// The address of a picture, which changes when the picture does.
pub fn avatar_url<S: serde::Serializer>(
    id: &Option<AvatarId>,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    match id {
        Some(id) => serializer.collect_str(&format_args!("/api/v1/avatars/{id}")),
        None => serializer.serialize_none(),
    }
}
