//! What a provider's webhook tells us, in our words: what customers wrote, what became of our messages, and how our
//! numbers and templates are doing.
//!
//! The provider crates make these values, ingest turns them into rows. Nothing here knows a provider's JSON.
//! Every text is free of U+0000, which PostgreSQL cannot keep, and bounded as its field says.

use serde::{Deserialize, Serialize};

use crate::content::{
    ContactCard, Forwarded, InteractiveReply, Location, Order, Referral, SystemNote, Unsupported,
};
use crate::failure::Failure;
use crate::media::MediaKind;
use crate::status::MessageStatus;
use crate::template::{TemplateCategory, TemplateStatus};
use crate::time::Time;

/// The longest provider id (of a message, a number, a callback) that is accepted, in characters.
pub const MAX_PROVIDER_ID: usize = 512;

/// One thing a webhook told us.
#[derive(Clone, Debug, PartialEq)]
pub enum Inbound {
    Message(Box<InboundMessage>),
    Status(StatusUpdate),
    Reaction(InboundReaction),
    Change(Box<InboundChange>),
    Marketing(MarketingChoice),
    Template(TemplateUpdate),
    Health(HealthUpdate),
}

/// What of ours a webhook is about, as the provider calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject<'a> {
    /// A number.
    Number(&'a str),
    /// A business (Meta's WABA) and with it all of its numbers and templates.
    Business(&'a str),
}

impl Inbound {
    /// What this is about.
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::Message(message) => Subject::Number(&message.number),
            Self::Status(update) => Subject::Number(&update.number),
            Self::Reaction(reaction) => Subject::Number(&reaction.number),
            Self::Change(change) => Subject::Number(&change.number),
            Self::Marketing(choice) => Subject::Number(&choice.number),
            Self::Template(update) => Subject::Business(&update.business),
            Self::Health(update) => Subject::Business(&update.business),
        }
    }

    /// The provider's id of what this is about, in words for an admin.
    pub fn about(&self) -> &str {
        match self {
            Self::Message(message) => &message.provider_id,
            Self::Status(update) => &update.provider_id,
            Self::Reaction(reaction) => &reaction.provider_id,
            Self::Change(change) => &change.provider_id,
            Self::Marketing(choice) => choice.customer.ids().next().unwrap_or_default(),
            Self::Template(update) => &update.name,
            Self::Health(update) => &update.event,
        }
    }
}

/// A message between a customer and one of our numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct InboundMessage {
    /// The provider's id of our number, 1 to 512 characters.
    pub number: String,
    /// The provider's id of the message, 1 to 512 characters. Unique with `number`: the provider repeats itself.
    pub provider_id: String,
    /// The provider's time, to the second. `None` if it gave none that can be read. It is the provider's word:
    /// it can lie in the future, and messages do not arrive in its order.
    pub sent_at: Option<Time>,
    /// The customer on the other side, whoever wrote; never empty.
    pub customer: Identity,
    /// True if the business wrote this itself, on the phone with the WhatsApp app: it is ours, opens no window, and
    /// nobody has to read it.
    pub is_echo: bool,
    /// The name the customer gave themselves, at most 256 characters.
    pub profile_name: Option<String>,
    pub content: InboundContent,
    /// The provider's id of the message this one quotes; it may be one we never saw.
    pub quoted: Option<String>,
    pub forwarded: Option<Forwarded>,
    pub referral: Option<Referral>,
    /// The message as the provider wrote it, one JSON value, whole. Opaque text: it may hold `\u0000` escapes and
    /// numbers no float can keep, so it must not be put into a column that parses JSON.
    pub raw: String,
}

/// What a message holds. One variant for each kind that can be shown; the rest is `Unsupported`.
#[derive(Clone, Debug, PartialEq)]
pub enum InboundContent {
    Text {
        text: String,
    },
    Media(InboundMedia),
    Location(Location),
    /// At least one card.
    Contacts(Vec<ContactCard>),
    /// A button, a row or a form of ours.
    Reply(InteractiveReply),
    Order {
        order: Order,
        text: Option<String>,
    },
    /// What the provider itself says in the chat; nobody has to read it, and it opens no window.
    System {
        note: SystemNote,
        /// Who the customer is from now on, if that changed.
        became: Option<Identity>,
    },
    /// A kind this version cannot show, or one whose content is missing; `InboundMessage::raw` has it whole.
    Unsupported(Unsupported),
}

/// A file that waits at the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundMedia {
    pub kind: MediaKind,
    /// The provider's id of it, if it has ids; at most 512 characters.
    pub provider_id: Option<String>,
    /// Where it is, if that was told; may end soon, and needs the number's credentials.
    pub url: Option<String>,
    /// Without parameters, lower case; `application/octet-stream` if it was not told.
    pub mime_type: String,
    /// At most 256 characters, without any path.
    pub filename: Option<String>,
    pub caption: Option<String>,
    /// A voice note.
    pub voice: bool,
    /// A sticker that moves.
    pub animated: bool,
    /// SHA-256 of the bytes, if it was told in a form that can be read.
    pub sha256: Option<[u8; 32]>,
}

/// A customer, or the business on its phone, put an emoji to a message or took it away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundReaction {
    pub number: String,
    /// The provider's id of this event.
    pub provider_id: String,
    /// The provider's id of the message; it may be one we never saw.
    pub target: String,
    pub customer: Identity,
    pub profile_name: Option<String>,
    pub is_echo: bool,
    /// None: it was taken away.
    pub emoji: Option<String>,
    pub at: Option<Time>,
}

/// A message was changed or taken back by whoever wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct InboundChange {
    pub number: String,
    /// The provider's id of this event.
    pub provider_id: String,
    /// The provider's id of the message; it may be one we never saw.
    pub target: String,
    pub customer: Identity,
    pub is_echo: bool,
    /// What it holds now; none if it was taken back.
    pub content: Option<InboundContent>,
    pub at: Option<Time>,
}

/// A customer chose whether they take promotions from the business. About the person, whichever number told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketingChoice {
    pub number: String,
    /// Never empty.
    pub customer: Identity,
    pub profile_name: Option<String>,
    /// They take none any more; false: they take them again.
    pub stops: bool,
    pub at: Option<Time>,
}

/// News about a template: what is told, the rest stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateUpdate {
    /// The provider's id of the business.
    pub business: String,
    pub provider_id: Option<String>,
    pub name: String,
    pub language: String,
    pub status: Option<TemplateStatus>,
    pub category: Option<TemplateCategory>,
    /// `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    pub quality: Option<String>,
    /// Why it was refused, in the provider's words; at most 512 characters.
    pub reason: Option<String>,
    /// Its text changed in a way this does not tell: it has to be read anew.
    pub changed: bool,
}

/// News about a number, or about all numbers of a business.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HealthUpdate {
    /// The provider's id of the business.
    pub business: String,
    /// As the provider displays the number; none if it is about all of them.
    pub display_phone: Option<String>,
    /// The provider's word for what happened, at most 64 characters.
    pub event: String,
    /// How many customers a day may be written to first, in the provider's word: `TIER_2K`.
    pub limit: Option<String>,
    /// Why nothing can be sent any more, in a sentence; none if it can.
    pub trouble: Option<String>,
}

impl InboundMessage {
    /// Whether the customer wrote this, so that it opens the window for free-form answers and waits to be read.
    /// False for what the provider itself says in the chat, for example that the customer's number has changed, and
    /// for what the business wrote on its phone.
    pub fn is_from_customer(&self) -> bool {
        !self.is_echo && !matches!(&self.content, InboundContent::System { .. })
    }
}

/// Who is on the other side. Providers may know someone by phone, by an id of their own, or by both, and which
/// of them is told can change from one message to the next: keep what was known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// The phone as the provider writes it: 1 to 32 digits, no `+`, never rewritten.
    pub wa_id: Option<String>,
    /// The id scoped to our business portfolio, byte for byte (`US.13491208655302741918`).
    pub user_id: Option<String>,
    /// The same for a group of portfolios (`US.ENT.118…`).
    pub parent_user_id: Option<String>,
    /// The public user name, for show only: it can change and must not find anyone. At most 256 characters.
    pub username: Option<String>,
}

impl Identity {
    /// True if nothing is known that could find a contact.
    pub fn is_empty(&self) -> bool {
        self.wa_id.is_none() && self.scoped_id().is_none()
    }

    /// The scoped id to find a contact by: the parent's where there is one.
    pub fn scoped_id(&self) -> Option<&str> {
        self.parent_user_id.as_deref().or(self.user_id.as_deref())
    }

    /// Every id that names this person, best first, with none twice: parent scoped id, scoped id, phone.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        [&self.parent_user_id, &self.user_id, &self.wa_id]
            .into_iter()
            .filter_map(|id| id.as_deref())
    }
}

/// What became of a message we sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The provider's id of our number, 1 to 512 characters.
    pub number: String,
    /// The provider's id of our message, 1 to 512 characters.
    pub provider_id: String,
    /// One of sent, delivered, read, played, failed. Updates come late, twice and in any order: merge, don't set.
    pub status: MessageStatus,
    /// The provider's time, as in [`InboundMessage::sent_at`].
    pub at: Option<Time>,
    /// Who it was sent to, as far as told; may be empty. Find the message by its id, not by this.
    pub recipient: Identity,
    /// What we gave the provider to hand back: our own id of the message. Finds it when `provider_id` is not known yet.
    pub callback: Option<String>,
    /// Why it failed; always there with `failed`, never otherwise.
    pub failure: Option<Failure>,
}

crate::words! {
    /// Why a part of a webhook was left aside.
    pub enum ProblemKind {
        /// An event of a kind we have never heard of.
        UnknownEvent = "unknown_event",
        /// An event of a kind we know of and this version does not handle.
        NotHandled = "not_handled",
        /// Not the shape its kind has.
        UnknownShape = "unknown_shape",
        /// It does not say which of our numbers it is for.
        NoNumber = "no_number",
        /// A message without a sender that can be found again.
        NoSender = "no_sender",
        /// An id is missing, empty or longer than can be kept.
        BadId = "bad_id",
        /// A status word we have never heard of.
        UnknownStatus = "unknown_status",
        /// The provider reports an error of its own.
        ProviderError = "provider_error",
        /// Our own mistake: it can be replayed after an update.
        Internal = "internal",
    }
}

/// A part of a webhook that was left aside, for an admin to see; the webhook itself is kept whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    pub what: ProblemKind,
    /// Where and why, in words; at most 512 characters.
    pub detail: String,
    /// The provider's id of our number, if that much was told.
    #[schema(required)]
    pub number: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parent_id_comes_before_the_own_one_and_the_phone() {
        let mut who = Identity {
            username: Some("ana.shop".into()),
            ..Identity::default()
        };
        assert!(who.is_empty(), "a user name finds nobody");
        who.wa_id = Some("4915112345678".into());
        assert!(!who.is_empty());
        assert_eq!(who.scoped_id(), None);
        who.user_id = Some("DE.700".into());
        assert_eq!(who.scoped_id(), Some("DE.700"));
        who.parent_user_id = Some("DE.ENT.1".into());
        assert_eq!(who.scoped_id(), Some("DE.ENT.1"));
        assert_eq!(
            who.ids().collect::<Vec<_>>(),
            ["DE.ENT.1", "DE.700", "4915112345678"]
        );
    }
}
