//! Names of types: cleaned, under one spelling each, and those that a browser would run.

use recado_model::media::essence;

/// Spellings that are common and not the one WhatsApp and browsers know.
const ALIASES: &[(&str, &str)] = &[
    ("application/x-pdf", "application/pdf"),
    ("application/x-zip-compressed", "application/zip"),
    ("audio/3gp", "audio/3gpp"),
    ("audio/m4a", "audio/mp4"),
    ("audio/mp3", "audio/mpeg"),
    ("audio/opus", "audio/ogg"),
    ("audio/x-aac", "audio/aac"),
    ("audio/x-flac", "audio/flac"),
    ("audio/x-m4a", "audio/mp4"),
    ("audio/x-mp3", "audio/mpeg"),
    ("audio/x-wav", "audio/wav"),
    ("image/jpg", "image/jpeg"),
    ("image/pjpeg", "image/jpeg"),
    ("image/x-png", "image/png"),
    ("video/3gp", "video/3gpp"),
    ("video/x-m4v", "video/mp4"),
];

/// A type without its parameters and under its usual name, if it is one and says anything.
pub(crate) fn clean(mime: &str) -> Option<String> {
    let mime = essence(mime);
    let usual = ALIASES
        .iter()
        .find(|(alias, _)| *alias == mime)
        .map_or(mime.as_str(), |(_, usual)| usual);
    let says_something = !usual.ends_with("/octet-stream") && !usual.contains('*');
    (is_type(usual) && says_something).then(|| usual.to_owned())
}

/// Whether it has the form of a type, so that it can stand in a header.
pub(crate) fn is_type(mime: &str) -> bool {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&byte))
    };
    mime.len() <= 127
        && mime
            .split_once('/')
            .is_some_and(|(kind, name)| token(kind) && token(name))
}

/// Whether a browser that shows it could run a script of it, as the page it came from.
pub(crate) fn runs(mime: &str) -> bool {
    let (kind, name) = mime.split_once('/').unwrap_or((mime, ""));
    let markup = name == "xml" || name.ends_with("+xml") || name.contains("html") || name.contains("xsl");
    let script = name.contains("javascript") || name.contains("ecmascript") || name == "css";
    let page = kind == "multipart" || kind == "message" || name.contains("mimearchive");
    let plugin = name.contains("shockwave") || name.contains("silverlight");
    markup || script || page || plugin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_one_spelling_and_no_parameters() {
        assert_eq!(clean("Audio/X-M4A; x=1").as_deref(), Some("audio/mp4"));
        assert_eq!(clean("image/jpeg").as_deref(), Some("image/jpeg"));
        for nothing in [
            "",
            "jpeg",
            "a/b\r\nc",
            "application/octet-stream",
            "image/*",
            "a/b/c",
            "/x",
        ] {
            assert_eq!(clean(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn what_a_browser_runs_is_known() {
        for bad in [
            "text/html",
            "application/xhtml+xml",
            "image/svg+xml",
            "text/xml",
            "application/rss+xml",
            "text/javascript",
            "application/x-javascript",
            "multipart/related",
            "message/rfc822",
        ] {
            assert!(runs(bad), "{bad}");
        }
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for good in ["text/plain", "image/png", "application/pdf", word] {
            assert!(!runs(good), "{good}");
        }
    }
}
