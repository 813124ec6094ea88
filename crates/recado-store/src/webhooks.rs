//! Outgoing webhooks: the endpoints, and how far the journal has been read for them.

pub mod deliveries;

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, DisabledReason, EventFilter, Stored, Time, WebhookId};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    /// An endpoint that is told of events.
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Webhook {
        pub id: WebhookId,
        pub url: String,
        /// What it is for.
        #[schema(required)]
        pub description: Option<String>,
        /// What it is told of; `["*"]`: everything.
        pub events: EventFilter,
        pub is_active: bool,
        /// Since when nothing has reached it; null if the last try did, or there was none.
        #[schema(required)]
        pub failing_since: Option<Time>,
        #[schema(required)]
        pub disabled_at: Option<Time>,
        /// Why it is switched off; null if it is not.
        #[schema(required)]
        pub disabled_reason: Option<DisabledReason>,
        /// Until when the secret before the current one signs too.
        #[schema(required)]
        pub old_secret_until: Option<Time>,
        /// Events after this number of the journal are told.
        #[serde(skip)]
        pub since: i64,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

record! {
    /// What a request to an endpoint is signed with, sealed.
    pub struct Secrets {
        pub secret: Vec<u8>,
        pub old_secret: Option<Vec<u8>>,
        pub old_secret_until: Option<Time>,
    }
}

record! {
    /// How far an account's journal has been read.
    pub struct Reader {
        pub seq: i64,
        pub step: i64,
    }
}

macro_rules! columns {
    () => {
        "id, url, description, events, is_active, failing_since, disabled_at, disabled_reason, old_secret_until,
        since, created_at, updated_at"
    };
}

sql!(INSERT -> () = "INSERT INTO webhooks (account_id, id, url, description, events, is_active, secret, since,
        disabled_at, disabled_reason, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");

pub async fn insert(tx: &mut Tx, account: AccountId, webhook: &Webhook, secret: &[u8]) -> Result<()> {
    let secret = secret.to_vec();
    let params: [&dyn Stored; 12] = [
        &account,
        &webhook.id,
        &webhook.url,
        &webhook.description,
        &webhook.events,
        &webhook.is_active,
        &secret,
        &webhook.since,
        &webhook.disabled_at,
        &webhook.disabled_reason,
        &webhook.created_at,
        &webhook.updated_at,
    ];
    tx.run(&INSERT, &params).await?;
    Ok(())
}

sql!(LIST -> Webhook = concat!("SELECT ", columns!(), " FROM webhooks WHERE account_id = $1 ORDER BY id DESC"));

/// Newest first. There are few.
pub async fn list(tx: &mut Tx, account: AccountId) -> Result<Vec<Webhook>> {
    tx.all(&LIST, &[&account]).await
}

sql!(GET -> Webhook = concat!("SELECT ", columns!(), " FROM webhooks WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: WebhookId) -> Result<Option<Webhook>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(UPDATE -> () = "UPDATE webhooks SET url = $3, description = $4, events = $5, is_active = $6, since = $7,
        failing_since = $8, disabled_at = $9, disabled_reason = $10, updated_at = $11
    WHERE account_id = $1 AND id = $2");

/// Everything but its secrets.
pub async fn update(tx: &mut Tx, account: AccountId, webhook: &Webhook) -> Result<()> {
    let params: [&dyn Stored; 11] = [
        &account,
        &webhook.id,
        &webhook.url,
        &webhook.description,
        &webhook.events,
        &webhook.is_active,
        &webhook.since,
        &webhook.failing_since,
        &webhook.disabled_at,
        &webhook.disabled_reason,
        &webhook.updated_at,
    ];
    tx.run(&UPDATE, &params).await?;
    Ok(())
}

sql!(SECRETS -> Secrets = "SELECT secret, old_secret, old_secret_until FROM webhooks
    WHERE account_id = $1 AND id = $2");

pub async fn secrets(tx: &mut Tx, account: AccountId, id: WebhookId) -> Result<Option<Secrets>> {
    tx.first(&SECRETS, &[&account, &id]).await
}

sql!(SET_SECRETS -> () = "UPDATE webhooks SET secret = $3, old_secret = $4, old_secret_until = $5, updated_at = $6
    WHERE account_id = $1 AND id = $2");

pub async fn set_secrets(
    tx: &mut Tx,
    account: AccountId,
    id: WebhookId,
    new: &Secrets,
    now: Time,
) -> Result<()> {
    let params: [&dyn Stored; 6] = [
        &account,
        &id,
        &new.secret,
        &new.old_secret,
        &new.old_secret_until,
        &now,
    ];
    tx.run(&SET_SECRETS, &params).await?;
    Ok(())
}

sql!(REACHED -> () = "UPDATE webhooks SET failing_since = NULL
    WHERE account_id = $1 AND id = $2 AND failing_since IS NOT NULL");

/// Something has reached it.
pub async fn reached(tx: &mut Tx, account: AccountId, id: WebhookId) -> Result<()> {
    tx.run(&REACHED, &[&account, &id]).await?;
    Ok(())
}

sql!(MISSED -> Webhook = concat!("UPDATE webhooks SET failing_since = COALESCE(failing_since, $3)
    WHERE account_id = $1 AND id = $2 AND is_active RETURNING ", columns!()));

/// Something has not reached it; how it is now. None if it is switched off or gone.
pub async fn missed(tx: &mut Tx, account: AccountId, id: WebhookId, now: Time) -> Result<Option<Webhook>> {
    tx.first(&MISSED, &[&account, &id, &now]).await
}

sql!(REMOVE -> () = "DELETE FROM webhooks WHERE account_id = $1 AND id = $2");

/// What was told to it is forgotten with its time.
pub async fn remove(tx: &mut Tx, account: AccountId, id: WebhookId) -> Result<()> {
    tx.run(&REMOVE, &[&account, &id]).await?;
    Ok(())
}

sql!(READER -> Reader = "SELECT seq, step FROM webhook_readers WHERE account_id = $1");

pub async fn reader(tx: &mut Tx, account: AccountId) -> Result<Option<Reader>> {
    tx.first(&READER, &[&account]).await
}

sql!(BEGIN -> () = "INSERT INTO webhook_readers (account_id, seq, step) VALUES ($1, $2, 0)
    ON CONFLICT (account_id) DO NOTHING");

/// Lets the journal be read from number `seq` on, if it is not read already.
pub async fn begin(tx: &mut Tx, account: AccountId, seq: i64) -> Result<()> {
    tx.run(&BEGIN, &[&account, &seq]).await?;
    Ok(())
}

sql!(END -> () = "DELETE FROM webhook_readers WHERE account_id = $1
    AND NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.account_id = $1 AND w.is_active)");

/// Lets the journal be read no more, if nobody is to be told.
pub async fn end(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.run(&END, &[&account]).await?;
    Ok(())
}

sql!(STEP -> () = "UPDATE webhook_readers SET seq = $3, step = step + 1 WHERE account_id = $1 AND step = $2");

/// Moves on from `reader`, which nobody else has moved meanwhile, and keeps others from it until the transaction ends.
/// False if somebody has.
pub async fn step(tx: &mut Tx, account: AccountId, reader: &Reader, seq: i64) -> Result<bool> {
    Ok(tx.run(&STEP, &[&account, &reader.step, &seq]).await? > 0)
}

sql!(#[scan = "one row for each account with an active endpoint; asked every few seconds"]
    READERS -> (AccountId, bool) = "SELECT r.account_id, h.seq > r.seq AS is_behind
        FROM webhook_readers r JOIN journal_heads h ON h.account_id = r.account_id");

/// Accounts whose journals are read, and whether there is news in them.
pub async fn readers(tx: &mut Tx) -> Result<Vec<(AccountId, bool)>> {
    tx.all(&READERS, &[]).await
}
