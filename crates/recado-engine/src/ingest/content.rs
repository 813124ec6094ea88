//! What a message holds, from the provider's words to the columns it is kept in.

use recado_model::content::{Details, InteractiveReply, Location};
use recado_model::inbound::{InboundContent, InboundMedia, InboundMessage};
use recado_model::{ContentType, Json};

/// A message's content as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Kept {
    pub(crate) content_type: Option<ContentType>,
    /// What is read and searched.
    pub(crate) text: Option<String>,
    pub(crate) details: Details,
    pub(crate) media: Option<InboundMedia>,
    pub(crate) interactive_reply_id: Option<String>,
}

impl Kept {
    pub(crate) fn content_type(&self) -> ContentType {
        self.content_type.unwrap_or(ContentType::Unsupported)
    }

    pub(crate) fn details(&self) -> Option<Json<Details>> {
        (!self.details.is_empty()).then(|| Json(self.details.clone()))
    }
}

pub(crate) fn of_message(message: &InboundMessage) -> Kept {
    let mut kept = of(&message.content);
    kept.details.forwarded = message.forwarded;
    kept.details.referral.clone_from(&message.referral);
    kept
}

pub(crate) fn of(content: &InboundContent) -> Kept {
    let mut kept = Kept::default();
    let kind = match content {
        InboundContent::Text { text } => {
            kept.text = Some(text.clone());
            ContentType::Text
        }
        InboundContent::Media(media) => {
            kept.text.clone_from(&media.caption);
            kept.media = Some(media.clone());
            media.kind.content_type()
        }
        InboundContent::Location(location) => {
            kept.text = place(location);
            kept.details.location = Some(location.clone());
            ContentType::Location
        }
        InboundContent::Contacts(cards) => {
            let names: Vec<&str> = cards.iter().filter_map(|card| card.name.as_deref()).collect();
            kept.text = (!names.is_empty()).then(|| names.join(", "));
            kept.details.contacts.clone_from(cards);
            ContentType::Contacts
        }
        InboundContent::Reply(reply) => {
            kept.text = pressed(reply);
            kept.interactive_reply_id.clone_from(&reply.id);
            kept.details.reply = Some(reply.clone());
            ContentType::Interactive
        }
        InboundContent::Order { order, text } => {
            kept.text.clone_from(text);
            kept.details.order = Some(order.clone());
            ContentType::Order
        }
        InboundContent::System { note, .. } => {
            kept.text.clone_from(&note.body);
            kept.details.system = Some(note.clone());
            ContentType::System
        }
        InboundContent::Unsupported(what) => {
            // The kind is kept as the text, so that the thread can say what could not be shown.
            kept.text = Some(what.title.clone().unwrap_or_else(|| what.kind.clone()));
            kept.details.unsupported = Some(what.clone());
            ContentType::Unsupported
        }
    };
    kept.content_type = Some(kind);
    kept
}

/// A place in words: its name, else its address.
pub(crate) fn place(location: &Location) -> Option<String> {
    location.name.clone().or_else(|| location.address.clone())
}

fn pressed(reply: &InteractiveReply) -> Option<String> {
    reply.title.clone().or_else(|| reply.description.clone())
}
