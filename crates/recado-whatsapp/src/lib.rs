//! The providers' side of WhatsApp: reading their webhooks and calling their APIs. No database, no product rule.
//!
//! Everything that comes out is in the words of `recado-model`; the JSON of a provider is not seen outside.

mod call;
mod http;
mod json;
mod media;
pub mod meta;
mod parsed;
mod send;
mod template;
pub mod twilio;

pub use call::{CallError, CheckError, Download, MediaInfo};
pub use http::{http_client, is_on_this_machine};
pub use parsed::{MAX_PROBLEMS, NotUnderstood, Parsed};
pub use send::{Accepted, MediaSource, Outgoing, OutgoingContent, Recipient, SendError};
pub use template::{CreatedTemplate, NewTemplate, ProviderTemplate};
