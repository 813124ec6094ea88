//! What holds for whatever comes out of reading a webhook, as the rooms above rely on it.

use recado_model::{
    Identity, Inbound, InboundContent, InboundMedia, MAX_PROVIDER_ID, MessageStatus, ProblemKind, Subject,
};
use recado_whatsapp::{MAX_PROBLEMS, Parsed};
use serde_json::Value;
use serde_json::value::RawValue;

/// Panics with what does not hold.
pub(crate) fn check(parsed: &Parsed) {
    for item in &parsed.items {
        let (Subject::Number(subject) | Subject::Business(subject)) = item.subject();
        id(subject);
        match item {
            Inbound::Message(message) => {
                id(&message.provider_id);
                who(&message.customer);
                short(message.profile_name.as_ref(), 256);
                if let Some(quoted) = &message.quoted {
                    id(quoted);
                }
                content(&message.content);
                clean(&message.raw);
                serde_json::from_str::<&RawValue>(&message.raw).expect("raw is one JSON value");
                if let Some(referral) = &message.referral {
                    for text in [&referral.source_url, &referral.headline, &referral.body] {
                        short(text.as_ref(), 2048);
                    }
                }
            }
            Inbound::Status(update) => {
                id(&update.provider_id);
                if let Some(callback) = &update.callback {
                    id(callback);
                }
                assert_eq!(
                    update.failure.is_some(),
                    update.status == MessageStatus::Failed,
                    "a failure with failed"
                );
                assert!(update.status >= MessageStatus::Sent, "a status of the provider's");
            }
            Inbound::Reaction(reaction) => {
                id(&reaction.provider_id);
                id(&reaction.target);
                who(&reaction.customer);
                short(reaction.emoji.as_ref(), 64);
            }
            Inbound::Change(change) => {
                id(&change.provider_id);
                id(&change.target);
                who(&change.customer);
                if let Some(content) = &change.content {
                    self::content(content);
                }
            }
            Inbound::Marketing(choice) => {
                id(&choice.number);
                who(&choice.customer);
            }
            Inbound::Template(update) => {
                assert!(
                    update.provider_id.is_some() || !update.name.is_empty(),
                    "it can be found"
                );
                short(update.reason.as_ref(), 512);
                short(update.quality.as_ref(), 64);
            }
            Inbound::Health(update) => {
                short(Some(&update.event), 64);
                short(update.limit.as_ref(), 64);
                short(update.display_phone.as_ref(), 64);
            }
        }
    }
    assert!(parsed.problems.len() <= MAX_PROBLEMS + 1, "problems are bounded");
    for problem in &parsed.problems {
        short(Some(&problem.detail), 512);
        if let Some(number) = &problem.number {
            id(number);
        }
    }
}

/// Panics if a message or status in a body of Meta's is neither told nor complained about. Reads the body with a
/// parser that is none of ours; what that one refuses is left alone.
pub(crate) fn nothing_is_lost(body: &[u8], parsed: &Parsed) {
    let Ok(Value::Object(envelope)) = serde_json::from_slice(body) else {
        return;
    };
    if parsed.problems.len() > MAX_PROBLEMS {
        return;
    }
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut there = 0;
    for entry in list(envelope.get("entry")) {
        for change in list(entry.get("changes")) {
            if !matches!(change["field"].as_str(), Some("messages" | "smb_message_echoes")) {
                there += 1;
                continue;
            }
            let value = &change["value"];
            let lists = ["messages", "message_echoes", "statuses", "errors"];
            let elements: usize = lists.iter().map(|name| list(value.get(*name)).len()).sum();
            let has_number = match &value["metadata"]["phone_number_id"] {
                Value::String(id) => (1..=MAX_PROVIDER_ID).contains(&id.chars().count()),
                other => other.is_number(),
            };
            // Without one, they are one problem together.
            there += if has_number { elements } else { 1 };
        }
    }
    let told = parsed.items.len() + parsed.problems.len();
    assert!(told >= there, "{there} were there, {told} were told");
    assert!(
        parsed
            .problems
            .iter()
            .all(|problem| problem.what != ProblemKind::Internal),
        "nothing is our own mistake"
    );
}

fn content(content: &InboundContent) {
    match content {
        InboundContent::Text { text } => clean(text),
        InboundContent::Media(media) => file(media),
        InboundContent::Location(place) => {
            assert!(place.is_on_earth(), "{place:?}");
            short(place.name.as_ref(), 1024);
            short(place.address.as_ref(), 1024);
        }
        InboundContent::Contacts(cards) => {
            assert!(!cards.is_empty() && cards.len() <= 257, "{} cards", cards.len());
            for card in cards {
                short(card.name.as_ref(), 2048);
                for phone in &card.phones {
                    short(Some(&phone.phone), 256);
                    short(phone.wa_id.as_ref(), 32);
                }
                for text in [&card.emails, &card.urls, &card.addresses].into_iter().flatten() {
                    short(Some(text), 2048);
                }
            }
        }
        InboundContent::Reply(reply) => {
            for text in [&reply.id, &reply.title, &reply.description] {
                short(text.as_ref(), 1024);
            }
            if let Some(response) = &reply.response {
                clean(response);
            }
        }
        InboundContent::Order { order, text } => {
            if let Some(text) = text {
                clean(text);
            }
            for item in &order.items {
                clean(&item.product);
                assert!(
                    item.quantity.is_finite() && item.price.is_none_or(f64::is_finite),
                    "{item:?}"
                );
            }
        }
        InboundContent::System { note, became } => {
            short(note.body.as_ref(), 1024);
            if let Some(became) = became {
                who(became);
            }
        }
        InboundContent::Unsupported(unsupported) => {
            short(Some(&unsupported.kind), 64);
            short(unsupported.title.as_ref(), 256);
        }
    }
}

fn file(media: &InboundMedia) {
    assert!(
        media.provider_id.is_some() || media.url.is_some(),
        "it can be fetched"
    );
    if let Some(text) = &media.provider_id {
        id(text);
    }
    short(media.url.as_ref(), 2048);
    short(media.filename.as_ref(), 256);
    assert!(
        media.filename.iter().all(|name| !name.contains(['/', '\\'])),
        "{media:?}"
    );
    if let Some(caption) = &media.caption {
        clean(caption);
    }
    let mime = &media.mime_type;
    assert!(
        mime.contains('/')
            && mime
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase() && b != b';'),
        "{mime:?}"
    );
}

fn who(who: &Identity) {
    assert!(!who.is_empty(), "somebody");
    short(who.wa_id.as_ref(), 32);
    assert!(
        who.wa_id
            .iter()
            .all(|phone| phone.bytes().all(|b| b.is_ascii_digit())),
        "{who:?}"
    );
    short(who.user_id.as_ref(), 256);
    short(who.parent_user_id.as_ref(), 256);
    short(who.username.as_ref(), 256);
}

fn id(id: &str) {
    assert!(
        (1..=MAX_PROVIDER_ID).contains(&id.chars().count()),
        "an id of {} bytes",
        id.len()
    );
    clean(id);
}

/// Not empty, and no longer than its field says.
fn short(text: Option<&String>, most: usize) {
    let Some(text) = text else { return };
    assert!(
        !text.is_empty() && (text.len() <= most || text.chars().count() <= most),
        "{} bytes where {most} characters fit",
        text.len()
    );
    clean(text);
}

/// PostgreSQL cannot keep it.
fn clean(text: &str) {
    assert!(!text.contains('\0'), "a U+0000 in {text:?}");
}
