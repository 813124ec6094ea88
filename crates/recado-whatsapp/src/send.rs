//! A message on its way to a provider, and what handing it over can come to.

use recado_model::content::{ContactCard, Interactive, Location};
use recado_model::template::FilledTemplate;
use recado_model::{Failure, FailureReason, Identity, MediaKind, Retry};

/// A message to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    pub to: Recipient,
    pub content: OutgoingContent,
    /// The provider's id of the message this one answers.
    pub quoted: Option<String>,
    /// Our own id of this attempt, at most 512 characters; it comes back with each status.
    pub callback: String,
}

/// What a message holds. A provider that does not offer a kind refuses it without a call.
#[derive(Clone, Debug, PartialEq)]
pub enum OutgoingContent {
    /// 1 to 4096 characters.
    Text {
        text: String,
    },
    Media {
        kind: MediaKind,
        source: MediaSource,
        /// Left out where the kind takes none.
        caption: Option<String>,
        /// Of documents: what the customer sees.
        filename: Option<String>,
        /// Of audio: shown as a voice note.
        voice: bool,
    },
    Location(Location),
    /// At least one card.
    Contacts(Vec<ContactCard>),
    Interactive {
        interactive: Interactive,
        /// The file of a header that is one.
        header: Option<MediaSource>,
        /// The provider's own id of what it made of this, for those that send by it.
        provider_id: Option<String>,
    },
    Template {
        template: Box<FilledTemplate>,
        /// The provider's own id of it, for those that send by it.
        provider_id: Option<String>,
        /// Its variables have names, not numbers.
        named: bool,
        /// The file of a header that is one.
        header: Option<MediaSource>,
    },
    Reaction {
        /// The provider's id of the message.
        target: String,
        /// None takes it away.
        emoji: Option<String>,
    },
}

/// Where the provider finds a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaSource {
    /// With itself: its id of an upload.
    Id(String),
    /// At a public address.
    Link(String),
}

/// Whom a message goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A phone: the digits the provider told us, as they are.
    Phone(String),
    /// A customer whose phone we do not know: the provider's id of them, byte for byte.
    Scoped(String),
}

impl Recipient {
    /// How to reach this person: by phone if it is known, else by their own scoped id, else by the parent's.
    pub fn of(who: &Identity) -> Option<Self> {
        let scoped = || who.user_id.as_ref().or(who.parent_user_id.as_ref());
        who.wa_id
            .clone()
            .map(Self::Phone)
            .or_else(|| scoped().cloned().map(Self::Scoped))
    }
}

/// The provider took the message over. It is not delivered yet, and may still fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The provider's id of the message; status updates carry it.
    pub provider_id: String,
    /// The recipient's phone in the provider's own form, which may differ from what we sent to.
    pub wa_id: Option<String>,
    /// The recipient's scoped id, where the provider tells it.
    pub user_id: Option<String>,
}

/// Why there is no [`Accepted`], told apart by whether the customer may have got the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// No byte of the request reached the provider. Safe to try again.
    #[error("the provider could not be reached: {0}")]
    NotSent(String),
    /// The provider answered that it does not take the message. [`Failure::retry`] says whether to try again.
    #[error("the provider refused: {}", .0.message)]
    Refused(Failure),
    /// The request may have reached the provider, and no answer that can be read came back. The customer may have
    /// the message or get it: never try again blindly, wait for a status update.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
}

impl SendError {
    /// The message was not even tried.
    pub(crate) fn unsendable(reason: FailureReason, why: impl Into<String>) -> Self {
        Self::Refused(Failure {
            reason,
            code: None,
            message: why.into(),
            retry: Retry::Never,
        })
    }

    /// The provider has no such kind of message. `what` completes "… cannot be sent".
    pub(crate) fn not_offered(provider: &str, what: &str) -> Self {
        Self::unsendable(
            FailureReason::BadRequest,
            format!("{what} cannot be sent through {provider}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_preferred_and_a_user_name_reaches_nobody() {
        let mut who = Identity {
            username: Some("ana".into()),
            ..Identity::default()
        };
        assert_eq!(Recipient::of(&who), None);
        who.parent_user_id = Some("BR.ENT.1".into());
        assert_eq!(Recipient::of(&who), Some(Recipient::Scoped("BR.ENT.1".into())));
        who.user_id = Some("BR.2".into());
        assert_eq!(Recipient::of(&who), Some(Recipient::Scoped("BR.2".into())));
        who.wa_id = Some("551187654321".into());
        assert_eq!(Recipient::of(&who), Some(Recipient::Phone("551187654321".into())));
    }
}
