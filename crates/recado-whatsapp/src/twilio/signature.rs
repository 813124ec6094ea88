//! Twilio signs each request: an HMAC over the address it called and every field of the form it sent, keyed with the
//! account's Auth Token.
//!
//! The address is the one Twilio was given, so it has to be put together from our public address, not from what a
//! proxy passed on. Fields are signed whole, empty and unknown ones too.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The header the signature comes in.
pub const SIGNATURE_HEADER: &str = "x-twilio-signature";

/// The header that says which shared key and algorithm signed; without it, it was the Auth Token.
pub const SETTINGS_HEADER: &str = "x-twilio-webhooks-signature-settings";

/// What came with a request to prove where it is from: the two headers, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signature<'a> {
    pub signature: &'a [u8],
    pub settings: Option<&'a [u8]>,
}

/// What a request is checked against. Shows nothing of the tokens when printed.
#[derive(Clone, Copy, Default)]
pub struct Keys<'a> {
    /// The primary Auth Token of the account that owns the sender, and for a while after a rotation the one before.
    pub tokens: &'a [&'a str],
    /// Where the number is set up for one, it alone counts: else whoever writes the header would choose the key.
    pub shared: Option<SharedKey<'a>>,
}

impl std::fmt::Debug for Keys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys")
            .field("tokens", &self.tokens.len())
            .field("shared", &self.shared)
            .finish()
    }
}

/// A key that was made for webhooks, so that the Auth Token need not be known. Shows nothing of it when printed.
#[derive(Clone, Copy)]
pub struct SharedKey<'a> {
    /// Twilio's name of it, `webhooks_sharedkey_…`, as the header has it.
    pub name: &'a str,
    pub secret: &'a str,
}

impl std::fmt::Debug for SharedKey<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What a request carried.
#[derive(Clone, Copy, Debug)]
pub enum Body<'a> {
    /// `application/x-www-form-urlencoded`, read by [`super::read_form`].
    Form(&'a [(String, String)]),
    /// Anything else, or nothing, byte for byte.
    Other(&'a [u8]),
}

/// Whether Twilio sent exactly this to `url`, the public address with path and query as it was called.
///
/// A body that is no form is not signed itself but through its hash in the query; without that hash only an empty
/// one is believed. On a form the hash means nothing: it must not switch the fields off.
#[must_use]
pub fn verify_signature(keys: Keys<'_>, url: &str, body: Body<'_>, headers: Signature<'_>) -> bool {
    let fields = match body {
        Body::Form(form) => signed_fields(form),
        Body::Other(bytes) if is_hash_of(url, bytes) => Vec::new(),
        Body::Other(_) => return false,
    };
    let Ok(signature) = STANDARD.decode(headers.signature) else {
        return false;
    };
    let texts = spellings(url).map(|url| [url.as_bytes(), &fields].concat());
    match (keys.shared, headers.settings) {
        (None, None) => keys
            .tokens
            .iter()
            .any(|token| texts.iter().any(|text| is_sha1(token, text, &signature))),
        (Some(key), Some(settings)) => {
            names(settings, &key) && texts.iter().any(|text| is_sha256(key.secret, text, &signature))
        }
        _ => false,
    }
}

/// Each field's name and value, sorted by name; of a name that comes twice each distinct value, sorted.
fn signed_fields(form: &[(String, String)]) -> Vec<u8> {
    let mut fields: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in form {
        fields.entry(name).or_default().insert(value);
    }
    let mut text = Vec::new();
    for (name, values) in fields {
        for value in values {
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(value.as_bytes());
        }
    }
    text
}

fn is_hash_of(url: &str, body: &[u8]) -> bool {
    let query = url.split('#').next().and_then(|url| url.split_once('?'));
    let hash = query.and_then(|(_, query)| {
        form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "bodySHA256")
            .map(|(_, hash)| hash.into_owned())
    });
    match hash {
        Some(hash) => {
            let wanted = hex::decode(hash).unwrap_or_default();
            wanted.ct_eq(&Sha256::digest(body)).into()
        }
        None => body.is_empty(),
    }
}

/// Twilio is not of one mind about the port, and nobody has said whether it signs what follows a `#`, which it reads
/// as settings: the address as it is first, then the others.
fn spellings(url: &str) -> [Cow<'_, str>; 4] {
    let plain = url.split('#').next().unwrap_or(url);
    [
        plain.into(),
        other_port(plain).into(),
        url.into(),
        other_port(url).into(),
    ]
}

/// With the scheme's own port written out where none is, without the port where one is.
fn other_port(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    // The colons of an IPv6 address stand between brackets.
    let name_end = authority.rfind(']').map_or(host, |end| end + 1);
    let port = authority
        .get(name_end..)
        .and_then(|rest| rest.find(':'))
        .map(|at| name_end + at);
    if let Some(bare) = port.and_then(|at| authority.get(..at)) {
        return format!("{scheme}://{bare}{path}");
    }
    let port = if scheme.eq_ignore_ascii_case("http") {
        80
    } else {
        443
    };
    format!("{scheme}://{authority}:{port}{path}")
}

/// Whether the header names this key and the one algorithm we know.
fn names(settings: &[u8], key: &SharedKey<'_>) -> bool {
    let Ok(settings) = std::str::from_utf8(settings) else {
        return false;
    };
    let said = |wanted: &str| {
        let mut found = settings
            .split(',')
            .filter_map(|part| part.trim().split_once('='))
            .filter(|(name, _)| *name == wanted)
            .map(|(_, value)| value);
        // Said twice, it says nothing.
        found.next().filter(|_| found.next().is_none())
    };
    said("key") == Some(key.name) && said("algorithm") == Some("HMAC_SHA256")
}

/// An empty key verifies nothing, as anyone could sign with it. HMAC takes keys of any other length.
fn is_sha1(key: &str, text: &[u8], signature: &[u8]) -> bool {
    !key.is_empty()
        && Hmac::<Sha1>::new_from_slice(key.as_bytes())
            .is_ok_and(|mac| mac.chain_update(text).verify_slice(signature).is_ok())
}

fn is_sha256(key: &str, text: &[u8], signature: &[u8]) -> bool {
    !key.is_empty()
        && Hmac::<Sha256>::new_from_slice(key.as_bytes())
            .is_ok_and(|mac| mac.chain_update(text).verify_slice(signature).is_ok())
}
