//! The sandbox over real HTTP: the tests play the business that calls it and the receiver of its webhooks.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod bench;
mod deliveries;
mod graph;
mod phones;
mod receiver;
