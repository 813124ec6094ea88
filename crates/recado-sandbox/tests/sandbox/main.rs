//! The sandbox over real HTTP: the tests play the business that calls it and the receiver of its webhooks.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod bench;
mod deliveries;
mod faults;
mod graph;
mod kinds;
mod outbound;
mod phones;
mod receiver;
mod templates;
mod twilio;
