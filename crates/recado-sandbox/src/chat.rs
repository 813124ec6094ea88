//! The phones and their owners' looks at them: joining, going offline, reading. Each function is one change of state,
//! with the webhooks it causes.

use crate::{
    config::Status,
    error::{Error, Result},
    ids,
    line::Line,
    outgoing::advance,
    store::{
        messages,
        outbox::{self, Kind},
        phones::{self, Phone},
    },
    webhook::shape,
    world::{Change, Event},
};

/// The customer service window: this long after the customer wrote, the business may write freely.
pub(crate) const WINDOW_MS: i64 = 24 * 60 * 60 * 1000;
const NAME_LIMIT: usize = 100;

/// Who moves in.
#[derive(Debug, Default)]
pub(crate) struct NewPhone<'a> {
    pub name: &'a str,
    pub number: Option<&'a str>,
    pub username: Option<&'a str>,
    pub hidden: bool,
}

pub(crate) fn add_phone(change: &mut Change<'_>, new: &NewPhone<'_>) -> Result<Phone> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT {
        let message = format!("must have 1 to {NAME_LIMIT} characters");
        return Err(Error::Invalid {
            field: "name",
            message,
        });
    }
    let wa_id = match new.number.map(str::trim).filter(|number| !number.is_empty()) {
        Some(number) => digits(number)?,
        None => free_number(change)?,
    };
    if change.world.is_ours(&wa_id) {
        return Err(Error::Taken(wa_id));
    }
    let phone = phones::Row {
        user_id: ids::user_id(&wa_id),
        wa_id,
        name: name.to_owned(),
        online: true,
        auto_read: false,
        username: new
            .username
            .map(str::to_owned)
            .filter(|username| !username.is_empty()),
        hidden: new.hidden,
        no_promotions: false,
        made_at: change.now,
    };
    phones::insert(change.tx, &phone)?;
    change.tell_phone(&phone.wa_id)?;
    phones::shown(change.tx, &phone.wa_id)
}

/// The customer looks at a chat, or at all of them: what arrived is read.
pub(crate) fn open(change: &mut Change<'_>, wa_id: &str, line: Option<Line>) -> Result<Phone> {
    let phone = phones::get(change.tx, wa_id)?;
    let arrived = messages::from_business_at(change.tx, wa_id, line, Status::Delivered)?;
    if !arrived.is_empty() {
        for message in &arrived {
            advance(change, message, &phone, Status::Read)?;
        }
        change.tell_phone(wa_id)?;
    }
    phones::shown(change.tx, wa_id)
}

/// The customer listens to a voice message of the business.
pub(crate) fn play(change: &mut Change<'_>, wa_id: &str, id: &str) -> Result<()> {
    let phone = phones::get(change.tx, wa_id)?;
    let message = messages::find(change.tx, id)?
        .filter(|m| m.wa_id == wa_id && m.from_business && m.kind == "audio")
        .ok_or_else(|| Error::NotFound(id.to_owned()))?;
    let arrived = message.status >= Status::Delivered && message.status < Status::Played;
    // Twilio has no such status.
    if arrived && message.line == Line::Meta {
        if message.status < Status::Read {
            advance(change, &message, &phone, Status::Read)?;
        }
        advance(change, &message, &phone, Status::Played)?;
    }
    Ok(())
}

/// The phone connects or goes; on connecting it gets what waited for it.
pub(crate) fn set_online(change: &mut Change<'_>, wa_id: &str, online: bool) -> Result<()> {
    let phone = phones::get(change.tx, wa_id)?;
    phones::set_online(change.tx, wa_id, online)?;
    if online {
        for message in messages::from_business_at(change.tx, wa_id, None, Status::Sent)? {
            advance(change, &message, &phone, Status::Delivered)?;
        }
        if phone.auto_read {
            open(change, wa_id, None)?;
        }
    }
    change.tell_phone(wa_id)
}

pub(crate) fn set_auto_read(change: &mut Change<'_>, wa_id: &str, auto_read: bool) -> Result<()> {
    phones::get(change.tx, wa_id)?;
    phones::set_auto_read(change.tx, wa_id, auto_read)?;
    if auto_read {
        open(change, wa_id, None)?;
    }
    change.tell_phone(wa_id)
}

/// The business sees the user id from now on instead of the number, or the number again.
/// The customer wants no more promotions, or wants them again: the business is told, by Meta only.
pub(crate) fn set_no_promotions(change: &mut Change<'_>, wa_id: &str, no_promotions: bool) -> Result<Phone> {
    let phone = phones::get(change.tx, wa_id)?;
    phones::set_no_promotions(change.tx, wa_id, no_promotions)?;
    let value = shape::preference(change.world, &phone, no_promotions, change.now)?;
    let field = Kind::Field("user_preferences".to_owned());
    outbox::push(change.tx, &field, &value, None, "")?;
    change.tell_phone(wa_id)?;
    phones::shown(change.tx, wa_id)
}

pub(crate) fn set_hidden(change: &mut Change<'_>, wa_id: &str, hidden: bool) -> Result<()> {
    phones::get(change.tx, wa_id)?;
    phones::set_hidden(change.tx, wa_id, hidden)?;
    change.tell_phone(wa_id)
}

/// The business marks this message of a customer, and all before it, as read. Whether there is such a message.
pub(crate) fn marked_read(change: &mut Change<'_>, line: Line, id: &str, typing: bool) -> Result<bool> {
    let found = messages::find(change.tx, id)?;
    let Some(message) = found.filter(|message| !message.from_business && message.line == line) else {
        return Ok(false);
    };
    for id in messages::mark_read_up_to(change.tx, message.line, &message.wa_id, id)? {
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

/// A number as people type it, in digits.
pub(crate) fn digits(number: &str) -> Result<String> {
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
        if phones::find(change.tx, &number)?.is_none() && !change.world.is_ours(&number) {
            return Ok(number);
        }
    }
    Err(Error::Invalid {
        field: "phone",
        message: "no free number left: give one".to_owned(),
    })
}
