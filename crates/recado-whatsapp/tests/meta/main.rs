//! Meta's side, as others use it: webhooks as Meta writes them, a server that answers like the Graph API.

#[cfg(test)]
mod any_webhook;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod client;
#[cfg(test)]
mod files;
#[cfg(test)]
#[path = "../../examples/fuzz/holds.rs"]
mod holds;
#[cfg(test)]
mod kinds;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod numbers;
#[cfg(test)]
mod outgoing;
#[cfg(test)]
mod server;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod webhook;
