//! Whatever a webhook holds, reading it ends well.

use std::sync::LazyLock;

use proptest::prelude::*;
use recado_model::Inbound;
use recado_whatsapp::meta::parse;

use crate::holds::{check, nothing_is_lost};
use crate::webhook::{SAMPLES, read_messages};

static CORPUS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/meta");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
});

/// JSON of any shape, mostly of names and texts that mean something to the parser.
fn anything() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => proptest::sample::select(vec![
            "object", "whatsapp_business_account", "entry", "changes", "field", "messages", "value", "metadata",
            "phone_number_id", "contacts", "wa_id", "user_id", "profile", "name", "statuses", "errors", "id", "from",
            "timestamp", "type", "text", "body", "status", "failed", "sent", "context", "1767225600", "code",
            "US.ENT.1", "error_data", "details", "title", "system", "group_id", "\\u0000", "\\ud800", "\\udc00x",
        ])
        .prop_map(str::to_owned),
        1 => "[a-zA-Z0-9 .é😀]{0,20}",
    ]
    .prop_map(|word| format!("\"{word}\""));
    let leaf = prop_oneof![
        4 => word.clone(),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => any::<f64>().prop_map(|x| if x.is_finite() { format!("{x:e}") } else { "1e999".to_owned() }),
        1 => proptest::sample::select(vec!["null", "true", "false", "-0", "1E+400"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((word.clone(), inner), 0..8).prop_map(|fields| {
                let fields: Vec<_> = fields
                    .into_iter()
                    .map(|(name, value)| format!("{name}:{value}"))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

/// Where a value starts in a sample, so that another can be put in its place.
fn replaced(sample: &str, at: usize, with: &str) -> String {
    let mut places = sample.match_indices([':', ',']).map(|(place, _)| place + 1);
    let count = places.clone().count();
    let start = places.nth(at % count).unwrap();
    let rest = &sample[start..];
    let length = serde_json::Deserializer::from_str(rest)
        .into_iter::<&serde_json::value::RawValue>()
        .next()
        .and_then(Result::ok)
        .map_or(0, |raw| raw.get().len());
    format!("{}{with}{}", &sample[..start], &rest[length..])
}

proptest! {
    #[test]
    fn no_bytes_break_it(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(parsed) = parse(&body) {
            check(&parsed);
        }
    }

    #[test]
    fn no_json_breaks_it(json in anything()) {
        if let Ok(parsed) = parse(json.as_bytes()) {
            check(&parsed);
        }
        for body in [
            format!(r#"{{"object":"whatsapp_business_account","entry":{json}}}"#),
            format!(r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{json}]}}]}}"#),
            format!(r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":{json}}}]}}]}}"#),
        ] {
            if let Ok(parsed) = parse(body.as_bytes()) {
                check(&parsed);
            }
        }
        let parsed = read_messages(&format!(r#"{{"from":"1","id":"before","type":"text","text":{{"body":{json}}}}},{json},{{"from":{json},"from_user_id":"US.1","id":"after","context":{json},"errors":{json},"type":"odd"}}"#), &json);
        check(&parsed);
        let ids: Vec<_> = parsed.items.iter().map(Inbound::about).collect();
        prop_assert!(ids.first() == Some(&"before") && ids.last() == Some(&"after"), "{ids:?}");
    }

    #[test]
    fn no_change_to_a_webhook_breaks_it(
        sample in proptest::sample::select(&SAMPLES[..]),
        file in 0_usize..1000,
        at in 0_usize..1000,
        value in anything(),
        byte in any::<u8>(),
    ) {
        for sample in [sample, &CORPUS[file % CORPUS.len()]] {
            let body = replaced(sample, at, &value);
            if let Ok(parsed) = parse(body.as_bytes()) {
                check(&parsed);
                nothing_is_lost(body.as_bytes(), &parsed);
            }
        }
        let mut body = sample.trim_end().as_bytes().to_vec();
        let place = at * 7 % body.len();
        body[place] = byte;
        if let Ok(parsed) = parse(&body) {
            check(&parsed);
        }
        body.truncate(place);
        prop_assert!(parse(&body).is_err());
    }
}
