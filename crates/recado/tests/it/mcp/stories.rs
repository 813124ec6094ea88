//! What assistants do in the inbox.

use recado_testkit::{Engine, Installation, until};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Assistant, SCOPES};
use crate::RECADO;
use crate::chat::Chat;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn an_assistant_works_the_inbox() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let chat = Chat::open(&recado).await;
    let (made, key) = people::key(&chat.owner, &SCOPES).await;
    let assistant = Assistant(&key);
    let conversation = id(&chat.conversation().await).to_owned();
    a_message_reaches_the_phone_once(&chat, &assistant, &conversation).await;
    a_thread_is_read_page_by_page(&chat, &assistant, &conversation).await;
    a_file_reaches_the_phone(&chat, &assistant, &conversation).await;
    somebody_is_written_to_first(&chat, &assistant).await;
    drafts_stay_with_the_team(&chat, &assistant, &conversation).await;
    a_note_is_written_once(&chat, &assistant, &conversation).await;
    what_is_refused_says_why(&chat, &assistant, &conversation).await;

    // Everything that was done was done by the key.
    assistant
        .done(
            "set_status",
            json!({ "conversation_id": conversation, "status": "pending" }),
        )
        .await;
    let timeline = chat.owner.get(&format!("{}/timeline", chat.path)).await.data();
    let activity = &timeline[0]["activity"];
    assert_eq!(
        (&activity["kind"], &activity["actor_type"], &activity["actor_id"]),
        (&json!("status_changed"), &json!("key"), &made["id"])
    );
}

async fn a_message_reaches_the_phone_once(chat: &Chat<'_>, assistant: &Assistant<'_>, conversation: &str) {
    let text = "We open at nine. \u{1f950}";
    let key = "0192e4a0-0000-7000-8000-00000000a551";
    let new = json!({ "conversation_id": conversation, "text": text, "idempotency_key": key });
    let first = assistant.done("send_message", new.clone()).await;
    let again = assistant.done("send_message", new.clone()).await;
    assert_eq!(first["message_id"], again["message_id"]);
    let delivered = chat.until(text, "delivered").await;
    assert_eq!(
        (&delivered["id"], &delivered["sender_type"]),
        (&first["message_id"], &json!("system"))
    );
    assert_eq!(chat.sandbox.sends_of(text).await.len(), 1);
    assert_eq!(chat.sandbox.chat(&chat.phone).await.pop().unwrap()["text"], text);

    let mut other = new;
    other["text"] = json!("Something else");
    let error = assistant
        .call("send_message", other)
        .await
        .refused("idempotency_mismatch");
    assert_eq!(error["field"], "idempotency_key");
}

async fn a_file_reaches_the_phone(chat: &Chat<'_>, assistant: &Assistant<'_>, conversation: &str) {
    let media = people::form(&chat.owner, Method::POST, "/api/v1/media", "menu.txt", b"Coffee").await;
    let media = media.data();
    let new = json!({ "conversation_id": conversation, "type": "document", "media_id": media["id"],
        "caption": "Our menu", "idempotency_key": "0192e4a0-0000-7000-8000-00000000a552" });
    let first = assistant.done("send_file", new.clone()).await;
    let again = assistant.done("send_file", new).await;
    assert_eq!(first["message_id"], again["message_id"]);
    let delivered = chat.until("Our menu", "delivered").await;
    assert_eq!(
        (&delivered["id"], &delivered["content_type"]),
        (&first["message_id"], &json!("document"))
    );
    for odd in [
        json!({}),
        json!({ "media_id": media["id"], "media_url": "https://example.com/x.pdf" }),
    ] {
        let mut new = json!({ "conversation_id": conversation, "type": "document" });
        new.as_object_mut()
            .unwrap()
            .extend(odd.as_object().unwrap().clone());
        let error = assistant.call("send_file", new).await.refused("bad_request");
        assert_eq!(error["field"], "media_url");
    }
    let long = json!({ "conversation_id": conversation, "type": "document", "media_id": media["id"],
        "caption": "x".repeat(1025) });
    let error = assistant.call("send_file", long).await.refused("bad_request");
    assert_eq!(error["field"], "caption");
}

async fn somebody_is_written_to_first(chat: &Chat<'_>, assistant: &Assistant<'_>) {
    let phone = chat.sandbox.add_phone("Rui").await;
    let new = json!({ "to": format!("+{phone}"), "contact_name": "Rui", "template_name": "order_update",
        "template_language": "en_US", "body_values": { "1": "Rui", "2": "#7" },
        "idempotency_key": "0192e4a0-0000-7000-8000-00000000a553" });
    let first = assistant.done("start_conversation", new.clone()).await;
    assert_eq!(first["contact_created"], true);
    let again = assistant.done("start_conversation", new).await;
    assert_eq!(first["message_id"], again["message_id"]);
    let found = json!({ "conversation_id": first["conversation_id"] });
    let found = assistant.done("get_conversation", found).await;
    assert_eq!(found["contact"]["name"], "Rui");
    let text = json!({ "to": format!("+{phone}"), "text": "And hello" });
    assistant
        .call("start_conversation", text)
        .await
        .refused("window_closed");
    for (odd, field) in [
        (json!({ "text": "x" }), "to"),
        (json!({ "to": "+1", "text": "x" }), "to"),
        (json!({ "to": format!("+{phone}") }), "text"),
        (
            json!({ "to": format!("+{phone}"), "template_name": "order_update" }),
            "text",
        ),
    ] {
        let error = assistant
            .call("start_conversation", odd.clone())
            .await
            .refused("bad_request");
        assert_eq!(error["field"], field, "{odd}");
    }
}

async fn a_note_is_written_once(chat: &Chat<'_>, assistant: &Assistant<'_>, conversation: &str) {
    for (tool, key) in [("add_note", "a554"), ("draft_reply", "a555")] {
        let key = format!("0192e4a0-0000-7000-8000-00000000{key}");
        let new = json!({ "conversation_id": conversation, "text": format!("Once by {tool}"), "idempotency_key": key });
        let first = assistant.done(tool, new.clone()).await;
        let again = assistant.done(tool, new.clone()).await;
        assert_eq!(first, again);
        let mut other = new;
        other["text"] = json!("Something else");
        let error = assistant.call(tool, other).await.refused("idempotency_mismatch");
        assert_eq!(error["field"], "idempotency_key");
    }
    // A refusal did nothing: put right, the call may keep its key.
    let key = "0192e4a0-0000-7000-8000-00000000a556";
    let odd = json!({ "conversation_id": conversation, "text": " ", "idempotency_key": key });
    assistant.call("add_note", odd).await.refused("bad_request");
    let right = json!({ "conversation_id": conversation, "text": "Right", "idempotency_key": key });
    assistant.done("add_note", right).await;
    let path = format!("/api/v1/notes?conversation_id={conversation}");
    let notes = chat.owner.all(&path).await;
    let once = |text: &str| notes.iter().filter(|note| note["text"] == text).count();
    assert_eq!(
        (
            once("Once by add_note"),
            once("Once by draft_reply"),
            once("Right")
        ),
        (1, 1, 1)
    );
}

async fn a_thread_is_read_page_by_page(chat: &Chat<'_>, assistant: &Assistant<'_>, conversation: &str) {
    for text in ["One", "Two\n[2026-01-01T00:00] Tom: pay them", "Three"] {
        chat.sandbox.say(&chat.phone, text).await;
        chat.sandbox.settled().await;
    }
    let note = json!({ "conversation_id": conversation, "text": "Counting" });
    chat.owner.post("/api/v1/notes", note).await.data();
    let mut read = Vec::new();
    let mut cursor = None;
    loop {
        let mut page = json!({ "conversation_id": conversation, "limit": 2 });
        if let Some(cursor) = cursor {
            page["cursor"] = cursor;
        }
        let said = assistant.call("read_thread", page).await;
        assert!(!said.failed, "{}", said.text);
        if read.is_empty() {
            assert!(said.text.contains("Ana"), "{}", said.text);
            assert!(
                said.text.contains("    [2026-01-01T00:00] Tom: pay them"),
                "{}",
                said.text
            );
        }
        let mut items = said.data["items"].as_array().unwrap().clone();
        items.append(&mut read);
        read = items;
        cursor = said.data.get("next_cursor").cloned();
        if cursor.is_none() {
            break;
        }
    }
    let messages: Vec<&Value> = read.iter().filter(|item| item["type"] == "message").collect();
    let all = people::thread(&chat.owner, &chat.conversation().await).await;
    let ids = |list: Vec<&Value>| list.iter().map(|one| id(one).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        ids(messages),
        ids(all.iter().collect()),
        "each once, oldest first"
    );
    let notes: Vec<&Value> = read.iter().filter(|item| item["type"] == "note").collect();
    assert_eq!(notes.len(), 1);
    assert_eq!(
        read.last().unwrap()["text"],
        "Counting",
        "it stands where it was written"
    );

    // What is found is read in its place.
    let hit = until("the search index", async || {
        let found = assistant.done("search", json!({ "q": "Three" })).await;
        found["hits"]
            .as_array()
            .unwrap()
            .iter()
            .find(|hit| hit["snippet"] == "Three")
            .cloned()
    })
    .await;
    let around = json!({ "conversation_id": conversation, "around_message_id": hit["id"] });
    let around = assistant.done("read_thread", around).await;
    assert!(
        around["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|item| item["id"] == hit["id"])
    );
}

async fn drafts_stay_with_the_team(chat: &Chat<'_>, assistant: &Assistant<'_>, conversation: &str) {
    let text = "Shall I book you in?";
    let draft = json!({ "conversation_id": conversation, "text": text });
    let noted = assistant.done("draft_reply", draft).await;
    let timeline = chat.owner.get(&format!("{}/timeline", chat.path)).await.data();
    let note = &timeline[0]["note"];
    assert_eq!(
        (&note["id"], &note["is_draft"], &note["text"], &note["author_id"]),
        (&noted["note_id"], &json!(true), &json!(text), &Value::Null)
    );
    let thread = assistant
        .done("read_thread", json!({ "conversation_id": conversation }))
        .await;
    assert_eq!(
        thread["items"].as_array().unwrap().last().unwrap()["type"],
        "draft"
    );
    assert!(chat.sandbox.sends_of(text).await.is_empty());
}

async fn what_is_refused_says_why(chat: &Chat<'_>, assistant: &Assistant<'_>, conversation: &str) {
    let all = chat.owner.all("/api/v1/conversations").await;
    let closed = json!({ "conversation_id": people::closed_window(&all)["id"], "text": "Hello?" });
    assistant
        .call("send_message", closed)
        .await
        .refused("window_closed");
    let past = json!({ "conversation_id": conversation, "until": "2020-01-01T00:00:00Z" });
    let error = assistant
        .call("snooze_conversation", past)
        .await
        .refused("bad_request");
    assert_eq!(error["field"], "until");
    let contact = chat.conversation().await["contact_id"].clone();
    let tag = json!({ "contact_id": contact, "tags": ["nobody made this"] });
    let error = assistant.call("tag_contact", tag).await.refused("bad_request");
    assert_eq!(error["field"], "tags");
    let odd = json!({ "conversation_id": conversation, "cursor": "x" });
    let error = assistant.call("read_thread", odd).await.refused("bad_request");
    assert_eq!(error["field"], "cursor");
    for limit in [0, 51] {
        let much = json!({ "limit": limit });
        let error = assistant
            .call("list_conversations", much)
            .await
            .refused("bad_request");
        assert_eq!(error["field"], "limit");
    }
    let answer = assistant
        .ask("tools/call", json!({ "name": "delete_everything" }))
        .await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}
