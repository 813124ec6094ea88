//! What an admin changes about numbers, and what follows for numbers when members or credentials go.

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, MemberId, NumberId, NumberStatus};

use super::Number;

sql!(CHANGE -> Number = concat!("UPDATE numbers SET label = $3, assigned_member_id = $4, status = $5
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn change(
    tx: &mut Tx,
    account: AccountId,
    id: NumberId,
    label: &str,
    assigned: Option<MemberId>,
    status: NumberStatus,
) -> Result<Option<Number>> {
    tx.first(&CHANGE, &[&account, &id, &label, &assigned, &status])
        .await
}

sql!(SET_DEFAULT -> Number = concat!("UPDATE numbers SET is_default = CASE WHEN id = $2 THEN TRUE ELSE FALSE END
    WHERE account_id = $1 AND is_default <> CASE WHEN id = $2 THEN TRUE ELSE FALSE END RETURNING ", columns!()));

/// Makes one number the default; all numbers that this changed.
pub async fn set_default(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Vec<Number>> {
    tx.all(&SET_DEFAULT, &[&account, &id]).await
}

sql!(RESEAL_TOKEN -> () = "UPDATE numbers SET access_token = $3 WHERE account_id = $1 AND id = $2");

pub async fn reseal_token(tx: &mut Tx, account: AccountId, id: NumberId, sealed: &Vec<u8>) -> Result<()> {
    tx.run(&RESEAL_TOKEN, &[&account, &id, sealed]).await?;
    Ok(())
}

sql!(MENDED -> Number = concat!("UPDATE numbers SET last_error = NULL
    WHERE account_id = $1 AND id = $2 AND last_error IS NOT NULL RETURNING ", columns!()));

/// What went wrong last is over.
pub async fn mended(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Number>> {
    tx.first(&MENDED, &[&account, &id]).await
}

sql!(REMOVE -> Number = concat!("UPDATE numbers SET status = 'deleted', is_default = FALSE, access_token = NULL
    WHERE account_id = $1 AND id = $2 AND status <> 'deleted' RETURNING ", columns!()));

/// The row stays, for the conversations that were held from it; its token goes.
pub async fn remove(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Number>> {
    tx.first(&REMOVE, &[&account, &id]).await
}

sql!(SWITCH_OFF_OF -> Number = concat!("UPDATE numbers SET status = 'inactive'
    WHERE account_id = $1 AND assigned_member_id = $2 AND status = 'connected' RETURNING ", columns!()));

/// Numbers of a member who can no longer be in charge of any.
pub async fn switch_off_of(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Vec<Number>> {
    tx.all(&SWITCH_OFF_OF, &[&account, &member]).await
}

sql!(UNASSIGN -> Number = concat!("UPDATE numbers SET assigned_member_id = NULL,
        status = CASE WHEN status = 'connected' THEN 'inactive' ELSE status END
    WHERE account_id = $1 AND assigned_member_id = $2 RETURNING ", columns!()));

/// Numbers of a member who goes.
pub async fn unassign(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Vec<Number>> {
    tx.all(&UNASSIGN, &[&account, &member]).await
}

sql!(SWITCH_OFF_AT_TWILIO -> Number = concat!("UPDATE numbers SET status = 'inactive'
    WHERE account_id = $1 AND kind = 'twilio' AND status = 'connected' AND COALESCE(business_id, '') <> $2
    RETURNING ", columns!()));

/// Numbers at Twilio whose credentials went: all but those of the account `kept`.
pub async fn switch_off_at_twilio(tx: &mut Tx, account: AccountId, kept: &str) -> Result<Vec<Number>> {
    tx.all(&SWITCH_OFF_AT_TWILIO, &[&account, &kept]).await
}
