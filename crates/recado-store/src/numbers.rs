//! Connected WhatsApp senders, and the Meta apps and Twilio accounts their webhooks come from.

macro_rules! columns {
    () => {
        "id, label, kind, display_phone, is_default, status, assigned_member_id, auto_assign, quality, messaging_limit, trouble, \
         last_webhook_at, last_error, checked_at, connected_at"
    };
}

mod change;
mod channel;
mod twilio;

use recado_db::{Result, Tx, record, sql};
use recado_model::{
    AccountId, AutoAssign, Json, MemberId, MetaAppId, NumberError, NumberId, NumberKind, NumberStatus,
    Stored, Time, TwilioAccountId,
};
use serde::Serialize;

pub use change::{
    change, mended, remove, reseal_token, set_default, switch_off_at_twilio, switch_off_of, unassign,
};
pub use channel::{Channel, ChannelHealth};
pub use twilio::{TwilioAccount, at_twilio, forget_twilio, reconciled, set_reconciled, set_twilio, twilio};

record! {
    /// A number as it stands. Everybody may see it; as [`Channel`] it goes out.
    #[derive(Serialize)]
    #[serde(into = "Channel")]
    pub struct Number {
        pub id: NumberId,
        pub label: String,
        pub kind: NumberKind,
        pub display_phone: String,
        pub is_default: bool,
        pub status: NumberStatus,
        pub assigned_member_id: Option<MemberId>,
        pub auto_assign: AutoAssign,
        pub quality: Option<String>,
        pub messaging_limit: Option<String>,
        pub trouble: Option<String>,
        pub last_webhook_at: Option<Time>,
        pub last_error: Option<Json<NumberError>>,
        pub checked_at: Option<Time>,
        pub connected_at: Time,
    }
}

record! {
    /// What is needed to send from a number. Tokens are sealed.
    pub struct Sender {
        pub id: NumberId,
        pub kind: NumberKind,
        pub status: NumberStatus,
        pub display_phone: String,
        pub provider_number: String,
        pub business_id: Option<String>,
        pub meta_app_id: Option<MetaAppId>,
        pub twilio_account_id: Option<TwilioAccountId>,
        pub sender_sid: Option<String>,
        pub base_url: Option<String>,
        /// Of Meta's numbers.
        pub access_token: Option<Vec<u8>>,
    }
}

record! {
    /// What ingest needs to know to route a webhook.
    pub struct Route {
        pub id: NumberId,
        pub provider_number: String,
        pub auto_assign: AutoAssign,
        pub last_webhook_at: Option<Time>,
    }
}

record! {
    /// Who signs the webhooks of a path. Both secrets are sealed.
    pub struct MetaApp {
        pub account_id: AccountId,
        pub id: MetaAppId,
        pub app_secret: Vec<u8>,
        pub verify_token: Vec<u8>,
    }
}

/// A number to be connected, its secrets sealed.
#[derive(Debug)]
pub struct NewNumber<'a> {
    pub id: NumberId,
    pub kind: NumberKind,
    pub label: &'a str,
    pub display_phone: &'a str,
    pub provider_number: &'a str,
    pub business_id: Option<&'a str>,
    pub meta_app: Option<MetaAppId>,
    pub twilio_account: Option<TwilioAccountId>,
    pub sender_sid: Option<&'a str>,
    pub base_url: Option<&'a str>,
    pub access_token: Option<Vec<u8>>,
    pub is_default: bool,
    pub status: NumberStatus,
    pub assigned: Option<MemberId>,
}

sql!(LIST -> Number = concat!("SELECT ", columns!(), " FROM numbers
    WHERE account_id = $1 AND status <> 'deleted' ORDER BY id"));

/// Those that are connected or switched off, oldest first.
pub async fn list(tx: &mut Tx, account: AccountId) -> Result<Vec<Number>> {
    tx.all(&LIST, &[&account]).await
}

sql!(GET -> Number = concat!("SELECT ", columns!(), " FROM numbers WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Number>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(ROUTE -> Route = "SELECT id, provider_number, auto_assign, last_webhook_at FROM numbers
    WHERE account_id = $1 AND provider_number = $2");

/// The number a provider calls `provider_number`, a deleted one too.
pub async fn route(tx: &mut Tx, account: AccountId, provider_number: &str) -> Result<Option<Route>> {
    tx.first(&ROUTE, &[&account, &provider_number]).await
}

sql!(OF_BUSINESS -> Number = concat!("SELECT ", columns!(), " FROM numbers
    WHERE account_id = $1 AND business_id = $2 AND status <> 'deleted' ORDER BY id"));

/// The numbers of a business (Meta's WABA, Twilio's account).
pub async fn of_business(tx: &mut Tx, account: AccountId, business: &str) -> Result<Vec<Number>> {
    tx.all(&OF_BUSINESS, &[&account, &business]).await
}

macro_rules! sender {
    () => {
        "id, kind, status, display_phone, provider_number, business_id, meta_app_id, twilio_account_id, sender_sid, \
         base_url, access_token"
    };
}

sql!(SENDER -> Sender = concat!("SELECT ", sender!(), " FROM numbers WHERE account_id = $1 AND id = $2"));

pub async fn sender(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Sender>> {
    tx.first(&SENDER, &[&account, &id]).await
}

sql!(SENDERS -> Sender = concat!("SELECT ", sender!(), " FROM numbers WHERE account_id = $1 AND status <> 'deleted'"));

/// All of the account's.
pub async fn senders(tx: &mut Tx, account: AccountId) -> Result<Vec<Sender>> {
    tx.all(&SENDERS, &[&account]).await
}

sql!(OWNER -> (AccountId, TwilioAccountId, String) = "SELECT account_id, twilio_account_id, provider_number FROM numbers
    WHERE id = $1 AND twilio_account_id IS NOT NULL");

/// Found by id alone: a webhook of Twilio's names its number before it is known whose it is. Whether the caller is
/// who they say is decided by the account's token.
pub async fn owner(tx: &mut Tx, id: NumberId) -> Result<Option<(AccountId, TwilioAccountId, String)>> {
    tx.first(&OWNER, &[&id]).await
}

sql!(INSERT -> () = "INSERT INTO numbers (account_id, id, kind, label, display_phone, provider_number, business_id,
        meta_app_id, twilio_account_id, sender_sid, base_url, access_token, is_default, status, assigned_member_id,
        connected_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)");

pub async fn insert(tx: &mut Tx, account: AccountId, new: &NewNumber<'_>, now: Time) -> Result<()> {
    let params: [&dyn Stored; 16] = [
        &account,
        &new.id,
        &new.kind,
        &new.label,
        &new.display_phone,
        &new.provider_number,
        &new.business_id,
        &new.meta_app,
        &new.twilio_account,
        &new.sender_sid,
        &new.base_url,
        &new.access_token,
        &new.is_default,
        &new.status,
        &new.assigned,
        &now,
    ];
    tx.run(&INSERT, &params).await?;
    Ok(())
}

sql!(RECONNECT -> () = "UPDATE numbers SET kind = $3, label = $4, display_phone = $5, business_id = $6,
        meta_app_id = $7, twilio_account_id = $8, sender_sid = $9, base_url = $10, access_token = $11, status = $12,
        assigned_member_id = $13, trouble = NULL, last_error = NULL, connected_at = $14
    WHERE account_id = $1 AND id = $2");

/// Gives an existing number new credentials; its history and id stay.
pub async fn reconnect(tx: &mut Tx, account: AccountId, new: &NewNumber<'_>, now: Time) -> Result<()> {
    let params: [&dyn Stored; 14] = [
        &account,
        &new.id,
        &new.kind,
        &new.label,
        &new.display_phone,
        &new.business_id,
        &new.meta_app,
        &new.twilio_account,
        &new.sender_sid,
        &new.base_url,
        &new.access_token,
        &new.status,
        &new.assigned,
        &now,
    ];
    tx.run(&RECONNECT, &params).await?;
    Ok(())
}

sql!(HEARD -> Number = concat!("UPDATE numbers SET last_webhook_at = $3 WHERE account_id = $1 AND id = $2
    AND (last_webhook_at IS NULL OR last_webhook_at < $4) RETURNING ", columns!()));

/// The provider has told us something; kept if what is kept is from before `stale`.
pub async fn heard(
    tx: &mut Tx,
    account: AccountId,
    id: NumberId,
    now: Time,
    stale: Time,
) -> Result<Option<Number>> {
    tx.first(&HEARD, &[&account, &id, &now, &stale]).await
}

sql!(FAILED -> Number = concat!("UPDATE numbers SET last_error = $3, trouble = COALESCE($4, trouble)
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Something went wrong with the number. `trouble`: nothing can be sent from it until somebody mends it.
pub async fn failed(
    tx: &mut Tx,
    account: AccountId,
    id: NumberId,
    error: &Json<NumberError>,
    trouble: Option<&str>,
) -> Result<Option<Number>> {
    tx.first(&FAILED, &[&account, &id, error, &trouble]).await
}

/// How the provider says a number is; what is none stays as it was.
#[derive(Clone, Debug, Default)]
pub struct Health {
    pub quality: Option<String>,
    pub messaging_limit: Option<String>,
    /// Replaces what is there: none means that all is well.
    pub trouble: Option<String>,
}

sql!(CHECKED -> Number = concat!("UPDATE numbers SET quality = COALESCE($3, quality),
        messaging_limit = COALESCE($4, messaging_limit), trouble = $5, checked_at = $6
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn checked(
    tx: &mut Tx,
    account: AccountId,
    id: NumberId,
    health: &Health,
    now: Time,
) -> Result<Option<Number>> {
    let params: [&dyn Stored; 6] = [
        &account,
        &id,
        &health.quality,
        &health.messaging_limit,
        &health.trouble,
        &now,
    ];
    tx.first(&CHECKED, &params).await
}

sql!(APP -> MetaApp = "SELECT account_id, id, app_secret, verify_token FROM meta_apps WHERE id = $1");

/// Found by id alone: a webhook's path names its app before it is known whose it is. Whether the caller is who
/// they say is decided by the app's secret.
pub async fn app(tx: &mut Tx, id: MetaAppId) -> Result<Option<MetaApp>> {
    tx.first(&APP, &[&id]).await
}

sql!(INSERT_APP -> () = "INSERT INTO meta_apps (account_id, id, app_secret, verify_token, created_at)
    VALUES ($1, $2, $3, $4, $5)");

pub async fn insert_app(
    tx: &mut Tx,
    account: AccountId,
    id: MetaAppId,
    app_secret: &Vec<u8>,
    verify_token: &Vec<u8>,
    now: Time,
) -> Result<()> {
    tx.run(&INSERT_APP, &[&account, &id, app_secret, verify_token, &now])
        .await?;
    Ok(())
}

sql!(RESEAL_APP -> () = "UPDATE meta_apps SET app_secret = $3, verify_token = $4 WHERE account_id = $1 AND id = $2");

pub async fn reseal_app(
    tx: &mut Tx,
    account: AccountId,
    id: MetaAppId,
    app_secret: &Vec<u8>,
    verify_token: &Vec<u8>,
) -> Result<()> {
    tx.run(&RESEAL_APP, &[&account, &id, app_secret, verify_token])
        .await?;
    Ok(())
}
