//! The Twilio line: signed forms in both directions of time, the REST API, content.

use std::collections::BTreeMap;

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    routing::post,
};
use recado_sandbox::Error;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    bench::{ACCOUNT, ANA, Bench, HOUR, TWILIO_NUMBER},
    receiver::DEADLINE,
};

type Form = BTreeMap<String, String>;

/// Takes forms wherever they are posted, with the path they came to.
struct Forms {
    url: String,
    came: watch::Sender<Vec<(String, Form)>>,
}

impl Forms {
    async fn start() -> Self {
        let came = watch::Sender::<Vec<(String, Form)>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let take = async |State(came): State<watch::Sender<Vec<(String, Form)>>>,
                          uri: Uri,
                          headers: HeaderMap,
                          body: String| {
            assert_eq!(headers["x-twilio-signature"].len(), 28, "a base64 of 20 bytes");
            let form = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            came.send_modify(|all| all.push((uri.to_string(), form)));
            StatusCode::OK
        };
        let router = Router::new()
            .route("/{*any}", post(take))
            .with_state(came.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, came }
    }

    async fn first(&self, count: usize) -> Vec<(String, Form)> {
        let mut came = self.came.subscribe();
        let wait = tokio::time::timeout(DEADLINE, came.wait_for(|all| all.len() >= count)).await;
        let found = wait.map(|found| found.unwrap().clone());
        found.unwrap_or_else(|_| panic!("waited in vain for {count}: {:#?}", self.came.borrow()))
    }
}

async fn connected() -> (Bench, Forms) {
    let bench = Bench::start().await;
    let forms = Forms::start().await;
    bench
        .sandbox
        .connect_twilio(&format!("{}/in", forms.url))
        .await
        .unwrap();
    (bench, forms)
}

fn at_twilio(mut act: Value) -> Value {
    act["line"] = "twilio".into();
    act
}

async fn write(bench: &Bench, act: Value) -> String {
    bench.sandbox.act(ANA, at_twilio(act)).await.unwrap().id
}

#[tokio::test]
async fn messages_come_as_forms() {
    let (bench, forms) = connected().await;
    let id = write(&bench, json!({"text": "Olá & bom dia"})).await;
    let (path, form) = forms.first(1).await[0].clone();
    assert_eq!(path, "/in");
    for (name, value) in [
        ("MessageSid", &*id),
        ("SmsStatus", "received"),
        ("AccountSid", ACCOUNT),
        ("From", "whatsapp:+5511987654321"),
        ("To", TWILIO_NUMBER),
        ("Body", "Olá & bom dia"),
        ("NumMedia", "0"),
        ("WaId", ANA),
        ("ProfileName", "Ana"),
        ("MessageType", "text"),
    ] {
        assert_eq!(form[name], value, "{name}");
    }
    let location =
        json!({"type": "location", "latitude": 52.5, "longitude": 13.4, "name": "Shop", "reply_to": id});
    write(&bench, location).await;
    write(&bench, json!({"type": "button", "text": "Yes", "payload": "YES"})).await;
    write(&bench, json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Bo"}, "phones": [{"phone": "+1555"}]}]})).await;
    let all = forms.first(4).await;
    assert_eq!(
        (&*all[1].1["Latitude"], &*all[1].1["Label"], &*all[1].1["Body"]),
        ("52.5", "Shop", "")
    );
    assert_eq!(all[1].1["OriginalRepliedMessageSid"], id);
    assert_eq!(
        (&*all[2].1["ButtonPayload"], &*all[2].1["ButtonText"]),
        ("YES", "Yes")
    );
    let card = bench.twilio_file(&all[3].1["MediaUrl0"]).await;
    assert!(card.starts_with(b"BEGIN:VCARD") && String::from_utf8(card).unwrap().contains("FN:Bo"));
    write(
        &bench,
        json!({"type": "reaction", "message_id": id, "emoji": "🎉"}),
    )
    .await;
    write(&bench, json!({"text": "after"})).await;
    assert_eq!(
        forms.first(5).await[4].1["Body"],
        "after",
        "reactions are not told"
    );
}

impl Bench {
    async fn twilio_file(&self, url: &str) -> Vec<u8> {
        let without = self.http.get(url).send().await.unwrap();
        assert_eq!(without.status(), 401);
        let answer = self
            .http
            .get(url)
            .basic_auth(ACCOUNT, Some(crate::bench::AUTH))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{url}");
        assert!(answer.url().path().starts_with("/twilio-storage/"));
        answer.bytes().await.unwrap().to_vec()
    }
}

#[tokio::test]
async fn files_and_hidden_numbers() {
    let (bench, forms) = connected().await;
    let id = write(&bench, json!({"type": "audio"})).await;
    assert!(id.starts_with("MM"), "{id}");
    let form = forms.first(1).await[0].1.clone();
    assert_eq!(
        (&*form["NumMedia"], &*form["MediaContentType0"], &*form["Body"]),
        ("1", "audio/ogg", "")
    );
    assert!(bench.twilio_file(&form["MediaUrl0"]).await.starts_with(b"OggS"));
    let list = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{id}/Media.json");
    let (_, media) = bench.twilio(Method::GET, &list, &[]).await;
    assert_eq!(media["media_list"][0]["content_type"], "audio/ogg");

    let hidden = json!({"hidden": true});
    let (_, ana) = bench
        .api(Method::PATCH, &format!("/phones/{ANA}"), Some(hidden))
        .await;
    write(&bench, json!({"text": "who?"})).await;
    let form = forms.first(2).await[1].1.clone();
    let user = format!("whatsapp:{}", ana["user_id"].as_str().unwrap());
    assert_eq!((&form["From"], &form["ExternalUserId"]), (&user, &user));
    assert!(!form.contains_key("WaId"));
    assert_eq!(bench.twilio_send(&user, &[("Body", "you")]).await.0, 201);
    assert!(bench.sandbox.wait_for_message(ANA, "you", DEADLINE).await.is_ok());
}

#[tokio::test]
async fn sends_are_queued_and_their_statuses_called_back() {
    let (bench, forms) = connected().await;
    let ana = format!("whatsapp:+{ANA}");
    let callback = format!("{}/status?m=01JABC", forms.url);
    let send = async |more: &[(&str, &str)]| {
        bench
            .twilio_send(&ana, &[&[("StatusCallback", &*callback)], more].concat())
            .await
    };
    let (status, early) = send(&[("Body", "too early")]).await;
    assert_eq!((status, &early["status"]), (201, &json!("queued")));
    let form = forms.first(1).await[0].clone();
    assert_eq!(form.0, "/status?m=01JABC");
    assert_eq!(
        (&*form.1["MessageStatus"], &*form.1["ErrorCode"]),
        ("failed", "63016")
    );

    bench.sandbox.say(ANA, "at Meta's number").await.unwrap();
    assert_eq!(send(&[("Body", "still closed here")]).await.0, 201);
    assert_eq!(
        forms.first(2).await[1].1["ErrorCode"],
        "63016",
        "each number has its own window"
    );
    write(&bench, json!({"text": "hi"})).await;
    let (_, sent) = send(&[("Body", "hello")]).await;
    bench.sandbox.open_chat(ANA).await.unwrap();
    let all = forms.first(6).await;
    let statuses: Vec<_> = all[3..]
        .iter()
        .map(|(_, form)| (&*form["MessageStatus"], &form["MessageSid"]))
        .collect();
    let sid = sent["sid"].as_str().unwrap().to_owned();
    assert_eq!(statuses, [("sent", &sid), ("delivered", &sid), ("read", &sid)]);
    let (_, found) = bench
        .twilio(
            Method::GET,
            &format!("/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json"),
            &[],
        )
        .await;
    assert_eq!(
        (&found["status"], &found["body"]),
        (&json!("read"), &json!("hello"))
    );

    let photo = format!("{}/sandbox/api/samples/photo", bench.sandbox.url());
    send(&[("Body", "a picture"), ("MediaUrl", &photo)]).await;
    let shown = bench
        .sandbox
        .wait_for_message(ANA, "a picture", DEADLINE)
        .await
        .unwrap();
    assert_eq!(shown.kind, "image", "by what was fetched");
    send(&[("PersistentAction", "geo:52.5,13.4|Shop")]).await;
    assert!(
        bench
            .sandbox
            .wait_for_message(ANA, "Shop", DEADLINE)
            .await
            .is_ok()
    );

    let nobody = bench
        .twilio_send(
            "whatsapp:+4915112345678",
            &[("Body", "x"), ("StatusCallback", &callback)],
        )
        .await;
    assert_eq!(nobody.0, 201);
    let last = forms.first(9).await;
    let failed = last
        .iter()
        .find(|(_, form)| form["To"] == "whatsapp:+4915112345678")
        .cloned();
    let failed = match failed {
        Some(failed) => failed,
        None => forms.first(11).await.pop().unwrap(),
    };
    assert_eq!(
        (&*failed.1["MessageStatus"], &*failed.1["ErrorCode"]),
        ("undelivered", "63024")
    );
}

#[tokio::test]
async fn bad_calls_are_refused_with_twilios_codes() {
    let bench = Bench::start().await;
    let ana = format!("whatsapp:+{ANA}");
    let long = "x".repeat(1601);
    for (to, more, code) in [
        (&*ana, vec![], 21_619),
        (&ana, vec![("Body", &*long)], 21_617),
        (&ana, vec![("MediaUrl", "nonsense")], 21_620),
        (
            &ana,
            vec![("MediaUrl", "https://a/b"), ("MediaUrl", "https://a/c")],
            21_623,
        ),
        (&ana, vec![("ContentSid", "HX0")], 21_655),
        (
            &ana,
            vec![("Body", "x"), ("StatusCallback", "http://a_b/c")],
            21_609,
        ),
        ("", vec![("Body", "x")], 21_604),
        ("+5511987654321", vec![("Body", "x")], 21_211),
        (TWILIO_NUMBER, vec![("Body", "x")], 63_031),
    ] {
        let (status, answer) = bench.twilio_send(to, &more).await;
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{answer}");
        assert_eq!(answer["status"], 400);
    }
    let wrong = bench
        .http
        .get(format!(
            "{}/2010-04-01/Accounts/{ACCOUNT}.json",
            bench.sandbox.url()
        ))
        .basic_auth(ACCOUNT, Some("no"));
    assert_eq!(wrong.send().await.unwrap().status(), 401);
    let (status, account) = bench
        .twilio(Method::GET, &format!("/2010-04-01/Accounts/{ACCOUNT}.json"), &[])
        .await;
    assert_eq!((status, &account["status"]), (200, &json!("active")));
    assert_eq!(
        bench
            .twilio(Method::GET, "/2010-04-01/Accounts/AC1.json", &[])
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn the_list_is_for_reconciling() {
    let bench = Bench::start().await;
    for n in 0..5 {
        write(&bench, json!({"text": format!("m{n}")})).await;
        bench.advance(24 * HOUR);
    }
    bench
        .twilio_send(&format!("whatsapp:+{ANA}"), &[("Body", "ours")])
        .await;
    let (mut found, mut path) = (
        Vec::new(),
        format!(
            "/2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=whatsapp%3A%2B15550002222&DateSent%3E=2026-01-02&PageSize=3"
        ),
    );
    loop {
        let (status, page) = bench.twilio(Method::GET, &path, &[]).await;
        assert_eq!(status, 200, "{page}");
        found.extend(
            page["messages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|m| m["body"].as_str().unwrap().to_owned()),
        );
        match page["next_page_uri"].as_str() {
            Some(next) => next.clone_into(&mut path),
            None => break,
        }
    }
    assert_eq!(found, ["m4", "m3", "m2", "m1"]);
    let (_, page) = bench
        .twilio(
            Method::GET,
            &format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize=1"),
            &[],
        )
        .await;
    let first = &page["messages"][0];
    assert_eq!(
        (&first["direction"], &first["num_media"]),
        (&json!("outbound-api"), &json!("0"))
    );
    assert_eq!(first["date_created"], "Tue, 06 Jan 2026 00:00:00 +0000");
}

#[tokio::test]
async fn contents_are_sent_pressed_and_approved() {
    let (bench, forms) = connected().await;
    let (_, list) = bench
        .twilio(Method::GET, "/v1/ContentAndApprovals?PageSize=2", &[])
        .await;
    let next = list["meta"]["next_page_url"].as_str().unwrap();
    let next = next.strip_prefix(bench.sandbox.url()).unwrap();
    assert_eq!(list["contents"].as_array().unwrap().len(), 2);
    assert_eq!(
        bench.twilio(Method::GET, next, &[]).await.1["contents"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let (_, all) = bench.twilio(Method::GET, "/v1/ContentAndApprovals", &[]).await;
    let sid = |name: &str| {
        let all = all["contents"].as_array().unwrap();
        all.iter().find(|c| c["friendly_name"] == name).unwrap()["sid"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let ana = format!("whatsapp:+{ANA}");
    let send = async |sid: &str, variables: &str| {
        bench
            .twilio_send(&ana, &[("ContentSid", sid), ("ContentVariables", variables)])
            .await
    };
    assert_eq!(send(&sid("how_was_it"), "{\"1\": 7}").await.1["code"], 21_656);
    let (_, sent) = send(&sid("how_was_it"), "{\"1\": \"Bia\"}").await;
    let shown = bench
        .sandbox
        .wait_for_message(ANA, "Hi Bia, how was your visit?", DEADLINE)
        .await
        .unwrap();
    assert_eq!(
        shown.id,
        sent["sid"].as_str().unwrap(),
        "approved, so outside the window as well"
    );
    write(
        &bench,
        json!({"type": "press", "message_id": shown.id, "button": 0}),
    )
    .await;
    let form = forms.first(1).await[0].1.clone();
    assert_eq!((&*form["ButtonPayload"], &*form["Body"]), ("great", "Great"));
    assert_eq!(form["MessageType"], "button");
    send(&sid("pick_a_time"), "").await;
    let shown = bench
        .sandbox
        .wait_for_message(ANA, "When shall we come?", DEADLINE)
        .await
        .unwrap();
    write(
        &bench,
        json!({"type": "press", "message_id": shown.id, "row": "pm"}),
    )
    .await;
    assert_eq!(forms.first(2).await[1].1["ListId"], "pm");

    let json_call = async |path: &str, body: Value| {
        let url = format!("{}{path}", bench.sandbox.url());
        let request = bench
            .http
            .post(url)
            .basic_auth(ACCOUNT, Some(crate::bench::AUTH))
            .json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let free = |titles: &[&str]| {
        let actions = titles
            .iter()
            .map(|title| json!({"type": "QUICK_REPLY", "title": title, "id": title}));
        let actions: Value = actions.collect();
        json!({"friendly_name": "free", "language": "en",
            "types": {"twilio/quick-reply": {"body": "Which size?", "actions": actions}}})
    };
    let (_, made) = json_call("/v1/Content", free(&["S", "M"])).await;
    send(made["sid"].as_str().unwrap(), "").await;
    let shown = bench
        .sandbox
        .wait_for_message(ANA, "Which size?", DEADLINE)
        .await
        .unwrap();
    assert_eq!(shown.kind, "interactive");
    write(
        &bench,
        json!({"type": "press", "message_id": shown.id, "button": 1}),
    )
    .await;
    let form = forms.first(3).await[2].1.clone();
    assert_eq!(
        (
            &*form["ButtonPayload"],
            &*form["ButtonText"],
            &*form["MessageType"]
        ),
        ("M", "M", "interactive")
    );
    for bad in [&[][..], &["S", "S"], &["a title that is too long"]] {
        let (status, refused) = json_call("/v1/Content", free(bad)).await;
        assert_eq!((status, &refused["code"]), (400, &json!(20_001)), "{bad:?}");
    }
    let (_, four) = json_call("/v1/Content", free(&["1", "2", "3", "4"])).await;
    assert_eq!(
        send(four["sid"].as_str().unwrap(), "").await.1["code"],
        63_021,
        "not without approval"
    );

    let new =
        json!({"friendly_name": "x", "language": "en", "types": {"twilio/text": {"body": "We moved."}}});
    let (status, made) = json_call("/v1/Content", new).await;
    assert_eq!(status, 201);
    let sid = made["sid"].as_str().unwrap();
    let approvals = format!("/v1/Content/{sid}/ApprovalRequests");
    let ask = json!({"name": "we_moved", "category": "UTILITY"});
    assert_eq!(json_call(&format!("{approvals}/whatsapp"), ask).await.0, 201);
    assert_eq!(
        bench.twilio(Method::GET, &approvals, &[]).await.1["whatsapp"]["status"],
        "pending"
    );
    bench
        .api(
            Method::PATCH,
            &format!("/templates/{sid}"),
            Some(json!({"status": "APPROVED"})),
        )
        .await;
    assert_eq!(
        bench.twilio(Method::GET, &approvals, &[]).await.1["whatsapp"]["status"],
        "approved"
    );

    let (_, senders) = bench
        .twilio(Method::GET, "/v2/Channels/Senders?Channel=whatsapp", &[])
        .await;
    let sender = &senders["senders"][0];
    assert_eq!(
        (&sender["sender_id"], &sender["status"]),
        (&json!(TWILIO_NUMBER), &json!("ONLINE"))
    );
    let path = format!("/v2/Channels/Senders/{}", sender["sid"].as_str().unwrap());
    let elsewhere = json!({"webhook": {"callback_url": format!("{}/elsewhere", forms.url)}});
    assert_eq!(json_call(&path, elsewhere).await.0, 202);
    let asked = write(&bench, json!({"text": "moved?"})).await;
    assert_eq!(forms.first(4).await[3].0, "/elsewhere");
    let typing = json!({"channel": "WHATSAPP", "messageId": asked});
    assert_eq!(
        json_call("/v3/Indicators/Typing.json", typing).await,
        (200, json!({"success": true}))
    );
}

#[tokio::test]
async fn what_nobody_takes_is_not_pushed_again() {
    let bench = Bench::start().await;
    bench
        .sandbox
        .connect_twilio("http://127.0.0.1:1/in")
        .await
        .unwrap();
    write(&bench, json!({"text": "lost"})).await;
    bench.sandbox.wait_delivered(DEADLINE).await.unwrap();
    let forms = Forms::start().await;
    bench
        .sandbox
        .connect_twilio(&format!("{}/in", forms.url))
        .await
        .unwrap();
    write(&bench, json!({"text": "heard"})).await;
    assert_eq!(forms.first(1).await[0].1["Body"], "heard");
    assert!(matches!(
        bench.sandbox.connect_twilio("nonsense").await,
        Err(Error::Invalid { .. })
    ));
}
