//! The sandbox's inside: the store, whom it plays, and who listens. Every change goes through [`World::change`].

use std::{
    mem,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::{
    config::{Business, Clock, Retry, Status, Twilio},
    error::Result,
    faults::Faults,
    line::Line,
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
    /// A template came, went, or was decided upon: fetch them again.
    Templates,
    /// The same for the faults.
    Faults,
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
    pub twilio: Option<Twilio>,
    pub faults: Faults,
    pub store: Store,
    pub http: reqwest::Client,
    pub clock: Clock,
    pub retry: Retry,
    pub stopping: CancellationToken,
    /// Something may be in the outbox of a line.
    queued: [Notify; 2],
    /// The webhook URL of a line changed.
    connected: [Notify; 2],
    events: broadcast::Sender<Event>,
    last_answers: [Mutex<(Option<u16>, Option<String>)>; 2],
    url: OnceLock<String>,
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
        twilio: Option<Twilio>,
        store: Store,
        http: reqwest::Client,
        clock: Clock,
        retry: Retry,
    ) -> Self {
        Self {
            business,
            twilio,
            faults: Faults::default(),
            store,
            http,
            clock,
            retry,
            stopping: CancellationToken::new(),
            queued: Default::default(),
            connected: Default::default(),
            events: broadcast::Sender::new(1024),
            last_answers: Default::default(),
            url: OnceLock::new(),
        }
    }

    /// Where the sandbox itself is reached, known once it listens.
    pub(crate) fn url(&self) -> &str {
        self.url.get().map_or("", String::as_str)
    }

    pub(crate) fn listens_at(&self, url: String) {
        // The second time it would be the same.
        let _ = self.url.set(url);
    }

    /// Whether these digits are one of the business's own numbers.
    pub(crate) fn is_ours(&self, digits: &str) -> bool {
        digits == self.business.digits() || self.twilio.as_ref().is_some_and(|line| line.digits() == digits)
    }

    pub(crate) fn queued(&self, line: Line) -> &Notify {
        &self.queued[line as usize]
    }

    pub(crate) fn connected(&self, line: Line) -> &Notify {
        &self.connected[line as usize]
    }

    /// Tells the page something that is no change of the store.
    pub(crate) fn say(&self, event: Event) {
        // An error only says that nobody listens.
        let _ = self.events.send(event);
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
            for queued in &telling.queued {
                queued.notify_one();
            }
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
    pub(crate) fn note_answer(&self, line: Line, answer: Result<u16>) {
        let answer = match answer {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let mut last = self.last_answers[line as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = answer;
    }

    /// How the deliveries go: those of Meta's number, with what waits anywhere.
    pub(crate) fn webhook(&self, tx: &Transaction<'_>) -> Result<Webhook> {
        Ok(Webhook {
            outstanding: outbox::outstanding(tx, None)?,
            ..self.webhook_of(tx, Line::Meta)?
        })
    }

    pub(crate) fn webhook_of(&self, tx: &Transaction<'_>, line: Line) -> Result<Webhook> {
        let (last_status, last_error) = self.last_answers[line as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let url = match line {
            Line::Meta => settings::callback(tx)?,
            Line::Twilio => settings::get(tx, settings::TWILIO_CALLBACK)?,
        };
        Ok(Webhook {
            url,
            outstanding: outbox::outstanding(tx, Some(line))?,
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
