//! The signatures made with the app secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The value of `X-Hub-Signature-256` for exactly these bytes.
pub(crate) fn signature(app_secret: &str, body: &[u8]) -> String {
    format!("sha256={}", hmac_hex(app_secret, body))
}

/// `appsecret_proof` for an access token.
pub(crate) fn proof(app_secret: &str, access_token: &str) -> String {
    hmac_hex(app_secret, access_token.as_bytes())
}

fn hmac_hex(key: &str, data: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(data);
    hex::encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::{proof, signature};

    #[test]
    fn matches_the_known_vectors() {
        assert_eq!(
            signature(
                "recado-test-secret",
                br#"{"object":"whatsapp_business_account","entry":[]}"#
            ),
            "sha256=5850d426fcf3151163aedc0bb1615739d6f1c215a578cfb610f8dbece022a17c"
        );
        assert_eq!(
            proof("recado-test-secret", "EAAtesttoken"),
            "2a6be3ef1873b173b1d006a51841c1898d5960d18c6bfbe2e8c265c2e3050e34"
        );
    }
}
