//! Messages of odd kinds, from odd people, at odd times and of odd sizes: all of them are kept.

use recado_testkit::{Client, ENGINES, Installation, Recado, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::ingest::post;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn odd_messages_are_kept() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        other_kinds_are_kept_whole(&installation, &recado, &client).await;
        somebody_without_a_phone_is_somebody(&recado, &client).await;
        a_window_follows_the_customers_time(&recado, &client).await;
        at_the_edges_of_what_fits(&recado, &client).await;
    }
}

async fn other_kinds_are_kept_whole(installation: &Installation, recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let phone = "15551000031";
    let common = |id: &str| json!({ "from": phone, "id": id, "timestamp": "1767225660" });
    let with = |id: &str, kind: &str, content: Value| {
        let mut message = common(id);
        message["type"] = kind.into();
        message[kind] = content;
        message
    };
    // To a message nobody knows: nothing to show, nothing wrong.
    let reaction = with(
        "wamid.D0",
        "reaction",
        json!({ "message_id": "wamid.C1", "emoji": "\u{1f44d}" }),
    );
    post(recado, &webhooks::messages(meta, vec![(phone, reaction)])).await;
    let kinds = [
        // Known kinds whose content is missing or cannot be read.
        with("wamid.D1", "image", json!("nothing")),
        with("wamid.D2", "interactive", json!(null)),
        with(
            "wamid.D3",
            "location",
            json!({ "latitude": "north", "longitude": 2.15899 }),
        ),
        with(
            "wamid.D4",
            "hologram",
            json!({ "huge": 123_456_789_012_345_678_901_234_567_890.0_f64, "nul": "a\u{0}b" }),
        ),
        json!({ "from": phone, "id": "wamid.D5", "timestamp": "1", "type": "unsupported",
            "errors": [{ "code": 131_051, "title": "Message type unknown" }] }),
        json!({ "from": phone, "id": "wamid.D6", "type": "text" }),
    ];
    for message in &kinds {
        post(recado, &webhooks::messages(meta, vec![(phone, message.clone())])).await;
    }
    let conversation = people::conversation(client, phone).await;
    let thread = people::thread(client, &conversation).await;
    assert_eq!(thread.len(), kinds.len());
    for (shown, sent) in thread.iter().zip(&kinds) {
        assert_eq!(shown["content_type"], "unsupported");
        assert_eq!(shown["whatsapp_message_id"], sent["id"]);
        assert!(
            shown["content_text"]
                .as_str()
                .is_some_and(|words| !words.is_empty()),
            "{shown}"
        );
        let raw = format!(
            "SELECT content_raw FROM messages WHERE whatsapp_message_id = '{}'",
            sent["id"].as_str().unwrap()
        );
        let raw = installation.rows().query(&raw).await.remove(0);
        assert_eq!(
            serde_json::from_str::<Value>(&raw).unwrap(),
            *sent,
            "kept as it came"
        );
    }
    assert_eq!(thread[3]["content_text"], "hologram");
    assert_eq!(thread[4]["content_text"], "Message type unknown");
    assert_eq!(conversation["unread_count"], kinds.len());
}

/// Known by the provider's id first, by phone later, and both are the same person.
async fn somebody_without_a_phone_is_somebody(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let said = |id: &str, who: &[(&str, &str)], contact: Value| {
        let mut message =
            json!({ "id": id, "timestamp": "1767225660", "type": "text", "text": { "body": id } });
        for (key, value) in who {
            message[*key] = (*value).into();
        }
        webhooks::value(meta, &json!({ "contacts": [contact], "messages": [message] }))
    };
    let user = "BR.8812049912345";
    let contact = json!({ "profile": { "name": "Ana", "username": "ana.shop" }, "user_id": user });
    post(recado, &said("wamid.F1", &[("from_user_id", user)], contact)).await;
    let all = client
        .get("/api/v1/conversations?sort=activity&limit=1")
        .await
        .data();
    let conversation = all[0].clone();
    assert_eq!(
        (
            &conversation["contact"]["name"],
            &conversation["contact"]["phone"]
        ),
        (&json!("Ana"), &Value::Null)
    );

    let both = json!({ "profile": { "name": "Ana M." }, "user_id": user, "wa_id": "5511900000051" });
    post(
        recado,
        &said(
            "wamid.F2",
            &[("from_user_id", user), ("from", "5511900000051")],
            both,
        ),
    )
    .await;
    let phone = json!({ "profile": { "name": "Ana M." }, "wa_id": "5511900000051" });
    post(recado, &said("wamid.F3", &[("from", "5511900000051")], phone)).await;
    let again = json!({ "profile": {}, "user_id": user });
    post(recado, &said("wamid.F4", &[("from_user_id", user)], again)).await;
    let now = client.get(&people::path(&conversation)).await.data();
    assert_eq!(
        people::thread(client, &now).await.len(),
        4,
        "one person, one conversation"
    );
    assert_eq!(
        (&now["contact"]["name"], &now["contact"]["phone"]),
        (&json!("Ana M."), &json!("+5511900000051"))
    );
    assert_eq!(now["contact_id"], conversation["contact_id"]);
}

async fn a_window_follows_the_customers_time(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let at = |id: &str, timestamp: &str| {
        let mut message = webhooks::text_message("15551000071", id, "late");
        message["timestamp"] = timestamp.into();
        webhooks::messages(meta, vec![("15551000071", message)])
    };
    post(recado, &at("wamid.H1", "1767225600")).await;
    let path = people::path(&people::conversation(client, "15551000071").await);
    let conversation = client.get(&path).await.data();
    assert_eq!(conversation["window_expires_at"], "2026-01-02T00:00:00.000Z");
    let thread = people::thread(client, &conversation).await;
    assert_eq!(thread[0]["sent_at"], "2026-01-01T00:00:00.000Z");
    assert_ne!(thread[0]["created_at"], thread[0]["sent_at"]);
    post(recado, &at("wamid.H2", "1767229200")).await;
    post(recado, &at("wamid.H3", "1767225601")).await;
    let conversation = client.get(&path).await.data();
    assert_eq!(
        conversation["window_expires_at"], "2026-01-02T01:00:00.000Z",
        "the latest one counts"
    );
    // From the future, or no time at all: a day from now, not more.
    for (nth, timestamp) in ["99999999999", "-5", "soon", ""].into_iter().enumerate() {
        post(recado, &at(&format!("wamid.H4.{nth}"), timestamp)).await;
    }
    let expires = client.get(&path).await.data()["window_expires_at"]
        .as_str()
        .unwrap()
        .to_owned();
    let day = recado_model::conversation::WINDOW;
    let now = recado_model::Clock::System.now();
    assert!(
        expires <= now.plus(day).to_string() && expires > now.to_string(),
        "{expires}"
    );
}

async fn at_the_edges_of_what_fits(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let long_id = format!("wamid.{}", "I".repeat(506));
    let long_text = "\u{1f9c1}".repeat(4096);
    post(recado, &webhooks::text(meta, "15551000081", &long_id, &long_text)).await;
    for (nth, text) in ["", "  \n ", "nul \u{0} inside", "\u{202e}backwards", "e\u{301}"]
        .into_iter()
        .enumerate()
    {
        post(
            recado,
            &webhooks::text(meta, "15551000081", &format!("wamid.I{nth}"), text),
        )
        .await;
    }
    let conversation = people::conversation(client, "15551000081").await;
    let thread = people::thread(client, &conversation).await;
    assert_eq!(thread.len(), 6);
    assert_eq!(thread[0]["whatsapp_message_id"], long_id.as_str());
    assert_eq!(thread[0]["content_text"], long_text.as_str());
    assert_eq!(thread[5]["content_text"], "e\u{301}");
    let nul = thread[3]["content_text"].as_str().unwrap();
    assert!(nul.starts_with("nul ") && nul.ends_with(" inside"), "{nul:?}");
    let preview = conversation["last_message_text"].as_str().unwrap();
    assert!(preview.chars().count() <= 161);
    assert!(!id(&conversation).is_empty());
    assert_eq!(
        client.all("/api/v1/intakes").await.len(),
        0,
        "nothing in it was odd"
    );
}
