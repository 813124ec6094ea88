//! Twilio's side, as others use it: webhooks as Twilio writes them, a server that answers like its APIs.

#[cfg(test)]
mod any_webhook;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod files;
#[cfg(test)]
mod send;
#[cfg(test)]
mod server;
#[cfg(test)]
mod signature;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod webhook;
