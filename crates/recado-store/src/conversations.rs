//! Conversations: the threads between one contact and one number.

macro_rules! columns {
    () => {
        "id, contact_id, number_id, status, assigned_member_id, last_message_id, last_message_text, \
         last_message_type, last_message_direction, last_message_status, last_message_at, window_expires_at, \
         unread_count, waiting_since, snooze, reopened_from, created_at, updated_at"
    };
}

mod change;
mod list;

use std::collections::HashMap;

use recado_db::{Engine, Result, Tx, record, sql};
use recado_model::{
    AccountId, ContactId, ContentType, ConversationId, ConversationStatus, Direction, Json, MemberId,
    MessageId, MessageStatus, NumberId, ReopenedFrom, Snooze, Stored, Time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::{self, Contact};
use crate::messages::Message;
use crate::slices;

pub use change::{assign, mark_read, mark_unread, set_status, set_unread, snooze, unassign_all, wake};
pub use list::{Assigned, COUNTED, Counts, Filter, Sort, counts, list, position};

record! {
    /// A conversation without its contact.
    #[derive(Serialize, ToSchema)]
    pub struct ConversationRow {
        pub id: ConversationId,
        pub contact_id: ContactId,
        /// The number the customer writes to and is answered from.
        #[serde(rename = "channel_id")]
        pub number_id: NumberId,
        pub status: ConversationStatus,
        /// The member it is assigned to.
        #[serde(rename = "assigned_agent_id")]
        #[schema(required)]
        pub assigned_member_id: Option<MemberId>,
        #[schema(required)]
        pub last_message_id: Option<MessageId>,
        /// One line, cut to 160 characters.
        #[schema(required)]
        pub last_message_text: Option<String>,
        #[schema(required)]
        pub last_message_type: Option<ContentType>,
        #[schema(required)]
        pub last_message_direction: Option<Direction>,
        #[schema(required)]
        pub last_message_status: Option<MessageStatus>,
        pub last_message_at: Time,
        /// Until when free text may be sent; null if the customer never wrote.
        #[schema(required)]
        pub window_expires_at: Option<Time>,
        pub unread_count: i64,
        /// When the customer wrote the first message that was not answered yet; null if nobody waits.
        #[schema(required)]
        pub waiting_since: Option<Time>,
        /// Put away, with status `pending`; null if it is not.
        #[schema(required, value_type = Option<Snooze>)]
        pub snooze: Option<Json<Snooze>>,
        /// Told once, to whom takes in the message that did it.
        #[serde(skip)]
        pub reopened_from: Option<ReopenedFrom>,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Conversation {
    #[serde(flatten)]
    pub row: ConversationRow,
    pub contact: Contact,
}

sql!(GET -> ConversationRow = concat!("SELECT ", columns!(), " FROM conversations WHERE account_id = $1 AND id = $2"));

pub async fn row(tx: &mut Tx, account: AccountId, id: ConversationId) -> Result<Option<ConversationRow>> {
    tx.first(&GET, &[&account, &id]).await
}

/// One conversation with its contact.
pub async fn get(tx: &mut Tx, account: AccountId, id: ConversationId) -> Result<Option<Conversation>> {
    let rows = tx.all(&GET, &[&account, &id]).await?;
    Ok(with_contacts(tx, account, rows).await?.pop())
}

/// Several conversations, in the order asked; those that do not exist are left out.
pub async fn get_each(tx: &mut Tx, account: AccountId, ids: &[ConversationId]) -> Result<Vec<Conversation>> {
    let sets: Vec<[&dyn Stored; 2]> = ids.iter().map(|id| [&account as &dyn Stored, id]).collect();
    let rows = tx
        .each(&GET, &slices(&sets))
        .await?
        .into_iter()
        .flatten()
        .collect();
    with_contacts(tx, account, rows).await
}

/// Completes rows with their contacts: two statements, however many rows.
pub async fn with_contacts(
    tx: &mut Tx,
    account: AccountId,
    rows: Vec<ConversationRow>,
) -> Result<Vec<Conversation>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<ContactId> = rows.iter().map(|row| row.contact_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let contacts = contacts::by_ids(tx, account, ids).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            contacts
                .get(&row.contact_id)
                .cloned()
                .map(|contact| Conversation { row, contact })
        })
        .collect())
}

sql!(BY_CONTACTS -> (ContactId, ConversationId) = {
    sqlite: "SELECT contact_id, id FROM conversations WHERE account_id = $1 AND number_id = $2
        AND contact_id IN (SELECT unhex(value, '-') FROM json_each($3))",
    postgres: "SELECT contact_id, id FROM conversations WHERE account_id = $1 AND number_id = $2
        AND contact_id = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST($3 AS json)) AS uuid)))",
});

/// The conversations of contacts with a number, by contact: one statement, however many are asked for.
pub async fn by_contacts(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    contacts: Vec<ContactId>,
) -> Result<HashMap<ContactId, ConversationId>> {
    let rows = tx
        .all(&BY_CONTACTS, &[&account, &number, &Json(contacts)])
        .await?;
    Ok(rows.into_iter().collect())
}

sql!(INSERT -> (ConversationId,) = "INSERT INTO conversations (account_id, id, contact_id, number_id, status,
        last_message_at, unread_count, created_at, updated_at)
    VALUES ($1, $2, $3, $4, 'open', $5, 0, $5, $5)
    ON CONFLICT (account_id, contact_id, number_id) DO NOTHING RETURNING id");

/// Opens conversations between these contacts and numbers. False if another node opened one of them first.
pub async fn insert_each(
    tx: &mut Tx,
    account: AccountId,
    new: &[(ConversationId, ContactId, NumberId)],
    now: Time,
) -> Result<bool> {
    let sets: Vec<[&dyn Stored; 5]> = new
        .iter()
        .map(|(id, contact, number)| [&account as &dyn Stored, id, contact, number, &now])
        .collect();
    Ok(tx
        .each(&INSERT, &slices(&sets))
        .await?
        .iter()
        .all(|rows| !rows.is_empty()))
}

/// What new messages change in their conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Received {
    pub conversation: ConversationId,
    /// How many of them the customer wrote.
    pub count: i64,
    pub last: MessageId,
    pub text: Option<String>,
    pub kind: ContentType,
    pub direction: Direction,
    pub state: MessageStatus,
    /// Unix milliseconds.
    pub at: i64,
    /// Unix milliseconds; 0 when they open no window.
    pub window_ends: i64,
}

macro_rules! received {
    ($count:literal, $last:literal, $text:literal, $kind:literal, $direction:literal, $status:literal, $at:literal,
        $window:literal) => {
        concat!(
            "UPDATE conversations SET unread_count = unread_count + ",
            $count,
            ", is_unread = unread_count + ",
            $count,
            " > 0, last_message_id = ",
            $last,
            ", last_message_text = ",
            $text,
            ", last_message_type = ",
            $kind,
            ", last_message_direction = ",
            $direction,
            ", last_message_status = ",
            $status,
            ", last_message_at = ",
            $at,
            ", updated_at = ",
            $at,
            ", window_expires_at = CASE WHEN CAST(",
            $window,
            " AS BIGINT) = 0 OR window_expires_at > ",
            $window,
            " THEN window_expires_at ELSE ",
            $window,
            " END,
            waiting_since = CASE WHEN ",
            $direction,
            " = 'outbound' THEN NULL
                WHEN ",
            $count,
            " > 0 AND waiting_since IS NULL THEN ",
            $at,
            " ELSE waiting_since END,
            reopened_from = CASE WHEN ",
            $count,
            " = 0 THEN NULL WHEN status = 'closed' THEN 'closed'
                WHEN snooze IS NOT NULL THEN 'snoozed' END,
            status = CASE WHEN ",
            $count,
            " > 0 AND (status = 'closed' OR snooze IS NOT NULL) THEN 'open'
                ELSE status END,
            snooze = CASE WHEN ",
            $count,
            " > 0 THEN NULL ELSE snooze END"
        )
    };
}

// PostgreSQL changes all of them at once and answers with the rows; that they are named by an array keeps it from reading
// the whole table, which it thinks cheaper while that is small.
sql!(RECEIVED -> ConversationRow = {
    sqlite: concat!(
        received!("n.count", "n.last", "n.text", "n.kind", "n.direction", "n.state", "n.at", "n.window_ends"),
        " FROM (SELECT unhex(value ->> 'conversation', '-') AS conversation, value ->> 'count' AS count,
            unhex(value ->> 'last', '-') AS last, value ->> 'text' AS text, value ->> 'kind' AS kind,
            value ->> 'direction' AS direction, value ->> 'state' AS state, value ->> 'at' AS at,
            value ->> 'window_ends' AS window_ends FROM json_each($2)) AS n
        WHERE account_id = $1 AND id = n.conversation RETURNING ",
        columns!(),
    ),
    postgres: concat!(
        received!("n.count", "n.last", "n.text", "n.kind", "n.direction", "n.state", "n.at", "n.window_ends"),
        " FROM json_to_recordset(CAST($2 AS json)) AS n(conversation uuid, count bigint, last uuid, text text,
            kind text, direction text, state text, at bigint, window_ends bigint)
        WHERE account_id = $1 AND id = n.conversation
        AND id = ANY (ARRAY(SELECT conversation FROM json_to_recordset(CAST($2 AS json)) AS named(conversation uuid)))
        RETURNING ",
        columns!(),
    ),
});

// SQLite puts what an UPDATE returns through a table of its own, and is asked after.
sql!(RECEIVED_QUIETLY -> () = concat!(
    received!("$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10"),
    " WHERE account_id = $1 AND id = $2",
));

// Another message where some wait already. SQLite writes every index anew that has a column which is set, even to what it
// was, so this sets as few as it can.
sql!(RECEIVED_ANOTHER -> () = "UPDATE conversations SET
        unread_count = unread_count + $3, last_message_id = $4, last_message_text = $5, last_message_type = $6,
        last_message_direction = $7, last_message_status = $8, last_message_at = $9, updated_at = $9,
        window_expires_at = CASE WHEN CAST($10 AS BIGINT) = 0 OR window_expires_at > $10 THEN window_expires_at ELSE $10 END,
        reopened_from = NULL
    WHERE account_id = $1 AND id = $2 AND is_unread AND waiting_since IS NOT NULL AND status <> 'closed'
    AND snooze IS NULL AND CAST($3 AS BIGINT) > 0 AND $7 = 'inbound'");

/// Moves unread, window, preview, waiting and status; a closed or snoozed conversation opens again when the customer
/// writes. The rows come in any order.
pub async fn received(tx: &mut Tx, account: AccountId, news: &[Received]) -> Result<Vec<ConversationRow>> {
    if tx.engine() == Engine::Postgres {
        return tx.all(&RECEIVED, &[&account, &Json(news.to_vec())]).await;
    }
    let sets: Vec<[&dyn Stored; 10]> = news
        .iter()
        .map(|one| {
            let set: [&dyn Stored; 10] = [
                &account,
                &one.conversation,
                &one.count,
                &one.last,
                &one.text,
                &one.kind,
                &one.direction,
                &one.state,
                &one.at,
                &one.window_ends,
            ];
            set
        })
        .collect();
    let another = tx.run_each(&RECEIVED_ANOTHER, &slices(&sets)).await?;
    let others: Vec<[&dyn Stored; 10]> = sets
        .into_iter()
        .zip(another)
        .filter_map(|(set, changed)| (changed == 0).then_some(set))
        .collect();
    tx.run_each(&RECEIVED_QUIETLY, &slices(&others)).await?;
    let sets: Vec<[&dyn Stored; 2]> = news
        .iter()
        .map(|one| [&account as &dyn Stored, &one.conversation])
        .collect();
    let rows = tx.each(&GET, &slices(&sets)).await?;
    Ok(rows.into_iter().flatten().collect())
}

sql!(REPLIED -> ConversationRow = concat!("UPDATE conversations SET
        last_message_id = $3, last_message_text = $4, last_message_type = $5,
        last_message_direction = 'outbound', last_message_status = $6, last_message_at = $7, updated_at = $7,
        waiting_since = NULL
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Makes a reply the conversation's last message; nobody waits any more.
pub async fn replied(
    tx: &mut Tx,
    account: AccountId,
    message: &Message,
    preview: Option<&str>,
) -> Result<Option<ConversationRow>> {
    let params: [&dyn Stored; 7] = [
        &account,
        &message.conversation_id,
        &message.id,
        &preview,
        &message.content_type,
        &message.status,
        &message.created_at,
    ];
    tx.first(&REPLIED, &params).await
}

sql!(TICKED -> () = "UPDATE conversations SET last_message_status = $4
    WHERE account_id = $1 AND id = $2 AND last_message_id = $3");

/// Lets the list show the new status of those messages that are their conversation's last.
pub async fn ticked(tx: &mut Tx, account: AccountId, messages: &[Message]) -> Result<()> {
    let sets: Vec<[&dyn Stored; 4]> = messages
        .iter()
        .map(|message| {
            [
                &account as &dyn Stored,
                &message.conversation_id,
                &message.id,
                &message.status,
            ]
        })
        .collect();
    tx.run_each(&TICKED, &slices(&sets)).await?;
    Ok(())
}

sql!(REWORDED -> () = "UPDATE conversations SET last_message_text = $4, last_message_type = $5
    WHERE account_id = $1 AND id = $2 AND last_message_id = $3");

/// Lets the list show what a message says now, if it is its conversation's last.
pub async fn reworded(tx: &mut Tx, account: AccountId, message: &Message) -> Result<()> {
    let text = message
        .content_text
        .as_deref()
        .map(recado_model::message::preview);
    tx.run(
        &REWORDED,
        &[
            &account,
            &message.conversation_id,
            &message.id,
            &text,
            &message.content_type,
        ],
    )
    .await?;
    Ok(())
}
