//! The harness of the integration tests: the real binary in a process of its own, on a database of its own, talked
//! to by HTTP and WebSocket like anybody else, with the sandbox playing the provider.

mod client;
mod contract;
pub mod keys;
mod line;
mod live;
mod process;
mod provider;
mod receiver;
mod rows;
mod sandbox;
mod until;
pub mod webhooks;

pub use client::{Answer, Client};
pub use line::Line;
pub use live::Live;
pub use process::{Ended, Installation, Meta, Ready, Recado, Twilio};
pub use provider::{Call, Provider};
pub use receiver::{Receiver, Request};
pub use rows::{Dump, Rows};
pub use sandbox::Sandbox;
pub use until::until;

pub use recado_db::Engine;

/// Both engines, for stories that are told on each.
pub const ENGINES: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];
