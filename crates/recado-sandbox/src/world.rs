//! The sandbox's inside: the store, whom it plays, and who listens. Every change goes through [`World::change`].

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Business, Clock, Retry, Status},
    error::Result,
    store::{
        Store,
        messages::PhoneMessage,
        outbox,
        phones::{self, Phone},
        settings,
    },
};

/// What the page hears over `/sandbox/api/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Message {
        wa_id: String,
        message: PhoneMessage,
    },
    Status {
        wa_id: String,
        /// Of the message.
        id: String,
        status: Status,
    },
    Phone {
        phone: Phone,
    },
    /// The business is typing, until its next message or for 25 seconds.
    Typing {
        wa_id: String,
    },
    Webhook {
        webhook: Webhook,
    },
}

/// How the deliveries to the receiver go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    pub url: Option<String>,
    /// Happenings the receiver has not yet acknowledged.
    pub outstanding: i64,
    /// The HTTP status of the last POST since the sandbox started.
    pub last_status: Option<u16>,
    /// Why the last POST got no status.
    pub last_error: Option<String>,
}

pub(crate) struct World {
    pub business: Business,
    pub store: Store,
    pub http: reqwest::Client,
    pub clock: Clock,
    pub retry: Retry,
    pub stopping: CancellationToken,
    /// Something may be in the outbox.
    pub queued: Notify,
    /// The webhook URL changed.
    pub connected: Notify,
    events: broadcast::Sender<Event>,
    last_answer: Mutex<(Option<u16>, Option<String>)>,
}

/// A change under way. What it tells is heard once it is committed.
pub(crate) struct Change<'a> {
    pub tx: &'a Transaction<'a>,
    pub world: &'a World,
    /// Unix milliseconds; the same for all that happens in this change.
    pub now: i64,
    told: Vec<Event>,
}

impl World {
    pub(crate) fn new(
        business: Business,
        store: Store,
        http: reqwest::Client,
        clock: Clock,
        retry: Retry,
    ) -> Self {
        Self {
            business,
            store,
            http,
            clock,
            retry,
            stopping: CancellationToken::new(),
            queued: Notify::new(),
            connected: Notify::new(),
            events: broadcast::Sender::new(1024),
            last_answer: Mutex::default(),
        }
    }

    /// Runs `work` in a transaction, then tells the page and wakes the delivery.
    pub(crate) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (working, telling) = (Arc::clone(self), Arc::clone(self));
        let change = move |tx: &Transaction<'_>| {
            let mut change = Change {
                tx,
                world: &working,
                now: (working.clock)(),
                told: Vec::new(),
            };
            let value = work(&mut change)?;
            Ok((value, mem::take(&mut change.told)))
        };
        let tell = move |(value, told): (T, Vec<Event>)| {
            for event in told {
                // An error only says that nobody listens.
                let _ = telling.events.send(event);
            }
            telling.queued.notify_one();
            value
        };
        self.store.run(change, tell).await
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.store.run(work, |value| value).await
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Remembers how the last POST went.
    pub(crate) fn note_answer(&self, answer: Result<u16>) {
        let answer = match answer {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error.to_string())),
        };
        *self.last_answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    pub(crate) fn webhook(&self, tx: &Transaction<'_>) -> Result<Webhook> {
        let (last_status, last_error) = self
            .last_answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Ok(Webhook {
            url: settings::callback(tx)?,
            outstanding: outbox::outstanding(tx)?,
            last_status,
            last_error,
        })
    }
}

impl Change<'_> {
    pub(crate) fn tell(&mut self, event: Event) {
        self.told.push(event);
    }

    /// Tells the phone's row anew: preview, unread count, flags.
    pub(crate) fn tell_phone(&mut self, wa_id: &str) -> Result<()> {
        let phone = phones::shown(self.tx, wa_id)?;
        self.tell(Event::Phone { phone });
        Ok(())
    }

    pub(crate) fn tell_webhook(&mut self) -> Result<()> {
        let webhook = self.world.webhook(self.tx)?;
        self.tell(Event::Webhook { webhook });
        Ok(())
    }
}
