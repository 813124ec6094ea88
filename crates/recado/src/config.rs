//! Configuration: one typed struct. Every setting is declared here, with its default and its description; the flags of
//! `recado serve`, the names of environment variables and `docs/configuration.md` are derived from it.
//!
//! What belongs to one account lives in the database, never here.

mod load;
mod problem;
mod reference;
mod settings;
mod values;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use axum::http::HeaderName;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use load::{Flags, Loaded, Place, Sources};
pub use problem::Problem;
pub use reference::{effective, json_schema, markdown};
#[cfg(test)]
pub use settings::all as settings;
pub use values::{DatabaseUrl, HttpUrl, LogFormat, Secret, Size, Span};

/// Everything the program can be told from outside.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Address and port the server listens on. Port 0 means any free port.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// The address under which people and providers reach Recado, without a path. `https://` makes cookies `Secure`;
    /// behind a proxy that terminates TLS this is the proxy's address.
    #[schemars(extend("x-default" = "http://<listen>"))]
    pub public_url: Option<HttpUrl>,
    /// Header in which the one proxy in front of Recado names the client, such as `X-Forwarded-For`; the last address in
    /// it is believed. Only with such a proxy: otherwise anybody could claim any address.
    #[schemars(extend("x-default" = "none"))]
    pub proxy_header: Option<String>,
    /// Folder for everything Recado keeps on disk: the SQLite database, the secret key, media. Made on first run.
    pub data: PathBuf,
    pub database: Database,
    pub secrets: Secrets,
    pub metrics: Metrics,
    pub limits: Limits,
    pub rate_limits: RateLimits,
    pub jobs: Jobs,
    pub meta: Meta,
    pub twilio: Twilio,
    pub webhooks: Webhooks,
    pub retention: Retention,
    pub log: Log,
    pub shutdown: Shutdown,
}

/// Where the rows live.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` for one file on this machine, or `postgres://user:password@host/name`. The plain variable
    /// `DATABASE_URL` is understood too.
    #[schemars(extend("x-default" = "sqlite:<data>/recado.db"))]
    pub url: Option<DatabaseUrl>,
    /// Connections kept open to PostgreSQL at most. SQLite needs no such number.
    pub max_connections: NonZeroUsize,
}

/// The key that encrypts provider credentials in the database.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Secrets {
    /// The secret key itself, in place of a key file. Never a flag, as flags are visible to other users of the machine.
    #[schemars(extend("x-no-flag" = true))]
    pub key: Option<Secret>,
    /// File with the secret key, made on first run, readable by its owner only. Without it stored credentials cannot be
    /// read again: back it up, apart from the database.
    #[schemars(extend("x-default" = "<data>/secret.key"))]
    pub key_file: Option<PathBuf>,
}

/// Figures for Prometheus at `/metrics`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// A listener of its own for `/metrics`. Without it the main listener answers, and only programs on this machine.
    #[schemars(with = "Option<String>", extend("x-default" = "none"))]
    pub listen: Option<SocketAddr>,
}

/// What one client may ask of the server.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest body of a provider's webhook. Larger ones are answered 413.
    pub webhook_body: Size,
    /// Largest body of an API request. Larger ones are answered 413.
    pub api_body: Size,
    /// Time a request may take: answered 408 when its body is late, 503 when the work is. WebSockets are not counted.
    pub request_timeout: Span,
    /// Time a client may take to send the head of a request, and a kept-alive connection may idle. Behind a proxy it
    /// should be longer than the proxy's own idle time, or the proxy meets connections that close under it.
    pub header_timeout: Span,
    /// Connections open at once, WebSockets included. More wait to be accepted.
    pub connections: NonZeroUsize,
}

/// How often one client may try, a minute, in this process. More is answered 429.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimits {
    /// Sign-ins from one address, right or wrong.
    pub login_per_minute: NonZeroU32,
    /// Sign-ins with one email, from wherever.
    pub login_per_minute_and_email: NonZeroU32,
    /// Accounts made from one address.
    pub sign_up_per_minute: NonZeroU32,
    /// Invites opened or accepted from one address.
    pub invite_per_minute: NonZeroU32,
    /// Requests with one API key. `recado dev` allows 6000 unless it is told otherwise.
    pub api_per_minute: NonZeroU32,
}

/// Background work: sending messages, retries.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Jobs {
    /// Jobs running at once in this process.
    pub concurrency: NonZeroUsize,
}

/// Meta's WhatsApp Cloud API.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Meta {
    /// Address of the Graph API. The demo number of `recado dev` leads to the sandbox instead.
    pub base_url: HttpUrl,
    /// Version of the Graph API, the first part of every path.
    pub version: String,
}

/// Twilio's APIs.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Twilio {
    /// One address for all of Twilio's APIs, in place of Twilio's own. The demo number of `recado dev` leads to the
    /// sandbox anyway.
    #[schemars(extend("x-default" = "Twilio's own"))]
    pub base_url: Option<HttpUrl>,
    /// How often each number's list of messages is read for what no webhook told: Twilio pushes a message once. Done at
    /// every start, too.
    pub reconcile_every: Span,
    /// How long a webhook may be on its way, and a message's fate unknown, before the list is believed.
    pub reconcile_after: Span,
}

/// Outgoing webhooks: what is told to endpoints that accounts name.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Webhooks {
    /// Time an endpoint may take to answer.
    pub timeout: Span,
    /// How long after the first failure a delivery is tried again. Each further time it waits four times as long, at most
    /// a third of `retry_for`.
    pub retry_first: Span,
    /// How long a delivery is tried before it is given up.
    pub retry_for: Span,
    /// An endpoint that nothing has reached for so long is switched off, and the account's owners and admins are told.
    pub disable_after: Span,
}

/// How long is kept what nobody needs for ever. Conversations, messages and their files stay until somebody deletes them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retention {
    /// Files that were uploaded and that no message carries.
    pub uploads: Span,
    /// Bodies of webhooks, for replaying them.
    pub webhooks: Span,
    /// What was told to endpoints of outgoing webhooks, for looking into it and sending it again.
    pub deliveries: Span,
    /// The journal of what happened. A client that was away for longer loads everything anew.
    pub journal: Span,
    /// Notifications that were read.
    pub notifications: Span,
}

/// What the program tells about itself, always on standard error.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `pretty` for people, `json` (one object a line) for machines.
    pub format: LogFormat,
    /// Which events are written: a level (`error`, `warn`, `info`, `debug`, `trace`), or levels by module such as
    /// `info,recado_engine=debug`.
    pub filter: String,
}

/// How the program leaves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Shutdown {
    /// Time that requests and jobs under way get to finish after SIGTERM or SIGINT. A second signal cuts it short.
    pub grace: Span,
}

impl Config {
    /// The address to tell people, once the server listens on `bound`.
    pub fn public_url(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.as_str().to_owned(),
            None if bound.ip().is_unspecified() => format!("http://localhost:{}", bound.port()),
            None => format!("http://{bound}"),
        }
    }

    /// The database's address; holds a password, so not for printing.
    pub fn database_url(&self) -> String {
        match &self.database.url {
            Some(url) => url.expose().to_owned(),
            None => format!("sqlite:{}", self.data.join("recado.db").display()),
        }
    }

    pub fn proxy_header(&self) -> Option<HeaderName> {
        // Checked when the configuration was loaded.
        self.proxy_header.as_ref().and_then(|name| name.parse().ok())
    }

    /// Where the secret key is kept when `secrets.key` does not hold it.
    pub fn key_file(&self) -> PathBuf {
        self.secrets
            .key_file
            .clone()
            .unwrap_or_else(|| self.data.join("secret.key"))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            proxy_header: None,
            data: PathBuf::from("./data"),
            database: Database::default(),
            secrets: Secrets::default(),
            metrics: Metrics::default(),
            limits: Limits::default(),
            rate_limits: RateLimits::default(),
            jobs: Jobs::default(),
            meta: Meta::default(),
            twilio: Twilio::default(),
            webhooks: Webhooks::default(),
            retention: Retention::default(),
            log: Log::default(),
            shutdown: Shutdown::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            max_connections: const { NonZeroUsize::new(20).unwrap() },
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            webhook_body: Size::mib(3),
            api_body: Size::mib(1),
            request_timeout: Span::seconds(30),
            header_timeout: Span::seconds(75),
            connections: const { NonZeroUsize::new(20_000).unwrap() },
        }
    }
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            login_per_minute: const { NonZeroU32::new(20).unwrap() },
            login_per_minute_and_email: const { NonZeroU32::new(10).unwrap() },
            sign_up_per_minute: const { NonZeroU32::new(10).unwrap() },
            invite_per_minute: const { NonZeroU32::new(30).unwrap() },
            api_per_minute: const { NonZeroU32::new(120).unwrap() },
        }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            concurrency: const { NonZeroUsize::new(32).unwrap() },
        }
    }
}

impl Default for Meta {
    fn default() -> Self {
        Self {
            base_url: HttpUrl::known("https://graph.facebook.com"),
            version: "v24.0".to_owned(),
        }
    }
}

impl Default for Twilio {
    fn default() -> Self {
        Self {
            base_url: None,
            reconcile_every: Span::seconds(5 * 60),
            reconcile_after: Span::seconds(60),
        }
    }
}

impl Default for Webhooks {
    fn default() -> Self {
        let hour = 3600;
        Self {
            timeout: Span::seconds(10),
            retry_first: Span::seconds(5),
            retry_for: Span::seconds(24 * hour),
            disable_after: Span::seconds(72 * hour),
        }
    }
}

impl Default for Retention {
    fn default() -> Self {
        let month = Span::seconds(30 * 24 * 3600);
        Self {
            uploads: month,
            webhooks: month,
            deliveries: month,
            journal: month,
            notifications: Span::seconds(90 * 24 * 3600),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Pretty,
            filter: "info".to_owned(),
        }
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            grace: Span::seconds(30),
        }
    }
}
