//! Requests that another site made a browser send.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use tower::{Layer as _, ServiceExt as _};
use tower_http::csrf::{CsrfLayer, ProtectionError};

use crate::error::Error;
use crate::origin::Origin;

/// The check for our own origin: `Sec-Fetch-Site`, then `Origin` against the public address and the host.
pub type Csrf = CsrfLayer<fn(ProtectionError) -> Response>;

pub fn layer(own: &Origin) -> Csrf {
    let layer = CsrfLayer::new();
    // An address that is no origin cannot be trusted; requests to the host itself still pass.
    let layer = layer.clone().add_trusted_origin(own.as_str()).unwrap_or(layer);
    layer.with_rejection_response(refuse as fn(ProtectionError) -> Response)
}

/// Refuses changes that come from another site. A request with `Authorization` is a program's: a foreign page can
/// not add that header, and a browser does not add it by itself.
pub async fn csrf(State(check): State<Csrf>, request: Request, next: Next) -> Response {
    if request.headers().contains_key(AUTHORIZATION) {
        return next.run(request).await;
    }
    match check.layer(next).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn refuse(_: ProtectionError) -> Response {
    Error::forbidden("This request came from another site.").into_response()
}
