//! Templates at Meta: listed, made, decided upon, sent.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::{ANA, Bench, VERIFY, WABA},
    receiver::{Receiver, changes},
};

async fn call(bench: &Bench, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = bench.graph(method, path);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn send(name: &str, language: &str, components: &Value) -> Value {
    json!({"messaging_product": "whatsapp", "to": ANA, "type": "template",
        "template": {"name": name, "language": {"code": language}, "components": components}})
}

fn body(texts: &[&str]) -> Value {
    let parameters: Vec<Value> = texts
        .iter()
        .map(|text| json!({"type": "text", "text": text}))
        .collect();
    json!({"type": "body", "parameters": parameters})
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let bench = Bench::start().await;
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let path = format!("{WABA}/message_templates?fields=id,name,language&limit=3{after}");
        let (status, page) = call(&bench, Method::GET, &path, None).await;
        assert_eq!(status, 200, "{page}");
        for row in page["data"].as_array().unwrap() {
            names.push((row["name"].clone(), row["language"].clone()));
        }
        if page["paging"].get("next").is_none() {
            break;
        }
        after = format!("&after={}", page["paging"]["cursors"]["after"].as_str().unwrap());
    }
    let (_, all) = call(
        &bench,
        Method::GET,
        &format!("{WABA}/message_templates?limit=100"),
        None,
    )
    .await;
    assert_eq!(names.len(), all["data"].as_array().unwrap().len());
    names.sort_by_key(|name| name.0.to_string() + &name.1.to_string());
    names.dedup();
    assert_eq!(names.len(), 8, "each once");
    let path = format!("{WABA}/message_templates?name=order_update&language=pt_BR");
    assert_eq!(
        call(&bench, Method::GET, &path, None).await.1["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_new_one_waits_is_decided_upon_and_told() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let path = format!("{WABA}/message_templates");
    let new = json!({"name": "greeting", "language": "en", "category": "UTILITY", "components": [
        {"type": "BODY", "text": "Hello {{1}}, we are open today.", "example": {"body_text": [["Ana"]]}}]});
    let (status, made) = call(&bench, Method::POST, &path, Some(new.clone())).await;
    assert_eq!((status, &made["status"]), (200, &json!("PENDING")), "{made}");
    assert_eq!(
        call(&bench, Method::POST, &path, Some(new.clone())).await.0,
        400,
        "once only"
    );
    let pending = bench
        .post_message(&send("greeting", "en", &json!([body(&["Ana"])])))
        .await;
    assert_eq!(pending.1["error"]["code"], 132_001);

    let id = made["id"].as_str().unwrap();
    let decide = format!("/templates/{id}");
    for decision in [
        json!({"status": "REJECTED", "reason": "SCAM"}),
        json!({"status": "APPROVED"}),
    ] {
        assert_eq!(bench.api(Method::PATCH, &decide, Some(decision)).await.0, 200);
    }
    let posts = receiver
        .posts_when(|posts| posts.iter().map(|post| changes(post).len()).sum::<usize>() >= 2)
        .await;
    let told: Vec<Value> = posts.iter().flat_map(changes).collect();
    assert_eq!(told[0]["field"], "message_template_status_update");
    assert_eq!(
        (&told[0]["value"]["event"], &told[0]["value"]["reason"]),
        (&json!("REJECTED"), &json!("SCAM"))
    );
    assert!(told[1]["value"]["message_template_id"].is_number());
    // Outside the window, as Ana has never written.
    assert_eq!(
        bench
            .post_message(&send("greeting", "en", &json!([body(&["Ana"])])))
            .await
            .0,
        200
    );
    let shown = bench.sandbox.phone_messages(ANA).await.unwrap().pop().unwrap();
    assert_eq!(shown.text, "Hello Ana, we are open today.");

    assert_eq!(
        call(&bench, Method::POST, id, Some(json!({"category": "MARKETING"})))
            .await
            .0,
        200
    );
    assert_eq!(call(&bench, Method::GET, id, None).await.1["status"], "PENDING");
    let gone = format!("{path}?name=greeting");
    assert_eq!(call(&bench, Method::DELETE, &gone, None).await.0, 200);
    assert_eq!(call(&bench, Method::DELETE, &gone, None).await.0, 400);

    for (pointer, bad) in [
        ("/name", json!("Greeting")),
        ("/category", json!("FUN")),
        ("/components", json!([])),
        ("/components/0/text", json!("{{1}} at the start")),
        ("/components/0/text", json!("x".repeat(1025))),
        ("/components/0/example", Value::Null),
    ] {
        let mut body = new.clone();
        match pointer {
            "/components/0/example" => {
                body["components"][0].as_object_mut().unwrap().remove("example");
            }
            _ => *body.pointer_mut(pointer).unwrap() = bad,
        }
        assert_eq!(
            call(&bench, Method::POST, &path, Some(body)).await.0,
            400,
            "{pointer}"
        );
    }
}

#[tokio::test]
async fn variables_must_be_filled_the_way_they_were_made() {
    let bench = Bench::start().await;
    let named = |name: &str, text: &str| json!({"type": "text", "parameter_name": name, "text": text});
    let code = async |name: &str, components: Value| {
        let (status, answer) = bench.post_message(&send(name, "en_US", &components)).await;
        if status == 200 {
            0
        } else {
            answer["error"]["code"].as_i64().unwrap()
        }
    };
    assert_eq!(code("nothing", json!([])).await, 132_001);
    assert_eq!(code("order_update", json!([])).await, 132_000);
    assert_eq!(code("order_update", json!([body(&["a"])])).await, 132_000);
    assert_eq!(code("order_update", json!([body(&["a", "b\nc"])])).await, 132_012);
    assert_eq!(
        code("order_update", json!([body(&["a", &"x".repeat(1100)])])).await,
        132_005
    );
    assert_eq!(code("order_update", json!([body(&["a", "b"])])).await, 0);
    assert_eq!(
        code("autumn_offer", json!([body(&["a"])])).await,
        132_012,
        "no picture"
    );
    assert_eq!(code("discount_code", json!([body(&["5"])])).await, 100, "no code");
    let url = json!({"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "A7"}]});
    assert_eq!(code("track_parcel", json!([body(&["A7"]), url])).await, 0);
    let shown = bench.sandbox.phone_messages(ANA).await.unwrap().pop().unwrap();
    let card = &shown.content.unwrap()["card"];
    assert_eq!(
        card["buttons"][0],
        json!({"type": "url", "title": "Track it", "url": "https://example.com/track/A7"})
    );

    let header = json!({"type": "header", "parameters": [named("customer", "Ana")]});
    let day =
        |name: &str| json!({"type": "body", "parameters": [named("time", "10:30"), named(name, "Friday")]});
    let mut message = send("appointment_reminder", "en", &json!([header, day("day")]));
    assert_eq!(bench.post_message(&message).await.0, 200);
    let shown = bench.sandbox.phone_messages(ANA).await.unwrap().pop().unwrap();
    assert!(
        shown.text.starts_with("We expect you on Friday at 10:30."),
        "{}",
        shown.text
    );
    message["template"]["components"][1] = day("tag");
    assert_eq!(bench.post_message(&message).await.1["error"]["code"], 132_012);
}

#[tokio::test]
async fn quick_replies_answer_with_a_button() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let payload = json!({"type": "button", "sub_type": "quick_reply", "index": "1",
        "parameters": [{"type": "payload", "payload": "BAD"}]});
    let (_, sent) = bench
        .post_message(&send("how_was_it", "en_US", &json!([body(&["Ana"]), payload])))
        .await;
    let press = json!({"type": "press", "message_id": sent["messages"][0]["id"], "button": 1});
    bench.sandbox.act(ANA, press).await.unwrap();
    let told = receiver.happenings(3).await;
    assert_eq!(told[0]["pricing"]["category"], "utility");
    assert_eq!(
        told[2]["button"],
        json!({"payload": "BAD", "text": "Not so good"})
    );
    assert_eq!(told[2]["context"]["id"], sent["messages"][0]["id"]);
}

#[tokio::test]
async fn who_stopped_promotions_gets_none() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let path = format!("/phones/{ANA}/preference");
    let (status, phone) = bench
        .api(Method::POST, &path, Some(json!({"value": "stop"})))
        .await;
    assert_eq!((status, &phone["no_promotions"]), (200, &json!(true)));
    let offer = || {
        let button = json!({"type": "button", "sub_type": "copy_code", "index": "0",
            "parameters": [{"type": "coupon_code", "coupon_code": "THANKS10"}]});
        send("discount_code", "en_US", &json!([body(&["10"]), button]))
    };
    for (word, refused) in [("stop", true), ("resume", false)] {
        bench
            .api(Method::POST, &path, Some(json!({ "value": word })))
            .await;
        let (status, sent) = bench.post_message(&offer()).await;
        assert_eq!(status, 200, "{sent}");
        let id = sent["messages"][0]["id"].clone();
        let posts = receiver
            .posts_when(|posts| statuses_of(posts, &id).next().is_some())
            .await;
        let first = statuses_of(&posts, &id).next().unwrap();
        let code = first["errors"][0]["code"].as_i64();
        assert_eq!(code, refused.then_some(131_050), "{first}");
    }
    let useful = send("order_update", "en_US", &json!([body(&["Ana", "#1"])]));
    assert_eq!(bench.post_message(&useful).await.0, 200);
}

fn statuses_of<'p>(posts: &'p [crate::receiver::Post], id: &'p Value) -> impl Iterator<Item = Value> + 'p {
    posts
        .iter()
        .flat_map(changes)
        .flat_map(|change| {
            change["value"]["statuses"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        })
        .filter(move |status| status["id"] == *id)
}
