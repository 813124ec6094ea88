//! What can be told of a file: whether it is what it says, whether WhatsApp carries it, how large it may be.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone)]
pub(crate) struct File {
    pub bytes: Vec<u8>,
    pub mime_type: String,
    pub filename: Option<String>,
}

const MB: usize = 1024 * 1024;

/// Nothing larger is carried at all.
pub(crate) const LARGEST: usize = 100 * MB;

/// The MIME type without its parameters.
pub(crate) fn essence(mime_type: &str) -> &str {
    mime_type.split(';').next().unwrap_or_default().trim()
}

/// As webhooks tell it.
pub(crate) fn sha256_base64(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

/// As the look-up tells it.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Whether files of this MIME type can be sent at all.
pub(crate) fn is_carried(mime_type: &str) -> bool {
    ["image", "video", "audio", "sticker"]
        .iter()
        .any(|kind| types(kind).contains(&essence(mime_type)))
        || essence(mime_type).starts_with("application/")
        || essence(mime_type).starts_with("text/")
}

/// Why this file cannot be sent as this kind of message; `None` when it can.
pub(crate) fn objection(kind: &str, mime_type: &str, bytes: &[u8]) -> Option<String> {
    let mime_type = essence(mime_type);
    if kind != "document" && !types(kind).contains(&mime_type) {
        return Some(format!("{mime_type} cannot be sent as {kind}."));
    }
    if kind == "document" && !mime_type.contains('/') {
        return Some(format!("{mime_type:?} is no media type."));
    }
    if bytes.is_empty() {
        return Some("The file is empty.".to_owned());
    }
    let limit = limit(kind, bytes);
    if bytes.len() > limit {
        return Some(format!(
            "The file has {} bytes; {kind} has at most {limit}.",
            bytes.len()
        ));
    }
    if !looks_like(mime_type, bytes) {
        return Some(format!("The bytes are no {mime_type}."));
    }
    (mime_type == "audio/ogg" && opus_channels(bytes) != Some(1))
        .then(|| "audio/ogg must be opus with one channel.".to_owned())
}

/// `true` for a webp that moves.
pub(crate) fn is_animated(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 2 != 0)
}

fn types(kind: &str) -> &'static [&'static str] {
    match kind {
        "image" => &["image/jpeg", "image/png"],
        "video" => &["video/mp4", "video/3gpp"],
        "audio" => &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        "sticker" => &["image/webp"],
        _ => &[],
    }
}

fn limit(kind: &str, bytes: &[u8]) -> usize {
    match kind {
        "image" => 5 * MB,
        "video" | "audio" => 16 * MB,
        "sticker" if is_animated(bytes) => 500 * 1024,
        "sticker" => 100 * 1024,
        _ => LARGEST,
    }
}

/// By the first bytes, where those tell. What is not known is believed.
fn looks_like(mime_type: &str, bytes: &[u8]) -> bool {
    match mime_type {
        "image/jpeg" => bytes.starts_with(&[0xff, 0xd8, 0xff]),
        "image/png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        "video/mp4" | "video/3gpp" | "audio/mp4" => bytes.get(4..8) == Some(b"ftyp"),
        "audio/ogg" => bytes.starts_with(b"OggS"),
        "application/pdf" => bytes.starts_with(b"%PDF"),
        _ => true,
    }
}

fn opus_channels(bytes: &[u8]) -> Option<u8> {
    let head = bytes.get(..bytes.len().min(512))?;
    let at = head.windows(8).position(|window| window == b"OpusHead")?;
    head.get(at + 9).copied()
}

#[cfg(test)]
mod tests {
    use super::{is_animated, objection};
    use crate::samples::{SAMPLES, named};

    #[test]
    fn samples_are_what_they_say() {
        for sample in SAMPLES {
            assert_eq!(
                objection(sample.kind, sample.mime_type, sample.bytes),
                None,
                "{}",
                sample.name
            );
        }
        assert!(SAMPLES.iter().map(|sample| sample.bytes.len()).sum::<usize>() < 150_000);
        assert!(named("sticker-animated").is_some_and(|sample| is_animated(sample.bytes)));
        assert!(named("sticker").is_some_and(|sample| !is_animated(sample.bytes)));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let jpeg = [&[0xff, 0xd8, 0xff][..], &vec![0; 5 * 1024 * 1024]].concat();
        for (kind, mime_type, bytes) in [
            ("image", "image/webp", &b"RIFF....WEBP"[..]),
            ("image", "image/jpeg", b"GIF89a"),
            ("image", "image/jpeg", &jpeg),
            ("audio", "audio/ogg", b"OggS...OpusHead\x01\x02"),
            ("audio", "audio/ogg", b"OggS no opus"),
            ("document", "pdf", b"%PDF"),
            ("document", "text/plain", b""),
        ] {
            assert!(objection(kind, mime_type, bytes).is_some(), "{kind} {mime_type}");
        }
        assert_eq!(objection("document", "image/jpeg; q=1", &jpeg), None);
    }
}
