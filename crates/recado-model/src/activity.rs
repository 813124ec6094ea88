//! Lines of a thread that nobody wrote: what happened to the conversation, and through whom.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actor::{Actor, Who};
use crate::conversation::ConversationStatus;
use crate::ids::{MemberId, MessageId, TagId};
use crate::time::Time;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    Assigned {
        member_id: MemberId,
    },
    /// Whose it was until then.
    Unassigned {
        member_id: MemberId,
    },
    StatusChanged {
        from: ConversationStatus,
        to: ConversationStatus,
    },
    /// Put aside until then; without a time, until the customer writes.
    Snoozed {
        #[schema(required)]
        until: Option<Time>,
    },
    /// The time it was put aside for is over, or ended early.
    Woke,
    /// The customer wrote in one that was closed or put aside.
    Reopened {
        from: ConversationStatus,
    },
    /// The tag's name as it was then.
    Tagged {
        tag_id: TagId,
        name: String,
    },
    Untagged {
        tag_id: TagId,
        name: String,
    },
    /// The team took a message out of the inbox.
    MessageDeleted {
        message_id: MessageId,
    },
    /// What of the contact was changed by hand: `name`, `email`, `company`.
    ContactChanged {
        fields: Vec<String>,
    },
}

crate::words! {
    pub enum ActorType {
        Member = "member",
        /// An API key.
        Key = "key",
        /// Recado itself.
        System = "system",
        Customer = "customer",
    }
}

/// Through whom it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    pub actor: ActorType,
    pub id: Option<Uuid>,
}

impl By {
    pub const SYSTEM: Self = Self {
        actor: ActorType::System,
        id: None,
    };
    pub const CUSTOMER: Self = Self {
        actor: ActorType::Customer,
        id: None,
    };
}

impl From<&Actor> for By {
    fn from(actor: &Actor) -> Self {
        match actor.who {
            Who::Member { member, .. } => Self {
                actor: ActorType::Member,
                id: Some(member.0),
            },
            Who::Key { key } => Self {
                actor: ActorType::Key,
                id: Some(key.0),
            },
            Who::System => Self::SYSTEM,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_by_its_kind() {
        let told = serde_json::to_value(What::StatusChanged {
            from: ConversationStatus::Open,
            to: ConversationStatus::Closed,
        });
        assert_eq!(
            told.unwrap(),
            serde_json::json!({ "kind": "status_changed", "from": "open", "to": "closed" })
        );
        let woke = serde_json::to_string(&What::Woke).unwrap();
        assert_eq!(serde_json::from_str::<What>(&woke).unwrap(), What::Woke);
    }
}
