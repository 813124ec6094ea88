//! Proving that a request is ours: two signatures over the same bytes, in the form of Standard Webhooks and in the one
//! that clients of the reference product know.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A new secret: `whsec_` and 256 random bits in base64.
pub(super) fn generate() -> String {
    format!("{PREFIX}{}", STANDARD.encode(rand::random::<[u8; 32]>()))
}

/// `webhook-signature`: `v1,` and base64 for each secret, with a space between. The key is what the base64 of the secret
/// stands for.
pub(super) fn standard(secrets: &[SecretString], id: &str, seconds: i64, body: &str) -> String {
    let signed: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let text = secret.expose_secret();
            let key = STANDARD.decode(text.strip_prefix(PREFIX).unwrap_or(text));
            let key = key.unwrap_or_else(|_| text.as_bytes().to_vec());
            let mac = mac(&key, &[id, ".", &seconds.to_string(), ".", body]);
            format!("v1,{}", STANDARD.encode(mac))
        })
        .collect();
    signed.join(" ")
}

/// `X-Wacrm-Signature`: `t=…` and `v1=` with hexadecimal digits for each secret. The key is the secret's whole text.
pub(super) fn compatible(secrets: &[SecretString], seconds: i64, body: &str) -> String {
    let mut header = format!("t={seconds}");
    for secret in secrets {
        let mac = mac(
            secret.expose_secret().as_bytes(),
            &[&seconds.to_string(), ".", body],
        );
        header.push_str(",v1=");
        header.push_str(&hex::encode(mac));
    }
    header
}

fn mac(key: &[u8], parts: &[&str]) -> Vec<u8> {
    // HMAC takes keys of any length, so there is always one.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(part.as_bytes());
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard_comes_out() {
        // From the specification's own test vector.
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed = standard(
            &[secret],
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn both_secrets_sign_while_one_replaces_the_other() {
        let secrets = [SecretString::from(generate()), SecretString::from(generate())];
        let both = standard(&secrets, "a", 1, "{}");
        let each: Vec<String> = secrets
            .iter()
            .map(|one| standard(std::slice::from_ref(one), "a", 1, "{}"))
            .collect();
        assert_eq!(both, each.join(" "));
        let header = compatible(&secrets, 1, "{}");
        assert!(header.starts_with("t=1,v1=") && header.matches(",v1=").count() == 2);
        assert_eq!(compatible(&secrets[..1], 1, "{}").len(), "t=1,v1=".len() + 64);
    }

    #[test]
    fn secrets_do_not_repeat() {
        assert_ne!(generate(), generate());
        assert_eq!(generate().len(), PREFIX.len() + 44);
    }
}
