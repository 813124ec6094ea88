//! What goes over a live socket, as types: for the OpenAPI document, and for the frames we write ourselves. Events
//! are written once by the journal, not through these.

use recado_engine::events::{
    AccountEvent, ActivityEvent, CannedReplyEvent, ChannelEvent, ContactEvent, ContactMerged,
    ConversationEvent, IntakeEvent, MemberEvent, MessageEvent, NoteEvent, NotificationEvent,
    NotificationsRead, SessionsEnded, TagEvent, TemplateEvent, ViewEvent,
};
use recado_engine::presence::MemberPresence;
use recado_model::{ConversationId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One text frame from the server. `seq` is the account's place in its journal: remember the latest, and come back
/// with it as `since`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveFrame {
    /// Always first. `seq` is the newest event there is; what lies between `since` and it follows.
    Hello {
        seq: i64,
    },
    Event(Box<EventFrame>),
    /// An event that this caller may not see stands at `seq`: move on to it.
    Skip {
        seq: i64,
    },
    /// Too much was missed: load everything anew, then go on from `seq`.
    Reset {
        seq: i64,
    },
    /// Members as they are now, to members only. The first one after `hello` names all who are here; those that come
    /// after it whoever changed. Not an event: it has no number, and nothing of it is kept.
    Presence {
        members: Vec<MemberPresence>,
    },
}

/// One text frame from a member's app. What is not understood, or comes too often, is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientFrame {
    /// This conversation is on the screen now; null for none.
    Viewing { conversation_id: Option<ConversationId> },
    /// The member is writing in it, or has stopped. Forgotten after 6 seconds: say it again while it lasts.
    Typing {
        conversation_id: ConversationId,
        on: bool,
    },
}

/// Something happened. Numbers are dense: an event comes right after the `seq` before it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventFrame {
    pub seq: i64,
    pub at: Time,
    #[serde(flatten)]
    pub what: LiveEvent,
}

/// What happened. A kind you do not know is one that came later: move on to its `seq`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "event", content = "data")]
pub enum LiveEvent {
    #[serde(rename = "message.created")]
    MessageCreated(MessageEvent),
    #[serde(rename = "message.updated")]
    MessageUpdated(MessageEvent),
    #[serde(rename = "conversation.created")]
    ConversationCreated(ConversationEvent),
    #[serde(rename = "conversation.updated")]
    ConversationUpdated(ConversationEvent),
    #[serde(rename = "contact.merged")]
    ContactMerged(ContactMerged),
    #[serde(rename = "contact.created")]
    ContactCreated(ContactEvent),
    #[serde(rename = "contact.updated")]
    ContactUpdated(ContactEvent),
    #[serde(rename = "tag.created")]
    TagCreated(TagEvent),
    #[serde(rename = "tag.updated")]
    TagUpdated(TagEvent),
    #[serde(rename = "tag.removed")]
    TagRemoved(TagEvent),
    #[serde(rename = "canned_reply.created")]
    CannedReplyCreated(CannedReplyEvent),
    #[serde(rename = "canned_reply.updated")]
    CannedReplyUpdated(CannedReplyEvent),
    #[serde(rename = "canned_reply.removed")]
    CannedReplyRemoved(CannedReplyEvent),
    #[serde(rename = "conversation.removed")]
    ConversationRemoved(ConversationEvent),
    #[serde(rename = "activity.created")]
    ActivityCreated(ActivityEvent),
    #[serde(rename = "note.created")]
    NoteCreated(NoteEvent),
    #[serde(rename = "note.updated")]
    NoteUpdated(NoteEvent),
    #[serde(rename = "note.removed")]
    NoteRemoved(NoteEvent),
    #[serde(rename = "account.updated")]
    AccountUpdated(AccountEvent),
    #[serde(rename = "member.created")]
    MemberCreated(MemberEvent),
    #[serde(rename = "member.updated")]
    MemberUpdated(MemberEvent),
    #[serde(rename = "member.removed")]
    MemberRemoved(MemberEvent),
    #[serde(rename = "channel.created")]
    ChannelCreated(ChannelEvent),
    #[serde(rename = "channel.updated")]
    ChannelUpdated(ChannelEvent),
    #[serde(rename = "channel.removed")]
    ChannelRemoved(ChannelEvent),
    #[serde(rename = "template.created")]
    TemplateCreated(TemplateEvent),
    #[serde(rename = "template.updated")]
    TemplateUpdated(TemplateEvent),
    #[serde(rename = "template.removed")]
    TemplateRemoved(TemplateEvent),
    #[serde(rename = "intake.rejected")]
    IntakeRejected(IntakeEvent),
    /// For the member alone whose it is.
    #[serde(rename = "notification.created")]
    NotificationCreated(NotificationEvent),
    #[serde(rename = "notification.read")]
    NotificationRead(NotificationsRead),
    #[serde(rename = "view.created")]
    ViewCreated(ViewEvent),
    #[serde(rename = "view.updated")]
    ViewUpdated(ViewEvent),
    #[serde(rename = "view.removed")]
    ViewRemoved(ViewEvent),
    #[serde(rename = "session.ended")]
    SessionEnded(SessionsEnded),
}

impl LiveFrame {
    pub fn to_text(&self) -> String {
        // Numbers and texts only: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_frames_are_as_the_contract_says() {
        assert_eq!(
            LiveFrame::Hello { seq: 7 }.to_text(),
            r#"{"type":"hello","seq":7}"#
        );
        assert_eq!(LiveFrame::Skip { seq: 8 }.to_text(), r#"{"type":"skip","seq":8}"#);
        assert_eq!(
            LiveFrame::Reset { seq: 9 }.to_text(),
            r#"{"type":"reset","seq":9}"#
        );
    }
}
