//! Settings of an account, its senders and its list of messages.

use axum::http::Method;
use recado_model::{
    FailureReason, Inbound, InboundContent, InboundMessage, MediaKind, MessageStatus, Retry, Time,
};
use recado_whatsapp::twilio::{Account, Sender};
use recado_whatsapp::{CallError, CheckError, Recipient};
use serde_json::{Value, json};

use crate::server::{ACCOUNT, Server, account, always, answer, serve};

fn wrong_field(result: Result<(), CheckError>) -> &'static str {
    match result {
        Err(CheckError::Field { field, message }) => {
            assert!(message.ends_with('.') || message.contains(": "), "{message}");
            field
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn settings_are_tried_and_the_wrong_one_is_named() {
    let server = always(200, r#"{"status":"active","type":"Full"}"#).await;
    server.twilio().check(&account()).await.unwrap();
    assert_eq!(
        server.only().path(),
        format!("/api/2010-04-01/Accounts/{ACCOUNT}.json")
    );

    for (status, body, field) in [
        (
            401,
            r#"{"code":20003,"message":"Authenticate","status":401}"#,
            "auth_token",
        ),
        (401, "", "auth_token"),
        (403, "{}", "auth_token"),
        (404, r#"{"code":20404,"message":"not found"}"#, "account_sid"),
        (200, r#"{"status":"suspended"}"#, "account_sid"),
    ] {
        let server = always(status, body).await;
        let result = server.twilio().check(&account()).await;
        assert_eq!(wrong_field(result), field, "{status} {body}");
    }
    for (status, body) in [(503, ""), (429, ""), (200, "{}"), (200, "<html>")] {
        let server = always(status, body).await;
        let result = server.twilio().check(&account()).await;
        assert!(matches!(result, Err(CheckError::NotReached(_))), "{result:?}");
    }
    let server = always(200, "{}").await;
    for sid in ["", "AC1", &ACCOUNT.replace('A', "a"), &ACCOUNT.replace('0', "x")] {
        let account = Account {
            account_sid: sid.to_owned(),
            ..account()
        };
        assert_eq!(wrong_field(server.twilio().check(&account).await), "account_sid");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn senders_are_read_page_by_page() {
    let server = serve(|seen| {
        let next = format!(
            "http://{}/messaging/v2/Channels/Senders?Channel=whatsapp&Page=1",
            seen.headers["host"].to_str().unwrap()
        );
        let online = json!({"sid": "XE1", "sender_id": "whatsapp:+15550001111", "status": "ONLINE:UPDATING",
            "profile": {"name": "Bakery"}, "properties": {"quality_rating": "HIGH", "messaging_limit": "1K Customers/24hr"},
            "offline_reasons": []});
        let offline = json!({"sid": "XE2", "sender_id": "whatsapp:+15550002222", "status": "OFFLINE", "profile": null,
            "offline_reasons": [{"code": "63020", "message": "Not accepted", "more_info": "…"}]});
        let page = match seen.query().get("Page") {
            None => json!({"senders": [online, {"sid": "XE9", "sender_id": "messenger:1"}],
                "meta": {"key": "senders", "next_page_url": next}}),
            Some(_) => json!({"senders": [offline], "meta": {"next_page_url": null}}),
        };
        answer(200, page.to_string())
    })
    .await;
    let senders = server.twilio().senders(&account()).await.unwrap();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        senders,
        [
            Sender {
                sid: "XE1".into(),
                phone: "+15550001111".into(),
                status: "ONLINE:UPDATING".into(),
                online: true,
                name: some("Bakery"),
                quality: some("HIGH"),
                limit: some("1K Customers/24hr"),
                trouble: None,
            },
            Sender {
                sid: "XE2".into(),
                phone: "+15550002222".into(),
                status: "OFFLINE".into(),
                online: false,
                name: None,
                quality: None,
                limit: None,
                trouble: some("Not accepted"),
            }
        ]
    );
    let first = &server.requests()[0];
    assert_eq!(first.path(), "/messaging/v2/Channels/Senders");
    assert_eq!(first.query()["Channel"], "whatsapp");
}

#[tokio::test]
async fn a_list_does_not_lead_elsewhere_nor_on_forever() {
    let elsewhere = always(200, r#"{"senders":[]}"#).await;
    let next = format!("{}/messaging/v2/Channels/Senders", elsewhere.base);
    let server = serve(move |_| {
        answer(
            200,
            json!({"senders": [], "meta": {"next_page_url": next}}).to_string(),
        )
    })
    .await;
    let result = server.twilio().senders(&account()).await;
    assert!(matches!(result, Err(CallError::Refused(_))), "{result:?}");
    assert!(elsewhere.seen().is_empty());

    let endless = always(200, r#"{"senders":[],"meta":{"next_page_url":"?Page=1"}}"#).await;
    assert_eq!(endless.twilio().senders(&account()).await.unwrap(), []);
    assert_eq!(endless.requests().len(), 200);
    for body in ["", "{}", r#"{"senders":{}}"#] {
        let result = always(200, body).await.twilio().senders(&account()).await;
        assert!(matches!(result, Err(CallError::Refused(_))), "{body} {result:?}");
    }
    // Rows of another shape are no reason to lose the others.
    let odd = always(
        200,
        r#"{"senders":[1,{},{"sid":"XE1","sender_id":"whatsapp:+1"}]}"#,
    )
    .await;
    assert_eq!(odd.twilio().senders(&account()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn webhooks_are_set_and_typing_is_shown() {
    let server = always(202, r#"{"sid":"XE1","status":"ONLINE:UPDATING"}"#).await;
    let twilio = server.twilio();
    twilio
        .set_webhook(
            &account(),
            "XE1",
            "https://a.example/in",
            "https://a.example/status",
        )
        .await
        .unwrap();
    twilio.typing(&account(), "MM7/1").await.unwrap();
    let [webhook, typing] = &server.requests()[..] else {
        panic!()
    };
    assert_eq!(
        (&webhook.method, webhook.path()),
        (&Method::POST, "/messaging/v2/Channels/Senders/XE1")
    );
    assert_eq!(
        webhook.json(),
        json!({"webhook": {
            "callback_url": "https://a.example/in", "callback_method": "POST",
            "status_callback_url": "https://a.example/status", "status_callback_method": "POST",
        }})
    );
    assert_eq!(typing.path(), "/messaging/v2/Indicators/Typing.json");
    let form = typing.form();
    assert_eq!(
        (form["channel"].as_str(), form["messageId"].as_str()),
        ("whatsapp", "MM7")
    );
    let result = twilio.set_webhook(&account(), "../XE1", "", "").await;
    assert!(matches!(result, Err(CallError::Refused(_))));
    let gone = always(404, r#"{"code":20404}"#).await;
    let result = gone.twilio().typing(&account(), "SM1").await;
    assert_eq!(result, Err(CallError::Gone));
}

fn row(sid: &str, direction: &str, more: &Value) -> Value {
    let mut row = json!({
        "sid": sid, "account_sid": ACCOUNT, "direction": direction, "from": "whatsapp:+4915112345678",
        "to": "whatsapp:+15550001111", "body": "", "num_media": "0", "status": "received", "error_code": null,
        "date_created": "Sat, 21 Nov 2026 07:00:00 +0000", "date_sent": null, "uri": "/2010-04-01/x.json",
    });
    for (name, value) in more.as_object().unwrap() {
        row[name] = value.clone();
    }
    row
}

/// Two pages of messages, the newest first, and the files of one.
async fn messages() -> Server {
    serve(|seen| {
        let pages = format!("/api/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
        let body = match (seen.path(), seen.query().get("Page").map(String::as_str)) {
            (path, None) if path == pages => json!({
                "messages": [
                    row("SM3", "inbound", &json!({"from": "whatsapp:BR.88", "body": "three"})),
                    row("SM4", "outbound-api", &json!({})),
                ],
                // As Twilio writes it: it does not know that its host has a path here.
                "next_page_uri": format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=1000&Page=1&PageToken=PA1"),
            }),
            (path, Some("1")) if path == pages => json!({
                "messages": [
                    row("MM2", "inbound", &json!({"num_media": "2", "body": "two"})),
                    row("SM1", "inbound", &json!({"date_created": "nonsense"})),
                    row("SM0", "inbound", &json!({"from": "+4915112345678", "to": "+15550001111"})),
                    row("SMold", "inbound", &json!({"date_created": "Fri, 20 Nov 2026 23:59:59 +0000"})),
                ],
                // Nobody asks for it: it can only be older.
                "next_page_uri": format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?Page=2"),
            }),
            (path, None) if path.ends_with("/Messages/MM2/Media.json") => json!({
                "media_list": [{"sid": "ME1", "content_type": "image/jpeg"}, {"sid": "ME2", "content_type": "audio/ogg"}],
                "next_page_uri": null,
            }),
            other => panic!("{other:?}"),
        };
        answer(200, body.to_string())
    })
    .await
}

#[tokio::test]
async fn what_a_webhook_missed_is_listed() {
    let server = messages().await;
    let twilio = server.twilio();
    let listed = twilio
        .inbound_since(&account(), "+15550001111", Time::from_seconds(1_795_219_200))
        .await
        .unwrap();
    let ids: Vec<_> = listed.iter().map(|one| one.provider_id.as_str()).collect();
    assert_eq!(ids, ["SM1", "MM2", "SM3"]);
    let first = &server.requests()[0];
    assert!(
        first
            .uri
            .query()
            .unwrap()
            .contains("To=whatsapp%3A%2B15550001111"),
        "{}",
        first.uri
    );
    assert_eq!(first.query()["DateSent>"], "2026-11-21");
    assert_eq!(server.requests().len(), 2);

    let mut read: Vec<InboundMessage> = Vec::new();
    for one in listed {
        for item in twilio.inbound(&account(), one).await.unwrap() {
            match item {
                Inbound::Message(message) => read.push(*message),
                other => panic!("{other:?}"),
            }
        }
    }
    assert_eq!(server.requests().len(), 3, "one call for the one with files");
    let ids: Vec<_> = read.iter().map(|one| one.provider_id.as_str()).collect();
    assert_eq!(ids, ["SM1", "MM2", "MM2/1", "SM3"]);
    assert!(
        matches!(&read[0].content, InboundContent::Unsupported(_)),
        "nothing of a place is listed"
    );
    assert_eq!(read[0].sent_at, None);
    let InboundContent::Media(image) = &read[1].content else {
        panic!("{read:?}")
    };
    assert_eq!(
        (image.kind, image.caption.as_deref()),
        (MediaKind::Image, Some("two"))
    );
    assert_eq!(
        image.url,
        Some(format!(
            "{}/api/2010-04-01/Accounts/{ACCOUNT}/Messages/MM2/Media/ME1",
            server.base
        ))
    );
    assert!(matches!(&read[2].content, InboundContent::Media(voice) if voice.voice));
    let three = &read[3];
    assert_eq!(three.content, InboundContent::Text { text: "three".into() });
    assert_eq!(three.customer.user_id.as_deref(), Some("BR.88"));
    assert_eq!(three.number, "+15550001111");
    assert_eq!(three.sent_at, Some(Time::from_seconds(1_795_244_400)));
    let raw: Value = serde_json::from_str(&three.raw).unwrap();
    assert_eq!(raw["sid"], "SM3");
}

#[tokio::test]
async fn what_became_of_a_message_is_listed() {
    let server = serve(|_| {
        let page = json!({"messages": [
            row("SM5", "outbound-api", &json!({"body": "a", "status": "undelivered", "error_code": 63016})),
            row("SM6", "outbound-reply", &json!({"body": "b", "status": "queued", "num_media": "1"})),
            row("SM7", "outbound-api", &json!({"status": "delivered"})),
            row("SM8", "inbound", &json!({})),
        ]});
        answer(200, page.to_string())
    })
    .await;
    let to = Recipient::Phone("4915112345678".into());
    let sent = server
        .twilio()
        .sent_to(&account(), "+15550001111", &to, Time::from_seconds(1_795_219_200))
        .await
        .unwrap();
    let [failed, queued, delivered] = &sent[..] else {
        panic!("{sent:?}")
    };
    assert_eq!((failed.sid.as_str(), failed.body.as_str()), ("SM5", "a"));
    assert_eq!(failed.status, Some(MessageStatus::Failed));
    let failure = failed.failure.as_ref().unwrap();
    assert_eq!(
        (failure.reason, failure.retry),
        (FailureReason::WindowClosed, Retry::Never)
    );
    assert_eq!((queued.status, queued.has_files), (None, true));
    assert_eq!(delivered.status, Some(MessageStatus::Delivered));
    assert_eq!(delivered.date, Some(Time::from_seconds(1_795_244_400)));
    let query = server.only().query();
    assert_eq!(
        (query["From"].as_str(), query["To"].as_str()),
        ("whatsapp:+15550001111", "whatsapp:+4915112345678")
    );
    let nobody = Recipient::Phone("x".into());
    let result = server
        .twilio()
        .sent_to(&account(), "+1", &nobody, Time::MIN)
        .await;
    assert!(matches!(result, Err(CallError::Refused(_))));
}
