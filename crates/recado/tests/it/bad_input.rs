//! Input that does not fit: refused in words that name the fault, or kept for an admin to see, and never a crash.

use recado_testkit::{Answer, Client, Engine, Installation, Recado, webhooks};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

pub async fn started() -> (Installation, Recado, Client) {
    let installation = Installation::new(RECADO, Engine::Sqlite)
        .await
        .arg("--limits-webhook-body=64KiB")
        .arg("--limits-api-body=16KiB");
    let recado = installation.start().await;
    let client = recado.client().checked().await;
    (installation, recado, client)
}

async fn hook(recado: &Recado, body: &[u8], signature: Option<&str>) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(signature.map(|signature| ("x-hub-signature-256", signature)));
    let path = &recado.ready.meta.webhook_path;
    let answer = recado
        .stranger()
        .raw(Method::POST, path, body.to_vec(), &headers)
        .await;
    answer.expect("an answer")
}

pub async fn signed(recado: &Recado, body: &[u8]) -> Answer {
    let signature = webhooks::signature(&recado.ready.meta.app_secret, body);
    hook(recado, body, Some(&signature)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_leaves_nothing_behind_but_a_count() {
    let (installation, recado, _) = started().await;
    let rows = installation.rows();
    let before = rows.of_account(&recado.ready.account_id).await;
    let meta = &recado.ready.meta;
    let body = webhooks::text(meta, "15550007777", "wamid.FORGED", "Gr\u{fc}\u{df}e").to_string();
    let right = webhooks::signature(&meta.app_secret, body.as_bytes());
    // Meta escapes what is not ASCII; who checks what they parsed and wrote again takes one for the other.
    let escaped = body.replace('\u{fc}', "\\u00fc").replace('\u{df}', "\\u00df");
    let wrong = [
        (body.as_str(), None),
        (&body, Some(String::new())),
        (&body, Some("sha256=".to_owned())),
        (&body, Some(right[..70].to_owned())),
        (&body, Some(right.replace("sha256=", "sha1="))),
        (&body, Some(right.replace("sha256=", ""))),
        (
            &body,
            Some(webhooks::signature(&meta.verify_token, body.as_bytes())),
        ),
        (&body[..body.len() - 1], Some(right.clone())),
        (&escaped, Some(right.clone())),
        ("{}", Some(right.clone())),
    ];
    for (body, signature) in &wrong {
        let answer = hook(&recado, body.as_bytes(), signature.as_deref()).await;
        answer.refused(401, "bad_signature");
    }
    let after = rows.of_account(&recado.ready.account_id).await;
    assert_eq!(before, after, "nothing is stored");
    let metrics = recado.stranger().get("/metrics").await.text;
    let count = format!(
        "webhook_rejected_total{{reason=\"bad_signature\"}} {}",
        wrong.len()
    );
    assert!(metrics.contains(&count), "{metrics}");

    let right = webhooks::signature(&meta.app_secret, escaped.as_bytes());
    assert_eq!(hook(&recado, escaped.as_bytes(), Some(&right)).await.status, 200);
    let kept = rows
        .query("SELECT content_text FROM messages WHERE whatsapp_message_id = 'wamid.FORGED'")
        .await;
    assert_eq!(kept, ["Gr\u{fc}\u{df}e"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handshake_and_the_address_are_only_for_who_knows_them() {
    let (_installation, recado, _) = started().await;
    let meta = &recado.ready.meta;
    let ask = async |mode: &str, token: &str| {
        let path = &meta.webhook_path;
        let query = format!("hub.mode={mode}&hub.verify_token={token}&hub.challenge=1158201444");
        recado.stranger().get(&format!("{path}?{query}")).await
    };
    let answer = ask("subscribe", &meta.verify_token).await;
    assert_eq!(
        (answer.status.as_u16(), answer.text.as_str()),
        (200, "1158201444")
    );
    assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
    ask("subscribe", "guess").await.refused(403, "forbidden");
    ask("unsubscribe", &meta.verify_token)
        .await
        .refused(403, "forbidden");
    let none = recado.stranger().get(&meta.webhook_path).await;
    assert!(none.status.is_client_error(), "{}", none.text);
    for path in [
        "/hooks/meta/01890000-0000-7000-8000-000000000000",
        "/hooks/meta/x",
        "/hooks/meta",
        "/hooks",
    ] {
        let body = b"{}".to_vec();
        let answer = recado
            .stranger()
            .raw(Method::POST, path, body, &[])
            .await
            .unwrap();
        answer.refused(404, "not_found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let (installation, recado, client) = started().await;
    let before = installation.rows().of_account(&recado.ready.account_id).await;
    let long = "x".repeat(70 << 10);
    signed(&recado, long.as_bytes()).await.refused(413, "too_large");
    let text = json!({ "text": &long[..20 << 10] });
    let conversation = &client.get("/api/v1/conversations?limit=1").await.data()[0];
    let path = format!("{}/messages", people::path(conversation));
    client.post(&path, text).await.refused(413, "too_large");
    let after = installation.rows().of_account(&recado.ready.account_id).await;
    assert_eq!(before["intakes"], after["intakes"]);
    assert_eq!(before["messages"], after["messages"]);
    let fits = webhooks::text(&recado.ready.meta, "15550007778", "wamid.LONG", &long[..50 << 10]);
    assert_eq!(signed(&recado, fits.to_string().as_bytes()).await.status, 200);
}

/// A POST with one change of field `messages` that holds this part.
fn part(recado: &Recado, part: &Value) -> String {
    webhooks::value(&recado.ready.meta, part).to_string()
}

/// Bodies that cannot be taken in, and the word for why.
fn odd_bodies(recado: &Recado) -> Vec<(Vec<u8>, &'static str)> {
    let envelope =
        |entry: Value| json!({ "object": "whatsapp_business_account", "entry": entry }).to_string();
    let change = |change: Value| envelope(json!([{ "id": "1", "changes": [change] }]));
    let message = json!({ "from": "15550007779", "id": "wamid.ODD", "timestamp": "1", "type": "text", "text": { "body": "x" } });
    let without = |key: &str| {
        let mut message = message.clone();
        message.as_object_mut().unwrap().remove(key);
        part(recado, &json!({ "messages": [message] }))
    };
    let nobodys = {
        let mut meta = recado.ready.meta.clone();
        "999".clone_into(&mut meta.phone_number_id);
        webhooks::text(&meta, "15550007779", "wamid.NOBODYS", "Hello?").to_string()
    };
    let texts = [
        (String::new(), "unknown_shape"),
        ("not JSON".to_owned(), "unknown_shape"),
        ("[]".to_owned(), "unknown_shape"),
        ("{}".to_owned(), "unknown_shape"),
        (
            json!({ "object": "page", "entry": [] }).to_string(),
            "unknown_shape",
        ),
        (envelope(json!("odd")), "unknown_shape"),
        (envelope(json!([7])), "unknown_shape"),
        (change(json!("odd")), "unknown_shape"),
        (change(json!({ "value": {} })), "unknown_shape"),
        (change(json!({ "field": "messages" })), "unknown_shape"),
        (
            change(json!({ "field": "weather", "value": {} })),
            "unknown_event",
        ),
        (
            change(json!({ "field": "messages", "value": { "messages": [message] } })),
            "no_number",
        ),
        (part(recado, &json!({ "messages": "odd" })), "unknown_shape"),
        (part(recado, &json!({ "messages": [7] })), "unknown_shape"),
        (part(recado, &json!({})), "unknown_shape"),
        (without("id"), "bad_id"),
        (without("from"), "no_sender"),
        (
            part(
                recado,
                &json!({ "statuses": [{ "id": "wamid.X", "status": "eaten" }] }),
            ),
            "unknown_status",
        ),
        (
            part(recado, &json!({ "errors": [{ "code": 131_000, "title": "Oh" }] })),
            "provider_error",
        ),
        (nobodys, "no_number"),
    ];
    let mut bodies: Vec<_> = texts
        .into_iter()
        .map(|(text, why)| (text.into_bytes(), why))
        .collect();
    bodies.push((vec![0xff, 0xfe, 0x00], "unknown_shape"));
    bodies
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_in_is_kept_with_its_reason() {
    let (installation, recado, client) = started().await;
    let seq = client.get("/api/v1/conversations?limit=1").await.seq();
    let bodies = odd_bodies(&recado);
    for (body, why) in &bodies {
        let answer = signed(&recado, body).await;
        assert_eq!(answer.status, 200, "{why}: {}", String::from_utf8_lossy(body));
    }
    let mut intakes = client.all("/api/v1/intakes?state=rejected").await;
    intakes.reverse();
    assert_eq!(intakes.len(), bodies.len());
    for (intake, (body, why)) in intakes.iter().zip(&bodies) {
        let body = String::from_utf8_lossy(body);
        assert_eq!(intake["problems"][0]["what"], *why, "{body}");
        assert!(!intake["problems"][0]["detail"].as_str().unwrap().is_empty());
        let detail = client
            .get(&format!("/api/v1/intakes/{}", id(intake)))
            .await
            .data();
        assert_eq!(detail["body"], body.as_ref());
        // Nothing about it has changed, so nothing changes.
        let path = format!("/api/v1/intakes/{}/replay", id(intake));
        let again = client.post(&path, json!({})).await.data();
        assert_eq!(
            (&again["state"], &again["problems"]),
            (&json!("rejected"), &intake["problems"])
        );
        assert_ne!(again["replayed_at"], Value::Null);
    }
    // An admin's screen hears of each, at once and when it is replayed in vain.
    let told = client.get("/api/v1/conversations?limit=1").await.seq() - seq;
    assert_eq!(told, 2 * i64::try_from(bodies.len()).unwrap());

    // The number nobody knew is connected: the message arrives, once.
    let rows = installation.rows();
    let unknown = intakes
        .iter()
        .find(|one| one["problems"][0]["number"] == "999")
        .unwrap();
    rows.change("UPDATE numbers SET provider_number = '999' WHERE kind = 'sandbox'")
        .await;
    let path = format!("/api/v1/intakes/{}/replay", id(unknown));
    for _ in 0..2 {
        let again = client.post(&path, json!({})).await.data();
        assert_eq!(
            (&again["state"], &again["problems"]),
            (&json!("accepted"), &Value::Null)
        );
        let conversation = people::conversation(&client, "15550007779").await;
        assert_eq!(conversation["unread_count"], 1);
        let thread = people::thread(&client, &conversation).await;
        assert_eq!(thread.len(), 1);
        assert_eq!(thread[0]["content_text"], "Hello?");
    }
    assert_eq!(client.all("/api/v1/intakes").await.len(), bodies.len() - 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_odd_part_spoils_no_other() {
    let (_installation, recado, client) = started().await;
    let good = webhooks::text_message("15550007780", "wamid.GOOD", "I am fine");
    let body = part(
        &recado,
        &json!({ "messages": [7, { "id": 7 }, good, "odd"], "statuses": {} }),
    );
    assert_eq!(signed(&recado, body.as_bytes()).await.status, 200);
    let conversation = people::conversation(&client, "15550007780").await;
    assert_eq!(conversation["last_message_text"], "I am fine");
    let intake = &client.get("/api/v1/intakes").await.data()[0];
    assert_eq!(intake["problems"].as_array().unwrap().len(), 4, "{intake}");
}
