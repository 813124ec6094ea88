//! The client that asks.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, header};
use reqwest::dns::Resolve;
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, Url, redirect, retry};
use tokio::time::Instant;

use crate::answer::{Answer, Body};
use crate::error::FetchError;
use crate::public::Allow;
use crate::resolver::{Guarded, System};
use crate::target;

#[derive(Clone, Debug)]
pub struct Settings {
    pub allow: Allow,
    /// Otherwise plain `http` is fine too.
    pub https_only: bool,
    pub connect_timeout: Duration,
    /// From the first request to the last byte, redirects included.
    pub total_timeout: Duration,
    /// Of a GET. A POST follows none.
    pub max_redirects: usize,
}

/// Everything outside of our network. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Outside {
    client: Client,
    settings: Arc<Settings>,
}

/// What says how a message is framed is the client's to say.
const OURS: [header::HeaderName; 4] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::TRANSFER_ENCODING,
];

impl Outside {
    /// A machine without root certificates gets one that reaches no `https`, with a warning.
    ///
    /// # Errors
    /// If the TLS library refuses to start.
    pub fn new(settings: Settings) -> reqwest::Result<Self> {
        Self::with_names(settings, || System)
    }

    /// With another resolver than the machine's. Its answers are checked like any.
    pub(crate) fn with_names<R: Resolve + 'static>(
        settings: Settings,
        names: impl Fn() -> R,
    ) -> reqwest::Result<Self> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Fails only if another thread was faster, which is as good.
            drop(rustls::crypto::ring::default_provider().install_default());
        }
        let client = builder(&settings, names()).build().or_else(|error| {
            let client = builder(&settings, names()).tls_certs_only([]).build()?;
            tracing::warn!(%error, "no root certificates: https addresses cannot be reached; install ca-certificates");
            Ok::<_, reqwest::Error>(client)
        })?;
        Ok(Self {
            client,
            settings: Arc::new(settings),
        })
    }

    /// What is at an address, or where it leads. The body is still to come.
    pub async fn get(&self, address: &str) -> Result<Body, FetchError> {
        let deadline = self.deadline();
        let mut url = self.check(target::parse(address)?)?;
        for _ in 0..=self.settings.max_redirects {
            let response = self.ask(self.client.get(url.clone()), deadline).await?;
            let Some(next) = leads_to(&response) else {
                return Body::new(response);
            };
            let next = url
                .join(&next)
                .map_err(|_| FetchError::Status(response.status().as_u16()))?;
            url = self.check(next)?;
        }
        Err(FetchError::TooManyRedirects)
    }

    /// Hands something over. Any status is an answer, that of a redirect too.
    pub async fn post(
        &self,
        address: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<Answer, FetchError> {
        let url = self.check(target::parse(address)?)?;
        for name in OURS {
            headers.remove(name);
        }
        let request = self.client.post(url).headers(headers).body(body);
        Answer::read(self.ask(request, self.deadline()).await?).await
    }

    /// An address in the form to keep it in, if it could be posted to. Plain `http` leads to this machine only. What a
    /// name stands for is seen when it is connected to.
    pub fn keep(&self, address: &str) -> Result<String, FetchError> {
        let mut url = self.check(target::parse(address)?)?;
        if url.scheme() == "http" && !target::is_this_machine(&url) {
            return Err(FetchError::BadAddress(
                "The address must begin with https://.".to_owned(),
            ));
        }
        url.set_fragment(None);
        Ok(url.into())
    }

    fn check(&self, url: Url) -> Result<Url, FetchError> {
        target::check(url, self.settings.allow, self.settings.https_only)
    }

    async fn ask(&self, request: RequestBuilder, deadline: Instant) -> Result<Response, FetchError> {
        let left = deadline.saturating_duration_since(Instant::now());
        let response = request.timeout(left).send().await?;
        // The last gate, should a way around the others be found. Nothing of the answer has been handed on yet.
        match response.remote_addr() {
            Some(address) if !self.settings.allow.permits(address.ip()) => Err(FetchError::NotPublic),
            _ => Ok(response),
        }
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.settings.total_timeout
    }
}

fn builder(settings: &Settings, names: impl Resolve + 'static) -> ClientBuilder {
    #[expect(
        clippy::disallowed_methods,
        reason = "needs a resolver of its own and no proxy"
    )]
    let builder = Client::builder();
    builder
        .user_agent(concat!("Recado/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        // Bytes as they are: what unpacks to gigabytes must not be unpacked here, whatever other crates turn on.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .dns_resolver(Arc::new(Guarded {
            allow: settings.allow,
            names,
        }))
}

fn leads_to(response: &Response) -> Option<String> {
    let moved = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(header::LOCATION).filter(|_| moved)?;
    // Some send UTF-8, which is not text to the HTTP library.
    Some(String::from_utf8_lossy(location.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests;
