//! Twilio's ids of the buttons and lists of free messages, by a name that is the same for the same words.

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, Time};

sql!(GET -> (String,) = "SELECT sid FROM session_contents
    WHERE account_id = $1 AND business_id = $2 AND name = $3");

pub async fn get(tx: &mut Tx, account: AccountId, business: &str, name: &str) -> Result<Option<String>> {
    Ok(tx
        .first(&GET, &[&account, &business, &name])
        .await?
        .map(|(sid,)| sid))
}

sql!(SET -> () = "INSERT INTO session_contents (account_id, business_id, name, sid, created_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, business_id, name) DO UPDATE SET sid = excluded.sid, created_at = excluded.created_at");

pub async fn set(
    tx: &mut Tx,
    account: AccountId,
    business: &str,
    name: &str,
    sid: &str,
    now: Time,
) -> Result<()> {
    tx.run(&SET, &[&account, &business, &name, &sid, &now]).await?;
    Ok(())
}

sql!(FORGET -> () = "DELETE FROM session_contents WHERE account_id = $1 AND business_id = $2 AND sid = $3");

/// Twilio has it no longer.
pub async fn forget(tx: &mut Tx, account: AccountId, business: &str, sid: &str) -> Result<()> {
    tx.run(&FORGET, &[&account, &business, &sid]).await?;
    Ok(())
}
