//! Connected WhatsApp senders and the Meta apps their webhooks come from.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, MetaAppId, NumberId, NumberKind, NumberStatus, Time};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    /// A number as everybody may see it. The public API calls it a channel.
    #[derive(Serialize, ToSchema)]
    #[schema(as = Channel)]
    pub struct Number {
        pub id: NumberId,
        pub label: String,
        pub kind: NumberKind,
        /// As the provider displays it, for people; never for finding anything.
        pub display_phone: String,
        pub is_default: bool,
        pub status: NumberStatus,
        pub connected_at: Time,
    }
}

record! {
    /// What is needed to send from a number. The token is sealed.
    pub struct Sender {
        pub id: NumberId,
        pub kind: NumberKind,
        pub provider_number: String,
        pub base_url: Option<String>,
        pub access_token: Vec<u8>,
        pub status: NumberStatus,
    }
}

record! {
    /// What ingest needs to know to route a webhook.
    pub struct Route {
        pub id: NumberId,
        pub provider_number: String,
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
    pub meta_app: MetaAppId,
    pub base_url: Option<&'a str>,
    pub access_token: Vec<u8>,
    pub is_default: bool,
}

sql!(LIST -> Number = "SELECT id, label, kind, display_phone, is_default, status, connected_at FROM numbers
    WHERE account_id = $1 ORDER BY id");

pub async fn list(tx: &mut Tx, account: AccountId) -> Result<Vec<Number>> {
    tx.all(&LIST, &[&account]).await
}

sql!(GET -> Number = "SELECT id, label, kind, display_phone, is_default, status, connected_at FROM numbers
    WHERE account_id = $1 AND id = $2");

pub async fn get(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Number>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(APPS -> (NumberId, MetaAppId) = "SELECT id, meta_app_id FROM numbers WHERE account_id = $1");

/// The webhook app of each number.
pub async fn apps(tx: &mut Tx, account: AccountId) -> Result<Vec<(NumberId, MetaAppId)>> {
    tx.all(&APPS, &[&account]).await
}

sql!(ROUTE -> Route = "SELECT id, provider_number FROM numbers WHERE account_id = $1 AND provider_number = $2");

/// The number a provider calls `provider_number`.
pub async fn route(tx: &mut Tx, account: AccountId, provider_number: &str) -> Result<Option<Route>> {
    tx.first(&ROUTE, &[&account, &provider_number]).await
}

sql!(SENDER -> Sender = "SELECT id, kind, provider_number, base_url, access_token, status FROM numbers
    WHERE account_id = $1 AND id = $2");

pub async fn sender(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<Option<Sender>> {
    tx.first(&SENDER, &[&account, &id]).await
}

sql!(INSERT -> () = "INSERT INTO numbers (account_id, id, kind, label, display_phone, provider_number, business_id,
        meta_app_id, base_url, access_token, is_default, status, connected_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)");

pub async fn insert(tx: &mut Tx, account: AccountId, new: &NewNumber<'_>, now: Time) -> Result<()> {
    let status = NumberStatus::Connected;
    tx.run(
        &INSERT,
        &[
            &account,
            &new.id,
            &new.kind,
            &new.label,
            &new.display_phone,
            &new.provider_number,
            &new.business_id,
            &new.meta_app,
            &new.base_url,
            &new.access_token,
            &new.is_default,
            &status,
            &now,
        ],
    )
    .await?;
    Ok(())
}

sql!(RECONNECT -> () = "UPDATE numbers SET label = $3, display_phone = $4, base_url = $5, access_token = $6,
        meta_app_id = $7, connected_at = $8 WHERE account_id = $1 AND id = $2");

/// Gives an existing number new credentials; its history and id stay.
pub async fn reconnect(tx: &mut Tx, account: AccountId, new: &NewNumber<'_>, now: Time) -> Result<()> {
    let params: [&dyn recado_model::Stored; 8] = [
        &account,
        &new.id,
        &new.label,
        &new.display_phone,
        &new.base_url,
        &new.access_token,
        &new.meta_app,
        &now,
    ];
    tx.run(&RECONNECT, &params).await?;
    Ok(())
}

sql!(APP -> MetaApp = "SELECT account_id, id, app_secret, verify_token FROM meta_apps WHERE id = $1");

/// Found by id alone: a webhook's path names its app before it is known whose it is. Whether the caller is who
/// they say is decided by the app's secret.
pub async fn app(tx: &mut Tx, id: MetaAppId) -> Result<Option<MetaApp>> {
    tx.first(&APP, &[&id]).await
}

sql!(APP_OF -> (MetaAppId,) = "SELECT meta_app_id FROM numbers WHERE account_id = $1 AND id = $2");

pub async fn app_of(tx: &mut Tx, account: AccountId, number: NumberId) -> Result<Option<MetaAppId>> {
    Ok(tx.first(&APP_OF, &[&account, &number]).await?.map(|(app,)| app))
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
