//! What customers' messages become: each once, in the right conversation, whatever the provider repeats or mixes.

use futures_util::future::join_all;
use recado_testkit::{Client, ENGINES, Installation, Recado, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_become_conversations() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        everything_in_a_post_counts(&recado, &client).await;
        a_repeated_post_changes_nothing(&recado, &client).await;
        a_quoted_message_is_found(&recado, &client).await;
        other_kinds_are_kept_whole(&installation, &recado, &client).await;
        a_closed_conversation_opens_again(&recado, &client).await;
        somebody_without_a_phone_is_somebody(&recado, &client).await;
        the_same_post_many_times_at_once_is_one_message(&recado, &client).await;
        a_window_follows_the_customers_time(&recado, &client).await;
        at_the_edges_of_what_fits(&recado, &client).await;
    }
}

async fn post(recado: &Recado, body: &Value) {
    let status = webhooks::post(&recado.stranger(), &recado.ready.meta, body).await;
    assert_eq!(status.unwrap(), 200);
}

async fn seq(client: &Client) -> i64 {
    client.get("/api/v1/conversations?limit=1").await.seq()
}

/// Three entries, two of them with two changes, one for messages and statuses together.
async fn everything_in_a_post_counts(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let first = webhooks::messages(
        meta,
        vec![
            (
                "15551000001",
                webhooks::text_message("15551000001", "wamid.A1", "one"),
            ),
            (
                "15551000002",
                webhooks::text_message("15551000002", "wamid.A2", "two"),
            ),
            (
                "15551000001",
                webhooks::text_message("15551000001", "wamid.A3", "three"),
            ),
        ],
    );
    let second = webhooks::text(meta, "15551000002", "wamid.A4", "four");
    let mut third = webhooks::text(meta, "15551000003", "wamid.A5", "five");
    third["entry"][0]["changes"][0]["value"]["statuses"] =
        json!([{ "id": "wamid.NOBODY", "status": "sent", "timestamp": "1767225602", "recipient_id": "1" }]);
    let change = |body: &Value| body["entry"][0]["changes"][0].clone();
    let template = json!({ "field": "message_template_status_update", "value": { "event": "APPROVED" } });
    let body = json!({ "object": "whatsapp_business_account", "entry": [
        { "id": "1", "changes": [change(&first), template] },
        { "id": "1", "changes": [change(&second), change(&third)] },
        { "id": "1", "changes": [] },
    ] });
    let before = seq(client).await;
    post(recado, &body).await;
    for (phone, texts, name) in [
        ("15551000001", vec!["one", "three"], "Customer 15551000001"),
        ("15551000002", vec!["two", "four"], "Customer 15551000002"),
        ("15551000003", vec!["five"], "Customer 15551000003"),
    ] {
        let conversation = people::conversation(client, phone).await;
        assert_eq!(conversation["contact"]["name"], name);
        assert_eq!(conversation["unread_count"], texts.len());
        assert_eq!(conversation["status"], "open");
        assert_eq!(conversation["assigned_agent_id"], Value::Null);
        let thread = people::thread(client, &conversation).await;
        let told: Vec<&str> = thread
            .iter()
            .map(|one| one["content_text"].as_str().unwrap())
            .collect();
        assert_eq!(told, texts);
        let last = thread.last().unwrap();
        assert_eq!(conversation["last_message_id"], last["id"]);
        assert_eq!(conversation["last_message_text"], last["content_text"]);
        assert_eq!(conversation["last_message_type"], "text");
        assert_eq!(conversation["last_message_direction"], "inbound");
        assert_eq!(conversation["last_message_status"], "received");
        assert_eq!(conversation["last_message_at"], last["created_at"]);
    }
    // Three conversations and five messages.
    assert_eq!(seq(client).await - before, 8);
    assert_eq!(
        client.all("/api/v1/intakes").await.len(),
        0,
        "nothing in it was odd"
    );
}

async fn a_repeated_post_changes_nothing(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let body = webhooks::text(meta, "15551000011", "wamid.B1", "Hello?");
    post(recado, &body).await;
    let conversation = people::conversation(client, "15551000011").await;
    let path = people::path(&conversation);
    client.post(&format!("{path}/read"), json!({})).await.ok();
    client.patch(&path, json!({ "status": "closed" })).await.ok();
    let (before, conversation) = (seq(client).await, client.get(&path).await.data());
    post(recado, &body).await;
    // The same message with other words, another name, beside one that is new elsewhere.
    let other = webhooks::text_message("15551000011", "wamid.B1", "Something else");
    post(recado, &webhooks::messages(meta, vec![("15551000011", other)])).await;
    // Known from this number, whoever is said to have sent it.
    post(recado, &webhooks::text(meta, "15551000012", "wamid.B1", "Hello?")).await;
    assert_eq!(seq(client).await, before);
    assert_eq!(
        client.get(&path).await.data(),
        conversation,
        "not opened, not unread"
    );
    assert_eq!(people::thread(client, &conversation).await.len(), 1);
    let all = client.all("/api/v1/conversations").await;
    assert!(
        all.iter().all(|one| one["contact"]["phone"] != "+15551000012"),
        "not even a contact"
    );

    let twice = webhooks::text_message("15551000013", "wamid.B2", "twice in one post");
    post(
        recado,
        &webhooks::messages(meta, vec![("15551000013", twice.clone()), ("15551000013", twice)]),
    )
    .await;
    let conversation = people::conversation(client, "15551000013").await;
    assert_eq!(
        (conversation["unread_count"].as_i64(), seq(client).await),
        (Some(1), before + 2)
    );
}

async fn a_quoted_message_is_found(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let quoting = |id: &str, quoted: &str| {
        let mut message = webhooks::text_message("15551000021", id, "this one");
        message["context"] = json!({ "from": "15550001111", "id": quoted });
        webhooks::messages(meta, vec![("15551000021", message)])
    };
    post(recado, &webhooks::text(meta, "15551000021", "wamid.C1", "first")).await;
    post(recado, &quoting("wamid.C2", "wamid.C1")).await;
    post(recado, &quoting("wamid.C3", "wamid.NEVER")).await;
    let conversation = people::conversation(client, "15551000021").await;
    let thread = people::thread(client, &conversation).await;
    assert_eq!(thread[1]["reply_to_message_id"], thread[0]["id"]);
    assert_eq!(thread[2]["reply_to_message_id"], Value::Null);
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
    let sha = "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=";
    let kinds = [
        with(
            "wamid.D1",
            "image",
            json!({ "id": "9001", "mime_type": "image/jpeg", "sha256": sha }),
        ),
        with(
            "wamid.D2",
            "reaction",
            json!({ "message_id": "wamid.C1", "emoji": "\u{1f44d}" }),
        ),
        with(
            "wamid.D3",
            "location",
            json!({ "latitude": 41.38879, "longitude": 2.15899 }),
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

async fn a_closed_conversation_opens_again(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    post(recado, &webhooks::text(meta, "15551000041", "wamid.E1", "Hello?")).await;
    let path = people::path(&people::conversation(client, "15551000041").await);
    let members = client.get("/api/v1/members").await.data();
    let agent = members
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["role"] == "agent")
        .unwrap();
    let change = json!({ "status": "closed", "assigned_agent_id": agent["id"] });
    let closed = client.patch(&path, change).await.data();
    assert_eq!(
        (&closed["status"], &closed["assigned_agent_id"]),
        (&json!("closed"), &agent["id"])
    );
    post(
        recado,
        &webhooks::text(meta, "15551000041", "wamid.E2", "One more thing"),
    )
    .await;
    let opened = client.get(&path).await.data();
    assert_eq!(
        (&opened["status"], &opened["assigned_agent_id"]),
        (&json!("open"), &agent["id"])
    );
    client.patch(&path, json!({ "status": "pending" })).await.ok();
    post(
        recado,
        &webhooks::text(meta, "15551000041", "wamid.E3", "And another"),
    )
    .await;
    assert_eq!(
        client.get(&path).await.data()["status"],
        "pending",
        "only what was closed opens"
    );
    let read = client.post(&format!("{path}/read"), json!({})).await.data();
    assert_eq!(read["unread_count"], 0);
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

async fn the_same_post_many_times_at_once_is_one_message(recado: &Recado, client: &Client) {
    let before = seq(client).await;
    let body = webhooks::text(&recado.ready.meta, "15551000061", "wamid.G1", "Hello?");
    join_all((0..40).map(|_| post(recado, &body))).await;
    let conversation = people::conversation(client, "15551000061").await;
    assert_eq!(conversation["unread_count"], 1);
    assert_eq!(people::thread(client, &conversation).await.len(), 1);
    assert_eq!(seq(client).await - before, 2);

    // A new customer's first messages, all at once: one conversation.
    let bodies: Vec<Value> = (0..20)
        .map(|nth| {
            webhooks::text(
                &recado.ready.meta,
                "15551000062",
                &format!("wamid.G2.{nth}"),
                "Hello?",
            )
        })
        .collect();
    join_all(bodies.iter().map(|body| post(recado, body))).await;
    let conversation = people::conversation(client, "15551000062").await;
    assert_eq!(conversation["unread_count"], 20);
    let path = format!(
        "/api/v1/conversations?contact_id={}",
        conversation["contact_id"].as_str().unwrap()
    );
    assert_eq!(client.all(&path).await.len(), 1);
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
