//! What happens between a phone and the business: writing, arriving, reading. Each function is one change of state,
//! with the webhooks it causes.

use crate::{
    config::Status,
    error::{Error, Result},
    ids,
    store::{
        messages::{self, PhoneMessage},
        outbox::{self, Kind},
        phones::{self, Phone},
    },
    webhook::shape::{self, Failure},
    world::{Change, Event},
};

/// The customer service window: this long after the customer wrote, the business may write freely.
const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;
const TEXT_LIMIT: usize = 4096;
const NAME_LIMIT: usize = 100;

/// A text the business sends, already checked.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub to: Recipient,
    pub text: String,
    pub reply_to: Option<String>,
    pub callback: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Recipient {
    /// Digits.
    Phone(String),
    /// A business-scoped user id.
    User(String),
    /// A user id where a phone belongs: what is left of it is taken for a phone, and nobody ever hears of it again.
    Lost(String),
}

pub(crate) fn add_phone(change: &mut Change<'_>, name: &str, number: Option<&str>) -> Result<Phone> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT {
        let message = format!("must have 1 to {NAME_LIMIT} characters");
        return Err(Error::Invalid {
            field: "name",
            message,
        });
    }
    let wa_id = match number.map(str::trim).filter(|number| !number.is_empty()) {
        Some(number) => digits(number)?,
        None => free_number(change)?,
    };
    if wa_id == change.world.business.digits() {
        return Err(Error::Taken(wa_id));
    }
    let phone = phones::Row {
        user_id: ids::user_id(&wa_id),
        wa_id,
        name: name.to_owned(),
        online: true,
        auto_read: false,
        wrote_at: None,
        made_at: change.now,
    };
    phones::insert(change.tx, &phone)?;
    change.tell_phone(&phone.wa_id)?;
    phones::shown(change.tx, &phone.wa_id)
}

/// The customer writes to the business, perhaps in reply to a message of the same chat.
pub(crate) fn say(
    change: &mut Change<'_>,
    wa_id: &str,
    text: &str,
    reply_to: Option<&str>,
) -> Result<PhoneMessage> {
    let phone = phones::get(change.tx, wa_id)?;
    if text.trim().is_empty() || text.chars().count() > TEXT_LIMIT {
        let message = format!("must have 1 to {TEXT_LIMIT} characters");
        return Err(Error::Invalid {
            field: "text",
            message,
        });
    }
    if !phone.online {
        return Err(Error::Offline(phone.wa_id));
    }
    let quoted = match reply_to {
        Some(id) => Some(in_chat(change, wa_id, id)?.ok_or_else(|| Error::Invalid {
            field: "reply_to",
            message: "is no message of this chat".to_owned(),
        })?),
        None => None,
    };
    let message = messages::Row {
        id: ids::message_id(),
        wa_id: phone.wa_id.clone(),
        text: text.to_owned(),
        at: change.now,
        status: Status::Sent,
        reply_to: quoted.as_ref().map(|quoted| quoted.id.clone()),
        ..messages::Row::default()
    };
    messages::insert(change.tx, &message)?;
    phones::set_wrote_at(change.tx, wa_id, change.now)?;
    let item = shape::message(&phone, &message, quoted.as_ref(), &change.world.business)?;
    outbox::push(
        change.tx,
        Kind::Message,
        &item,
        Some(&shape::contact(&phone)?),
        &message.id,
    )?;
    let shown = messages::shown(message);
    change.tell(Event::Message {
        wa_id: phone.wa_id,
        message: shown.clone(),
    });
    change.tell_phone(wa_id)?;
    Ok(shown)
}

/// The API took a message of the business: what becomes of it. Its id.
pub(crate) fn accept(change: &mut Change<'_>, outgoing: Outgoing) -> Result<String> {
    let phone = match &outgoing.to {
        Recipient::Phone(wa_id) => phones::find(change.tx, wa_id)?,
        Recipient::User(user_id) => phones::find_user(change.tx, user_id)?,
        Recipient::Lost(_) => None,
    };
    let reply_to = match (&phone, &outgoing.reply_to) {
        (Some(phone), Some(id)) => in_chat(change, &phone.wa_id, id)?.map(|quoted| quoted.id),
        _ => None,
    };
    let (wa_id, to_user_id, lost) = match outgoing.to {
        Recipient::Phone(wa_id) => (wa_id, None, false),
        Recipient::Lost(rest) => (rest, None, true),
        Recipient::User(user_id) => (
            phone
                .as_ref()
                .map(|phone| phone.wa_id.clone())
                .unwrap_or_default(),
            Some(user_id),
            false,
        ),
    };
    let message = messages::Row {
        id: ids::message_id(),
        wa_id,
        from_business: true,
        text: outgoing.text,
        at: change.now,
        status: Status::Accepted,
        error_code: None,
        reply_to,
        callback: outgoing.callback,
        to_user_id,
    };
    let id = message.id.clone();
    if lost {
        messages::insert(change.tx, &message)?;
        return Ok(id);
    }
    match phone {
        None => fail(change, message, Failure::NotOnWhatsApp)?,
        Some(phone) if !window_open(&phone, change.now) => fail(change, message, Failure::WindowClosed)?,
        Some(phone) => leave_for(change, message, &phone)?,
    }
    Ok(id)
}

/// The customer looks at the chat: what arrived is read.
pub(crate) fn open(change: &mut Change<'_>, wa_id: &str) -> Result<Phone> {
    let phone = phones::get(change.tx, wa_id)?;
    let arrived = messages::from_business_at(change.tx, wa_id, Status::Delivered)?;
    if !arrived.is_empty() {
        for message in &arrived {
            advance(change, message, &phone, Status::Read)?;
        }
        change.tell_phone(wa_id)?;
    }
    phones::shown(change.tx, wa_id)
}

/// The phone connects or goes; on connecting it gets what waited for it.
pub(crate) fn set_online(change: &mut Change<'_>, wa_id: &str, online: bool) -> Result<()> {
    let phone = phones::get(change.tx, wa_id)?;
    phones::set_online(change.tx, wa_id, online)?;
    if online {
        for message in messages::from_business_at(change.tx, wa_id, Status::Sent)? {
            advance(change, &message, &phone, Status::Delivered)?;
        }
        if phone.auto_read {
            open(change, wa_id)?;
        }
    }
    change.tell_phone(wa_id)
}

pub(crate) fn set_auto_read(change: &mut Change<'_>, wa_id: &str, auto_read: bool) -> Result<()> {
    phones::get(change.tx, wa_id)?;
    phones::set_auto_read(change.tx, wa_id, auto_read)?;
    if auto_read {
        open(change, wa_id)?;
    }
    change.tell_phone(wa_id)
}

/// The business marks this message of a customer, and all before it, as read. Whether there is such a message.
pub(crate) fn marked_read(change: &mut Change<'_>, id: &str, typing: bool) -> Result<bool> {
    let Some(message) = messages::find(change.tx, id)?.filter(|message| !message.from_business) else {
        return Ok(false);
    };
    for id in messages::mark_read_up_to(change.tx, &message.wa_id, id)? {
        change.tell(Event::Status {
            wa_id: message.wa_id.clone(),
            id,
            status: Status::Read,
        });
    }
    if typing {
        change.tell(Event::Typing { wa_id: message.wa_id });
    }
    Ok(true)
}

fn window_open(phone: &phones::Row, now: i64) -> bool {
    phone.wrote_at.is_some_and(|wrote_at| now - wrote_at < WINDOW_MS)
}

/// Sent, and at once delivered to a phone that is online, and read by one whose chat counts as open.
fn leave_for(change: &mut Change<'_>, mut message: messages::Row, phone: &phones::Row) -> Result<()> {
    message.status = Status::Sent;
    messages::insert(change.tx, &message)?;
    queue_status(change, &message, phone, Status::Sent)?;
    change.tell(Event::Message {
        wa_id: phone.wa_id.clone(),
        message: messages::shown(message.clone()),
    });
    if phone.online {
        advance(change, &message, phone, Status::Delivered)?;
        if phone.auto_read {
            advance(change, &message, phone, Status::Read)?;
        }
    }
    change.tell_phone(&phone.wa_id)
}

fn fail(change: &mut Change<'_>, mut message: messages::Row, failure: Failure) -> Result<()> {
    message.status = Status::Failed;
    message.error_code = Some(failure.code());
    messages::insert(change.tx, &message)?;
    let item = shape::status(&message, Status::Failed, change.now, Some(failure))?;
    outbox::push(change.tx, Kind::Status, &item, None, &message.id)
}

fn advance(
    change: &mut Change<'_>,
    message: &messages::Row,
    phone: &phones::Row,
    status: Status,
) -> Result<()> {
    messages::set_status(change.tx, &message.id, status)?;
    queue_status(change, message, phone, status)?;
    change.tell(Event::Status {
        wa_id: phone.wa_id.clone(),
        id: message.id.clone(),
        status,
    });
    Ok(())
}

fn queue_status(
    change: &Change<'_>,
    message: &messages::Row,
    phone: &phones::Row,
    status: Status,
) -> Result<()> {
    let item = shape::status(message, status, change.now, None)?;
    outbox::push(
        change.tx,
        Kind::Status,
        &item,
        Some(&shape::contact(phone)?),
        &message.id,
    )
}

fn in_chat(change: &Change<'_>, wa_id: &str, id: &str) -> Result<Option<messages::Row>> {
    Ok(messages::find(change.tx, id)?.filter(|message| message.wa_id == wa_id))
}

/// A number as people type it, in digits.
fn digits(number: &str) -> Result<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let other = number
        .chars()
        .any(|c| !c.is_ascii_digit() && !matches!(c, '+' | ' ' | '-' | '(' | ')' | '.'));
    if other || !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
        let message = "must be an international number: country code first, 7 to 15 digits".to_owned();
        return Err(Error::Invalid {
            field: "phone",
            message,
        });
    }
    Ok(digits)
}

fn free_number(change: &Change<'_>) -> Result<String> {
    for _ in 0..1000 {
        let number = ids::phone_number();
        if phones::find(change.tx, &number)?.is_none() && number != change.world.business.digits() {
            return Ok(number);
        }
    }
    Err(Error::Invalid {
        field: "phone",
        message: "no free number left: give one".to_owned(),
    })
}
