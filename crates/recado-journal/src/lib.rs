//! The journal: every change of an account's state as an event with the account's next number, and the live
//! tail of it.
//!
//! The table is the truth. [`Journal::append`] numbers events densely per account inside the caller's
//! transaction; the number's row stays locked until the commit, so whoever reads `seq > n` in order never
//! steps over one that becomes visible later. Everything else is a hint to look again: after the commit the
//! transaction hints this node's hub, a bus may pass the hint to others ([`Journal::hint`]), and a slow tick
//! makes good any hint that was lost.
//!
//! A [`Subscription`] is a cursor, not a queue: memory is bounded by accounts with listeners (one ring of
//! frames each), never by how slow a reader is.

mod event;
mod frame;
mod hub;
mod moves;
mod subscription;

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use recado_db::{Db, Migration, Result, Tx, record, sql};
use recado_model::{AccountId, Clock, Stored, Time};

pub use event::{Audience, Draft, Event};
pub use frame::Frame;
pub use moves::Moves;
pub use subscription::{Next, Subscription};

use hub::Hub;

/// Makes `journal_heads` and `events`.
pub const MIGRATION: Migration = Migration {
    name: "0001_journal",
    text: include_str!("../migrations/0001_journal.sql"),
};

/// Sizes and times of the live tail.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Frames kept per account with listeners; who is farther behind reads the table.
    pub ring: usize,
    /// Frames handed out, and rows read, at once.
    pub page: usize,
    /// A subscriber more than this many events behind gets a reset.
    pub reset_after: i64,
    /// How long a lost hint can go unnoticed. Spread by a quarter either way, so that accounts do not tick in
    /// step.
    pub tick: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ring: 512,
            page: 256,
            reset_after: 10_000,
            tick: Duration::from_secs(5),
        }
    }
}

record! {
    /// How an account's journal stands.
    #[derive(Default, PartialEq, Eq)]
    pub struct State {
        /// The number of the newest event.
        pub head: i64,
        /// How many are kept, and from which number to which.
        pub events: i64,
        pub first: i64,
        pub last: i64,
    }
}

impl State {
    /// Whether every number from the oldest event to the newest is there.
    pub const fn is_dense(&self) -> bool {
        self.last == self.head && self.events == self.last - self.first + 1
    }
}

/// Appends to and follows the journals of all accounts. Clones share one hub.
#[derive(Clone, Debug)]
pub struct Journal {
    db: Db,
    clock: Clock,
    hub: Arc<Hub>,
}

sql!(RAISE -> (i64,) = "INSERT INTO journal_heads (account_id, seq) VALUES ($1, $2)
    ON CONFLICT (account_id) DO UPDATE SET seq = journal_heads.seq + excluded.seq
    RETURNING seq");

sql!(INSERT -> () = "INSERT INTO events (account_id, seq, kind, audience, body, at)
    VALUES ($1, $2, $3, $4, $5, $6)");

sql!(HEAD -> (i64,) = "SELECT seq FROM journal_heads WHERE account_id = $1");

sql!(#[scan = "counts one account's journal, for the operator's doctor and backups"]
    STATE -> State = "SELECT h.seq AS head, (SELECT count(*) FROM events e WHERE e.account_id = h.account_id) AS events,
        COALESCE((SELECT min(e.seq) FROM events e WHERE e.account_id = h.account_id), h.seq + 1) AS first,
        COALESCE((SELECT max(e.seq) FROM events e WHERE e.account_id = h.account_id), h.seq) AS last
    FROM journal_heads h WHERE h.account_id = $1");

sql!(SINCE -> Event = "SELECT seq, kind, audience, body, at FROM events
    WHERE account_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");

sql!(OLDEST -> (i64, Time) = "SELECT seq, at FROM events WHERE account_id = $1 ORDER BY seq LIMIT $2");

sql!(FORGET -> () = "DELETE FROM events WHERE account_id = $1 AND seq <= $2");

impl Journal {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self::with(db, clock, Settings::default())
    }

    pub fn with(db: Db, clock: Clock, settings: Settings) -> Self {
        let hub = Arc::new(Hub::new(db.clone(), settings));
        Self { db, clock, hub }
    }

    /// Appends `events` in order and answers the numbers they got; after the commit listeners are told.
    ///
    /// Call it late in the transaction: until the commit, others of the same account wait here. No events
    /// give the empty range after the head.
    pub async fn append(
        &self,
        tx: &mut Tx,
        account: AccountId,
        events: Vec<Draft>,
    ) -> Result<RangeInclusive<i64>> {
        if events.is_empty() {
            let head = Self::head(tx, account).await?;
            return Ok(head + 1..=head);
        }
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let (last,) = tx.one(&RAISE, &[&account, &count]).await?;
        let first = last - count + 1;
        let at = self.clock.now();

        let numbered: Vec<(i64, Draft)> = (first..=last).zip(events).collect();
        let rows: Vec<[&dyn Stored; 6]> = numbered
            .iter()
            .map(|(seq, draft)| -> [&dyn Stored; 6] {
                [&account, seq, &draft.kind, &draft.audience, &draft.body, &at]
            })
            .collect();
        let sets: Vec<&[&dyn Stored]> = rows.iter().map(|row| &row[..]).collect();
        tx.run_each_soon(&INSERT, &sets)?;

        let hub = Arc::clone(&self.hub);
        tx.on_commit(move || hub.hint(account, last));
        Ok(first..=last)
    }

    /// The number of the account's newest event; 0 before the first. Read it in the transaction of a
    /// snapshot, and `subscribe` since it: nothing is missed in between.
    pub async fn head(tx: &mut Tx, account: AccountId) -> Result<i64> {
        Ok(tx.first(&HEAD, &[&account]).await?.map_or(0, |(seq,)| seq))
    }

    /// How the account's journal stands, counted event by event.
    pub async fn state(tx: &mut Tx, account: AccountId) -> Result<State> {
        let empty = State {
            first: 1,
            ..State::default()
        };
        Ok(tx.first(&STATE, &[&account]).await?.unwrap_or(empty))
    }

    /// The oldest `limit` events after number `after`.
    pub async fn since(tx: &mut Tx, account: AccountId, after: i64, limit: i64) -> Result<Vec<Event>> {
        tx.all(&SINCE, &[&account, &after, &limit]).await
    }

    /// Forgets up to `limit` events from before a time, the oldest first and without a gap; how many. Whoever comes
    /// back from before them is reset.
    pub async fn forget(tx: &mut Tx, account: AccountId, before: Time, limit: i64) -> Result<i64> {
        let oldest = tx.all(&OLDEST, &[&account, &limit]).await?;
        let gone = oldest.iter().take_while(|(_, at)| *at < before);
        let Some((last, _)) = gone.clone().last() else {
            return Ok(0);
        };
        tx.run(&FORGET, &[&account, last]).await?;
        Ok(i64::try_from(gone.count()).unwrap_or(i64::MAX))
    }

    /// Follows the account's journal after number `since`, or from now on.
    ///
    /// Fails only when the head cannot be read; afterwards a subscription outlives database trouble.
    pub async fn subscribe(&self, account: AccountId, since: Option<i64>) -> Result<Subscription> {
        // Listening starts before the head is read; the other way round an event between the two is lost.
        let seat = Hub::join(&self.hub, account);
        let mut tx = self.db.read().await?;
        let head = Self::head(&mut tx, account).await?;
        drop(tx);
        Ok(Subscription::new(seat, since, head))
    }

    /// Says that the account's journal may have reached `seq`. The local commit does it by itself; this is
    /// for hints from other nodes. Wrong, late and repeated hints do no harm.
    pub fn hint(&self, account: AccountId, seq: i64) {
        self.hub.hint(account, seq);
    }

    /// Tells from now on which accounts' journals grow, for as long as it is held.
    pub fn moves(&self) -> Arc<Moves> {
        let moves = Arc::default();
        self.hub.watch(&moves);
        moves
    }

    /// The same of certain accounts only: those that [`Moves::change`] names.
    pub fn moves_of_some(&self) -> Arc<Moves> {
        let moves = Arc::new(Moves::of_nobody());
        self.hub.watch(&moves);
        moves
    }

    /// How many accounts have listeners on this node.
    pub fn listening(&self) -> usize {
        self.hub.listening()
    }
}
