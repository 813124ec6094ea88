//! Files that came with messages.

use std::time::Duration;

use recado_model::{Failure, FailureReason, Retry};
use reqwest::header::LOCATION;
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use secrecy::ExposeSecret;

use super::answer::Answer;
use super::{Account, Host, Twilio, not_sent, signed_in};
use crate::call::{CallError, Download};
use crate::http::read_answer;

/// For what can be as large as a file.
const FILE_TIMEOUT: Duration = Duration::from_mins(10);

/// How long Twilio may take before it begins to answer with a file.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// Of an answer that is no file.
const MAX_EXPLANATION: usize = 64 * 1024;

impl Twilio {
    /// Begins to download a file from the address in its webhook, which has to be Twilio's. Twilio sends on, once, to
    /// a storage that is not its own and must not see the token.
    ///
    /// A file may not be there for a second after the webhook: that is refused, to be tried again a few times.
    pub async fn download(&self, account: &Account, url: &str) -> Result<Download, CallError> {
        let url = Url::parse(url).map_err(|_| refused("the address of the file cannot be read"))?;
        let base = self.base(account, Host::Api)?;
        if !is_twilios(&base, &url) {
            return Err(refused("the address of the file is not Twilio's"));
        }
        let first = begin(signed_in(self.http.get(url.clone()), account)).await?;
        if !first.status().is_redirection() {
            return started(first, account).await;
        }
        let storage = first
            .headers()
            .get(LOCATION)
            .and_then(|location| url.join(location.to_str().ok()?).ok())
            .ok_or_else(|| refused("a redirect leads nowhere"))?;
        // The sandbox is allowed what nobody else is: to be here, without TLS.
        let is_sandbox = [&base, &storage].iter().all(|url| url.scheme() == "http")
            && storage.host_str() == base.host_str();
        if storage.scheme() != "https" && !is_sandbox {
            return Err(refused("a redirect leads to an address that is not https"));
        }
        let second = begin(self.http.get(storage)).await?;
        if second.status().is_redirection() {
            return Err(refused("there are too many redirects"));
        }
        started(second, account).await
    }
}

/// Whether the token may go there: where the account's API is, or to another region of it.
fn is_twilios(base: &Url, url: &Url) -> bool {
    let region = |host: &str| host == "twilio.com" || host.ends_with(".twilio.com");
    let both_at_twilio =
        base.host_str().is_some_and(region) && url.host_str().is_some_and(region) && url.port().is_none();
    url.origin() == base.origin() || (url.scheme() == "https" && both_at_twilio)
}

async fn begin(request: RequestBuilder) -> Result<Response, CallError> {
    match tokio::time::timeout(ANSWER_TIMEOUT, request.timeout(FILE_TIMEOUT).send()).await {
        Ok(sent) => sent.map_err(not_sent),
        Err(_) => Err(CallError::NotReached("no answer in time".to_owned())),
    }
}

async fn started(mut response: Response, account: &Account) -> Result<Download, CallError> {
    let status = response.status();
    match status {
        _ if status.is_success() => return Ok(Download::of(response)),
        StatusCode::GONE => return Err(CallError::Gone),
        _ => {}
    }
    let body = read_answer(&mut response, MAX_EXPLANATION)
        .await
        .unwrap_or_default();
    let mut failure = Answer::new(&body, account.auth_token.expose_secret()).failure(status);
    if status == StatusCode::NOT_FOUND {
        (failure.reason, failure.retry) = (FailureReason::MediaRejected, Retry::Few);
    }
    Err(CallError::Refused(failure))
}

fn refused(why: &str) -> CallError {
    CallError::Refused(Failure {
        reason: FailureReason::MediaRejected,
        code: None,
        message: why.to_owned(),
        retry: Retry::Never,
    })
}
