//! A listener's cursor in an account's journal.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

use crate::frame::Frame;
use crate::hub::Seat;

/// Follows one account's journal in order, each event once. Dropping it ends the listening.
pub struct Subscription {
    seat: Seat,
    tail: watch::Receiver<i64>,
    /// The last number handed out.
    cursor: i64,
    /// The head when the subscription began, which the pump may not have reached yet.
    head: i64,
    /// The listener claims to have seen what does not exist.
    astray: bool,
}

/// What comes next.
#[derive(Clone, Debug)]
pub enum Next {
    /// The events after the last ones, without a gap; never empty.
    Frames(Vec<Arc<Frame>>),
    /// Too far behind, or ahead of a journal restored from a backup: load everything anew. What follows
    /// comes after `head`.
    Reset { head: i64 },
}

impl Subscription {
    pub(crate) fn new(seat: Seat, since: Option<i64>, head: i64) -> Self {
        let tail = seat.feed.tail();
        let cursor = since.unwrap_or(head).max(0);
        Self {
            seat,
            tail,
            cursor,
            head,
            astray: cursor > head,
        }
    }

    /// The number of the newest event known on this node.
    pub fn head(&self) -> i64 {
        self.head.max(*self.tail.borrow())
    }

    /// Waits for the next events. Dropping the future loses nothing: the cursor moves with the answer.
    pub async fn next(&mut self) -> Next {
        loop {
            let tail = *self.tail.borrow_and_update();
            let head = self.head.max(tail);
            if self.astray || head - self.cursor > self.seat.hub.settings.reset_after {
                return self.reset(head);
            }
            if self.cursor < tail
                && let Some(frames) = self.seat.feed.after(self.cursor, self.seat.hub.settings.page)
                && !frames.is_empty()
            {
                return self.advance(frames);
            }
            if self.cursor < head {
                let events = self.seat.hub.read(self.seat.feed.account(), self.cursor).await;
                if events.first().is_none_or(|first| first.seq != self.cursor + 1) {
                    // What we wanted to read has been removed.
                    return self.reset(head);
                }
                return self.advance(
                    events
                        .into_iter()
                        .map(|event| Arc::new(Frame::new(event)))
                        .collect(),
                );
            }
            if self.tail.changed().await.is_err() {
                // The sender lives as long as our seat; nothing more can come without it.
                std::future::pending::<()>().await;
            }
        }
    }

    fn reset(&mut self, head: i64) -> Next {
        self.astray = false;
        self.cursor = head;
        Next::Reset { head }
    }

    fn advance(&mut self, frames: Vec<Arc<Frame>>) -> Next {
        self.cursor = frames.last().map_or(self.cursor, |last| last.seq);
        Next::Frames(frames)
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("account", &self.seat.feed.account())
            .field("cursor", &self.cursor)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}
