//! Going through lists: what they show, page by page, while the world goes on, and where to listen from then on.

use std::collections::BTreeSet;

use recado_testkit::{Client, ENGINES, Installation, Live, Recado, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::contract::{CONVERSATION, MESSAGE, check, is_time, keys, newest_first};
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn lists_go_on_where_they_were() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        filters(&recado, &client).await;
        a_page_is_never_shown_twice(&recado, &client).await;
        a_snapshot_says_where_to_listen(&recado, &client).await;
    }
}

/// Whether a conversation is one of those asked for.
type Wanted<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

async fn filters(recado: &Recado, client: &Client) {
    let all = client.all("/api/v1/conversations").await;
    let tom = client.signed_in(people::TOM, &recado.ready.password).await;
    let me = tom.get("/api/v1/me").await.data()["member"]["id"].clone();
    let some = &all[3];
    let contact = some["contact_id"].as_str().unwrap();
    let cases: [(String, Wanted<'_>); 8] = [
        ("status=open".to_owned(), Box::new(|one| one["status"] == "open")),
        (
            "status=pending".to_owned(),
            Box::new(|one| one["status"] == "pending"),
        ),
        (
            "status=closed".to_owned(),
            Box::new(|one| one["status"] == "closed"),
        ),
        (
            format!("contact_id={contact}"),
            Box::new(|one| one["contact_id"] == some["contact_id"]),
        ),
        (
            "assigned=unassigned".to_owned(),
            Box::new(|one| one["assigned_agent_id"].is_null()),
        ),
        (
            "assigned=mine".to_owned(),
            Box::new(|one| one["assigned_agent_id"] == me),
        ),
        (
            "assigned=mine&status=open".to_owned(),
            Box::new(|one| one["assigned_agent_id"] == me && one["status"] == "open"),
        ),
        (
            "contact_id=01890000-0000-7000-8000-000000000000".to_owned(),
            Box::new(|_| false),
        ),
    ];
    for (query, wanted) in &cases {
        for (sort, by) in [("created", "created_at"), ("activity", "last_message_at")] {
            let found = tom
                .all(&format!("/api/v1/conversations?{query}&sort={sort}"))
                .await;
            newest_first(&found, by);
            let found: BTreeSet<&str> = found.iter().map(id).collect();
            let wanted: BTreeSet<&str> = all.iter().filter(|one| wanted(one)).map(id).collect();
            assert_eq!(found, wanted, "{query}");
            assert!(
                query.contains("0000-7000") || !wanted.is_empty(),
                "{query} is to find something"
            );
        }
    }
}

/// While new rows come in at the top, what was there before is shown once, and nothing is left out.
async fn a_page_is_never_shown_twice(recado: &Recado, client: &Client) {
    let meta = &recado.ready.meta;
    let write = async |phone: &str, id: &str| {
        let body = webhooks::text(meta, phone, id, id);
        assert_eq!(
            webhooks::post(&recado.stranger(), meta, &body).await.unwrap(),
            200
        );
    };
    for nth in 0..51 {
        write("15555000001", &format!("wamid.P{nth}")).await;
    }
    let thread = format!(
        "{}/messages",
        people::path(&people::conversation(client, "15555000001").await)
    );
    for (list, size) in [("/api/v1/conversations", 3), (thread.as_str(), 7)] {
        let old = client.all(list).await;
        let (mut seen, mut cursor, mut page) = (Vec::new(), String::new(), 0);
        loop {
            let answer = client.get(&format!("{list}?limit={size}{cursor}")).await.ok();
            let rows = answer["data"].as_array().unwrap().clone();
            newest_first(&rows, "created_at");
            seen.extend(rows.iter().map(|row| id(row).to_owned()));
            let Some(next) = answer["meta"]["next_cursor"].as_str() else {
                break;
            };
            assert_eq!(rows.len(), size);
            cursor = format!("&cursor={next}");
            page += 1;
            // One more conversation, and one more message in the old one.
            write(
                &format!("1555600{size}{page:03}"),
                &format!("wamid.Q{size}.{page}"),
            )
            .await;
            write("15555000001", &format!("wamid.R{size}.{page}")).await;
        }
        assert!(page > 3, "there was something to page through");
        let old: Vec<String> = old.iter().map(|row| id(row).to_owned()).collect();
        assert_eq!(seen, old);
    }
    let first = client.get(&format!("{thread}?limit=100")).await.ok();
    assert!(first["data"].as_array().unwrap().len() > 50 && first["meta"]["next_cursor"].is_null());
    let usual = client.get(&thread).await.ok();
    assert_eq!(usual["data"].as_array().unwrap().len(), 50);
    assert!(usual["meta"]["next_cursor"].is_string());
}

async fn a_snapshot_says_where_to_listen(recado: &Recado, client: &Client) {
    let one = people::path(&people::conversation(client, "15555000001").await);
    let lists = [
        "/api/v1/conversations".to_owned(),
        format!("{one}/messages"),
        one,
        "/api/v1/members".to_owned(),
    ];
    for (nth, path) in lists.iter().enumerate() {
        let seq = client.get(path).await.seq();
        let body = webhooks::text(
            &recado.ready.meta,
            "15555000001",
            &format!("wamid.S{nth}"),
            "And?",
        );
        assert_eq!(
            webhooks::post(&recado.stranger(), &recado.ready.meta, &body)
                .await
                .unwrap(),
            200
        );
        let mut live = Live::connect(client, Some(seq)).await.unwrap();
        assert_eq!(
            live.next().await.unwrap(),
            json!({ "type": "hello", "seq": seq + 1 })
        );
        let frame = live.next().await.unwrap();
        assert_eq!(keys(&frame), ["at", "data", "event", "seq", "type"]);
        assert_eq!(
            (&frame["type"], &frame["seq"], &frame["event"]),
            (&json!("event"), &json!(seq + 1), &json!("message.created"))
        );
        assert!(is_time(frame["at"].as_str().unwrap()));
        check("message", &frame["data"]["message"], MESSAGE);
        check("conversation", &frame["data"]["conversation"], CONVERSATION);
        let shown = client.get(&lists[2]).await.data();
        assert_eq!(
            frame["data"]["conversation"], shown,
            "an event shows what a list shows"
        );
    }
}
