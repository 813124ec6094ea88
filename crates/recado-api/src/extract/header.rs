//! Headers that carry input.

use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The header `Idempotency-Key`, if it was sent.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| {
                Error::bad_field("Idempotency-Key", "The header `Idempotency-Key` must be a UUID.")
            })?;
        Ok(Self(Some(key)))
    }
}
