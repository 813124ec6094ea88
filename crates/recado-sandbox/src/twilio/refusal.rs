//! Refusals in the shape of Twilio's REST API.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::error::Error;

#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: i64,
    message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// HTTP 400 with this code.
    pub(super) fn bad(code: i64, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn credentials() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 20_003, "Authenticate")
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            20_404,
            "The requested resource was not found",
        )
    }
}

/// The sandbox itself failed: what Twilio calls an internal error.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "the sandbox failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, 20_500, error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        (self.status, Json(body)).into_response()
    }
}
