//! Words and rules about conversations.

use std::time::Duration;

use crate::time::Time;

crate::words! {
    pub enum ConversationStatus {
        Open = "open",
        Pending = "pending",
        Closed = "closed",
    }
}

/// How long after the customer's last message a business may write freely.
pub const WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// When the customer service window closes; none if the customer never wrote.
pub fn window_expires_at(last_inbound_at: Option<Time>) -> Option<Time> {
    last_inbound_at.map(|at| at.plus(WINDOW))
}

/// Whether a free-form message may leave now.
pub fn window_is_open(last_inbound_at: Option<Time>, now: Time) -> bool {
    window_expires_at(last_inbound_at).is_some_and(|expires| now < expires)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_for_a_day_after_the_customer_wrote() {
        let wrote = Time::from_seconds(1_700_000_000);
        assert!(window_is_open(Some(wrote), wrote));
        assert!(window_is_open(
            Some(wrote),
            wrote.plus(WINDOW).minus(Duration::from_millis(1))
        ));
        assert!(!window_is_open(Some(wrote), wrote.plus(WINDOW)));
        assert!(!window_is_open(None, wrote));
    }
}
