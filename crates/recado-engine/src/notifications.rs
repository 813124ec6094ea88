//! Telling members what concerns them: each in the transaction of the change it is about.

use recado_db::Tx;
use recado_journal::{Draft, Journal};
use recado_model::message::preview;
use recado_model::{
    AccountId, Actor, CausedBy, ConversationId, Cursor, Direction, DisabledReason, FailureReason, Json,
    MemberId, MessageStatus, NotificationData, NotificationId, NotificationType, Page, Snapshot, WebhookId,
    Who,
};
use recado_store::contacts::Contact;
use recado_store::conversations::{self, Conversation};
use recado_store::members;
use recado_store::messages::Message;
use recado_store::notifications::{self, Filter, Notification, Preferences};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::events::{NOTIFICATION_CREATED, NOTIFICATION_READ, NotificationEvent, NotificationsRead, private};
use crate::{Ctx, Error, Result};

/// Something a member is to be told of.
#[derive(Debug)]
pub struct Notice<'a> {
    /// To whom.
    pub to: MemberId,
    pub by: By,
    /// The customer it is about, if it is about one.
    pub contact: Option<&'a Contact>,
    /// Where it leads.
    pub conversation: Option<ConversationId>,
    pub about: About<'a>,
}

/// Who caused it. Nobody is told what they did themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Member(MemberId),
    Key,
    System,
    Customer,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// The conversation is theirs now.
    Assigned,
    /// They were named in a note.
    Mention { note: Uuid, text: &'a str },
    /// The customer wrote to them.
    NewMessage(&'a Message),
    /// The customer asks for a person: the reason, if there is one to tell.
    Escalation { reason: Option<&'a str> },
    /// A message did not reach the customer.
    FailedSend(&'a Message),
    /// Recado switched an outgoing webhook off.
    WebhookDisabled {
        webhook: WebhookId,
        /// What it is called.
        name: &'a str,
        reason: DisabledReason,
    },
}

/// How many there are that the caller has not read.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct UnreadCount {
    /// 1000 means that many or more.
    pub unread: i64,
}

/// What is to change about the preferences; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    pub conversation_assigned: Option<bool>,
    pub mention: Option<bool>,
    pub new_message: Option<bool>,
    pub escalation: Option<bool>,
    pub failed_send: Option<bool>,
    pub webhook_disabled: Option<bool>,
    pub sound: Option<bool>,
    pub browser: Option<bool>,
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        match actor.who {
            Who::Member { member, .. } => Self::Member(member),
            Who::Key { .. } => Self::Key,
            Who::System => Self::System,
        }
    }
}

impl By {
    const fn word(self) -> CausedBy {
        match self {
            Self::Member(_) => CausedBy::Member,
            Self::Key => CausedBy::Key,
            Self::System => CausedBy::System,
            Self::Customer => CausedBy::Customer,
        }
    }

    const fn member(self) -> Option<MemberId> {
        match self {
            Self::Member(member) => Some(member),
            Self::Key | Self::System | Self::Customer => None,
        }
    }
}

impl About<'_> {
    const fn kind(&self) -> NotificationType {
        match self {
            Self::Assigned => NotificationType::ConversationAssigned,
            Self::Mention { .. } => NotificationType::Mention,
            Self::NewMessage(_) => NotificationType::NewMessage,
            Self::Escalation { .. } => NotificationType::Escalation,
            Self::FailedSend(_) => NotificationType::FailedSend,
            Self::WebhookDisabled { .. } => NotificationType::WebhookDisabled,
        }
    }
}

/// Keeps what members are told, except what they did themselves or do not want to hear, and answers the events of it.
/// The caller appends them and commits.
pub async fn notify(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    notices: &[Notice<'_>],
) -> Result<Vec<Draft>> {
    let notices: Vec<&Notice<'_>> = notices
        .iter()
        .filter(|notice| notice.by.member() != Some(notice.to))
        .collect();
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let mut told: Vec<MemberId> = notices.iter().map(|notice| notice.to).collect();
    told.sort_unstable();
    told.dedup();
    let wishes = notifications::preferences_each(tx, account, &told).await?;
    let mut new = Vec::with_capacity(notices.len());
    for notice in notices {
        let wants = wishes
            .get(&notice.to)
            .is_some_and(|wishes| wishes.wants(notice.about.kind()));
        if wants {
            let actor_name = match notice.by.member() {
                Some(member) => members::get(tx, account, member).await?.map(|member| member.name),
                None => None,
            };
            new.push(written(ctx, notice, actor_name));
        }
    }
    let kept = notifications::insert(tx, account, new).await?;
    kept.into_iter()
        .map(|notification| {
            let member = notification.member_id;
            private(NOTIFICATION_CREATED, member, &NotificationEvent { notification })
        })
        .collect()
}

/// Tells of messages that failed: whoever wrote them, else whoever the conversation is assigned to.
pub(crate) async fn failed_sends(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    changed: &[Message],
) -> Result<Vec<Draft>> {
    let failed: Vec<&Message> = changed
        .iter()
        .filter(|message| message.status == MessageStatus::Failed && message.direction == Direction::Outbound)
        .collect();
    if failed.is_empty() {
        return Ok(Vec::new());
    }
    let mut ids: Vec<ConversationId> = failed.iter().map(|message| message.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let threads = conversations::get_each(tx, account, &ids).await?;
    let mut notices = Vec::with_capacity(failed.len());
    for message in failed {
        let Some(thread) = threads.iter().find(|one| one.row.id == message.conversation_id) else {
            continue;
        };
        // Whoever wrote it may have left the account since.
        let writer = match message.sender_id {
            Some(sender) => members::get(tx, account, sender).await?.map(|member| member.id),
            None => None,
        };
        if let Some(to) = writer.or(thread.row.assigned_member_id) {
            notices.push(Notice {
                to,
                by: By::System,
                contact: Some(&thread.contact),
                conversation: Some(thread.row.id),
                about: About::FailedSend(message),
            });
        }
    }
    notify(ctx, tx, account, &notices).await
}

/// Tells members who have a conversation of what its customer writes; `news`: each conversation and its last message.
/// Costs nothing where nobody is assigned.
pub(crate) async fn new_messages(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    news: &[(&Conversation, &Message)],
) -> Result<Vec<Draft>> {
    let notices: Vec<Notice<'_>> = news
        .iter()
        .filter_map(|(thread, message)| {
            let to = thread.row.assigned_member_id?;
            // Whoever has the conversation on the screen sees it there.
            let sees = ctx.presence.is_viewing(account, to, thread.row.id);
            (!sees).then_some(Notice {
                to,
                by: By::Customer,
                contact: Some(&thread.contact),
                conversation: Some(thread.row.id),
                about: About::NewMessage(message),
            })
        })
        .collect();
    notify(ctx, tx, account, &notices).await
}

/// Tells a member that a conversation is theirs now.
pub async fn assigned(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    conversation: &Conversation,
) -> Result<Vec<Draft>> {
    let Some(to) = conversation.row.assigned_member_id else {
        return Ok(Vec::new());
    };
    let notice = Notice {
        to,
        by: By::from(actor),
        contact: Some(&conversation.contact),
        conversation: Some(conversation.row.id),
        about: About::Assigned,
    };
    notify(ctx, tx, actor.account, &[notice]).await
}

/// The member behind a session; there are no notifications for keys.
fn member(actor: &Actor) -> Result<MemberId> {
    actor
        .member()
        .ok_or(Error::NotAllowed("Notifications belong to members: sign in."))
}

/// One page of the caller's notifications, newest first.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    filter: Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<Notification>>> {
    let member = member(actor)?;
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let rows = notifications::list(&mut tx, actor.account, member, filter, cursor, limit + 1).await?;
    let value = Page::from_rows(rows, limit, |one| Cursor {
        at: one.created_at,
        id: one.id.0,
    });
    Ok(Snapshot { seq, value })
}

pub async fn count(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<UnreadCount>> {
    let member = member(actor)?;
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let unread = notifications::count(&mut tx, actor.account, member).await?;
    let value = UnreadCount { unread };
    Ok(Snapshot { seq, value })
}

/// Marks one as read. What was read stays as it is.
///
/// # Errors
/// `NotFound` also for another member's.
pub async fn read(ctx: &Ctx, actor: &Actor, id: NotificationId) -> Result<Notification> {
    let member = member(actor)?;
    let mut tx = ctx.db.begin().await?;
    let Some(read) = notifications::read(&mut tx, actor.account, id, member, ctx.clock.now()).await? else {
        let kept = notifications::get(&mut tx, actor.account, id, member).await?;
        return kept.ok_or(Error::NotFound("notification"));
    };
    let draft = told_read(&mut tx, actor.account, member, Some(vec![id])).await?;
    ctx.journal.append(&mut tx, actor.account, vec![draft]).await?;
    tx.commit().await?;
    Ok(read)
}

/// Marks all of the caller's as read, or those of one conversation.
pub async fn read_all(ctx: &Ctx, actor: &Actor, of: Option<ConversationId>) -> Result<UnreadCount> {
    let member = member(actor)?;
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let drafts = match of {
        Some(conversation) => looked_at(ctx, &mut tx, actor, conversation).await?,
        None if notifications::read_all(&mut tx, actor.account, member, now).await? => {
            vec![told_read(&mut tx, actor.account, member, None).await?]
        }
        None => Vec::new(),
    };
    let unread = notifications::count(&mut tx, actor.account, member).await?;
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
        tx.commit().await?;
    }
    Ok(UnreadCount { unread })
}

/// Whoever looks at a conversation need not be told of it any more. The caller appends and commits.
pub(crate) async fn looked_at(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    conversation: ConversationId,
) -> Result<Vec<Draft>> {
    let Some(member) = actor.member() else {
        return Ok(Vec::new());
    };
    let read = notifications::read_of(tx, actor.account, member, conversation, ctx.clock.now()).await?;
    if read.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![told_read(tx, actor.account, member, Some(read)).await?])
}

/// The member's other tabs agree at once.
async fn told_read(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    ids: Option<Vec<NotificationId>>,
) -> Result<Draft> {
    let count = notifications::count(tx, account, member).await?;
    private(NOTIFICATION_READ, member, &NotificationsRead { ids, count })
}

pub async fn preferences(ctx: &Ctx, actor: &Actor) -> Result<Preferences> {
    let member = member(actor)?;
    let mut tx = ctx.db.read().await?;
    Ok(notifications::preferences(&mut tx, actor.account, member).await?)
}

pub async fn change_preferences(ctx: &Ctx, actor: &Actor, change: Change) -> Result<Preferences> {
    let member = member(actor)?;
    let mut tx = ctx.db.begin().await?;
    let old = notifications::preferences(&mut tx, actor.account, member).await?;
    let new = Preferences {
        conversation_assigned: change.conversation_assigned.unwrap_or(old.conversation_assigned),
        mention: change.mention.unwrap_or(old.mention),
        new_message: change.new_message.unwrap_or(old.new_message),
        escalation: change.escalation.unwrap_or(old.escalation),
        failed_send: change.failed_send.unwrap_or(old.failed_send),
        webhook_disabled: change.webhook_disabled.unwrap_or(old.webhook_disabled),
        sound: change.sound.unwrap_or(old.sound),
        browser: change.browser.unwrap_or(old.browser),
    };
    if new != old {
        notifications::set_preferences(&mut tx, actor.account, member, &new).await?;
        tx.commit().await?;
    }
    Ok(new)
}

/// The notification in English, with what an app needs to say it in another language.
fn written(ctx: &Ctx, notice: &Notice<'_>, actor_name: Option<String>) -> Notification {
    let contact = notice
        .contact
        .and_then(|contact| contact.name.clone().or_else(|| contact.phone.clone()));
    let customer = contact.as_deref().unwrap_or("a customer").to_owned();
    let who = actor_name.as_deref();
    let mut data = NotificationData {
        actor_type: notice.by.word(),
        contact_name: contact,
        message_id: None,
        content_type: None,
        note_id: None,
        text: None,
        reason: None,
        actor_name: None,
        webhook_id: None,
    };
    let (title, body) = match notice.about {
        About::Assigned => {
            let title = match (who, notice.by) {
                (Some(name), _) => format!("{name} assigned you a conversation"),
                (None, By::Key) => "A program assigned you a conversation".to_owned(),
                (None, _) => "You were assigned a conversation".to_owned(),
            };
            (title, customer)
        }
        About::Mention { note, text } => {
            let text = preview(text);
            data.note_id = Some(note);
            data.text = Some(text.clone());
            (format!("{} mentioned you", who.unwrap_or("Somebody")), text)
        }
        About::NewMessage(message) => {
            let text = message.content_text.as_deref().map(preview);
            data.message_id = Some(message.id);
            data.content_type = Some(message.content_type);
            data.text.clone_from(&text);
            let body = text.unwrap_or_else(|| format!("A new message: {}", message.content_type));
            (customer, body)
        }
        About::Escalation { reason } => {
            data.text = reason.map(preview);
            let body = data.text.clone().unwrap_or_default();
            (format!("{customer} asks for a person"), body)
        }
        About::FailedSend(message) => {
            data.reason = message.error.as_ref().map(|error| error.0.reason);
            data.message_id = Some(message.id);
            data.content_type = Some(message.content_type);
            data.text = message.content_text.as_deref().map(preview);
            let why = data.reason.map(FailureReason::sentence).unwrap_or_default();
            (format!("A message to {customer} was not sent"), why.to_owned())
        }
        About::WebhookDisabled {
            webhook,
            name,
            reason,
        } => {
            data.webhook_id = Some(webhook);
            data.text = Some(name.to_owned());
            let why = match reason {
                DisabledReason::Gone => "It answered that it is gone for good.",
                DisabledReason::Failing | DisabledReason::Manual => "Nothing has reached it for days.",
            };
            (format!("The webhook {name} was switched off"), why.to_owned())
        }
    };
    data.actor_name = actor_name;
    Notification {
        id: ctx.ids.next(),
        member_id: notice.to,
        r#type: notice.about.kind(),
        title,
        body,
        conversation_id: notice.conversation,
        contact_id: notice.contact.map(|contact| contact.id),
        actor_id: notice.by.member(),
        data: Json(data),
        created_at: ctx.clock.now(),
        read_at: None,
    }
}
