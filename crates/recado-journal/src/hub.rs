//! Per account with listeners: one pump that reads the table after its head, and the ring it fills.
//!
//! A pump begins with the account's first listener and ends with its last.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use recado_db::{Db, Result};
use recado_model::AccountId;
use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tracing::Instrument;

use crate::event::Event;
use crate::frame::Frame;
use crate::{Journal, Moves, Settings};

pub(crate) struct Hub {
    pub(crate) db: Db,
    pub(crate) settings: Settings,
    feeds: Mutex<HashMap<AccountId, Entry>>,
    watchers: Mutex<Vec<Weak<Moves>>>,
}

struct Entry {
    feed: Arc<Feed>,
    listeners: usize,
    pump: AbortHandle,
}

/// What a pump and the listeners of its account share.
pub(crate) struct Feed {
    account: AccountId,
    /// The newest frame in the ring, or the head the pump started from.
    tail: watch::Sender<i64>,
    /// A permit left here means: look again.
    wake: Notify,
    /// Without a gap, up to `tail`.
    ring: Mutex<VecDeque<Arc<Frame>>>,
}

/// A listener's place at a feed; leaving it may end the pump.
pub(crate) struct Seat {
    pub(crate) hub: Arc<Hub>,
    pub(crate) feed: Arc<Feed>,
}

impl Hub {
    pub(crate) fn new(db: Db, settings: Settings) -> Self {
        let settings = Settings {
            page: settings.page.max(1),
            ..settings
        };
        Self {
            db,
            settings,
            feeds: Mutex::default(),
            watchers: Mutex::default(),
        }
    }

    pub(crate) fn join(hub: &Arc<Self>, account: AccountId) -> Seat {
        let mut feeds = hub.feeds();
        let entry = feeds.entry(account).or_insert_with(|| {
            let feed = Arc::new(Feed::new(account));
            let pump = pump(Arc::clone(&feed), hub.db.clone(), hub.settings);
            let span = tracing::debug_span!("journal_pump", %account);
            Entry {
                feed,
                listeners: 0,
                pump: tokio::spawn(pump.instrument(span)).abort_handle(),
            }
        });
        entry.listeners += 1;
        Seat {
            hub: Arc::clone(hub),
            feed: Arc::clone(&entry.feed),
        }
    }

    pub(crate) fn hint(&self, account: AccountId, seq: i64) {
        if let Some(entry) = self.feeds().get(&account) {
            entry.feed.hint(seq);
        }
        for watcher in self.watchers().iter().filter_map(Weak::upgrade) {
            watcher.note(account);
        }
    }

    pub(crate) fn watch(&self, moves: &Arc<Moves>) {
        let mut watchers = self.watchers();
        watchers.retain(|watcher| watcher.strong_count() > 0);
        watchers.push(Arc::downgrade(moves));
    }

    pub(crate) fn listening(&self) -> usize {
        self.feeds().len()
    }

    /// Reads the events after `after`, however long the database takes to answer.
    pub(crate) async fn read(&self, account: AccountId, after: i64) -> Vec<Event> {
        read(&self.db, &self.settings, account, after).await
    }

    fn watchers(&self) -> MutexGuard<'_, Vec<Weak<Moves>>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn feeds(&self) -> MutexGuard<'_, HashMap<AccountId, Entry>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("listening", &self.listening())
            .finish_non_exhaustive()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut feeds = self.hub.feeds();
        if let Some(entry) = feeds.get_mut(&self.feed.account) {
            entry.listeners -= 1;
            if entry.listeners == 0 {
                entry.pump.abort();
                feeds.remove(&self.feed.account);
            }
        }
    }
}

impl Feed {
    fn new(account: AccountId) -> Self {
        // Below every number, so that each hint counts until the pump knows better.
        let (tail, _) = watch::channel(-1);
        Self {
            account,
            tail,
            wake: Notify::new(),
            ring: Mutex::default(),
        }
    }

    pub(crate) fn account(&self) -> AccountId {
        self.account
    }

    pub(crate) fn tail(&self) -> watch::Receiver<i64> {
        self.tail.subscribe()
    }

    /// The frames after `cursor`, if the ring still goes back that far.
    pub(crate) fn after(&self, cursor: i64, limit: usize) -> Option<Vec<Arc<Frame>>> {
        let ring = self.ring();
        let skip = usize::try_from(cursor + 1 - ring.front()?.seq).ok()?;
        Some(ring.iter().skip(skip).take(limit).cloned().collect())
    }

    fn hint(&self, seq: i64) {
        if seq > *self.tail.borrow() {
            self.wake.notify_one();
        }
    }

    fn push(&self, frames: Vec<Arc<Frame>>, capacity: usize) {
        let (Some(first), Some(last)) = (frames.first(), frames.last()) else {
            return;
        };
        let (first, last) = (first.seq, last.seq);
        let mut ring = self.ring();
        if ring.back().is_some_and(|back| back.seq + 1 != first) {
            // Someone removed events from the table. Listeners will find the gap there, not in the ring.
            ring.clear();
        }
        ring.extend(frames);
        let surplus = ring.len().saturating_sub(capacity);
        ring.drain(..surplus);
        drop(ring);
        self.tail.send_replace(last);
    }

    fn ring(&self) -> MutexGuard<'_, VecDeque<Arc<Frame>>> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns rows into frames, in order, for as long as it is let.
async fn pump(feed: Arc<Feed>, db: Db, settings: Settings) {
    let tick = spread(settings.tick, feed.account);
    let mut tail = patiently(&settings, || head(&db, feed.account)).await;
    feed.tail.send_replace(tail);
    loop {
        loop {
            let events = read(&db, &settings, feed.account, tail).await;
            let full = events.len() >= settings.page;
            if let Some(last) = events.last() {
                tail = last.seq;
                let frames = events
                    .into_iter()
                    .map(|event| Arc::new(Frame::new(event)))
                    .collect();
                feed.push(frames, settings.ring);
            }
            if !full {
                break;
            }
        }
        // A hint that came while we read has left its permit, so this returns at once.
        let _ = tokio::time::timeout(tick, feed.wake.notified()).await;
    }
}

async fn head(db: &Db, account: AccountId) -> Result<i64> {
    let mut tx = db.read().await?;
    Journal::head(&mut tx, account).await
}

async fn read(db: &Db, settings: &Settings, account: AccountId, after: i64) -> Vec<Event> {
    let limit = i64::try_from(settings.page).unwrap_or(i64::MAX);
    patiently(settings, || async {
        let mut tx = db.read().await?;
        Journal::since(&mut tx, account, after, limit).await
    })
    .await
}

/// Repeats `action` until it succeeds: a live tail waits out a database that is away, and misses nothing.
async fn patiently<T, F: Future<Output = Result<T>>>(settings: &Settings, action: impl Fn() -> F) -> T {
    let mut pause = Duration::from_millis(100).min(settings.tick);
    loop {
        match action().await {
            Ok(value) => return value,
            Err(error) => tracing::warn!(%error, ?pause, "cannot read the journal, trying again"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(settings.tick);
    }
}

/// `tick` ± a quarter, the same for an account each time. Ids end in random bits.
fn spread(tick: Duration, account: AccountId) -> Duration {
    let [.., low, high] = *account.0.as_bytes();
    let share = f64::from(u16::from_le_bytes([low, high])) / f64::from(u16::MAX);
    tick.mul_f64(0.75 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use recado_model::Time;
    use uuid::Uuid;

    use super::*;
    use crate::Audience;

    fn frames(range: std::ops::RangeInclusive<i64>) -> Vec<Arc<Frame>> {
        let event = |seq| Event {
            seq,
            kind: "x".to_owned(),
            audience: Audience::Account,
            body: "1".to_owned(),
            at: Time::MIN,
        };
        range.map(|seq| Arc::new(Frame::new(event(seq)))).collect()
    }

    fn seqs(feed: &Feed, cursor: i64, limit: usize) -> Option<Vec<i64>> {
        feed.after(cursor, limit)
            .map(|frames| frames.iter().map(|frame| frame.seq).collect())
    }

    #[test]
    fn the_ring_answers_only_what_it_has_without_a_gap() {
        let feed = Feed::new(AccountId::MIN);
        assert_eq!(seqs(&feed, 0, 9), None);
        feed.push(frames(3..=5), 4);
        assert_eq!(seqs(&feed, 1, 9), None);
        assert_eq!(seqs(&feed, 2, 9), Some(vec![3, 4, 5]));
        assert_eq!(seqs(&feed, 3, 1), Some(vec![4]));
        feed.push(frames(6..=8), 4);
        assert_eq!(seqs(&feed, 3, 9), None);
        assert_eq!(seqs(&feed, 4, 9), Some(vec![5, 6, 7, 8]));
        feed.push(frames(11..=11), 4);
        assert_eq!(seqs(&feed, 8, 9), None);
        assert_eq!(*feed.tail().borrow(), 11);
    }

    #[test]
    fn ticks_stay_within_a_quarter_of_the_setting() {
        for id in [0, 1, u128::MAX / 3, u128::MAX] {
            let tick = spread(Duration::from_secs(4), AccountId(Uuid::from_u128(id)));
            assert!(
                (Duration::from_secs(3)..=Duration::from_secs(5)).contains(&tick),
                "{tick:?}"
            );
        }
    }

    #[tokio::test]
    async fn the_last_listener_takes_the_pump_along() {
        recado_db::testing::each_engine(&[crate::MIGRATION], async |db| {
            let hub = Arc::new(Hub::new(db, Settings::default()));
            let (one, two) = (Hub::join(&hub, AccountId::MIN), Hub::join(&hub, AccountId::MIN));
            let feed = Arc::downgrade(&one.feed);
            one.feed.tail().wait_for(|tail| *tail == 0).await.unwrap();
            drop(one);
            assert_eq!(feed.strong_count(), 3, "the hub, the pump and a listener hold it");
            drop(two);
            let ended = async {
                while feed.strong_count() > 0 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(Duration::from_mins(1), ended)
                .await
                .expect("the pump goes on");
        })
        .await;
    }
}
