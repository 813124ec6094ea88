//! Values of settings that the standard library has no words for: sizes, times, addresses, secrets. Each reads the text
//! a person would write and says in words what it expected.

use std::fmt;
use std::time::Duration;

use bytesize::ByteSize;
use reqwest::Url;
use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize, Serializer};

/// What a printed secret looks like.
const HIDDEN: &str = "(hidden)";

/// A number of bytes, written `3MiB`, `500 kB` or `1024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Size(u64);

impl Size {
    pub const fn mib(count: u64) -> Self {
        Self(count * 1024 * 1024)
    }

    /// In bytes, as far as this machine can address them.
    pub fn bytes(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse::<ByteSize>() {
            Ok(size) if size.as_u64() > 0 => Ok(Self(size.as_u64())),
            _ => Err(format!("expected a size such as 3MiB, found {text:?}")),
        }
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        ByteSize::b(size.0).display().iec().to_string()
    }
}

/// A length of time, written `30s`, `1m 30s` or `250ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Span(Duration);

impl Span {
    pub const fn seconds(count: u64) -> Self {
        Self(Duration::from_secs(count))
    }

    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse::<jiff::SignedDuration>()
            .ok()
            .and_then(|parsed| Duration::try_from(parsed).ok())
            .filter(|duration| !duration.is_zero())
            .map(Self)
            .ok_or_else(|| format!("expected a length of time such as 30s or 2m, found {text:?}"))
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        jiff::SignedDuration::try_from(span.0)
            .map_or_else(|_| format!("{:?}", span.0), |span| format!("{span:#}"))
    }
}

/// The address of a web server, kept without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct HttpUrl(String);

impl HttpUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_loopback(&self) -> bool {
        let Ok(url) = Url::parse(&self.0) else {
            return false;
        };
        match url.host_str() {
            Some("localhost") => true,
            Some(host) => host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
            None => false,
        }
    }

    /// Whether there is something after the host and the port.
    pub(super) fn has_path(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| url.path() != "/")
    }

    /// An address that is part of the program.
    pub(super) fn known(url: &'static str) -> Self {
        Self(url.to_owned())
    }
}

impl TryFrom<String> for HttpUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let complaint = || format!("expected an address such as https://recado.example, found {text:?}");
        let url = Url::parse(&text).map_err(|_| complaint())?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
            return Err(complaint());
        }
        Ok(Self(url.as_str().trim_end_matches('/').to_owned()))
    }
}

impl From<HttpUrl> for String {
    fn from(url: HttpUrl) -> Self {
        url.0
    }
}

/// The address of the database. Shown without its password, whether printed or logged.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The address with anything that may be a password left out.
    pub fn shown(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return self.0.clone(); // sqlite:PATH holds no secret
        };
        let rest = rest
            .split_once('?')
            .map_or_else(|| rest.to_owned(), |(place, _)| format!("{place}?{HIDDEN}"));
        match rest.rsplit_once('@') {
            Some((user, place)) => match user.split_once(':') {
                Some((name, _)) => format!("{scheme}://{name}:{HIDDEN}@{place}"),
                None => format!("{scheme}://{user}@{place}"),
            },
            None => format!("{scheme}://{rest}"),
        }
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if known
            .iter()
            .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        {
            Ok(Self(text))
        } else {
            // The text may hold a password, so it is not repeated.
            Err("expected sqlite:PATH or postgres://user:password@host/name".to_owned())
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.shown())
    }
}

impl Serialize for DatabaseUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.shown())
    }
}

/// A value that is never printed.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(from = "String")]
pub struct Secret(#[schemars(with = "String")] SecretString);

impl Secret {
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Pretty,
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_read_what_people_write() {
        for (text, bytes) in [
            ("3MiB", 3 << 20),
            ("3 MiB", 3 << 20),
            ("500kB", 500_000),
            ("1024", 1024),
        ] {
            assert_eq!(Size::try_from(text.to_owned()).unwrap().bytes(), bytes, "{text}");
        }
        for (text, millis) in [
            ("30s", 30_000),
            ("1m 30s", 90_000),
            ("250ms", 250),
            ("2m", 120_000),
        ] {
            assert_eq!(
                Span::try_from(text.to_owned()).unwrap().duration().as_millis(),
                millis,
                "{text}"
            );
        }
        for text in ["", "lots", "-1", "0"] {
            assert!(Size::try_from(text.to_owned()).is_err(), "{text}");
        }
        for text in ["", "30", "-30s", "0s", "soon"] {
            assert!(Span::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes_and_times_read_what_they_print() {
        let size = Size::mib(3);
        assert_eq!(Size::try_from(String::from(size)), Ok(size));
        let span = Span::seconds(75);
        assert_eq!(Span::try_from(String::from(span)), Ok(span));
    }

    #[test]
    fn web_addresses() {
        let url = |text: &str| HttpUrl::try_from(text.to_owned());
        assert_eq!(
            url("https://recado.example/").unwrap().as_str(),
            "https://recado.example"
        );
        assert!(url("http://127.0.0.1:9/").unwrap().is_loopback());
        assert!(url("http://[::1]:9").unwrap().is_loopback());
        assert!(!url("http://10.0.0.1:9").unwrap().is_loopback());
        assert!(url("https://recado.example/inbox").unwrap().has_path());
        for text in [
            "recado.example",
            "ftp://recado.example",
            "https://user:pass@recado.example",
            "http://a/?b",
        ] {
            assert!(url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        let shown = |text: &str| DatabaseUrl::try_from(text.to_owned()).unwrap().shown();
        assert_eq!(shown("sqlite:./data/recado.db"), "sqlite:./data/recado.db");
        assert_eq!(
            shown("postgres://me:pa@ss@db/recado"),
            "postgres://me:(hidden)@db/recado"
        );
        assert_eq!(shown("postgres://me@db/recado"), "postgres://me@db/recado");
        assert_eq!(
            shown("postgres://db/recado?password=x&user=y"),
            "postgres://db/recado?(hidden)"
        );
        let url = DatabaseUrl::try_from("postgres://me:sesame@db/recado".to_owned()).unwrap();
        assert!(!format!("{url:?}").contains("sesame"));
        assert!(!format!("{:?}", Secret::from("sesame".to_owned())).contains("sesame"));
    }
}
