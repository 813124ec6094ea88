//! Refusals in the shape of the Graph API.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use crate::{error::Error, ids};

#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: i64,
    subcode: Option<i64>,
    message: String,
    /// What exactly is wrong; programs decide on `code`, people read this.
    details: Option<String>,
}

impl Refusal {
    fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            subcode: None,
            message: message.into(),
            details: None,
        }
    }

    fn with_details(mut self, details: impl Into<String>) -> Self {
        self.details = Some(details.into());
        self
    }

    pub(crate) fn token(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 190, message)
    }

    /// An object that is not there, or is not this token's.
    pub(crate) fn unknown_object(id: &str) -> Self {
        let message = format!(
            "Unsupported request. Object with ID '{id}' does not exist, cannot be loaded due to missing permissions, \
             or does not support this operation"
        );
        Self {
            subcode: Some(33),
            ..Self::new(StatusCode::BAD_REQUEST, 100, message)
        }
    }

    pub(crate) fn unknown_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, 2500, "Unknown path components")
    }

    /// Code 100: of the wrong type or length, or not to be there at all.
    pub(crate) fn parameter(details: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 100, "(#100) Invalid parameter").with_details(details)
    }

    /// Code 131008.
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            131_008,
            "(#131008) Required parameter is missing",
        )
        .with_details(format!("The parameter {parameter} is required."))
    }

    /// Code 131009: of the right type, but no value that works.
    pub(crate) fn value(details: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            131_009,
            "(#131009) Parameter value is not valid",
        )
        .with_details(details)
    }

    pub(crate) fn to_oneself() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            131_021,
            "(#131021) Recipient cannot be sender",
        )
        .with_details("The recipient is the number that sends.")
    }

    pub(crate) fn unsupported_type(kind: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            131_051,
            "(#131051) Unsupported message type",
        )
        .with_details(format!(
            "The sandbox does not carry messages of the type {kind} yet."
        ))
    }
}

/// The sandbox itself failed: what Meta calls trouble on its side.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "the sandbox failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            131_000,
            "(#131000) Something went wrong",
        )
        .with_details(error.to_string())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut error = Map::new();
        error.insert("message".to_owned(), self.message.into());
        error.insert("type".to_owned(), "OAuthException".into());
        error.insert("code".to_owned(), self.code.into());
        if let Some(subcode) = self.subcode {
            error.insert("error_subcode".to_owned(), subcode.into());
        }
        if let Some(details) = self.details {
            error.insert(
                "error_data".to_owned(),
                json!({"messaging_product": "whatsapp", "details": details}),
            );
        }
        error.insert("fbtrace_id".to_owned(), ids::trace_id().into());
        (self.status, Json(json!({ "error": Value::Object(error) }))).into_response()
    }
}
