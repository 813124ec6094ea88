//! What a message holds: one shape for each `type`, in a field of the type's name.

mod card;
mod reply;

use recado_model::content::{Location, Order, OrderItem, SystemKind, SystemNote, Unsupported};
use recado_model::{Identity, InboundContent, InboundMedia, MediaKind};

use super::identity::Fill;
use crate::json::{Object, cut};
use crate::media::{UNTYPED, file_name, mime_type, sha256};

const MAX_KIND: usize = 64;
const MAX_TITLE: usize = 256;
/// The longest of the texts that are not the message's own: names, addresses, headlines.
pub(super) const MAX_NOTE: usize = 1024;
const MAX_URL: usize = 2048;
/// More than a catalog lets anyone put into a basket.
const MAX_ITEMS: usize = 500;

/// The provider's word for the kind.
pub(super) fn kind(message: &Object<'_>) -> String {
    message
        .short("type", MAX_KIND)
        .unwrap_or_else(|| "unknown".to_owned())
}

/// What a message holds; what cannot be read is `Unsupported`.
pub(super) fn read(message: &Object<'_>) -> InboundContent {
    let kind = kind(message);
    known(&kind, message).unwrap_or_else(|| unsupported(kind, message))
}

fn known(kind: &str, message: &Object<'_>) -> Option<InboundContent> {
    if kind == "contacts" {
        return card::read_all(message).map(InboundContent::Contacts);
    }
    let part = message.object(kind);
    if kind == "system" {
        // Whatever it holds, the customer did not write it.
        return Some(system(part.as_ref()));
    }
    let part = part?;
    match kind {
        "text" => part.text("body").map(|text| InboundContent::Text { text }),
        "image" => media(MediaKind::Image, &part),
        "video" => media(MediaKind::Video, &part),
        "audio" => media(MediaKind::Audio, &part),
        "document" => media(MediaKind::Document, &part),
        "sticker" => media(MediaKind::Sticker, &part),
        "location" => location(&part),
        "interactive" => reply::interactive(&part).map(InboundContent::Reply),
        "button" => reply::button(&part).map(InboundContent::Reply),
        "order" => Some(order(&part)),
        _ => None,
    }
}

fn unsupported(kind: String, message: &Object<'_>) -> InboundContent {
    let error = message.objects("errors").find_map(|error| {
        error
            .short("title", MAX_TITLE)
            .or_else(|| error.short("message", MAX_TITLE))
    });
    let named = || {
        let part = message
            .object("unsupported")
            .or_else(|| message.object("interactive"))?;
        part.short("type", MAX_TITLE)
    };
    let title = error.or_else(named);
    InboundContent::Unsupported(Unsupported { kind, title })
}

fn media(kind: MediaKind, part: &Object<'_>) -> Option<InboundContent> {
    let url = part
        .text("url")
        .filter(|url| !url.is_empty() && url.len() <= MAX_URL);
    let provider_id = part.id("id");
    if provider_id.is_none() && url.is_none() {
        return None;
    }
    Some(InboundContent::Media(InboundMedia {
        kind,
        provider_id,
        url,
        mime_type: part
            .text("mime_type")
            .and_then(|mime| mime_type(&mime))
            .unwrap_or_else(|| UNTYPED.to_owned()),
        filename: part.text("filename").and_then(|name| file_name(&name)),
        caption: part.text("caption").filter(|caption| !caption.is_empty()),
        voice: part.flag("voice"),
        animated: part.flag("animated"),
        sha256: part.text("sha256").and_then(|digest| sha256(&digest)),
    }))
}

fn location(part: &Object<'_>) -> Option<InboundContent> {
    let location = Location {
        latitude: part.float("latitude")?,
        longitude: part.float("longitude")?,
        name: part.short("name", MAX_NOTE),
        address: part.short("address", MAX_NOTE),
    };
    location
        .is_on_earth()
        .then_some(InboundContent::Location(location))
}

fn order(part: &Object<'_>) -> InboundContent {
    let items = part
        .objects("product_items")
        .take(MAX_ITEMS)
        .map(|item| OrderItem {
            product: item.short("product_retailer_id", MAX_TITLE).unwrap_or_default(),
            // What was not told is shown as nothing, so that somebody asks.
            quantity: item.float("quantity").unwrap_or(0.0),
            price: item.float("item_price"),
            currency: item.short("currency", 8),
        });
    let order = Order {
        catalog_id: part.short("catalog_id", MAX_TITLE),
        items: items.collect(),
    };
    let text = part.text("text").filter(|text| !text.is_empty());
    InboundContent::Order { order, text }
}

fn system(part: Option<&Object<'_>>) -> InboundContent {
    let word = part.and_then(|part| part.text("type")).unwrap_or_default();
    let kind = match word.as_str() {
        // The second is of older versions.
        "user_changed_number" | "customer_changed_number" => SystemKind::NumberChanged,
        "user_changed_user_id" => SystemKind::UserIdChanged,
        "customer_identity_changed" => SystemKind::IdentityChanged,
        _ => SystemKind::Other,
    };
    let body = part
        .and_then(|part| part.short("body", MAX_NOTE))
        .or_else(|| (kind == SystemKind::Other && !word.is_empty()).then(|| cut(word, MAX_NOTE)));
    let changed = matches!(kind, SystemKind::NumberChanged | SystemKind::UserIdChanged);
    let became = part
        .filter(|_| changed)
        .map(who_it_is)
        .filter(|who| !who.is_empty());
    InboundContent::System {
        note: SystemNote { kind, body },
        became,
    }
}

/// Who the customer is after the change that a `system` tells.
fn who_it_is(system: &Object<'_>) -> Identity {
    let mut who = Identity::default();
    who.set_phone(system.text("wa_id").or_else(|| system.text("new_wa_id")));
    who.set_scoped(system.text("parent_user_id"), true);
    who.set_scoped(system.text("user_id"), false);
    who
}

/// Completes the one a `system` is about, as they were before it. There are no contacts beside it.
pub(super) fn who_it_was(system: &Object<'_>, who: &mut Identity) {
    let mut told = Identity::default();
    told.set_phone(system.text("customer"));
    told.set_scoped(system.text("previous_parent_user_id"), true);
    told.set_scoped(system.text("previous_user_id"), false);
    if who.wa_id.is_none() {
        who.wa_id = told.wa_id;
    }
    // Beside a change these may already be the new ones.
    who.parent_user_id = told.parent_user_id.or_else(|| who.parent_user_id.take());
    who.user_id = told.user_id.or_else(|| who.user_id.take());
    if who.is_empty() {
        *who = who_it_is(system);
    }
}
