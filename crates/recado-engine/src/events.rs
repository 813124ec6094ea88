//! What the journal says: one struct per kind of event, made here and nowhere else.

use recado_journal::{Audience, Draft};
use recado_model::{ContactId, ConversationId, MemberId, NotificationId, SessionId};
use recado_store::accounts::Account;
use recado_store::activities::Activity;
use recado_store::canned_replies::CannedReply;
use recado_store::contacts::{Contact, ContactDetails};
use recado_store::conversations::Conversation;
use recado_store::intakes::Intake;
use recado_store::members::Member;
use recado_store::messages::Message;
use recado_store::notes::Note;
use recado_store::notifications::Notification;
use recado_store::numbers::Number;
use recado_store::tags::Tag;
use recado_store::templates::Template;
use recado_store::views::View;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Error, Result};

pub const MESSAGE_CREATED: &str = "message.created";
pub const MESSAGE_UPDATED: &str = "message.updated";
pub const CONVERSATION_CREATED: &str = "conversation.created";
pub const CONVERSATION_UPDATED: &str = "conversation.updated";
pub const CONTACT_MERGED: &str = "contact.merged";
pub const CONTACT_CREATED: &str = "contact.created";
pub const CONTACT_UPDATED: &str = "contact.updated";
pub const TAG_CREATED: &str = "tag.created";
pub const TAG_UPDATED: &str = "tag.updated";
pub const TAG_REMOVED: &str = "tag.removed";
pub const CANNED_REPLY_CREATED: &str = "canned_reply.created";
pub const CANNED_REPLY_UPDATED: &str = "canned_reply.updated";
pub const CANNED_REPLY_REMOVED: &str = "canned_reply.removed";
pub const CONVERSATION_REMOVED: &str = "conversation.removed";
pub const ACTIVITY_CREATED: &str = "activity.created";
pub const CHANNEL_CREATED: &str = "channel.created";
pub const CHANNEL_UPDATED: &str = "channel.updated";
pub const CHANNEL_REMOVED: &str = "channel.removed";
pub const TEMPLATE_CREATED: &str = "template.created";
pub const TEMPLATE_UPDATED: &str = "template.updated";
pub const TEMPLATE_REMOVED: &str = "template.removed";
pub const NOTE_CREATED: &str = "note.created";
pub const NOTE_UPDATED: &str = "note.updated";
pub const NOTE_REMOVED: &str = "note.removed";
pub const INTAKE_REJECTED: &str = "intake.rejected";
pub const ACCOUNT_UPDATED: &str = "account.updated";
pub const MEMBER_CREATED: &str = "member.created";
pub const MEMBER_UPDATED: &str = "member.updated";
pub const MEMBER_REMOVED: &str = "member.removed";
pub const VIEW_CREATED: &str = "view.created";
pub const VIEW_UPDATED: &str = "view.updated";
pub const VIEW_REMOVED: &str = "view.removed";
pub const SESSION_ENDED: &str = "session.ended";
pub const NOTIFICATION_CREATED: &str = "notification.created";
pub const NOTIFICATION_READ: &str = "notification.read";

/// `message.created`, `message.updated`: the message, and its conversation as the change left it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageEvent {
    pub message: Message,
    pub conversation: Conversation,
}

/// `conversation.created`, `conversation.updated`, `conversation.removed`: as it is, or last was.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationEvent {
    pub conversation: Conversation,
}

/// `contact.merged`: two contacts were one person. The one of `merged_id` is no more; all that was its is `contact`'s.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactMerged {
    pub contact: Contact,
    pub merged_id: ContactId,
    /// All of the contact's, as they are now.
    pub conversations: Vec<Conversation>,
    /// Those that went into another one, as both were with the same channel.
    pub joined: Vec<JoinedConversation>,
}

/// A conversation that is no more, and the one that has its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct JoinedConversation {
    pub id: ConversationId,
    pub into: ConversationId,
}

/// `contact.created`: somebody added a contact; one that writes by itself is told by `conversation.created`.
/// `contact.updated`: its names, address, company or tags changed, in every conversation with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactEvent {
    pub contact: ContactDetails,
}

/// `tag.created`, `tag.updated`, `tag.removed`: the tag as it is, or last was, whoever has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagEvent {
    pub tag: Tag,
}

/// `canned_reply.created`, `canned_reply.updated`, `canned_reply.removed`: the reply as it is, or last was.
#[derive(Debug, Serialize, ToSchema)]
pub struct CannedReplyEvent {
    pub canned_reply: CannedReply,
}

/// `activity.created`: something happened to a conversation, beside its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActivityEvent {
    pub activity: Activity,
}

/// `note.created`, `note.updated`, `note.removed`: the note as it is, or last was.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteEvent {
    pub note: Note,
}

/// `template.created`, `template.updated`, `template.removed`: the template as it is, or last was.
#[derive(Debug, Serialize, ToSchema)]
pub struct TemplateEvent {
    pub template: Template,
}

/// `channel.created`, `channel.updated`, `channel.removed`.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelEvent {
    pub channel: Number,
}

/// `intake.rejected`: a webhook was kept that could not be understood or routed.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakeEvent {
    pub intake: Intake,
}

/// `account.updated`: the account's settings as they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountEvent {
    pub account: Account,
}

/// `member.created`, `member.updated`, `member.removed`: the member as it is, or last was.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberEvent {
    pub member: Member,
}

/// `view.created`, `view.updated`, `view.removed`: the view as it is, or last was. Of one that is not shared only its
/// owner hears.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewEvent {
    pub view: View,
}

/// `session.ended`, for the member whose sessions they were: their live sockets close.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionsEnded {
    pub session_ids: Vec<SessionId>,
}

/// `notification.created`, for the member whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationEvent {
    pub notification: Notification,
}

/// `notification.read`, for the member whose they are.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotificationsRead {
    /// Those that were read; null if all were.
    #[schema(required)]
    pub ids: Option<Vec<NotificationId>>,
    /// How many are unread now; 1000 means that many or more.
    pub count: i64,
}

/// Bytes that most events fit in, so that their text does not move while it grows.
const USUAL: usize = 2048;

/// An event for everybody in the account.
pub fn draft(kind: &'static str, body: &impl Serialize) -> Result<Draft> {
    addressed(kind, Audience::Account, body)
}

/// An event for one member.
pub fn private(kind: &'static str, member: MemberId, body: &impl Serialize) -> Result<Draft> {
    addressed(kind, Audience::Member(member), body)
}

fn addressed(kind: &'static str, audience: Audience, body: &impl Serialize) -> Result<Draft> {
    let mut text = Vec::with_capacity(USUAL);
    serde_json::to_writer(&mut text, body).map_err(Error::internal)?;
    let body = String::from_utf8(text).map_err(Error::internal)?;
    Ok(Draft { kind, audience, body })
}
