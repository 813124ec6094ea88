//! Words about outgoing webhooks: what an endpoint is told of, and what became of each telling.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{ArrayBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};

use crate::stored::{Scalar, Stored, StoredError};

crate::words! {
    /// What an endpoint can be told of. Each entry of the journal is told as one of them.
    pub enum WebhookEvent {
        /// A customer wrote.
        MessageReceived = "message.received",
        /// Somebody, or a program, or the phone of the business wrote to a customer.
        MessageSent = "message.sent",
        /// A message to a customer has come further, or failed. May be told again with the same status.
        MessageStatusUpdated = "message.status_updated",
        /// A message was corrected, taken back or reacted to.
        MessageUpdated = "message.updated",
        ConversationCreated = "conversation.created",
        ConversationUpdated = "conversation.updated",
        ConversationAssigned = "conversation.assigned",
        ConversationStatusChanged = "conversation.status_changed",
        ConversationRemoved = "conversation.removed",
        /// What else happened to a conversation: tags, snoozing, changes of its contact.
        ActivityCreated = "activity.created",
        ContactCreated = "contact.created",
        ContactUpdated = "contact.updated",
        ContactMerged = "contact.merged",
        NoteCreated = "note.created",
        NoteUpdated = "note.updated",
        NoteRemoved = "note.removed",
        TagCreated = "tag.created",
        TagUpdated = "tag.updated",
        TagRemoved = "tag.removed",
        TemplateCreated = "template.created",
        TemplateUpdated = "template.updated",
        TemplateRemoved = "template.removed",
        ChannelCreated = "channel.created",
        ChannelUpdated = "channel.updated",
        ChannelRemoved = "channel.removed",
        MemberCreated = "member.created",
        MemberUpdated = "member.updated",
        MemberRemoved = "member.removed",
        AccountUpdated = "account.updated",
        /// Sent on demand, to try an endpoint. It cannot be asked for, and comes whatever was asked for.
        Test = "webhook.test",
    }
}

crate::words! {
    /// What became of a delivery.
    pub enum DeliveryState {
        /// It waits for its turn or its next try.
        Pending = "pending",
        /// The endpoint answered with a status from 200 to 299.
        Delivered = "delivered",
        /// It was tried for as long as anything is, or cannot be.
        Failed = "failed",
        /// The endpoint was switched off before it was its turn.
        Cancelled = "cancelled",
    }
}

crate::words! {
    /// Why an endpoint is switched off.
    pub enum DisabledReason {
        /// By somebody.
        Manual = "manual",
        /// Nothing reached it for days.
        Failing = "failing",
        /// It said that it is gone: 410.
        Gone = "gone",
    }
}

/// Which events an endpoint is told of. As JSON a list of words, `["*"]` for all; the same words in a column.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum EventFilter {
    #[default]
    All,
    /// Sorted, each once.
    Some(Vec<WebhookEvent>),
}

/// Stands for all events.
pub const ALL_EVENTS: &str = "*";

impl EventFilter {
    /// # Errors
    /// The first word that is no event one can ask for; an empty one if there is no word at all.
    pub fn of<'w>(words: impl IntoIterator<Item = &'w str>) -> Result<Self, String> {
        let mut some = Vec::new();
        let mut all = false;
        for word in words {
            match word.parse::<WebhookEvent>() {
                _ if word == ALL_EVENTS => all = true,
                Ok(event) if event != WebhookEvent::Test => some.push(event),
                _ => return Err(word.to_owned()),
            }
        }
        if all {
            return Ok(Self::All);
        }
        if some.is_empty() {
            return Err(String::new());
        }
        some.sort_unstable();
        some.dedup();
        Ok(Self::Some(some))
    }

    pub fn takes(&self, event: WebhookEvent) -> bool {
        match self {
            Self::All => true,
            Self::Some(some) => some.contains(&event),
        }
    }

    pub fn words(&self) -> Vec<&'static str> {
        match self {
            Self::All => vec![ALL_EVENTS],
            Self::Some(some) => some.iter().map(|event| event.as_str()).collect(),
        }
    }
}

impl Serialize for EventFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

impl<'de> Deserialize<'de> for EventFilter {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Self::of(words.iter().map(String::as_str))
            .map_err(|word| serde::de::Error::custom(format!("no event: {word:?}")))
    }
}

impl utoipa::PartialSchema for EventFilter {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(Ref::from_schema_name("EventFilterWord"))
            .description(Some("`[\"*\"]` for all."))
            .into()
    }
}

impl utoipa::ToSchema for EventFilter {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let words = WebhookEvent::ALL
            .iter()
            .filter(|event| **event != WebhookEvent::Test)
            .map(|event| event.as_str())
            .chain([ALL_EVENTS]);
        let word = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(words))
            .description(Some("An event one can ask for, or `*` for all."));
        schemas.push(("EventFilterWord".to_owned(), word.into()));
    }
}

impl Stored for EventFilter {
    fn to_scalar(&self) -> Scalar<'_> {
        Scalar::Text(self.words().join(" ").into())
    }

    fn from_scalar(scalar: Scalar<'_>) -> Result<Self, StoredError> {
        // An event that this program no longer knows is one that nobody is told of: it is left out.
        let words = String::from_scalar(scalar)?;
        let known = words
            .split_whitespace()
            .filter(|word| *word == ALL_EVENTS || word.parse::<WebhookEvent>().is_ok());
        Ok(Self::of(known).unwrap_or(Self::Some(Vec::new())))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_become_a_filter() {
        assert_eq!(EventFilter::of(["*"]), Ok(EventFilter::All));
        assert_eq!(EventFilter::of(["message.received", "*"]), Ok(EventFilter::All));
        let some = EventFilter::of(["note.created", "message.received", "note.created"]).unwrap();
        assert_eq!(some.words(), ["message.received", "note.created"]);
        assert!(some.takes(WebhookEvent::NoteCreated) && !some.takes(WebhookEvent::MessageSent));
        assert_eq!(EventFilter::of([]), Err(String::new()));
        for odd in ["message.*", "", "webhook.test", "Message.received"] {
            assert_eq!(EventFilter::of(["tag.created", odd]), Err(odd.to_owned()));
        }
    }

    #[test]
    fn a_word_of_another_time_is_left_out() {
        let kept = Scalar::Text("message.received gone.away".into());
        let filter = EventFilter::from_scalar(kept).unwrap();
        assert_eq!(filter.words(), ["message.received"]);
        let none = EventFilter::from_scalar(Scalar::Text("gone.away".into())).unwrap();
        assert!(!none.takes(WebhookEvent::MessageReceived), "and never all");
    }

    proptest! {
        #[test]
        fn a_filter_survives_its_column(picked in proptest::collection::vec(0..WebhookEvent::ALL.len() - 1, 1..9)) {
            let words = picked.iter().map(|index| WebhookEvent::ALL[*index].as_str());
            let filter = EventFilter::of(words).unwrap();
            prop_assert_eq!(&EventFilter::from_scalar(filter.to_scalar()).unwrap(), &filter);
            let json = serde_json::to_string(&filter).unwrap();
            prop_assert_eq!(serde_json::from_str::<EventFilter>(&json).unwrap(), filter);
        }

        #[test]
        fn no_word_is_too_odd(words in proptest::collection::vec("\\PC{0,20}", 0..4)) {
            if let Ok(filter) = EventFilter::of(words.iter().map(String::as_str)) {
                prop_assert_ne!(filter.words().len(), 0);
            }
        }
    }
}
