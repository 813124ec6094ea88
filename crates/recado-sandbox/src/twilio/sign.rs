//! `X-Twilio-Signature`.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Over the URL as it was given, without its fragment, and the parameters: sorted by name, a repeated one with its
/// distinct values sorted.
pub(super) fn signature(auth_token: &str, url: &str, form: &[(String, String)]) -> String {
    let mut text = url.split('#').next().unwrap_or_default().to_owned();
    let mut sorted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in form {
        sorted.entry(name).or_default().insert(value);
    }
    for (name, values) in sorted {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    let mut mac =
        Hmac::<Sha1>::new_from_slice(auth_token.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::signature;

    const TOKEN: &str = "twilio-test-token";
    const URL: &str = "https://inbox.example.com/hooks/twilio/42";

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    }

    #[test]
    fn matches_the_known_vectors() {
        let message = form(&[
            ("MessageSid", "SM00000000000000000000000000000001"),
            ("From", "whatsapp:+4915112345678"),
            ("To", "whatsapp:+15550001111"),
            ("Body", "Grüße & mehr"),
            ("NumMedia", "0"),
            ("ProfileName", "Zoë"),
            ("WaId", "4915112345678"),
        ]);
        assert_eq!(signature(TOKEN, URL, &message), "2M+yhPcYWJRrNAC4BAlhCJcvtfU=");
        let status = form(&[
            ("MessageSid", "SM00000000000000000000000000000002"),
            ("MessageStatus", "delivered"),
            ("AccountSid", "AC00000000000000000000000000000001"),
            ("From", "whatsapp:+15550001111"),
            ("To", "whatsapp:+4915112345678"),
        ]);
        assert_eq!(
            signature(TOKEN, &format!("{URL}/status?m=01JABC#rc=3"), &status),
            "gGuNis7v6UgdlIyWOF02+XRzvGU="
        );
        let repeated = form(&[("To", "x"), ("A", "b"), ("A", "a"), ("A", "a"), ("a", "lower")]);
        assert_eq!(signature(TOKEN, URL, &repeated), "P8ORhnljGvKd1oy5Nfyxil4HJeA=");
    }
}
