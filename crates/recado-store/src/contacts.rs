//! Customers, and the ids providers call them by.

use std::collections::HashMap;

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, ContactId, ConversationId, Cursor, Json, Stored, TagId, Time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::slices;
use crate::tags::{self, Tag};

record! {
    pub struct ContactRow {
        pub id: ContactId,
        pub phone: Option<String>,
        pub name: Option<String>,
        pub profile_name: Option<String>,
        pub email: Option<String>,
        pub company: Option<String>,
        pub avatar_url: Option<String>,
        pub marketing_opt_out_at: Option<Time>,
    }
}

/// A contact as it is embedded in its conversations.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Contact {
    pub id: ContactId,
    /// E.164 with `+`; null if the provider never told it.
    #[schema(required)]
    pub phone: Option<String>,
    /// The name the team gave, else the one the customer gave themselves.
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub email: Option<String>,
    #[schema(required)]
    pub company: Option<String>,
    #[schema(required)]
    pub avatar_url: Option<String>,
    /// Since when the customer takes no promotions; null while they may be sent some.
    #[schema(required)]
    pub marketing_opt_out_at: Option<Time>,
    pub tags: Vec<Tag>,
}

impl Contact {
    pub fn new(row: ContactRow, tags: Vec<Tag>) -> Self {
        Self {
            id: row.id,
            phone: row.phone,
            name: row.name.or(row.profile_name),
            email: row.email,
            company: row.company,
            avatar_url: row.avatar_url,
            marketing_opt_out_at: row.marketing_opt_out_at,
            tags,
        }
    }
}

record! {
    /// A contact without its tags, and since when it is there.
    pub struct DatedRow {
        pub id: ContactId,
        pub phone: Option<String>,
        pub name: Option<String>,
        pub profile_name: Option<String>,
        pub email: Option<String>,
        pub company: Option<String>,
        pub avatar_url: Option<String>,
        pub marketing_opt_out_at: Option<Time>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

/// A contact by itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactDetails {
    #[serde(flatten)]
    pub contact: Contact,
    /// The name the customer gave themselves; `name` is this one while the team has given none.
    #[schema(required)]
    pub profile_name: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

impl ContactDetails {
    fn new(row: DatedRow, tags: Vec<Tag>) -> Self {
        let contact = ContactRow {
            id: row.id,
            phone: row.phone,
            name: row.name,
            profile_name: row.profile_name.clone(),
            email: row.email,
            company: row.company,
            avatar_url: row.avatar_url,
            marketing_opt_out_at: row.marketing_opt_out_at,
        };
        Self {
            contact: Contact::new(contact, tags),
            profile_name: row.profile_name,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

record! {
    /// A contact and the id it was found by.
    struct Identified {
        value: String,
        id: ContactId,
        phone: Option<String>,
        name: Option<String>,
        profile_name: Option<String>,
        email: Option<String>,
        company: Option<String>,
        avatar_url: Option<String>,
        marketing_opt_out_at: Option<Time>,
    }
}

macro_rules! by_identities {
    ($in:literal) => {
        concat!(
            "SELECT i.value, c.id, c.phone, c.name, c.profile_name, c.email, c.company, c.avatar_url,
                c.marketing_opt_out_at
            FROM contact_identities i JOIN contacts c ON c.account_id = i.account_id AND c.id = i.contact_id
            WHERE i.account_id = $1 AND i.value ",
            $in
        )
    };
}

sql!(BY_IDENTITIES -> Identified = {
    sqlite: by_identities!("IN (SELECT value FROM json_each($2))"),
    postgres: by_identities!("= ANY (ARRAY(SELECT json_array_elements_text(CAST($2 AS json))))"),
});

/// The contacts behind providers' ids of people, by id: one statement, however many are asked for.
pub async fn by_identities(
    tx: &mut Tx,
    account: AccountId,
    ids: &[&str],
) -> Result<HashMap<String, ContactRow>> {
    let ids = Json(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<String>>());
    let found = tx.all(&BY_IDENTITIES, &[&account, &ids]).await?;
    Ok(found
        .into_iter()
        .map(|one| {
            let row = ContactRow {
                id: one.id,
                phone: one.phone,
                name: one.name,
                profile_name: one.profile_name,
                email: one.email,
                company: one.company,
                avatar_url: one.avatar_url,
                marketing_opt_out_at: one.marketing_opt_out_at,
            };
            (one.value, row)
        })
        .collect())
}

sql!(ADD_IDENTITY -> (ContactId,) = "INSERT INTO contact_identities (account_id, value, contact_id, created_at)
    VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, value) DO NOTHING RETURNING contact_id");

/// Claims ids for contacts. False if one of them is somebody's already.
pub async fn claim(tx: &mut Tx, account: AccountId, ids: &[(&str, ContactId)], now: Time) -> Result<bool> {
    let sets: Vec<[&dyn Stored; 4]> = ids
        .iter()
        .map(|(value, contact)| [&account as &dyn Stored, value, contact, &now])
        .collect();
    Ok(tx
        .each(&ADD_IDENTITY, &slices(&sets))
        .await?
        .iter()
        .all(|rows| !rows.is_empty()))
}

sql!(INSERT -> () = "INSERT INTO contacts (account_id, id, phone, name, profile_name, email, company, avatar_url,
    created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)");

pub async fn insert_each(tx: &mut Tx, account: AccountId, contacts: &[ContactRow], now: Time) -> Result<()> {
    let sets: Vec<[&dyn Stored; 9]> = contacts
        .iter()
        .map(|row| {
            let set: [&dyn Stored; 9] = [
                &account,
                &row.id,
                &row.phone,
                &row.name,
                &row.profile_name,
                &row.email,
                &row.company,
                &row.avatar_url,
                &now,
            ];
            set
        })
        .collect();
    tx.run_each(&INSERT, &slices(&sets)).await?;
    Ok(())
}

sql!(LEARN -> () = "UPDATE contacts SET profile_name = $3, phone = $4, updated_at = $5
    WHERE account_id = $1 AND id = $2");

/// Keeps what a webhook newly told of a contact.
pub async fn learn(tx: &mut Tx, account: AccountId, contact: &ContactRow, now: Time) -> Result<()> {
    let params: [&dyn Stored; 5] = [&account, &contact.id, &contact.profile_name, &contact.phone, &now];
    tx.run(&LEARN, &params).await?;
    Ok(())
}

sql!(IDENTITIES -> (String,) = "SELECT value FROM contact_identities WHERE account_id = $1 AND contact_id = $2
    ORDER BY created_at DESC, value");

/// Every id providers call this contact by.
pub async fn identities(tx: &mut Tx, account: AccountId, contact: ContactId) -> Result<Vec<String>> {
    Ok(tx
        .all(&IDENTITIES, &[&account, &contact])
        .await?
        .into_iter()
        .map(|(value,)| value)
        .collect())
}

sql!(BY_IDS -> ContactRow = {
    sqlite: "SELECT id, phone, name, profile_name, email, company, avatar_url, marketing_opt_out_at FROM contacts
        WHERE account_id = $1 AND id IN (SELECT unhex(value, '-') FROM json_each($2))",
    postgres: "SELECT id, phone, name, profile_name, email, company, avatar_url, marketing_opt_out_at FROM contacts
        WHERE account_id = $1 AND id IN (SELECT CAST(value AS uuid) FROM json_array_elements_text(CAST($2 AS json)))",
});

/// Contacts with their tags: two statements, however many are asked for.
pub async fn by_ids(
    tx: &mut Tx,
    account: AccountId,
    ids: Vec<ContactId>,
) -> Result<HashMap<ContactId, Contact>> {
    let ids = Json(ids);
    let rows = tx.all(&BY_IDS, &[&account, &ids]).await?;
    let mut tags = tags::of_contacts(tx, account, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tags = tags.remove(&row.id).unwrap_or_default();
            (row.id, Contact::new(row, tags))
        })
        .collect())
}

macro_rules! dated {
    ($from:literal) => {
        concat!(
            "SELECT c.id, c.phone, c.name, c.profile_name, c.email, c.company, c.avatar_url,
                c.marketing_opt_out_at, c.created_at, c.updated_at
            FROM ",
            $from
        )
    };
}

macro_rules! list {
    ($from:literal, $and:expr) => {
        concat!(
            dated!($from),
            " WHERE c.account_id = $1 AND (c.created_at, c.id) < ($2, $3)",
            $and,
            " ORDER BY c.created_at DESC, c.id DESC LIMIT $4"
        )
    };
}

macro_rules! tagged {
    ($and:expr) => {
        list!(
            "contact_tags x JOIN contacts c ON c.account_id = x.account_id AND c.id = x.contact_id",
            concat!(" AND x.account_id = $1 AND x.tag_id = $5", $and)
        )
    };
}

macro_rules! among_on_sqlite {
    ($ids:literal) => {
        concat!(
            " AND c.id IN (SELECT unhex(value, '-') FROM json_each(",
            $ids,
            "))"
        )
    };
}

macro_rules! among_on_postgres {
    ($ids:literal) => {
        concat!(
            " AND c.id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST(",
            $ids,
            " AS json)) AS uuid)))"
        )
    };
}

sql!(LIST -> DatedRow = list!("contacts c", ""));
sql!(LIST_TAGGED -> DatedRow = tagged!(""));
sql!(LIST_AMONG -> DatedRow = {
    sqlite: list!("contacts c", among_on_sqlite!("$5")),
    postgres: list!("contacts c", among_on_postgres!("$5")),
});
sql!(LIST_TAGGED_AMONG -> DatedRow = {
    sqlite: tagged!(among_on_sqlite!("$6")),
    postgres: tagged!(among_on_postgres!("$6")),
});

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these, if it says so.
    pub among: Option<Vec<ContactId>>,
    pub tag: Option<TagId>,
}

/// Up to `limit` contacts after `cursor`, newest first.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    filter: Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<ContactDetails>> {
    let (at, id) = (&cursor.at, &cursor.id);
    let rows = match (filter.tag, filter.among.map(Json)) {
        (None, None) => tx.all(&LIST, &[&account, at, id, &limit]).await?,
        (Some(tag), None) => tx.all(&LIST_TAGGED, &[&account, at, id, &limit, &tag]).await?,
        (None, Some(ids)) => tx.all(&LIST_AMONG, &[&account, at, id, &limit, &ids]).await?,
        (Some(tag), Some(ids)) => {
            tx.all(&LIST_TAGGED_AMONG, &[&account, at, id, &limit, &tag, &ids])
                .await?
        }
    };
    with_tags(tx, account, rows).await
}

async fn with_tags(tx: &mut Tx, account: AccountId, rows: Vec<DatedRow>) -> Result<Vec<ContactDetails>> {
    let ids = Json(rows.iter().map(|row| row.id).collect());
    let mut tags = tags::of_contacts(tx, account, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tags = tags.remove(&row.id).unwrap_or_default();
            ContactDetails::new(row, tags)
        })
        .collect())
}

sql!(GET -> DatedRow = dated!("contacts c WHERE c.account_id = $1 AND c.id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: ContactId) -> Result<Option<ContactDetails>> {
    let rows = tx.all(&GET, &[&account, &id]).await?;
    Ok(with_tags(tx, account, rows).await?.pop())
}

sql!(CONVERSATIONS -> (ConversationId,) = "SELECT id FROM conversations WHERE account_id = $1 AND contact_id = $2");

/// All conversations with this contact, one for each number of ours.
pub async fn conversations(tx: &mut Tx, account: AccountId, id: ContactId) -> Result<Vec<ConversationId>> {
    let rows = tx.all(&CONVERSATIONS, &[&account, &id]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

sql!(LOCK -> ContactRow = "UPDATE contacts SET updated_at = updated_at WHERE account_id = $1 AND id = $2
    RETURNING id, phone, name, profile_name, email, company, avatar_url, marketing_opt_out_at");

/// The contact, kept from others' changes until the transaction ends.
pub async fn lock(tx: &mut Tx, account: AccountId, id: ContactId) -> Result<Option<ContactRow>> {
    tx.first(&LOCK, &[&account, &id]).await
}

sql!(TOUCH -> () = "UPDATE contacts SET updated_at = $3 WHERE account_id = $1 AND id = $2");

/// Something about the contact changed that stands in another table.
pub async fn touch(tx: &mut Tx, account: AccountId, id: ContactId, now: Time) -> Result<()> {
    tx.run(&TOUCH, &[&account, &id, &now]).await?;
    Ok(())
}

sql!(DESCRIBE -> () = "UPDATE contacts SET name = $3, email = $4, company = $5, updated_at = $6
    WHERE account_id = $1 AND id = $2");

/// Sets what the team knows of a contact.
pub async fn describe(
    tx: &mut Tx,
    account: AccountId,
    id: ContactId,
    name: Option<&str>,
    email: Option<&str>,
    company: Option<&str>,
    now: Time,
) -> Result<()> {
    tx.run(&DESCRIBE, &[&account, &id, &name, &email, &company, &now])
        .await?;
    Ok(())
}
