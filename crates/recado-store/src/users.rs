//! People who sign in. They belong to no account; members do.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AvatarId, Language, Time, UserId};

use crate::two_factor;

record! {
    pub struct User {
        pub id: UserId,
        /// Lower case.
        pub email: String,
        pub name: String,
        pub password_hash: String,
    }
}

record! {
    /// What a person has set for themselves.
    pub struct Profile {
        pub name: String,
        pub email: String,
        /// None: as the browser says.
        pub language: Option<Language>,
        pub time_zone: Option<String>,
        pub avatar_id: Option<AvatarId>,
        /// Whether they sign in with a code as well.
        pub two_factor: bool,
    }
}

sql!(INSERT -> () = "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)");

/// A conflict with `users.email` if somebody has it.
pub async fn insert(tx: &mut Tx, user: &User, now: Time) -> Result<()> {
    tx.run(
        &INSERT,
        &[&user.id, &user.email, &user.name, &user.password_hash, &now],
    )
    .await?;
    Ok(())
}

sql!(BY_EMAIL -> User = "SELECT id, email, name, password_hash FROM users WHERE email = $1");

pub async fn by_email(tx: &mut Tx, email: &str) -> Result<Option<User>> {
    tx.first(&BY_EMAIL, &[&email]).await
}

sql!(GET -> User = "SELECT id, email, name, password_hash FROM users WHERE id = $1");

pub async fn get(tx: &mut Tx, id: UserId) -> Result<Option<User>> {
    tx.first(&GET, &[&id]).await
}

sql!(PROFILE -> Profile = "SELECT u.name, u.email, u.language, u.time_zone, u.avatar_id,
        f.confirmed_at IS NOT NULL AS two_factor
    FROM users u LEFT JOIN two_factor f ON f.user_id = u.id WHERE u.id = $1");

pub async fn profile(tx: &mut Tx, id: UserId) -> Result<Option<Profile>> {
    tx.first(&PROFILE, &[&id]).await
}

sql!(SET_PROFILE -> () = "UPDATE users SET name = $2, language = $3, time_zone = $4 WHERE id = $1");

pub async fn set_profile(
    tx: &mut Tx,
    id: UserId,
    name: &str,
    language: Option<Language>,
    time_zone: Option<&str>,
) -> Result<()> {
    let time_zone = time_zone.map(str::to_owned);
    tx.run(&SET_PROFILE, &[&id, &name, &language, &time_zone]).await?;
    Ok(())
}

sql!(SET_AVATAR -> () = "UPDATE users SET avatar_id = $2 WHERE id = $1");

pub async fn set_avatar(tx: &mut Tx, id: UserId, avatar: Option<AvatarId>) -> Result<()> {
    tx.run(&SET_AVATAR, &[&id, &avatar]).await?;
    Ok(())
}

sql!(SET_PASSWORD_HASH -> () = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3");

/// Changes nothing if the hash is no longer `old`: false.
pub async fn set_password_hash(tx: &mut Tx, id: UserId, new: &str, old: &str) -> Result<bool> {
    Ok(tx.run(&SET_PASSWORD_HASH, &[&id, &new, &old]).await? == 1)
}

sql!(LOCK -> () = "UPDATE users SET name = name WHERE id = $1");

/// Makes others who lock the same user wait until this transaction ends. False if the user is gone.
pub async fn lock(tx: &mut Tx, id: UserId) -> Result<bool> {
    Ok(tx.run(&LOCK, &[&id]).await? == 1)
}

sql!(REMOVE_IF_NO_MEMBER -> () = "DELETE FROM users
    WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = $1)");

/// Forgets a person who is in no account any more, and frees their email. The caller has locked the user.
/// Whether they were.
pub async fn remove_if_no_member(tx: &mut Tx, id: UserId) -> Result<bool> {
    let removed = tx.run(&REMOVE_IF_NO_MEMBER, &[&id]).await? == 1;
    if removed {
        two_factor::remove(tx, id).await?;
    }
    Ok(removed)
}
