//! The journal for programs that ask now and then what has happened, instead of listening.

pub use recado_journal::Event;
use recado_journal::Journal;
use recado_model::Actor;

use crate::{Ctx, Error, Result};

/// Rows read at once.
const STRETCH: i64 = 256;
/// Entries looked at for one answer, however few of them are wanted.
const MOST: usize = 2048;

/// Part of an account's journal.
#[derive(Debug)]
pub enum Past {
    Told(Told),
    /// What comes right after `since` is not kept any more; what is, comes after this number.
    Forgotten {
        before: i64,
    },
}

#[derive(Debug)]
pub struct Told {
    pub events: Vec<Event>,
    /// Everything up to this number was looked at.
    pub up_to: i64,
    /// The number of the newest event there is.
    pub latest: i64,
}

/// The first `limit` events after number `since` that are `wanted`; without a number, from the oldest that is kept.
///
/// # Errors
/// `BadInput` for a number that the journal has not reached.
pub async fn since(
    ctx: &Ctx,
    actor: &Actor,
    since: Option<i64>,
    limit: usize,
    wanted: impl Fn(&Event) -> bool,
) -> Result<Past> {
    let mut tx = ctx.db.read().await?;
    let latest = Journal::head(&mut tx, actor.account).await?;
    let oldest = Journal::since(&mut tx, actor.account, 0, 1).await?;
    let before = oldest.first().map_or(latest, |oldest| oldest.seq - 1);
    let mut up_to = since.unwrap_or(before);
    if up_to < before {
        return Ok(Past::Forgotten { before });
    }
    if up_to > latest {
        return Err(Error::bad_input(
            "since",
            format!("`since` is ahead of the journal, whose newest event is {latest}."),
        ));
    }
    let (mut events, mut looked_at) = (Vec::new(), 0);
    while events.len() < limit && looked_at < MOST && up_to < latest {
        let stretch = Journal::since(&mut tx, actor.account, up_to, STRETCH).await?;
        if stretch.is_empty() {
            break;
        }
        for event in stretch {
            if events.len() == limit {
                break;
            }
            up_to = event.seq;
            looked_at += 1;
            if wanted(&event) {
                events.push(event);
            }
        }
    }
    Ok(Past::Told(Told {
        events,
        up_to,
        latest: latest.max(up_to),
    }))
}
