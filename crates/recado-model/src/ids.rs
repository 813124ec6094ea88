//! One type per kind of id, all UUIDv7: they sort by birth and are drawn from a clock that is passed in.

use std::sync::{Arc, Mutex, PoisonError};

use uuid::{ContextV7, Timestamp, Uuid};

use crate::stored::{Scalar, Stored, StoredError};
use crate::time::Clock;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Before and after every id: the sentinels of keyset pages.
            pub const MIN: Self = Self(Uuid::nil());
            pub const MAX: Self = Self(Uuid::max());
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl Stored for $name {
            fn to_scalar(&self) -> Scalar<'_> {
                Scalar::Uuid(self.0)
            }

            fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
                Uuid::from_scalar(scalar).map(Self)
            }
        }
    )+};
}

ids! {
    /// One company's workspace, the tenant. First in the key of every table.
    AccountId,
    /// A line of a thread that nobody wrote.
    ActivityId,
    ApiKeyId,
    /// One try to hand a message to its provider.
    AttemptId,
    /// A text kept to be sent again and again.
    CannedReplyId,
    /// An entry of the audit log.
    AuditId,
    /// A picture of a person.
    AvatarId,
    ContactId,
    ConversationId,
    /// A provider's webhook POST, kept whole.
    IntakeId,
    InviteId,
    JobId,
    /// A file of a message.
    MediaId,
    /// A user with a role in an account.
    MemberId,
    MessageId,
    /// The Meta app a number's webhooks come from.
    MetaAppId,
    NotificationId,
    /// What the team writes to itself.
    NoteId,
    /// A connected WhatsApp sender; called `channel` in the public API.
    NumberId,
    SessionId,
    TagId,
    /// A message template in one language.
    TemplateId,
    /// Credentials of Twilio, kept once for all numbers of theirs.
    TwilioAccountId,
    /// A person who signs in.
    UserId,
    /// A saved filter of the list.
    ViewId,
    /// One event on its way to one endpoint.
    WebhookDeliveryId,
    /// An address of somebody's that is told of events.
    WebhookId,
}

/// Draws ids: in order, also within one millisecond of one process.
#[derive(Clone)]
pub struct Ids {
    clock: Clock,
    context: Arc<Mutex<ContextV7>>,
}

impl std::fmt::Debug for Ids {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ids").finish_non_exhaustive()
    }
}

impl Ids {
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            context: Arc::new(Mutex::new(ContextV7::new())),
        }
    }

    pub fn next<T: From<Uuid>>(&self) -> T {
        let millis = u64::try_from(self.clock.now().millis()).unwrap_or(0);
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        let timestamp = Timestamp::from_unix(&*context, millis / 1000, (millis % 1000) as u32 * 1_000_000);
        T::from(Uuid::new_v7(timestamp))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;

    #[test]
    fn ids_of_one_millisecond_are_in_order() {
        let ids = Ids::new(Clock::mock(Time::from_seconds(1_700_000_000)));
        let drawn: Vec<MessageId> = (0..5000).map(|_| ids.next()).collect();
        assert!(drawn.is_sorted());
        assert_eq!(drawn[0].0.get_version_num(), 7);
    }
}
