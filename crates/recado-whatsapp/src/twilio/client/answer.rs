//! What Twilio answered.

use recado_model::{Failure, FailureReason, Retry};
use reqwest::StatusCode;
use serde_json::value::RawValue;

use crate::call::CallError;
use crate::json::Object;
use crate::twilio::errors::{TwilioError, failure};

/// The text of an answer, without the token, as what it says is kept and shown.
#[derive(Debug)]
pub(super) struct Answer(String);

impl Answer {
    pub(super) fn new(body: &[u8], token: &str) -> Self {
        let text = String::from_utf8_lossy(body).into_owned();
        Self(match token {
            "" => text,
            token => text.replace(token, "[token]"),
        })
    }

    /// What Twilio says no with.
    pub(super) fn failure(&self, status: StatusCode) -> Failure {
        let error = self.object().as_ref().map(TwilioError::read);
        failure(&error.unwrap_or_default(), Some(status.as_u16()))
    }

    /// Itself, unless it says no.
    pub(super) fn refused(self, status: StatusCode) -> Result<Self, CallError> {
        match status {
            _ if status.is_success() => Ok(self),
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(CallError::Gone),
            _ => Err(CallError::Refused(self.failure(status))),
        }
    }

    /// None if it is something else.
    pub(super) fn object(&self) -> Option<Object<'_>> {
        let raw: &RawValue = serde_json::from_str(&self.0).ok()?;
        Object::of(raw)
    }

    /// What is read from it, or the complaint that it is not there.
    pub(super) fn read<T>(
        &self,
        what: &str,
        read: impl FnOnce(&Object<'_>) -> Option<T>,
    ) -> Result<T, CallError> {
        self.object().as_ref().and_then(read).ok_or_else(|| {
            CallError::Refused(Failure {
                reason: FailureReason::Unknown,
                code: None,
                message: format!("Twilio's answer does not tell {what}"),
                retry: Retry::Few,
            })
        })
    }
}
