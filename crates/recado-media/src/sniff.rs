//! What a file is: from its bytes first, then from what its sender told, then from its name.

mod boxes;
mod text;

use crate::mime;

/// Types whose files are archives or containers of another type, which only the name can tell.
const IN_ZIP: &[&str] = &[
    "application/epub+zip",
    "application/java-archive",
    "application/vnd.",
    "application/x-iwork",
];
const IN_OLE: &[&str] = &["application/msword", "application/vnd.", "application/x-msi"];

/// The MIME type of a file without parameters, from its first bytes (some kilobytes will do).
///
/// Never a type that a browser would run: a page or a drawing with scripts is `text/plain`.
pub fn sniff(head: &[u8], told: Option<&str>, filename: Option<&str>) -> String {
    let told = told.and_then(mime::clean);
    let named = filename
        .and_then(|name| mime_guess::from_path(name).first_raw())
        .and_then(mime::clean);
    let hints = [told.as_deref(), named.as_deref()];
    let found = from_bytes(head, hints).unwrap_or_else(|| from_hints(head, hints));
    if !mime::runs(&found) {
        return found;
    }
    if text::looks_like_text(head) { TEXT } else { BYTES }.to_owned()
}

const TEXT: &str = "text/plain";
const BYTES: &str = "application/octet-stream";

type Hints<'a> = [Option<&'a str>; 2];

fn from_bytes(head: &[u8], hints: Hints<'_>) -> Option<String> {
    if let Some(known) = boxes::known(head, hints) {
        return Some(known.to_owned());
    }
    let found = infer::get(head)?;
    let media = matches!(
        found.matcher_type(),
        infer::MatcherType::Image | infer::MatcherType::Audio | infer::MatcherType::Video
    );
    // Some marks are two letters, and a text may begin with them: "BM", "GIF".
    if media && text::looks_like_text(head) {
        return None;
    }
    match found.mime_type() {
        "application/zip" => Some(inside("application/zip", IN_ZIP, hints)),
        // Without reading the directory inside, all of them look like Word's.
        "application/msword" => Some(inside("application/x-ole-storage", IN_OLE, hints)),
        // A box file of a brand it does not know.
        other => mime::clean(other),
    }
}

fn inside(container: &str, contents: &[&str], hints: Hints<'_>) -> String {
    hints
        .into_iter()
        .flatten()
        .find(|hint| contents.iter().any(|content| hint.starts_with(content)))
        .unwrap_or(container)
        .to_owned()
}

/// The bytes say nothing, or that they are text of some sort.
fn from_hints(head: &[u8], hints: Hints<'_>) -> String {
    let mut hints = hints.into_iter().flatten();
    if text::looks_like_text(head) {
        return hints.find(|hint| text::is_text(hint)).unwrap_or(TEXT).to_owned();
    }
    hints
        .find(|hint| !text::is_text(hint) || text::could_be_text(head))
        .unwrap_or(BYTES)
        .to_owned()
}

#[cfg(test)]
mod tests;
