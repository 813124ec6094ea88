//! The second step of signing in: the secret that a person's app shares with us, and codes for who has lost it.

use recado_db::{Result, Tx, record, sql};
use recado_model::{Stored, Time, UserId};

use crate::slices;

record! {
    pub struct TwoFactor {
        /// Sealed.
        pub secret: Vec<u8>,
        /// None until the first code has shown that the app has the secret.
        pub confirmed_at: Option<Time>,
        /// The step of the last code that was taken.
        pub last_step: i64,
        /// Wrong codes since the last right one.
        pub failures: i64,
        pub locked_until: Time,
    }
}

sql!(GET -> TwoFactor = "SELECT secret, confirmed_at, last_step, failures, locked_until FROM two_factor
    WHERE user_id = $1");

pub async fn get(tx: &mut Tx, user: UserId) -> Result<Option<TwoFactor>> {
    tx.first(&GET, &[&user]).await
}

sql!(START -> () = "INSERT INTO two_factor (user_id, secret, confirmed_at, last_step, failures, locked_until,
        created_at)
    VALUES ($1, $2, NULL, 0, 0, 0, $3)
    ON CONFLICT (user_id) DO UPDATE SET secret = $2, last_step = 0, failures = 0, locked_until = 0, created_at = $3
    WHERE two_factor.confirmed_at IS NULL");

/// A new secret in place of one that was not confirmed. False if one was.
pub async fn start(tx: &mut Tx, user: UserId, secret: &[u8], now: Time) -> Result<bool> {
    Ok(tx.run(&START, &[&user, &secret.to_vec(), &now]).await? == 1)
}

sql!(CONFIRM -> () = "UPDATE two_factor SET confirmed_at = $2 WHERE user_id = $1 AND confirmed_at IS NULL");

/// False if it was confirmed before.
pub async fn confirm(tx: &mut Tx, user: UserId, now: Time) -> Result<bool> {
    Ok(tx.run(&CONFIRM, &[&user, &now]).await? == 1)
}

sql!(TAKE_STEP -> () = "UPDATE two_factor SET last_step = $2, failures = 0, locked_until = 0
    WHERE user_id = $1 AND last_step < $2");

/// The code of this step was right. False if it, or one after it, was taken before.
pub async fn take_step(tx: &mut Tx, user: UserId, step: i64) -> Result<bool> {
    Ok(tx.run(&TAKE_STEP, &[&user, &step]).await? == 1)
}

sql!(FAILED -> (i64,) = "UPDATE two_factor SET failures = failures + 1 WHERE user_id = $1 RETURNING failures");

/// A code was wrong: how many now since the last right one.
pub async fn failed(tx: &mut Tx, user: UserId) -> Result<i64> {
    let (failures,) = tx.one(&FAILED, &[&user]).await?;
    Ok(failures)
}

sql!(LOCK_UNTIL -> () = "UPDATE two_factor SET failures = 0, locked_until = $2 WHERE user_id = $1");

/// No code is looked at before `until`.
pub async fn lock_until(tx: &mut Tx, user: UserId, until: Time) -> Result<()> {
    tx.run(&LOCK_UNTIL, &[&user, &until]).await?;
    Ok(())
}

sql!(REMOVE -> () = "DELETE FROM two_factor WHERE user_id = $1");
sql!(REMOVE_CODES -> () = "DELETE FROM recovery_codes WHERE user_id = $1");

/// False if there was none.
pub async fn remove(tx: &mut Tx, user: UserId) -> Result<bool> {
    tx.run(&REMOVE_CODES, &[&user]).await?;
    Ok(tx.run(&REMOVE, &[&user]).await? == 1)
}

sql!(ADD_CODE -> () = "INSERT INTO recovery_codes (user_id, code_hash, used_at) VALUES ($1, $2, NULL)");

/// These codes in place of those there were.
pub async fn set_codes(tx: &mut Tx, user: UserId, hashes: &[Vec<u8>]) -> Result<()> {
    tx.run(&REMOVE_CODES, &[&user]).await?;
    let sets: Vec<[&dyn Stored; 2]> = hashes.iter().map(|hash| [&user as &dyn Stored, hash]).collect();
    tx.run_each(&ADD_CODE, &slices(&sets)).await?;
    Ok(())
}

sql!(USE_CODE -> () = "UPDATE recovery_codes SET used_at = $3
    WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL");

/// Uses a code up. False if there is none such, or it was used.
pub async fn use_code(tx: &mut Tx, user: UserId, hash: &[u8], now: Time) -> Result<bool> {
    Ok(tx.run(&USE_CODE, &[&user, &hash.to_vec(), &now]).await? == 1)
}

sql!(CODES_LEFT -> (i64,) = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND used_at IS NULL");

pub async fn codes_left(tx: &mut Tx, user: UserId) -> Result<i64> {
    let (left,) = tx.one(&CODES_LEFT, &[&user]).await?;
    Ok(left)
}
