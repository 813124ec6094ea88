//! Twilio's credentials, kept once for all numbers of theirs, and how far those numbers have been asked for.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, NumberId, Time, TwilioAccountId};

record! {
    /// The token is sealed.
    pub struct TwilioAccount {
        pub id: TwilioAccountId,
        pub account_sid: String,
        pub auth_token: Vec<u8>,
        pub base_url: Option<String>,
    }
}

sql!(TWILIO -> TwilioAccount = "SELECT id, account_sid, auth_token, base_url FROM twilio_accounts
    WHERE account_id = $1");

/// The account's credentials at Twilio, if it has any.
pub async fn twilio(tx: &mut Tx, account: AccountId) -> Result<Option<TwilioAccount>> {
    tx.first(&TWILIO, &[&account]).await
}

sql!(SET_TWILIO -> () = "INSERT INTO twilio_accounts (account_id, id, account_sid, auth_token, base_url, created_at,
        updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6)
    ON CONFLICT (account_id) DO UPDATE SET account_sid = excluded.account_sid, auth_token = excluded.auth_token,
        base_url = excluded.base_url, updated_at = excluded.updated_at");

/// Keeps credentials; `id` is that of those that are there, or a new one: the token is sealed for it.
pub async fn set_twilio(tx: &mut Tx, account: AccountId, new: &TwilioAccount, now: Time) -> Result<()> {
    tx.run(
        &SET_TWILIO,
        &[
            &account,
            &new.id,
            &new.account_sid,
            &new.auth_token,
            &new.base_url,
            &now,
        ],
    )
    .await?;
    Ok(())
}

sql!(FORGET_TWILIO -> () = "DELETE FROM twilio_accounts WHERE account_id = $1");

/// Whether there were any.
pub async fn forget_twilio(tx: &mut Tx, account: AccountId) -> Result<bool> {
    Ok(tx.run(&FORGET_TWILIO, &[&account]).await? > 0)
}

sql!(AT_TWILIO -> (AccountId, NumberId) = "SELECT account_id, id FROM numbers
    WHERE id > $1 AND twilio_account_id IS NOT NULL AND status <> 'deleted' ORDER BY id LIMIT $2");

/// Numbers at Twilio after `id`, of all accounts: each is to be asked for on its own account's behalf.
pub async fn at_twilio(tx: &mut Tx, id: NumberId, limit: i64) -> Result<Vec<(AccountId, NumberId)>> {
    tx.all(&AT_TWILIO, &[&id, &limit]).await
}

sql!(RECONCILED -> (Option<Time>, Time) = "SELECT reconciled_at, connected_at FROM numbers
    WHERE account_id = $1 AND id = $2");

/// Until when all that customers sent to a number is here: until it was connected, if nobody has asked since.
pub async fn reconciled(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Time>> {
    let found = tx.first(&RECONCILED, &[&account, &id]).await?;
    Ok(found.map(|(reconciled, connected)| reconciled.unwrap_or(connected)))
}

sql!(SET_RECONCILED -> () = "UPDATE numbers SET reconciled_at = $3 WHERE account_id = $1 AND id = $2");

pub async fn set_reconciled(tx: &mut Tx, account: AccountId, id: NumberId, until: Time) -> Result<()> {
    tx.run(&SET_RECONCILED, &[&account, &id, &until]).await?;
    Ok(())
}
