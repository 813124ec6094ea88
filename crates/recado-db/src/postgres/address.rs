//! `postgres://user:password@host:port/name?sslmode=…`, with the two TLS words tokio-postgres does not know.

use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use crate::{Error, Result};

/// What a PostgreSQL address says.
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(crate) trust: Trust,
}

/// Whose certificate is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Anybody's: `sslmode=prefer` and `require` encrypt, and ask no further, as in every other client.
    Anybody,
    /// Who is signed by an authority this machine knows, for the name in the address: `sslmode=verify-full`.
    Native,
    /// The same with the authorities in a PEM file: `sslrootcert=PATH`.
    Authorities(PathBuf),
}

impl Address {
    /// Errors say nothing of the address: its password may be in any part that cannot be read.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let unreadable = || {
            Error::other(
                "the PostgreSQL address cannot be read; it is postgres://user:password@host:port/name?option=value, \
                 with special characters in the password percent-encoded",
            )
        };
        // A question mark before the host belongs to the password.
        let host = url.find('@').unwrap_or(0);
        let (base, query) = match url[host..].find('?') {
            Some(at) => (&url[..host + at], &url[host + at + 1..]),
            None => (url, ""),
        };
        let mut trust = Trust::Anybody;
        let mut require = false;
        let mut kept = Vec::new();
        for option in query.split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                // To check the chain but not the name is hardly ever meant; the stricter one is done.
                Some(("sslmode", "verify-ca" | "verify-full")) => {
                    require = true;
                    if trust == Trust::Anybody {
                        trust = Trust::Native;
                    }
                }
                Some(("sslrootcert", "system")) => {
                    require = true;
                    trust = Trust::Native;
                }
                Some(("sslrootcert", path)) => {
                    require = true;
                    let path = percent_encoding::percent_decode_str(path).decode_utf8();
                    trust = Trust::Authorities(PathBuf::from(path.map_err(|_| unreadable())?.into_owned()));
                }
                _ => kept.push(option),
            }
        }
        let url = if kept.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", kept.join("&"))
        };
        let mut config: Config = url.parse().map_err(|_| unreadable())?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(unreadable());
        }
        if require {
            config.ssl_mode(SslMode::Require);
        }
        Ok(Self { config, trust })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> (SslMode, Trust) {
        let address = Address::parse(url).unwrap();
        (address.config.get_ssl_mode(), address.trust)
    }

    #[test]
    fn tls_words() {
        assert_eq!(parse("postgres://u@h/d"), (SslMode::Prefer, Trust::Anybody));
        assert_eq!(
            parse("postgres://u@h/d?sslmode=disable"),
            (SslMode::Disable, Trust::Anybody)
        );
        assert_eq!(
            parse("postgresql://u@h/d?sslmode=require"),
            (SslMode::Require, Trust::Anybody)
        );
        assert_eq!(
            parse("postgres://u@h/d?sslmode=verify-full"),
            (SslMode::Require, Trust::Native)
        );
        assert_eq!(
            parse("postgres://u@h/d?sslrootcert=%2Fetc%2Fca.pem&sslmode=verify-ca&connect_timeout=3"),
            (SslMode::Require, Trust::Authorities(PathBuf::from("/etc/ca.pem")))
        );
    }

    #[test]
    fn errors_keep_the_password() {
        assert_eq!(
            parse("postgres://u:a?b=c@h/d?sslmode=disable").0,
            SslMode::Disable
        );
        for url in [
            "postgres://u:p@h:s3cret/d",
            "postgres://u:p@h/d?s3cret=1",
            "postgres://u:s3cret",
        ] {
            let error = Address::parse(url)
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default();
            assert!(
                error.contains("cannot be read") && !error.contains("s3c"),
                "{url}: {error}"
            );
        }
    }
}
