//! What Recado does: one file per group of use cases, each a plain function over [`Ctx`].
//!
//! Nothing here knows HTTP. What varies (database, clock, ids, providers, keys) comes in through [`Ctx`].

pub mod accounts;
pub mod activities;
pub mod api_keys;
pub mod assignment;
pub mod audit;
pub mod blobs;
pub mod canned;
pub mod contacts;
pub mod deletion;
pub mod error;
pub mod events;
mod follow;
pub mod history;
pub mod idempotency;
pub mod inbox;
mod ingest;
mod input;
pub mod intake;
pub mod invites;
pub mod limits;
mod line;
pub mod media;
pub mod members;
mod merge;
pub mod notes;
pub mod notifications;
pub mod numbers;
pub mod operations;
pub mod outbound;
pub mod passwords;
pub mod presence;
pub mod profile;
pub mod reconcile;
pub mod retention;
pub mod search;
pub mod secrets;
pub mod seed;
pub mod sessions;
pub mod tags;
pub mod templates;
pub mod thread;
pub mod tokens;
pub mod two_factor;
pub mod upkeep;
pub mod views;
pub mod webhooks;
pub mod work;

use std::sync::Arc;

use recado_db::Db;
use recado_fetch::Outside;
use recado_jobs::Jobs;
use recado_journal::Journal;
use recado_model::{Clock, Ids};
use recado_whatsapp::meta::Meta;
use recado_whatsapp::twilio::Twilio;

pub use error::{Error, Result};

/// Pictures looked at at once. Each takes up to some hundred megabytes while it is made small.
pub const PICTURES: usize = 2;

/// Everything a use case may reach for.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub db: Db,
    pub journal: Journal,
    pub jobs: Jobs,
    pub clock: Clock,
    pub ids: Ids,
    /// Seals provider secrets at rest.
    pub keyring: secrets::Keyring,
    /// How often somebody may try.
    pub limits: Arc<limits::Limits>,
    /// How Meta is reached; the sandbox's numbers carry their own base URL.
    pub meta: Meta,
    /// The same for Twilio.
    pub twilio: Twilio,
    /// Where files are kept.
    pub blobs: blobs::Blobs,
    /// How addresses are reached that users give.
    pub outside: Outside,
    /// How fast messages may leave.
    pub pace: Arc<outbound::Pace>,
    /// Whose turn it is to look at a picture.
    pub pictures: Arc<tokio::sync::Semaphore>,
    /// Who is here.
    pub presence: presence::Presence,
    /// How many webhooks wait, for what is in no hurry.
    pub rush: Arc<intake::Rush>,
    /// Plays WhatsApp for who wants to try things out; in earnest nothing does.
    pub sandboxes: numbers::Sandboxes,
    /// How long what is done by itself waits.
    pub upkeep: upkeep::Upkeep,
    /// What goes out to endpoints of the account's own.
    pub webhooks: Arc<webhooks::Webhooks>,
    /// Where people reach this installation, for links: `https://inbox.example.com`, no slash at the end.
    pub public_url: String,
}
