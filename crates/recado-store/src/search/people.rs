//! Finding people: every word of a person is a row, and a word that is asked for is the beginning of one.

use std::collections::{BTreeSet, HashMap};

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, ContactId, ConversationId, Cursor, Json, Stored, Time};

use super::end_of;
use crate::slices;

/// People looked at for one question; who has more is asked for another letter.
const MOST: i64 = 2_000;

/// Somebody, and the words they are found by.
#[derive(Clone, Debug)]
pub struct Person {
    pub contact: ContactId,
    pub words: BTreeSet<String>,
}

sql!(WORDS_OF -> (ContactId, String) = {
    sqlite: "SELECT contact_id, word FROM search_people
        WHERE account_id = $1 AND contact_id IN (SELECT unhex(value, '-') FROM json_each($2))",
    postgres: "SELECT contact_id, word FROM search_people
        WHERE account_id = $1
        AND contact_id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST($2 AS json)) AS uuid)))",
});

sql!(ADD -> () = "INSERT INTO search_people (account_id, word, contact_id) VALUES ($1, $2, $3)");

sql!(REMOVE -> () = "DELETE FROM search_people WHERE account_id = $1 AND word = $2 AND contact_id = $3");

/// Keeps people's words as they are now; without any they are not to be found any more.
pub async fn keep_people(tx: &mut Tx, account: AccountId, people: &[Person]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let ids = Json(people.iter().map(|one| one.contact).collect::<Vec<_>>());
    let mut known: HashMap<ContactId, BTreeSet<String>> = HashMap::new();
    for (contact, word) in tx.all(&WORDS_OF, &[&account, &ids]).await? {
        known.entry(contact).or_default().insert(word);
    }
    let none = BTreeSet::new();
    let mut added: Vec<[&dyn Stored; 3]> = Vec::new();
    let mut removed: Vec<[&dyn Stored; 3]> = Vec::new();
    for one in people {
        let before = known.get(&one.contact).unwrap_or(&none);
        for word in one.words.difference(before) {
            added.push([&account, word, &one.contact]);
        }
        for word in before.difference(&one.words) {
            removed.push([&account, word, &one.contact]);
        }
    }
    tx.run_each(&REMOVE, &slices(&removed)).await?;
    tx.run_each(&ADD, &slices(&added)).await?;
    Ok(())
}

macro_rules! people {
    ($others:literal) => {
        concat!(
            "SELECT contact_id FROM search_people p WHERE account_id = $1 AND word >= $2 AND word < $3
                AND NOT EXISTS (SELECT 1 FROM ",
            $others,
            " WHERE NOT EXISTS (SELECT 1 FROM search_people o WHERE o.account_id = $1 AND o.contact_id = p.contact_id
                AND o.word >= asked.value AND o.word < asked.value || $5))
            ORDER BY word, contact_id LIMIT $6"
        )
    };
}

sql!(PEOPLE -> (ContactId,) = {
    sqlite: people!("json_each($4) AS asked"),
    postgres: people!("json_array_elements_text(CAST($4 AS json)) AS asked(value)"),
});

/// Who has for each of these a word that begins so. Whoever has just that word comes before those who have more of it.
pub async fn people(tx: &mut Tx, account: AccountId, beginnings: &[String]) -> Result<Vec<ContactId>> {
    let Some((first, others)) = beginnings.split_first() else {
        return Ok(Vec::new());
    };
    let (end, others) = (end_of(first), Json(others.to_vec()));
    let params: [&dyn Stored; 6] = [&account, first, &end, &others, &end_of(""), &MOST];
    let rows = tx.all(&PEOPLE, &params).await?;
    let mut seen = BTreeSet::new();
    Ok(rows
        .into_iter()
        .map(|(contact,)| contact)
        .filter(|contact| seen.insert(*contact))
        .collect())
}

sql!(CONVERSATIONS_OF -> (ConversationId, Time) = {
    sqlite: "SELECT id, last_message_at FROM conversations
        WHERE account_id = $1 AND contact_id IN (SELECT unhex(value, '-') FROM json_each($2))
        AND (last_message_at, id) < ($3, $4) ORDER BY last_message_at DESC, id DESC LIMIT $5",
    postgres: "SELECT id, last_message_at FROM conversations
        WHERE account_id = $1
        AND contact_id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST($2 AS json)) AS uuid)))
        AND (last_message_at, id) < ($3, $4) ORDER BY last_message_at DESC, id DESC LIMIT $5",
});

/// The conversations of these contacts after `cursor`, newest activity first, with the time of it.
pub async fn conversations_of(
    tx: &mut Tx,
    account: AccountId,
    contacts: Vec<ContactId>,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<(ConversationId, Time)>> {
    let contacts = Json(contacts);
    let params: [&dyn Stored; 5] = [&account, &contacts, &cursor.at, &cursor.id, &limit];
    tx.all(&CONVERSATIONS_OF, &params).await
}
