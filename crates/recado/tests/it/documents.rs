//! The public documents that clients were written from: what they show is what is answered, name by name and type by type.

use recado_testkit::{Client, ENGINES, Installation};
use serde_json::{Value, json};

use crate::RECADO;
use crate::contract::{is_time, newest_first, tag_everybody};
use crate::direct::sync_templates;
use crate::people::{self, id};

/// "Conversations", the list. What the document shows as text may be null where its text says so.
fn conversation() -> Value {
    json!({
        "id": "conv-uuid-…",
        "contact_id": "contact-uuid-…",
        "status": "open",
        "assigned_agent_id": null,
        "last_message_text": "Hey, I have a question.",
        "last_message_at": "2026-07-01T15:44:00.000Z",
        "unread_count": 1,
        "created_at": "2026-06-01T10:00:00.000Z",
        "updated_at": "2026-07-01T15:45:00.000Z",
        "contact": {
            "id": "contact-uuid-…",
            "phone": "+14155550123",
            "name": "Jane Doe",
            "email": null,
            "company": "Acme",
            "tags": [{ "id": "tag-uuid-…", "name": "vip", "color": "#3b82f6" }]
        }
    })
}

/// "Conversations", their messages.
fn message() -> Value {
    json!({
        "id": "msg-uuid-…",
        "conversation_id": "conv-uuid-…",
        "direction": "inbound",
        "sender_type": "customer",
        "content_type": "text",
        "content_text": "Hey, I have a question about my order.",
        "media_url": null,
        "template_name": null,
        "whatsapp_message_id": "wamid.…",
        "status": "received",
        "reply_to_message_id": null,
        "interactive_reply_id": null,
        "created_at": "2026-07-01T12:00:00.000Z"
    })
}

/// What the documents' words, or the provider, leave open.
const NULLABLE: [&str; 6] = [
    "last_message_text",
    "name",
    "company",
    "content_text",
    "whatsapp_message_id",
    "phone",
];

/// Everything the example has is there and of its type; what it does not have is ours.
fn like(what: &str, found: &Value, example: &Value) {
    match example {
        Value::Object(fields) => {
            for (name, example) in fields {
                let value = found
                    .get(name)
                    .unwrap_or_else(|| panic!("{what}.{name} is missing"));
                if !(value.is_null() && NULLABLE.contains(&name.as_str())) {
                    like(&format!("{what}.{name}"), value, example);
                }
            }
        }
        Value::Array(items) => {
            let found = found.as_array().unwrap_or_else(|| panic!("{what} is no list"));
            for one in found {
                like(what, one, &items[0]);
            }
        }
        Value::Null => assert!(found.is_null() || found.is_string(), "{what}: {found}"),
        Value::Number(_) => assert!(found.is_u64(), "{what}: {found}"),
        Value::String(text) => {
            let told = found
                .as_str()
                .unwrap_or_else(|| panic!("{what} is no text: {found}"));
            if text.contains("uuid") {
                assert!(
                    uuid::Uuid::parse_str(told).is_ok() && told.len() == 36,
                    "{what}: {told}"
                );
            } else if is_time(text) {
                assert!(is_time(told), "{what}: {told}");
            } else if text.starts_with('#') || text.starts_with('+') {
                assert_eq!(told[..1], text[..1], "{what}: {told}");
            }
        }
        Value::Bool(_) => assert!(found.is_boolean(), "{what}: {found}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_as_their_document_shows_them() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client();
        tag_everybody(&client).await;
        lists(&client).await;
        let page = client.get("/api/v1/conversations?limit=1").await.ok();
        assert!(page["meta"]["next_cursor"].is_string());
        let one = &page["data"][0];
        messages(&client, one).await;
        refusals(&client, one).await;
    }
}

async fn lists(client: &Client) {
    let page = client.get("/api/v1/conversations").await.ok();
    assert_eq!(page["meta"], json!({ "next_cursor": null }));
    let all = page["data"].as_array().unwrap();
    newest_first(all, "created_at");
    for one in all {
        like("conversation", one, &conversation());
        assert!(["open", "pending", "closed"].contains(&one["status"].as_str().unwrap()));
        let alone = client.get(&people::path(one)).await.ok();
        assert_eq!(alone, json!({ "data": one }));
    }
    for status in ["open", "pending", "closed"] {
        let some = client
            .all(&format!("/api/v1/conversations?status={status}"))
            .await;
        assert!(!some.is_empty() && some.iter().all(|one| one["status"] == status));
    }
    let contact = all[0]["contact_id"].as_str().unwrap();
    let path = format!("/api/v1/conversations?contact_id={contact}");
    let theirs = client.all(&path).await;
    assert!(!theirs.is_empty() && theirs.iter().all(|one| one["contact_id"] == contact));
    // One page after the other is the whole.
    let mut pages = Vec::new();
    let mut path = "/api/v1/conversations?limit=5".to_owned();
    loop {
        let page = client.get(&path).await.ok();
        pages.extend(page["data"].as_array().unwrap().clone());
        match page["meta"]["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/conversations?limit=5&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(pages, *all);
}

async fn messages(client: &Client, conversation: &Value) {
    let all = client
        .all(&format!("{}/messages", people::path(conversation)))
        .await;
    assert!(!all.is_empty());
    newest_first(&all, "created_at");
    for one in &all {
        like("message", one, &message());
        assert_eq!(one["conversation_id"], conversation["id"]);
        let inbound = one["direction"] == "inbound";
        assert_eq!(one["sender_type"] == "customer", inbound);
        assert_eq!(one["status"] == "received", inbound);
        assert!(!inbound || one["whatsapp_message_id"].is_string());
    }
}

async fn refusals(client: &Client, conversation: &Value) {
    for path in [
        "/api/v1/conversations/01890000-0000-7000-8000-000000000000".to_owned(),
        "/api/v1/conversations/01890000-0000-7000-8000-000000000000/messages".to_owned(),
    ] {
        client.get(&path).await.refused(404, "not_found");
    }
    for query in [
        "limit=0",
        "limit=101",
        "cursor=guess",
        "status=odd",
        "contact_id=odd",
    ] {
        let answer = client.get(&format!("/api/v1/conversations?{query}")).await;
        answer.refused(400, "bad_request");
    }
    let (_, reader) = people::key(client, &["conversations:read"]).await;
    reader.get(&people::path(conversation)).await.ok();
    let path = format!("{}/messages", people::path(conversation));
    let refused = reader.get(&path).await;
    let error = refused.refused(403, "forbidden");
    assert!(error["message"].as_str().unwrap().contains("messages:read"));
    client
        .stranger()
        .get(&people::path(conversation))
        .await
        .refused(401, "unauthorized");
}

#[tokio::test(flavor = "multi_thread")]
async fn send_is_as_its_document_has_it() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client();
        let conversations = client.all("/api/v1/conversations").await;
        let channels = client.all("/api/v1/channels").await;
        let channel = channels.iter().find(|one| one["is_default"] == true).unwrap();
        sync_templates(&client, channel).await;
        let now = recado_model::Clock::System.now().to_string();
        let open = conversations.iter().find(|one| {
            let until = one["window_expires_at"].as_str().unwrap_or_default();
            one["channel_id"] == channel["id"] && until > now.as_str()
        });
        sends(&client, open.unwrap(), &conversations).await;
    }
}

async fn sends(client: &Client, open: &Value, conversations: &[Value]) {
    const SEND: &str = "/api/whatsapp/send";
    let text = json!({ "conversation_id": open["id"], "message_type": "text", "content_text": "Hello" });
    let answer = client.post(SEND, text.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let example = json!({ "message_id": "uuid", "whatsapp_message_id": "wamid.…" });
    like("sent", &answer.body, &example);
    assert_eq!(answer.body["success"], true);
    assert!(answer.body["whatsapp_message_id"].is_string());
    let thread = people::thread(client, open).await;
    let newest = thread.last().unwrap();
    assert_eq!(newest["id"], answer.body["message_id"]);
    assert_eq!(newest["content_text"], "Hello");

    let quote = json!({ "conversation_id": open["id"], "message_type": "interactive", "reply_to_message_id": null,
        "interactive_payload": { "kind": "buttons", "body": "Coming?", "buttons": [{ "id": "y", "title": "Yes" }] } });
    assert_eq!(client.post(SEND, quote).await.status, 200);
    let template = json!({ "contact_id": open["contact_id"], "message_type": "template",
        "template_name": "order_update", "template_language": "en_US", "template_params": ["Ana", "#1042"],
        "content_text": "as it looks", "media_url": null });
    let sent = client.post(SEND, template).await;
    assert_eq!(sent.status, 200, "{}", sent.text);

    // A refusal is one sentence, and leaves nothing behind.
    let before = (
        client.all("/api/v1/conversations").await.len(),
        people::thread(client, open).await.len(),
    );
    let nobody = "01890000-0000-7000-8000-000000000000";
    let now = recado_model::Clock::System.now().to_string();
    let is_over = |one: &&Value| {
        one["window_expires_at"]
            .as_str()
            .is_none_or(|at| at < now.as_str())
    };
    let closed = id(conversations.iter().find(is_over).unwrap());
    let (_, reader) = people::key(client, &["messages:read"]).await;
    for (caller, body, status) in [
        (
            client,
            json!({ "message_type": "text", "content_text": "x" }),
            400,
        ),
        (
            client,
            json!({ "conversation_id": open["id"], "content_text": "x" }),
            400,
        ),
        (
            client,
            json!({ "contact_id": open["contact_id"], "message_type": "text" }),
            400,
        ),
        (
            client,
            json!({ "contact_id": open["contact_id"], "message_type": "dance" }),
            400,
        ),
        (
            client,
            json!({ "contact_id": open["contact_id"], "message_type": "image", "media_url": "nope" }),
            400,
        ),
        (
            client,
            json!({ "conversation_id": nobody, "message_type": "text", "content_text": "x" }),
            404,
        ),
        (
            client,
            json!({ "contact_id": nobody, "message_type": "text", "content_text": "x" }),
            404,
        ),
        (
            client,
            json!({ "conversation_id": closed, "message_type": "text", "content_text": "x" }),
            400,
        ),
        (&reader, text.clone(), 403),
        (&client.stranger(), text.clone(), 401),
    ] {
        let answer = caller.post(SEND, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text);
        let told = answer.body.as_object().unwrap();
        assert!(
            told.len() == 1 && told["error"].as_str().is_some_and(|words| words.ends_with('.')),
            "{}",
            answer.text
        );
        assert!(answer.header("x-request-id").is_some());
    }
    let after = (
        client.all("/api/v1/conversations").await.len(),
        people::thread(client, open).await.len(),
    );
    assert_eq!(before, after);
}
