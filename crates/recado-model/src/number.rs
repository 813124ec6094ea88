//! Words about numbers: connected WhatsApp senders, called channels in the public API.

crate::words! {
    /// Whose wire a number speaks.
    pub enum NumberKind {
        Meta = "meta",
        Twilio = "twilio",
        /// Meta's wire, played by the built-in simulation.
        Sandbox = "sandbox",
    }
}

crate::words! {
    pub enum NumberStatus {
        Connected = "connected",
        /// Switched off by an admin: receives, does not send.
        Inactive = "inactive",
    }
}
