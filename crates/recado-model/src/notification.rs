//! Words about notifications.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::failure::FailureReason;
use crate::ids::{MessageId, WebhookId};
use crate::message::ContentType;

crate::words! {
    /// What a member is told of.
    pub enum NotificationType {
        /// Somebody, or an automation, made a conversation theirs.
        ConversationAssigned = "conversation_assigned",
        /// A colleague named them in a note.
        Mention = "mention",
        /// A customer wrote in a conversation of theirs.
        NewMessage = "new_message",
        /// A customer asks for a person.
        Escalation = "escalation",
        /// A message did not reach its customer.
        FailedSend = "failed_send",
        /// An outgoing webhook was switched off, as nothing reached its endpoint.
        WebhookDisabled = "webhook_disabled",
    }
}

crate::words! {
    /// Who caused something.
    pub enum CausedBy {
        Member = "member",
        Key = "key",
        System = "system",
        Customer = "customer",
    }
}

/// What an app needs to say a notification in its own words; title and body say it in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NotificationData {
    pub actor_type: CausedBy,
    /// The member's name at the time.
    #[schema(required)]
    pub actor_name: Option<String>,
    /// The contact's name or phone at the time.
    #[schema(required)]
    pub contact_name: Option<String>,
    /// The message it is about.
    #[schema(required)]
    pub message_id: Option<MessageId>,
    #[schema(required)]
    pub content_type: Option<ContentType>,
    /// The note it is about.
    #[schema(required)]
    pub note_id: Option<Uuid>,
    /// What the message or the note says, or why somebody is wanted, in one line.
    #[schema(required)]
    pub text: Option<String>,
    /// Why the message failed.
    #[schema(required)]
    pub reason: Option<FailureReason>,
    /// The webhook that was switched off; `text` is what it is called.
    #[serde(default)]
    #[schema(required)]
    pub webhook_id: Option<WebhookId>,
}
