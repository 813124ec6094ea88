//! What the client takes and what it has: `Accept-Encoding` and `If-None-Match`.

use axum::http::{HeaderMap, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// What the packed copy of a file is called after the file.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    pub(crate) fn header(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// The packings the client takes, smallest first. Weights only switch off: every client prefers fewer bytes.
pub(crate) fn preferred(headers: &HeaderMap) -> Vec<Encoding> {
    [Encoding::Brotli, Encoding::Gzip]
        .into_iter()
        .filter(|encoding| accepts(headers, *encoding))
        .collect()
}

/// Whether the client already has the representation with this tag.
pub(crate) fn has_tag(headers: &HeaderMap, etag: &str) -> bool {
    listed(headers, &header::IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn accepts(headers: &HeaderMap, encoding: Encoding) -> bool {
    listed(headers, &header::ACCEPT_ENCODING).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| {
            encoding
                .header()
                .is_some_and(|own| name.eq_ignore_ascii_case(own))
        });
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .and_then(|weight| weight.parse::<f32>().ok())
                .is_some_and(|weight| weight <= 0.0)
        });
        named && !refused
    })
}

fn listed<'a>(headers: &'a HeaderMap, name: &'a header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn preferred_for(value: &'static str) -> Vec<Encoding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        preferred(&headers)
    }

    #[test]
    fn smallest_first_and_only_what_is_taken() {
        assert_eq!(
            preferred_for("gzip, deflate, br, zstd"),
            [Encoding::Brotli, Encoding::Gzip]
        );
        assert_eq!(preferred_for("GZIP"), [Encoding::Gzip]);
        assert_eq!(preferred_for("br;q=0, gzip;q=0.5"), [Encoding::Gzip]);
        assert_eq!(preferred_for("br; q=0.000,gzip; q=0"), []);
        assert_eq!(preferred_for("identity"), []);
        assert_eq!(preferred(&HeaderMap::new()), []);
    }
}
