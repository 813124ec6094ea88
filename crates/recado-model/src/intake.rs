//! Words about intakes: a provider's webhook POSTs, kept whole.

crate::words! {
    pub enum IntakeState {
        /// Everything in it became messages and statuses.
        Accepted = "accepted",
        /// Some or all of it could not be understood or routed; the problems say why.
        Rejected = "rejected",
    }
}
