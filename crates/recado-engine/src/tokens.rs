//! Random secrets that people and programs carry: session tokens, invite tokens, API keys.
//!
//! All are 256 bits, so a plain SHA-256 of them is safe to keep; the tables never hold the secret itself.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::distr::{Alphanumeric, SampleString as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

/// What every key begins with; leak scanners look for it.
const KEY_PREFIX: &str = "wacrm_live_";
const PUBLIC_ID: usize = 12;
/// Letters and digits that hold 256 bits: 62^43 > 2^256.
const KEY_SECRET: usize = 43;
const CHECKSUM: usize = 8;

/// What a browser holds in its cookie.
#[derive(Clone)]
pub struct SessionToken(SecretString);

/// `wacrm_live_` + public id (12) + secret (43) + checksum (8), letters and digits. The checksum is the first four
/// bytes of the SHA-256 of all before it, in hex, so that a mistyped or made-up key is told apart without a database.
pub struct ApiKeyToken {
    public_id: String,
    secret: SecretString,
}

impl SessionToken {
    pub fn generate() -> Self {
        Self(random().into())
    }

    /// For the cookie, nothing else.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(…)")
    }
}

impl ApiKeyToken {
    pub fn generate() -> Self {
        let mut rng = rand::rng();
        Self {
            public_id: Alphanumeric.sample_string(&mut rng, PUBLIC_ID),
            secret: Alphanumeric.sample_string(&mut rng, KEY_SECRET).into(),
        }
    }

    /// None for anything that is not a whole key with a right checksum.
    pub fn parse(text: &str) -> Option<Self> {
        let body = text.strip_prefix(KEY_PREFIX)?;
        let right_shape = body.len() == PUBLIC_ID + KEY_SECRET + CHECKSUM
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !right_shape {
            return None;
        }
        let (key, checksum) = text.split_at(text.len() - CHECKSUM);
        if key_checksum(key) != checksum {
            return None;
        }
        let (public_id, secret) = key[KEY_PREFIX.len()..].split_at(PUBLIC_ID);
        Some(Self {
            public_id: public_id.to_owned(),
            secret: secret.into(),
        })
    }

    /// The whole key, shown to its maker once.
    pub fn expose(&self) -> String {
        let key = format!("{KEY_PREFIX}{}{}", self.public_id, self.secret.expose_secret());
        let checksum = key_checksum(&key);
        key + &checksum
    }

    pub fn public_id(&self) -> &str {
        &self.public_id
    }

    /// The part of a key that may be shown to tell keys apart.
    pub fn prefix(&self) -> String {
        format!("{KEY_PREFIX}{}", self.public_id)
    }

    pub fn secret_hash(&self) -> Vec<u8> {
        hash(self.secret.expose_secret())
    }

    /// Whether this is the key whose [`ApiKeyToken::secret_hash`] was kept, found out in constant time.
    pub fn matches(&self, kept: &[u8]) -> bool {
        self.secret_hash().ct_eq(kept).into()
    }
}

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyToken({})", self.prefix())
    }
}

/// 256 random bits, safe in URLs and cookies.
pub fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a token, and what it is found by.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn key_checksum(key: &str) -> String {
    hex::encode(&Sha256::digest(key)[..CHECKSUM / 2])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_survives_being_written_down() {
        let key = ApiKeyToken::generate();
        let text = key.expose();
        let read = ApiKeyToken::parse(&text).unwrap();
        assert_eq!(read.public_id(), key.public_id());
        assert!(read.matches(&key.secret_hash()));
        assert!(text.starts_with(&key.prefix()) && text.len() == 74);
        assert!(!read.matches(&ApiKeyToken::generate().secret_hash()));
        assert!(!read.matches(b""));
    }

    #[test]
    fn secrets_do_not_reach_the_log() {
        let (token, key) = (SessionToken::generate(), ApiKeyToken::generate());
        assert!(!format!("{token:?}").contains(token.expose()));
        assert!(!format!("{key:?}").contains(key.secret.expose_secret()));
    }

    #[test]
    fn tokens_do_not_repeat() {
        let drawn: std::collections::HashSet<_> = (0..1000).map(|_| random()).collect();
        assert_eq!(drawn.len(), 1000);
        assert!(drawn.iter().all(|token| token.len() == 43));
    }

    proptest! {
        #[test]
        fn one_wrong_letter_is_noticed(at in 0..74_usize, letter in "[0-9A-Za-z_]") {
            let mut text = ApiKeyToken::generate().expose();
            prop_assume!(text[at..=at] != letter);
            text.replace_range(at..=at, &letter);
            prop_assert!(ApiKeyToken::parse(&text).is_none());
        }

        #[test]
        fn no_text_breaks_parsing(text in "(wacrm_live_)?.{0,80}") {
            prop_assert!(ApiKeyToken::parse(&text).is_none());
        }
    }
}
