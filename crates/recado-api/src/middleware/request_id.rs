//! The id that ties an answer to its lines in the log.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use recado_model::Ids;
use uuid::Uuid;

pub const NAME: HeaderName = HeaderName::from_static("x-request-id");

const LONGEST: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_header(self) -> HeaderValue {
        // Letters, digits and a few marks: always a valid value.
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
    }
}

/// The id that a caller or a proxy gave, if it is one that may go into logs as it is.
pub fn of(headers: &HeaderMap) -> Option<RequestId> {
    let text = headers.get(NAME)?.to_str().ok()?;
    let sane = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ((1..=LONGEST).contains(&text.len()) && text.bytes().all(sane)).then(|| RequestId(text.into()))
}

pub fn new(ids: &Ids) -> RequestId {
    let id: Uuid = ids.next();
    RequestId(id.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sane_id_is_taken_over() {
        let given = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(NAME, HeaderValue::from_static(value));
            of(&headers).map(|id| id.as_str().to_owned())
        };
        assert_eq!(given("abc-DEF_1.2").as_deref(), Some("abc-DEF_1.2"));
        for bad in [
            "",
            "a b",
            "x\"y",
            "{id}",
            "0123456789012345678901234567890123456789012345678901234567890123X",
        ] {
            assert_eq!(given(bad), None, "{bad}");
        }
        assert_eq!(of(&HeaderMap::new()), None);
    }
}
