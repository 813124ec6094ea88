//! Meta's side, as others use it: webhooks as Meta writes them, a server that answers like the Graph API.

#[cfg(test)]
mod any_webhook;
#[cfg(test)]
mod client;
#[cfg(test)]
mod webhook;
