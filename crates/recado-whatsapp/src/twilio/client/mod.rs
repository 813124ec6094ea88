//! Calling Twilio's APIs.

mod answer;
mod media;
mod messages;
mod send;
mod senders;
mod templates;

use std::ops::ControlFlow;
use std::sync::Arc;

use recado_model::{Failure, FailureReason, Retry};
use reqwest::{Client, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};

use self::answer::Answer;
use crate::call::CallError;
use crate::http::{explain, read_answer};
use crate::json::Object;

pub use self::messages::{Listed, SentMessage};
pub use self::senders::Sender;

/// A page of a thousand messages, which may be long ones.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// How many rows of a list are read, and how many pages, as a page may be empty.
const MAX_ROWS: usize = 10_000;
const MAX_PAGES: usize = 200;

/// Where Twilio's APIs are: `http` or `https` addresses, with or without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Messages, accounts and files.
    pub api: String,
    /// Templates.
    pub content: String,
    /// Senders and typing.
    pub messaging: String,
}

impl Default for Hosts {
    fn default() -> Self {
        Self {
            api: "https://api.twilio.com".to_owned(),
            content: "https://content.twilio.com".to_owned(),
            messaging: "https://messaging.twilio.com".to_owned(),
        }
    }
}

/// Twilio's APIs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Twilio {
    http: Client,
    bases: Arc<[Url; 3]>,
    /// Our own address, without a slash at its end.
    public_url: Arc<str>,
}

/// One of the hosts; its place among the bases.
#[derive(Clone, Copy, Debug)]
enum Host {
    Api = 0,
    Content = 1,
    Messaging = 2,
}

/// What calls in the name of an account need. Shows nothing of the token when printed.
#[derive(Clone, Debug)]
pub struct Account {
    /// `AC…`
    pub account_sid: String,
    pub auth_token: SecretString,
    /// Where this account's APIs are, all of them, if not where everyone's are: the sandbox.
    pub base_url: Option<String>,
}

/// An address or an id that no call could be made with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address of Twilio's: {0}")]
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

impl Twilio {
    /// `public_url` is where Recado is reached from outside: files in the headers of new templates lie below it.
    /// `http` comes from [`crate::http_client`], or sets timeouts and refuses redirects as that does.
    pub fn new(http: Client, hosts: &Hosts, public_url: &str) -> Result<Self, BadAddress> {
        let bases = [
            address(&hosts.api)?,
            address(&hosts.content)?,
            address(&hosts.messaging)?,
        ];
        Ok(Self {
            http,
            bases: Arc::new(bases),
            public_url: public_url.trim_end_matches('/').into(),
        })
    }

    /// Where the calls of an account go that are about its numbers.
    pub fn address_for<'a>(&'a self, account: &'a Account) -> &'a str {
        let base = &self.bases[Host::Messaging as usize];
        account.base_url.as_deref().unwrap_or(base.as_str())
    }

    fn base(&self, account: &Account, host: Host) -> Result<Url, BadAddress> {
        match &account.base_url {
            Some(base) => address(base),
            None => Ok(self.bases[host as usize].clone()),
        }
    }

    /// The address of a path of plain segments.
    fn url(&self, account: &Account, host: Host, path: &[&str]) -> Result<Url, BadAddress> {
        if let Some(odd) = path.iter().find(|segment| !is_segment(segment)) {
            return Err(BadAddress(format!("id {odd:?}")));
        }
        let mut url = self.base(account, host)?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(url)
    }

    /// The same below the account, as the oldest API has it.
    fn account_url(&self, account: &Account, path: &[&str]) -> Result<Url, BadAddress> {
        let below = ["2010-04-01", "Accounts", account.account_sid.as_str()];
        self.url(account, Host::Api, &[&below, path].concat())
    }

    /// Reads a list page by page and hands out its rows, each also as it is written, [`MAX_ROWS`] at most. A row may
    /// come twice, when the list grows meanwhile.
    async fn rows(
        &self,
        account: &Account,
        host: Host,
        first: Url,
        list: &str,
        mut take: impl FnMut(&Object<'_>, &str) + Send,
    ) -> Result<(), CallError> {
        let all = |row: &Object<'_>, raw: &str| {
            take(row, raw);
            ControlFlow::Continue(())
        };
        self.rows_until(account, host, first, list, all).await
    }

    /// The same, until `take` has had enough.
    async fn rows_until(
        &self,
        account: &Account,
        host: Host,
        first: Url,
        list: &str,
        mut take: impl FnMut(&Object<'_>, &str) -> ControlFlow<()> + Send,
    ) -> Result<(), CallError> {
        let base = self.base(account, host)?;
        let (mut url, mut rows) = (first, 0);
        for _ in 0..MAX_PAGES {
            let answer = call(self.http.get(url.clone()), account).await?;
            let mut enough = false;
            let next = answer.read("the list", |page| {
                for raw in page.list(list)?.into_iter().take(MAX_ROWS - rows) {
                    rows += 1;
                    if let Some(row) = Object::of(raw) {
                        enough = enough || take(&row, raw.get()).is_break();
                    }
                }
                let meta = page.object("meta");
                Some(
                    page.text("next_page_uri")
                        .or_else(|| meta?.text("next_page_url"))
                        .filter(|next| !next.is_empty()),
                )
            })?;
            match next {
                _ if enough => return Ok(()),
                Some(next) if rows < MAX_ROWS => url = followed(&base, &url, &next)?,
                Some(_) => break,
                None => return Ok(()),
            }
        }
        tracing::warn!(
            account = account.account_sid,
            list,
            rows,
            "Twilio's list is longer than is read"
        );
        Ok(())
    }
}

/// The next page's address. It comes with credentials of ours, so it has to be where the first one was; below the
/// same path, too, where Twilio does not know that there is one before its own.
fn followed(base: &Url, current: &Url, next: &str) -> Result<Url, CallError> {
    let away = || CallError::from(BadAddress("the next page of a list is elsewhere".to_owned()));
    let mut url = current.join(next).map_err(|_| away())?;
    if url.origin() != base.origin() || !url.username().is_empty() || url.password().is_some() {
        return Err(away());
    }
    let before = base.path().trim_end_matches('/');
    if !url.path().starts_with(before) {
        let path = format!("{before}{}", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Makes a call and reads its answer: another status than success is a refusal.
async fn call(request: RequestBuilder, account: &Account) -> Result<Answer, CallError> {
    let mut response = signed_in(request, account).send().await.map_err(not_sent)?;
    let status = response.status();
    let token = account.auth_token.expose_secret();
    let result = match read_answer(&mut response, MAX_ANSWER).await {
        Ok(body) => Answer::new(&body, token).refused(status),
        // The status says enough.
        Err(_) if !status.is_success() => Answer::new(b"", token).refused(status),
        Err(error) => Err(error),
    };
    tracing::debug!(account = account.account_sid, %status, ok = result.is_ok(), "Twilio answered");
    result
}

fn signed_in(request: RequestBuilder, account: &Account) -> RequestBuilder {
    request.basic_auth(&account.account_sid, Some(account.auth_token.expose_secret()))
}

fn not_sent(error: reqwest::Error) -> CallError {
    CallError::NotReached(explain(error))
}

/// A form as a request's body.
fn with_form(request: RequestBuilder, fields: &[(&str, String)]) -> RequestBuilder {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    request
        .header(reqwest::header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
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
