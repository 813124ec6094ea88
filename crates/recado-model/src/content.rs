//! What messages are made of beyond their text: the parts that both providers, the store, the API and the apps share.
//!
//! All of it is the customer's or an agent's word: texts are free of U+0000, and bounded by whoever makes them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::MediaId;
use crate::template::FilledTemplate;

/// What a message holds beyond its text and its file. Which part is there follows from the message's content type;
/// the others are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = MessageContent)]
pub struct Details {
    /// With `location`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub location: Option<Location>,
    /// With `contacts`: at least one card.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<ContactCard>,
    /// With `interactive`, in messages we sent: what the customer can press.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub interactive: Option<Interactive>,
    /// With `interactive`, in messages of a customer: what they pressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reply: Option<InteractiveReply>,
    /// With `order`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub order: Option<Order>,
    /// With `system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub system: Option<SystemNote>,
    /// With `template`: as the customer sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub template: Option<FilledTemplate>,
    /// With `unsupported`: what is known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unsupported: Option<Unsupported>,
    /// With any kind: the ad or post that led the customer here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub referral: Option<Referral>,
    /// With any kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub forwarded: Option<Forwarded>,
}

impl Details {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A place, in degrees.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Location {
    /// -90 to 90.
    pub latitude: f64,
    /// -180 to 180.
    pub longitude: f64,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub address: Option<String>,
}

impl Location {
    pub fn is_on_earth(&self) -> bool {
        (-90.0..=90.0).contains(&self.latitude) && (-180.0..=180.0).contains(&self.longitude)
    }
}

/// A contact card somebody shared. Every part may be missing, even the name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ContactCard {
    /// As it is to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub first_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub company: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub title: Option<String>,
    #[serde(default)]
    pub phones: Vec<CardPhone>,
    #[serde(default)]
    pub emails: Vec<String>,
    #[serde(default)]
    pub urls: Vec<String>,
    /// Each on one line.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// As told, `YYYY-MM-DD` as a rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub birthday: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CardPhone {
    /// As written by a person.
    pub phone: String,
    /// Digits, if the phone is on WhatsApp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub wa_id: Option<String>,
    /// `CELL`, `HOME`, `WORK` or any other word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
}

/// A message with something to press.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Interactive {
    #[serde(default)]
    #[schema(required)]
    pub header: Option<InteractiveHeader>,
    /// 1 to 1024 characters, 4096 above a list.
    pub body: String,
    /// At most 60 characters.
    #[serde(default)]
    #[schema(required)]
    pub footer: Option<String>,
    pub action: InteractiveAction,
}

/// What stands above the body: a text of at most 60 characters, or a file (not above a list).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum InteractiveHeader {
    Text { text: String },
    Image { media_id: MediaId },
    Video { media_id: MediaId },
    Document { media_id: MediaId },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum InteractiveAction {
    /// One to three.
    Buttons { buttons: Vec<ReplyButton> },
    /// One to ten rows in one to ten sections.
    List {
        /// What opens the list, at most 20 characters.
        button: String,
        sections: Vec<ListSection>,
    },
    /// A button that opens a web page.
    Link {
        /// At most 20 characters.
        text: String,
        url: String,
    },
    /// Asks for the customer's location.
    LocationRequest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyButton {
    /// At most 256 characters, unlike the other buttons'. Comes back as `interactive_reply_id`.
    pub id: String,
    /// At most 20 characters, unlike the other buttons'.
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListSection {
    /// At most 24 characters; needed if there are several sections.
    #[serde(default)]
    #[schema(required)]
    pub title: Option<String>,
    pub rows: Vec<ListRow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRow {
    /// At most 200 characters, unlike the other rows'. Comes back as `interactive_reply_id`.
    pub id: String,
    /// At most 24 characters.
    pub title: String,
    /// At most 72 characters.
    #[serde(default)]
    #[schema(required)]
    pub description: Option<String>,
}

crate::words! {
    /// What was pressed.
    pub enum ReplyKind {
        Button = "button",
        List = "list",
        /// A quick reply of a template.
        TemplateButton = "template_button",
        /// A form that was filled in.
        Flow = "flow",
        Other = "other",
    }
}

/// What a customer pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InteractiveReply {
    pub kind: ReplyKind,
    /// The id we gave the button or row; also in the message's `interactive_reply_id`.
    #[schema(required)]
    pub id: Option<String>,
    #[schema(required)]
    pub title: Option<String>,
    #[schema(required)]
    pub description: Option<String>,
    /// Of a form: what was filled in, JSON as text.
    #[schema(required)]
    pub response: Option<String>,
}

/// What a customer ordered from a catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Order {
    #[schema(required)]
    pub catalog_id: Option<String>,
    pub items: Vec<OrderItem>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OrderItem {
    /// The shop's own id of the product.
    pub product: String,
    pub quantity: f64,
    /// Of one piece.
    #[schema(required)]
    pub price: Option<f64>,
    /// ISO 4217.
    #[schema(required)]
    pub currency: Option<String>,
}

crate::words! {
    /// What the provider says in the chat.
    pub enum SystemKind {
        /// The customer has another phone number now.
        NumberChanged = "number_changed",
        /// The customer's user id has changed.
        UserIdChanged = "user_id_changed",
        /// The customer's WhatsApp was set up anew, on another device maybe.
        IdentityChanged = "identity_changed",
        Other = "other",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SystemNote {
    pub kind: SystemKind,
    /// The provider's sentence.
    #[schema(required)]
    pub body: Option<String>,
}

/// A message that cannot be shown. It is kept whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unsupported {
    /// The provider's word for it, at most 64 characters.
    pub kind: String,
    /// What the provider says about it, at most 256 characters.
    #[schema(required)]
    pub title: Option<String>,
}

/// The ad or post a customer came by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Referral {
    /// `ad`, `post` or any other word.
    #[schema(required)]
    pub source_type: Option<String>,
    #[schema(required)]
    pub source_id: Option<String>,
    #[schema(required)]
    pub source_url: Option<String>,
    #[schema(required)]
    pub headline: Option<String>,
    #[schema(required)]
    pub body: Option<String>,
    /// The click's id, to report conversions with.
    #[schema(required)]
    pub click_id: Option<String>,
}

crate::words! {
    pub enum Forwarded {
        Once = "once",
        /// Passed on five times or more.
        Often = "often",
    }
}

/// What somebody answered a message with. At most one per author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reaction {
    pub actor_type: ReactionActor,
    /// The member, the API key; null for the customer and for whoever answered on the phone.
    #[schema(required)]
    pub actor_id: Option<uuid::Uuid>,
    pub emoji: String,
    pub created_at: crate::time::Time,
}

crate::words! {
    pub enum ReactionActor {
        Customer = "customer",
        Agent = "agent",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_left_out() {
        assert_eq!(serde_json::to_string(&Details::default()).unwrap(), "{}");
        assert_eq!(serde_json::from_str::<Details>("{}").unwrap(), Details::default());
        let details = Details {
            forwarded: Some(Forwarded::Often),
            ..Details::default()
        };
        assert_eq!(
            serde_json::to_string(&details).unwrap(),
            r#"{"forwarded":"often"}"#
        );
        assert!(!details.is_empty());
    }

    #[test]
    fn an_action_says_what_it_is() {
        let json =
            r#"{"body":"Which size?","action":{"type":"buttons","buttons":[{"id":"s","title":"Small"}]}}"#;
        let read: Interactive = serde_json::from_str(json).unwrap();
        assert!(matches!(&read.action, InteractiveAction::Buttons { buttons } if buttons[0].id == "s"));
        assert!(serde_json::from_str::<Interactive>(r#"{"body":"x","action":{"type":"dance"}}"#).is_err());
    }

    #[test]
    fn a_place_is_on_earth() {
        let at = |latitude, longitude| Location {
            latitude,
            longitude,
            name: None,
            address: None,
        };
        assert!(at(-90.0, 180.0).is_on_earth() && at(52.52, 13.4).is_on_earth());
        assert!(
            !at(90.1, 0.0).is_on_earth()
                && !at(0.0, -180.1).is_on_earth()
                && !at(f64::NAN, 0.0).is_on_earth()
        );
    }
}
