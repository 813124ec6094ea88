//! Files: to Meta before they are sent, from Meta after they came.

use std::time::Duration;

use bytes::Bytes;
use recado_model::{Failure, FailureReason, Retry};
use reqwest::header::LOCATION;
use reqwest::multipart::{Form, Part};
use reqwest::{RequestBuilder, Response, StatusCode, Url};
use secrecy::ExposeSecret;

use super::answer::Answer;
use super::{Credentials, FILE_TIMEOUT, Meta, call, not_sent};
use crate::call::{CallError, Download, MediaInfo};
use crate::http::read_answer;
use crate::media::{mime_type, sha256};

/// How long Meta may take before it begins to answer with a file.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

const MAX_REDIRECTS: usize = 3;

/// Of an answer that is no file.
const MAX_EXPLANATION: usize = 64 * 1024;

impl Meta {
    /// Hands a file over, to be sent from this number within 30 days. Its id comes back.
    pub async fn upload(
        &self,
        credentials: &Credentials,
        mime: &str,
        filename: &str,
        bytes: Bytes,
    ) -> Result<String, CallError> {
        let url = self.url(credentials, &[&credentials.phone_number_id, "media"])?;
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let file = Part::stream_with_length(bytes, length)
            .file_name(filename.to_owned())
            .mime_str(mime)
            .map_err(|_| refused(&format!("{mime:?} is no type of a file")))?;
        let form = Form::new()
            .text("messaging_product", "whatsapp")
            .text("type", mime.to_owned())
            .part("file", file);
        let request = self.http.post(url).timeout(FILE_TIMEOUT).multipart(form);
        let answer = call(request, credentials).await?;
        answer.read("the id of the file", |answer| answer.id("id"))
    }

    /// Where a file is. [`CallError::Gone`] once Meta has deleted it: after 7 days, or 30 for our own.
    pub async fn media(&self, credentials: &Credentials, media_id: &str) -> Result<MediaInfo, CallError> {
        let query = [("phone_number_id", credentials.phone_number_id.as_str())];
        let answer = self.get(credentials, &[media_id], &query).await?;
        answer.read("the address of the file", |answer| {
            Some(MediaInfo {
                url: answer.text("url").filter(|url| !url.is_empty())?,
                mime_type: answer.text("mime_type").and_then(|mime| mime_type(&mime)),
                // A number or a text.
                size: answer.int("file_size").and_then(|size| size.try_into().ok()),
                sha256: answer.text("sha256").and_then(|digest| sha256(&digest)),
            })
        })
    }

    /// Begins to download from an address of [`Meta::media`]. [`CallError::Gone`] if it has ended, after 5 minutes:
    /// ask for a new one.
    ///
    /// The token goes to the host of that address, over `https` (or to the sandbox), and is not passed on to another
    /// that it redirects to. An address out of a webhook is only worth as much as the secret that signed it, which an
    /// admin of the account knows: whoever must not reach addresses inside our network must not choose this one.
    pub async fn download(&self, credentials: &Credentials, url: &str) -> Result<Download, CallError> {
        let first = Url::parse(url).map_err(|_| refused("the address of the file cannot be read"))?;
        let token = credentials.access_token.expose_secret();
        let mut next = first.clone();
        for _ in 0..=MAX_REDIRECTS {
            if !self.is_safe(credentials, &next) {
                return Err(refused("the address of the file is not https"));
            }
            let mut request = self.http.get(next.clone()).timeout(FILE_TIMEOUT);
            if next.origin() == first.origin() {
                request = request.bearer_auth(token);
            }
            let response = begin(request).await?;
            if !response.status().is_redirection() {
                return started(response, token).await;
            }
            next = response
                .headers()
                .get(LOCATION)
                .and_then(|location| next.join(location.to_str().ok()?).ok())
                .ok_or_else(|| refused("a redirect leads nowhere"))?;
        }
        Err(refused("there are too many redirects"))
    }

    /// `http` is for the sandbox alone, which is where the number's own API is.
    fn is_safe(&self, credentials: &Credentials, url: &Url) -> bool {
        url.scheme() == "https"
            || self
                .url(credentials, &[])
                .is_ok_and(|base| base.scheme() == "http" && base.host_str() == url.host_str())
    }
}

async fn begin(request: RequestBuilder) -> Result<Response, CallError> {
    match tokio::time::timeout(ANSWER_TIMEOUT, request.send()).await {
        Ok(sent) => sent.map_err(not_sent),
        Err(_) => Err(CallError::NotReached("no answer in time".to_owned())),
    }
}

async fn started(mut response: Response, token: &str) -> Result<Download, CallError> {
    let status = response.status();
    if status.is_success() {
        return Ok(Download::of(response));
    }
    if status == StatusCode::GONE {
        return Err(CallError::Gone);
    }
    let body = read_answer(&mut response, MAX_EXPLANATION)
        .await
        .unwrap_or_default();
    match Answer::new(&body, token).refused(status) {
        Err(error) => Err(error),
        Ok(_) => Err(refused("no file came")),
    }
}

fn refused(why: &str) -> CallError {
    CallError::Refused(Failure {
        reason: FailureReason::MediaRejected,
        code: None,
        message: why.to_owned(),
        retry: Retry::Never,
    })
}
