//! Headers that carry input.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;
use uuid::Uuid;

/// What the message goes by that a request sends, if it has an `Idempotency-Key`: left here by the layer that reads it.
#[derive(Clone, Copy, Debug)]
pub struct MessageKey(pub Uuid);

/// The same for handlers.
#[derive(Clone, Copy, Debug)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().map(|MessageKey(key)| *key)))
    }
}
