//! What Meta answered.

use recado_model::{Failure, FailureReason, Retry};
use reqwest::StatusCode;
use serde_json::value::RawValue;

use crate::call::CallError;
use crate::json::Object;
use crate::meta::errors::{GraphError, failure};

/// The text of an answer, without the token: Meta quotes one it cannot read, and what it says is kept and shown.
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

    /// Itself, unless it says no.
    pub(super) fn refused(self, status: StatusCode) -> Result<Self, CallError> {
        let answered = self.object();
        let error = answered.as_ref().and_then(|answered| answered.object("error"));
        if error.is_none() && status.is_success() {
            return Ok(self);
        }
        let error = error.as_ref().map(GraphError::read).unwrap_or_default();
        if status == StatusCode::NOT_FOUND || error.is_nothing_there() {
            return Err(CallError::Gone);
        }
        Err(CallError::Refused(failure(&error, Some(status.as_u16()))))
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
                message: format!("Meta's answer does not tell {what}"),
                retry: Retry::Few,
            })
        })
    }

    /// For calls that are answered with `{"success": true}`.
    pub(super) fn done(&self) -> Result<(), CallError> {
        self.read("whether it was done", |answer| {
            answer.flag("success").then_some(())
        })
    }
}
