//! Puts what happened into the outbox, in the words of the line it happened on.

use crate::{
    config::Status,
    error::Result,
    failure::Failure,
    line::Line,
    store::{
        messages,
        outbox::{self, Kind},
        phones,
        reactions::Reaction,
        settings,
    },
    twilio,
    webhook::shape::{self, Besides},
    world::{Change, Event},
};

/// A customer wrote, or did something that comes as a message. `quoted` is what they replied to.
pub(crate) fn message(
    change: &Change<'_>,
    phone: &phones::Row,
    message: &messages::Row,
    quoted: Option<&messages::Row>,
    besides: &Besides,
) -> Result<()> {
    match message.line {
        Line::Meta => {
            let item = shape::message(change.world, phone, message, quoted, besides, change.now)?;
            // Changes of an account come without the contact.
            let contact = (message.kind != "system")
                .then(|| shape::contact(phone))
                .transpose()?;
            outbox::push(change.tx, &Kind::Message, &item, contact.as_deref(), &message.id)
        }
        Line::Twilio => {
            let (Some(line), Some(url)) = (
                change.world.twilio.as_ref(),
                settings::get(change.tx, settings::TWILIO_CALLBACK)?,
            ) else {
                return Ok(());
            };
            let base = change.world.url();
            match twilio::inbound::form(line, base, phone, message, quoted, besides) {
                Some(form) => outbox::push_twilio(
                    change.tx,
                    &Kind::Message,
                    &serde_json::to_string(&form)?,
                    &message.id,
                    &url,
                ),
                // Twilio tells nothing of it.
                None => Ok(()),
            }
        }
    }
}

/// How far a message of the business got.
pub(crate) fn status(
    change: &Change<'_>,
    message: &messages::Row,
    phone: Option<&phones::Row>,
    status: Status,
    failure: Option<&Failure>,
) -> Result<()> {
    match message.line {
        Line::Meta => {
            let item = shape::status(message, status, change.now, failure)?;
            // Newer payloads carry the contact beside the statuses, but not for those that failed.
            let contact = phone
                .filter(|_| failure.is_none())
                .map(shape::contact)
                .transpose()?;
            outbox::push(change.tx, &Kind::Status, &item, contact.as_deref(), &message.id)
        }
        Line::Twilio => {
            let Some(line) = &change.world.twilio else {
                return Ok(());
            };
            let set = settings::get(change.tx, settings::TWILIO_STATUS)?;
            let Some(url) = message.marks.status_callback.clone().or(set) else {
                return Ok(());
            };
            let form = twilio::status::form(line, message, status, failure);
            outbox::push_twilio(
                change.tx,
                &Kind::Status,
                &serde_json::to_string(&form)?,
                &message.id,
                &url,
            )
        }
    }
}

/// The message as the phone shows it now: new, edited, reacted to.
pub(crate) fn shown(change: &mut Change<'_>, message: &messages::Row) -> Result<messages::PhoneMessage> {
    let shown = messages::shown(change.tx, message.clone())?;
    change.tell(Event::Message {
        wa_id: message.wa_id.clone(),
        message: shown.clone(),
    });
    Ok(shown)
}

/// The reactions to a message, as they are now.
pub(crate) fn reacted(change: &mut Change<'_>, message: &messages::Row) -> Result<Vec<Reaction>> {
    Ok(shown(change, message)?.reactions)
}
