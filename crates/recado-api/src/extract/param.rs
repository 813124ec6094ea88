//! The parameters in a route's path.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use crate::error::{Error, Result};

/// The parameter of the route, parsed; its name in the route names it in the refusal.
#[derive(Debug)]
pub struct Param<T>(pub T);

impl<S: Send + Sync, T: FromStr + Send> FromRequestParts<S> for Param<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::bad_request("The path is not valid UTF-8."))?;
        parse(params.iter().next()).map(Self)
    }
}

/// The two parameters of a route for one thing within another.
#[derive(Debug)]
pub struct Params<A, B>(pub A, pub B);

impl<S: Send + Sync, A: FromStr + Send, B: FromStr + Send> FromRequestParts<S> for Params<A, B> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Error::bad_request("The path is not valid UTF-8."))?;
        let mut params = params.iter();
        Ok(Self(parse(params.next())?, parse(params.next())?))
    }
}

fn parse<T: FromStr>(param: Option<(&str, &str)>) -> Result<T> {
    let (name, value) = param.ok_or_else(Error::internal)?;
    // All but texts are ids, and texts always parse.
    value
        .parse()
        .map_err(|_| Error::bad_field(name, format!("`{name}` must be a UUID.")))
}
