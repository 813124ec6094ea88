//! What every handler may reach for.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::HeaderName;
use recado_engine::Ctx;
use recado_engine::intake::Intake;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::{OpenApi, RefOr};

use crate::origin::Origin;
use crate::probes::Readiness;

/// The API of one running program. Clones share everything.
#[derive(Clone, Debug)]
pub struct Api(Arc<Shared>);

/// Reached through [`Api`].
#[derive(Debug)]
pub struct Shared {
    pub ctx: Arc<Ctx>,
    pub intake: Intake,
    pub settings: Settings,
    /// Ends the live sockets and makes `/readyz` say no.
    pub stop: CancellationToken,
    /// Live sockets: `sockets.close()` and `sockets.wait()` after `stop` to let all say goodbye.
    pub sockets: TaskTracker,
    pub(crate) origin: Origin,
    pub(crate) readiness: Readiness,
    /// What each path's query may hold, as the document says.
    parameters: OnceLock<HashMap<String, Vec<String>>>,
    /// Rung whenever a request with an idempotency key has been answered, for those who wait for it.
    pub(crate) answered: Notify,
}

/// What the program's configuration says about the API.
#[derive(Clone)]
pub struct Settings {
    /// Where people reach this installation: `https://inbox.example.com`. With https cookies are `Secure`.
    pub public_url: String,
    /// Largest body of an API request, in bytes.
    pub api_body_limit: usize,
    /// Largest body of a provider's webhook, in bytes.
    pub webhook_body_limit: usize,
    /// Time a request may take (503). Half of it may go into waiting for its body (408).
    pub request_timeout: Duration,
    /// The header in which the one proxy in front of us names the client: the last address in it is believed. Set it
    /// only if such a proxy is there, or anybody can claim any address.
    pub proxy_header: Option<HeaderName>,
    /// Renders `/metrics`.
    pub metrics: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    pub live: LiveTimes,
}

/// Patience with live sockets.
#[derive(Clone, Copy, Debug)]
pub struct LiveTimes {
    pub ping_every: Duration,
    /// A socket from which nothing came for so long is closed.
    pub silent_after: Duration,
    /// A client that takes longer to take what it is sent is closed; it returns with `since`.
    pub write_timeout: Duration,
    /// How often the caller's session or key is looked at again, beside the events that say it changed.
    pub recheck_every: Duration,
}

impl Api {
    pub fn new(ctx: Arc<Ctx>, intake: Intake, settings: Settings, stop: CancellationToken) -> Self {
        let origin = Origin::of_url(&settings.public_url);
        let (sockets, readiness) = (TaskTracker::new(), Readiness::default());
        Self(Arc::new(Shared {
            ctx,
            intake,
            settings,
            stop,
            sockets,
            origin,
            readiness,
            parameters: OnceLock::new(),
            answered: Notify::new(),
        }))
    }

    /// Takes note of what the query of each path may hold.
    pub(crate) fn know(&self, document: &OpenApi) {
        let paths = document.paths.paths.iter();
        let known = paths.map(|(path, item)| {
            let parameters = item
                .get
                .iter()
                .filter_map(|read| read.parameters.as_ref())
                .flatten();
            let names = parameters.filter_map(|parameter| match parameter {
                RefOr::T(one) if one.parameter_in == ParameterIn::Query => Some(one.name.clone()),
                _ => None,
            });
            (path.clone(), names.collect())
        });
        // The document is the same however often a router is made.
        self.parameters.get_or_init(|| known.collect());
    }

    pub(crate) fn parameters(&self, path: &str) -> Option<&[String]> {
        self.parameters.get()?.get(path).map(Vec::as_slice)
    }

    /// Whether people reach us by https.
    pub(crate) fn is_secure(&self) -> bool {
        self.origin.is_https()
    }
}

impl Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Settings {
    /// Defaults for everything but the public address.
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into(),
            api_body_limit: 1 << 20,
            webhook_body_limit: 3 << 20,
            request_timeout: Duration::from_secs(30),
            proxy_header: None,
            metrics: None,
            live: LiveTimes::default(),
        }
    }

    pub(crate) fn body_patience(&self) -> Duration {
        self.request_timeout / 2
    }
}

impl Default for LiveTimes {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(20),
            silent_after: Duration::from_mins(1),
            write_timeout: Duration::from_secs(15),
            recheck_every: Duration::from_mins(1),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("public_url", &self.public_url)
            .field("api_body_limit", &self.api_body_limit)
            .field("webhook_body_limit", &self.webhook_body_limit)
            .field("request_timeout", &self.request_timeout)
            .field("proxy_header", &self.proxy_header)
            .field("live", &self.live)
            .finish_non_exhaustive()
    }
}
