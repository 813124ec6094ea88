//! Our own origin, and whether a browser's request comes from it.

use http::header::{HOST, ORIGIN};
use http::{HeaderMap, Uri};

/// `scheme://host[:port]` of the public address, as a browser writes it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Of an address such as `https://Inbox.example.com:443/`: lower case, no default port, no path.
    pub fn of_url(url: &str) -> Self {
        let Ok(uri) = url.parse::<Uri>() else {
            return Self(url.trim_end_matches('/').to_owned());
        };
        let scheme = uri.scheme_str().unwrap_or("http").to_ascii_lowercase();
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        let usual = if scheme == "https" { 443 } else { 80 };
        match uri.port_u16().filter(|port| *port != usual) {
            Some(port) => Self(format!("{scheme}://{host}:{port}")),
            None => Self(format!("{scheme}://{host}")),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether a WebSocket may be opened with a cookie: browsers always say where a page comes from, and do not
    /// keep pages of other sites from trying. Who says nothing is no browser.
    ///
    /// The host the request was sent to counts too: the same installation may be reached under several names.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else {
            return true;
        };
        let Ok(origin) = origin.to_str() else { return false };
        if origin == self.0 {
            return true;
        }
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let authority = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"));
        authority.is_some() && authority == host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        for (url, origin) in [
            ("https://Inbox.example.com", "https://inbox.example.com"),
            ("https://inbox.example.com:443/", "https://inbox.example.com"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
            ("http://localhost:80", "http://localhost"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(Origin::of_url(url).as_str(), origin);
        }
    }

    #[test]
    fn other_sites_may_not_open_a_socket() {
        let own = Origin::of_url("https://inbox.example.com");
        let admits = |origin: Option<&str>, host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            own.admits(&headers)
        };
        assert!(admits(Some("https://inbox.example.com"), "internal:8080"));
        assert!(admits(Some("http://192.168.1.5:8080"), "192.168.1.5:8080"));
        assert!(admits(None, "inbox.example.com"));
        for foreign in [
            "https://evil.example",
            "https://inbox.example.com.evil.example",
            "null",
            "http://inbox.example.com:81",
            "",
        ] {
            assert!(!admits(Some(foreign), "inbox.example.com"), "{foreign}");
        }
    }
}
