//! Calling the Graph API.

mod answer;
mod media;
mod numbers;
mod samples;
mod send;
mod templates;

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use recado_model::{Failure, FailureReason, Retry};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::Sha256;

use self::answer::Answer;
use crate::call::CallError;
use crate::http::{explain, read_answer};

pub use self::numbers::NumberCheck;

pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
pub const DEFAULT_VERSION: &str = "v24.0";

/// Most answers are a few hundred bytes, a page of templates some hundred thousand.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// For what can be as large as a file.
const FILE_TIMEOUT: Duration = Duration::from_mins(10);

/// Meta's API: where it is, and in which version. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Meta {
    http: Client,
    base: Url,
    version: String,
}

/// What a call for one of our numbers needs. Shows nothing of the token when printed.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Meta's id of the number.
    pub phone_number_id: String,
    pub access_token: SecretString,
    /// Of the app that the token belongs to. An app can demand that each call proves it; one that does not takes the
    /// proof as well.
    pub app_secret: Option<SecretString>,
    /// Where this number's API is, if not where everyone's is: the sandbox.
    pub base_url: Option<String>,
}

/// An address, a version or an id that no call could be made with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address of the Graph API: {0}")]
pub struct BadAddress(String);

impl From<BadAddress> for CallError {
    fn from(bad: BadAddress) -> Self {
        Self::Refused(Failure {
            reason: FailureReason::NumberUnhealthy,
            code: None,
            message: bad.to_string(),
            retry: Retry::Never,
        })
    }
}

impl Meta {
    /// `base_url` is an `http` or `https` address, with or without a path, [`DEFAULT_BASE_URL`] in earnest;
    /// `version` is written as Meta does, `v24.0`. `http` comes from [`crate::http_client`], or sets timeouts and
    /// refuses redirects as that does.
    pub fn new(http: Client, base_url: &str, version: &str) -> Result<Self, BadAddress> {
        let base = address(base_url)?;
        if !is_segment(version) {
            return Err(BadAddress(format!("version {version:?}")));
        }
        Ok(Self {
            http,
            base,
            version: version.to_owned(),
        })
    }

    /// Where the calls of a number go.
    pub fn address_for<'a>(&'a self, credentials: &'a Credentials) -> &'a str {
        credentials.base_url.as_deref().unwrap_or(self.base.as_str())
    }

    /// The address of a path of plain segments below the version.
    fn url(&self, credentials: &Credentials, path: &[&str]) -> Result<Url, BadAddress> {
        if let Some(odd) = path.iter().find(|segment| !is_segment(segment)) {
            return Err(BadAddress(format!("id {odd:?}")));
        }
        let mut url = match &credentials.base_url {
            Some(base) => address(base)?,
            None => self.base.clone(),
        };
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push(&self.version).extend(path);
        }
        Ok(url)
    }

    async fn get(
        &self,
        credentials: &Credentials,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer, CallError> {
        let url = self.url(credentials, path)?;
        call(self.http.get(url).query(query), credentials).await
    }

    async fn post(
        &self,
        credentials: &Credentials,
        path: &[&str],
        body: &Value,
    ) -> Result<Answer, CallError> {
        let url = self.url(credentials, path)?;
        call(self.http.post(url).json(body), credentials).await
    }
}

/// Makes a call in the name of a number.
async fn call(request: RequestBuilder, credentials: &Credentials) -> Result<Answer, CallError> {
    call_as(proven(request, credentials), &credentials.access_token).await
}

/// Proves, where that can be, that the caller knows the secret of the token's app.
fn proven(request: RequestBuilder, credentials: &Credentials) -> RequestBuilder {
    match &credentials.app_secret {
        Some(secret) => {
            let proof = proof(secret.expose_secret(), credentials.access_token.expose_secret());
            request.query(&[("appsecret_proof", proof)])
        }
        None => request,
    }
}

fn proof(app_secret: &str, token: &str) -> String {
    // HMAC takes keys of any length, so this error does not happen; an empty proof proves nothing.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) else {
        return String::new();
    };
    mac.update(token.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// Makes a call and reads its answer: an error of Meta's, or another status than success, is a refusal.
async fn call_as(request: RequestBuilder, token: &SecretString) -> Result<Answer, CallError> {
    let token = token.expose_secret();
    let mut response = request.bearer_auth(token).send().await.map_err(not_sent)?;
    let status = response.status();
    let body = read_answer(&mut response, MAX_ANSWER).await;
    let result = match body {
        Ok(body) => Answer::new(&body, token).refused(status),
        // The status says enough.
        Err(_) if !status.is_success() => Answer::new(b"", token).refused(status),
        Err(error) => Err(error),
    };
    tracing::debug!(%status, ok = result.is_ok(), "Meta answered");
    result
}

fn not_sent(error: reqwest::Error) -> CallError {
    if error.is_builder() {
        CallError::Refused(unusable_credentials())
    } else {
        CallError::NotReached(explain(error))
    }
}

/// In practice a token that no header can hold.
fn unusable_credentials() -> Failure {
    Failure {
        reason: FailureReason::NumberUnhealthy,
        code: None,
        message: "no request can be made with this number's credentials".to_owned(),
        retry: Retry::Never,
    }
}

fn address(text: &str) -> Result<Url, BadAddress> {
    let url = Url::parse(text).map_err(|error| BadAddress(format!("{text:?}: {error}")))?;
    if matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none() {
        Ok(url)
    } else {
        Err(BadAddress(format!("{text:?}")))
    }
}

/// One plain step of a path: no dots alone, no slashes, nothing to escape.
fn is_segment(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        && text.bytes().any(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_metas() {
        assert_eq!(
            proof("recado-test-secret", "EAAtesttoken"),
            "2a6be3ef1873b173b1d006a51841c1898d5960d18c6bfbe2e8c265c2e3050e34"
        );
    }
}
