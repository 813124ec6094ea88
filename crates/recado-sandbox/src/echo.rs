//! Messages the shop writes on its own phone, past the API: coexistence with the WhatsApp Business app.

use crate::{
    config::Status,
    error::Result,
    ids,
    line::Line,
    store::{
        messages::{self, Marks, PhoneMessage},
        outbox::{self, Kind},
        phones,
    },
    tell,
    webhook::shape,
    world::Change,
};

/// A text to this customer. It opens no window and has no statuses; the API's user is told of it as an echo.
pub(crate) fn write(change: &mut Change<'_>, wa_id: &str, text: &str) -> Result<PhoneMessage> {
    let phone = phones::get(change.tx, wa_id)?;
    if text.trim().is_empty() {
        return Err(crate::Error::Invalid {
            field: "text",
            message: "must not be empty".to_owned(),
        });
    }
    let message = messages::Row {
        id: ids::message_id(),
        line: Line::Meta,
        wa_id: wa_id.to_owned(),
        from_business: true,
        kind: "text".to_owned(),
        text: text.to_owned(),
        at: change.now,
        status: Status::Read,
        marks: Marks {
            echo: true,
            ..Marks::default()
        },
        ..messages::Row::default()
    };
    messages::insert(change.tx, &message)?;
    let item = shape::echo(change.world, &phone, &message, change.now)?;
    outbox::push(
        change.tx,
        &Kind::Echo,
        &item,
        Some(&shape::contact(&phone)?),
        &message.id,
    )?;
    let shown = tell::shown(change, &message)?;
    change.tell_phone(wa_id)?;
    Ok(shown)
}
