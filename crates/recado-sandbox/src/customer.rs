//! What a customer does with their phone: writes, sends files and places, presses buttons, reacts, corrects, takes
//! back. Each is one change of state with the webhook it causes.

mod press;
mod write;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    config::Status,
    error::{Error, Result},
    file::File,
    ids,
    line::Line,
    outgoing::in_chat,
    store::{
        messages::{self, Marks, PhoneMessage},
        phones, reactions, windows,
    },
    tell,
    webhook::shape::Besides,
    world::Change,
};

/// Everything the customer can do to a chat, as `POST /sandbox/api/phones/{wa_id}/messages` takes it.
#[derive(Debug, Deserialize)]
pub(crate) struct Act {
    /// `text` unless told.
    #[serde(default = "text")]
    pub r#type: String,
    /// The business number they write to.
    #[serde(default)]
    pub line: Line,
    pub reply_to: Option<String>,
    /// How it got here, besides.
    #[serde(flatten)]
    pub besides: Besides,
    /// What belongs to the type.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
    /// The file of a multipart form.
    #[serde(skip)]
    pub file: Option<File>,
}

fn text() -> String {
    "text".to_owned()
}

impl Act {
    /// A text and nothing else.
    pub(crate) fn text(text: &str, reply_to: Option<&str>) -> Self {
        Self {
            r#type: "text".to_owned(),
            line: Line::Meta,
            reply_to: reply_to.map(str::to_owned),
            besides: Besides::default(),
            rest: [("text".to_owned(), text.into())].into_iter().collect(),
            file: None,
        }
    }

    /// A value under this key, in the form wanted.
    fn get<T: serde::de::DeserializeOwned>(&self, key: &'static str) -> Result<Option<T>> {
        match self.rest.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value.clone())
                .map(Some)
                .map_err(|error| invalid(key, error.to_string())),
        }
    }

    fn need<T: serde::de::DeserializeOwned>(&self, key: &'static str) -> Result<T> {
        self.get(key)?.ok_or_else(|| invalid(key, "is required"))
    }
}

/// Does it. What the phone shows afterwards: the new message, or the one that was changed.
pub(crate) fn act(change: &mut Change<'_>, wa_id: &str, act: &Act) -> Result<PhoneMessage> {
    let phone = phones::get(change.tx, wa_id)?;
    if act.line == Line::Twilio && change.world.twilio.is_none() {
        return Err(Error::NoTwilio);
    }
    if !phone.online {
        // What was written must be right even so: the page tells the one from the other.
        return Err(Error::Offline(phone.wa_id));
    }
    match &*act.r#type {
        "reaction" => react(change, &phone, act),
        "edit" => edit(change, &phone, act),
        "revoke" => revoke(change, &phone, act),
        "number_change" => change_number(change, &phone, act),
        "press" => {
            let pressed = press::pressed(change, &phone, act)?;
            self::act(change, wa_id, &pressed)
        }
        _ => write(change, &phone, act),
    }
}

/// A message in the chat.
fn write(change: &mut Change<'_>, phone: &phones::Row, act: &Act) -> Result<PhoneMessage> {
    let quoted = match &act.reply_to {
        Some(id) => Some(
            in_chat(change, act.line, &phone.wa_id, id)?
                .ok_or_else(|| invalid("reply_to", "is no message of this chat"))?,
        ),
        None => None,
    };
    let written = write::written(change, act)?;
    let is_file = crate::outgoing::is_media(&written.kind);
    let message = messages::Row {
        id: match act.line {
            Line::Meta => ids::message_id(),
            Line::Twilio if is_file => ids::sid("MM"),
            Line::Twilio => ids::sid("SM"),
        },
        line: act.line,
        wa_id: phone.wa_id.clone(),
        kind: written.kind,
        text: written.text,
        content: written.content,
        at: change.now,
        status: Status::Sent,
        reply_to: quoted.as_ref().map(|quoted| quoted.id.clone()),
        marks: Marks {
            forwarded: act.besides.forwarded || act.besides.frequently_forwarded,
            ..Marks::default()
        },
        ..messages::Row::default()
    };
    messages::insert(change.tx, &message)?;
    windows::set(change.tx, act.line, &phone.wa_id, change.now)?;
    tell::message(change, phone, &message, quoted.as_ref(), &act.besides)?;
    let shown = tell::shown(change, &message)?;
    change.tell_phone(&phone.wa_id)?;
    Ok(shown)
}

/// `{"type": "reaction", "message_id", "emoji"}`; an empty `emoji` takes it back.
fn react(change: &mut Change<'_>, phone: &phones::Row, act: &Act) -> Result<PhoneMessage> {
    let target = target(change, phone, act)?;
    let emoji: String = act.get("emoji")?.unwrap_or_default();
    if emoji.chars().count() > 16 {
        return Err(invalid("emoji", "must be one emoji"));
    }
    reactions::set(change.tx, &target.id, false, &emoji)?;
    let wire = json!({"message_id": target.id, "emoji": emoji});
    happened(change, phone, act, "reaction", &wire)?;
    windows::set(change.tx, act.line, &phone.wa_id, change.now)?;
    tell::shown(change, &target)
}

/// `{"type": "edit", "message_id", "text"}`: a message of their own.
fn edit(change: &mut Change<'_>, phone: &phones::Row, act: &Act) -> Result<PhoneMessage> {
    let mut target = own(target(change, phone, act)?)?;
    let text: String = act.need("text")?;
    write::check_text(&text)?;
    let mut inner = json!({"type": target.kind});
    if target.kind == "text" {
        inner["text"] = json!({"body": text});
    } else {
        inner[target.kind.as_str()] = json!({"caption": text});
    }
    target.text = text;
    target.marks.edited = true;
    messages::update(change.tx, &target)?;
    let wire = json!({"original_message_id": target.id, "message": inner});
    happened(change, phone, act, "edit", &wire)?;
    change.tell_phone(&phone.wa_id)?;
    tell::shown(change, &target)
}

/// `{"type": "revoke", "message_id"}`: a message of their own.
fn revoke(change: &mut Change<'_>, phone: &phones::Row, act: &Act) -> Result<PhoneMessage> {
    let mut target = own(target(change, phone, act)?)?;
    target.marks.revoked = true;
    target.text = String::new();
    target.content = None;
    messages::update(change.tx, &target)?;
    let wire = json!({"original_message_id": target.id});
    happened(change, phone, act, "revoke", &wire)?;
    change.tell_phone(&phone.wa_id)?;
    tell::shown(change, &target)
}

/// `{"type": "number_change", "phone"?}`: the customer takes another number, and with it a new user id. The chats
/// stay; what they are told comes as a message of Meta's.
fn change_number(change: &mut Change<'_>, phone: &phones::Row, act: &Act) -> Result<PhoneMessage> {
    let number: Option<String> = act.get("phone")?;
    let new = match number {
        Some(number) => crate::chat::digits(&number)?,
        None => ids::phone_number(),
    };
    if change.world.is_ours(&new) {
        return Err(Error::Taken(new));
    }
    let user_id = ids::user_id(&new);
    phones::renumber(change.tx, &phone.wa_id, &new, &user_id)?;
    let body = format!("{} changed from {} to {new}", phone.name, phone.wa_id);
    let wire = json!({
        "type": "user_changed_number",
        "body": body,
        "wa_id": new,
        "user_id": user_id,
        "previous_user_id": phone.user_id,
    });
    let mut message = happening(change, phone, act, "system", &wire);
    tell::message(change, phone, &message, None, &act.besides)?;
    new.clone_into(&mut message.wa_id);
    message.text = body;
    messages::insert(change.tx, &message)?;
    change.tell_phone(&new)?;
    tell::shown(change, &message)
}

/// What comes as a message and is none in the chat.
fn happened(change: &Change<'_>, phone: &phones::Row, act: &Act, kind: &str, wire: &Value) -> Result<()> {
    let message = happening(change, phone, act, kind, wire);
    tell::message(change, phone, &message, None, &act.besides)
}

fn happening(change: &Change<'_>, phone: &phones::Row, act: &Act, kind: &str, wire: &Value) -> messages::Row {
    messages::Row {
        id: ids::message_id(),
        line: act.line,
        wa_id: phone.wa_id.clone(),
        kind: kind.to_owned(),
        content: Some(json!({ "wire": wire })),
        at: change.now,
        ..messages::Row::default()
    }
}

fn target(change: &Change<'_>, phone: &phones::Row, act: &Act) -> Result<messages::Row> {
    let id: String = act.need("message_id")?;
    let found = messages::find(change.tx, &id)?.filter(|message| message.wa_id == phone.wa_id);
    let found = found.ok_or_else(|| invalid("message_id", "is no message of this chat"))?;
    if found.line == act.line {
        Ok(found)
    } else {
        Err(invalid("line", "is not the number this message was written to"))
    }
}

fn own(message: messages::Row) -> Result<messages::Row> {
    if message.from_business {
        Err(invalid("message_id", "is a message of the business"))
    } else {
        Ok(message)
    }
}

fn invalid(field: &'static str, message: impl Into<String>) -> Error {
    Error::Invalid {
        field,
        message: message.into(),
    }
}
