//! Samples of the files that stand above templates, for whoever reviews them. They go another way than files that are
//! sent: to the app, by an upload that could be resumed.

use bytes::Bytes;
use recado_model::{Failure, FailureReason, Retry};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::ExposeSecret;

use super::answer::Answer;
use super::{Credentials, FILE_TIMEOUT, MAX_ANSWER, Meta, not_sent, proven, unusable_credentials};
use crate::call::CallError;
use crate::http::read_answer;

/// Of the name of an upload, and of the handle of what was uploaded.
const MAX_HANDLE: usize = 16 * 1024;

impl Meta {
    /// Hands a sample over; its handle comes back, which goes with the template.
    pub async fn upload_sample(
        &self,
        credentials: &Credentials,
        mime: &str,
        filename: &str,
        bytes: Bytes,
    ) -> Result<String, CallError> {
        // Whose token it is Meta knows, and admins need not look it up.
        let app = self.get(credentials, &["app"], &[("fields", "id")]).await?;
        let app = app.read("the id of the app", |app| app.id("id"))?;
        let url = self.url(credentials, &[&app, "uploads"])?;
        let length = bytes.len().to_string();
        let query = [
            ("file_length", length.as_str()),
            ("file_type", mime),
            ("file_name", filename),
        ];
        let session = super::call(self.http.post(url).query(&query), credentials).await?;
        let session = session.read("the upload", |session| {
            session
                .text("id")
                .filter(|id| (1..=MAX_HANDLE).contains(&id.len()))
        })?;
        let url = self.session(credentials, &session)?;
        // Here alone Meta's documents have another word for the same token.
        let token = credentials.access_token.expose_secret();
        let mut word = HeaderValue::from_str(&format!("OAuth {token}"))
            .map_err(|_| CallError::Refused(unusable_credentials()))?;
        word.set_sensitive(true);
        let request = self
            .http
            .post(url)
            .timeout(FILE_TIMEOUT)
            .header(AUTHORIZATION, word)
            .header("file_offset", "0")
            .body(bytes);
        let mut response = proven(request, credentials).send().await.map_err(not_sent)?;
        let status = response.status();
        let body = read_answer(&mut response, MAX_ANSWER).await?;
        Answer::new(&body, token)
            .refused(status)?
            .read("the handle of the sample", |answer| {
                answer
                    .text("h")
                    .filter(|handle| (1..=MAX_HANDLE).contains(&handle.len()))
            })
    }

    /// The address of an upload. Its id is a path with a query behind it: `upload:MTph…?sig=ARZ…`.
    fn session(&self, credentials: &Credentials, id: &str) -> Result<Url, CallError> {
        let (path, query) = match id.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (id, None),
        };
        let is_plain = |text: &str, others: &[u8]| {
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
        };
        let is_upload = path
            .strip_prefix("upload:")
            .is_some_and(|name| !name.is_empty() && is_plain(name, b":=_-+"))
            && query.is_none_or(|query| is_plain(query, b"=&_-.~%+"));
        if !is_upload {
            return Err(CallError::Refused(Failure {
                reason: FailureReason::Unknown,
                code: None,
                message: "Meta's answer does not tell the upload".to_owned(),
                retry: Retry::Few,
            }));
        }
        let mut url = self.url(credentials, &[])?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(path);
        }
        url.set_query(query);
        Ok(url)
    }
}
