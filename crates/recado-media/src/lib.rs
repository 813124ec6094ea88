//! What files are: their types, WhatsApp's limits, small pictures of them, voice notes, contact cards. No I/O, no
//! async.
//!
//! Everything here reads bytes that strangers made. Callers run it on a thread that may block.

mod card;
mod contain;
mod limits;
mod mime;
mod picture;
mod served;
mod sniff;
mod voice;

pub use card::{contact_cards, is_contact_card};
pub use limits::{Refusal, check, kind_of, max_bytes};
pub use picture::{NotAPicture, Picture, avatar, is_animated_webp, picture};
pub use served::{Served, served};
pub use sniff::sniff;
pub use voice::{NotAVoiceNote, VoiceNote, voice_note};
