//! Going through ten thousand rows while others are added and changed: every old row is seen, once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};

use recado_testkit::{Client, ENGINES, Engine, Installation, Rows};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

const OLD: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn every_old_row_is_seen_once() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client();
        let conversations = client.all("/api/v1/conversations").await;
        let open = people::open_window(&conversations);
        let rows = installation.rows();
        fill(&rows, engine, &recado.ready.account_id, open).await;
        let thread = format!("{}/messages", people::path(open));
        let done = AtomicBool::new(false);
        let read = async {
            for (path, kind) in [
                ("/api/v1/contacts", 1),
                ("/api/v1/conversations", 2),
                (thread.as_str(), 3),
            ] {
                let seen = client.all(path).await;
                let ids: BTreeSet<&str> = seen.iter().map(id).collect();
                assert_eq!(ids.len(), seen.len(), "{engine:?} {path}: something came twice");
                let prefix = format!("01890000-0000-7000-800{kind}-");
                let old = ids.iter().filter(|id| id.starts_with(&prefix)).count();
                assert_eq!(old, OLD, "{engine:?} {path}");
            }
            done.store(true, Ordering::Relaxed);
        };
        let (written, ()) = tokio::join!(write(&client, &thread, &done), read);
        assert!(written > 10, "{engine:?}: {written} changes meanwhile");
    }
}

/// Adds to every list, and changes what is in it, until the reader is through; how often.
async fn write(client: &Client, thread: &str, done: &AtomicBool) -> usize {
    let mut round = 0;
    while !done.load(Ordering::Relaxed) {
        round += 1;
        let phone = format!("+3461{round:07}");
        let new = json!({ "phone": phone, "name": "New" });
        client.post("/api/v1/contacts", new).await.ok();
        let old = (round * 7919) % OLD + 1;
        let change = json!({ "name": format!("Changed {round}") });
        client
            .patch(&format!("/api/v1/contacts/{}", old_id(1, old)), change)
            .await
            .ok();
        let status = ["closed", "pending", "open"][round % 3];
        let path = format!("/api/v1/conversations/{}", old_id(2, old));
        client.patch(&path, json!({ "status": status })).await.ok();
        let text = json!({ "text": format!("New {round}") });
        client.post(thread, text).await.ok();
        let path = format!("/api/v1/messages/{}", old_id(3, old));
        client.delete(&path).await.ok();
    }
    round
}

fn old_id(kind: u8, nth: usize) -> String {
    format!("01890000-0000-7000-800{kind}-{nth:012x}")
}

/// Ten thousand contacts with a conversation each, and as many messages in one. Ten share each time, so that their ids
/// tell them apart.
async fn fill(rows: &Rows, engine: Engine, account: &str, open: &Value) {
    let series = format!(
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {OLD}) SELECT i FROM n) AS n"
    );
    let made = |kind: u8| match engine {
        Engine::Sqlite => format!("unhex(printf('0189000000007000800{kind}%012x', i))"),
        Engine::Postgres => {
            format!("CAST('01890000-0000-7000-800{kind}-' || lpad(to_hex(i), 12, '0') AS uuid)")
        }
    };
    let (contact, conversation, message) = (made(1), made(2), made(3));
    let account = rows.id(account);
    let number = rows.id(open["channel_id"].as_str().unwrap());
    let thread = rows.id(id(open));
    let at = "1700000000000 + i / 10";
    for statement in [
        format!(
            "INSERT INTO contacts (account_id, id, phone, profile_name, created_at, updated_at)
             SELECT {account}, {contact}, '+3490' || i, 'Old ' || i, {at}, {at} FROM {series}"
        ),
        format!(
            "INSERT INTO conversations (account_id, id, contact_id, number_id, status, last_message_at, unread_count,
                created_at, updated_at)
             SELECT {account}, {conversation}, {contact}, {number}, 'open', {at}, 0, {at}, {at} FROM {series}"
        ),
        format!(
            "INSERT INTO messages (account_id, id, conversation_id, number_id, direction, sender_type, content_type,
                content_text, status, status_rank, created_at)
             SELECT {account}, {message}, {thread}, {number}, 'inbound', 'customer', 'text', 'Old ' || i, 'received', 0,
                {at} FROM {series}"
        ),
    ] {
        rows.change(&statement).await;
    }
}
