//! Searching: what is found by which words, how it is shown, what is not found any more, and the index made anew.

use recado_testkit::{Client, ENGINES, Installation, Recado, until, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, Line};
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_is_found() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = people::owner(&recado).await;
        the_past_is_found(&client).await;
        by_any_form_of_its_words(&recado, &client).await;
        people_are_found(&recado, &client).await;
        page_by_page(&recado, &client).await;
        what_changed_is_found_as_it_is(&recado).await;
        anew(&installation, recado).await;
    }
}

/// What a search answers, asked until it has something to say.
async fn found(client: &Client, query: &str) -> Vec<Value> {
    until(query, async || {
        let hits = client.all(&format!("/api/v1/search?{query}")).await;
        (!hits.is_empty()).then_some(hits)
    })
    .await
}

/// A snippet with its hits in brackets.
fn shown(hit: &Value) -> String {
    hit["snippet"]
        .as_array()
        .unwrap()
        .iter()
        .map(|piece| {
            let text = piece["text"].as_str().unwrap();
            if piece["hit"] == true {
                format!("[{text}]")
            } else {
                text.to_owned()
            }
        })
        .collect()
}

async fn say(recado: &Recado, phone: &str, wamid: &str, text: &str) {
    let body = webhooks::text(&recado.ready.meta, phone, wamid, text);
    let status = webhooks::post(&recado.stranger(), &recado.ready.meta, &body).await;
    assert_eq!(status.unwrap(), 200);
}

async fn the_past_is_found(client: &Client) {
    let hits = found(client, "q=gluten%20encar").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0]["type"], "message");
    assert_eq!(hits[0]["field"], "text");
    assert_eq!(
        shown(&hits[0]),
        "Hola! ¿Hacéis tartas sin [gluten] por [encargo]?"
    );
    assert_eq!(hits[0]["conversation"]["contact"]["name"], "Marta Gil");
    assert_eq!(
        hits[0]["message"]["conversation_id"],
        hits[0]["conversation"]["id"]
    );
    let none = client.all("/api/v1/search?q=gluten%20zzz").await;
    assert!(none.is_empty());
    let none = client.all("/api/v1/search?q=%20%3F!").await;
    assert!(none.is_empty(), "a query without a word");
    let long = "x".repeat(201);
    let answer = client.get(&format!("/api/v1/search?q={long}")).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "q");
    let answer = client.get("/api/v1/search").await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "q");
}

async fn by_any_form_of_its_words(recado: &Recado, client: &Client) {
    for (nth, (text, query, line)) in [
        (
            "Onde está a ENCOMENDA?",
            "encomenda%20esta%20",
            "Onde [está] a [ENCOMENDA]?",
        ),
        ("Order #AX-90417 is late", "90417", "Order #AX-[90417] is late"),
        ("وصل الطلب متأخراً", "%D8%B7%D9%84%D8%A8", "وصل [الطلب] متأخراً"),
        (
            "私は東京都に住んでいます",
            "%E6%9D%B1%E4%BA%AC",
            "私は[東京]都に住んでいます",
        ),
        (
            "It's \"quoted\" & 'odd' :* (not) | \\ §",
            "quoted%20odd%20not",
            "It's \"[quoted]\" & '[odd]' :* ([not]) | \\ §",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        say(recado, "15558000001", &format!("wamid.F{nth}"), text).await;
        let hits = found(client, &format!("q={query}")).await;
        assert_eq!(shown(&hits[0]), line, "{query}");
    }
    for odd in [
        "'",
        "%22",
        "%22a",
        "(",
        "a%20OR%20b",
        "*",
        "a%26!b",
        "%C2%A7",
        "%00",
        "%5C",
    ] {
        client.get(&format!("/api/v1/search?q={odd}")).await.ok();
    }
}

async fn people_are_found(recado: &Recado, client: &Client) {
    say(recado, "4915158000002", "wamid.P1", "Guten Tag").await;
    for query in [
        "q=customer%20491515800&type=conversations",
        "q=%2B49%20(0)1515%20800-0002&type=conversations",
        "q=015158000&type=conversations",
        "q=8000002&type=conversations",
    ] {
        let hits = found(client, query).await;
        assert_eq!(hits.len(), 1, "{query}");
        assert_eq!(hits[0]["type"], "conversation");
        assert_eq!(
            hits[0]["conversation"]["contact"]["phone"], "+4915158000002",
            "{query}"
        );
    }
    let hits = found(client, "q=0002&type=contacts").await;
    let one = hits
        .iter()
        .find(|hit| hit["contact"]["phone"] == "+4915158000002");
    assert_eq!(one.unwrap()["type"], "contact");
    let hits = found(client, "q=MART%20g&type=contacts").await;
    assert_eq!(hits.len(), 1);
    assert_eq!(
        (shown(&hits[0]).as_str(), &hits[0]["field"]),
        ("[Marta] [Gil]", &json!("name"))
    );
    let hits = client.all("/api/v1/search?q=marta%20zzz&type=contacts").await;
    assert!(hits.is_empty());
    let answer = client.get("/api/v1/search?q=a&type=deals").await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "type");
}

async fn page_by_page(recado: &Recado, client: &Client) {
    for nth in 0..7 {
        say(
            recado,
            &format!("1555810000{nth}"),
            &format!("wamid.G{nth}"),
            &format!("Kumquat {nth}"),
        )
        .await;
    }
    until("seven", async || {
        let hits = client.all("/api/v1/search?q=kumquat").await;
        (hits.len() == 7).then_some(())
    })
    .await;
    for what in [
        "q=kumq&limit=2",
        "q=customer%201555810&type=contacts&limit=3",
        "q=1555810&type=conversations&limit=4",
    ] {
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = client.get(&format!("/api/v1/search?{what}{cursor}")).await.ok();
            for hit in page["data"].as_array().unwrap() {
                let kind = hit["type"].as_str().unwrap();
                seen.push(hit[kind].clone());
            }
            let Some(next) = page["meta"]["next_cursor"].as_str() else {
                break;
            };
            cursor = format!("&cursor={next}");
        }
        let mut ids: Vec<&str> = seen.iter().map(id).collect();
        assert_eq!(ids.len(), 7, "{what}");
        assert!(ids.is_sorted_by(|a, b| a > b), "newest first: {what}");
        ids.dedup();
        assert_eq!(ids.len(), 7, "each once: {what}");
    }
}

async fn what_changed_is_found_as_it_is(recado: &Recado) {
    let desk = Desk::open(recado, Line::Meta).await;
    let said = desk
        .act(json!({ "type": "text", "text": "Pomegranate at eigth" }))
        .await;
    found(&desk.owner, "q=pomegranate").await;
    desk.act(json!({ "type": "edit", "message_id": said["id"], "text": "Persimmon at eight" }))
        .await;
    let hits = found(&desk.owner, "q=persimmon").await;
    assert_eq!(shown(&hits[0]), "[Persimmon] at eight");
    let before = desk.owner.all("/api/v1/search?q=pomegranate").await;
    assert!(before.is_empty(), "not by what it said before");
    desk.act(json!({ "type": "revoke", "message_id": said["id"] }))
        .await;
    until("it to be gone", async || {
        let hits = desk.owner.all("/api/v1/search?q=persimmon").await;
        hits.is_empty().then_some(())
    })
    .await;
}

/// An index that lost everything is made again from what is stored, and one that was never made is made by itself.
async fn anew(installation: &Installation, recado: Recado) {
    let ready = recado.ready.clone();
    let client = recado.client();
    let before = client.all("/api/v1/search?q=kumquat").await;
    recado.terminate().await;
    let rows = installation.rows();
    rows.change("DELETE FROM search_documents").await;
    rows.change("DELETE FROM search_words").await;
    let output = installation.command("reindex").output().await.unwrap();
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(
        out.ends_with(" messages indexed\n") && !out.starts_with("0 "),
        "{out}"
    );
    let again = installation.serve(&ready).await;
    let client = again.client();
    assert_eq!(client.all("/api/v1/search?q=kumquat").await, before);
    again.terminate().await;
    for table in [
        "search_documents",
        "search_words",
        "search_people",
        "search_state",
    ] {
        rows.change(&format!("DELETE FROM {table}")).await;
    }
    let again = installation.serve(&ready).await;
    let client = again.client();
    until("all to be found", async || {
        (client.all("/api/v1/search?q=kumquat").await == before).then_some(())
    })
    .await;
    found(&client, "q=marta&type=conversations").await;
}
