//! Numbers: connected with settings that the provider accepts, changed, checked, deleted and connected again. The sandbox
//! stands where the providers are.

use recado_testkit::{Client, Engine, Installation, Live, Provider, Recado, Sandbox, until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

/// A Recado whose providers are its own sandbox, and an account that has no number yet.
struct Office {
    recado: Recado,
    owner: Client,
    sandbox: Sandbox,
    member: String,
    /// The sandbox's secrets, which no answer may hold.
    secrets: Vec<String>,
    access_token: String,
}

impl Office {
    async fn open(installation: &Installation, address: &str) -> Self {
        let recado = installation.start_with(&["--sandbox-listen", address]).await;
        let client = recado.stranger().checked().await;
        let owner = people::sign_up_as(&client, "Shop", "Ana", "ana@shop.example").await;
        let kept = std::fs::read_to_string(installation.data().join("demo.json")).unwrap();
        let kept: Value = serde_json::from_str(&kept).unwrap();
        let access_token = kept["access_token"].as_str().unwrap().to_owned();
        let ready = &recado.ready;
        Self {
            member: people::id(&owner.get("/api/v1/me").await.data()["member"]).to_owned(),
            sandbox: recado.sandbox(),
            secrets: vec![
                access_token.clone(),
                ready.meta.app_secret.clone(),
                ready.twilio.auth_token.clone(),
            ],
            access_token,
            owner,
            recado,
        }
    }

    /// Calls; no answer may tell a secret.
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> recado_testkit::Answer {
        let path = format!("/api/v1{path}");
        let answer = self.owner.call(method, &path, body, &[]).await;
        for secret in &self.secrets {
            assert!(!answer.text.contains(secret), "{path}: {}", answer.text);
        }
        answer
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.data()
    }

    async fn change(&self, channel: &str, change: Value) -> recado_testkit::Answer {
        self.call(Method::PATCH, &format!("/channels/{channel}"), Some(change))
            .await
    }

    async fn connect(&self, form: Value) -> recado_testkit::Answer {
        self.call(Method::POST, "/channels", Some(form)).await
    }

    /// What an admin fills in for the sandbox's number at Meta.
    fn meta(&self) -> Value {
        let meta = &self.recado.ready.meta;
        json!({
            "kind": "meta", "label": "Shop", "active": true, "assigned_member_id": self.member,
            "phone_number_id": meta.phone_number_id, "waba_id": meta.waba_id,
            "access_token": self.access_token, "app_secret": meta.app_secret,
        })
    }

    fn twilio(&self) -> Value {
        let number = &self.recado.ready.twilio.number;
        json!({
            "kind": "twilio", "label": "Catering", "active": true, "assigned_member_id": self.member,
            "sender": format!("whatsapp:{number}"),
        })
    }

    async fn set_twilio(&self, account_sid: &str, auth_token: &str) -> recado_testkit::Answer {
        let form = json!({ "account_sid": account_sid, "auth_token": auth_token });
        self.call(Method::PUT, "/integrations/twilio", Some(form)).await
    }

    /// A customer writes to the number; the conversation it makes here.
    async fn written(&self, name: &str, line: &str, channel: &str) -> Value {
        let phone = self.sandbox.add_phone(name).await;
        let path = format!("/sandbox/api/phones/{phone}/messages");
        let text = json!({ "type": "text", "text": "Hello?", "line": line });
        let said = self.sandbox.client().post(&path, text).await;
        assert!(said.status.is_success(), "{}", said.text);
        self.sandbox.settled().await;
        let phone = format!("+{phone}");
        until("the conversation", async || {
            let all = self.owner.all("/api/v1/conversations").await;
            all.into_iter()
                .find(|one| one["contact"]["phone"] == phone.as_str() && one["channel_id"] == channel)
        })
        .await
    }
}

/// Changes one field of a form.
fn with(mut form: Value, field: &str, value: impl Into<Value>) -> Value {
    form[field] = value.into();
    form
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_at_meta() {
    for engine in recado_testkit::ENGINES {
        let (installation, address) = installation(engine).await;
        let office = Office::open(&installation, &address).await;
        settings_are_tried(&office).await;
        let channel = connected(&office).await;
        checked(&office, &channel).await;
        somebody_is_in_charge(&office, &channel).await;
        secrets_are_tried(&office, &channel).await;
        deleted_and_back(&office, &channel).await;
    }
}

async fn installation(engine: Engine) -> (Installation, String) {
    let address = Provider::free_address();
    let url = format!("http://{address}");
    let installation = Installation::new(RECADO, engine)
        .await
        .arg("--meta-base-url")
        .arg(&url)
        .arg("--twilio-base-url")
        .arg(&url);
    (installation, address.to_string())
}

async fn settings_are_tried(office: &Office) {
    let form = office.meta();
    let nobody = "01890000-0000-7000-8000-000000000000";
    for (field, value) in [
        ("access_token", "EAAwrong"),
        ("access_token", "of two words"),
        ("phone_number_id", "100000000000009"),
        ("phone_number_id", "+34600000100"),
        ("waba_id", "200000000000009"),
        ("waba_id", "../me"),
        ("app_secret", "0123456789abcdef"),
        ("label", "  "),
        ("assigned_member_id", nobody),
    ] {
        let answer = office.connect(with(form.clone(), field, value)).await;
        assert_eq!(
            answer.refused(400, "bad_request")["field"],
            field,
            "{}",
            answer.text
        );
    }
    let mut left_out = form.clone();
    left_out.as_object_mut().unwrap().remove("assigned_member_id");
    let answer = office.connect(left_out).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "assigned_member_id");
    let answer = office
        .connect(with(form.clone(), "sender", "whatsapp:+15550001111"))
        .await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "sender");
    office
        .connect(with(form.clone(), "base_url", "http://169.254.169.254"))
        .await
        .refused(400, "bad_request");

    let fault = json!({ "line": "meta", "call": "manage", "effect": { "type": "status", "status": 503 } });
    let faults = "/sandbox/api/faults";
    assert!(
        office
            .sandbox
            .client()
            .post(faults, fault)
            .await
            .status
            .is_success()
    );
    office.connect(form).await.refused(502, "provider_unreachable");
    office.sandbox.client().delete(faults).await;
    assert_eq!(office.get("/channels").await, json!([]), "nothing was kept");
}

/// Connects it right; its id.
async fn connected(office: &Office) -> String {
    let mut live = Live::connect(&office.owner, None).await.unwrap();
    let answer = office.connect(office.meta()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.data();
    let meta = &office.recado.ready.meta;
    assert_eq!(
        (&made["kind"], &made["status"], &made["is_default"]),
        (&json!("meta"), &json!("connected"), &json!(true))
    );
    assert_eq!(made["display_phone"], "+34 600 000 100");
    assert_eq!(
        made["provider"],
        json!({ "phone_number_id": meta.phone_number_id, "waba_id": meta.waba_id })
    );
    assert_eq!(made["health"]["quality"], "GREEN");
    assert!(made["health"]["limit"].is_string() && made["health"]["checked_at"].is_string());
    assert_eq!(
        (&made["health"]["trouble"], &made["health"]["last_error"]),
        (&Value::Null, &Value::Null)
    );
    let event = live.event("channel.created").await;
    assert_eq!(event["data"]["channel"]["id"], made["id"]);
    assert!(event["data"]["channel"]["health"].is_object());
    office
        .connect(office.meta())
        .await
        .refused(409, "already_connected");

    let channel = id(&made).to_owned();
    let one = office.get(&format!("/channels/{channel}")).await;
    assert!(one["verify_token"].as_str().unwrap().len() > 16);
    assert!(made.get("verify_token").is_none());
    // The provider was told where to send: what customers write arrives.
    office.written("Bea", "meta", &channel).await;
    let one = office.get(&format!("/channels/{channel}")).await;
    assert!(one["health"]["last_webhook_at"].is_string(), "{one}");
    channel
}

async fn checked(office: &Office, channel: &str) {
    let rating = json!({ "quality": "YELLOW" });
    let rated = office.sandbox.client().patch("/sandbox/api/number", rating).await;
    assert!(rated.status.is_success(), "{}", rated.text);
    let path = format!("/channels/{channel}/check");
    let answer = office.call(Method::POST, &path, None).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let checked = answer.data();
    assert_eq!(checked["health"]["quality"], "YELLOW");
    assert!(checked["health"]["checked_at"].as_str() >= checked["connected_at"].as_str());

    let refusal = json!({ "line": "meta", "call": "manage", "times": 1,
        "effect": { "type": "refuse", "code": 190, "status": 401 } });
    let ordered = office.sandbox.client().post("/sandbox/api/faults", refusal).await;
    assert!(ordered.status.is_success(), "{}", ordered.text);
    let health = office.call(Method::POST, &path, None).await.data()["health"].clone();
    assert!(health["trouble"].is_string(), "{health}");
    assert_eq!(health["last_error"]["reason"], "number_unhealthy");
    let health = office.call(Method::POST, &path, None).await.data()["health"].clone();
    assert_eq!(
        (&health["trouble"], &health["last_error"]),
        (&Value::Null, &Value::Null)
    );
}

async fn somebody_is_in_charge(office: &Office, channel: &str) {
    let conversation = office.written("Cleo", "meta", channel).await;
    let off = office
        .change(channel, json!({ "active": false, "assigned_member_id": null }))
        .await;
    assert_eq!(
        (
            &off.body["data"]["status"],
            &off.body["data"]["assigned_member_id"]
        ),
        (&json!("inactive"), &Value::Null)
    );
    let send = format!("{}/messages", people::path(&conversation));
    office
        .owner
        .post(&send, json!({ "text": "Hi" }))
        .await
        .refused(409, "channel_inactive");
    let on = json!({ "active": true });
    let answer = office.change(channel, on.clone()).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "assigned_member_id");
    let viewer = people::invite(&office.owner, "viewer", "vi@shop.example").await;
    let viewer = viewer.get("/api/v1/me").await.data()["member"]["id"].clone();
    let answer = office
        .change(channel, json!({ "active": true, "assigned_member_id": viewer }))
        .await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "assigned_member_id");
    let answer = office
        .change(
            channel,
            json!({ "active": true, "assigned_member_id": office.member, "label": " Front desk " }),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(
        (&answer.body["data"]["status"], &answer.body["data"]["label"]),
        (&json!("connected"), &json!("Front desk"))
    );
    assert_eq!(answer.body["data"]["assigned_member_id"], office.member.as_str());
    office
        .change(channel, json!({ "is_default": false }))
        .await
        .refused(400, "bad_request");

    // Whoever may not be in charge any more has no active number.
    let mut live = Live::connect(&office.owner, None).await.unwrap();
    let member = format!("/members/{}", office.member);
    let disable = json!({ "whatsapp_enabled": false });
    let answer = office.call(Method::PATCH, &member, Some(disable)).await;
    assert_eq!(answer.data()["whatsapp_enabled"], false);
    let event = live.event("channel.updated").await;
    assert_eq!(event["data"]["channel"]["status"], "inactive");
    assert_eq!(
        live.event("member.updated").await["data"]["member"]["whatsapp_enabled"],
        false
    );
    let answer = office.change(channel, on.clone()).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "assigned_member_id");
    let enable = json!({ "whatsapp_enabled": true });
    assert_eq!(
        office.call(Method::PATCH, &member, Some(enable)).await.status,
        200
    );
    assert_eq!(office.change(channel, on).await.data()["status"], "connected");

    // Neither has one whose member is gone.
    let agent = people::invite(&office.owner, "agent", "al@shop.example").await;
    let agent = agent.get("/api/v1/me").await.data()["member"]["id"].clone();
    office
        .change(channel, json!({ "assigned_member_id": agent }))
        .await
        .ok();
    let path = format!("/members/{}", agent.as_str().unwrap());
    assert_eq!(office.call(Method::DELETE, &path, None).await.status, 204);
    let one = office.get(&format!("/channels/{channel}")).await;
    assert_eq!(
        (&one["status"], &one["assigned_member_id"]),
        (&json!("inactive"), &Value::Null)
    );
    let back = json!({ "active": true, "assigned_member_id": office.member });
    office.change(channel, back).await.ok();
}

async fn secrets_are_tried(office: &Office, channel: &str) {
    for field in ["access_token", "app_secret"] {
        let answer = office.change(channel, json!({ field: "EAAwrong" })).await;
        assert_eq!(
            answer.refused(400, "bad_request")["field"],
            field,
            "{}",
            answer.text
        );
    }
    let right =
        json!({ "access_token": office.access_token, "app_secret": office.recado.ready.meta.app_secret });
    assert_eq!(office.change(channel, right).await.status, 200);
    office.written("Dora", "meta", channel).await;
}

async fn deleted_and_back(office: &Office, channel: &str) {
    let conversation = office.written("Emil", "meta", channel).await;
    let thread = format!("{}/messages", people::path(&conversation));
    let mut live = Live::connect(&office.owner, None).await.unwrap();
    let path = format!("/channels/{channel}");
    let verify_token = office.get(&path).await["verify_token"].clone();
    assert_eq!(office.call(Method::DELETE, &path, None).await.status, 204);
    let event = live.event("channel.removed").await;
    assert_eq!(event["data"]["channel"]["status"], "deleted");
    assert_eq!(office.get("/channels").await, json!([]));
    assert_eq!(office.get(&path).await["status"], "deleted");
    for (method, path) in [
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/check")),
    ] {
        office.call(method, &path, None).await.refused(404, "not_found");
    }
    office
        .change(channel, json!({ "active": true }))
        .await
        .refused(404, "not_found");
    assert_eq!(
        office.owner.get(&thread).await.data()[0]["content_text"],
        "Hello?"
    );
    office
        .owner
        .post(&thread, json!({ "text": "Hi" }))
        .await
        .refused(409, "channel_inactive");

    let back = office.connect(with(office.meta(), "label", "Again")).await;
    assert_eq!(back.status, 201, "{}", back.text);
    assert_eq!(
        (id(&back.body["data"]), &back.body["data"]["is_default"]),
        (channel, &json!(true))
    );
    let one = office.get(&path).await;
    assert_eq!(
        one["verify_token"], verify_token,
        "Meta may have been told it by hand"
    );
    assert_eq!(one["health"]["last_error"], Value::Null);
    let sent = office.owner.post(&thread, json!({ "text": "We are back" })).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    until("the message on the phone", async || {
        (office.sandbox.sends_of("We are back").await.len() == 1).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_at_twilio() {
    for engine in recado_testkit::ENGINES {
        let (installation, address) = installation(engine).await;
        let office = Office::open(&installation, &address).await;
        credentials_are_tried(&office).await;
        senders_are_picked(&office).await;
    }
}

async fn credentials_are_tried(office: &Office) {
    let twilio = &office.recado.ready.twilio;
    let none = json!({ "account_sid": null, "configured": false });
    assert_eq!(office.get("/integrations/twilio").await, none);
    let senders = "/integrations/twilio/senders";
    office
        .call(Method::GET, senders, None)
        .await
        .refused(409, "twilio_not_configured");
    office
        .connect(office.twilio())
        .await
        .refused(409, "twilio_not_configured");
    let other = format!("AC{}", "0".repeat(32));
    for (sid, token, field) in [
        ("AC1", twilio.auth_token.as_str(), "account_sid"),
        ("../../x", &twilio.auth_token, "account_sid"),
        (&other, &twilio.auth_token, "auth_token"),
        (&twilio.account_sid, "wrong", "auth_token"),
        (&twilio.account_sid, "", "auth_token"),
    ] {
        let answer = office.set_twilio(sid, token).await;
        assert_eq!(
            answer.refused(400, "bad_request")["field"],
            field,
            "{}",
            answer.text
        );
    }
    let odd = json!({ "account_sid": twilio.account_sid, "auth_token": twilio.auth_token, "base_url": "http://10.0.0.1" });
    office
        .call(Method::PUT, "/integrations/twilio", Some(odd))
        .await
        .refused(400, "bad_request");
    assert_eq!(office.get("/integrations/twilio").await, none);
    let kept = json!({ "account_sid": twilio.account_sid, "configured": true });
    let answer = office.set_twilio(&twilio.account_sid, &twilio.auth_token).await;
    assert_eq!(answer.data(), kept);
    assert_eq!(office.get("/integrations/twilio").await, kept);
}

async fn senders_are_picked(office: &Office) {
    let twilio = &office.recado.ready.twilio;
    let path = "/integrations/twilio/senders";
    let listed = office.get(path).await;
    assert_eq!(
        (&listed[0]["phone"], &listed[0]["connected"]),
        (&json!(twilio.number), &json!(false))
    );
    for sender in ["whatsapp:+15550009999", "whatsapp:15550009999", "+1 555", ""] {
        let answer = office.connect(with(office.twilio(), "sender", sender)).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "sender", "{sender}");
    }
    let answer = office.connect(office.twilio()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.data();
    let sender = format!("whatsapp:{}", twilio.number);
    assert_eq!(
        made["provider"],
        json!({ "account_sid": twilio.account_sid, "sender": sender })
    );
    assert_eq!(
        (&made["health"]["quality"], &made["health"]["last_error"]),
        (&json!("GREEN"), &Value::Null)
    );
    assert_eq!(office.get(path).await[0]["connected"], true);
    let channel = id(&made).to_owned();
    let conversation = office.written("Finn", "twilio", &channel).await;
    let answer = office.change(&channel, json!({ "access_token": "EAAG" })).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "access_token");
    let checked = office
        .call(Method::POST, &format!("/channels/{channel}/check"), None)
        .await;
    assert_eq!(checked.data()["health"]["trouble"], Value::Null);

    // Without the account nothing can be sent, until it is entered again.
    let gone = office.call(Method::DELETE, "/integrations/twilio", None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(office.get("/channels").await[0]["status"], "inactive");
    office
        .change(&channel, json!({ "active": true }))
        .await
        .refused(409, "twilio_not_configured");
    office
        .call(Method::POST, &format!("/channels/{channel}/check"), None)
        .await
        .refused(409, "twilio_not_configured");
    office
        .set_twilio(&twilio.account_sid, &twilio.auth_token)
        .await
        .ok();
    assert_eq!(
        office.change(&channel, json!({ "active": true })).await.status,
        200
    );
    let thread = format!("{}/messages", people::path(&conversation));
    let sent = office.owner.post(&thread, json!({ "text": "Here again" })).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    until("the message on the phone", async || {
        (office.sandbox.sends_of("Here again").await.len() == 1).then_some(())
    })
    .await;
}

/// The default moves to a number that can send, and back on demand.
#[tokio::test(flavor = "multi_thread")]
async fn one_number_is_the_default() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let channels = owner.all("/api/v1/channels").await;
    let [first, second] = &channels[..] else {
        panic!("the demo has two numbers: {channels:?}");
    };
    assert_eq!(
        (&first["is_default"], &second["is_default"]),
        (&json!(true), &json!(false))
    );
    let path = |channel: &Value| format!("/api/v1/channels/{}", id(channel));
    let defaults = async || -> Vec<String> {
        let all = owner.all("/api/v1/channels").await;
        let chosen = all.into_iter().filter(|one| one["is_default"] == true);
        chosen.map(|one| id(&one).to_owned()).collect()
    };
    owner
        .patch(&path(second), json!({ "is_default": true }))
        .await
        .ok();
    assert_eq!(defaults().await, [id(second)]);
    assert_eq!(owner.delete(&path(second)).await.status, 204);
    assert_eq!(defaults().await, [id(first)]);

    // The next start brings the demo's number back, and leaves alone what was changed about the other one.
    let label = json!({ "label": "Counter", "active": false });
    owner.patch(&path(first), label).await.ok();
    assert_eq!(recado.terminate().await.code, Some(0));
    let again = installation.start().await;
    let owner = people::owner(&again).await;
    let channels = owner.all("/api/v1/channels").await;
    assert_eq!((id(&channels[0]), id(&channels[1])), (id(first), id(second)));
    assert_eq!(
        (&channels[0]["label"], &channels[0]["status"]),
        (&json!("Counter"), &json!("inactive"))
    );
    assert_eq!(channels[1]["status"], "connected");
}
