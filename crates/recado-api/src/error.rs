//! How a request ends when it does not succeed: one envelope, and the one place where causes become statuses.
//!
//! An [`Error`] travels as an extension of an empty response; [`render`] writes the body on the way out, because
//! only there the request's id is known. Refusals by other layers (405, timeouts) get their envelope there too.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the API's terms.
#[derive(Clone, Debug)]
pub struct Error {
    pub status: StatusCode,
    pub code: &'static str,
    pub message: Cow<'static, str>,
    pub field: Option<String>,
    pub retry_after: Option<Duration>,
}

/// Every failure looks like this. Branch on `error.code`; the message is for people.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorEnvelope {
    error: ErrorBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A stable word, for example `bad_request` or `window_closed`.
    #[schema(example = "bad_request")]
    code: Cow<'static, str>,
    /// What happened and what to do about it, in English.
    #[schema(example = "`limit` must be a whole number from 1 to 100.")]
    message: Cow<'static, str>,
    /// The input that is at fault, where there is one: a field of the body, a parameter or a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "limit")]
    field: Option<String>,
    /// Also in the header `X-Request-Id`. Name it when you ask for help.
    request_id: String,
}

/// How long to wait before a request that met an unavailable database is worth repeating.
const UNAVAILABLE_PAUSE: Duration = Duration::from_secs(2);

impl Error {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            field: None,
            retry_after: None,
        }
    }

    /// 400, naming the input that is at fault.
    pub fn bad_field(field: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::bad_request(message)
        }
    }

    pub fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    pub fn unauthorized(message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
    }

    pub fn forbidden(message: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    pub fn not_found(message: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    pub fn too_large(limit: usize) -> Self {
        let message = format!("The body is larger than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    pub fn unavailable(message: &'static str) -> Self {
        Self {
            retry_after: Some(UNAVAILABLE_PAUSE),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
        }
    }

    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong on our side.",
        )
    }

    /// For a status some layer answered without a word of its own.
    fn of_status(status: StatusCode) -> Self {
        let (code, message) = match status {
            StatusCode::UNAUTHORIZED => ("unauthorized", "This needs a session or an API key."),
            StatusCode::FORBIDDEN => ("forbidden", "This is not allowed."),
            StatusCode::NOT_FOUND => ("not_found", "There is nothing at this address."),
            StatusCode::METHOD_NOT_ALLOWED => (
                "method_not_allowed",
                "This address does not take that method; see the Allow header.",
            ),
            StatusCode::REQUEST_TIMEOUT => ("timeout", "The request took too long to arrive."),
            StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The body is too large."),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "The body must be JSON."),
            StatusCode::SERVICE_UNAVAILABLE => {
                return Self::unavailable("The request took too long and was given up.");
            }
            status if status.is_server_error() => {
                return Self {
                    status,
                    ..Self::internal()
                };
            }
            _ => ("bad_request", "The request could not be understood."),
        };
        Self::new(status, code, message)
    }

    /// Why a response failed. None if it did not, or says so itself.
    pub fn taken_from(response: &mut Response) -> Option<Self> {
        let own = response.extensions_mut().remove::<Self>();
        own.or_else(|| is_bare_failure(response).then(|| Self::of_status(response.status())))
    }

    /// What a client reads beside the body.
    pub fn put_headers(&self, headers: &mut HeaderMap) {
        if let Some(pause) = self.retry_after {
            headers.insert(RETRY_AFTER, whole_seconds(pause).into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
    }

    fn into_body(self, request_id: &str) -> Vec<u8> {
        let error = ErrorBody {
            code: self.code.into(),
            message: self.message,
            field: self.field,
            request_id: request_id.to_owned(),
        };
        // Texts only: this cannot fail, and an empty body is all there is to say if it did.
        serde_json::to_vec(&ErrorEnvelope { error }).unwrap_or_default()
    }
}

impl From<recado_engine::Error> for Error {
    fn from(error: recado_engine::Error) -> Self {
        use recado_engine::Error as E;
        let message = error.to_string();
        match error {
            E::BadInput { field, .. } => Self {
                field: field.map(str::to_owned),
                ..Self::bad_request(message)
            },
            E::Unauthorized { code, .. } => Self::new(StatusCode::UNAUTHORIZED, code, message),
            E::Forbidden(_) | E::NotAllowed(_) => Self::new(StatusCode::FORBIDDEN, "forbidden", message),
            E::NotFound(_) => Self::new(StatusCode::NOT_FOUND, "not_found", message),
            E::Conflict { code, .. } => Self::new(StatusCode::CONFLICT, code, message),
            E::TooLarge { field, .. } => Self {
                field: Some(field.to_owned()),
                ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
            },
            E::Unsupported { field, .. } => Self {
                field: Some(field.to_owned()),
                ..Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media", message)
            },
            E::Provider { failure } => Self::new(
                StatusCode::BAD_GATEWAY,
                "provider_error",
                match failure.code {
                    Some(code) => format!(
                        "{} (The provider says: {code}: {})",
                        failure.reason.sentence(),
                        failure.message
                    ),
                    None => format!(
                        "{} (The provider says: {})",
                        failure.reason.sentence(),
                        failure.message
                    ),
                },
            ),
            E::NotReached(_) => Self::new(StatusCode::BAD_GATEWAY, "provider_unreachable", message),
            E::IdempotencyMismatch => Self {
                field: Some("Idempotency-Key".to_owned()),
                ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_mismatch", message)
            },
            E::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", message)
            },
            E::Unavailable(_) => Self {
                retry_after: Some(UNAVAILABLE_PAUSE),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message)
            },
            E::Internal(cause) => {
                tracing::error!(error = %Chain(cause.as_ref()), "a request failed");
                Self::internal()
            }
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives a failed response its body. Responses that have one already are left alone.
pub fn render(mut response: Response, request_id: &str) -> Response {
    let Some(error) = Error::taken_from(&mut response) else {
        return response;
    };
    *response.status_mut() = error.status;
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    error.put_headers(headers);
    *response.body_mut() = Body::from(error.into_body(request_id));
    response
}

fn is_bare_failure(response: &Response) -> bool {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    failed && response.body().size_hint().exact() == Some(0)
}

/// Rounded up, so that whoever waits that long has waited long enough.
fn whole_seconds(duration: Duration) -> u64 {
    duration
        .as_millis()
        .div_ceil(1000)
        .max(1)
        .try_into()
        .unwrap_or(u64::MAX)
}

/// An error and what caused it, outermost first.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use recado_model::Permission;
    use serde_json::{Value, json};

    use super::*;

    async fn shown(response: Response) -> (StatusCode, http::HeaderMap, Value) {
        let response = render(response, "req-1");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 16).await.unwrap();
        (
            parts.status,
            parts.headers,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    async fn engine(error: recado_engine::Error) -> (StatusCode, http::HeaderMap, Value) {
        shown(Error::from(error).into_response()).await
    }

    #[tokio::test]
    async fn kinds_become_statuses_and_codes() {
        use recado_engine::Error as E;
        let cases = [
            (E::bad_input("email", "That is no address."), 400, "bad_request"),
            (
                E::Unauthorized {
                    code: "session_expired",
                    message: "Gone.",
                },
                401,
                "session_expired",
            ),
            (E::Forbidden(Permission::KeysManage), 403, "forbidden"),
            (E::NotAllowed("Only an owner may do that."), 403, "forbidden"),
            (E::NotFound("conversation"), 404, "not_found"),
            (E::conflict("window_closed", "Closed."), 409, "window_closed"),
            (E::IdempotencyMismatch, 422, "idempotency_mismatch"),
            (
                E::RateLimited {
                    retry_after: Duration::from_millis(1200),
                },
                429,
                "rate_limited",
            ),
            (
                E::internal(std::io::Error::other("secret detail")),
                500,
                "internal",
            ),
        ];
        for (error, status, code) in cases {
            let (got, _, body) = engine(error).await;
            assert_eq!(
                (got.as_u16(), body["error"]["code"].as_str()),
                (status, Some(code))
            );
            assert_eq!(body["error"]["request_id"], "req-1");
            assert!(!body.to_string().contains("secret detail"));
        }
    }

    #[tokio::test]
    async fn the_field_is_there_only_when_one_is_at_fault() {
        let (.., body) = engine(recado_engine::Error::bad_input("email", "That is no address.")).await;
        assert_eq!(
            body,
            json!({"error": {
                "code": "bad_request", "message": "That is no address.", "field": "email", "request_id": "req-1",
            }})
        );
        let (.., body) = engine(recado_engine::Error::NotFound("message")).await;
        assert!(body["error"].get("field").is_none());
    }

    #[tokio::test]
    async fn a_missing_permission_is_named() {
        let (.., body) = engine(recado_engine::Error::Forbidden(Permission::MessagesSend)).await;
        assert!(
            body["error"]["message"]
                .as_str()
                .unwrap()
                .contains("messages:send")
        );
    }

    #[tokio::test]
    async fn pauses_are_rounded_up() {
        let limited = recado_engine::Error::RateLimited {
            retry_after: Duration::from_millis(1200),
        };
        let (_, headers, _) = engine(limited).await;
        assert_eq!(headers[RETRY_AFTER], "2");
        assert_eq!(whole_seconds(Duration::ZERO), 1);
    }

    #[tokio::test]
    async fn bare_refusals_get_an_envelope_and_others_keep_their_body() {
        let mut bare = StatusCode::METHOD_NOT_ALLOWED.into_response();
        bare.headers_mut()
            .insert(http::header::ALLOW, HeaderValue::from_static("GET"));
        let (status, headers, body) = shown(bare).await;
        assert_eq!(
            (status.as_u16(), body["error"]["code"].as_str()),
            (405, Some("method_not_allowed"))
        );
        assert_eq!(headers[http::header::ALLOW], "GET");

        let page = (StatusCode::NOT_FOUND, "a page of its own").into_response();
        let rendered = render(page, "req-1");
        assert_ne!(rendered.headers()[CONTENT_TYPE], "application/json");

        let (status, _, body) = shown(StatusCode::NO_CONTENT.into_response()).await;
        assert_eq!((status.as_u16(), body), (204, Value::Null));
    }
}
