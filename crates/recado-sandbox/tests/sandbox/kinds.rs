//! What customers send, of every kind, as Meta's webhooks tell it; and their files.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::{ANA, Bench, HOUR, NUMBER, TOKEN, VERIFY},
    receiver::{Receiver, changes},
};

/// What the customer does, and the entry of `messages[]` that it makes.
async fn told(bench: &Bench, receiver: &Receiver, act: Value) -> Value {
    let before = receiver.happenings(0).await.len();
    let shown = bench.sandbox.act(ANA, act.clone()).await;
    assert!(shown.is_ok(), "{act}: {shown:?}");
    receiver.happenings(before + 1).await.pop().unwrap()
}

async fn connected() -> (Bench, Receiver) {
    let bench = Bench::start().await;
    let receiver = Receiver::start(VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    (bench, receiver)
}

#[tokio::test]
async fn files_come_with_what_it_takes_to_fetch_them() {
    let (bench, receiver) = connected().await;
    for (kind, mime_type, more) in [
        ("image", "image/jpeg", json!({"caption": "look"})),
        ("video", "video/mp4", json!({})),
        ("audio", "audio/ogg; codecs=opus", json!({"voice": true})),
        ("document", "application/pdf", json!({"filename": "menu.pdf"})),
        ("sticker", "image/webp", json!({"animated": false})),
    ] {
        let message = told(
            &bench,
            &receiver,
            json!({"type": kind, "caption": more["caption"]}),
        )
        .await;
        assert_eq!(message["type"], kind);
        let media = &message[kind];
        assert_eq!(media["mime_type"], mime_type);
        for (key, value) in more.as_object().unwrap() {
            assert_eq!(&media[key], value, "{kind}");
        }
        let id = media["id"].as_str().unwrap();
        let found: Value = bench
            .graph(Method::GET, &format!("{id}?phone_number_id={NUMBER}"))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(found["id"], id, "{found}");
        for url in [&found["url"], &media["url"]] {
            let url = url.as_str().unwrap();
            let without = bench.http.get(url).send().await.unwrap();
            assert_eq!(without.status(), 401, "the URL alone is not enough");
            let file = bench.http.get(url).bearer_auth(TOKEN).send().await.unwrap();
            assert_eq!(file.headers()["content-type"], mime_type);
            let bytes = file.bytes().await.unwrap();
            assert_eq!(Some(bytes.len() as u64), found["file_size"].as_u64());
            assert_eq!(bench.sandbox.media(id).await.unwrap().unwrap(), bytes);
        }
    }
}

#[tokio::test]
async fn links_live_five_minutes_and_files_a_week() {
    let (bench, receiver) = connected().await;
    let message = told(&bench, &receiver, json!({"type": "image"})).await;
    let (id, url) = (
        message["image"]["id"].as_str().unwrap().to_owned(),
        message["image"]["url"].as_str().unwrap().to_owned(),
    );
    let get = async |url: &str| {
        bench
            .http
            .get(url)
            .bearer_auth(TOKEN)
            .send()
            .await
            .unwrap()
            .status()
    };
    bench.advance(5 * 60 * 1000 - 1);
    assert_eq!(get(&url).await, 200);
    bench.advance(1);
    assert_eq!(get(&url).await, 404);
    assert_eq!(get(&url.replace("hash=", "hash=0")).await, 404);
    let look_up = format!("{}/v24.0/{id}", bench.sandbox.url());
    assert_eq!(get(&look_up).await, 200, "there is a new link");
    bench.advance(7 * 24 * HOUR);
    assert_eq!(get(&look_up).await, 400);
}

#[tokio::test]
async fn everything_else_a_phone_does_is_told() {
    let (bench, receiver) = connected().await;
    bench.sandbox.say(ANA, "hi").await.unwrap();
    receiver.happenings(1).await;
    let cases = [
        (
            json!({"type": "location", "latitude": 52.5, "longitude": 13.4, "name": "Shop"}),
            json!({"location": {"latitude": 52.5, "longitude": 13.4, "name": "Shop"}}),
        ),
        (
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Bo"}}]}),
            json!({"contacts": [{"name": {"formatted_name": "Bo"}}]}),
        ),
        (
            json!({"type": "button", "text": "Yes", "payload": "yes"}),
            json!({"button": {"text": "Yes", "payload": "yes"}}),
        ),
        (
            json!({"type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "One"}}}),
            json!({"interactive": {"type": "list_reply", "list_reply": {"id": "1", "title": "One"}}}),
        ),
        (
            json!({"type": "unsupported", "kind": "poll"}),
            json!({"unsupported": {"type": "poll"}}),
        ),
        (
            json!({"type": "request_welcome"}),
            json!({"type": "request_welcome"}),
        ),
        (
            json!({"type": "novelty", "novelty": {"a": 1}}),
            json!({"type": "novelty", "novelty": {"a": 1}}),
        ),
        (
            json!({"text": "from an ad", "referral": {"source_type": "ad", "source_id": "7"}}),
            json!({"referral": {"source_type": "ad", "source_id": "7"}}),
        ),
        (
            json!({"text": "passed on", "forwarded": true}),
            json!({"context": {"forwarded": true}}),
        ),
        (
            json!({"text": "odd", "wire": {"timestamp": 7}}),
            json!({"timestamp": 7, "text": {"body": "odd"}}),
        ),
    ];
    for (act, expected) in cases {
        let message = told(&bench, &receiver, act).await;
        for (key, value) in expected.as_object().unwrap() {
            assert_eq!(&message[key], value, "{message}");
        }
    }
    let order = told(&bench, &receiver, json!({"type": "order"})).await;
    assert!(order["order"]["product_items"][0]["quantity"].is_number());
    let unsupported = told(&bench, &receiver, json!({"type": "unsupported"})).await;
    assert_eq!(unsupported["errors"][0]["code"], 131_051);
}

#[tokio::test]
async fn reactions_corrections_and_withdrawals_show_on_their_message() {
    let (bench, receiver) = connected().await;
    let mine = bench.sandbox.say(ANA, "helo").await.unwrap();
    let ours = bench.send(ANA, "hello").await;
    receiver.happenings(3).await;
    let react = |emoji: &str| json!({"type": "reaction", "message_id": ours, "emoji": emoji});
    let message = told(&bench, &receiver, react("🎉")).await;
    assert_eq!(message["reaction"], json!({"message_id": ours, "emoji": "🎉"}));
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();
    assert_eq!((chat.len(), &*chat[1].reactions[0].emoji), (2, "🎉"));
    let message = told(&bench, &receiver, react("")).await;
    assert_eq!(message["reaction"]["emoji"], "");
    assert!(
        bench.sandbox.phone_messages(ANA).await.unwrap()[1]
            .reactions
            .is_empty()
    );

    let edit = json!({"type": "edit", "message_id": mine.id, "text": "hello"});
    let message = told(&bench, &receiver, edit.clone()).await;
    assert_eq!(message["edit"]["original_message_id"], mine.id);
    assert_eq!(message["edit"]["message"]["text"]["body"], "hello");
    assert_ne!(message["id"], mine.id);
    let message = told(
        &bench,
        &receiver,
        json!({"type": "revoke", "message_id": mine.id}),
    )
    .await;
    assert_eq!(message["revoke"], json!({"original_message_id": mine.id}));
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();
    assert!(chat[0].edited && chat[0].revoked && chat[0].text.is_empty());
    let mut foreign = edit;
    foreign["message_id"] = ours.into();
    assert!(
        bench.sandbox.act(ANA, foreign).await.is_err(),
        "only what one wrote oneself"
    );
}

#[tokio::test]
async fn the_business_reacts_too() {
    let (bench, receiver) = connected().await;
    let mine = bench.sandbox.say(ANA, "hi").await.unwrap();
    let mut body = json!({"messaging_product": "whatsapp", "to": ANA, "type": "reaction",
        "reaction": {"message_id": mine.id, "emoji": "👍"}});
    assert_eq!(bench.post_message(&body).await.0, 200);
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();
    assert!(chat.len() == 1 && chat[0].reactions[0].from_business);
    body["reaction"]["emoji"] = "".into();
    assert_eq!(bench.post_message(&body).await.0, 200);
    assert!(
        bench.sandbox.phone_messages(ANA).await.unwrap()[0]
            .reactions
            .is_empty()
    );
    bench.sandbox.open_chat(ANA).await.unwrap();
    let all = receiver.happenings(3).await;
    let statuses: Vec<_> = all.iter().filter_map(|h| h["status"].as_str()).collect();
    assert_eq!(
        statuses,
        ["sent", "sent"],
        "reactions are neither delivered nor read"
    );
    body["reaction"]["emoji"] = "no".into();
    assert_eq!(bench.post_message(&body).await.1["error"]["code"], 131_009);
}

#[tokio::test]
async fn a_customer_without_a_phone_and_one_with_a_new_one() {
    let (bench, receiver) = connected().await;
    let new = json!({"name": "Nia", "phone": "+351 910 000 000", "username": "nia", "hidden": true});
    let (_, nia) = bench.api(Method::POST, "/phones", Some(new)).await;
    bench.sandbox.say("351910000000", "who am I?").await.unwrap();
    let post = receiver.posts_when(|posts| !posts.is_empty()).await[0].clone();
    assert!(!post.body.contains("351910000000"), "{}", post.body);
    let value = &changes(&post)[0]["value"];
    assert_eq!(value["contacts"][0]["profile"]["username"], "nia");
    assert_eq!(value["messages"][0]["from_user_id"], nia["user_id"]);

    let before = bench.sandbox.say(ANA, "my old phone").await.unwrap();
    receiver.happenings(2).await;
    let message = told(
        &bench,
        &receiver,
        json!({"type": "number_change", "phone": "5511999990001"}),
    )
    .await;
    assert_eq!(
        (&message["type"], &message["from"]),
        (&json!("system"), &json!(ANA))
    );
    assert_eq!(message["system"]["wa_id"], "5511999990001");
    assert_ne!(
        message["system"]["user_id"],
        message["system"]["previous_user_id"]
    );
    let post = receiver.posts().pop().unwrap();
    assert!(changes(&post)[0]["value"].get("contacts").is_none());
    let chat = bench.sandbox.phone_messages("5511999990001").await.unwrap();
    assert_eq!((chat[0].id.as_str(), chat.len()), (&*before.id, 2));
    assert!(bench.sandbox.phone(ANA).await.is_err());
}

#[tokio::test]
async fn other_fields_are_told_in_their_own_change() {
    let (bench, receiver) = connected().await;
    bench
        .api(
            Method::POST,
            "/echoes",
            Some(json!({"phone": ANA, "text": "from our phone"})),
        )
        .await;
    bench
        .api(
            Method::PATCH,
            "/number",
            Some(json!({"quality": "RED", "tier": "TIER_2K"})),
        )
        .await;
    let path = format!("/phones/{ANA}/preference");
    bench
        .api(Method::POST, &path, Some(json!({"value": "stop"})))
        .await;
    let told = json!({"field": "account_update", "value": {"event": "DISABLED_UPDATE"}});
    bench.api(Method::POST, "/webhooks/field", Some(told)).await;
    let posts = receiver
        .posts_when(|posts| posts.iter().map(|post| changes(post).len()).sum::<usize>() >= 4)
        .await;
    let all: Vec<Value> = posts.iter().flat_map(changes).collect();
    assert_eq!(all[0]["field"], "smb_message_echoes");
    assert_eq!(all[0]["value"]["message_echoes"][0]["to"], ANA);
    assert_eq!(
        all[0]["value"]["message_echoes"][0]["text"]["body"],
        "from our phone"
    );
    assert_eq!(all[1]["field"], "phone_number_quality_update");
    assert_eq!(
        (&all[1]["value"]["event"], &all[1]["value"]["current_limit"]),
        (&json!("FLAGGED"), &json!("TIER_2K"))
    );
    assert_eq!(all[2]["value"]["user_preferences"][0]["value"], "stop");
    assert!(all[2]["value"]["user_preferences"][0]["timestamp"].is_i64());
    assert_eq!(
        all[3],
        json!({"field": "account_update", "value": {"event": "DISABLED_UPDATE"}})
    );
    let number: Value = bench
        .graph(
            Method::GET,
            &format!("{NUMBER}?fields=quality_rating,messaging_limit_tier"),
        )
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        (&number["quality_rating"], &number["messaging_limit_tier"]),
        (&json!("RED"), &json!("TIER_2K"))
    );
    assert!(
        bench.sandbox.sends().await.unwrap().is_empty(),
        "an echo is no send"
    );
}
