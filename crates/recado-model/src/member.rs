//! Words about members.

crate::words! {
    /// Whether a member says they are there for customers. Chosen, not observed: new conversations are given by
    /// themselves only to those who are `online`.
    pub enum Availability {
        Online = "online",
        Away = "away",
        Offline = "offline",
    }
}
