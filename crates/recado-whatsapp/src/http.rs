//! The one place that builds the HTTP client providers are called with.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, NoProxy, Proxy, Response, Url, redirect, retry};

use crate::call::CallError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(20);
/// Shorter than servers keep idle connections: a request on one that is just being closed ends as an unknown outcome.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// A client for calling providers: 5 s to connect, 20 s in all, no redirects (a token must not follow one), no
/// retries of its own. `HTTPS_PROXY` and `NO_PROXY` are heeded for `https`; plain `http` only leads to local
/// stand-ins of a provider and never goes through a proxy.
///
/// A machine without root certificates gets a client that cannot speak TLS, with a warning, so that everything
/// that stays on the machine still runs there.
///
/// # Errors
/// If the proxy's address cannot be read or the TLS library refuses to start.
pub fn http_client() -> reqwest::Result<Client> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Fails only if another thread was faster, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
    }
    builder()?.build().or_else(|error| {
        let client = builder()?.tls_certs_only([]).build()?;
        tracing::warn!(%error, "no root certificates: https addresses cannot be reached; install ca-certificates");
        Ok(client)
    })
}

/// Whether an address leads to this machine, where no real provider is.
pub fn is_on_this_machine(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

fn builder() -> reqwest::Result<ClientBuilder> {
    #[expect(clippy::disallowed_methods, reason = "the one place that builds it")]
    let builder = Client::builder()
        .user_agent(concat!("Recado/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TOTAL_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy();
    let proxy = ["HTTPS_PROXY", "https_proxy"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok());
    Ok(match proxy.filter(|address| !address.is_empty()) {
        Some(address) => builder.proxy(Proxy::https(address)?.no_proxy(NoProxy::from_env())),
        None => builder,
    })
}

/// The error and its causes: the outermost says least. Without the address, which can hold a secret.
pub(crate) fn explain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The body of an answer, if it comes whole and is not too long.
pub(crate) async fn read_answer(response: &mut Response, most: usize) -> Result<Vec<u8>, CallError> {
    let mut answer = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| CallError::NotReached(explain(error)))?
    {
        if answer.len() + chunk.len() > most {
            return Err(CallError::TooLong);
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}
