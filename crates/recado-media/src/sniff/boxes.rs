//! Containers that hold sound or film or both: Ogg, Matroska and WebM, MP4 and its kin. What they are called
//! depends on the tracks inside, which are named near the beginning of most files.

use super::Hints;

/// The type of such a container, if it is one.
pub(super) fn known(head: &[u8], hints: Hints<'_>) -> Option<&'static str> {
    if head.starts_with(b"OggS") {
        return Some(ogg(head));
    }
    if head.starts_with(b"\x1a\x45\xdf\xa3") {
        return matroska(head, hints);
    }
    if head.get(4..8) == Some(b"ftyp") {
        return mp4(head, hints);
    }
    // `infer` looks at the second half of this mark only.
    if head.get(8..12) == Some(b"WEBP") && !head.starts_with(b"RIFF") {
        return Some("application/octet-stream");
    }
    None
}

fn ogg(head: &[u8]) -> &'static str {
    // Each track begins with a page of its own, and these come first in the file.
    if has(head, b"\x80theora") || has(head, b"BBCD\0") {
        "video/ogg"
    } else {
        "audio/ogg"
    }
}

fn matroska(head: &[u8], hints: Hints<'_>) -> Option<&'static str> {
    let start = head.get(..64).unwrap_or(head);
    let [sound, film] = if has(start, b"\x42\x82\x84webm") {
        ["audio/webm", "video/webm"]
    } else if has(start, b"matroska") {
        ["audio/x-matroska", "video/x-matroska"]
    } else {
        return None;
    };
    // The id of a codec says what it is for.
    let codec = |kind: &[u8]| {
        head.windows(kind.len() + 3)
            .any(|bytes| bytes.first() == Some(&0x86) && bytes.get(2..2 + kind.len()) == Some(kind))
    };
    Some(one_of(sound, film, codec(b"A_"), codec(b"V_"), hints))
}

fn mp4(head: &[u8], hints: Hints<'_>) -> Option<&'static str> {
    // Each track has a handler, and the handler a kind.
    let handler = |kind: &[u8]| {
        head.windows(16)
            .any(|bytes| bytes.starts_with(b"hdlr") && bytes.get(12..16) == Some(kind))
    };
    let (sound, film) = (handler(b"soun"), handler(b"vide"));
    match head.get(8..12)? {
        b"M4A " | b"M4B " | b"M4P " => Some("audio/mp4"),
        b"qt  " => Some("video/quicktime"),
        [b'3', b'g', b'p' | b'r' | b's' | b'e' | b'g' | b'h', _] => {
            Some(one_of("audio/3gpp", "video/3gpp", sound, film, hints))
        }
        [b'3', b'g', b'2', _] => Some(one_of("audio/3gpp2", "video/3gpp2", sound, film, hints)),
        // Pictures come in the same boxes; `infer` knows them.
        b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis" | b"crx " | b"jp2 " => None,
        _ => Some(one_of("audio/mp4", "video/mp4", sound, film, hints)),
    }
}

/// By the tracks; if none was seen, by what was said, and film if nothing was.
fn one_of(
    sound: &'static str,
    film: &'static str,
    has_sound: bool,
    has_film: bool,
    hints: Hints<'_>,
) -> &'static str {
    let said = hints
        .into_iter()
        .flatten()
        .find(|hint| *hint == sound || *hint == film);
    let only_sound = has_sound && !has_film;
    let said_so = !has_film && said == Some(sound);
    if only_sound || said_so { sound } else { film }
}

fn has(head: &[u8], mark: &[u8]) -> bool {
    head.windows(mark.len()).any(|bytes| bytes == mark)
}
