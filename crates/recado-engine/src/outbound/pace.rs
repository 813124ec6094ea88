//! No faster than the provider takes: so many messages a second from a number, so many to one customer.
//!
//! Each node counts for itself; what several nodes send too much together the provider says, and it is tried again.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use recado_model::{ConversationId, NumberId};

/// Messages a second from one number. Meta's and Twilio's default.
const FROM_NUMBER: NonZeroU32 = NonZeroU32::new(80).unwrap();

/// A customer may be sent so many at once, and then one every [`TO_CUSTOMER`].
const BURST: NonZeroU32 = NonZeroU32::new(45).unwrap();
const TO_CUSTOMER: Duration = Duration::from_secs(6);

/// Numbers and conversations remembered before those at rest are forgotten.
const REMEMBERED: usize = 10_000;

pub struct Pace {
    numbers: DefaultKeyedRateLimiter<NumberId>,
    customers: DefaultKeyedRateLimiter<ConversationId>,
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").finish_non_exhaustive()
    }
}

impl Default for Pace {
    fn default() -> Self {
        let to_customer = Quota::with_period(TO_CUSTOMER).unwrap_or_else(|| Quota::per_minute(BURST));
        Self {
            numbers: RateLimiter::keyed(Quota::per_second(FROM_NUMBER)),
            customers: RateLimiter::keyed(to_customer.allow_burst(BURST)),
        }
    }
}

impl Pace {
    /// Waits until a message may leave. A conversation has one job at a time, so nobody else waits behind it.
    pub(super) async fn wait(&self, number: NumberId, conversation: ConversationId) {
        self.customers.until_key_ready(&conversation).await;
        self.numbers.until_key_ready(&number).await;
        if self.customers.len() > REMEMBERED {
            self.customers.retain_recent();
            self.numbers.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_burst_leaves_at_once_and_then_there_is_a_pause() {
        let pace = Pace::default();
        let (number, conversation) = (NumberId::MIN, ConversationId::MIN);
        for _ in 0..BURST.get() {
            pace.wait(number, conversation).await;
        }
        assert!(pace.customers.check_key(&conversation).is_err());
        assert!(
            pace.customers.check_key(&ConversationId::MAX).is_ok(),
            "another customer is free"
        );
    }
}
