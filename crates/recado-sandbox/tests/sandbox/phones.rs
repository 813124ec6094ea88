//! The phones over `/sandbox/api`, as the page and scripts use them.

use std::{collections::HashSet, net::SocketAddr, time::Duration};

use recado_sandbox::{Config, Error, Sandbox, SeedMessage, SeedPhone, Status};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::{ANA, Bench, START, VERIFY, business, client},
    receiver::{DEADLINE, Receiver},
};

#[tokio::test]
async fn a_customer_writes_and_reads_over_http() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let (status, bia) = bench
        .api(
            Method::POST,
            "/phones",
            Some(json!({"name": " Bia ", "phone": "+55 (21) 99999-0000"})),
        )
        .await;
    assert_eq!(status, 201);
    assert_eq!(
        (&bia["wa_id"], &bia["name"], &bia["unread"]),
        (&json!("5521999990000"), &json!("Bia"), &json!(0))
    );

    let messages = "/phones/5521999990000/messages";
    let (status, hello) = bench
        .api(Method::POST, messages, Some(json!({"text": "Oi"})))
        .await;
    assert_eq!(
        (status, &hello["status"], &hello["from_business"]),
        (201, &json!("sent"), &json!(false))
    );
    receiver.happenings(1).await;
    let answer = bench.send("5521999990000", "Olá!").await;
    let (_, state) = bench.api(Method::GET, "/state", None).await;
    assert_eq!(state["business"]["display_phone"], "+1 555-000-1111");
    assert_eq!(
        state["phones"][0]["wa_id"], "5521999990000",
        "the last one written with comes first"
    );
    assert_eq!(
        (&state["phones"][0]["unread"], &state["phones"][0]["last_text"]),
        (&json!(1), &json!("Olá!"))
    );
    assert_eq!(state["webhook"]["url"], receiver.url);

    let reply = json!({"text": "Tudo bem?", "reply_to": answer});
    assert_eq!(
        bench.api(Method::POST, messages, Some(reply)).await.1["reply_to"],
        answer
    );
    assert_eq!(
        bench
            .api(Method::POST, "/phones/5521999990000/read", None)
            .await
            .1["unread"],
        0
    );
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    let (_, chat) = bench.api(Method::GET, messages, None).await;
    let shown: Vec<_> = chat
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["text"].clone(), m["status"].clone()))
        .collect();
    assert_eq!(
        shown,
        [
            (json!("Oi"), json!("delivered")),
            (json!("Olá!"), json!("read")),
            (json!("Tudo bem?"), json!("delivered")),
        ]
    );
    assert_eq!(
        bench
            .api(Method::GET, &format!("{messages}?limit=1"), None)
            .await
            .1
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let (_, sends) = bench.api(Method::GET, "/sends?callback=Ol%C3%A1!", None).await;
    assert_eq!(
        (&sends[0]["id"], &sends[0]["status"]),
        (&json!(answer), &json!("read"))
    );

    let (_, flags) = bench
        .api(
            Method::PATCH,
            "/phones/5521999990000",
            Some(json!({"online": false, "auto_read": true})),
        )
        .await;
    assert_eq!(
        (&flags["online"], &flags["auto_read"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn bad_calls_say_what_is_wrong() {
    let bench = Bench::start().await;
    let chat = format!("/phones/{ANA}/messages");
    let cases: Vec<(Method, &str, Value, u16, Option<&str>)> = vec![
        (Method::POST, "/phones", json!({"name": " "}), 400, Some("name")),
        (
            Method::POST,
            "/phones",
            json!({"name": "x".repeat(101)}),
            400,
            Some("name"),
        ),
        (
            Method::POST,
            "/phones",
            json!({"name": "X", "phone": "12ab34567"}),
            400,
            Some("phone"),
        ),
        (
            Method::POST,
            "/phones",
            json!({"name": "X", "phone": "0151 1234567"}),
            400,
            Some("phone"),
        ),
        (
            Method::POST,
            "/phones",
            json!({"name": "X", "phone": "123"}),
            400,
            Some("phone"),
        ),
        (
            Method::POST,
            "/phones",
            json!({"name": "X", "phone": ANA}),
            409,
            Some("phone"),
        ),
        (
            Method::POST,
            "/phones",
            json!({"name": "X", "phone": "15550001111"}),
            409,
            Some("phone"),
        ),
        (
            Method::POST,
            "/phones",
            json!({"phone": "5511999990000"}),
            400,
            None,
        ),
        (
            Method::POST,
            "/phones/999/messages",
            json!({"text": "hi"}),
            404,
            None,
        ),
        (Method::POST, "/phones/999/read", json!({}), 404, None),
        (Method::PATCH, "/phones/999", json!({"online": true}), 404, None),
        (Method::POST, &chat, json!({"text": " \n"}), 400, Some("text")),
        (
            Method::POST,
            &chat,
            json!({"text": "x".repeat(4097)}),
            400,
            Some("text"),
        ),
        (
            Method::POST,
            &chat,
            json!({"text": "hi", "reply_to": "wamid.NOPE"}),
            400,
            Some("reply_to"),
        ),
        (Method::POST, "/webhooks/raw", json!({"body": {}}), 409, None),
        (Method::POST, "/nothing", json!({}), 404, None),
    ];
    for (method, path, body, status, field) in cases {
        let answer = bench.api(method, path, Some(body.clone())).await;
        assert_eq!(answer.0, status, "{path} {body} {}", answer.1);
        assert_eq!(answer.1["error"]["field"].as_str(), field, "{path} {body}");
        assert!(answer.1["error"]["message"].is_string());
    }
    bench
        .api(
            Method::PATCH,
            &format!("/phones/{ANA}"),
            Some(json!({"online": false})),
        )
        .await;
    assert_eq!(
        bench
            .api(Method::POST, &chat, Some(json!({"text": "hi"})))
            .await
            .0,
        409
    );
}

#[tokio::test]
async fn other_sites_cannot_drive_the_phones() {
    let bench = Bench::start().await;
    let url = format!("{}/sandbox/api/phones/{ANA}/read", bench.sandbox.url());
    let foreign = bench
        .http
        .post(&url)
        .header("Origin", "https://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    let own = bench
        .http
        .post(&url)
        .header("Sec-Fetch-Site", "same-origin")
        .send()
        .await
        .unwrap();
    assert_eq!(own.status(), 200);
}

#[tokio::test]
async fn new_numbers_are_free() {
    let bench = Bench::start().await;
    let mut numbers = HashSet::new();
    for _ in 0..50 {
        let phone = bench.sandbox.add_phone("Somebody", None).await.unwrap();
        assert!(
            phone.wa_id.len() == 11 && phone.wa_id.starts_with('1'),
            "{}",
            phone.wa_id
        );
        assert!(numbers.insert(phone.wa_id));
    }
}

#[tokio::test]
async fn seeds_live_there_from_the_start() {
    let message = |n: i64, from_business: bool, status: Status| SeedMessage {
        id: format!("wamid.SEED{n}"),
        from_business,
        text: format!("seed {n}"),
        at: START - 10_000 + n,
        status,
    };
    let seed = SeedPhone {
        wa_id: ANA.to_owned(),
        name: "Ana".to_owned(),
        messages: vec![
            message(1, false, Status::Read),
            message(2, true, Status::Read),
            message(3, true, Status::Delivered),
        ],
    };
    let bench = Bench::start_with(vec![seed]).await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();
    assert_eq!(
        chat.iter().map(|m| &*m.id).collect::<Vec<_>>(),
        ["wamid.SEED1", "wamid.SEED2", "wamid.SEED3"]
    );
    let phone = bench.sandbox.phone(ANA).await.unwrap();
    assert_eq!(
        (phone.unread, phone.last_text.as_deref(), phone.last_at),
        (1, Some("seed 3"), Some(START - 9997))
    );
    bench.send(ANA, "inside the window of a seeded message").await;
    let first = receiver.happenings(1).await;
    assert_eq!(first[0]["status"], "sent", "no webhook told of the seeds");
    assert_eq!(
        bench
            .sandbox
            .reply(ANA, "re", "wamid.SEED2")
            .await
            .unwrap()
            .reply_to
            .as_deref(),
        Some("wamid.SEED2")
    );
}

#[tokio::test]
async fn the_page_hears_what_happens() {
    let bench = Bench::start().await;
    let url = format!("{}/sandbox/api/events", bench.sandbox.url());
    let mut stream = bench.http.get(url).send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    let mut until = async |wanted: &str| {
        while !text.contains(wanted) {
            let chunk = tokio::time::timeout(DEADLINE, stream.chunk())
                .await
                .expect("an event");
            text.push_str(std::str::from_utf8(&chunk.unwrap().expect("the stream goes on")).unwrap());
        }
        text.clone()
    };
    until(r#"{"type":"hello"}"#).await;
    let hello = bench.sandbox.say(ANA, "hi").await.unwrap();
    bench.send(ANA, "hello").await;
    bench.sandbox.open_chat(ANA).await.unwrap();
    let read = json!({
        "messaging_product": "whatsapp", "status": "read", "message_id": hello.id, "typing_indicator": {"type": "text"},
    });
    bench.post_message(&read).await;
    let heard = until(r#""typing""#).await;

    let events: Vec<Value> = heard
        .split("\n\n")
        .filter_map(|event| event.strip_prefix("data: "))
        .filter_map(|data| serde_json::from_str(data).ok())
        .collect();
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    let expected = [
        "hello", "message", "phone", "message", "status", "phone", "status", "phone", "status", "typing",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(events[1]["message"]["id"], hello.id);
    assert_eq!(events[4]["status"], "delivered");
    assert_eq!(events[6]["status"], "read");
    assert_eq!(
        (&events[8]["id"], &events[8]["status"]),
        (&json!(hello.id), &json!("read"))
    );
}

#[tokio::test]
async fn stopping_ends_open_streams() {
    let bench = Bench::start().await;
    let url = format!("{}/sandbox/api/events", bench.sandbox.url());
    let mut stream = bench.http.get(url).send().await.unwrap();
    stream.chunk().await.unwrap();
    tokio::time::timeout(DEADLINE, bench.sandbox.stop())
        .await
        .expect("stops although a page is open");
    while let Ok(Some(_)) = stream.chunk().await {}
}

#[tokio::test]
async fn waiting_ends_with_what_was_missing() {
    let bench = Bench::start().await;
    let never = bench
        .sandbox
        .wait_for_message(ANA, "never sent", Duration::from_millis(1))
        .await;
    assert!(
        matches!(never, Err(Error::Late("a message of the business"))),
        "{never:?}"
    );
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let (found, _) = tokio::join!(
        bench.sandbox.wait_for_message(ANA, "hello", DEADLINE),
        bench.send(ANA, "hello"),
    );
    assert_eq!(found.unwrap().text, "hello");
}

#[tokio::test]
async fn the_page_is_served_and_nothing_else() {
    let bench = Bench::start().await;
    let get = async |path: &str| {
        bench
            .http
            .get(format!("{}{path}", bench.sandbox.url()))
            .send()
            .await
            .unwrap()
    };
    let page = get("/").await;
    assert_eq!(page.url().path(), "/sandbox");
    // 503 with a hint when the web app was not built.
    assert!([200, 503].contains(&page.status().as_u16()), "{}", page.status());
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("script-src 'self'")
    );
    for other in ["/sandbox", "/sandbox/5511987654321"] {
        assert_eq!(get(other).await.status(), page.status(), "{other}");
    }
    for nothing in [
        "/inbox",
        "/assets/none.js",
        "/v24.0/a/b/c",
        "/sandbox/api/none",
        "/Cargo.toml",
    ] {
        assert_eq!(get(nothing).await.status(), 404, "{nothing}");
    }
}

#[tokio::test]
async fn only_loopback_is_listened_on() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::new(folder.path().join("s.db"), business(), client());
    config.listen = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Sandbox::start(config.clone()).await;
    assert!(matches!(refused, Err(Error::NotLoopback(_))), "{refused:?}");
    config.allow_remote = true;
    Sandbox::start(config).await.unwrap().stop().await;
}
