//! Who is on the other end of the connection: address and program.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::extract::FromRequestParts;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use recado_engine::sessions::Client;

use crate::error::Error;
use crate::state::Api;

/// Longest part of a user agent that is kept, in bytes.
const MAX_AGENT: usize = 256;

/// The client as the engine wants to know it: for lists of sessions and for limits by address.
#[derive(Debug)]
pub struct From(pub Client);

impl FromRequestParts<Api> for From {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Error> {
        Ok(Self(client(parts, api)))
    }
}

pub fn client(parts: &Parts, api: &Api) -> Client {
    let agent = parts
        .headers
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    Client {
        address: address(parts, api.settings.proxy_header.as_ref()),
        user_agent: agent.map(|agent| shorten(agent).to_owned()),
    }
}

/// The peer of the connection, without a proxy's say. None when the router is called without a connection.
pub fn peer(parts: &Parts) -> Option<IpAddr> {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical())
}

fn address(parts: &Parts, proxy_header: Option<&HeaderName>) -> IpAddr {
    proxy_header
        .and_then(|name| forwarded(&parts.headers, name))
        .or_else(|| peer(parts))
        .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// The last address in the header, which is the one our own proxy wrote; those before it are the client's word.
fn forwarded(headers: &HeaderMap, name: &HeaderName) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    let text = last.rsplit(',').next()?.trim();
    let address = text
        .parse()
        .ok()
        .or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))?;
    Some(IpAddr::to_canonical(&address))
}

fn shorten(agent: &str) -> &str {
    // Header values that are strings are visible ASCII, so any byte is a boundary.
    agent.get(..MAX_AGENT).unwrap_or(agent)
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn seen(header: Option<&str>, trusted: bool) -> String {
        let mut request = Request::new(());
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 5000))));
        if let Some(value) = header {
            request
                .headers_mut()
                .insert("x-forwarded-for", value.parse().unwrap());
        }
        let name = HeaderName::from_static("x-forwarded-for");
        address(&request.into_parts().0, trusted.then_some(&name)).to_string()
    }

    #[test]
    fn a_proxy_is_believed_only_when_it_is_configured() {
        assert_eq!(seen(Some("203.0.113.9"), false), "10.0.0.1");
        assert_eq!(seen(Some("203.0.113.9"), true), "203.0.113.9");
    }

    #[test]
    fn the_last_address_counts() {
        assert_eq!(seen(Some("1.2.3.4, 203.0.113.9"), true), "203.0.113.9");
        assert_eq!(seen(Some("[2001:db8::1]:443"), true), "2001:db8::1");
        assert_eq!(seen(Some("::ffff:203.0.113.9"), true), "203.0.113.9");
    }

    #[test]
    fn nonsense_leaves_the_peer() {
        assert_eq!(seen(Some("unknown"), true), "10.0.0.1");
        assert_eq!(seen(None, true), "10.0.0.1");
    }

    #[test]
    fn a_long_user_agent_is_cut() {
        assert_eq!(shorten(&"x".repeat(1000)).len(), MAX_AGENT);
        assert_eq!(shorten("short"), "short");
    }
}
