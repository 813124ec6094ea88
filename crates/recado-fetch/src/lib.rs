//! Requests to addresses that users give: files to send, webhooks to call.
//!
//! Whoever can name an address could otherwise make us ask our own network for them: a database, a router, the
//! service that tells a cloud machine its keys. So each address is checked when it is connected to, after its name
//! was resolved, and every redirect is a new address. A proxy is never used: it would resolve names for us.

mod answer;
mod error;
mod name;
mod outside;
mod public;
mod resolver;
mod target;

pub use answer::{Answer, Body};
pub use error::FetchError;
pub use outside::{Outside, Settings};
pub use public::Allow;
pub use target::host;
