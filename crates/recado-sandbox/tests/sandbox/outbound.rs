//! What a business sends, of every kind: taken, shown on the phone, or refused.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::{ANA, Bench, NUMBER, VERIFY},
    receiver::Receiver,
};

/// A form with one file, written by hand.
pub async fn upload(bench: &Bench, mime_type: &str, bytes: &[u8]) -> (u16, Value) {
    let mut body = Vec::new();
    let part = |head: &str| format!("--XX\r\nContent-Disposition: form-data; {head}\r\n");
    body.extend(
        part("name=\"messaging_product\"")
            .bytes()
            .chain(*b"\r\nwhatsapp\r\n"),
    );
    body.extend(part("name=\"file\"; filename=\"f\"").bytes());
    body.extend(format!("Content-Type: {mime_type}\r\n\r\n").bytes());
    body.extend(bytes);
    body.extend(b"\r\n--XX--\r\n");
    let answer = bench
        .graph(Method::POST, &format!("{NUMBER}/media"))
        .header("content-type", "multipart/form-data; boundary=XX")
        .body(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub async fn sample(bench: &Bench, name: &str) -> Vec<u8> {
    let url = format!("{}/sandbox/api/samples/{name}", bench.sandbox.url());
    bench
        .http
        .get(url)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap()
        .to_vec()
}

fn to_ana(kind: &str, content: Value) -> Value {
    let mut body = json!({"messaging_product": "whatsapp", "to": ANA, "type": kind});
    body[kind] = content;
    body
}

#[tokio::test]
async fn uploaded_files_arrive() {
    let bench = Bench::start().await;
    bench.sandbox.say(ANA, "hi").await.unwrap();
    for (kind, name, mime_type, more) in [
        ("image", "photo", "image/jpeg", json!({"caption": "look"})),
        ("video", "clip", "video/mp4", json!({})),
        ("audio", "voice", "audio/ogg; codecs=opus", json!({"voice": true})),
        (
            "document",
            "menu",
            "application/pdf",
            json!({"filename": "a.pdf"}),
        ),
        ("sticker", "sticker-animated", "image/webp", json!({})),
    ] {
        let bytes = sample(&bench, name).await;
        let (status, answer) = upload(&bench, mime_type, &bytes).await;
        assert_eq!(status, 200, "{name}: {answer}");
        let mut content = more.clone();
        content["id"] = answer["id"].clone();
        let (status, answer) = bench.post_message(&to_ana(kind, content)).await;
        assert_eq!(status, 200, "{name}: {answer}");
        let shown = bench.sandbox.phone_messages(ANA).await.unwrap().pop().unwrap();
        assert_eq!(
            (&*shown.kind, &*shown.text),
            (kind, more["caption"].as_str().unwrap_or_default())
        );
        let content = shown.content.unwrap();
        assert_eq!(content["mime_type"], mime_type);
        let file = bench
            .sandbox
            .media(content["media"].as_str().unwrap())
            .await
            .unwrap();
        assert_eq!(file.unwrap(), bytes);
    }
}

#[tokio::test]
async fn files_that_do_not_fit_are_refused_or_fail() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let jpeg = [&[0xff, 0xd8, 0xff][..], &vec![0; 5 * 1024 * 1024]].concat();
    for (mime_type, bytes, code) in [
        ("image/jpeg", &jpeg[..], 131_053),
        ("image/jpeg", b"GIF89a", 131_053),
        ("audio/ogg", b"OggS without opus", 131_053),
        ("font/woff2", b"wOF2", 100),
    ] {
        let (status, answer) = upload(&bench, mime_type, bytes).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (400, &json!(code)),
            "{mime_type}"
        );
    }
    let (_, pdf) = upload(&bench, "application/pdf", &sample(&bench, "menu").await).await;
    assert_eq!(
        bench
            .post_message(&to_ana("image", json!({"id": pdf["id"]})))
            .await
            .0,
        200
    );
    // A link is fetched after the send was taken.
    let gone = format!("{}/nothing.jpg", bench.sandbox.url());
    assert_eq!(
        bench
            .post_message(&to_ana("image", json!({"link": gone})))
            .await
            .0,
        200
    );
    let failed = receiver.happenings(3).await;
    for status in &failed[1..] {
        assert_eq!(status["errors"][0]["code"], 131_053, "{status}");
    }
    let there = format!("{}/sandbox/api/samples/photo", bench.sandbox.url());
    bench
        .post_message(&to_ana("image", json!({"link": there, "caption": "by link"})))
        .await;
    let shown = bench
        .sandbox
        .wait_for_message(ANA, "by link", crate::receiver::DEADLINE)
        .await
        .unwrap();
    assert_eq!(shown.content.unwrap()["mime_type"], "image/jpeg");
    for content in [
        json!({}),
        json!({"id": "1"}),
        json!({"id": "1", "link": "http://a"}),
        json!({"link": "file:///x"}),
    ] {
        let (status, answer) = bench.post_message(&to_ana("image", content.clone())).await;
        assert_eq!(status, 400, "{content}: {answer}");
    }
}

fn buttons(titles: &[&str]) -> Value {
    let buttons: Vec<Value> = titles
        .iter()
        .map(|title| json!({"type": "reply", "reply": {"id": format!("id-{title}"), "title": title}}))
        .collect();
    json!({"type": "button", "body": {"text": "Well?"}, "action": {"buttons": buttons}})
}

#[tokio::test]
async fn buttons_and_lists_can_be_pressed() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let press = async |message: &str, more: Value| {
        let mut act = json!({"type": "press", "message_id": message});
        act.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bench.sandbox.act(ANA, act).await.unwrap();
        let told = receiver.happenings(0).await.len();
        bench
            .sandbox
            .wait_delivered(crate::receiver::DEADLINE)
            .await
            .unwrap();
        let _ = told;
        let all = crate::receiver::happenings(&receiver.posts());
        all.into_iter()
            .rfind(|happening| happening.get("type").is_some())
            .unwrap()
    };
    let send = async |content: Value| {
        let (status, answer) = bench.post_message(&to_ana("interactive", content)).await;
        assert_eq!(status, 200, "{answer}");
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    };
    let id = send(buttons(&["Yes", "No"])).await;
    let told = press(&id, json!({"button": 1})).await;
    assert_eq!(
        told["interactive"]["button_reply"],
        json!({"id": "id-No", "title": "No"})
    );
    assert_eq!(told["context"]["id"], id);

    let id = send(
        json!({"type": "list", "body": {"text": "Pick"}, "action": {"button": "Open", "sections": [
        {"rows": [{"id": "a", "title": "A", "description": "first"}]}]}}),
    )
    .await;
    let told = press(&id, json!({"row": "a"})).await;
    assert_eq!(
        told["interactive"]["list_reply"],
        json!({"id": "a", "title": "A", "description": "first"})
    );

    let id = send(
        json!({"type": "flow", "body": {"text": "Fill in"}, "action": {"name": "flow", "parameters": {
        "flow_message_version": "3", "flow_id": "1", "flow_cta": "Start", "flow_token": "T"}}}),
    )
    .await;
    let told = press(&id, json!({"button": 0, "response": {"size": "M"}})).await;
    let response = told["interactive"]["nfm_reply"]["response_json"]
        .as_str()
        .unwrap();
    let response: Value = serde_json::from_str(response).unwrap();
    assert_eq!(response, json!({"size": "M", "flow_token": "T"}));

    let id = send(
        json!({"type": "location_request_message", "body": {"text": "Where?"},
        "action": {"name": "send_location"}}),
    )
    .await;
    assert!(press(&id, json!({"button": 0})).await["location"]["latitude"].is_number());
    let id = send(
        json!({"type": "cta_url", "body": {"text": "Go"}, "action": {"name": "cta_url",
        "parameters": {"display_text": "Open", "url": "https://example.com"}}}),
    )
    .await;
    assert!(
        bench
            .sandbox
            .act(ANA, json!({"type": "press", "message_id": id, "button": 0}))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn limits_of_interactive_messages() {
    let bench = Bench::start().await;
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let long = |n: usize| "x".repeat(n);
    let list = |rows: usize| {
        let rows: Vec<Value> = (0..rows)
            .map(|n| json!({"id": n.to_string(), "title": "row"}))
            .collect();
        json!({"type": "list", "body": {"text": "b"}, "action": {"button": "Open", "sections": [{"rows": rows}]}})
    };
    let mut long_body = buttons(&["a"]);
    long_body["body"]["text"] = long(1025).into();
    let mut footer = buttons(&["a"]);
    footer["footer"] = json!({"text": long(61)});
    let mut picture = list(1);
    picture["header"] = json!({"type": "image", "image": {"link": "http://a/b.jpg"}});
    for (bad, code) in [
        (buttons(&[]), 131_009),
        (buttons(&["a", "b", "c", "d"]), 131_009),
        (buttons(&["a", "a"]), 131_009),
        (buttons(&[&long(21)]), 131_009),
        (buttons(&[" "]), 131_009),
        (long_body, 131_009),
        (footer, 131_009),
        (list(0), 131_009),
        (list(11), 131_009),
        (picture, 131_009),
        (json!({"type": "button", "action": {}}), 131_008),
        (
            json!({"type": "riddle", "body": {"text": "b"}, "action": {}}),
            131_009,
        ),
    ] {
        let (_, answer) = bench.post_message(&to_ana("interactive", bad.clone())).await;
        assert_eq!(answer["error"]["code"], code, "{bad}: {answer}");
    }
    assert_eq!(bench.post_message(&to_ana("interactive", list(10))).await.0, 200);
    for (kind, bad, code) in [
        ("location", json!({"latitude": 1}), 131_008),
        ("location", json!({"latitude": 91, "longitude": 0}), 131_009),
        ("contacts", json!([]), 131_009),
        ("contacts", json!([{"name": {"formatted_name": "A"}}]), 131_008),
        ("reaction", json!({"message_id": "x"}), 131_008),
        ("sticker", json!({"link": "http://a/b", "caption": "no"}), 100),
    ] {
        let (_, answer) = bench.post_message(&to_ana(kind, bad.clone())).await;
        assert_eq!(answer["error"]["code"], code, "{kind} {bad}: {answer}");
    }
    let card = json!([{"name": {"formatted_name": "Bo B", "first_name": "Bo"}}]);
    assert_eq!(bench.post_message(&to_ana("contacts", card)).await.0, 200);
    assert_eq!(
        bench
            .sandbox
            .phone_messages(ANA)
            .await
            .unwrap()
            .pop()
            .unwrap()
            .text,
        "Bo B"
    );
}
