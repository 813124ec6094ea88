//! Words and rules about conversations.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time::Time;

crate::words! {
    pub enum ConversationStatus {
        Open = "open",
        Pending = "pending",
        Closed = "closed",
    }
}

crate::words! {
    /// What a customer's message reopened a conversation from.
    pub enum ReopenedFrom {
        Closed = "closed",
        Snoozed = "snoozed",
    }
}

crate::words! {
    /// How a conversation's customer service window stands.
    pub enum Window {
        Open = "open",
        /// Open, for less than four hours.
        Closing = "closing",
        /// Closed, or never opened.
        Closed = "closed",
    }
}

/// Put away until a time, or until the customer writes, which ends it in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Snooze {
    /// Null: until the customer writes.
    #[schema(required)]
    pub until: Option<Time>,
}

/// How long before its end a window is said to be closing.
pub const CLOSING: Duration = Duration::from_hours(4);

/// How long after the customer's last message a business may write freely.
pub const WINDOW: Duration = Duration::from_hours(24);

/// When the window closes that a message of this time opens. A time in the future is the provider's mistake.
pub fn window_opened_at(sent_at: Time, now: Time) -> Time {
    sent_at.min(now).plus(WINDOW)
}

/// Whether a free-form message may leave now; never if the customer has not written yet.
pub fn window_is_open(expires_at: Option<Time>, now: Time) -> bool {
    expires_at.is_some_and(|expires| now < expires)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_for_a_day_after_the_customer_wrote() {
        let wrote = Time::from_seconds(1_700_000_000);
        let expires = Some(window_opened_at(wrote, wrote));
        assert!(window_is_open(expires, wrote));
        assert!(window_is_open(
            expires,
            wrote.plus(WINDOW).minus(Duration::from_millis(1))
        ));
        assert!(!window_is_open(expires, wrote.plus(WINDOW)));
        assert!(!window_is_open(None, wrote));
    }

    #[test]
    fn a_message_from_the_future_opens_no_longer_window() {
        let now = Time::from_seconds(1_700_000_000);
        assert_eq!(window_opened_at(now.plus(WINDOW), now), now.plus(WINDOW));
    }
}
