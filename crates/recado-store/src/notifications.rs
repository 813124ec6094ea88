//! Notifications: what each member was told of, and whether they have read it.

use std::collections::HashMap;

use recado_db::{Result, Tx, record, sql};
use recado_model::{
    AccountId, ContactId, ConversationId, Cursor, Json, MemberId, NotificationData, NotificationId,
    NotificationType, Stored, Time,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::slices;

record! {
    #[derive(Serialize, ToSchema)]
    pub struct Notification {
        pub id: NotificationId,
        #[serde(skip)]
        pub member_id: MemberId,
        pub r#type: NotificationType,
        /// In English; `data` has what an app needs to say it in another language.
        pub title: String,
        pub body: String,
        #[schema(required)]
        pub conversation_id: Option<ConversationId>,
        #[schema(required)]
        pub contact_id: Option<ContactId>,
        /// The member who caused it; null for customers, API keys and Recado itself.
        #[schema(required)]
        pub actor_id: Option<MemberId>,
        #[schema(value_type = NotificationData)]
        pub data: Json<NotificationData>,
        pub created_at: Time,
        #[schema(required)]
        pub read_at: Option<Time>,
    }
}

record! {
    /// What a member wants to be told of, and how.
    #[derive(Copy, PartialEq, Eq, Serialize, ToSchema)]
    pub struct Preferences {
        pub conversation_assigned: bool,
        pub mention: bool,
        pub new_message: bool,
        pub escalation: bool,
        pub failed_send: bool,
        /// Heard of by owners and admins.
        pub webhook_disabled: bool,
        /// A sound in the app.
        pub sound: bool,
        /// Notifications of the browser, also while the app is in the background.
        pub browser: bool,
    }
}

/// Told of everything, in the app alone.
impl Default for Preferences {
    fn default() -> Self {
        Self {
            conversation_assigned: true,
            mention: true,
            new_message: true,
            escalation: true,
            failed_send: true,
            webhook_disabled: true,
            sound: false,
            browser: false,
        }
    }
}

impl Preferences {
    pub const fn wants(&self, kind: NotificationType) -> bool {
        match kind {
            NotificationType::ConversationAssigned => self.conversation_assigned,
            NotificationType::Mention => self.mention,
            NotificationType::NewMessage => self.new_message,
            NotificationType::Escalation => self.escalation,
            NotificationType::FailedSend => self.failed_send,
            NotificationType::WebhookDisabled => self.webhook_disabled,
        }
    }
}

/// Which notifications a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub unread: bool,
    pub kind: Option<NotificationType>,
}

macro_rules! columns {
    () => {
        "id, member_id, type, title, body, conversation_id, contact_id, actor_id, data, created_at, read_at"
    };
}

sql!(INSERT -> (NotificationId,) = "INSERT INTO notifications (account_id, id, member_id, type, title, body,
        conversation_id, contact_id, actor_id, data, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (account_id, conversation_id, member_id) WHERE read_at IS NULL AND type = 'new_message'
    DO NOTHING RETURNING id");

/// Keeps notifications, and answers those that are new: a second unread one about new messages of the same conversation
/// is left out.
pub async fn insert(
    tx: &mut Tx,
    account: AccountId,
    mut new: Vec<Notification>,
) -> Result<Vec<Notification>> {
    let sets: Vec<[&dyn Stored; 11]> = new
        .iter()
        .map(|one| -> [&dyn Stored; 11] {
            [
                &account,
                &one.id,
                &one.member_id,
                &one.r#type,
                &one.title,
                &one.body,
                &one.conversation_id,
                &one.contact_id,
                &one.actor_id,
                &one.data,
                &one.created_at,
            ]
        })
        .collect();
    let mut kept = tx.each(&INSERT, &slices(&sets)).await?.into_iter();
    new.retain(|_| kept.next().is_some_and(|rows| !rows.is_empty()));
    Ok(new)
}

// An empty word stands for any type.
macro_rules! list {
    ($name:ident, $drive:literal) => {
        sql!($name -> Notification = concat!(
            "SELECT ", columns!(), " FROM notifications WHERE account_id = $1 AND member_id = $2 AND ", $drive,
            " AND ($3 = '' OR type = $3) AND (created_at, id) < ($4, $5) ORDER BY created_at DESC, id DESC LIMIT $6"
        ));
    };
}

list!(LIST, "1 = 1");
list!(LIST_UNREAD, "read_at IS NULL");

/// Up to `limit` notifications of a member after `cursor`, newest first.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    filter: Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Notification>> {
    let statement = if filter.unread { &LIST_UNREAD } else { &LIST };
    let kind = filter.kind.map_or("", NotificationType::as_str);
    let params: [&dyn Stored; 6] = [&account, &member, &kind, &cursor.at, &cursor.id, &limit];
    tx.all(statement, &params).await
}

/// Nobody is shown a larger count, so nothing larger is counted.
pub const MOST_COUNTED: i64 = 1000;

sql!(COUNT -> (i64,) = "SELECT COUNT(*) FROM (SELECT id FROM notifications
    WHERE account_id = $1 AND member_id = $2 AND read_at IS NULL LIMIT $3) AS unread");

/// How many a member has not read; [`MOST_COUNTED`] means that many or more.
pub async fn count(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<i64> {
    let (count,) = tx.one(&COUNT, &[&account, &member, &MOST_COUNTED]).await?;
    Ok(count)
}

sql!(GET -> Notification = concat!("SELECT ", columns!(), " FROM notifications
    WHERE account_id = $1 AND id = $2 AND member_id = $3"));

/// None for another member's.
pub async fn get(
    tx: &mut Tx,
    account: AccountId,
    id: NotificationId,
    member: MemberId,
) -> Result<Option<Notification>> {
    tx.first(&GET, &[&account, &id, &member]).await
}

sql!(READ -> Notification = concat!("UPDATE notifications SET read_at = $4
    WHERE account_id = $1 AND id = $2 AND member_id = $3 AND read_at IS NULL RETURNING ", columns!()));

/// None if it was read before, or is not the member's.
pub async fn read(
    tx: &mut Tx,
    account: AccountId,
    id: NotificationId,
    member: MemberId,
    now: Time,
) -> Result<Option<Notification>> {
    tx.first(&READ, &[&account, &id, &member, &now]).await
}

sql!(READ_OF -> (NotificationId,) = "UPDATE notifications SET read_at = $4
    WHERE account_id = $1 AND member_id = $2 AND read_at IS NULL AND (conversation_id = $3
        OR conversation_id IN (SELECT id FROM merged_conversations WHERE account_id = $1 AND into_id = $3))
    RETURNING id");

/// The member has looked at the conversation, and with it at those that are part of it; which of theirs were unread.
pub async fn read_of(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    conversation: ConversationId,
    now: Time,
) -> Result<Vec<NotificationId>> {
    let rows = tx
        .all(&READ_OF, &[&account, &member, &conversation, &now])
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

sql!(FORGET -> () = "DELETE FROM notifications WHERE account_id = $1 AND id IN (SELECT id FROM notifications
    WHERE account_id = $1 AND read_at IS NOT NULL AND read_at < $2 ORDER BY read_at LIMIT $3)");

/// Forgets up to `limit` that were read before a time; how many. What nobody has read stays.
pub async fn forget(tx: &mut Tx, account: AccountId, before: Time, limit: i64) -> Result<i64> {
    let gone = tx.run(&FORGET, &[&account, &before, &limit]).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

sql!(READ_ALL -> () = "UPDATE notifications SET read_at = $3
    WHERE account_id = $1 AND member_id = $2 AND read_at IS NULL");

/// False if there was nothing unread.
pub async fn read_all(tx: &mut Tx, account: AccountId, member: MemberId, now: Time) -> Result<bool> {
    Ok(tx.run(&READ_ALL, &[&account, &member, &now]).await? > 0)
}

sql!(REMOVE_OF_MEMBER -> () = "DELETE FROM notifications WHERE account_id = $1 AND member_id = $2");
sql!(REMOVE_PREFERENCES -> () = "DELETE FROM notification_preferences WHERE account_id = $1 AND member_id = $2");

/// Forgets what a member who goes was told.
pub async fn remove_of_member(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<()> {
    tx.run(&REMOVE_OF_MEMBER, &[&account, &member]).await?;
    tx.run(&REMOVE_PREFERENCES, &[&account, &member]).await?;
    Ok(())
}

sql!(REMOVE_OF_CONVERSATION -> () = "DELETE FROM notifications WHERE account_id = $1 AND (conversation_id = $2
    OR conversation_id IN (SELECT id FROM merged_conversations WHERE account_id = $1 AND into_id = $2))");

/// Forgets what was told of a conversation that goes.
pub async fn remove_of_conversation(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
) -> Result<()> {
    tx.run(&REMOVE_OF_CONVERSATION, &[&account, &conversation])
        .await?;
    Ok(())
}

sql!(PREFERENCES -> Preferences = "SELECT conversation_assigned, mention, new_message, escalation, failed_send,
        webhook_disabled, sound, browser FROM notification_preferences WHERE account_id = $1 AND member_id = $2");

pub async fn preferences(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Preferences> {
    let kept = tx.first(&PREFERENCES, &[&account, &member]).await?;
    Ok(kept.unwrap_or_default())
}

/// Of several members, in one round.
pub async fn preferences_each(
    tx: &mut Tx,
    account: AccountId,
    members: &[MemberId],
) -> Result<HashMap<MemberId, Preferences>> {
    let sets: Vec<[&dyn Stored; 2]> = members
        .iter()
        .map(|member| [&account as &dyn Stored, member])
        .collect();
    let kept = tx.each(&PREFERENCES, &slices(&sets)).await?;
    Ok(members
        .iter()
        .zip(kept)
        .map(|(member, rows)| (*member, rows.into_iter().next().unwrap_or_default()))
        .collect())
}

sql!(SET_PREFERENCES -> () = "INSERT INTO notification_preferences (account_id, member_id, conversation_assigned,
        mention, new_message, escalation, failed_send, webhook_disabled, sound, browser)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (account_id, member_id) DO UPDATE SET conversation_assigned = excluded.conversation_assigned,
        mention = excluded.mention, new_message = excluded.new_message, escalation = excluded.escalation,
        failed_send = excluded.failed_send, webhook_disabled = excluded.webhook_disabled, sound = excluded.sound, browser = excluded.browser");

pub async fn set_preferences(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    new: &Preferences,
) -> Result<()> {
    let params: [&dyn Stored; 10] = [
        &account,
        &member,
        &new.conversation_assigned,
        &new.mention,
        &new.new_message,
        &new.escalation,
        &new.failed_send,
        &new.webhook_disabled,
        &new.sound,
        &new.browser,
    ];
    tx.run(&SET_PREFERENCES, &params).await?;
    Ok(())
}
