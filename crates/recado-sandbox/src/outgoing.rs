//! What becomes of a message of the business once its API took it: fetched, delivered, read, or failed.

use serde_json::{Value, json};

use crate::{
    config::Status,
    error::Result,
    failure::Failure,
    file, ids,
    line::Line,
    store::{
        media,
        messages::{self, Marks},
        phones, reactions, windows,
    },
    tell,
    world::{Change, Event},
};

/// A message the business sends, already checked.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub line: Line,
    pub to: Recipient,
    pub kind: String,
    pub text: String,
    pub content: Option<Value>,
    pub reply_to: Option<String>,
    pub callback: Option<String>,
    /// Arrives although the customer has not written for long.
    pub template: bool,
    pub marks: Marks,
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

/// A message that was taken.
#[derive(Debug)]
pub(crate) struct Taken {
    pub message: messages::Row,
    /// What has to be fetched before it can arrive.
    pub link: Option<String>,
}

/// The API took a message of the business: what becomes of it.
pub(crate) fn accept(change: &mut Change<'_>, outgoing: Outgoing) -> Result<Taken> {
    let phone = match &outgoing.to {
        Recipient::Phone(number) => reached(change, number)?,
        Recipient::User(user_id) => phones::find_user(change.tx, user_id)?,
        Recipient::Lost(_) => None,
    };
    let reply_to = match (&phone, &outgoing.reply_to) {
        (Some(phone), Some(id)) => in_chat(change, outgoing.line, &phone.wa_id, id)?.map(|quoted| quoted.id),
        _ => None,
    };
    let lost = matches!(outgoing.to, Recipient::Lost(_));
    let (wa_id, to_user_id) = match outgoing.to {
        // The account answers under its own number, which may be written otherwise.
        Recipient::Phone(number) => (phone.as_ref().map_or(number, |phone| phone.wa_id.clone()), None),
        Recipient::Lost(rest) => (rest, None),
        Recipient::User(user_id) => {
            let wa_id = phone.as_ref().map(|phone| phone.wa_id.clone());
            (wa_id.unwrap_or_default(), Some(user_id))
        }
    };
    let id = match outgoing.line {
        Line::Meta => ids::message_id(),
        Line::Twilio if is_media(&outgoing.kind) => ids::sid("MM"),
        Line::Twilio => ids::sid("SM"),
    };
    let message = messages::Row {
        id,
        line: outgoing.line,
        wa_id,
        from_business: true,
        kind: outgoing.kind,
        text: outgoing.text,
        content: outgoing.content,
        at: change.now,
        status: Status::Accepted,
        error_code: None,
        reply_to,
        callback: outgoing.callback,
        to_user_id,
        marks: outgoing.marks,
    };
    messages::insert(change.tx, &message)?;
    let mut taken = Taken {
        link: link(&message),
        message,
    };
    if lost {
        taken.link = None;
        return Ok(taken);
    }
    let failure = match &phone {
        _ if taken.message.marks.fails_with.is_some() => taken.message.marks.fails_with.map(Failure::new),
        None => Some(Failure::not_on_whatsapp()),
        Some(phone) if phone.no_promotions && is_promotion(&taken.message) => Some(Failure::new(131_050)),
        Some(_) if outgoing.template => None,
        Some(phone) if window_open(change, taken.message.line, phone)? => None,
        Some(_) => Some(Failure::window_closed()),
    };
    if let Some(failure) = failure {
        taken.link = None;
        fail(change, &taken.message, failure)?;
    } else if taken.link.is_none() {
        arrive(change, &taken.message)?;
    }
    Ok(taken)
}

/// Of the kind that a customer can stop.
fn is_promotion(message: &messages::Row) -> bool {
    message.marks.category.as_deref() == Some("marketing")
}

/// The file a link led to, or why there is none.
pub(crate) fn fetched(change: &mut Change<'_>, id: &str, file: Result<file::File, String>) -> Result<()> {
    let Some(mut message) = messages::find(change.tx, id)?.filter(|m| m.status == Status::Accepted) else {
        return Ok(());
    };
    let file = match file {
        Ok(file) => file,
        Err(why) => return fail(change, &message, Failure::media(why)),
    };
    let name = file.filename.clone();
    let row = media::Row {
        id: ids::media_id(),
        mime_type: file.mime_type,
        filename: file.filename,
        bytes: file.bytes,
        made_at: change.now,
        uploaded: true,
    };
    media::insert(change.tx, &row)?;
    if message.line == Line::Twilio && message.kind == "document" {
        // Twilio goes by the Content-Type of what it fetched.
        kind_of(&row.mime_type).clone_into(&mut message.kind);
        change.tx.execute(
            "UPDATE messages SET kind = ?2 WHERE id = ?1",
            [&message.id, &message.kind],
        )?;
    }
    if let Some(part) = file_part(&mut message) {
        part["media"] = row.id.clone().into();
        part["mime_type"] = row.mime_type.clone().into();
        part["size"] = row.bytes.len().into();
        if part.get("filename").is_none_or(Value::is_null)
            && let Some(name) = name
        {
            part["filename"] = name.into();
        }
        if let Some(part) = part.as_object_mut() {
            part.remove("link");
        }
    }
    messages::update(change.tx, &message)?;
    arrive(change, &message)
}

/// Sent, and at once delivered to a phone that is online, and read by one whose chat counts as open.
fn arrive(change: &mut Change<'_>, message: &messages::Row) -> Result<()> {
    let phone = match &message.to_user_id {
        Some(user_id) => phones::find_user(change.tx, user_id)?,
        None => phones::find(change.tx, &message.wa_id)?,
    };
    let Some(phone) = phone else {
        return fail(change, message, Failure::not_on_whatsapp());
    };
    let mut message = message.clone();
    if let Some(objection) = objection(change, &mut message)? {
        return fail(change, &message, Failure::media(objection));
    }
    message.status = Status::Sent;
    messages::update(change.tx, &message)?;
    tell::status(change, &message, Some(&phone), Status::Sent, None)?;
    if message.kind == "reaction" {
        return react(change, &message);
    }
    tell::shown(change, &message)?;
    if phone.online {
        advance(change, &message, &phone, Status::Delivered)?;
        if phone.auto_read {
            advance(change, &message, &phone, Status::Read)?;
        }
    }
    change.tell_phone(&phone.wa_id)
}

pub(crate) fn fail(change: &mut Change<'_>, message: &messages::Row, failure: Failure) -> Result<()> {
    let failure = match message.line {
        Line::Meta => failure,
        Line::Twilio => failure.at_twilio(),
    };
    let message = messages::Row {
        status: Status::Failed,
        error_code: Some(failure.code),
        ..message.clone()
    };
    messages::update(change.tx, &message)?;
    tell::status(change, &message, None, Status::Failed, Some(&failure))
}

pub(crate) fn advance(
    change: &mut Change<'_>,
    message: &messages::Row,
    phone: &phones::Row,
    status: Status,
) -> Result<()> {
    messages::set_status(change.tx, &message.id, status)?;
    tell::status(change, message, Some(phone), status, None)?;
    change.tell(Event::Status {
        wa_id: phone.wa_id.clone(),
        id: message.id.clone(),
        status,
    });
    Ok(())
}

/// A message of this chat.
pub(crate) fn in_chat(
    change: &Change<'_>,
    line: Line,
    wa_id: &str,
    id: &str,
) -> Result<Option<messages::Row>> {
    let found = messages::find(change.tx, id)?;
    Ok(found.filter(|message| message.wa_id == wa_id && message.line == line))
}

pub(crate) fn is_media(kind: &str) -> bool {
    matches!(kind, "image" | "video" | "audio" | "document" | "sticker")
}

/// The kind of message that carries files of this type.
pub(crate) fn kind_of(mime_type: &str) -> &'static str {
    let essence = file::essence(mime_type);
    match essence.split('/').next() {
        _ if essence == "image/webp" => "sticker",
        Some("image") => "image",
        Some("video") => "video",
        Some("audio") => "audio",
        _ => "document",
    }
}

/// Whose number this is. Brazil, Mexico and Argentina write theirs in two ways, and accounts have kept either.
fn reached(change: &Change<'_>, number: &str) -> Result<Option<phones::Row>> {
    for written in [Some(number.to_owned()), other_writing(number)]
        .into_iter()
        .flatten()
    {
        if let Some(phone) = phones::find(change.tx, &written)? {
            return Ok(Some(phone));
        }
    }
    Ok(None)
}

fn other_writing(number: &str) -> Option<String> {
    let added = |head: &str, digit: &str, rest: &str| format!("{head}{digit}{rest}");
    match number.as_bytes() {
        [b'5', b'5', _, _, b'9', rest @ ..] if rest.len() == 8 => Some(added(&number[..4], "", &number[5..])),
        [b'5', b'5', _, _, rest @ ..] if rest.len() == 8 => Some(added(&number[..4], "9", &number[4..])),
        [b'5', b'2', b'1', rest @ ..] if rest.len() == 10 => Some(added("52", "", &number[3..])),
        [b'5', b'2', rest @ ..] if rest.len() == 10 => Some(added("52", "1", &number[2..])),
        [b'5', b'4', b'9', rest @ ..] if rest.len() == 10 => Some(added("54", "", &number[3..])),
        [b'5', b'4', rest @ ..] if rest.len() == 10 => Some(added("54", "9", &number[2..])),
        _ => None,
    }
}

/// Reactions have no ticks: they show on the message they are for, if the phone still has it.
fn react(change: &mut Change<'_>, message: &messages::Row) -> Result<()> {
    let content = message.content.clone().unwrap_or_default();
    let (Some(target), emoji) = (
        content["message_id"].as_str(),
        content["emoji"].as_str().unwrap_or_default(),
    ) else {
        return Ok(());
    };
    if let Some(target) = in_chat(change, message.line, &message.wa_id, target)? {
        reactions::set(change.tx, &target.id, true, emoji)?;
        tell::reacted(change, &target)?;
    }
    Ok(())
}

fn window_open(change: &Change<'_>, line: Line, phone: &phones::Row) -> Result<bool> {
    let wrote_at = windows::wrote_at(change.tx, line, &phone.wa_id)?;
    Ok(wrote_at.is_some_and(|at| change.now - at < crate::chat::WINDOW_MS))
}

/// What is wrong with the file of this message; fills in what the phone shows of it.
fn objection(change: &Change<'_>, message: &mut messages::Row) -> Result<Option<String>> {
    let own_kind = message.kind.clone();
    let twilio = message.line == Line::Twilio;
    let Some(part) = file_part(message) else {
        return Ok(None);
    };
    let Some(id) = part["media"].as_str().map(str::to_owned) else {
        return Ok(None);
    };
    let kind = part["kind"].as_str().unwrap_or(&own_kind).to_owned();
    let Some(file) = media::find(change.tx, &id)? else {
        return Ok(Some(format!("There is no file {id} any more.")));
    };
    part["mime_type"] = file.mime_type.clone().into();
    part["size"] = file.bytes.len().into();
    if kind == "sticker" {
        part["animated"] = file::is_animated(&file.bytes).into();
    }
    // Twilio sends a picture of the wrong type as a document; only what nobody carries fails there.
    let kind = if twilio { kind_of(&file.mime_type) } else { &*kind };
    Ok(file::objection(kind, &file.mime_type, &file.bytes))
}

/// Where the content names a file: the content itself, or the header of a card.
fn file_part(message: &mut messages::Row) -> Option<&mut Value> {
    let is_media = is_media(&message.kind);
    let content = message.content.as_mut()?;
    if is_media {
        return Some(content);
    }
    let header = content.pointer_mut("/card/header")?;
    (header["type"] == "media").then_some(header)
}

fn link(message: &messages::Row) -> Option<String> {
    let mut message = message.clone();
    Some(file_part(&mut message)?.get("link")?.as_str()?.to_owned())
}

/// The content of a media message that names an uploaded file or a link.
pub(crate) fn file_content(media: Option<&str>, link: Option<&str>, filename: Option<&str>) -> Value {
    let mut content = json!({});
    for (key, value) in [("media", media), ("link", link), ("filename", filename)] {
        if let Some(value) = value {
            content[key] = value.into();
        }
    }
    content
}

#[cfg(test)]
mod tests {
    use super::other_writing;

    #[test]
    fn some_numbers_are_written_in_two_ways() {
        for (a, b) in [
            ("5511987654321", "551187654321"),
            ("5215512345678", "525512345678"),
            ("5491123456789", "541123456789"),
        ] {
            assert_eq!(other_writing(a).as_deref(), Some(b));
            assert_eq!(other_writing(b).as_deref(), Some(a));
        }
        for only in ["4915112345678", "55119", "", "15550001111"] {
            assert_eq!(other_writing(only), None, "{only}");
        }
    }
}
