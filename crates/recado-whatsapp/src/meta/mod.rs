//! Meta's WhatsApp Cloud API.

mod client;
mod content;
mod errors;
mod handshake;
pub(crate) mod identity;
mod message;
mod notice;
mod outgoing;
mod preference;
mod signature;
mod status;
mod templates;
mod webhook;

pub use client::{BadAddress, Credentials, DEFAULT_BASE_URL, DEFAULT_VERSION, Meta, NumberCheck};
pub use handshake::Handshake;
pub use signature::{SIGNATURE_HEADER, verify_signature};
pub use webhook::parse;
