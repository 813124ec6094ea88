//! Before it sends webhooks to an address, Meta asks there for a word only its owner knows.

use serde::Deserialize;
use subtle::ConstantTimeEq;

/// The query of Meta's `GET`. Every part may be missing, as anyone can call the address.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: Option<String>,
    #[serde(rename = "hub.verify_token")]
    verify_token: Option<String>,
    #[serde(rename = "hub.challenge")]
    challenge: Option<String>,
}

impl Handshake {
    /// What to answer, as `text/plain`, exactly; `None`: answer 403. `verify_token` is ours; an empty one never
    /// matches. The comparison takes as long whatever the first wrong character is.
    pub fn answer(&self, verify_token: &str) -> Option<&str> {
        let given = self.verify_token.as_deref().unwrap_or_default();
        let right = bool::from(given.as_bytes().ct_eq(verify_token.as_bytes())) && !verify_token.is_empty();
        (right && self.mode.as_deref() == Some("subscribe")).then_some(self.challenge.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;

    use super::*;

    fn answer(query: &str, token: &str) -> Option<String> {
        let uri = format!("http://localhost/hooks/meta?{query}").parse().unwrap();
        let Query(handshake) = Query::<Handshake>::try_from_uri(&uri).unwrap();
        handshake.answer(token).map(str::to_owned)
    }

    #[test]
    fn the_challenge_comes_back_for_the_right_token_only() {
        let query = "hub.mode=subscribe&hub.verify_token=a%20b%2B&hub.challenge=1158201444";
        assert_eq!(answer(query, "a b+").as_deref(), Some("1158201444"));
        for token in ["", "a b", "a b+c", "A B+"] {
            assert_eq!(answer(query, token), None, "{token:?}");
        }
    }

    #[test]
    fn anything_else_gets_nothing() {
        for query in [
            "",
            "hub.mode=subscribe&hub.challenge=1",
            "hub.mode=subscribe&hub.verify_token=t",
            "hub.verify_token=t&hub.challenge=1",
            "hub.mode=unsubscribe&hub.verify_token=t&hub.challenge=1",
            "hub_mode=subscribe&hub_verify_token=t&hub_challenge=1",
        ] {
            assert_eq!(answer(query, "t"), None, "{query}");
        }
        assert_eq!(
            answer("hub.mode=subscribe&hub.verify_token=&hub.challenge=1", ""),
            None
        );
    }
}
