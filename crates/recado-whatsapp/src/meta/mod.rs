//! Meta's WhatsApp Cloud API.

mod client;
mod errors;
mod handshake;
mod identity;
mod message;
mod signature;
mod status;
mod webhook;

pub use client::{BadAddress, Credentials, DEFAULT_BASE_URL, DEFAULT_VERSION, Meta};
pub use handshake::Handshake;
pub use signature::{SIGNATURE_HEADER, verify_signature};
pub use webhook::parse;
