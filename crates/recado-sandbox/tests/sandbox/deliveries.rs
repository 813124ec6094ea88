//! How webhooks reach the receiver: connected by handshake, signed over their bytes, in order, until acknowledged.

use recado_sandbox::{Error, Status};
use serde_json::{Value, json};

use crate::{
    bench::{ANA, Bench, NUMBER, SECRET, START, VERIFY, WABA},
    receiver::{DEADLINE, Receiver, happenings, signature, values},
};

#[tokio::test]
async fn saving_the_url_runs_the_handshake() {
    let bench = Bench::start().await;
    let (good, bad) = (
        Receiver::start(VERIFY).await,
        Receiver::start("another token").await,
    );
    let refused = bench.sandbox.connect(&bad.url).await;
    assert!(matches!(refused, Err(Error::Handshake { .. })), "{refused:?}");
    for nowhere in ["http://127.0.0.1:1/hook", "ftp://127.0.0.1/", "nonsense"] {
        assert!(bench.sandbox.connect(nowhere).await.is_err(), "{nowhere}");
    }
    assert_eq!(
        bench.sandbox.webhook().await.unwrap().url,
        None,
        "what failed is not saved"
    );

    bench.sandbox.connect(&good.url).await.unwrap();
    assert_eq!(
        bench.sandbox.webhook().await.unwrap().url.as_ref(),
        Some(&good.url)
    );
    let asked = &good.handshakes()[0];
    assert_eq!(asked["hub.mode"], "subscribe");
    assert_eq!(asked["hub.verify_token"], VERIFY);
    assert!(!asked["hub.challenge"].is_empty());
}

#[tokio::test]
async fn an_incoming_text_looks_like_metas() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    let zoe = bench
        .sandbox
        .add_phone("Zoë", Some("+49 151 12345678"))
        .await
        .unwrap();
    let hello = bench.sandbox.say(&zoe.wa_id, "Grüße 🎉 a/b").await.unwrap();
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let post = receiver.posts_when(|posts| !posts.is_empty()).await[0].clone();

    assert_eq!(post.signature, signature(SECRET, post.body.as_bytes()));
    assert!(post.body.is_ascii());
    assert!(
        post.body
            .contains(r#""body":"Gr\u00fc\u00dfe \ud83c\udf89 a\/b""#),
        "{}",
        post.body
    );
    let body: Value = serde_json::from_str(&post.body).unwrap();
    assert_eq!(body["entry"][0]["id"], WABA);
    let value = &values(&post)[0];
    assert_eq!(value["messaging_product"], "whatsapp");
    assert_eq!(
        value["metadata"],
        json!({"display_phone_number": "15550001111", "phone_number_id": NUMBER})
    );
    assert_eq!(value["contacts"][0]["profile"]["name"], "Zoë");
    assert_eq!(value["contacts"][0]["wa_id"], "4915112345678");
    let message = &value["messages"][0];
    assert_eq!(message["from"], "4915112345678");
    assert_eq!(message["from_user_id"], value["contacts"][0]["user_id"]);
    assert_eq!(message["id"], hello.id);
    assert_eq!(
        message["timestamp"],
        (START / 1000).to_string(),
        "a string of seconds"
    );
    assert_eq!(message["type"], "text");
    assert!(message.get("context").is_none());

    let ours = bench.send(&zoe.wa_id, "Hallo").await;
    bench.sandbox.reply(&zoe.wa_id, "to yours", &ours).await.unwrap();
    bench
        .sandbox
        .reply(&zoe.wa_id, "to mine", &hello.id)
        .await
        .unwrap();
    let all = receiver.happenings(5).await;
    let context = |text: &str| all.iter().find(|h| h["text"]["body"] == text).unwrap()["context"].clone();
    assert_eq!(context("to yours"), json!({"from": "15550001111", "id": ours}));
    assert_eq!(
        context("to mine"),
        json!({"from": "4915112345678", "id": hello.id})
    );
}

#[tokio::test]
async fn statuses_come_in_order() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let id = bench.send(ANA, "hello").await;
    let before = receiver.happenings(3).await;
    assert_eq!(
        statuses_of(&before, &id),
        ["sent", "delivered"],
        "read only once she looks"
    );
    let phone = bench.sandbox.phone(ANA).await.unwrap();
    assert_eq!((phone.unread, phone.last_text.as_deref()), (1, Some("hello")));

    assert_eq!(bench.sandbox.open_chat(ANA).await.unwrap().unread, 0);
    bench.sandbox.open_chat(ANA).await.unwrap();
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    let all = happenings(&receiver.posts());
    assert_eq!(statuses_of(&all, &id), ["sent", "delivered", "read"]);
    for status in all.iter().filter(|h| h["id"] == *id) {
        assert_eq!(status["recipient_id"], ANA);
        assert_eq!(status["biz_opaque_callback_data"], "hello");
        assert!(status["timestamp"].is_string());
        assert_eq!(status["pricing"].is_object(), status["status"] != "read");
    }
    let contacts = values(&receiver.posts()[1])[0]["contacts"].clone();
    assert_eq!(
        contacts[0]["wa_id"], ANA,
        "newer payloads carry the contact beside statuses"
    );
}

#[tokio::test]
async fn an_offline_phone_gets_its_messages_later() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "hi").await.unwrap();
    bench.sandbox.set_online(ANA, false).await.unwrap();
    let ids = [bench.send(ANA, "first").await, bench.send(ANA, "second").await];
    let happenings = receiver.happenings(3).await;
    for id in &ids {
        assert_eq!(statuses_of(&happenings, id), ["sent"]);
    }
    assert_eq!(
        bench.sandbox.open_chat(ANA).await.unwrap().unread,
        0,
        "nothing arrived that could be read"
    );
    assert!(matches!(
        bench.sandbox.say(ANA, "?").await,
        Err(Error::Offline(_))
    ));

    bench.sandbox.set_auto_read(ANA, true).await.unwrap();
    bench.sandbox.set_online(ANA, true).await.unwrap();
    let third = bench.send(ANA, "third").await;
    let happenings = receiver.happenings(10).await;
    for id in ids.iter().chain([&third]) {
        assert_eq!(statuses_of(&happenings, id), ["sent", "delivered", "read"]);
    }
    assert_eq!(happenings.len(), 10);
}

#[tokio::test]
async fn a_webhook_is_repeated_until_it_is_answered_200() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    receiver.answer_with(&[503, 500, 404, 204]);
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let message = bench.sandbox.say(ANA, "anybody?").await.unwrap();
    assert_eq!(
        message.status,
        Status::Sent,
        "one tick while nobody has acknowledged it"
    );
    let posts = receiver.posts_when(|posts| posts.len() >= 5).await;
    assert_eq!(
        posts.iter().map(|post| post.status).collect::<Vec<_>>(),
        [503, 500, 404, 204, 200]
    );
    for post in &posts {
        assert_eq!(values(post)[0]["messages"][0]["id"], message.id);
        assert_eq!(post.signature, signature(SECRET, post.body.as_bytes()));
    }
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    assert_eq!(
        bench.sandbox.phone_messages(ANA).await.unwrap()[0].status,
        Status::Delivered
    );
    assert_eq!(bench.sandbox.webhook().await.unwrap().last_status, Some(200));
}

#[tokio::test]
async fn what_waits_together_travels_together_and_in_order() {
    let bench = Bench::start().await;
    let mut expected = Vec::new();
    for n in 0..120 {
        expected.push(bench.sandbox.say(ANA, &format!("message {n}")).await.unwrap().id);
    }
    let ours = bench.send(ANA, "answer").await;
    expected.extend([ours.clone(), ours]);
    expected.push(bench.sandbox.say(ANA, "last").await.unwrap().id);
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();

    let found = receiver.happenings(expected.len()).await;
    let ids: Vec<&str> = found.iter().map(|h| h["id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected);
    let posts = receiver.posts();
    assert_eq!(posts.len(), 2, "a hundred in the first, the rest in the second");
    assert_eq!(happenings(&posts[..1]).len(), 100);
    let second = values(&posts[1]);
    assert_eq!(second.len(), 3, "messages, statuses, messages");
    assert!(
        second[0]["messages"].is_array()
            && second[1]["statuses"].is_array()
            && second[2]["messages"].is_array()
    );
    assert_eq!(
        second[0]["contacts"].as_array().unwrap().len(),
        1,
        "each contact once"
    );
}

#[tokio::test]
async fn a_restart_loses_nothing() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "before").await.unwrap();
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    receiver.answer_with(&[503; 2]);
    let waiting = bench.sandbox.say(ANA, "in between").await.unwrap();
    receiver
        .posts_when(|posts| posts.iter().any(|post| post.status == 503))
        .await;
    let phones = bench.sandbox.phones().await.unwrap();
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();

    let bench = bench.restart().await;
    assert_eq!(
        bench.sandbox.phones().await.unwrap(),
        phones,
        "seeded once, kept since"
    );
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    let again = bench.sandbox.phone_messages(ANA).await.unwrap();
    assert_eq!(
        again.iter().map(|m| &m.id).collect::<Vec<_>>(),
        chat.iter().map(|m| &m.id).collect::<Vec<_>>()
    );
    let happenings = happenings(&receiver.posts());
    assert_eq!(
        happenings.last().unwrap()["id"],
        waiting.id,
        "without connecting again"
    );
    bench.send(ANA, "the window is open still").await;
    assert_eq!(bench.sandbox.phone_messages(ANA).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_receiver_that_went_away_gets_it_when_it_is_back() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let address = receiver
        .url
        .trim_start_matches("http://")
        .trim_end_matches("/hook")
        .to_owned();
    drop(receiver);
    let waiting = bench.sandbox.say(ANA, "hello?").await.unwrap();
    bench
        .sandbox
        .wait_for("a POST that nobody answers", DEADLINE, async |sandbox| {
            Ok(sandbox.webhook().await?.last_error)
        })
        .await
        .unwrap();
    let receiver = Receiver::start_on(&address, VERIFY).await;
    assert_eq!(receiver.happenings(1).await[0]["id"], waiting.id);
}

#[tokio::test]
async fn raw_bodies_are_signed_and_posted_once() {
    let bench = Bench::start().await;
    let body = json!({"object": "page", "é/": ["\u{1f389}", 1.50]});
    assert!(matches!(
        bench.sandbox.post_raw(&body).await,
        Err(Error::NotConnected)
    ));
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    receiver.answer_with(&[413]);
    assert_eq!(bench.sandbox.post_raw(&body).await.unwrap(), 413);
    let over_http = bench
        .api(
            reqwest::Method::POST,
            "/webhooks/raw",
            Some(json!({"body": body})),
        )
        .await;
    assert_eq!(over_http, (200, json!({"status": 200})));
    let posts = receiver.posts();
    assert_eq!(posts.len(), 2);
    for post in posts {
        assert_eq!(post.signature, signature(SECRET, post.body.as_bytes()));
        assert!(post.body.contains(r"\u00e9\/"), "{}", post.body);
        assert_eq!(serde_json::from_str::<Value>(&post.body).unwrap(), body);
    }
}

fn statuses_of<'a>(happenings: &'a [Value], id: &str) -> Vec<&'a str> {
    happenings
        .iter()
        .filter(|h| h["id"] == *id)
        .filter_map(|h| h["status"].as_str())
        .collect()
}
