//! How a file that a stranger sent is given to a browser, from the address our own pages come from.

use crate::mime;

/// What the answer says about the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// For `Content-Type`; goes with `X-Content-Type-Options: nosniff`.
    pub content_type: String,
    /// Whether the browser may show it; otherwise `Content-Disposition: attachment`.
    pub inline: bool,
}

/// What a browser shows without running anything of it as one of our pages.
const SHOWN: &[&str] = &[
    "application/pdf",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/3gpp",
    "video/mp4",
    "video/webm",
];

/// Types that keep their name when saved, so that the right program opens them.
const SAVED: &[&str] = &[
    "application/gzip",
    "application/json",
    "application/msword",
    "application/rtf",
    "application/zip",
    "text/calendar",
    "text/csv",
    "text/plain",
    "text/vcard",
];

/// Type and manner for a file of this type. What is not known to be harmless is bytes to save, nothing else.
pub fn served(mime: &str) -> Served {
    let known = mime::clean(mime).filter(|mime| !mime::runs(mime));
    let Some(content_type) = known else {
        return bytes_to_save();
    };
    let one_of = |kinds: &[&str]| kinds.iter().any(|kind| content_type.starts_with(kind));
    if SHOWN.contains(&content_type.as_str()) || one_of(&["audio/"]) {
        return Served {
            content_type,
            inline: true,
        };
    }
    if SAVED.contains(&content_type.as_str()) || one_of(&["image/", "video/", "application/vnd."]) {
        return Served {
            content_type,
            inline: false,
        };
    }
    bytes_to_save()
}

fn bytes_to_save() -> Served {
    Served {
        content_type: "application/octet-stream".into(),
        inline: false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(content_type: &str, inline: bool) -> Served {
        Served {
            content_type: content_type.into(),
            inline,
        }
    }

    #[test]
    fn pictures_sounds_and_films_are_shown() {
        for mime in [
            "image/jpeg",
            "image/gif",
            "audio/ogg",
            "audio/amr",
            "video/mp4",
            "application/pdf",
        ] {
            assert_eq!(served(mime), shown(mime, true));
        }
        assert_eq!(served("audio/ogg; codecs=opus"), shown("audio/ogg", true));
    }

    #[test]
    fn documents_are_saved_under_their_type() {
        let word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for mime in [
            word,
            "text/plain",
            "image/heic",
            "video/quicktime",
            "application/zip",
        ] {
            assert_eq!(served(mime), shown(mime, false));
        }
    }

    #[test]
    fn what_could_run_is_only_bytes() {
        for mime in [
            "text/html",
            "TEXT/HTML; charset=utf-8",
            "image/svg+xml",
            "application/xml",
            "application/vnd.mozilla.xul+xml",
            "application/vnd.wap.xhtml+xml",
            "text/javascript",
            "application/wasm",
            "multipart/x-mixed-replace",
            "audio/x\r\nSet-Cookie: a",
            "",
        ] {
            assert_eq!(served(mime), shown("application/octet-stream", false), "{mime}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_fits_a_header(mime in "\\PC{0,40}", tail in "[ -~\\r\\n]{0,40}") {
            for mime in [mime.clone(), tail.clone(), format!("audio/{tail}"), format!("image/{mime}")] {
                let served = served(&mime);
                prop_assert!(mime::is_type(&served.content_type));
                prop_assert!(!mime::runs(&served.content_type));
            }
        }
    }
}
