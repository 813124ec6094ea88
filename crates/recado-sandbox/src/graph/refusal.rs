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
    pub(crate) fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            subcode: None,
            message: message.into(),
            details: None,
        }
    }

    pub(crate) fn with_details(mut self, details: impl Into<String>) -> Self {
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
        .with_details(format!("The sandbox does not carry messages of the type {kind}."))
    }

    /// Code 131053: a file that cannot be taken.
    pub(crate) fn media(details: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, 131_053, "(#131053) Media upload error").with_details(details)
    }

    /// Code 131062.
    pub(crate) fn needs_a_phone() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            131_062,
            "(#131062) Business-scoped user id recipients are not supported for this message",
        )
        .with_details("This kind of message can only be sent to a phone number.")
    }

    /// Codes 132000 and up: the template, or what is filled into it.
    pub(crate) fn template(code: i64, details: impl Into<String>) -> Self {
        let title = match code {
            132_000 => "Number of parameters does not match the expected number of params",
            132_001 => "Template name does not exist in the translation",
            132_005 => "Translated text too long",
            132_012 => "Parameter format does not match format in the created template",
            132_015 => "Template is paused",
            132_016 => "Template is disabled",
            _ => "Template error",
        };
        let status = if code == 132_001 {
            StatusCode::NOT_FOUND
        } else {
            StatusCode::BAD_REQUEST
        };
        Self::new(status, code, format!("(#{code}) {title}")).with_details(details)
    }

    /// Something with templates that people, too, shall read: a subcode, a title and a message.
    pub(crate) fn creation(subcode: i64, details: impl Into<String>) -> Self {
        Self {
            subcode: Some(subcode),
            ..Self::new(StatusCode::BAD_REQUEST, 100, "Invalid parameter")
        }
        .with_details(details)
    }

    /// Too much at once, or any other code that a fault asks for.
    pub(crate) fn with_code(status: StatusCode, code: i64) -> Self {
        let title = crate::failure::Failure::new(code).title;
        Self::new(status, code, format!("(#{code}) {title}")).with_details(format!("{title}."))
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
