//! The name of a file out of `Content-Disposition` (RFC 6266).

use percent_encoding::percent_decode_str;

const LONGEST: usize = 200;

/// The name, without folders and whatever else must not be in one.
pub(crate) fn file_name(disposition: &str) -> Option<String> {
    let parameters = parameters(disposition);
    let find = |name: &str| parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
    // The one with a star is the real one, the other for clients that cannot read it.
    let told = find("filename*")
        .and_then(|(_, value)| extended(value))
        .or_else(|| find("filename").map(|(_, value)| value.clone()))?;
    let last = told.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|letter| !letter.is_control() && !turns(*letter))
        .take(LONGEST)
        .collect();
    let clean = clean.trim().trim_start_matches('.');
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// `UTF-8''na%C3%AFve.pdf`
fn extended(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, '\'');
    let (charset, _language, name) = (parts.next()?, parts.next()?, parts.next()?);
    let bytes = percent_decode_str(name);
    if charset.eq_ignore_ascii_case("utf-8") {
        return Some(bytes.decode_utf8_lossy().into_owned());
    }
    // Latin-1 is the first 256 characters of Unicode.
    charset
        .eq_ignore_ascii_case("iso-8859-1")
        .then(|| bytes.map(char::from).collect())
}

/// Marks that change the direction of text, with which `exe.gpj` is shown as `jpg.exe`.
const fn turns(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Names and values; a value in quotes can hold what separates them.
fn parameters(disposition: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut part, mut quoted, mut escaped) = (String::new(), false, false);
    for letter in disposition.chars().chain([';']) {
        match letter {
            _ if escaped => {
                escaped = false;
                part.push(letter);
            }
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                if let Some((name, value)) = part.split_once('=') {
                    found.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                part.clear();
            }
            _ => part.push(letter),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_meant() {
        for (told, name) in [
            ("attachment; filename=a.pdf", Some("a.pdf")),
            (
                "attachment; FileName=\"a; b=\\\"c\\\".pdf\"",
                Some("a; b=\"c\".pdf"),
            ),
            (
                "inline; filename=\"x.pdf\"; filename*=UTF-8''na%C3%AFve%20x.pdf",
                Some("naïve x.pdf"),
            ),
            ("attachment; filename*=iso-8859-1'en'%A3.txt", Some("£.txt")),
            ("attachment; filename*=klingon''a; filename=b.txt", Some("b.txt")),
            ("attachment; filename=\"../../etc/passwd\"", Some("passwd")),
            ("attachment; filename=C:\\temp\\a.txt", Some("a.txt")),
            ("attachment; filename*=UTF-8''a%0d%0ab%2fc%00.txt", Some("c.txt")),
            ("attachment; filename=\"\u{202e}gpj.exe\"", Some("gpj.exe")),
            ("attachment; filename=\"..\"", None),
            ("attachment; filename=", None),
            ("attachment", None),
            ("", None),
        ] {
            assert_eq!(file_name(told).as_deref(), name, "{told}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_safe(told in "(attachment; filename\\*?=)?\"?\\PC{0,300}") {
            if let Some(name) = file_name(&told) {
                prop_assert!(!name.is_empty() && name.chars().count() <= LONGEST);
                prop_assert!(!name.starts_with('.') && !name.contains(['/', '\\', '\0', '\n']));
            }
        }
    }
}
