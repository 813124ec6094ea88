//! What the Graph API takes, answers and refuses.

use recado_sandbox::Status;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bench::{ANA, Bench, HOUR, NUMBER, SECRET, TOKEN, WABA, text_to},
    receiver::Receiver,
};

#[tokio::test]
async fn a_text_is_accepted_and_arrives() {
    let bench = Bench::start().await;
    let asked = bench.sandbox.say(ANA, "Olá?").await.unwrap();
    let mut body = text_to(&format!("+{ANA}"), "Olá Ana 🎉");
    body["context"] = json!({"message_id": asked.id});
    body["biz_opaque_callback_data"] = "m_1".into();
    let (status, answer) = bench.post_message(&body).await;

    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["messaging_product"], "whatsapp");
    assert_eq!(
        answer["contacts"],
        json!([{"input": format!("+{ANA}"), "wa_id": ANA}])
    );
    assert_eq!(answer["messages"][0]["message_status"], "accepted");
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();
    assert_eq!(chat.len(), 2);
    assert_eq!(chat[1].id, answer["messages"][0]["id"].as_str().unwrap());
    assert!(chat[1].id.starts_with("wamid."), "{}", chat[1].id);
    assert_eq!((&*chat[1].text, chat[1].from_business), ("Olá Ana 🎉", true));
    assert_eq!(chat[1].reply_to, Some(asked.id));
    assert_eq!(bench.sandbox.sends_with("m_1").await.unwrap().len(), 1);
}

/// Changes a good body into each bad one and tells the code it must be refused with.
#[tokio::test]
async fn bad_sends_are_refused_with_the_documented_code() {
    let bench = Bench::start().await;
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let long = |n: usize| "é".repeat(n);
    let cases: Vec<(&str, Value, i64)> = vec![
        ("/messaging_product", Value::Null, 131_008),
        ("/messaging_product", json!("sms"), 100),
        ("/messaging_product", json!(7), 100),
        ("/recipient_type", json!("group"), 100),
        ("/recipient_type", json!("business_scoped_user_id"), 100),
        ("/to", Value::Null, 131_008),
        ("/to", json!(5_511_987_654_321_i64), 100),
        ("/to", json!(""), 131_009),
        ("/to", json!("+"), 131_009),
        ("/to", json!("55 11 9"), 131_009),
        ("/to", json!("abc"), 131_009),
        ("/to", json!("١٢٣٤٥٦٧"), 131_009),
        ("/to", json!("15550001111"), 131_021),
        ("/type", Value::Null, 131_008),
        ("/type", json!(1), 100),
        ("/type", json!("telepathy"), 100),
        ("/type", json!("image"), 131_008),
        ("/type", json!("template"), 131_008),
        ("/type", json!("order"), 131_051),
        ("/text", Value::Null, 131_008),
        ("/text", json!("hello"), 100),
        ("/text", json!({}), 131_008),
        ("/text/body", json!(12), 100),
        ("/text/body", json!(""), 131_009),
        ("/text/body", json!(" \n\t"), 131_009),
        ("/text/body", json!(long(4097)), 100),
        ("/text/preview_url", json!("yes"), 100),
        ("/text/markdown", json!(true), 100),
        ("/context", json!("wamid.X"), 100),
        ("/context", json!({}), 131_008),
        ("/context", json!({"message_id": ""}), 131_009),
        ("/context", json!({"id": "wamid.X"}), 100),
        ("/biz_opaque_callback_data", json!(1), 100),
        ("/biz_opaque_callback_data", json!(long(513)), 100),
        ("/recipient_identity_key_hash", json!(1), 100),
    ];
    for (pointer, value, code) in cases {
        let mut body = text_to(ANA, "hello");
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[key] = value.clone();
        let (status, answer) = bench.post_message(&body).await;
        let shown = value.to_string().chars().take(40).collect::<String>();
        assert_eq!(answer["error"]["code"], code, "{pointer} = {shown}: {answer}");
        assert_eq!(status, 400, "{pointer} = {shown}");
        assert_eq!(answer["error"]["type"], "OAuthException");
        assert!(!answer["error"]["fbtrace_id"].as_str().unwrap().is_empty());
        assert!(
            !answer["error"]["error_data"]["details"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    assert_eq!(
        bench.sandbox.sends().await.unwrap(),
        [],
        "nothing refused was taken"
    );

    // The longest that fits, counted in characters.
    let mut body = text_to(ANA, &long(4096));
    body["biz_opaque_callback_data"] = long(512).into();
    assert_eq!(bench.post_message(&body).await.0, 200);
}

#[tokio::test]
async fn what_is_no_object_is_refused() {
    let bench = Bench::start().await;
    for body in ["", "{", "[]", "null", "to=123"] {
        let answer = bench
            .graph(Method::POST, &format!("{NUMBER}/messages"))
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 400, "{body}");
        assert_eq!(
            answer.json::<Value>().await.unwrap()["error"]["code"],
            100,
            "{body}"
        );
    }
}

#[tokio::test]
async fn token_and_number_are_checked_first() {
    let bench = Bench::start().await;
    let url = |id: &str| format!("{}/v25.0/{id}/messages", bench.sandbox.url());
    let body = text_to(ANA, "hi");

    let none = bench.http.post(url(NUMBER)).json(&body).send().await.unwrap();
    let wrong = bench
        .http
        .post(url(NUMBER))
        .bearer_auth("EAAother")
        .json(&body)
        .send()
        .await
        .unwrap();
    for answer in [none, wrong] {
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"]["code"], 190);
    }

    let unknown = bench
        .http
        .post(url("42"))
        .bearer_auth(TOKEN)
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 400);
    let error = unknown.json::<Value>().await.unwrap()["error"].clone();
    assert_eq!(
        (error["code"].as_i64(), error["error_subcode"].as_i64()),
        (Some(100), Some(33))
    );

    let no_version = format!("{}/x/{NUMBER}/messages", bench.sandbox.url());
    let no_version = bench
        .http
        .post(no_version)
        .bearer_auth(TOKEN)
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(no_version.status(), 404);
}

#[tokio::test]
async fn free_text_needs_an_open_window() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(crate::bench::VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();

    let too_early = bench.send(ANA, "too early").await;
    bench.sandbox.say(ANA, "hi").await.unwrap();
    bench.advance(24 * HOUR - 1);
    bench.send(ANA, "in time").await;
    bench.advance(1);
    let too_late = bench.send(ANA, "too late").await;
    bench.sandbox.say(ANA, "still there?").await.unwrap();
    bench.send(ANA, "open again").await;

    let texts: Vec<String> = bench
        .sandbox
        .phone_messages(ANA)
        .await
        .unwrap()
        .into_iter()
        .map(|message| message.text)
        .collect();
    assert_eq!(texts, ["hi", "in time", "still there?", "open again"]);
    let failed = receiver
        .happenings(8)
        .await
        .into_iter()
        .filter(|h| h["status"] == "failed")
        .collect::<Vec<_>>();
    assert_eq!(failed.len(), 2);
    for (status, id) in failed.iter().zip([&too_early, &too_late]) {
        assert_eq!(status["id"], **id);
        assert_eq!(status["recipient_id"], ANA);
        assert_eq!(status["errors"][0]["code"], 131_047);
        assert!(status["errors"][0]["error_data"]["details"].is_string());
    }
    assert_eq!(failed[0]["biz_opaque_callback_data"], "too early");
    let sends = bench.sandbox.sends_with("too late").await.unwrap();
    assert_eq!(
        (sends[0].status, sends[0].error_code),
        (Status::Failed, Some(131_047))
    );
}

#[tokio::test]
async fn a_number_nobody_has_fails_later() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(crate::bench::VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    let id = bench.send("4915112345678", "anybody?").await;
    let happenings = receiver.happenings(1).await;
    assert_eq!(happenings[0]["id"], id);
    assert_eq!(happenings[0]["status"], "failed");
    assert_eq!(happenings[0]["errors"][0]["code"], 131_026);
    assert_eq!(happenings[0]["biz_opaque_callback_data"], "anybody?");
}

#[tokio::test]
async fn a_number_written_otherwise_is_answered_with_the_accounts_own() {
    let bench = Bench::start().await;
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let (_, answer) = bench
        .post_message(&text_to("551187654321", "without the nine"))
        .await;
    assert_eq!(
        answer["contacts"],
        json!([{"input": "551187654321", "wa_id": ANA}])
    );
    assert_eq!(
        bench.sandbox.phone_messages(ANA).await.unwrap()[1].text,
        "without the nine"
    );
}

#[tokio::test]
async fn user_ids_work_as_recipient_and_are_lost_as_to() {
    let bench = Bench::start().await;
    let receiver = Receiver::start(crate::bench::VERIFY).await;
    bench.sandbox.connect(&receiver.url).await.unwrap();
    bench.sandbox.say(ANA, "hi").await.unwrap();
    let user_id = receiver.happenings(1).await[0]["from_user_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(user_id.starts_with("BR."), "{user_id}");

    let mut body = text_to(&user_id, "into the void");
    let (status, _) = bench.post_message(&body).await;
    assert_eq!(status, 200);
    body = text_to(ANA, "to you");
    body.as_object_mut().unwrap().remove("to");
    body["recipient"] = user_id.clone().into();
    let (status, answer) = bench.post_message(&body).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        answer["contacts"],
        json!([{"input": user_id, "user_id": user_id}])
    );

    let happenings = receiver.happenings(3).await;
    assert_eq!(happenings[1]["recipient_user_id"], user_id);
    assert!(happenings[1].get("recipient_id").is_none());
    assert_eq!(
        happenings[1]["id"], answer["messages"][0]["id"],
        "nothing was told of the lost one"
    );
    assert_eq!(bench.sandbox.phone_messages(ANA).await.unwrap().len(), 2);
    body["recipient"] = "somebody".into();
    assert_eq!(bench.post_message(&body).await.1["error"]["code"], 131_009);
    body["to"] = ANA.into();
    assert_eq!(
        bench.post_message(&body).await.0,
        200,
        "`to` goes before `recipient`"
    );
}

#[tokio::test]
async fn the_business_marks_messages_read() {
    let bench = Bench::start().await;
    let first = bench.sandbox.say(ANA, "one").await.unwrap();
    let second = bench.sandbox.say(ANA, "two").await.unwrap();
    let third = bench.sandbox.say(ANA, "three").await.unwrap();
    let ours = bench.send(ANA, "four").await;
    let mut read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": second.id});

    read["typing_indicator"] = json!({"type": "text"});
    assert_eq!(bench.post_message(&read).await, (200, json!({"success": true})));
    let chat = bench.sandbox.phone_messages(ANA).await.unwrap();
    let statuses: Vec<_> = chat.iter().map(|m| (&m.id, m.status)).collect();
    assert_eq!(statuses[0], (&first.id, Status::Read), "earlier ones too");
    assert_eq!(statuses[1], (&second.id, Status::Read));
    assert_eq!(statuses[2], (&third.id, Status::Sent));

    for (pointer, value, code) in [
        ("message_id", Value::Null, 131_008),
        ("message_id", json!("wamid.NOPE"), 131_009),
        ("message_id", json!(ours), 131_009),
        ("status", json!("unread"), 131_009),
        ("typing_indicator", json!({"type": "dance"}), 131_009),
        ("typing_indicator", json!("text"), 100),
    ] {
        let mut bad = read.clone();
        bad[pointer] = value;
        let (status, answer) = bench.post_message(&bad).await;
        assert_eq!(
            (status, answer["error"]["code"].as_i64()),
            (400, Some(code)),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn a_number_can_be_looked_at_and_connected() {
    let bench = Bench::start().await;
    let get = async |path: String| {
        let answer = bench.graph(Method::GET, &path).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let fields = "id,display_phone_number,verified_name,quality_rating,code_verification_status,name_status,status,\
                  platform_type,throughput,is_on_biz_app";
    let (status, number) = get(format!("{NUMBER}?fields={fields}")).await;
    assert_eq!(status, 200);
    assert_eq!(number["id"], NUMBER);
    assert_eq!(number["display_phone_number"], "+1 555-000-1111");
    assert_eq!(number["verified_name"], "Café Zoë");
    assert_eq!(number["status"], "CONNECTED");
    assert_eq!(number.as_object().unwrap().len(), 10);
    assert_eq!(
        get(format!("{NUMBER}?fields=shoe_size")).await.1["error"]["code"],
        100
    );
    assert_eq!(get("42".to_owned()).await.1["error"]["error_subcode"], 33);
    assert_eq!(
        get(format!("{WABA}/phone_numbers")).await.1["data"][0]["id"],
        NUMBER
    );
    let templates = get(format!("{WABA}/message_templates?limit=1")).await.1;
    assert_eq!(templates["data"].as_array().map(Vec::len), Some(1), "{templates}");
    assert_eq!(get(format!("{NUMBER}/phone_numbers")).await.0, 400);

    let proof = "2a6be3ef1873b173b1d006a51841c1898d5960d18c6bfbe2e8c265c2e3050e34";
    assert_eq!(get(format!("{NUMBER}?appsecret_proof={proof}")).await.0, 200);
    assert_eq!(
        get(format!("{NUMBER}?appsecret_proof=00")).await.1["error"]["code"],
        100
    );

    let debug = async |secret: &str, token: &str| {
        let url = format!("{}/v24.0/debug_token", bench.sandbox.url());
        let query = [("input_token", token), ("access_token", &*format!("77|{secret}"))];
        let answer = bench.http.get(url).query(&query).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, good) = debug(SECRET, TOKEN).await;
    assert_eq!(
        (status, &good["data"]["is_valid"], &good["data"]["app_id"]),
        (200, &json!(true), &json!("77"))
    );
    assert_eq!(good["data"]["granular_scopes"][0]["target_ids"], json!([WABA]));
    assert_eq!(debug(SECRET, "EAAother").await.1["data"]["is_valid"], false);
    assert_eq!(debug("wrong", TOKEN).await.0, 401);
}

#[tokio::test]
async fn subscribing_verifies_the_callback_and_starts_the_webhooks() {
    let bench = Bench::start().await;
    let (app, waba) = (
        Receiver::start(crate::bench::VERIFY).await,
        Receiver::start("of the waba").await,
    );
    bench.sandbox.connect(&app.url).await.unwrap();
    let subscribe = async |method: Method, body: Value| {
        let answer = bench
            .graph(method, &format!("{WABA}/subscribed_apps"))
            .json(&body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };

    assert_eq!(subscribe(Method::DELETE, json!({})).await.0, 200);
    bench.sandbox.say(ANA, "unheard").await.unwrap();
    let over = json!({"override_callback_uri": waba.url, "verify_token": "wrong"});
    assert_eq!(
        subscribe(Method::POST, over.clone()).await.1["error"]["code"],
        100
    );
    let mut over = over;
    over["verify_token"] = "of the waba".into();
    assert_eq!(
        subscribe(Method::POST, over).await,
        (200, json!({"success": true}))
    );
    bench.sandbox.say(ANA, "to the waba").await.unwrap();
    assert_eq!(waba.happenings(1).await[0]["text"]["body"], "to the waba");
    assert_eq!(subscribe(Method::POST, json!({})).await.0, 200);
    bench.sandbox.say(ANA, "to the app").await.unwrap();
    assert_eq!(app.happenings(1).await[0]["text"]["body"], "to the app");
}
