//! The integration tests: the real program, real databases, real HTTP and WebSockets. One binary, so one link.

mod arrows;
mod bad_input;
mod ingest;
mod kill;
mod live;
mod people;
mod permissions;
mod refusals;
mod statuses;
mod tenants;

/// The program under test.
const RECADO: &str = env!("CARGO_BIN_EXE_recado");
