//! Conversations: the threads between one contact and one number.

use std::collections::HashMap;

use recado_db::{Engine, Result, Tx, record, sql};
use recado_model::{
    AccountId, ContactId, ContentType, ConversationId, ConversationStatus, Cursor, Direction, Json, MemberId,
    MessageId, MessageStatus, NumberId, Stored, Time,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contacts::{self, Contact};
use crate::messages::Message;
use crate::slices;

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

/// What a list shows, and in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<ConversationStatus>,
    pub contact: Option<ContactId>,
    pub assigned: Option<Assigned>,
    pub sort: Sort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    To(MemberId),
    Nobody,
}

/// Newest first by either time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Created,
    Activity,
}

macro_rules! columns {
    () => {
        "id, contact_id, number_id, status, assigned_member_id, last_message_id, last_message_text, \
         last_message_type, last_message_direction, last_message_status, last_message_at, window_expires_at, \
         unread_count, created_at, updated_at"
    };
}

// A list is one statement per driving index; the conditions that do not drive are checked on the way. All take
// the same parameters, and an empty word or the nil id stands for "any".
macro_rules! list {
    ($name:ident, $sort:literal, $drive:literal) => {
        sql!($name -> ConversationRow = concat!(
            "SELECT ", columns!(), " FROM conversations WHERE account_id = $1 AND ", $drive,
            " AND ($2 = '' OR status = $2) AND (contact_id = $3 OR $3 = $4)",
            " AND ($5 = '' OR ($5 = 'nobody' AND assigned_member_id IS NULL) OR assigned_member_id = $6)",
            " AND (", $sort, ", id) < ($7, $8) ORDER BY ", $sort, " DESC, id DESC LIMIT $9"
        ));
    };
}

list!(CREATED, "created_at", "1 = 1");
list!(CREATED_STATUS, "created_at", "status = $2");
list!(CREATED_CONTACT, "created_at", "contact_id = $3");
list!(CREATED_ASSIGNEE, "created_at", "assigned_member_id = $6");
list!(CREATED_UNASSIGNED, "created_at", "assigned_member_id IS NULL");
list!(ACTIVITY_STATUS, "last_message_at", "status = $2");
list!(ACTIVITY_CONTACT, "last_message_at", "contact_id = $3");
list!(ACTIVITY_ASSIGNEE, "last_message_at", "assigned_member_id = $6");
list!(
    ACTIVITY_UNASSIGNED,
    "last_message_at",
    "assigned_member_id IS NULL"
);

// Of all states: merged from one list per state, so that no index but those is needed.
macro_rules! of_state {
    ($status:literal) => {
        concat!(
            "SELECT * FROM (SELECT ",
            columns!(),
            " FROM conversations WHERE account_id = $1 AND status = '",
            $status,
            "' AND (last_message_at, id) < ($2, $3) ORDER BY last_message_at DESC, id DESC LIMIT $4) AS ",
            $status,
            "_ones"
        )
    };
}

sql!(ACTIVITY -> ConversationRow = concat!(
    of_state!("open"), " UNION ALL ", of_state!("pending"), " UNION ALL ", of_state!("closed"),
    " ORDER BY last_message_at DESC, id DESC LIMIT $4"
));

/// Up to `limit` conversations after `cursor`, each with its contact and that contact's tags.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    filter: &Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Conversation>> {
    let by_creation = filter.sort == Sort::Created;
    if *filter
        == (Filter {
            sort: Sort::Activity,
            ..Filter::default()
        })
    {
        let params: [&dyn Stored; 4] = [&account, &cursor.at, &cursor.id, &limit];
        let rows = tx.all(&ACTIVITY, &params).await?;
        return with_contacts(tx, account, rows).await;
    }
    let statement = match (filter.contact, filter.assigned, filter.status) {
        (Some(_), _, _) if by_creation => &CREATED_CONTACT,
        (Some(_), _, _) => &ACTIVITY_CONTACT,
        (None, Some(Assigned::To(_)), _) if by_creation => &CREATED_ASSIGNEE,
        (None, Some(Assigned::To(_)), _) => &ACTIVITY_ASSIGNEE,
        (None, Some(Assigned::Nobody), _) if by_creation => &CREATED_UNASSIGNED,
        (None, Some(Assigned::Nobody), _) => &ACTIVITY_UNASSIGNED,
        (None, None, Some(_)) if by_creation => &CREATED_STATUS,
        (None, None, Some(_)) => &ACTIVITY_STATUS,
        (None, None, None) => &CREATED,
    };
    let status = filter.status.map_or("", ConversationStatus::as_str);
    let contact = filter.contact.unwrap_or(ContactId::MIN);
    let (assigned, member) = match filter.assigned {
        None => ("", MemberId::MIN),
        Some(Assigned::Nobody) => ("nobody", MemberId::MIN),
        Some(Assigned::To(member)) => ("member", member),
    };
    let params: [&dyn Stored; 9] = [
        &account,
        &status,
        &contact,
        &ContactId::MIN,
        &assigned,
        &member,
        &cursor.at,
        &cursor.id,
        &limit,
    ];
    let rows = tx.all(statement, &params).await?;
    with_contacts(tx, account, rows).await
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

/// What new messages change in their conversation. The names are those the statement reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Received {
    #[serde(rename = "id")]
    pub conversation: ConversationId,
    /// How many of them the customer wrote.
    #[serde(rename = "n")]
    pub count: i64,
    pub last: MessageId,
    pub text: Option<String>,
    #[serde(rename = "kind")]
    pub content_type: ContentType,
    #[serde(rename = "dir")]
    pub direction: Direction,
    pub status: MessageStatus,
    /// Unix milliseconds.
    pub at: i64,
    /// Unix milliseconds.
    #[serde(rename = "until")]
    pub window_expires_at: i64,
}

macro_rules! moved {
    () => {
        "c.id, c.contact_id, c.number_id, c.status, c.assigned_member_id, c.last_message_id, c.last_message_text, \
         c.last_message_type, c.last_message_direction, c.last_message_status, c.last_message_at, \
         c.window_expires_at, c.unread_count, c.created_at, c.updated_at"
    };
}

sql!(RECEIVED -> ConversationRow = {
    sqlite: concat!("UPDATE conversations AS c SET
        unread_count = c.unread_count + (n.value ->> 'n'), last_message_id = unhex(n.value ->> 'last', '-'),
        last_message_text = n.value ->> 'text', last_message_type = n.value ->> 'kind',
        last_message_direction = n.value ->> 'dir', last_message_status = n.value ->> 'status',
        last_message_at = n.value ->> 'at', updated_at = n.value ->> 'at',
        window_expires_at = CASE WHEN n.value ->> 'until' = 0 OR c.window_expires_at > n.value ->> 'until'
            THEN c.window_expires_at ELSE n.value ->> 'until' END,
        status = CASE WHEN c.status = 'closed' AND n.value ->> 'n' > 0 THEN 'open' ELSE c.status END
        FROM json_each($2) AS n WHERE c.account_id = $1 AND c.id = unhex(n.value ->> 'id', '-') RETURNING ",
        columns!()),
    postgres: concat!("UPDATE conversations AS c SET
        unread_count = c.unread_count + n.n, last_message_id = n.last, last_message_text = n.text,
        last_message_type = n.kind, last_message_direction = n.dir, last_message_status = n.status,
        last_message_at = n.at, updated_at = n.at,
        window_expires_at = CASE WHEN n.until = 0 OR c.window_expires_at > n.until
            THEN c.window_expires_at ELSE n.until END,
        status = CASE WHEN c.status = 'closed' AND n.n > 0 THEN 'open' ELSE c.status END
        FROM json_to_recordset(CAST($2 AS json)) AS n(id uuid, n bigint, last uuid, text text, kind text, dir text,
            status text, at bigint, until bigint)
        WHERE c.account_id = $1 AND c.id = n.id RETURNING ", moved!()),
});

sql!(RECEIVED_ONE -> () = "UPDATE conversations SET
        unread_count = unread_count + $3, last_message_id = $4, last_message_text = $5, last_message_type = $6,
        last_message_direction = $7, last_message_status = $8, last_message_at = $9, updated_at = $9,
        window_expires_at = CASE WHEN CAST($10 AS BIGINT) = 0 OR window_expires_at > $10 THEN window_expires_at ELSE $10 END,
        status = CASE WHEN status = 'closed' AND $3 > 0 THEN 'open' ELSE status END
    WHERE account_id = $1 AND id = $2");

/// Moves unread, window, preview and status; a closed conversation opens again when the customer writes. The rows come
/// in any order.
///
/// On PostgreSQL it is one statement, however many. SQLite has no round trips to save, reads the list anew for every
/// conversation of the account when it is given one, and puts what is returned through a table of its own.
pub async fn received(tx: &mut Tx, account: AccountId, news: Vec<Received>) -> Result<Vec<ConversationRow>> {
    if tx.engine() == Engine::Postgres {
        return tx.all(&RECEIVED, &[&account, &Json(news)]).await;
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
                &one.content_type,
                &one.direction,
                &one.status,
                &one.at,
                &one.window_expires_at,
            ];
            set
        })
        .collect();
    tx.run_each(&RECEIVED_ONE, &slices(&sets)).await?;
    let sets: Vec<[&dyn Stored; 2]> = news
        .iter()
        .map(|one| [&account as &dyn Stored, &one.conversation])
        .collect();
    let rows = tx.each(&GET, &slices(&sets)).await?;
    Ok(rows.into_iter().flatten().collect())
}

sql!(REPLIED -> ConversationRow = concat!("UPDATE conversations SET
        last_message_id = $3, last_message_text = $4, last_message_type = $5,
        last_message_direction = 'outbound', last_message_status = $6, last_message_at = $7, updated_at = $7
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Makes a reply the conversation's last message.
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

sql!(SET_STATUS -> ConversationRow = concat!("UPDATE conversations SET status = $3, updated_at = $4
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn set_status(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    status: ConversationStatus,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&SET_STATUS, &[&account, &id, &status, &now]).await
}

sql!(ASSIGN -> ConversationRow = concat!("UPDATE conversations SET assigned_member_id = $3, updated_at = $4
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn assign(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    member: Option<MemberId>,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&ASSIGN, &[&account, &id, &member, &now]).await
}

sql!(UNASSIGN_ALL -> ConversationRow = concat!("UPDATE conversations SET assigned_member_id = NULL, updated_at = $3
    WHERE account_id = $1 AND assigned_member_id = $2 RETURNING ", columns!()));

/// Frees everything assigned to a member who leaves.
pub async fn unassign_all(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    now: Time,
) -> Result<Vec<ConversationRow>> {
    tx.all(&UNASSIGN_ALL, &[&account, &member, &now]).await
}

sql!(READ -> ConversationRow = concat!("UPDATE conversations SET unread_count = 0, updated_at = $3
    WHERE account_id = $1 AND id = $2 AND unread_count > 0 RETURNING ", columns!()));

/// None if there was nothing unread.
pub async fn mark_read(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&READ, &[&account, &id, &now]).await
}

sql!(SET_UNREAD -> () = "UPDATE conversations SET unread_count = $3 WHERE account_id = $1 AND id = $2");

/// For seeding a past, some of which has been read.
pub async fn set_unread(tx: &mut Tx, account: AccountId, id: ConversationId, unread: i64) -> Result<()> {
    tx.run(&SET_UNREAD, &[&account, &id, &unread]).await?;
    Ok(())
}
