//! Who takes no promotions.

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, ContactId, Time};

// Two choices in the same second count in the order they are told: Meta's times know nothing finer.
sql!(CHOOSE -> (ContactId,) = "UPDATE contacts SET marketing_opt_out_at = $3, marketing_choice_at = $4, updated_at = $5
    WHERE account_id = $1 AND id = $2 AND (marketing_choice_at IS NULL OR marketing_choice_at < $4
        OR (marketing_choice_at = $4 AND (marketing_opt_out_at IS NULL) <> $6)) RETURNING id");

/// Keeps what a contact chose at `at`. False if they chose the other way since, or this is what they chose before.
pub async fn choose(
    tx: &mut Tx,
    account: AccountId,
    contact: ContactId,
    stops: bool,
    at: Time,
    now: Time,
) -> Result<bool> {
    let since = stops.then_some(at);
    let resumes = !stops;
    let changed = tx
        .first(&CHOOSE, &[&account, &contact, &since, &at, &now, &resumes])
        .await?;
    Ok(changed.is_some())
}

sql!(OPTED_OUT_AT -> (Option<Time>,) = "SELECT marketing_opt_out_at FROM contacts WHERE account_id = $1 AND id = $2");

/// Since when a contact takes no promotions; none if they take some.
pub async fn opted_out_at(tx: &mut Tx, account: AccountId, contact: ContactId) -> Result<Option<Time>> {
    let found = tx.first(&OPTED_OUT_AT, &[&account, &contact]).await?;
    Ok(found.and_then(|(at,)| at))
}
