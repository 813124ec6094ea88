//! Accounts, sessions, members, invites and API keys, on both engines.

mod api_keys;
mod invites;
mod members;
mod sessions;
mod sign_up;
mod tenants;
mod world;
