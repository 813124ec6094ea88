//! The other side of the wire: a server that plays Meta's WhatsApp Cloud API and Twilio's towards a business, and the
//! phones of its customers towards whoever opens `/sandbox` in a browser. It also makes trouble, when asked to.
//!
//! A newcomer tries the product with it, without an account anywhere; tests use it as their provider. It is written
//! from the descriptions of the wire alone and shares no code with the client side, so that a mistake on one side shows
//! on the other.
//!
//! ```no_run
//! # async fn example(business: recado_sandbox::Business, http: reqwest::Client) -> recado_sandbox::Result<()> {
//! use recado_sandbox::{Config, Sandbox};
//!
//! let sandbox = Sandbox::start(Config::new("data/sandbox.db", business, http)).await?;
//! println!("phones at {}/sandbox", sandbox.url());
//! sandbox.connect("http://127.0.0.1:3000/hooks/meta/1").await?;
//! let phone = sandbox.add_phone("Ana", None).await?;
//! sandbox.say(&phone.wa_id, "Hello?").await?;
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```

mod api;
mod card;
mod chat;
mod config;
mod customer;
mod echo;
mod error;
mod failure;
mod faults;
mod fetch;
mod file;
mod graph;
mod ids;
mod line;
mod lookaside;
mod outgoing;
mod page;
mod samples;
mod sandbox;
mod store;
mod tell;
mod twilio;
mod webhook;
mod world;

pub use self::{
    config::{Business, Clock, Config, Retry, SeedMessage, SeedPhone, Status, Twilio, system_clock},
    error::{Error, Result},
    faults::{Call, Effect, Fault},
    line::Line,
    sandbox::Sandbox,
    store::{
        messages::{PhoneMessage, Sent},
        phones::{Chat, Phone},
        reactions::Reaction,
    },
    world::{Event, Webhook},
};
