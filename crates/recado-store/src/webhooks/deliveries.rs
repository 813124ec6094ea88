//! What was told to whom, and what came of it.

use recado_db::{Result, Tx, record, sql};
use recado_model::{
    AccountId, Cursor, DeliveryState, Stored, Time, WebhookDeliveryId, WebhookEvent, WebhookId,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::slices;

record! {
    /// One event on its way to one endpoint.
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Delivery {
        pub id: WebhookDeliveryId,
        pub webhook_id: WebhookId,
        /// `id` of the body and the header `webhook-id`: the same for every try and every endpoint.
        pub event_id: Uuid,
        pub event: WebhookEvent,
        pub state: DeliveryState,
        /// How often it was tried.
        pub attempts: i64,
        /// Since somebody asked for it again.
        #[serde(skip)]
        pub tries: i64,
        #[serde(skip)]
        pub asked_at: Time,
        #[serde(skip)]
        pub lane: String,
        /// When it is tried again; null if it is not.
        #[schema(required)]
        pub next_try_at: Option<Time>,
        #[schema(required)]
        pub last_try_at: Option<Time>,
        /// How long the last try took.
        #[schema(required)]
        pub duration_ms: Option<i64>,
        /// What the last try was answered; null if there was no answer.
        #[schema(required)]
        pub response_status: Option<i64>,
        /// The first bytes of the answer.
        #[schema(required)]
        pub response_body: Option<String>,
        /// Why the last try did not reach the endpoint, as a sentence.
        #[schema(required)]
        pub error: Option<String>,
        pub created_at: Time,
    }
}

/// A delivery before its first try.
#[derive(Debug)]
pub struct NewDelivery {
    pub id: WebhookDeliveryId,
    pub webhook: WebhookId,
    pub event_id: Uuid,
    pub event: WebhookEvent,
    pub lane: String,
    pub body: String,
}

/// What came of a try.
#[derive(Clone, Debug, Default)]
pub struct Tried {
    pub status: Option<i64>,
    pub body: Option<String>,
    pub error: Option<String>,
    pub took: i64,
}

macro_rules! columns {
    () => {
        "id, webhook_id, event_id, event, state, attempts, tries, asked_at, lane, next_try_at, last_try_at,
        duration_ms, response_status, response_body, error, created_at"
    };
}

sql!(INSERT -> () = "INSERT INTO webhook_deliveries (account_id, id, webhook_id, event_id, event, lane, body, state,
        attempts, tries, asked_at, next_try_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, 0, $8, $8, $8)");

pub async fn insert_each(tx: &mut Tx, account: AccountId, new: &[NewDelivery], now: Time) -> Result<()> {
    let sets: Vec<[&dyn Stored; 8]> = new
        .iter()
        .map(|one| -> [&dyn Stored; 8] {
            [
                &account,
                &one.id,
                &one.webhook,
                &one.event_id,
                &one.event,
                &one.lane,
                &one.body,
                &now,
            ]
        })
        .collect();
    tx.run_each(&INSERT, &slices(&sets)).await?;
    Ok(())
}

sql!(GET -> Delivery = concat!("SELECT ", columns!(), " FROM webhook_deliveries WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: WebhookDeliveryId) -> Result<Option<Delivery>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(BODY -> (String,) = "SELECT body FROM webhook_deliveries WHERE account_id = $1 AND id = $2");

/// What is sent, to the letter.
pub async fn body(tx: &mut Tx, account: AccountId, id: WebhookDeliveryId) -> Result<Option<String>> {
    Ok(tx.first(&BODY, &[&account, &id]).await?.map(|(body,)| body))
}

macro_rules! list {
    ($name:ident, $drive:literal) => {
        sql!($name -> Delivery = concat!("SELECT ", columns!(), " FROM webhook_deliveries
            WHERE account_id = $1 AND webhook_id = $2 AND (created_at, id) < ($3, $4) ", $drive,
            " ORDER BY created_at DESC, id DESC LIMIT $5"));
    };
}

list!(LIST, "");
list!(LIST_OF_STATE, "AND state = $6");

/// Up to `limit` of an endpoint after `cursor`, newest first.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let mut params: Vec<&dyn Stored> = vec![&account, &webhook, &cursor.at, &cursor.id, &limit];
    match &state {
        None => tx.all(&LIST, &params).await,
        Some(state) => {
            params.push(state);
            tx.all(&LIST_OF_STATE, &params).await
        }
    }
}

sql!(TRIED -> Delivery = concat!("UPDATE webhook_deliveries SET state = $3, attempts = attempts + 1, tries = tries + 1,
        next_try_at = $4, last_try_at = $5, duration_ms = $6, response_status = $7, response_body = $8, error = $9
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Notes what came of a try, and when the next one is.
pub async fn tried(
    tx: &mut Tx,
    account: AccountId,
    id: WebhookDeliveryId,
    state: DeliveryState,
    next: Option<Time>,
    tried: &Tried,
    now: Time,
) -> Result<Option<Delivery>> {
    let params: [&dyn Stored; 9] = [
        &account,
        &id,
        &state,
        &next,
        &now,
        &tried.took,
        &tried.status,
        &tried.body,
        &tried.error,
    ];
    tx.first(&TRIED, &params).await
}

sql!(CANCEL -> () = "UPDATE webhook_deliveries SET state = 'cancelled', next_try_at = NULL
    WHERE account_id = $1 AND id = $2 AND state = 'pending'");

pub async fn cancel(tx: &mut Tx, account: AccountId, id: WebhookDeliveryId) -> Result<()> {
    tx.run(&CANCEL, &[&account, &id]).await?;
    Ok(())
}

sql!(AGAIN -> Delivery = concat!("UPDATE webhook_deliveries SET state = 'pending', tries = 0, asked_at = $3,
        next_try_at = $3
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Somebody asks for it again, from now on.
pub async fn again(
    tx: &mut Tx,
    account: AccountId,
    id: WebhookDeliveryId,
    now: Time,
) -> Result<Option<Delivery>> {
    tx.first(&AGAIN, &[&account, &id, &now]).await
}

sql!(FORGET -> () = "DELETE FROM webhook_deliveries WHERE account_id = $1 AND id IN (
    SELECT d.id FROM webhook_deliveries d WHERE d.account_id = $1 AND d.created_at < $2 LIMIT $3)");

/// Forgets up to `limit` from before a time; how many.
pub async fn forget(tx: &mut Tx, account: AccountId, before: Time, limit: i64) -> Result<i64> {
    let gone = tx.run(&FORGET, &[&account, &before, &limit]).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}
