//! The session cookie.

use std::time::Duration;

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// With https the name says so, and browsers then insist on `Secure`, `Path=/` and this very host. A first try on a
/// LAN is plain http, where browsers would not keep such a cookie.
const fn name(secure: bool) -> &'static str {
    if secure { "__Host-recado" } else { "recado" }
}

/// The token a request carries.
pub fn read(headers: &HeaderMap, secure: bool) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name(secure))
        .map(|(_, token)| token)
        .filter(|token| !token.is_empty())
}

/// `Set-Cookie` that keeps `token` for as long as its session may last. None if it is no token.
pub fn keep(token: &str, max_age: Duration, secure: bool) -> Option<HeaderValue> {
    let line = format!(
        "{}={token}; Max-Age={}{}",
        name(secure),
        max_age.as_secs(),
        attributes(secure)
    );
    let mut value = HeaderValue::try_from(line).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// `Set-Cookie` that removes the cookie.
pub fn clear(secure: bool) -> HeaderValue {
    HeaderValue::from_static(if secure {
        "__Host-recado=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "recado=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
    })
}

const fn attributes(secure: bool) -> &'static str {
    if secure {
        "; Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Lax"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        assert_eq!(
            read(&cookies(&["theme=dark; recado=abc; x=y"]), false),
            Some("abc")
        );
        assert_eq!(
            read(&cookies(&["theme=dark", "__Host-recado=abc"]), true),
            Some("abc")
        );
        assert_eq!(read(&cookies(&["recado=a=b"]), false), Some("a=b"));
    }

    #[test]
    fn only_the_cookie_of_our_own_kind_counts() {
        assert_eq!(read(&cookies(&["recado=abc"]), true), None);
        assert_eq!(
            read(&cookies(&["__Host-recado=abc; recadox=1; recado="]), false),
            None
        );
        assert_eq!(read(&HeaderMap::new(), false), None);
    }

    #[test]
    fn a_kept_cookie_is_read_again_and_guarded() {
        for secure in [false, true] {
            let line = keep("t0ken", Duration::from_mins(1), secure).unwrap();
            let line = line.to_str().unwrap();
            let pair = line.split(';').next().unwrap();
            assert_eq!(read(&cookies(&[pair]), secure), Some("t0ken"));
            assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"));
            assert_eq!(line.contains("Secure"), secure);
            assert!(!line.contains("Domain"));
            let gone = clear(secure);
            assert!(
                gone.to_str()
                    .unwrap()
                    .starts_with(&format!("{}=; Max-Age=0", name(secure)))
            );
        }
    }
}
