//! The integration tests: the real program, real databases, real HTTP and WebSockets. One binary, so one link.

mod arrows;
mod kill;
mod live;
mod people;
mod permissions;
mod tenants;

/// The program under test.
const RECADO: &str = env!("CARGO_BIN_EXE_recado");
