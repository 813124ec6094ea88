//! Everything that is not the API: the web app.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};
use recado_web::Entry;

use crate::error::Error;

/// Addresses under these are for programs: what is not there is not a page of the web app.
const PROGRAMS: [&str; 2] = ["/api", "/hooks"];

pub async fn fallback(request: Request) -> Response {
    let path = request.uri().path();
    if PROGRAMS.iter().any(|prefix| is_under(path, prefix)) {
        return Error::not_found("There is nothing at this address.").into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(ALLOW, HeaderValue::from_static("GET, HEAD"))],
        )
            .into_response();
    }
    recado_web::serve(request.method(), request.headers(), path, Entry::App)
}

fn is_under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_words_count_as_prefix() {
        assert!(is_under("/api", "/api") && is_under("/api/v2/x", "/api"));
        assert!(!is_under("/apiary", "/api") && !is_under("/", "/api"));
    }
}
