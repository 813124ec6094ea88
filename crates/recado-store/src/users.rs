//! People who sign in. They belong to no account; members do.

use recado_db::{Result, Tx, record, sql};
use recado_model::{Time, UserId};

record! {
    pub struct User {
        pub id: UserId,
        /// Lower case.
        pub email: String,
        pub name: String,
        pub password_hash: String,
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

sql!(SET_PASSWORD_HASH -> () = "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash = $3");

/// Changes nothing if the hash is no longer `old`.
pub async fn set_password_hash(tx: &mut Tx, id: UserId, new: &str, old: &str) -> Result<()> {
    tx.run(&SET_PASSWORD_HASH, &[&id, &new, &old]).await?;
    Ok(())
}

sql!(LOCK -> () = "UPDATE users SET name = name WHERE id = $1");

/// Makes others who lock the same user wait until this transaction ends. False if the user is gone.
pub async fn lock(tx: &mut Tx, id: UserId) -> Result<bool> {
    Ok(tx.run(&LOCK, &[&id]).await? == 1)
}

sql!(REMOVE_IF_NO_MEMBER -> () = "DELETE FROM users
    WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = $1)");

/// Forgets a person who is in no account any more, and frees their email. The caller has locked the user.
pub async fn remove_if_no_member(tx: &mut Tx, id: UserId) -> Result<()> {
    tx.run(&REMOVE_IF_NO_MEMBER, &[&id]).await?;
    Ok(())
}
