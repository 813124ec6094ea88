//! The one parameter in a route's path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::error::{Error, Result};

/// The parameter of the route, parsed. Our paths have one at most; its name in the route names it in the refusal.
#[derive(Debug)]
pub struct Param<T>(pub T);

impl<S: Send + Sync, T: FromStr + Send> FromRequestParts<S> for Param<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::bad_request("The path is not valid UTF-8."))?;
        let (name, value) = params.iter().next().ok_or_else(Error::internal)?;
        // All but texts are ids, and texts always parse.
        let value = value
            .parse()
            .map_err(|_| Error::bad_field(name, format!("`{name}` must be a UUID.")))?;
        Ok(Self(value))
    }
}
