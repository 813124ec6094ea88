//! How far the index is behind the journal, and what there was before the journal was first read.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, ContactId, MessageId, NoteId, Stored};
use uuid::Uuid;

use crate::contacts::{self, Contact};
use crate::messages::{self, Message};

record! {
    /// How far an account's index has come.
    pub struct State {
        /// The journal has been read up to here.
        pub seq: i64,
        /// Contacts, messages and notes that were there before are read up to here; none when that is done.
        pub contacts_after: Option<ContactId>,
        pub messages_after: Option<MessageId>,
        pub notes_after: Option<NoteId>,
        pub step: i64,
    }
}

sql!(STATE -> State = "SELECT seq, contacts_after, messages_after, notes_after, step FROM search_state
    WHERE account_id = $1");

pub async fn state(tx: &mut Tx, account: AccountId) -> Result<Option<State>> {
    tx.first(&STATE, &[&account]).await
}

sql!(BEGIN -> () = "INSERT INTO search_state (account_id, seq, contacts_after, messages_after, notes_after, step)
    VALUES ($1, $2, $3, $4, $5, 0)
    ON CONFLICT (account_id) DO UPDATE SET seq = excluded.seq, contacts_after = excluded.contacts_after,
        messages_after = excluded.messages_after, notes_after = excluded.notes_after, step = search_state.step + 1");

/// Begins at the journal's end `seq` with reading all that is there.
pub async fn begin(tx: &mut Tx, account: AccountId, seq: i64) -> Result<()> {
    let params: [&dyn Stored; 5] = [&account, &seq, &ContactId::MIN, &MessageId::MIN, &NoteId::MIN];
    tx.run(&BEGIN, &params).await?;
    Ok(())
}

sql!(STEP -> () = "UPDATE search_state SET seq = $3, contacts_after = $4, messages_after = $5, notes_after = $6,
        step = step + 1
    WHERE account_id = $1 AND step = $2");

/// Moves on from `state`, which nobody else has moved meanwhile, and keeps others from it until the transaction ends.
/// False if somebody has.
pub async fn step(tx: &mut Tx, account: AccountId, state: &State) -> Result<bool> {
    let params: [&dyn Stored; 6] = [
        &account,
        &state.step,
        &state.seq,
        &state.contacts_after,
        &state.messages_after,
        &state.notes_after,
    ];
    Ok(tx.run(&STEP, &params).await? > 0)
}

sql!(#[scan = "one row an account; asked every few seconds"]
    BEHIND -> (AccountId,) = "SELECT h.account_id FROM journal_heads h
        LEFT JOIN search_state s ON s.account_id = h.account_id
        WHERE s.seq IS NULL OR s.seq < h.seq OR s.contacts_after IS NOT NULL OR s.messages_after IS NOT NULL
            OR s.notes_after IS NOT NULL");

/// Accounts whose index is not up to date.
pub async fn behind(tx: &mut Tx) -> Result<Vec<AccountId>> {
    let rows = tx.all(&BEHIND, &[]).await?;
    Ok(rows.into_iter().map(|(account,)| account).collect())
}

sql!(SUBJECTS -> (Uuid,) = "SELECT subject_id FROM search_documents WHERE account_id = $1 AND subject_id > $2
    ORDER BY subject_id LIMIT $3");

/// Some of what can be found.
pub async fn subjects(tx: &mut Tx, account: AccountId, limit: i64) -> Result<Vec<Uuid>> {
    let rows = tx.all(&SUBJECTS, &[&account, &Uuid::nil(), &limit]).await?;
    Ok(rows.into_iter().map(|(subject,)| subject).collect())
}

sql!(FORGET_WORDS -> () = "DELETE FROM search_words WHERE account_id = $1");

sql!(FORGET_PEOPLE -> () = "DELETE FROM search_people WHERE account_id = $1");

/// Forgets which words the account uses, and those of its people.
pub async fn forget_words(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx.run(&FORGET_WORDS, &[&account]).await?;
    tx.run(&FORGET_PEOPLE, &[&account]).await?;
    Ok(())
}

sql!(MESSAGES_AFTER -> (MessageId,) = "SELECT id FROM messages WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3");

/// The account's messages, in the order of ids.
pub async fn messages_after(
    tx: &mut Tx,
    account: AccountId,
    after: MessageId,
    limit: i64,
) -> Result<Vec<Message>> {
    let ids = tx.all(&MESSAGES_AFTER, &[&account, &after, &limit]).await?;
    let ids: Vec<MessageId> = ids.into_iter().map(|(id,)| id).collect();
    messages::get_each(tx, account, &ids).await
}

sql!(CONTACTS_AFTER -> (ContactId,) = "SELECT id FROM contacts WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3");

/// The account's contacts, in the order of ids.
pub async fn contacts_after(
    tx: &mut Tx,
    account: AccountId,
    after: ContactId,
    limit: i64,
) -> Result<Vec<Contact>> {
    let ids = tx.all(&CONTACTS_AFTER, &[&account, &after, &limit]).await?;
    let ids: Vec<ContactId> = ids.into_iter().map(|(id,)| id).collect();
    let mut contacts: Vec<Contact> = contacts::by_ids(tx, account, ids).await?.into_values().collect();
    contacts.sort_by_key(|contact| contact.id);
    Ok(contacts)
}
