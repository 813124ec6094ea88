//! Message templates, by the business whose they are: all its numbers share them.

use recado_db::{Result, Tx, record, sql};
use recado_model::inbound::TemplateUpdate;
use recado_model::template::TemplateBody;
use recado_model::text::anywhere;
use recado_model::{AccountId, Json, NumberId, Stored, TemplateCategory, TemplateId, TemplateStatus, Time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::slices;

record! {
    #[derive(Serialize, ToSchema)]
    pub struct Template {
        pub id: TemplateId,
        /// A channel it can be sent from; all channels of its business can. Null when none is left.
        #[schema(required)]
        pub channel_id: Option<NumberId>,
        /// Meta's WABA, Twilio's account SID: of all channels with this business.
        pub business_id: String,
        /// The provider's id of it.
        pub provider_id: String,
        pub name: String,
        /// As the provider writes it: `en_US`.
        pub language: String,
        #[schema(required)]
        pub category: Option<TemplateCategory>,
        pub status: TemplateStatus,
        /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
        #[schema(required)]
        pub quality: Option<String>,
        /// Why it cannot be sent, in the provider's words.
        #[schema(required)]
        pub reason: Option<String>,
        /// Its variables have names (`{{name}}`), not numbers (`{{1}}`).
        pub named: bool,
        #[serde(flatten)]
        #[schema(inline, value_type = TemplateBody)]
        pub body: Json<TemplateBody>,
        pub updated_at: Time,
    }
}

/// A template as its provider lists it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its id if it is new here.
    pub id: TemplateId,
    pub provider_id: String,
    pub name: String,
    pub language: String,
    pub category: Option<TemplateCategory>,
    pub status: TemplateStatus,
    pub quality: Option<String>,
    pub reason: Option<String>,
    pub named: bool,
    pub body: Json<TemplateBody>,
}

macro_rules! columns {
    () => {
        "id, (SELECT n.id FROM numbers n WHERE n.account_id = templates.account_id \
            AND n.business_id = templates.business_id AND n.status <> 'deleted' ORDER BY n.id LIMIT 1) AS channel_id, \
         business_id, provider_id, name, language, category, status, quality, reason, named, body, updated_at"
    };
}

macro_rules! list {
    ($of:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM templates WHERE account_id = $1 AND ",
            $of,
            "
            AND (name, language, id) > ($3, $4, $5)
            AND ($6 = '' OR status = $6) AND ($7 = '' OR name LIKE $7 ESCAPE '!' OR lower(body) LIKE $7 ESCAPE '!')
            ORDER BY name, language, id LIMIT $8"
        )
    };
}

sql!(LIST -> Template = list!("business_id = $2"));

sql!(LIST_ALL -> Template = list!("$2 = ''"));

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub status: Option<TemplateStatus>,
    /// Part of the name or the text, lower case.
    pub search: Option<String>,
}

/// Templates of a business, or of all, after `after` (name, language, id), by name.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    business: Option<&str>,
    filter: &Filter,
    after: (&str, &str, TemplateId),
    limit: i64,
) -> Result<Vec<Template>> {
    let status = filter.status.map_or("", TemplateStatus::as_str);
    let search = match &filter.search {
        Some(text) => anywhere(text),
        None => String::new(),
    };
    let statement = if business.is_some() { &LIST } else { &LIST_ALL };
    let business = business.unwrap_or_default();
    let params: [&dyn Stored; 8] = [
        &account, &business, &after.0, &after.1, &after.2, &status, &search, &limit,
    ];
    tx.all(statement, &params).await
}

sql!(GET -> Template = concat!("SELECT ", columns!(), " FROM templates WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: TemplateId) -> Result<Option<Template>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(BY_NAME -> Template = concat!("SELECT ", columns!(), " FROM templates
    WHERE account_id = $1 AND business_id = $2 AND name = $3 AND language = $4
    ORDER BY CASE WHEN status = 'approved' THEN 0 ELSE 1 END, id DESC LIMIT 1"));

/// The template of a business with this name and language; of several the approved one.
pub async fn by_name(
    tx: &mut Tx,
    account: AccountId,
    business: &str,
    name: &str,
    language: &str,
) -> Result<Option<Template>> {
    tx.first(&BY_NAME, &[&account, &business, &name, &language]).await
}

sql!(UPSERT -> Template = concat!("INSERT INTO templates (account_id, id, business_id, provider_id, name, language, category,
        status, quality, reason, named, body, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
    ON CONFLICT (account_id, business_id, provider_id) DO UPDATE SET name = excluded.name,
        language = excluded.language, category = excluded.category, status = excluded.status,
        quality = excluded.quality, reason = excluded.reason, named = excluded.named, body = excluded.body,
        updated_at = excluded.updated_at
    RETURNING ", columns!()));

/// Keeps templates as the provider lists them.
pub async fn upsert(
    tx: &mut Tx,
    account: AccountId,
    business: &str,
    listed: &[Listed],
    now: Time,
) -> Result<Vec<Template>> {
    let sets: Vec<[&dyn Stored; 13]> = listed
        .iter()
        .map(|one| {
            let set: [&dyn Stored; 13] = [
                &account,
                &one.id,
                &business,
                &one.provider_id,
                &one.name,
                &one.language,
                &one.category,
                &one.status,
                &one.quality,
                &one.reason,
                &one.named,
                &one.body,
                &now,
            ];
            set
        })
        .collect();
    Ok(tx
        .each(&UPSERT, &slices(&sets))
        .await?
        .into_iter()
        .flatten()
        .collect())
}

sql!(ALL -> Template = concat!("SELECT ", columns!(), " FROM templates WHERE account_id = $1 AND business_id = $2
    ORDER BY name, language, id"));

/// All of a business, to compare with the provider's list.
pub async fn of_business(tx: &mut Tx, account: AccountId, business: &str) -> Result<Vec<Template>> {
    tx.all(&ALL, &[&account, &business]).await
}

sql!(REMOVE -> Template = concat!("DELETE FROM templates WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Messages that were sent with it keep what they showed.
pub async fn remove(tx: &mut Tx, account: AccountId, id: TemplateId) -> Result<Option<Template>> {
    tx.first(&REMOVE, &[&account, &id]).await
}

sql!(NEWS -> Template = concat!("UPDATE templates SET status = COALESCE($5, status), category = COALESCE($6, category),
        quality = COALESCE($7, quality), reason = CASE WHEN $5 IS NULL THEN reason ELSE $8 END, updated_at = $9
    WHERE account_id = $1 AND business_id = $2 AND name = $3 AND language = $4 RETURNING ", columns!()));

/// Takes over what a webhook tells; the templates as they are then, none if we do not know them.
pub async fn news(
    tx: &mut Tx,
    account: AccountId,
    update: &TemplateUpdate,
    now: Time,
) -> Result<Vec<Template>> {
    let params: [&dyn Stored; 9] = [
        &account,
        &update.business,
        &update.name,
        &update.language,
        &update.status,
        &update.category,
        &update.quality,
        &update.reason,
        &now,
    ];
    tx.all(&NEWS, &params).await
}
