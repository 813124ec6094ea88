//! Signed bodies that mean nothing, thrown at the webhook.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::bad_input::{signed, started};
use crate::people;

/// Signed bodies that mean nothing, thrown at the webhook.
const GARBAGE: usize = 400;

#[tokio::test(flavor = "multi_thread")]
async fn no_signed_body_is_answered_with_an_error_of_ours() {
    let (installation, recado, client) = started().await;
    let mut runner = TestRunner::deterministic();
    let strategy = garbage(&recado.ready.meta.phone_number_id);
    let mut bodies = Vec::with_capacity(GARBAGE);
    for _ in 0..GARBAGE {
        bodies.push(strategy.new_tree(&mut runner).unwrap().current());
    }
    for body in &bodies {
        let answer = signed(&recado, body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
    }
    let internal = "SELECT count(*) FROM intakes WHERE problems LIKE '%internal%'";
    assert_eq!(
        installation.rows().number(internal).await,
        0,
        "each was understood or told to be odd"
    );
    for conversation in client.all("/api/v1/conversations").await {
        people::thread(&client, &conversation).await;
    }
}

/// Webhooks with anything in any place, some of it at home there.
fn garbage(number: &str) -> impl Strategy<Value = String> + use<> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        "[0-9]{1,20}".prop_map(Value::from),
        Just(Value::from("\u{0}")),
        Just(Value::from(number)),
        proptest::sample::select(vec![
            "text",
            "image",
            "sent",
            "read",
            "failed",
            "messages",
            "US.1234",
            "15550007781"
        ])
        .prop_map(Value::from),
    ];
    let keys = vec![
        "id",
        "from",
        "from_user_id",
        "timestamp",
        "type",
        "text",
        "body",
        "context",
        "status",
        "errors",
        "code",
        "title",
        "biz_opaque_callback_data",
        "profile",
        "name",
        "wa_id",
        "user_id",
        "recipient_id",
        "group_id",
    ];
    let any_json = leaf.prop_recursive(4, 40, 6, move |inner| {
        let key = proptest::sample::select(keys.clone()).prop_map(str::to_owned);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    });
    let list = prop::collection::vec(any_json.clone(), 0..4).prop_map(Value::from);
    let metadata = json!({ "phone_number_id": number });
    let parts = (list.clone(), list.clone(), list, any_json.clone());
    let whole = parts.prop_map(move |(messages, statuses, contacts, errors)| {
        let value = json!({ "metadata": metadata, "contacts": contacts, "messages": messages, "statuses": statuses, "errors": errors });
        let changes = json!([{ "field": "messages", "value": value }]);
        json!({ "object": "whatsapp_business_account", "entry": [{ "changes": changes }] }).to_string()
    });
    prop_oneof![4 => whole, 1 => any_json.prop_map(|json| json.to_string()), 1 => "\\PC{0,80}"]
}
