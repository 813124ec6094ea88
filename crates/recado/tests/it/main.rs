//! The integration tests: the real program, real databases, real HTTP and WebSockets. One binary, so one link.

mod arrows;
mod attempts;
mod bad_input;
mod crashes;
mod ingest;
mod kill;
mod live;
mod outbound;
mod people;
mod permissions;
mod refusals;
mod statuses;
mod tenants;

/// The program under test.
const RECADO: &str = env!("CARGO_BIN_EXE_recado");
