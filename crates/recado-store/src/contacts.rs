//! Customers, the ids providers call them by, and their tags.

use std::collections::HashMap;

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, ContactId, Json, Stored, TagId, Time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::slices;

record! {
    pub struct ContactRow {
        pub id: ContactId,
        pub phone: Option<String>,
        pub name: Option<String>,
        pub profile_name: Option<String>,
        pub email: Option<String>,
        pub company: Option<String>,
        pub avatar_url: Option<String>,
    }
}

record! {
    struct TagOf {
        contact_id: ContactId,
        id: TagId,
        name: String,
        color: String,
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tag {
    pub id: TagId,
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
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
            tags,
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
    }
}

macro_rules! by_identities {
    ($in:literal) => {
        concat!(
            "SELECT i.value, c.id, c.phone, c.name, c.profile_name, c.email, c.company, c.avatar_url
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
    tx.run(
        &LEARN,
        &[&account, &contact.id, &contact.profile_name, &contact.phone, &now],
    )
    .await?;
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
    sqlite: "SELECT id, phone, name, profile_name, email, company, avatar_url FROM contacts
        WHERE account_id = $1 AND id IN (SELECT unhex(value, '-') FROM json_each($2))",
    postgres: "SELECT id, phone, name, profile_name, email, company, avatar_url FROM contacts
        WHERE account_id = $1 AND id IN (SELECT CAST(value AS uuid) FROM json_array_elements_text(CAST($2 AS json)))",
});

sql!(TAGS_OF -> TagOf = {
    sqlite: "SELECT x.contact_id, t.id, t.name, t.color
        FROM contact_tags x JOIN tags t ON t.account_id = x.account_id AND t.id = x.tag_id
        WHERE x.account_id = $1 AND x.contact_id IN (SELECT unhex(value, '-') FROM json_each($2))
        ORDER BY t.name",
    postgres: "SELECT x.contact_id, t.id, t.name, t.color
        FROM contact_tags x JOIN tags t ON t.account_id = x.account_id AND t.id = x.tag_id
        WHERE x.account_id = $1
        AND x.contact_id IN (SELECT CAST(value AS uuid) FROM json_array_elements_text(CAST($2 AS json)))
        ORDER BY t.name",
});

/// Contacts with their tags: two statements, however many are asked for.
pub async fn by_ids(
    tx: &mut Tx,
    account: AccountId,
    ids: Vec<ContactId>,
) -> Result<HashMap<ContactId, Contact>> {
    let ids = Json(ids);
    let rows = tx.all(&BY_IDS, &[&account, &ids]).await?;
    let mut tags = tags_of(tx, account, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let tags = tags.remove(&row.id).unwrap_or_default();
            (row.id, Contact::new(row, tags))
        })
        .collect())
}

pub async fn tags_of(
    tx: &mut Tx,
    account: AccountId,
    contacts: &Json<Vec<ContactId>>,
) -> Result<HashMap<ContactId, Vec<Tag>>> {
    let mut tags: HashMap<ContactId, Vec<Tag>> = HashMap::new();
    for row in tx.all(&TAGS_OF, &[&account, contacts]).await? {
        tags.entry(row.contact_id).or_default().push(Tag {
            id: row.id,
            name: row.name,
            color: row.color,
        });
    }
    Ok(tags)
}

sql!(INSERT_TAG -> (TagId,) = "INSERT INTO tags (account_id, id, name, color, created_at) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account_id, name) DO UPDATE SET color = excluded.color RETURNING id");

/// The tag of this name, made if it is missing.
pub async fn upsert_tag(
    tx: &mut Tx,
    account: AccountId,
    id: TagId,
    name: &str,
    color: &str,
    now: Time,
) -> Result<TagId> {
    Ok(tx
        .one(&INSERT_TAG, &[&account, &id, &name, &color, &now])
        .await?
        .0)
}

sql!(TAG -> () = "INSERT INTO contact_tags (account_id, contact_id, tag_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING");

pub async fn tag(tx: &mut Tx, account: AccountId, contact: ContactId, tag: TagId) -> Result<()> {
    tx.run(&TAG, &[&account, &contact, &tag]).await?;
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
