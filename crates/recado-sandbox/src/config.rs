//! What a sandbox is told when it starts: where to listen, whom it plays, and who lives in it.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// Unix milliseconds, now. A test hands in its own to walk through the 24-hour window.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Everything [`Sandbox::start`](crate::Sandbox::start) needs.
#[derive(Clone)]
pub struct Config {
    /// Port 0 takes any free one. Must be loopback unless `allow_remote`: nothing here asks who is calling.
    pub listen: SocketAddr,
    pub allow_remote: bool,
    /// The sandbox's own SQLite file. Its folder is made when missing.
    pub store: PathBuf,
    pub business: Business,
    /// A second number of the same business, at Twilio. Needs to be given again at every start.
    pub twilio: Option<Twilio>,
    /// Where webhooks go. A URL that is not yet saved is verified with the handshake at start; leave it out and call
    /// [`Sandbox::connect`](crate::Sandbox::connect) once the receiver listens.
    pub webhook_url: Option<String>,
    /// Who lives in a store that does not exist yet; an existing store keeps what it has.
    pub seed: Vec<SeedPhone>,
    /// The client webhooks are posted with.
    pub http: reqwest::Client,
    pub clock: Clock,
    pub retry: Retry,
}

impl Config {
    /// A sandbox on any free loopback port, unconnected and empty.
    pub fn new(store: impl Into<PathBuf>, business: Business, http: reqwest::Client) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            store: store.into(),
            business,
            twilio: None,
            webhook_url: None,
            seed: Vec::new(),
            http,
            clock: system_clock(),
            retry: Retry::default(),
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("store", &self.store)
            .field("business", &self.business)
            .field("webhook_url", &self.webhook_url)
            .finish_non_exhaustive()
    }
}

/// The business number the sandbox carries, with the credentials Meta would have handed out for it.
#[derive(Clone)]
pub struct Business {
    /// The verified name, as customers see it.
    pub name: String,
    /// For people, e.g. `+1 555-000-1111`; webhooks carry its digits.
    pub display_phone: String,
    pub phone_number_id: String,
    pub waba_id: String,
    pub access_token: String,
    pub app_secret: String,
    pub verify_token: String,
}

impl Business {
    /// The number as webhooks write it: digits only.
    pub(crate) fn digits(&self) -> String {
        self.display_phone.chars().filter(char::is_ascii_digit).collect()
    }
}

impl fmt::Debug for Business {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Business")
            .field("name", &self.name)
            .field("display_phone", &self.display_phone)
            .field("phone_number_id", &self.phone_number_id)
            .field("waba_id", &self.waba_id)
            .finish_non_exhaustive()
    }
}

/// The business number at Twilio, with its account.
#[derive(Clone)]
pub struct Twilio {
    /// `AC` and 32 digits of hexadecimal.
    pub account_sid: String,
    pub auth_token: String,
    /// For people; on the wire it is `whatsapp:+` and its digits.
    pub number: String,
    /// The public URL of the receiver, as it is signed. May also be set later, or by a call of the Senders API.
    pub webhook_url: Option<String>,
}

impl Twilio {
    pub(crate) fn digits(&self) -> String {
        self.number.chars().filter(char::is_ascii_digit).collect()
    }

    pub(crate) fn address(&self) -> String {
        format!("whatsapp:+{}", self.digits())
    }
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twilio")
            .field("account_sid", &self.account_sid)
            .field("number", &self.number)
            .field("webhook_url", &self.webhook_url)
            .finish_non_exhaustive()
    }
}

/// A customer who is there from the first start, with the chat so far. No webhook is sent for it.
#[derive(Debug, Clone)]
pub struct SeedPhone {
    /// Digits, no `+`.
    pub wa_id: String,
    pub name: String,
    /// Oldest first.
    pub messages: Vec<SeedMessage>,
}

#[derive(Debug, Clone)]
pub struct SeedMessage {
    /// The provider's id, `wamid.…`, as the receiver also knows it.
    pub id: String,
    pub from_business: bool,
    pub text: String,
    /// Unix milliseconds.
    pub at: i64,
    pub status: Status,
}

/// How far a message got. Messages of the business pass through all of them; those of a customer are `Sent` (one
/// tick), `Delivered` once the receiver answered their webhook with 200, and `Read` once the business marked them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Taken by the API; nothing known beyond.
    Accepted,
    Failed,
    #[default]
    Sent,
    Delivered,
    Read,
    /// A voice message that was listened to.
    Played,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [
            Self::Accepted,
            Self::Failed,
            Self::Sent,
            Self::Delivered,
            Self::Read,
            Self::Played,
        ]
        .into_iter()
        .find(|s| s.as_str() == name)
    }
}

/// The pauses between tries of a webhook that was not answered 200: the first one, doubling up to the longest.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    pub first: Duration,
    pub longest: Duration,
}

impl Default for Retry {
    /// Meta starts slower and goes on for 7 days. Here somebody is watching, so it stays under 5 seconds, for ever.
    fn default() -> Self {
        Self {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(5),
        }
    }
}

/// The machine's own clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where the sandbox, which shares no clock, reads the time"
)]
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
