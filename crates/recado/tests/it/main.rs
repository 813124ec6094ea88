//! The integration tests: the real program, real databases, real HTTP and WebSockets. One binary, so one link.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod arrows;
mod attempts;
mod bad_input;
mod chat;
mod cli;
mod contacts;
mod contract;
mod conventions;
mod crashes;
mod database_gone;
mod deletion;
mod direct;
mod documents;
mod events;
mod foreign;
mod garbage;
mod idempotency;
mod inbox;
mod ingest;
mod keys;
mod kill;
mod kinds;
mod lists;
mod live;
mod mcp;
mod members;
mod merges;
mod nodes;
mod notes;
mod notifications;
mod numbers;
mod odd_messages;
mod operations;
mod opt_outs;
mod other_sites;
mod outbound;
mod paging;
mod people;
mod permissions;
mod presence;
mod reconcile;
mod refusals;
mod requests;
mod retention;
mod samples;
mod sandboxes;
mod search;
mod statuses;
mod tenants;
mod thread;
mod webhooks;

/// The program under test.
const RECADO: &str = env!("CARGO_BIN_EXE_recado");
