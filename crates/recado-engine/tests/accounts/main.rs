//! Accounts, sessions, members, invites and API keys, on both engines.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod api_keys;
mod audit;
mod invites;
mod members;
mod profile;
mod sessions;
mod sign_up;
mod tenants;
mod two_factor;
mod world;
