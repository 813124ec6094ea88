//! Whether bytes are text.

/// UTF-8, perhaps cut inside a character, without control characters.
pub(super) fn looks_like_text(head: &[u8]) -> bool {
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && error.valid_up_to() > 0,
    };
    whole && !head.is_empty() && could_be_text(head)
}

/// No control characters, so that it may be text in an older encoding if somebody says so.
pub(super) fn could_be_text(head: &[u8]) -> bool {
    head.iter()
        .all(|byte| !byte.is_ascii_control() || b"\t\n\r\x0c\x1b".contains(byte))
}

/// Types that are text and nothing a browser would run.
pub(super) fn is_text(mime: &str) -> bool {
    mime.starts_with("text/") || mime == "application/json" || mime == "application/x-ndjson"
}
