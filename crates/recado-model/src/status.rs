//! Where a message stands, and how news about it merges.

crate::words! {
    /// Delivery state of a message. Inbound ones are `received`; the others climb in the order given here.
    pub enum MessageStatus {
        Received = "received",
        /// Accepted by us, durable, not yet handed to the provider.
        Queued = "queued",
        /// Handed over, but the answer was lost: it may or may not have reached the provider.
        Unknown = "unknown",
        /// Accepted by the provider.
        Sent = "sent",
        Failed = "failed",
        Delivered = "delivered",
        Read = "read",
        /// A voice message that was listened to.
        Played = "played",
    }
}

impl MessageStatus {
    /// What is known after hearing `news`. Providers tell statuses twice, late and out of order, so this is the
    /// maximum of a total order: any sequence of the same news ends the same.
    ///
    /// `Failed` stands between `Sent` and `Delivered`: a failure overrules the acceptance, and is itself
    /// overruled when one of the customer's devices did get the message.
    #[must_use]
    pub fn merge(self, news: Self) -> Self {
        if self == Self::Received || news == Self::Received {
            return self;
        }
        self.max(news)
    }

    /// Whether an agent may ask for the message to be sent again.
    pub const fn can_retry(self) -> bool {
        matches!(self, Self::Failed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::MessageStatus::{self, *};

    #[test]
    fn a_late_delivery_overrules_a_failure_but_an_acceptance_does_not() {
        assert_eq!(Sent.merge(Failed), Failed);
        assert_eq!(Failed.merge(Sent), Failed);
        assert_eq!(Failed.merge(Delivered), Delivered);
        assert_eq!(Delivered.merge(Failed), Delivered);
        assert_eq!(Read.merge(Delivered), Read);
        assert_eq!(Unknown.merge(Sent), Sent);
        assert_eq!(Received.merge(Read), Received);
    }

    proptest! {
        #[test]
        fn any_order_of_the_same_news_ends_the_same(
            (news, shuffled) in prop::collection::vec(prop::sample::select(&MessageStatus::ALL[1..]), 0..12)
                .prop_flat_map(|news| (Just(news.clone()), Just(news).prop_shuffle())),
            repeats in 1..3usize,
        ) {
            let end = |list: &[MessageStatus]| list.iter().fold(Queued, |status, news| status.merge(*news));
            let told_again: Vec<_> = shuffled.iter().copied().cycle().take(shuffled.len() * repeats).collect();
            prop_assert_eq!(end(&news), end(&told_again));
        }
    }
}
