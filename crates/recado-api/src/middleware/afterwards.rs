//! What a handler's extractors want to send along with an answer they do not write themselves.

use std::sync::{Arc, Mutex, PoisonError};

use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use recado_engine::api_keys::Authenticated;
use recado_engine::limits::Allowance;
use recado_engine::sessions;
use recado_engine::tokens::SessionToken;

use crate::cookie;

/// Lives in the request's extensions and is emptied into the answer's headers.
#[derive(Clone, Debug, Default)]
pub struct Afterwards(Arc<Mutex<Slots>>);

#[derive(Debug, Default)]
struct Slots {
    session: Option<SessionToken>,
    allowance: Option<Allowance>,
}

impl Afterwards {
    /// The session goes on under another token.
    pub fn keep_session(&self, token: SessionToken) {
        self.slots(|slots| slots.session = Some(token));
    }

    /// What a key may still ask: also told when it may ask nothing more.
    pub fn allow(&self, found: &recado_engine::Result<Authenticated>, limit: u32) {
        let allowance = match found {
            Ok(found) => Some(found.allowance),
            Err(recado_engine::Error::RateLimited { retry_after }) => Some(Allowance {
                limit,
                remaining: 0,
                reset: *retry_after,
            }),
            Err(_) => None,
        };
        self.slots(|slots| slots.allowance = allowance);
    }

    pub fn apply(&self, headers: &mut HeaderMap, secure: bool) {
        let slots = self.slots(std::mem::take);
        // A handler that set or removed the cookie itself has the last word.
        if let Some(token) = slots.session
            && !headers.contains_key(SET_COOKIE)
            && let Some(line) = cookie::keep(token.expose(), sessions::LIFETIME, secure)
        {
            headers.insert(SET_COOKIE, line);
        }
        if let Some(allowance) = slots.allowance {
            let mut add = |name: &'static str, value: u64| {
                headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
            };
            let reset = allowance.reset.as_secs() + u64::from(allowance.reset.subsec_nanos() > 0);
            // The compatible names, and those of the IETF's draft.
            for [limit, remaining, until] in [
                ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"],
                ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"],
            ] {
                add(limit, allowance.limit.into());
                add(remaining, allowance.remaining.into());
                add(until, reset);
            }
        }
    }

    fn slots<T>(&self, f: impl FnOnce(&mut Slots) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use recado_model::{AccountId, Actor};

    use super::*;

    #[test]
    fn a_rotated_session_sets_its_cookie_unless_the_handler_did() {
        let afterwards = Afterwards::default();
        let token = SessionToken::generate();
        afterwards.keep_session(token.clone());
        let mut headers = HeaderMap::new();
        afterwards.apply(&mut headers, true);
        assert!(headers[SET_COOKIE].to_str().unwrap().contains(token.expose()));

        afterwards.keep_session(token);
        let mut headers = HeaderMap::new();
        headers.insert(SET_COOKIE, cookie::clear(true));
        afterwards.apply(&mut headers, true);
        assert_eq!(headers.get_all(SET_COOKIE).iter().count(), 1);
        assert_eq!(headers[SET_COOKIE], cookie::clear(true));
    }

    #[test]
    fn a_keys_allowance_is_told() {
        let afterwards = Afterwards::default();
        let told = |found| {
            afterwards.allow(&found, 120);
            let mut headers = HeaderMap::new();
            afterwards.apply(&mut headers, false);
            assert_eq!(headers.get("ratelimit-limit"), headers.get("x-ratelimit-limit"));
            assert_eq!(headers.get("ratelimit-reset"), headers.get("x-ratelimit-reset"));
            ["x-ratelimit-limit", "ratelimit-remaining", "x-ratelimit-reset"]
                .map(|name| headers.get(name).map(|value| value.to_str().unwrap().to_owned()))
        };
        let allowance = Allowance {
            limit: 120,
            remaining: 119,
            reset: Duration::from_millis(500),
        };
        let found = Authenticated {
            actor: Actor::system(AccountId::MIN),
            allowance,
        };
        assert_eq!(
            told(Ok(found)),
            ["120", "119", "1"].map(|text| Some(text.to_owned()))
        );
        let refused = recado_engine::Error::RateLimited {
            retry_after: Duration::from_secs(3),
        };
        assert_eq!(
            told(Err(refused)),
            ["120", "0", "3"].map(|text| Some(text.to_owned()))
        );
        assert_eq!(
            told(Err(recado_engine::Error::NotFound("key"))),
            [None, None, None]
        );
    }
}
