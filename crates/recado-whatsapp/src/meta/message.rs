//! One element of `messages`, or of `message_echoes`: those the business wrote on its phone.

use recado_model::{
    Identity, Inbound, InboundChange, InboundMessage, InboundReaction, ProblemKind, content::Forwarded,
    content::Referral,
};
use serde_json::value::RawValue;

use super::content::{self, MAX_NOTE};
use super::identity::{Contacts, Fill};
use crate::json::Object;

/// Emojis of several parts are long, but not this long.
const MAX_EMOJI: usize = 64;
const MAX_URL: usize = 2048;

/// Reads a message, or what stands in a message's place: a reaction, a change. Or says why it can be neither.
pub(super) fn read(
    number: &str,
    raw: &RawValue,
    contacts: &Contacts,
    is_echo: bool,
) -> Result<Inbound, (ProblemKind, &'static str)> {
    let message = Object::of(raw).ok_or((ProblemKind::UnknownShape, "not an object"))?;
    let provider_id = message
        .id("id")
        .ok_or((ProblemKind::BadId, "no id, or one that is too long"))?;
    if message.get("group_id").is_some() {
        // In the conversation with its author it would be misread, and an answer would go to the wrong place.
        return Err((ProblemKind::NotHandled, "a message in a group"));
    }
    let mut customer = customer(&message, is_echo);
    let profile_name = contacts.complete(&mut customer);
    if customer.is_empty() {
        return Err((ProblemKind::NoSender, "neither a phone nor a user id in it"));
    }
    let (number, at) = (number.to_owned(), message.time("timestamp"));
    let context = message.object("context");
    let kind = content::kind(&message);
    let part = message.object(&kind);
    // Without the message it is about it is shown as one that cannot be read, below.
    let about = |name: &str| part.as_ref().and_then(|part| part.id(name));
    Ok(match kind.as_str() {
        "reaction" if let Some(target) = about("message_id") => Inbound::Reaction(InboundReaction {
            number,
            provider_id,
            target,
            customer,
            profile_name,
            is_echo,
            emoji: part.and_then(|part| part.short("emoji", MAX_EMOJI)),
            at,
        }),
        "edit" | "revoke" if let Some(target) = about("original_message_id") => {
            let edited = part.filter(|_| kind == "edit");
            Inbound::Change(Box::new(InboundChange {
                number,
                provider_id,
                target,
                customer,
                is_echo,
                // An edit whose new content is missing must not pass for a message that was taken back.
                content: edited
                    .map(|edit| content::read(edit.object("message").as_ref().unwrap_or(&message))),
                at,
            }))
        }
        _ => Inbound::Message(Box::new(InboundMessage {
            number,
            provider_id,
            sent_at: at,
            customer,
            is_echo,
            profile_name,
            content: content::read(&message),
            quoted: context.as_ref().and_then(|context| context.id("id")),
            forwarded: context.as_ref().and_then(forwarded),
            referral: message
                .object("referral")
                .and_then(|referral| read_referral(&referral)),
            raw: raw.get().to_owned(),
        })),
    })
}

/// Who is on the other side: the author, but of an echo whom it went to.
fn customer(message: &Object<'_>, is_echo: bool) -> Identity {
    let mut who = Identity::default();
    let names = if is_echo {
        ["to", "to_parent_user_id", "to_user_id"]
    } else {
        ["from", "from_parent_user_id", "from_user_id"]
    };
    who.set_phone(message.text(names[0]));
    who.set_scoped(message.text(names[1]), true);
    who.set_scoped(message.text(names[2]), false);
    if let Some(system) = message.object("system") {
        content::who_it_was(&system, &mut who);
    }
    who
}

fn forwarded(context: &Object<'_>) -> Option<Forwarded> {
    if context.flag("frequently_forwarded") {
        Some(Forwarded::Often)
    } else {
        context.flag("forwarded").then_some(Forwarded::Once)
    }
}

fn read_referral(referral: &Object<'_>) -> Option<Referral> {
    let read = Referral {
        source_type: referral.short("source_type", 64),
        source_id: referral.id("source_id"),
        source_url: referral.short("source_url", MAX_URL),
        headline: referral.short("headline", MAX_NOTE),
        body: referral.short("body", MAX_NOTE),
        click_id: referral.id("ctwa_clid"),
    };
    (read != Referral::default()).then_some(read)
}
