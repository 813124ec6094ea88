//! Calling the Graph API.

use recado_model::FailureReason;
use reqwest::{Client, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json, value::RawValue};

use super::errors::{GraphError, failure};
use crate::http::explain;
use crate::json::Object;
use crate::send::{Accepted, Recipient, SendError};

pub const DEFAULT_BASE_URL: &str = "https://graph.facebook.com";
pub const DEFAULT_VERSION: &str = "v24.0";

/// Answers are a few hundred bytes; of one that is longer than this nothing is believed but its status.
const MAX_ANSWER: usize = 64 * 1024;

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
    /// Where this number's API is, if not where everyone's is: the sandbox.
    pub base_url: Option<String>,
}

/// An address or a version that no call could be made with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address of the Graph API: {0}")]
pub struct BadAddress(String);

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

    /// Sends a text of 1 to 4096 characters. `quoted` is the provider's id of the message this one answers,
    /// `callback` (at most 512 characters) comes back with each status.
    ///
    /// Calling this twice sends twice: Meta has no idempotency key.
    pub async fn send_text(
        &self,
        credentials: &Credentials,
        to: &Recipient,
        text: &str,
        quoted: Option<&str>,
        callback: &str,
    ) -> Result<Accepted, SendError> {
        let mut body = json!({
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "type": "text",
            "text": { "body": text },
            "biz_opaque_callback_data": callback,
        });
        match to {
            // Anything else in `to` is answered with an id and then lost.
            Recipient::Phone(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
                body["to"] = digits.as_str().into();
            }
            Recipient::Phone(_) => {
                return Err(SendError::unsendable(
                    FailureReason::NeedsPhone,
                    "the recipient is no phone",
                ));
            }
            Recipient::Scoped(id) => body["recipient"] = id.as_str().into(),
        }
        if let Some(id) = quoted {
            body["context"] = json!({ "message_id": id });
        }
        self.post_message(credentials, &body).await
    }

    async fn post_message(&self, credentials: &Credentials, body: &Value) -> Result<Accepted, SendError> {
        let url = self
            .messages_url(credentials)
            .map_err(|error| SendError::unsendable(FailureReason::NumberUnhealthy, error.to_string()))?;
        let token = credentials.access_token.expose_secret();
        let sent = self.http.post(url).bearer_auth(token).json(body).send().await;
        let mut response = sent.map_err(|error| {
            if error.is_connect() {
                SendError::NotSent(explain(error))
            } else if error.is_builder() {
                // In practice a token that no header can hold.
                SendError::unsendable(
                    FailureReason::NumberUnhealthy,
                    "no request can be made with this number's credentials",
                )
            } else {
                SendError::Unknown(explain(error))
            }
        })?;
        let status = response.status();
        let answer = read(&mut response).await;
        let result = outcome(status, answer.as_deref(), token);
        tracing::debug!(number = credentials.phone_number_id, %status, ok = result.is_ok(), "Meta answered");
        result
    }

    fn messages_url(&self, credentials: &Credentials) -> Result<Url, BadAddress> {
        let id = &credentials.phone_number_id;
        if !is_segment(id) {
            return Err(BadAddress(format!("phone number id {id:?}")));
        }
        let mut url = match &credentials.base_url {
            Some(base) => address(base)?,
            None => self.base.clone(),
        };
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .extend([self.version.as_str(), id, "messages"]);
        }
        Ok(url)
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

/// The body of an answer, if it came whole and is not too long.
async fn read(response: &mut Response) -> Result<Vec<u8>, String> {
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(explain)? {
        if answer.len() + chunk.len() > MAX_ANSWER {
            return Err(format!("the answer is longer than {MAX_ANSWER} bytes"));
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

/// What an answer means. Only what says in so many words that the message was taken, and under which id, is an
/// acceptance; only an error or another status than success is a refusal.
fn outcome(status: StatusCode, answer: Result<&[u8], &String>, token: &str) -> Result<Accepted, SendError> {
    // Meta quotes a token it cannot read, and what it says is kept and shown.
    let answer = answer.map(|answer| match String::from_utf8_lossy(answer) {
        text if token.is_empty() => text,
        text => text.replace(token, "[token]").into(),
    });
    let raw: Option<&RawValue> = answer
        .as_ref()
        .ok()
        .and_then(|answer| serde_json::from_str(answer).ok());
    let answered = raw.and_then(Object::of);
    let error = answered.as_ref().and_then(|answered| answered.object("error"));
    if error.is_some() || !status.is_success() {
        let error = error.as_ref().map(GraphError::read).unwrap_or_default();
        return Err(SendError::Refused(failure(&error, Some(status.as_u16()))));
    }
    let unknown = |why: &str| SendError::Unknown(format!("HTTP {}, but {why}", status.as_u16()));
    let answered = answered.ok_or_else(|| match &answer {
        Err(why) => unknown(why),
        Ok(_) => unknown("the answer is not a JSON object"),
    })?;
    let message = answered.objects("messages").next();
    let provider_id = message.and_then(|message| message.id("id"));
    let contact = answered.objects("contacts").next();
    let told = |name: &str| contact.as_ref().and_then(|contact| contact.id(name));
    Ok(Accepted {
        provider_id: provider_id.ok_or_else(|| unknown("the answer names no message"))?,
        wa_id: told("wa_id"),
        user_id: told("user_id"),
    })
}
