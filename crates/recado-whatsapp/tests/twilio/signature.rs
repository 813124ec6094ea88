//! Signatures made by Twilio's own libraries, and what must not pass for one.

use std::collections::BTreeSet;

use proptest::prelude::*;
use recado_whatsapp::twilio::{Body, Keys, SharedKey, Signature, read_form, verify_signature};

const TOKEN: &str = "twilio-test-token";
const URL: &str = "https://inbox.example.com/hooks/twilio/42";

const MESSAGE: &str = "2M+yhPcYWJRrNAC4BAlhCJcvtfU=";
const MESSAGE_SHARED: &str = "5TtV6qnrs82wQAQ72jZd4Ta+EJv04QAfeMdJYqkOoSM=";
const STATUS_URL: &str = "https://inbox.example.com/hooks/twilio/42/status?m=01JABC";
const STATUS: &str = "gGuNis7v6UgdlIyWOF02+XRzvGU=";
const STATUS_WITH_PORT: &str = "y3RFbd/aerSpIfSoD3AlAPrR6mQ=";
const EMPTY_BODY: &str = "Ecd7NAvG6LKRL9lVSvvuGrgWVxQ=";
const TWICE: &str = "P8ORhnljGvKd1oy5Nfyxil4HJeA=";
const JSON_HASH: &str = "04cac85ce063501b49ebfb5f13535fec29428f5bb9d2534ba23954626e8b3ae6";
const JSON: &str = "HB0Jf7Da3sVYlpsTjubvex3tenE=";

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn message() -> Vec<(String, String)> {
    read_form(
        "MessageSid=SM00000000000000000000000000000001&From=whatsapp%3A%2B4915112345678&\
         To=whatsapp%3A%2B15550001111&Body=Gr%C3%BC%C3%9Fe+%26+mehr&NumMedia=0&ProfileName=Zo%C3%AB&\
         WaId=4915112345678"
            .as_bytes(),
    )
}

fn status() -> Vec<(String, String)> {
    form(&[
        ("MessageSid", "SM00000000000000000000000000000002"),
        ("MessageStatus", "delivered"),
        ("AccountSid", "AC00000000000000000000000000000001"),
        ("From", "whatsapp:+15550001111"),
        ("To", "whatsapp:+4915112345678"),
    ])
}

fn signed(signature: &str) -> Signature<'_> {
    Signature {
        signature: signature.as_bytes(),
        settings: None,
    }
}

fn verified(url: &str, form: &[(String, String)], signature: &str) -> bool {
    let keys = Keys {
        tokens: &[TOKEN],
        shared: None,
    };
    verify_signature(keys, url, Body::Form(form), signed(signature))
}

#[test]
fn twilios_own_signatures_verify() {
    assert!(verified(URL, &message(), MESSAGE));
    assert!(verified(STATUS_URL, &status(), STATUS));
    let empty_body = form(&[
        ("MessageSid", "MM00000000000000000000000000000003"),
        ("From", "whatsapp:BR.8812049912345"),
        ("To", "whatsapp:+15550001111"),
        ("Body", ""),
        ("NumMedia", "1"),
        ("MediaContentType0", "audio/ogg"),
        (
            "MediaUrl0",
            "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM3/Media/ME1",
        ),
    ]);
    assert!(verified(URL, &empty_body, EMPTY_BODY));
    let without: Vec<_> = empty_body
        .into_iter()
        .filter(|(name, _)| name != "Body")
        .collect();
    assert!(
        !verified(URL, &without, EMPTY_BODY),
        "an empty field counts by its name"
    );
    let twice = form(&[("To", "x"), ("A", "b"), ("A", "a"), ("A", "a"), ("a", "lower")]);
    assert!(verified(URL, &twice, TWICE));
}

#[test]
fn the_port_may_be_written_or_not() {
    let port = |port: &str| STATUS_URL.replace(".com/", &format!(".com{port}/"));
    assert!(verified(STATUS_URL, &status(), STATUS_WITH_PORT));
    assert!(verified(&port(":443"), &status(), STATUS_WITH_PORT));
    assert!(verified(&port(":443"), &status(), STATUS));
    assert!(
        !verified(&port(":8443"), &status(), STATUS_WITH_PORT),
        "another port was signed"
    );
    assert!(!verified(
        &STATUS_URL.replace("https", "http"),
        &status(),
        STATUS_WITH_PORT
    ));
}

#[test]
fn what_follows_the_address_as_settings_may_be_signed_or_not() {
    assert!(verified(&format!("{URL}#rc=3&rp=all"), &message(), MESSAGE));
}

#[test]
fn a_body_that_is_no_form_is_signed_by_its_hash() {
    let url = format!("{URL}?bodySHA256={JSON_HASH}");
    let body = br#"{"type":"test","sid":"SM1"}"#;
    let keys = Keys {
        tokens: &[TOKEN],
        shared: None,
    };
    let verified = |url: &str, body| verify_signature(keys, url, body, signed(JSON));
    assert!(verified(&url, Body::Other(body)));
    assert!(!verified(&url, Body::Other(br#"{"type":"test","sid":"SM2"}"#)));
    assert!(!verified(&url, Body::Other(b"")));
    // As a form its fields count, whatever hash is in the address.
    let fields = read_form(body);
    assert!(!verified(&url, Body::Form(&fields)));

    // Without a hash nothing vouches for a body; a number set to GET sends none. Of the address alone:
    let of_the_address = "vm7/VZuyJ5QSzwTLg3unExHQboM=";
    let bare = |body| verify_signature(keys, URL, Body::Other(body), signed(of_the_address));
    assert!(bare(b"") && !bare(b"x"));
}

#[test]
fn a_token_is_taken_beside_the_one_it_replaces_and_an_empty_one_never() {
    let verified = |tokens: &[&str], signature| {
        let keys = Keys { tokens, shared: None };
        verify_signature(keys, URL, Body::Form(&message()), signed(signature))
    };
    assert!(verified(&["new-token", TOKEN], MESSAGE));
    assert!(!verified(&["new-token"], MESSAGE) && !verified(&[], MESSAGE));
    // HMAC-SHA1 of nothing with an empty key.
    let keys = Keys {
        tokens: &[""],
        shared: None,
    };
    let nothing = "+9sdGxiqbAgyS31ktx+3Y3BpDh0=";
    assert!(!verify_signature(keys, "", Body::Other(b""), signed(nothing)));
}

#[test]
fn a_shared_key_counts_where_it_was_set_up_and_nowhere_else() {
    let name = "webhooks_sharedkey_01";
    let shared = Some(SharedKey {
        name,
        secret: "shared-key-test-secret",
    });
    let with = |shared, settings: Option<&str>, signature: &str| {
        let keys = Keys {
            tokens: &[TOKEN],
            shared,
        };
        let headers = Signature {
            signature: signature.as_bytes(),
            settings: settings.map(str::as_bytes),
        };
        verify_signature(keys, URL, Body::Form(&message()), headers)
    };
    let settings = format!("key={name},algorithm=HMAC_SHA256");
    assert!(with(shared, Some(&settings), MESSAGE_SHARED));
    assert!(with(
        shared,
        Some(&format!("algorithm=HMAC_SHA256, key={name}")),
        MESSAGE_SHARED
    ));
    assert!(with(None, None, MESSAGE));
    assert!(!with(shared, None, MESSAGE), "the token is no way around the key");
    assert!(!with(None, Some(&settings), MESSAGE_SHARED));
    assert!(
        !with(None, Some(&settings), MESSAGE),
        "a key nobody set up signed it"
    );
    for settings in [
        "",
        "key=webhooks_sharedkey_02,algorithm=HMAC_SHA256",
        "key=webhooks_sharedkey_01,algorithm=HMAC_SHA1",
        "key=webhooks_sharedkey_01",
        "algorithm=HMAC_SHA256",
        "key=webhooks_sharedkey_01,algorithm=NONE,algorithm=HMAC_SHA256",
    ] {
        assert!(!with(shared, Some(settings), MESSAGE_SHARED), "{settings}");
        assert!(!with(shared, Some(settings), MESSAGE), "{settings}");
    }
}

#[test]
fn only_the_exact_form_is_taken() {
    let unpadded = MESSAGE.trim_end_matches('=');
    let url_safe = MESSAGE.replace('+', "-");
    let spare_bits = MESSAGE.replace("U=", "V=");
    for signature in [
        "",
        "=",
        unpadded,
        &url_safe,
        &spare_bits,
        &format!("{MESSAGE} "),
        &format!(" {MESSAGE}"),
        &format!("{MESSAGE},{MESSAGE}"),
    ] {
        assert!(!verified(URL, &message(), signature), "{signature:?}");
    }
}

#[test]
fn nothing_of_a_key_is_printed() {
    let keys = Keys {
        tokens: &[TOKEN],
        shared: Some(SharedKey {
            name: "webhooks_sharedkey_01",
            secret: "shh",
        }),
    };
    let printed = format!("{keys:?}");
    assert!(!printed.contains(TOKEN) && !printed.contains("shh"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Anything that is not what Twilio signed is refused, however little was changed.
    #[test]
    fn any_change_is_refused(
        change in 0..8_u8,
        at in any::<proptest::sample::Index>(),
        place in any::<proptest::sample::Index>(),
        with in any::<char>(),
    ) {
        let original = message();
        let (mut url, mut form, mut signature) = (URL.to_owned(), original.clone(), MESSAGE.to_owned());
        let field = at.index(form.len());
        match change {
            0 => put(&mut form[field].1, place, with),
            1 => put(&mut form[field].0, place, with),
            2 => drop(form.remove(field)),
            3 => form.push((with.to_string(), String::new())),
            4 => form.push((original[field].0.clone(), with.to_string())),
            5 => put(&mut url, place, with),
            6 => put(&mut signature, place, with),
            _ => form[field].1 = form[field].1.trim_matches(['S', 'M', '0', 'G', '4', '8', 'Z', 'w', '1', '5']).to_owned(),
        }
        // A field that is there twice with one value is signed once.
        let fields = |form: &[(String, String)]| form.iter().cloned().collect::<BTreeSet<_>>();
        let same = url == URL && signature == MESSAGE && fields(&form) == fields(&original);
        prop_assert_eq!(verified(&url, &form, &signature), same, "{} {:?} {}", url, form, signature);
    }

    #[test]
    fn no_header_breaks_it(
        signature in proptest::collection::vec(any::<u8>(), 0..60),
        settings in proptest::option::of(proptest::collection::vec(any::<u8>(), 0..60)),
        url in ".{0,40}",
    ) {
        let headers = Signature { signature: &signature, settings: settings.as_deref() };
        let shared = Some(SharedKey { name: "a", secret: "b" });
        for shared in [shared, None] {
            let keys = Keys { tokens: &[TOKEN], shared };
            prop_assert!(!verify_signature(keys, &url, Body::Form(&message()), headers));
            prop_assert!(!verify_signature(keys, &url, Body::Other(&signature), headers));
        }
    }
}

/// Puts a character in the place of another.
fn put(text: &mut String, place: proptest::sample::Index, with: char) {
    let places: Vec<_> = text.char_indices().collect();
    let (start, old) = places[place.index(places.len())];
    text.replace_range(start..start + old.len_utf8(), with.encode_utf8(&mut [0; 4]));
}
