//! The page at `/sandbox` and its files, out of the web app's build.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use recado_web::{CONTENT_SECURITY_POLICY, Entry};

const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// `/` leads to the page.
pub(crate) async fn home() -> Redirect {
    Redirect::temporary("/sandbox")
}

/// The page, and the files it asks for; nothing else.
pub(crate) async fn files(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    let is_page = path == "/sandbox" || path.starts_with("/sandbox/");
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if !is_page && !is_file {
        return (
            StatusCode::NOT_FOUND,
            "There is nothing here. The phones are at /sandbox.\n",
        )
            .into_response();
    }
    let mut response = recado_web::serve(&method, &headers, path, Entry::Sandbox);
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}
