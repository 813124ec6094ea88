//! What calling a provider can come to, where the call is not about sending a message, and what some calls hand back.

use std::time::Duration;

use percent_encoding::percent_decode_str;
use recado_model::{Failure, Retry};
use reqwest::Response;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap};

use crate::http::explain;

/// How long a download may stand still before it is given up.
const STALL: Duration = Duration::from_secs(20);

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The provider did not answer, or not to the end. The call may have had its effect.
    #[error("the provider could not be reached: {0}")]
    NotReached(String),
    /// The provider answered that it will not, or with something that cannot be read.
    #[error("the provider refused: {}", .0.message)]
    Refused(Failure),
    /// What was asked for is not there, or no longer. An address of a file can end while the file is still there:
    /// ask for a new one.
    #[error("it is not there any more")]
    Gone,
    /// The answer is longer than is read.
    #[error("the answer is too long")]
    TooLong,
}

impl CallError {
    /// Whether, and how, calling again can help.
    pub fn retry(&self) -> Retry {
        match self {
            Self::NotReached(_) => Retry::Backoff,
            Self::Refused(failure) => failure.retry,
            Self::Gone | Self::TooLong => Retry::Never,
        }
    }
}

/// What is wrong with the settings of a number or an account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// A field of the form has to be changed.
    #[error("{field}: {message}")]
    Field {
        /// The field's name, as the form calls it: `access_token`, `phone_number_id`, `auth_token`, ….
        field: &'static str,
        /// What is wrong with it, in one or two sentences for an admin.
        message: String,
    },
    /// Nothing is known: the provider cannot be reached, or has trouble of its own.
    #[error("the provider could not be reached: {0}")]
    NotReached(String),
}

impl CheckError {
    pub(crate) fn field(field: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Field { field, message }
    }
}

/// What a provider says about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaInfo {
    /// Where it can be downloaded, for some minutes.
    pub url: String,
    /// Without parameters, lower case.
    pub mime_type: Option<String>,
    /// In bytes.
    pub size: Option<u64>,
    pub sha256: Option<[u8; 32]>,
}

/// A file on its way here. Whoever reads it counts the bytes: what the headers say is only the provider's word.
#[derive(Debug)]
pub struct Download {
    /// Without parameters, lower case.
    pub mime_type: Option<String>,
    /// At most 256 characters, without any path.
    pub filename: Option<String>,
    /// In bytes.
    pub size: Option<u64>,
    body: Response,
}

impl Download {
    /// Of an answer with a status of success.
    pub(crate) fn of(body: Response) -> Self {
        let headers = body.headers();
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            mime_type: text(CONTENT_TYPE).and_then(crate::media::mime_type),
            filename: filename(headers),
            size: body.content_length(),
            body,
        }
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// [`CallError::NotReached`] if the rest does not come: the file is not whole.
    pub async fn chunk(&mut self) -> Result<Option<bytes::Bytes>, CallError> {
        match tokio::time::timeout(STALL, self.body.chunk()).await {
            Ok(read) => read.map_err(|error| CallError::NotReached(explain(error))),
            Err(_) => Err(CallError::NotReached("the download stands still".to_owned())),
        }
    }
}

/// The name in `Content-Disposition`, in either of its two spellings.
fn filename(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(CONTENT_DISPOSITION)?.as_bytes()).into_owned();
    let parameters = || value.split(';').skip(1).filter_map(|part| part.split_once('='));
    let named = |wanted: &str| {
        parameters()
            .find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted))
            .map(|(_, text)| text.trim())
    };
    let plain = || named("filename").map(|text| text.trim_matches('"').to_owned());
    let name = named("filename*")
        .and_then(|text| text.split_once("''"))
        .filter(|(charset, _)| charset.eq_ignore_ascii_case("utf-8"))
        .map(|(_, text)| percent_decode_str(text).decode_utf8_lossy().into_owned())
        .or_else(plain)?;
    crate::media::file_name(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(disposition: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_DISPOSITION, disposition.parse().ok()?);
        filename(&headers)
    }

    #[test]
    fn a_file_is_named_without_its_path() {
        for (disposition, name) in [
            (r#"attachment; filename="price list.pdf""#, Some("price list.pdf")),
            ("attachment; FileName=a.pdf", Some("a.pdf")),
            (
                "inline; filename=\"x\"; filename*=UTF-8''pre%C3%A7os%20%25.pdf",
                Some("preços %.pdf"),
            ),
            ("inline; filename*=utf-8''%zz%f", Some("%zz%f")),
            ("inline; filename*=latin1''x; filename=y", Some("y")),
            (r#"inline; filename="../../etc/passwd""#, Some("passwd")),
            (r#"inline; filename="C:\tmp\a.txt""#, Some("a.txt")),
            (r#"inline; filename="..""#, None),
            ("inline", None),
            ("inline; filename=", None),
        ] {
            assert_eq!(named(disposition).as_deref(), name, "{disposition}");
        }
    }
}
