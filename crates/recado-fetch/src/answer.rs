//! What came back.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, header};
use reqwest::Response;

use crate::error::FetchError;
use crate::name::file_name;

/// Enough to tell what a webhook's receiver had to say.
const MOST_ANSWER: usize = 64 * 1024;

/// A file that is on its way.
#[derive(Debug)]
pub struct Body {
    pub status: u16,
    /// As it was told, with its parameters.
    pub content_type: Option<String>,
    /// The name that was told, safe to show and to save under.
    pub filename: Option<String>,
    /// In bytes, if it was told. Nothing says that it is true.
    pub length: Option<u64>,
    response: Response,
}

impl Body {
    pub(crate) fn new(response: Response) -> Result<Self, FetchError> {
        let status = response.status();
        if !status.is_success() {
            return Err(FetchError::Status(status.as_u16()));
        }
        let headers = response.headers();
        Ok(Self {
            status: status.as_u16(),
            content_type: text(headers, &header::CONTENT_TYPE),
            filename: text(headers, &header::CONTENT_DISPOSITION).and_then(|told| file_name(&told)),
            length: response.content_length(),
            response,
        })
    }

    /// The next bytes; nothing at the end. How many are too many is for the caller to say.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, FetchError> {
        Ok(self.response.chunk().await?)
    }
}

/// What was said to a POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Cut at 64 KiB.
    pub body: Bytes,
}

impl Answer {
    pub(crate) async fn read(mut response: Response) -> Result<Self, FetchError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            let room = MOST_ANSWER - body.len();
            body.extend(chunk.iter().take(room));
            if body.len() == MOST_ANSWER {
                break;
            }
        }
        Ok(Self {
            status: response.status().as_u16(),
            body: body.into(),
        })
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}
