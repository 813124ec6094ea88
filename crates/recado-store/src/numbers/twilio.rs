//! Twilio's credentials, kept once for all numbers of theirs.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, Time, TwilioAccountId};

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
