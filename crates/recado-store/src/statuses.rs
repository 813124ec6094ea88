//! Statuses of messages we do not know yet, parked until we do.

use recado_db::{Result, Tx, record, sql};
use recado_model::failure::Failure;
use recado_model::{AccountId, Json, MessageStatus, NumberId, Time};

use crate::messages::Advance;

record! {
    struct Parked {
        status: MessageStatus,
        error: Option<Json<Failure>>,
    }
}

sql!(PARK -> () = "INSERT INTO parked_statuses (account_id, number_id, whatsapp_message_id, status, error, at, parked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");

pub async fn park(
    tx: &mut Tx,
    account: AccountId,
    news: &Advance,
    at: Option<Time>,
    now: Time,
) -> Result<()> {
    tx.run(
        &PARK,
        &[
            &account,
            &news.number,
            &news.provider_id,
            &news.status,
            &news.error,
            &at,
            &now,
        ],
    )
    .await?;
    Ok(())
}

sql!(UNPARK -> Parked = "DELETE FROM parked_statuses
    WHERE account_id = $1 AND number_id = $2 AND whatsapp_message_id = $3 RETURNING status, error");

/// Takes out what was parked for a message whose provider's id is now known.
pub async fn unpark(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    provider_id: &str,
) -> Result<Vec<Advance>> {
    let rows = tx.all(&UNPARK, &[&account, &number, &provider_id]).await?;
    Ok(rows
        .into_iter()
        .map(|row| Advance {
            number,
            provider_id: provider_id.to_owned(),
            status: row.status,
            error: row.error,
        })
        .collect())
}
