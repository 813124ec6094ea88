//! Names nobody else has: message ids, business-scoped user ids, trace ids, phone numbers. All random, so that none
//! comes twice, not even after a restart with an older copy of the store.

use base64::{Engine, engine::general_purpose::STANDARD};
use rand::{RngExt, seq::IndexedRandom};

/// `wamid.` and base64, like Meta's: it may hold `/`, `+` and `=`.
pub(crate) fn message_id() -> String {
    let bytes: [u8; 28] = rand::rng().random();
    format!("wamid.{}", STANDARD.encode(bytes))
}

/// The `fbtrace_id` of an error.
pub(crate) fn trace_id() -> String {
    let bytes: [u8; 8] = rand::rng().random();
    format!("A{}", STANDARD.encode(bytes).trim_end_matches('='))
}

/// What the handshake asks the receiver to say back.
pub(crate) fn challenge() -> String {
    rand::rng()
        .random_range(1_000_000_000u64..10_000_000_000)
        .to_string()
}

/// The business-scoped user id of a new phone: its country, a dot, digits.
pub(crate) fn user_id(wa_id: &str) -> String {
    let number = rand::rng().random_range(10_000_000_000_000u64..100_000_000_000_000);
    format!("{}.{number}", country(wa_id))
}

/// A number nobody can have: the 555-01xx block that North America keeps for fiction.
pub(crate) fn phone_number() -> String {
    const AREAS: [u16; 24] = [
        202, 206, 212, 213, 215, 303, 305, 312, 313, 404, 412, 415, 416, 503, 504, 512, 514, 602, 604, 612,
        615, 617, 702, 808,
    ];
    let mut rng = rand::rng();
    let area = AREAS.choose(&mut rng).copied().unwrap_or(202);
    format!("1{area}55501{:02}", rng.random_range(0..100))
}

/// The country a number most likely belongs to. Only its form matters to the receiver.
fn country(wa_id: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 14] = [
        ("351", "PT"),
        ("31", "NL"),
        ("33", "FR"),
        ("34", "ES"),
        ("39", "IT"),
        ("44", "GB"),
        ("49", "DE"),
        ("52", "MX"),
        ("54", "AR"),
        ("55", "BR"),
        ("57", "CO"),
        ("91", "IN"),
        ("971", "AE"),
        ("1", "US"),
    ];
    PREFIXES
        .iter()
        .find(|(prefix, _)| wa_id.starts_with(prefix))
        .map_or("US", |(_, country)| country)
}

/// A sid of Twilio: two letters and 32 digits of hexadecimal.
pub(crate) fn sid(prefix: &str) -> String {
    let bytes: [u8; 16] = rand::rng().random();
    format!("{prefix}{}", hex::encode(bytes))
}

/// The id of a file at Meta: digits.
pub(crate) fn media_id() -> String {
    rand::rng()
        .random_range(100_000_000_000_000u64..1_000_000_000_000_000)
        .to_string()
}
