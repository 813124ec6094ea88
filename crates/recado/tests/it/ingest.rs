//! What customers' messages become: each once, in the right conversation, whatever the provider repeats or mixes.

use futures_util::future::join_all;
use recado_testkit::{Client, ENGINES, Installation, Recado, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_become_conversations() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        everything_in_a_post_counts(&recado, &client).await;
        a_repeated_post_changes_nothing(&recado, &client).await;
        a_quoted_message_is_found(&recado, &client).await;
        a_closed_conversation_opens_again(&recado, &client).await;
        the_same_post_many_times_at_once_is_one_message(&recado, &client).await;
    }
}

pub async fn post(recado: &Recado, body: &Value) {
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
    let other = json!({ "field": "security", "value": { "event": "PIN_CHANGED" } });
    let body = json!({ "object": "whatsapp_business_account", "entry": [
        { "id": "1", "changes": [change(&first), other] },
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
    // Three conversations and five messages; and the number was heard.
    assert_eq!(seq(client).await - before, 9);
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
    // A reminder for the team, once however often it is asked for; a message adds to it.
    for _ in 0..2 {
        let unread = client.post(&format!("{path}/unread"), json!({})).await.data();
        assert_eq!(unread["unread_count"], 1);
    }
    let unread = client.all("/api/v1/conversations?unread=true").await;
    assert!(unread.iter().any(|row| row["id"] == read["id"]));
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
