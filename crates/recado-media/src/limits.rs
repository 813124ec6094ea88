//! What WhatsApp takes as what, and how much of it.

use std::fmt;

use recado_model::media::MediaKind;

use crate::mime;

const KB: u64 = 1024;
const MB: u64 = 1024 * KB;
const STILL_STICKER: u64 = 100 * KB;
const ANIMATED_STICKER: u64 = 500 * KB;

/// Why WhatsApp would not take a file, told before it is asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{} can have {} at most.", plural(*.kind), size(*.limit))]
    TooLarge {
        kind: MediaKind,
        /// In bytes.
        limit: u64,
    },
    #[error("{} must be {}, this is {mime}.", plural(*.kind), Listed(.allowed))]
    WrongType {
        kind: MediaKind,
        mime: String,
        allowed: &'static [&'static str],
    },
}

/// What a file is sent as unless somebody says otherwise. A WebP may be a sticker, but only its sender knows.
pub fn kind_of(mime: &str) -> MediaKind {
    let mime = mime::clean(mime).unwrap_or_default();
    [MediaKind::Image, MediaKind::Video, MediaKind::Audio]
        .into_iter()
        .find(|kind| allowed(*kind).contains(&mime.as_str()))
        .unwrap_or(MediaKind::Document)
}

/// Whether WhatsApp takes such a file as that kind.
pub fn check(kind: MediaKind, mime: &str, size: u64, animated: bool) -> Result<(), Refusal> {
    let allowed = allowed(kind);
    let mime = mime::clean(mime).unwrap_or_else(|| "application/octet-stream".into());
    if !allowed.is_empty() && !allowed.contains(&mime.as_str()) {
        return Err(Refusal::WrongType { kind, mime, allowed });
    }
    let limit = match kind {
        MediaKind::Sticker if !animated => STILL_STICKER,
        _ => max_bytes(kind),
    };
    if size > limit {
        return Err(Refusal::TooLarge { kind, limit });
    }
    Ok(())
}

/// The most bytes any file of this kind can have.
pub const fn max_bytes(kind: MediaKind) -> u64 {
    match kind {
        MediaKind::Image => 5 * MB,
        MediaKind::Video | MediaKind::Audio => 16 * MB,
        MediaKind::Document => 100 * MB,
        MediaKind::Sticker => ANIMATED_STICKER,
    }
}

/// The types a kind takes; none listed is any.
const fn allowed(kind: MediaKind) -> &'static [&'static str] {
    match kind {
        MediaKind::Image => &["image/jpeg", "image/png"],
        MediaKind::Video => &["video/mp4", "video/3gpp"],
        MediaKind::Audio => &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"],
        MediaKind::Sticker => &["image/webp"],
        MediaKind::Document => &[],
    }
}

const fn plural(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "Images",
        MediaKind::Video => "Videos",
        MediaKind::Audio => "Audio files",
        MediaKind::Document => "Documents",
        MediaKind::Sticker => "Stickers",
    }
}

fn size(bytes: u64) -> String {
    if bytes >= MB {
        format!("{} MB", bytes / MB)
    } else {
        format!("{} KB", bytes / KB)
    }
}

struct Listed<'a>(&'a [&'static str]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [rest @ .., last] if !rest.is_empty() => write!(f, "{} or {last}", rest.join(", ")),
            few => f.write_str(&few.join("")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_takes_its_own_types_up_to_its_limit() {
        for (kind, mime, limit) in [
            (MediaKind::Image, "image/jpeg", 5 * MB),
            (MediaKind::Image, "image/png", 5 * MB),
            (MediaKind::Video, "video/mp4", 16 * MB),
            (MediaKind::Video, "video/3gpp", 16 * MB),
            (MediaKind::Audio, "audio/aac", 16 * MB),
            (MediaKind::Audio, "audio/amr", 16 * MB),
            (MediaKind::Audio, "audio/mpeg", 16 * MB),
            (MediaKind::Audio, "audio/mp4", 16 * MB),
            (MediaKind::Audio, "audio/ogg", 16 * MB),
            (MediaKind::Document, "application/x-anything", 100 * MB),
            (MediaKind::Sticker, "image/webp", 100 * KB),
        ] {
            assert_eq!(check(kind, mime, limit, false), Ok(()));
            assert_eq!(
                check(kind, mime, limit + 1, false),
                Err(Refusal::TooLarge { kind, limit })
            );
            let sent_as = if kind == MediaKind::Sticker {
                MediaKind::Document
            } else {
                kind
            };
            assert_eq!(kind_of(mime), sent_as);
        }
        assert_eq!(check(MediaKind::Sticker, "image/webp", 500 * KB, true), Ok(()));
        assert!(check(MediaKind::Sticker, "image/webp", 500 * KB + 1, true).is_err());
    }

    #[test]
    fn a_type_is_read_without_its_parameters() {
        assert_eq!(kind_of("audio/ogg; codecs=opus"), MediaKind::Audio);
        assert_eq!(
            check(MediaKind::Audio, "Audio/OGG; codecs=opus", 1, false),
            Ok(())
        );
        assert_eq!(kind_of("nonsense"), MediaKind::Document);
    }

    #[test]
    fn a_refusal_is_a_sentence() {
        let said = |kind, mime, size| check(kind, mime, size, false).unwrap_err().to_string();
        assert_eq!(
            said(MediaKind::Image, "image/png", 6 * MB),
            "Images can have 5 MB at most."
        );
        assert_eq!(
            said(MediaKind::Sticker, "image/webp", MB),
            "Stickers can have 100 KB at most."
        );
        assert_eq!(
            said(MediaKind::Image, "image/gif", 1),
            "Images must be image/jpeg or image/png, this is image/gif."
        );
        assert_eq!(
            said(MediaKind::Sticker, "image/png", 1),
            "Stickers must be image/webp, this is image/png."
        );
    }
}
