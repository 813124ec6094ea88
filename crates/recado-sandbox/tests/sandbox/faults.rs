//! Trouble on order.

use std::time::{Duration, Instant};

use recado_sandbox::Status;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::{ACCOUNT, ANA, AUTH, Bench, NUMBER, VERIFY, text_to},
    receiver::{DEADLINE, Receiver, happenings},
};

async fn order(bench: &Bench, fault: Value) -> Value {
    let (status, made) = bench.api(Method::POST, "/faults", Some(fault)).await;
    assert_eq!(status, 201, "{made}");
    made
}

async fn ready() -> (Bench, Receiver) {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "hi").await.unwrap();
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    (bench, receiver)
}

#[tokio::test]
async fn sends_are_refused_with_the_providers_codes() {
    let (bench, _receiver) = ready().await;
    let once = |effect: Value| json!({"call": "send", "times": 1, "effect": effect});
    for (effect, status, code) in [
        (json!({"type": "rate_limited"}), 429, 130_429),
        (
            json!({"type": "refuse", "code": 131_031, "status": 403}),
            403,
            131_031,
        ),
        (json!({"type": "throttle", "per_second": 0}), 429, 130_429),
        (
            json!({"type": "pair_rate", "count": 0, "seconds": 6}),
            429,
            131_056,
        ),
    ] {
        order(&bench, once(effect)).await;
        let (got, answer) = bench.post_message(&text_to(ANA, "x")).await;
        assert_eq!(
            (got, &answer["error"]["code"]),
            (status, &json!(code)),
            "{answer}"
        );
    }
    order(&bench, once(json!({"type": "status", "status": 503}))).await;
    let answer = bench
        .graph(Method::POST, &format!("{NUMBER}/messages"))
        .json(&text_to(ANA, "x"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.json::<Value>().await.is_err(), "a gateway's page");
    order(
        &bench,
        json!({"line": "twilio", "call": "send", "effect": {"type": "rate_limited"}}),
    )
    .await;
    let (status, answer) = bench
        .twilio_send(&format!("whatsapp:+{ANA}"), &[("Body", "x")])
        .await;
    assert_eq!((status, &answer["code"]), (429, &json!(20_429)));
    bench.send(ANA, "the other line is well").await;
    assert_eq!(
        bench.sandbox.sends().await.unwrap().len(),
        1,
        "what is refused is not taken"
    );
    let (_, left) = bench.api(Method::GET, "/faults", None).await;
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(bench.api(Method::DELETE, "/faults", None).await.0, 200);
    assert_eq!(
        bench
            .twilio_send(&format!("whatsapp:+{ANA}"), &[("Body", "x")])
            .await
            .0,
        201
    );
    for bad in [
        json!({"call": "send"}),
        json!({"call": "dance", "effect": {"type": "hang"}}),
        json!({"call": "webhook", "effect": {"type": "hang"}}),
        json!({"call": "media", "effect": {"type": "throttle", "per_second": 1}}),
        json!({"call": "send", "effect": {"type": "drop"}}),
        json!({"call": "send", "effect": {"type": "status", "status": 200}}),
        json!({"call": "send", "times": 0, "effect": {"type": "hang"}}),
        json!({"call": "send", "effect": {"type": "hang"}, "unknown": 1}),
    ] {
        assert_eq!(
            bench.api(Method::POST, "/faults", Some(bad.clone())).await.0,
            400,
            "{bad}"
        );
    }
    assert_eq!(bench.api(Method::DELETE, "/faults/99", None).await.0, 404);
}

#[tokio::test]
async fn answers_get_lost_after_and_before_the_fact() {
    let (bench, _receiver) = ready().await;
    let post = |text: &str| {
        let request = bench
            .graph(Method::POST, &format!("{NUMBER}/messages"))
            .json(&text_to(ANA, text));
        request.send()
    };
    order(
        &bench,
        json!({"call": "send", "phone": ANA, "times": 1, "effect": {"type": "lose_answer"}}),
    )
    .await;
    let lost = post("lost answer").await.unwrap_err();
    assert!(!lost.is_connect(), "the connection closed: {lost:?}");
    assert!(
        bench
            .sandbox
            .wait_for_message(ANA, "lost answer", DEADLINE)
            .await
            .is_ok()
    );
    order(
        &bench,
        json!({"call": "send", "times": 1, "effect": {"type": "hang"}}),
    )
    .await;
    // Given up only once it has come: on a slow machine that takes its time.
    let came = async {
        while bench.api(Method::GET, "/faults", None).await.1 != json!([]) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        answer = post("never taken") => panic!("{answer:?}"),
        () = came => {}
    }
    bench.send(ANA, "after").await;
    let texts: Vec<_> = bench
        .sandbox
        .sends()
        .await
        .unwrap()
        .into_iter()
        .map(|sent| sent.text)
        .collect();
    assert_eq!(texts, ["lost answer", "after"]);

    order(
        &bench,
        json!({"line": "twilio", "call": "send", "times": 1, "effect": {"type": "lose_answer"}}),
    )
    .await;
    let url = format!(
        "{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json",
        bench.sandbox.url()
    );
    let body = format!("From=whatsapp%3A%2B15550002222&To=whatsapp%3A%2B{ANA}&Body=x");
    let request = bench.http.post(url).basic_auth(ACCOUNT, Some(AUTH)).body(body);
    assert!(request.send().await.is_err());
    assert_eq!(bench.sandbox.sends().await.unwrap().len(), 3);
}

#[tokio::test]
async fn accepted_sends_fail_later() {
    let (bench, receiver) = ready().await;
    order(
        &bench,
        json!({"call": "send", "times": 1, "effect": {"type": "fail_later", "code": 131_049}}),
    )
    .await;
    let id = bench.send(ANA, "marketing").await;
    let told = receiver.happenings(2).await;
    assert_eq!(
        (&told[1]["id"], &told[1]["status"]),
        (&json!(id), &json!("failed"))
    );
    assert_eq!(told[1]["errors"][0]["code"], 131_049);
    let sent = &bench.sandbox.sends().await.unwrap()[0];
    assert_eq!((sent.status, sent.error_code), (Status::Failed, Some(131_049)));
}

#[tokio::test]
async fn webhooks_come_twice_in_another_order_or_not() {
    let (bench, receiver) = ready().await;
    order(
        &bench,
        json!({"call": "webhook", "times": 1, "effect": {"type": "duplicate", "times": 2}}),
    )
    .await;
    bench.sandbox.say(ANA, "three times").await.unwrap();
    let posts = receiver.posts_when(|posts| posts.len() >= 4).await;
    assert_eq!((&posts[1].body, &posts[1].body), (&posts[2].body, &posts[3].body));
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();

    order(
        &bench,
        json!({"call": "webhook", "times": 1, "effect": {"type": "drop"}}),
    )
    .await;
    bench.sandbox.say(ANA, "never told").await.unwrap();
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    order(
        &bench,
        json!({"call": "webhook", "times": 1, "effect": {"type": "reorder"}}),
    )
    .await;
    for text in ["one", "two", "three"] {
        bench.sandbox.say(ANA, text).await.unwrap();
    }
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    let texts: Vec<String> = happenings(&receiver.posts())
        .iter()
        .skip(4)
        .map(|told| told["text"]["body"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts, ["three", "two", "one"]);
}

#[tokio::test]
async fn delays_hold_up_calls_and_webhooks() {
    let (bench, receiver) = ready().await;
    for call in ["send", "webhook"] {
        order(
            &bench,
            json!({"call": call, "times": 1, "effect": {"type": "delay", "ms": 200}}),
        )
        .await;
    }
    let start = Instant::now();
    bench.send(ANA, "slow").await;
    assert!(start.elapsed() >= Duration::from_millis(200));
    receiver.happenings(3).await;
    assert!(start.elapsed() >= Duration::from_millis(400));
}
