//! WhatsApp through Twilio.

mod content;
mod errors;
mod form;
mod identity;
mod message;
mod signature;
mod status;
mod webhook;

pub use form::read_form;
pub use signature::{Body, Keys, SETTINGS_HEADER, SIGNATURE_HEADER, SharedKey, Signature, verify_signature};
pub use webhook::parse;
