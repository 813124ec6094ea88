//! The one HTTP client of the program, for calls to providers.

use std::time::Duration;

use crate::config::HttpUrl;

/// For connecting; a provider that is down should not hold a job for long.
const CONNECT: Duration = Duration::from_secs(5);
/// For a whole call.
const CALL: Duration = Duration::from_secs(30);

/// A client that calls `provider`. A provider on this machine (the sandbox) is called directly, whatever proxy the
/// environment names. Redirects are not followed: a provider's API has none, and a token must not travel with one.
///
/// # Errors
/// When the system has no usable certificates.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that builds the client"
)]
pub fn build(provider: &HttpUrl) -> Result<reqwest::Client, reqwest::Error> {
    // Err means that a provider of cryptography is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .user_agent(concat!("Recado/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .timeout(CALL)
        .redirect(reqwest::redirect::Policy::none());
    let client = if provider.is_loopback() {
        client.no_proxy()
    } else {
        client
    };
    client.build()
}
