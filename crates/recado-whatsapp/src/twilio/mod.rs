//! WhatsApp through Twilio.

mod client;
mod content;
mod errors;
mod form;
mod identity;
mod message;
mod outgoing;
mod session;
mod signature;
mod status;
mod templates;
mod webhook;

pub use client::{Account, BadAddress, Hosts, Listed, Sender, SentMessage, Twilio};
pub use form::read_form;
pub use outgoing::MAX_BODY_CHARS;
pub use session::{SessionContent, Unfit};
pub use signature::{Body, Keys, SETTINGS_HEADER, SIGNATURE_HEADER, SharedKey, Signature, verify_signature};
pub use webhook::parse;
