//! Reads that repeat: what has not changed since the caller last read it is not sent again.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use sha2::{Digest, Sha256};

use crate::error::Error;

/// Marks answers in JSON with what follows from their body. Weak, as the same body may go out compressed.
pub async fn etag(request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        return next.run(request).await;
    }
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let is_program = request.headers().contains_key(AUTHORIZATION);
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || !is_plain_json(response.headers()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // Answers are written whole before they are sent, so there is nothing to wait for and no limit to look out for.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return Error::internal().into_response();
    };
    let tag = tag_of(&body);
    if is_program {
        // A program may keep what it read, and ask whether it is still so.
        let keep = HeaderValue::from_static("private, no-cache");
        parts.headers.entry(CACHE_CONTROL).or_insert(keep);
    }
    let same = known
        .as_ref()
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| names(known, &tag));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        parts.headers.insert(ETAG, tag);
    }
    if same {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_TYPE);
        parts.headers.remove(CONTENT_LENGTH);
        return Response::from_parts(parts, Bytes::new().into());
    }
    Response::from_parts(parts, body.into())
}

/// JSON that has no tag of its own yet.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    json && !headers.contains_key(ETAG)
}

fn tag_of(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    format!("W/\"{:032x}\"", u128::from_be_bytes(bytes))
}

/// Whether a header `If-None-Match` names a tag. Compared weakly, as a read is.
fn names(header: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|one| bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_others_strong_or_weak() {
        let tag = tag_of(b"{}");
        assert!(tag.starts_with("W/\"") && tag.len() == 36);
        assert_ne!(tag, tag_of(b"[]"));
        let strong = tag.trim_start_matches("W/").to_owned();
        for known in [
            tag.clone(),
            strong.clone(),
            format!("\"x\", {strong}"),
            "*".to_owned(),
        ] {
            assert!(names(&known, &tag), "{known}");
        }
        for other in ["", "\"x\"", "W/\"\"", &tag[..20]] {
            assert!(!names(other, &tag), "{other}");
        }
    }
}
