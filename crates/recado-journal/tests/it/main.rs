//! The journal on both engines.
#![expect(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod append;
mod live;
mod statements;
mod trouble;

use std::ops::RangeInclusive;
use std::time::Duration;

use recado_db::Db;
use recado_journal::{Draft, Frame, Journal, Settings};
use recado_model::{AccountId, Clock, Time};
use uuid::Uuid;

/// No test waits for a tick unless it says so.
const NEVER: Duration = Duration::from_hours(24);

fn account(n: u128) -> AccountId {
    AccountId(Uuid::from_u128(n))
}

fn clock() -> Clock {
    Clock::mock(Time::from_seconds(1_700_000_000))
}

/// A node of its own: hints of other nodes reach it only when a test passes them on.
fn node(db: &Db, settings: Settings) -> Journal {
    Journal::with(db.clone(), clock(), settings)
}

fn quiet() -> Settings {
    Settings {
        tick: NEVER,
        ..Settings::default()
    }
}

async fn append(db: &Db, journal: &Journal, account: AccountId, count: usize) -> RangeInclusive<i64> {
    let mut tx = db.begin().await.unwrap();
    let drafts = (0..count)
        .map(|n| Draft::new("thing.happened", &n).unwrap())
        .collect();
    let range = journal.append(&mut tx, account, drafts).await.unwrap();
    tx.commit().await.unwrap();
    range
}

fn seqs(frames: &[std::sync::Arc<Frame>]) -> Vec<i64> {
    frames.iter().map(|frame| frame.seq).collect()
}

/// What does not come within a minute does not come.
async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(1), future)
        .await
        .expect("it did not happen")
}
