//! What a phone shows of a message with more than text: title, body, small print, buttons, a list to open. Templates,
//! interactive messages and Twilio's content all end up in this one form.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Card {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    pub body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<List>,
    /// More cards in a row, to be moved through sideways.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Header {
    Text {
        text: String,
    },
    /// `kind` is image, video or document; `media` is missing when it could not be fetched yet.
    Media {
        kind: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime_type: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
        /// Where to fetch it first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
    },
    Location {
        latitude: f64,
        longitude: f64,
        name: Option<String>,
        address: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Button {
    /// Answers with `button_reply` of an interactive message.
    Reply {
        id: String,
        title: String,
    },
    /// Answers with `button`, as the quick reply of a template does.
    QuickReply {
        payload: String,
        title: String,
    },
    Url {
        title: String,
        url: String,
    },
    Call {
        title: String,
        phone: String,
    },
    CopyCode {
        title: String,
        code: String,
    },
    /// Answers with `nfm_reply`.
    Flow {
        title: String,
        token: Option<String>,
    },
    /// Answers with a location.
    SendLocation {
        title: String,
    },
    /// Answers with one's own contact card.
    SharePhone {
        title: String,
    },
    /// Something a phone shows and the sandbox does not play.
    Other {
        title: String,
        kind: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct List {
    pub button: String,
    pub sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Section {
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub id: String,
    pub title: String,
    pub description: Option<String>,
}

impl Card {
    /// The card as part of a message's content.
    pub(crate) fn content(&self) -> Value {
        json!({ "card": self })
    }

    /// The card in a message's content, if there is one.
    pub(crate) fn of(content: Option<&Value>) -> Option<Self> {
        serde_json::from_value(content?.get("card")?.clone()).ok()
    }
}
