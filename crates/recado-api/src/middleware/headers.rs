//! Headers that keep a browser from doing what we never want.

use http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Adds what is not there yet.
pub fn secure(headers: &mut HeaderMap, https: bool) {
    let mut add = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    add(CONTENT_SECURITY_POLICY, recado_web::CONTENT_SECURITY_POLICY);
    add(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Links of invites hold a secret: other sites learn nothing of where a click came from.
    add(REFERRER_POLICY, "same-origin");
    // The microphone is for voice notes.
    add(
        PERMISSIONS_POLICY,
        "camera=(), display-capture=(), geolocation=(), microphone=(self), payment=(), usb=()",
    );
    add(OPENER_POLICY, "same-origin");
    add(RESOURCE_POLICY, "same-origin");
    if https {
        add(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_no_other_origin_and_no_inline_script() {
        let mut headers = HeaderMap::new();
        secure(&mut headers, false);
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        for part in [
            "default-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{part} is not in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"));
    }

    #[test]
    fn transport_security_is_promised_only_with_https() {
        for https in [false, true] {
            let mut headers = HeaderMap::new();
            secure(&mut headers, https);
            assert_eq!(headers.contains_key(STRICT_TRANSPORT_SECURITY), https);
        }
    }
}
