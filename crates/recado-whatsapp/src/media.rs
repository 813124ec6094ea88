//! What providers say about files, read with care: it becomes headers and names of files elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use recado_model::media::essence;

/// What a file is of which nobody says what it is.
pub(crate) const UNTYPED: &str = "application/octet-stream";

/// A type without its parameters, in lower case; `None` for what is none.
pub(crate) fn mime_type(text: &str) -> Option<String> {
    let token = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b))
    };
    let mime = essence(text);
    let (kind, subtype) = mime.split_once('/')?;
    (mime.len() <= 128 && token(kind) && token(subtype)).then_some(mime)
}

/// The name of a file without any path, at most 256 characters; `None` if nothing is left of it.
pub(crate) fn file_name(text: &str) -> Option<String> {
    let name = text.rsplit(['/', '\\']).next()?;
    let name: String = name.chars().filter(|c| !c.is_control()).take(256).collect();
    let name = name.trim();
    (!name.trim_matches('.').is_empty()).then(|| name.to_owned())
}

/// A SHA-256 as providers write it: in base64 or in hexadecimal digits.
pub(crate) fn sha256(text: &str) -> Option<[u8; 32]> {
    let bytes = match text.len() {
        64 => hex::decode(text).ok()?,
        _ => STANDARD.decode(text).ok()?,
    };
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_one_or_none() {
        assert_eq!(mime_type("audio/ogg; codecs=opus").as_deref(), Some("audio/ogg"));
        assert_eq!(mime_type(" Image/SVG+xml ").as_deref(), Some("image/svg+xml"));
        for other in [
            "",
            "image",
            "/",
            "a/",
            "image/x\r\nSet-Cookie: a",
            "a/b/c",
            "é/x",
            &format!("a/{}", "b".repeat(200)),
        ] {
            assert_eq!(mime_type(other), None, "{other:?}");
        }
    }

    #[test]
    fn a_name_is_no_path() {
        assert_eq!(file_name(" price list.pdf\n").as_deref(), Some("price list.pdf"));
        assert_eq!(file_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(file_name(r"C:\tmp\a.txt").as_deref(), Some("a.txt"));
        assert_eq!(file_name(&"é".repeat(300)).unwrap().chars().count(), 256);
        for nothing in ["", " ", "..", "a/", "a/..", "\u{1}"] {
            assert_eq!(file_name(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_digest_is_read_in_either_form() {
        let digits = "abcdef12345678".repeat(4) + "abcdef12";
        let read = sha256(&digits).unwrap();
        assert_eq!(sha256("q83vEjRWeKvN7xI0Vnirze8SNFZ4q83vEjRWeKvN7xI="), Some(read));
        for other in ["", "x", &digits[1..], &digits.replace('a', "g"), "q83vEg=="] {
            assert_eq!(sha256(other), None, "{other}");
        }
    }
}
