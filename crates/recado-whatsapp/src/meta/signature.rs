//! Meta signs each webhook: HMAC-SHA256 of the body, byte for byte as it was sent, keyed with the app's secret.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header the signature comes in. There may be one with SHA-1 beside it, which is worth nothing.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// Whether `header` is the signature of exactly these bytes: `sha256=` and 64 lower-case hexadecimal digits,
/// compared in constant time. To be called before the body is parsed, with the body as it came.
///
/// An empty secret verifies nothing, as anyone could sign with it.
#[must_use]
pub fn verify_signature(app_secret: &str, body: &[u8], header: &[u8]) -> bool {
    let Some(signature) = decode(header) else {
        return false;
    };
    if app_secret.is_empty() {
        return false;
    }
    // HMAC takes keys of any length, so this error does not happen.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

fn decode(header: &[u8]) -> Option<[u8; 32]> {
    let digits = header.strip_prefix(b"sha256=")?;
    // Meta writes lower case; a second spelling of the same signature is not needed by anyone honest.
    if digits.iter().any(u8::is_ascii_uppercase) {
        return None;
    }
    let mut signature = [0; 32];
    hex::decode_to_slice(digits, &mut signature).ok()?;
    Some(signature)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    use super::*;

    const SECRET: &str = "recado-test-secret";
    const BODY: &[u8] = include_bytes!("../../samples/text.json");
    const SIGNATURE: &str = "sha256=509c1b5dce257055be0d16fa857e13000eebda91f5d6e311f7b2a9a12a4b8408";

    fn verified(body: &[u8], header: &str) -> bool {
        verify_signature(SECRET, body, header.as_bytes())
    }

    #[test]
    fn metas_own_signatures_verify() {
        assert_eq!(BODY.len(), 408);
        assert!(verified(BODY, SIGNATURE));
        assert!(verified(
            br#"{"object":"whatsapp_business_account","entry":[]}"#,
            "sha256=5850d426fcf3151163aedc0bb1615739d6f1c215a578cfb610f8dbece022a17c"
        ));
    }

    #[test]
    fn the_signature_is_over_the_bytes_not_over_what_they_mean() {
        let text = std::str::from_utf8(BODY).unwrap();
        let rewritten = text
            .replace("\\u00eb", "ë")
            .replace("\\u00fc", "ü")
            .replace("\\u00df", "ß");
        let trap = "sha256=8465be24988ad2f30127b0ea7fcb29a29636d2bb98a45afa73e8e450967766c2";
        assert!(
            verified(rewritten.as_bytes(), trap),
            "the trap is what the sheet says it is"
        );
        assert!(!verified(BODY, trap));
        assert!(!verified(rewritten.as_bytes(), SIGNATURE));
    }

    #[test]
    fn only_the_exact_form_is_taken() {
        let digits = SIGNATURE.trim_start_matches("sha256=");
        let upper = format!("sha256={}", digits.to_uppercase());
        let padded = format!("{SIGNATURE} ");
        let longer = format!("{SIGNATURE}00");
        let sha1 = format!("sha1={digits}");
        let scheme = format!("SHA256={digits}");
        for header in [
            "",
            "sha256=",
            digits,
            &upper,
            &padded,
            &longer,
            &sha1,
            &scheme,
            &SIGNATURE[..69],
            &SIGNATURE[..70],
        ] {
            assert!(!verified(BODY, header), "{header:?}");
        }
        assert!(!verify_signature("another", BODY, SIGNATURE.as_bytes()));
    }

    #[test]
    fn ten_thousand_forgeries_are_refused() {
        let empty: &[u8] = br#"{"object":"whatsapp_business_account","entry":[]}"#;
        let its = "sha256=5850d426fcf3151163aedc0bb1615739d6f1c215a578cfb610f8dbece022a17c";
        let mut rng = StdRng::seed_from_u64(7);
        for round in 0..10_000 {
            let (body, header) = if round % 2 == 0 {
                (BODY, SIGNATURE)
            } else {
                (empty, its)
            };
            let (mut forged, mut claimed) = (body.to_vec(), header.as_bytes().to_vec());
            // One, the other or both.
            let which = rng.random_range(0..3);
            for _ in 0..rng.random_range(1..4) {
                if which != 1 {
                    damage(&mut forged, &mut rng);
                }
                if which != 0 {
                    damage(&mut claimed, &mut rng);
                }
            }
            let is_true = forged == body && claimed == header.as_bytes();
            assert_eq!(
                verify_signature(SECRET, &forged, &claimed),
                is_true,
                "{} {}",
                forged.escape_ascii(),
                claimed.escape_ascii()
            );
        }
    }

    fn damage(bytes: &mut Vec<u8>, rng: &mut StdRng) {
        if bytes.is_empty() {
            return bytes.push(rng.random());
        }
        let (at, other) = (rng.random_range(0..bytes.len()), rng.random_range(0..bytes.len()));
        match rng.random_range(0..7) {
            0 => bytes[at] ^= 1 << rng.random_range(0..8),
            1 => bytes[at] = rng.random(),
            2 => bytes.insert(at, rng.random()),
            3 => drop(bytes.remove(at)),
            4 => bytes.swap(at, other),
            5 => bytes.truncate(at),
            _ => bytes[at] = bytes[at].to_ascii_uppercase(),
        }
    }

    #[test]
    fn an_empty_secret_verifies_nothing() {
        // The HMAC-SHA256 of nothing with an empty key.
        let header = b"sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        assert!(!verify_signature("", b"", header));
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_refused(at in 0..BODY.len(), flip in 1..=255_u8, header_at in 0..SIGNATURE.len()) {
            let mut body = BODY.to_vec();
            body[at] ^= flip;
            prop_assert!(!verified(&body, SIGNATURE));
            body[at] ^= flip;
            prop_assert!(verified(&body, SIGNATURE));
            body.remove(at);
            prop_assert!(!verified(&body, SIGNATURE));

            let mut header = SIGNATURE.as_bytes().to_vec();
            header[header_at] ^= flip;
            prop_assert!(!verify_signature(SECRET, BODY, &header));
        }

        #[test]
        fn no_header_breaks_it(header in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(!verify_signature(SECRET, BODY, &header));
        }
    }
}
