//! Tags, and who has them.

use std::collections::HashMap;

use recado_db::{Asked, Result, Tx, record, sql};
use recado_model::text::fold;
use recado_model::{AccountId, ContactId, Json, Stored, TagId, Time};
use serde::Serialize;
use utoipa::ToSchema;

use crate::slices;

record! {
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Tag {
        pub id: TagId,
        pub name: String,
        /// `#rrggbb`.
        pub color: String,
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

sql!(ALL -> Tag = "SELECT id, name, color FROM tags WHERE account_id = $1 ORDER BY folded, id");

/// All of the account, by name.
pub async fn all(tx: &mut Tx, account: AccountId) -> Result<Vec<Tag>> {
    tx.all(&ALL, &[&account]).await
}

sql!(GET -> Tag = "SELECT id, name, color FROM tags WHERE account_id = $1 AND id = $2");

pub async fn get(tx: &mut Tx, account: AccountId, id: TagId) -> Result<Option<Tag>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(NAMED -> Tag = {
    sqlite: "SELECT id, name, color FROM tags WHERE account_id = $1 AND folded IN (SELECT value FROM json_each($2))",
    postgres: "SELECT id, name, color FROM tags WHERE account_id = $1
        AND folded = ANY (ARRAY(SELECT json_array_elements_text(CAST($2 AS json))))",
});

/// Those of these names, without regard to case and accents, in any order.
pub async fn named(tx: &mut Tx, account: AccountId, names: &[String]) -> Result<Vec<Tag>> {
    let folded = Json(names.iter().map(|name| fold(name)).collect::<Vec<String>>());
    tx.all(&NAMED, &[&account, &folded]).await
}

sql!(COUNT -> (i64,) = "SELECT count(*) FROM tags WHERE account_id = $1");

pub async fn count(tx: &mut Tx, account: AccountId) -> Result<i64> {
    Ok(tx.one(&COUNT, &[&account]).await?.0)
}

sql!(INSERT -> (TagId,) = "INSERT INTO tags (account_id, id, name, folded, color, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account_id, folded) DO NOTHING RETURNING id");

/// False if another tag has this name.
pub async fn insert(tx: &mut Tx, account: AccountId, tag: &Tag, now: Time) -> Result<bool> {
    let folded = fold(&tag.name);
    let params: [&dyn Stored; 6] = [&account, &tag.id, &tag.name, &folded, &tag.color, &now];
    Ok(tx.first(&INSERT, &params).await?.is_some())
}

sql!(CHANGE -> Tag = "UPDATE tags SET name = $3, folded = $4, color = $5 WHERE account_id = $1 AND id = $2
    RETURNING id, name, color");

/// # Errors
/// `Conflict` if another tag has this name.
pub async fn change(tx: &mut Tx, account: AccountId, tag: &Tag) -> Result<Option<Tag>> {
    let folded = fold(&tag.name);
    tx.first(&CHANGE, &[&account, &tag.id, &tag.name, &folded, &tag.color])
        .await
}

sql!(TAKE_FROM_ALL -> () = "DELETE FROM contact_tags WHERE account_id = $1 AND tag_id = $2");

sql!(REMOVE -> Tag = "DELETE FROM tags WHERE account_id = $1 AND id = $2 RETURNING id, name, color");

/// Takes a tag from everybody and away; the tag as it was.
pub async fn remove(tx: &mut Tx, account: AccountId, id: TagId) -> Result<Option<Tag>> {
    let removed = tx.first(&REMOVE, &[&account, &id]).await?;
    if removed.is_some() {
        tx.run(&TAKE_FROM_ALL, &[&account, &id]).await?;
    }
    Ok(removed)
}

sql!(ATTACH -> (TagId,) = "INSERT INTO contact_tags (account_id, contact_id, tag_id) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING tag_id");

/// Which of these were new to the contact.
pub async fn attach(
    tx: &mut Tx,
    account: AccountId,
    contact: ContactId,
    tags: &[TagId],
) -> Result<Vec<TagId>> {
    change_each(tx, &ATTACH, account, contact, tags).await
}

sql!(DETACH -> (TagId,) = "DELETE FROM contact_tags WHERE account_id = $1 AND contact_id = $2 AND tag_id = $3
    RETURNING tag_id");

/// Which of these the contact had.
pub async fn detach(
    tx: &mut Tx,
    account: AccountId,
    contact: ContactId,
    tags: &[TagId],
) -> Result<Vec<TagId>> {
    change_each(tx, &DETACH, account, contact, tags).await
}

async fn change_each(
    tx: &mut Tx,
    statement: &'static recado_db::Sql<(TagId,)>,
    account: AccountId,
    contact: ContactId,
    tags: &[TagId],
) -> Result<Vec<TagId>> {
    let sets: Vec<[&dyn Stored; 3]> = tags
        .iter()
        .map(|tag| [&account as &dyn Stored, &contact, tag])
        .collect();
    let rows = tx.each(statement, &slices(&sets)).await?;
    Ok(rows.into_iter().flatten().map(|(id,)| id).collect())
}

sql!(TAGS_OF -> TagOf = {
    sqlite: "SELECT x.contact_id, t.id, t.name, t.color
        FROM contact_tags x JOIN tags t ON t.account_id = x.account_id AND t.id = x.tag_id
        WHERE x.account_id = $1 AND x.contact_id IN (SELECT unhex(value, '-') FROM json_each($2))
        ORDER BY t.folded, t.id",
    postgres: "SELECT x.contact_id, t.id, t.name, t.color
        FROM contact_tags x JOIN tags t ON t.account_id = x.account_id AND t.id = x.tag_id
        WHERE x.account_id = $1
        AND x.contact_id IN (SELECT CAST(value AS uuid) FROM json_array_elements_text(CAST($2 AS json)))
        ORDER BY t.folded, t.id",
});

/// The tags of contacts, by name: one statement, however many are asked for.
pub async fn of_contacts(
    tx: &mut Tx,
    account: AccountId,
    contacts: &Json<Vec<ContactId>>,
) -> Result<HashMap<ContactId, Vec<Tag>>> {
    let asked = ask_of_contacts(tx, account, contacts).await?;
    answer_of_contacts(tx, asked).await
}

/// A question for the tags of contacts.
#[derive(Debug)]
#[must_use]
pub struct TagsAsked(Asked<TagOf>);

/// [`of_contacts`] for one who has other questions before the answer is wanted.
pub async fn ask_of_contacts(
    tx: &mut Tx,
    account: AccountId,
    contacts: &Json<Vec<ContactId>>,
) -> Result<TagsAsked> {
    tx.ask(&TAGS_OF, &[&account, contacts]).await.map(TagsAsked)
}

pub async fn answer_of_contacts(tx: &mut Tx, asked: TagsAsked) -> Result<HashMap<ContactId, Vec<Tag>>> {
    let mut tags: HashMap<ContactId, Vec<Tag>> = HashMap::new();
    for row in tx.answer(&TAGS_OF, asked.0).await? {
        tags.entry(row.contact_id).or_default().push(Tag {
            id: row.id,
            name: row.name,
            color: row.color,
        });
    }
    Ok(tags)
}
