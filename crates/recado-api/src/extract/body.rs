//! Reading a request's body, bounded in size and time, and JSON out of it.

use std::error::Error as _;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::explain::explain;
use crate::error::{Error, Result};
use crate::state::Api;

/// A JSON body. Fields nobody knows are refused by the types themselves (`deny_unknown_fields`).
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Api> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, api: &Api) -> Result<Self> {
        if !is_json(request.headers()) {
            return Err(Error::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported_media_type",
                "The body must be JSON, with the header `Content-Type: application/json`.",
            ));
        }
        let body = read_body(request, api.settings.api_body_limit, api.settings.body_patience()).await?;
        parse(&body).map(Self)
    }
}

/// The whole body, if it is at most `limit` bytes long and arrives within `patience`.
pub async fn read_body(request: Request, limit: usize, patience: Duration) -> Result<Bytes> {
    if declared_length(request.headers()).is_some_and(|length| length > limit as u64) {
        return Err(Error::too_large(limit));
    }
    match tokio::time::timeout(patience, axum::body::to_bytes(request.into_body(), limit)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(error)) if is_over_limit(&error) => Err(Error::too_large(limit)),
        Ok(Err(_)) => Err(Error::bad_request("The body broke off before its end.")),
        Err(_) => Err(Error::new(
            StatusCode::REQUEST_TIMEOUT,
            "timeout",
            "The body took too long to arrive.",
        )),
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    // The parser would take a list for a struct, its fields in order.
    if body.trim_ascii_start().first() != Some(&b'{') {
        serde_json::from_slice::<serde::de::IgnoredAny>(body).map_err(|error| not_json(&error))?;
        return Err(Error::bad_request("The body must be a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        // A number where one of several words is wanted counts as bad syntax with the parser.
        if error.is_data() || serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok() {
            explain(&path, &error.to_string())
        } else {
            not_json(&error)
        }
    })?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> Error {
    Error::bad_request(format!("The body is not valid JSON: {error}."))
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let kind = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_over_limit(error: &axum::Error) -> bool {
    error
        .source()
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use proptest::prelude::*;
    use serde::Deserialize;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[expect(dead_code, reason = "only read by the parser")]
        name: String,
        #[expect(dead_code, reason = "only read by the parser")]
        id: Option<Uuid>,
        #[serde(default)]
        #[expect(dead_code, reason = "only read by the parser")]
        lines: Vec<Line>,
        #[expect(dead_code, reason = "only read by the parser")]
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[expect(dead_code, reason = "only read by the parser")]
        amount: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        New,
        Old,
    }

    fn refusal(body: &str) -> (Option<String>, String) {
        let error = parse::<Order>(body.as_bytes()).unwrap_err();
        assert_eq!((error.status.as_u16(), error.code), (400, "bad_request"));
        (error.field, error.message.into_owned())
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            (r"{}", "name", "`name` is missing."),
            (
                r#"{"name":"x","nmae":1}"#,
                "nmae",
                "There is no field `nmae`; known are `name`, `id`, `lines`, `kind`.",
            ),
            (
                r#"{"name":5}"#,
                "name",
                "`name` must be a string, not integer `5`.",
            ),
            (r#"{"name":null}"#, "name", "`name` must be a string, not null."),
            (r#"{"name":"x","id":"77"}"#, "id", "`id` must be a UUID."),
            (r#"{"name":"x","id":7}"#, "id", "`id` must be a UUID."),
            (
                r#"{"name":"x","lines":[{"amount":1},{}]}"#,
                "lines[1].amount",
                "`lines[1].amount` is missing.",
            ),
            (
                r#"{"name":"x","lines":[{"amount":300}]}"#,
                "lines[0].amount",
                "`lines[0].amount` must be u8, not integer `300`.",
            ),
            (
                r#"{"name":"x","kind":"odd"}"#,
                "kind",
                "`kind` must be `new` or `old`, not `odd`.",
            ),
            (r#"{"name":"x","kind":7}"#, "kind", "`kind` must be a string."),
            (r#"{"name":"x","name":"y"}"#, "name", "`name` is given twice."),
        ];
        for (body, field, message) in cases {
            assert_eq!(
                refusal(body),
                (Some(field.to_owned()), message.to_owned()),
                "{body}"
            );
        }
    }

    #[test]
    fn what_is_no_json_says_so() {
        for body in ["", "{", "nope", r#"{"name":"x"} {}"#, "\u{0}"] {
            let (field, message) = refusal(body);
            assert!(
                field.is_none() && message.starts_with("The body is not valid JSON"),
                "{body}: {message}"
            );
        }
        for body in [r#"["x"]"#, r#" "x""#, "1", "null"] {
            assert_eq!(
                refusal(body),
                (None, "The body must be a JSON object.".to_owned()),
                "{body}"
            );
        }
    }

    #[test]
    fn content_types_that_mean_json() {
        let mut headers = HeaderMap::new();
        assert!(!is_json(&headers));
        for (value, json) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/json", false),
            ("text/plain", false),
            ("multipart/form-data", false),
        ] {
            headers.insert(CONTENT_TYPE, value.parse().unwrap());
            assert_eq!(is_json(&headers), json, "{value}");
        }
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_whether_it_says_its_length_or_not() {
        let patience = Duration::from_secs(5);
        let request = |body: Body, declared: Option<&str>| {
            let mut request = Request::new(body);
            if let Some(length) = declared {
                request
                    .headers_mut()
                    .insert(CONTENT_LENGTH, length.parse().unwrap());
            }
            request
        };
        let fits = read_body(request(Body::from("12345"), Some("5")), 5, patience)
            .await
            .unwrap();
        assert_eq!(&fits[..], b"12345");
        for request in [
            request(Body::from("123456"), Some("6")),
            request(Body::from("123456"), None),
        ] {
            let error = read_body(request, 5, patience).await.unwrap_err();
            assert_eq!((error.status.as_u16(), error.code), (413, "too_large"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_a_timeout() {
        let never = Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>());
        let error = read_body(Request::new(never), 5, Duration::from_secs(5))
            .await
            .unwrap_err();
        assert_eq!((error.status.as_u16(), error.code), (408, "timeout"));
    }

    proptest! {
        #[test]
        fn no_body_breaks_the_parser(body in ".{0,80}") {
            let _ = parse::<Order>(body.as_bytes());
        }
    }
}
