//! Refusals of `/sandbox/api`, and bodies that are refused in the same envelope as everything else.

use axum::{
    Json,
    extract::FromRequest,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::error::Error;

pub(super) type Answer<T> = Result<T, Problem>;

/// Status, code, field and message of the error envelope.
#[derive(Debug)]
pub(super) struct Problem(
    pub StatusCode,
    pub &'static str,
    pub Option<&'static str>,
    pub String,
);

impl Problem {
    pub(super) fn nothing() -> Self {
        Self(
            StatusCode::NOT_FOUND,
            "not_found",
            None,
            "There is nothing here.".to_owned(),
        )
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::Invalid { field, message } => {
                Self(StatusCode::BAD_REQUEST, "bad_request", Some(field), message)
            }
            Error::UnknownPhone(_) | Error::NotFound(_) => {
                Self(StatusCode::NOT_FOUND, "not_found", None, message)
            }
            Error::Taken(_) => Self(StatusCode::CONFLICT, "conflict", Some("phone"), message),
            Error::Offline(_) | Error::NotConnected | Error::NoTwilio => {
                Self(StatusCode::CONFLICT, "conflict", None, message)
            }
            Error::Unanswered(_) | Error::Handshake { .. } => {
                Self(StatusCode::BAD_GATEWAY, "unanswered", None, message)
            }
            Error::Stopping => Self(StatusCode::SERVICE_UNAVAILABLE, "unavailable", None, message),
            _ => {
                tracing::error!(error = message, "the sandbox failed");
                Self(StatusCode::INTERNAL_SERVER_ERROR, "internal", None, message)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(status, code, field, message) = self;
        let mut error = json!({"code": code, "message": message});
        if let Some(field) = field {
            error["field"] = field.into();
        }
        (status, Json(json!({ "error": error }))).into_response()
    }
}

/// A JSON body.
pub(super) struct Body<T>(pub T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Problem> {
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Self(value)),
            Err(rejection) => {
                // JSON of the wrong shape is as bad as no JSON.
                let status = match rejection.status() {
                    StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
                    status => status,
                };
                Err(Problem(status, "bad_request", None, rejection.body_text()))
            }
        }
    }
}
