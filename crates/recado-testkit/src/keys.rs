//! API keys that somebody made up.

use sha2::{Digest, Sha256};

/// A key of the right form, with the public part of this one and another secret.
pub fn forged(key: &str) -> String {
    let (body, _) = key.split_at(key.len() - 8);
    let (start, last) = body.split_at(body.len() - 1);
    let other = if last == "a" { "b" } else { "a" };
    let body = format!("{start}{other}");
    let checksum = hex::encode(&Sha256::digest(&body)[..4]);
    body + &checksum
}
