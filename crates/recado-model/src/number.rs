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
        /// Taken away by an admin; its conversations stay readable.
        Deleted = "deleted",
    }
}

crate::words! {
    /// Who carries messages.
    pub enum Provider {
        Meta = "meta",
        Twilio = "twilio",
    }
}

crate::words! {
    /// To whom a new conversation of a number is given by itself, among members who say they are there.
    pub enum AutoAssign {
        /// To nobody: all see it among the unassigned ones.
        Off = "off",
        /// To each in turn.
        RoundRobin = "round_robin",
        /// To whoever has the fewest conversations that are not closed.
        LeastBusy = "least_busy",
    }
}

impl NumberKind {
    pub const fn provider(self) -> Provider {
        match self {
            Self::Meta | Self::Sandbox => Provider::Meta,
            Self::Twilio => Provider::Twilio,
        }
    }
}

/// The last thing that went wrong with a number.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = ChannelError)]
pub struct NumberError {
    pub reason: crate::failure::FailureReason,
    /// The provider's words.
    pub message: String,
    pub at: crate::time::Time,
}
