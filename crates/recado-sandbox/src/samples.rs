//! Small files of our own that a phone can send when nothing better is at hand.

use serde::Serialize;

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Sample {
    pub name: &'static str,
    /// The kind of message it is sent as when nothing else is said.
    pub kind: &'static str,
    pub mime_type: &'static str,
    pub filename: &'static str,
    #[serde(skip)]
    pub bytes: &'static [u8],
}

pub(crate) const SAMPLES: [Sample; 7] = [
    Sample {
        name: "photo",
        kind: "image",
        mime_type: "image/jpeg",
        filename: "photo.jpg",
        bytes: include_bytes!("../samples/photo.jpg"),
    },
    Sample {
        name: "logo",
        kind: "image",
        mime_type: "image/png",
        filename: "logo.png",
        bytes: include_bytes!("../samples/logo.png"),
    },
    Sample {
        name: "sticker",
        kind: "sticker",
        mime_type: "image/webp",
        filename: "sticker.webp",
        bytes: include_bytes!("../samples/sticker.webp"),
    },
    Sample {
        name: "sticker-animated",
        kind: "sticker",
        mime_type: "image/webp",
        filename: "sticker-animated.webp",
        bytes: include_bytes!("../samples/sticker-animated.webp"),
    },
    Sample {
        name: "voice",
        kind: "audio",
        mime_type: "audio/ogg; codecs=opus",
        filename: "voice.ogg",
        bytes: include_bytes!("../samples/voice.ogg"),
    },
    Sample {
        name: "clip",
        kind: "video",
        mime_type: "video/mp4",
        filename: "clip.mp4",
        bytes: include_bytes!("../samples/clip.mp4"),
    },
    Sample {
        name: "menu",
        kind: "document",
        mime_type: "application/pdf",
        filename: "menu.pdf",
        bytes: include_bytes!("../samples/menu.pdf"),
    },
];

pub(crate) fn named(name: &str) -> Option<Sample> {
    SAMPLES.into_iter().find(|sample| sample.name == name)
}

/// The first one of a kind of message.
pub(crate) fn of_kind(kind: &str) -> Option<Sample> {
    SAMPLES.into_iter().find(|sample| sample.kind == kind)
}
