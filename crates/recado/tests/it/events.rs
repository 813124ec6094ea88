//! The journal, read page by page.

use recado_testkit::{Client, ENGINES, Installation, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_now_and_then_misses_nothing() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let owner = people::owner(&recado).await;
        let client = recado.client().checked().await;
        let start = client.get("/api/v1/conversations?limit=1").await.seq();

        let meta = &recado.ready.meta;
        let texts: Vec<String> = (0..120).map(|nth| format!("Number {nth}")).collect();
        for (nth, text) in texts.iter().enumerate() {
            let body = webhooks::text(meta, "15550009999", &format!("wamid.EVENTS{nth}"), text);
            let stranger = recado.stranger();
            assert_eq!(webhooks::post(&stranger, meta, &body).await.unwrap(), 200);
        }
        owner
            .post(
                "/api/v1/canned-replies",
                json!({ "shortcut": "x", "text": "For members" }),
            )
            .await
            .ok();
        let all = read_on(&client, start, "limit=7").await;
        let numbers: Vec<i64> = all.iter().map(|one| one["seq"].as_i64().unwrap()).collect();
        let dense: Vec<i64> = (start + 1..).take(numbers.len()).collect();
        assert_eq!(numbers, dense, "{engine:?}: this key may hear of everything");
        let heard: Vec<&str> = all
            .iter()
            .filter(|one| one["event"] == "message.created")
            .map(|one| one["data"]["message"]["content_text"].as_str().unwrap())
            .collect();
        assert_eq!(heard, texts);

        let some = read_on(&client, start, "types=message.created&limit=100").await;
        assert_eq!(some.len(), texts.len());
        assert!(some.iter().all(|one| one["event"] == "message.created"));

        // Nobody hears of what they may not read, and everybody gets on.
        let (_, reader) = people::key(&owner, &["conversations:read"]).await;
        let page = read_on(&reader, start, "limit=100").await;
        assert!(!page.is_empty());
        assert!(page.iter().all(|one| {
            let kind = one["event"].as_str().unwrap();
            !kind.starts_with("message.") && !kind.starts_with("canned_reply.")
        }));

        refusals(&client).await;
        let rows = installation.rows();
        rows.change(&format!("DELETE FROM events WHERE seq <= {}", start + 10))
            .await;
        let gone = client.get(&format!("/api/v1/events?since={start}")).await;
        assert_eq!(gone.refused(410, "events_forgotten")["field"], "since");
        let from_the_oldest = client.get("/api/v1/events?limit=1").await.ok();
        assert_eq!(from_the_oldest["data"][0]["seq"], start + 11);
    }
}

/// Everything after a number, page by page.
async fn read_on(client: &Client, mut since: i64, query: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let page = client
            .get(&format!("/api/v1/events?since={since}&{query}"))
            .await
            .ok();
        all.extend(page["data"].as_array().unwrap().clone());
        let next = page["meta"]["next_since"].as_i64().unwrap();
        assert!(next >= since);
        if page["meta"]["latest"] == next {
            return all;
        }
        since = next;
    }
}

async fn refusals(client: &Client) {
    for (query, field) in [
        ("since=-1", "since"),
        ("since=99999999", "since"),
        ("since=x", "since"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
    ] {
        let answer = client.get(&format!("/api/v1/events?{query}")).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], field, "{query}");
    }
}
