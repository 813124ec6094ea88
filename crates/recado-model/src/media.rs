//! Words and limits about the files that messages carry.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::MediaId;
use crate::message::ContentType;

crate::words! {
    /// What WhatsApp shows a file as.
    pub enum MediaKind {
        Image = "image",
        Video = "video",
        Audio = "audio",
        Document = "document",
        Sticker = "sticker",
    }
}

impl MediaKind {
    pub const fn content_type(self) -> ContentType {
        match self {
            Self::Image => ContentType::Image,
            Self::Video => ContentType::Video,
            Self::Audio => ContentType::Audio,
            Self::Document => ContentType::Document,
            Self::Sticker => ContentType::Sticker,
        }
    }

    /// Whether a text can go with it.
    pub const fn takes_caption(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Document)
    }
}

crate::words! {
    /// Where a file stands.
    pub enum MediaState {
        /// On its way from the provider or from the address it was given by.
        Pending = "pending",
        Stored = "stored",
        /// It could not be fetched; the message says so.
        Failed = "failed",
    }
}

/// A file of a message, as the apps see it. The bytes are at `/api/v1/media/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Media {
    pub id: MediaId,
    pub kind: MediaKind,
    pub state: MediaState,
    /// Without parameters, lower case: `audio/ogg`.
    pub mime_type: String,
    #[schema(required)]
    pub filename: Option<String>,
    /// In bytes, once known.
    #[schema(required)]
    pub size: Option<i64>,
    /// A voice note, recorded to be sent.
    pub voice: bool,
    /// A sticker that moves.
    pub animated: bool,
    /// In pixels, of images and stickers once stored.
    #[schema(required)]
    pub width: Option<i64>,
    #[schema(required)]
    pub height: Option<i64>,
    /// Of voice notes recorded here, in milliseconds.
    #[schema(required)]
    pub duration_ms: Option<i64>,
    /// Whether `/api/v1/media/{id}/thumbnail` has a small picture of it.
    pub thumbnail: bool,
    /// Why it could not be fetched, in a sentence.
    #[schema(required)]
    pub error: Option<String>,
}

/// The type of a MIME string without its parameters, in lower case: `audio/ogg; codecs=opus` is `audio/ogg`.
pub fn essence(mime: &str) -> String {
    mime.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_not_part_of_the_type() {
        assert_eq!(essence("audio/ogg; codecs=opus"), "audio/ogg");
        assert_eq!(essence(" Image/JPEG "), "image/jpeg");
        assert_eq!(essence(""), "");
    }
}
