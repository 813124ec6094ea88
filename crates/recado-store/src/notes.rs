//! What the team writes to itself about a conversation or a contact.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, ContactId, ConversationId, Cursor, Json, MemberId, NoteId, Stored, Time};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(Serialize, ToSchema)]
    pub struct Note {
        pub id: NoteId,
        pub contact_id: ContactId,
        /// Null for one about the contact, wherever they write.
        #[schema(required)]
        pub conversation_id: Option<ConversationId>,
        /// The member who wrote it; null for an API key.
        #[schema(required)]
        pub author_id: Option<MemberId>,
        pub text: String,
        /// The members it calls on, each by `@` and their name in the text.
        #[schema(required, value_type = Vec<MemberId>)]
        pub mentions: Json<Vec<MemberId>>,
        /// A reply that is proposed: whoever answers may take its text over.
        pub is_draft: bool,
        pub created_at: Time,
        #[schema(required)]
        pub edited_at: Option<Time>,
    }
}

/// Whose notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Conversation(ConversationId),
    /// Those about their conversations too.
    Contact(ContactId),
}

macro_rules! columns {
    () => {
        "id, contact_id, conversation_id, author_id, text, mentions, is_draft, created_at, edited_at"
    };
}

sql!(OF_CONVERSATION -> Note = concat!("SELECT ", columns!(), " FROM notes
    WHERE account_id = $1 AND conversation_id = $2 AND (created_at, id) < ($3, $4)
    ORDER BY created_at DESC, id DESC LIMIT $5"));

sql!(AFTER -> Note = concat!("SELECT ", columns!(), " FROM notes WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3"));

/// The account's notes, in the order of ids.
pub async fn after(tx: &mut Tx, account: AccountId, after: NoteId, limit: i64) -> Result<Vec<Note>> {
    tx.all(&AFTER, &[&account, &after, &limit]).await
}

sql!(EACH -> Note = {
    sqlite: concat!("SELECT ", columns!(), " FROM notes
        WHERE account_id = $1 AND id IN (SELECT unhex(value, '-') FROM json_each($2))"),
    postgres: concat!("SELECT ", columns!(), " FROM notes WHERE account_id = $1
        AND id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST($2 AS json)) AS uuid)))"),
});

/// Those of these ids that are notes, in no order.
pub async fn get_each(tx: &mut Tx, account: AccountId, ids: Vec<NoteId>) -> Result<Vec<Note>> {
    tx.all(&EACH, &[&account, &Json(ids)]).await
}

sql!(IN_THREAD -> (NoteId,) = "SELECT id FROM notes WHERE account_id = $1 AND conversation_id = $2");

/// All notes of a conversation.
pub async fn in_thread(tx: &mut Tx, account: AccountId, conversation: ConversationId) -> Result<Vec<NoteId>> {
    let rows = tx.all(&IN_THREAD, &[&account, &conversation]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

sql!(OF_CONTACT -> Note = concat!("SELECT ", columns!(), " FROM notes
    WHERE account_id = $1 AND contact_id = $2 AND (created_at, id) < ($3, $4)
    ORDER BY created_at DESC, id DESC LIMIT $5"));

/// Up to `limit` notes after `cursor`, newest first.
pub async fn page(
    tx: &mut Tx,
    account: AccountId,
    about: About,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Note>> {
    match about {
        About::Conversation(id) => {
            let params: [&dyn Stored; 5] = [&account, &id, &cursor.at, &cursor.id, &limit];
            tx.all(&OF_CONVERSATION, &params).await
        }
        About::Contact(id) => {
            let params: [&dyn Stored; 5] = [&account, &id, &cursor.at, &cursor.id, &limit];
            tx.all(&OF_CONTACT, &params).await
        }
    }
}

sql!(GET -> Note = concat!("SELECT ", columns!(), " FROM notes WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: NoteId) -> Result<Option<Note>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(INSERT -> () = "INSERT INTO notes (account_id, id, contact_id, conversation_id, author_id, text, mentions, is_draft,
    created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

pub async fn insert(tx: &mut Tx, account: AccountId, note: &Note) -> Result<()> {
    let params: [&dyn Stored; 9] = [
        &account,
        &note.id,
        &note.contact_id,
        &note.conversation_id,
        &note.author_id,
        &note.text,
        &note.mentions,
        &note.is_draft,
        &note.created_at,
    ];
    tx.run(&INSERT, &params).await?;
    Ok(())
}

sql!(EDIT -> Note = concat!("UPDATE notes SET text = $3, mentions = $4, edited_at = $5
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn edit(
    tx: &mut Tx,
    account: AccountId,
    id: NoteId,
    text: &str,
    mentions: &Json<Vec<MemberId>>,
    now: Time,
) -> Result<Option<Note>> {
    tx.first(&EDIT, &[&account, &id, &text, mentions, &now]).await
}

sql!(DELETE -> Note = concat!("DELETE FROM notes WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn delete(tx: &mut Tx, account: AccountId, id: NoteId) -> Result<Option<Note>> {
    tx.first(&DELETE, &[&account, &id]).await
}
