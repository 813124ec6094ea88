//! What can be seen of an address before anybody is asked about it.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::FetchError;
use crate::public::Allow;

/// Ports below are those of mail, shells and the like, which should not be spoken to in HTTP by us.
const FIRST_OPEN_PORT: u16 = 1024;

/// The address, if it may be asked. Numbers are checked here, in all the ways they can be written, because no
/// resolver sees them; names when they are resolved.
pub(crate) fn check(url: Url, allow: Allow, https_only: bool) -> Result<Url, FetchError> {
    match url.scheme() {
        "https" => {}
        "http" if !https_only => {}
        _ if https_only => return bad("The address must begin with https://."),
        _ => return bad("The address must begin with https:// or http://."),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return bad("The address must not hold a user name or password.");
    }
    match url.port_or_known_default() {
        Some(80 | 443 | FIRST_OPEN_PORT..) => {}
        _ => return bad("The port of the address must be 80, 443, or 1024 or higher."),
    }
    let number: IpAddr = match url.host() {
        Some(Host::Ipv4(number)) => number.into(),
        Some(Host::Ipv6(number)) => number.into(),
        Some(Host::Domain(_)) => return Ok(url),
        None => return bad("The address names no machine."),
    };
    if allow.permits(number) {
        Ok(url)
    } else {
        Err(FetchError::NotPublic)
    }
}

pub(crate) fn parse(address: &str) -> Result<Url, FetchError> {
    Url::parse(address.trim()).or_else(|error| bad(&format!("The address cannot be read: {error}.")))
}

/// Whether it says that it is here.
pub(crate) fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(number)) => number.is_loopback(),
        Some(Host::Ipv6(number)) => number.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The machine that an address names, for showing it without what may be secret behind it.
pub fn host(address: &str) -> Option<String> {
    Some(parse(address).ok()?.host_str()?.to_owned())
}

fn bad<T>(why: &str) -> Result<T, FetchError> {
    Err(FetchError::BadAddress(why.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn checked(address: &str, https_only: bool) -> Result<Url, FetchError> {
        check(parse(address)?, Allow::PublicOnly, https_only)
    }

    fn said(address: &str, https_only: bool) -> String {
        checked(address, https_only).unwrap_err().to_string()
    }

    #[test]
    fn an_ordinary_address_is_fine() {
        for address in [
            "https://example.com/a?b#c",
            "https://example.com:8443/",
            " https://1.1.1.1/ ",
            "https://[2606:4700::1111]",
        ] {
            assert!(checked(address, true).is_ok(), "{address}");
        }
        assert!(checked("http://example.com:8080/", false).is_ok());
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(
            said("http://example.com", true),
            "The address must begin with https://."
        );
        for address in [
            "ftp://example.com",
            "file:///etc/passwd",
            "data:text/plain,a",
            "gopher://example.com:1024/",
        ] {
            assert_eq!(
                said(address, false),
                "The address must begin with https:// or http://."
            );
        }
        for address in [
            "https://a@example.com",
            "https://:b@example.com",
            "https://1.1.1.1:80@example.com",
        ] {
            assert_eq!(
                said(address, true),
                "The address must not hold a user name or password."
            );
        }
        for address in [
            "https://example.com:22/",
            "http://example.com:25",
            "https://example.com:0",
        ] {
            assert_eq!(
                said(address, false),
                "The port of the address must be 80, 443, or 1024 or higher."
            );
        }
        assert_eq!(
            said("example.com", true),
            "The address cannot be read: relative URL without a base."
        );
        assert_eq!(said("https://", true), "The address cannot be read: empty host.");
    }

    #[test]
    fn a_number_is_seen_through_however_it_is_written() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.0.1.",
            "2130706433",
            "0x7f.1",
            "0x7f000001",
            "0177.0.0.1",
            "017700000001",
            "0",
            "①②⑦.0.0.1",
            "１２７.0.0.1",
            "127%2e0%2e0%2e1",
            "127。0。0。1",
            "169.254.169.254",
            "0xa9fea9fe",
            "[::1]",
            "[::]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[2002:7f00:1::]",
            "[fd00:ec2::254]",
        ] {
            assert_eq!(
                checked(&format!("https://{host}/"), true),
                Err(FetchError::NotPublic),
                "{host}"
            );
        }
    }

    #[test]
    fn a_host_is_shown_without_what_is_behind_it() {
        let shown = host("https://user:word@example.com:8443/a?token=b");
        assert_eq!(shown.as_deref(), Some("example.com"));
        assert_eq!(host("nonsense"), None);
        for (address, here) in [
            ("http://localhost:1/", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]/", true),
            ("http://localhost.example.com/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(is_this_machine(&parse(address).unwrap()), here, "{address}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_too_odd(address in "(https?://)?\\PC{0,40}") {
            if let Ok(url) = checked(&address, false) {
                prop_assert!(["http", "https"].contains(&url.scheme()));
                prop_assert!(url.has_host());
            }
        }
    }
}
