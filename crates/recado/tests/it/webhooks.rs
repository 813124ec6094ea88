//! Outgoing webhooks, to a receiver that fails, hangs, leads astray and recovers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use recado_testkit::{Client, ENGINES, Engine, Installation, Recado, Receiver, Request, until, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

const ANA: &str = "15556000001";
const BEN: &str = "15556000002";
/// How often one looks while a receiver may be asked or not.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_told_in_order_whatever_the_receiver_does() {
    for engine in ENGINES {
        let mut story = Story::begin(engine).await;
        story.nobody_is_told_before_there_is_an_endpoint().await;
        let hook = story.make(json!(["message.received"])).await;
        story.trouble_holds_back_one_conversation_only(&hook).await;
        story.what_was_told_can_be_looked_at_and_told_again(&hook).await;
        story.a_secret_is_replaced_without_a_gap(&hook).await;
        story.a_test_is_sent_at_once(&hook).await;
        story.who_is_gone_is_switched_off(&hook).await;
        story.who_fails_for_long_is_switched_off(&hook).await;
        story = story.a_crash_before_the_record_tells_it_again(&hook).await;
        story.who_is_removed_is_told_nothing(&hook).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_answer_is_given_up_and_asked_again() {
    // So short that a busy machine may miss it too: all that is said here holds for any number of tries.
    let mut story = Story::with_patience(Engine::Sqlite, "300ms").await;
    let hook = story.make(json!(["message.received"])).await;
    story.write(ANA, "wamid.S1", "Hello?").await;
    let silent = story.told("Hello?").await;
    let again = story.told("Hello?").await;
    assert_eq!(again.header("webhook-id"), silent.header("webhook-id"));
    let waiting = story.deliveries(&hook, "").await;
    let error = waiting[0]["error"].as_str().unwrap();
    assert_eq!(error, "The endpoint did not answer within 300ms.");
    assert_eq!(waiting[0]["response_status"], Value::Null);
    silent.answer(200);
    again.answer(200);
    let told = story.delivered(&hook).await;
    assert!(told["attempts"].as_i64().unwrap() >= 2, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_say_what_happened() {
    let mut story = Story::begin(Engine::Sqlite).await;
    let told = json!([
        "message.sent",
        "message.status_updated",
        "conversation.created",
        "conversation.assigned",
        "conversation.status_changed",
        "note.created",
        "contact.updated"
    ]);
    story.make(told).await;
    story.write(ANA, "wamid.E1", "Hello").await;
    let created = story.take("conversation.created").await;
    let thread = people::conversation(&story.owner, ANA).await;
    let same = |data: &Value, field: &str| assert_eq!(data[field], thread[field], "{field}");
    assert_eq!(created["data"]["conversation_id"], thread["id"]);
    same(&created["data"], "contact_id");
    same(&created["data"], "channel_id");

    let path = people::path(&thread);
    let me = story.owner.get("/api/v1/me").await.data()["member"]["id"].clone();
    story
        .owner
        .patch(&path, json!({ "assigned_agent_id": me }))
        .await
        .ok();
    let assigned = story.take("conversation.assigned").await;
    assert_eq!(assigned["data"]["assigned_agent_id"], me);
    assert_eq!(assigned["data"]["conversation_id"], thread["id"]);
    story.owner.patch(&path, json!({ "status": "closed" })).await.ok();
    let closed = story.take("conversation.status_changed").await;
    assert_eq!(
        (&closed["data"]["status"], &closed["data"]["previous_status"]),
        (&json!("closed"), &json!("open"))
    );
    let note = json!({ "conversation_id": thread["id"], "text": "Call back" });
    story.owner.post("/api/v1/notes", note).await.ok();
    let note = story.take("note.created").await;
    assert_eq!(note["data"]["note"]["text"], "Call back");
    let contact = format!("/api/v1/contacts/{}", thread["contact_id"].as_str().unwrap());
    story
        .owner
        .patch(&contact, json!({ "company": "Miga" }))
        .await
        .ok();
    let contact = story.take("contact.updated").await;
    assert_eq!(contact["data"]["contact_id"], thread["contact_id"]);

    // To a number that the sandbox does not know, so it fails and is told all the same.
    story
        .owner
        .post(&format!("{path}/messages"), json!({ "text": "We do" }))
        .await
        .ok();
    let sent = story.take("message.sent").await;
    assert_eq!(
        (&sent["data"]["text"], &sent["data"]["status"]),
        (&json!("We do"), &json!("queued"))
    );
    let status = story.take("message.status_updated").await;
    for field in ["whatsapp_message_id", "conversation_id", "status", "channel_id"] {
        assert!(status["data"].get(field).is_some(), "{field}: {status}");
    }
    assert_ne!(status["data"]["status"], "queued");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_checked_before_it_is_kept() {
    let mut story = Story::begin(Engine::Sqlite).await;
    let owner = story.owner.clone();
    let path = "/api/v1/webhooks";
    for url in [
        "",
        "example.com/hook",
        "http://example.com/hook",
        "http://10.0.0.1/hook",
        "https://169.254.169.254/latest",
        "https://[fd00::1]/",
        "https://user:word@example.com/",
        "https://example.com:22/",
        "ftp://example.com/",
    ] {
        let answer = owner.post(path, json!({ "url": url })).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "url", "{url}");
    }
    let url = "https://example.com/hook";
    for events in [
        json!([]),
        json!(["message.eaten"]),
        json!(["webhook.test"]),
        json!(["tag.created", ""]),
    ] {
        let form = json!({ "url": url, "events": events });
        let answer = owner.unchecked().post(path, form).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "events");
    }
    let form = json!({ "url": url, "description": "x".repeat(201) });
    let answer = owner.post(path, form).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "description");

    let form = json!({ "url": format!("{url}#part"), "description": " Shop ", "is_active": false });
    let made = owner.post(path, form).await.data();
    assert_eq!(
        (
            &made["url"],
            &made["description"],
            &made["events"],
            &made["is_active"]
        ),
        (&json!(url), &json!("Shop"), &json!(["*"]), &json!(false))
    );
    assert_eq!(made["disabled_reason"], "manual");
    let secret = made["secret"].as_str().unwrap();
    let kept = owner.get(&format!("{path}/{}", id(&made))).await;
    assert!(!kept.text.contains(secret), "it is shown once");
    assert_eq!(owner.get(path).await.data(), json!([kept.data()]));
    let dump = story
        .installation
        .rows()
        .of_account(&story.recado.ready.account_id)
        .await;
    let sealed = hex_of(secret);
    assert!(
        dump.values()
            .flatten()
            .all(|row| !row.contains(secret) && !row.contains(&sealed)),
        "it is sealed"
    );

    let one = format!("{path}/{}", id(&made));
    let changed = json!({ "events": ["note.created", "message.received"], "description": "" });
    let changed = owner.patch(&one, changed).await.data();
    assert_eq!(changed["events"], json!(["message.received", "note.created"]));
    assert_eq!(changed["description"], Value::Null);
    for _ in 1..20 {
        owner
            .post(path, json!({ "url": url, "is_active": false }))
            .await
            .ok();
    }
    owner
        .post(path, json!({ "url": url }))
        .await
        .refused(409, "too_many");
    let done: BTreeSet<String> = owner
        .all("/api/v1/audit-log")
        .await
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect();
    assert!(done.contains("webhook.created") && done.contains("webhook.changed"));

    // In earnest not even this machine is called, by whatever name.
    let ready = story.recado.ready.clone();
    story.recado.terminate().await;
    let recado = story.installation.serve(&ready).await;
    let owner = recado.stranger().with_cookie(owner.cookie().unwrap());
    let answer = owner.patch(&one, json!({ "url": story.receiver.url() })).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "url");
    let inside = story
        .receiver
        .url()
        .replace("http://127.0.0.1", "https://localhost");
    owner.patch(&one, json!({ "url": inside })).await.ok();
    let tested = owner.post(&format!("{one}/test"), json!({})).await.data();
    assert_eq!(
        (&tested["state"], &tested["response_status"]),
        (&json!("failed"), &Value::Null)
    );
    assert!(
        tested["error"].as_str().unwrap().contains("public internet"),
        "{tested}"
    );
    assert!(story.receiver.is_quiet());
}

/// `recado dev`, whose endpoints may be on this machine, and a receiver.
struct Story {
    installation: Installation,
    recado: Recado,
    owner: Client,
    receiver: Receiver,
    /// Where nothing may arrive.
    inside: Receiver,
}

struct Hook {
    path: String,
    secret: String,
}

impl Story {
    /// With more patience than a machine that is busy with other tests takes to answer.
    async fn begin(engine: Engine) -> Self {
        Self::with_patience(engine, "50s").await
    }

    async fn with_patience(engine: Engine, patience: &str) -> Self {
        let installation = Installation::new(RECADO, engine)
            .await
            .arg(format!("--webhooks-timeout={patience}"))
            .arg("--webhooks-retry-first=100ms");
        let recado = installation.start().await;
        let owner = people::owner(&recado).await;
        Self {
            installation,
            recado,
            owner,
            receiver: Receiver::listen().await,
            inside: Receiver::listen().await,
        }
    }

    async fn make(&self, events: Value) -> Hook {
        let form = json!({ "url": self.receiver.url(), "events": events });
        let answer = self.owner.post("/api/v1/webhooks", form).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let made = answer.data();
        assert_eq!(made["is_active"], true);
        Hook {
            path: format!("/api/v1/webhooks/{}", id(&made)),
            secret: made["secret"].as_str().unwrap().to_owned(),
        }
    }

    async fn write(&self, from: &str, wamid: &str, text: &str) {
        let meta = &self.recado.ready.meta;
        let body = webhooks::text(meta, from, wamid, text);
        let status = webhooks::post(&self.recado.stranger(), meta, &body).await;
        assert_eq!(status.unwrap(), 200);
    }

    /// The next request, whose text is this.
    async fn told(&mut self, text: &str) -> Request {
        let request = self.receiver.request().await;
        assert_eq!(request.text(), text);
        request
    }

    /// Takes what comes, until an event of this name; what it said.
    async fn take(&mut self, event: &str) -> Value {
        loop {
            let request = self.receiver.request().await;
            let told = request.json();
            request.answer(204);
            if told["event"] == event {
                return told;
            }
        }
    }

    async fn deliveries(&self, hook: &Hook, filter: &str) -> Vec<Value> {
        self.owner.all(&format!("{}/deliveries{filter}", hook.path)).await
    }

    /// Waits until nothing is on its way any more.
    async fn settled(&self, hook: &Hook) {
        until("all deliveries", async || {
            self.deliveries(hook, "?state=pending")
                .await
                .is_empty()
                .then_some(())
        })
        .await;
    }

    /// Takes what comes until the only delivery is over; how it stands then.
    async fn delivered(&mut self, hook: &Hook) -> Value {
        loop {
            let told = self.deliveries(hook, "").await.remove(0);
            if told["state"] != "pending" {
                assert_eq!(told["state"], "delivered");
                return told;
            }
            if let Some(request) = self.receiver.request_or(LOOK_AGAIN).await {
                request.answer(200);
            }
        }
    }

    async fn readers(&self) -> i64 {
        self.installation
            .rows()
            .number("SELECT count(*) FROM webhook_readers")
            .await
    }

    async fn nobody_is_told_before_there_is_an_endpoint(&mut self) {
        self.write(ANA, "wamid.H0", "Before").await;
        assert_eq!(self.readers().await, 0, "nobody reads for nobody");
    }

    async fn trouble_holds_back_one_conversation_only(&mut self, hook: &Hook) {
        assert_eq!(self.readers().await, 1);
        self.write(ANA, "wamid.H1", "Ana 1").await;
        let first = self.told("Ana 1").await;
        self.write(ANA, "wamid.H2", "Ana 2").await;
        self.write(BEN, "wamid.H3", "Ben 1").await;
        self.write(ANA, "wamid.H4", "Ana 3").await;
        assert!(first.is_signed_with(&hook.secret) && !first.is_signed_with("whsec_b3RoZXI="));
        let (webhook_id, body) = (first.header("webhook-id").to_owned(), first.body.clone());
        self.is_as_documented(&first, hook).await;
        first.answer(500);
        // Fails twice, leads into the network, recovers; the others do not wait for it, but its own do.
        let mut seen = BTreeMap::<String, usize>::new();
        let mut order = Vec::new();
        while order.len() < 4 {
            let request = self.receiver.request().await;
            assert!(request.is_signed_with(&hook.secret));
            let text = request.text();
            let times = seen.entry(text.clone()).or_default();
            *times += 1;
            if text == "Ana 1" {
                assert_eq!(request.header("webhook-id"), webhook_id, "the same id each time");
                assert_eq!(request.body, body, "and the same bytes");
            }
            match (text.as_str(), *times) {
                ("Ana 1", 1) => request.answer(503),
                ("Ana 1", 2) => request.redirect(&self.inside.url()),
                _ => {
                    request.answer(200);
                    order.push(text);
                }
            }
        }
        let anas: Vec<&String> = order.iter().filter(|text| text.starts_with("Ana")).collect();
        assert_eq!(anas, ["Ana 1", "Ana 2", "Ana 3"]);
        assert_eq!(seen["Ben 1"], 1);
        assert!(self.inside.is_quiet(), "redirects are not followed");
        self.settled(hook).await;
        assert!(self.receiver.is_quiet());
        let told = self.deliveries(hook, "").await;
        assert_eq!(told.len(), 4, "nothing that was not asked for: {told:?}");
        assert!(
            told.iter()
                .all(|one| one["state"] == "delivered" && one["next_try_at"].is_null())
        );
        let ana = told
            .iter()
            .find(|one| one["event_id"] == webhook_id.as_str())
            .unwrap();
        assert_eq!(ana["attempts"], 4);
        assert_eq!(
            (&ana["response_status"], &ana["response_body"]),
            (&json!(200), &json!("said 200 OK"))
        );
        assert_eq!(ana["error"], Value::Null);
    }

    async fn is_as_documented(&self, request: &Request, hook: &Hook) {
        let told = request.json();
        let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
        assert_eq!(
            keys,
            [
                "account_id",
                "data",
                "event",
                "id",
                "occurred_at",
                "timestamp",
                "type"
            ]
        );
        assert_eq!(
            (&told["event"], &told["type"]),
            (&json!("message.received"), &json!("message.received"))
        );
        assert_eq!(told["account_id"], self.recado.ready.account_id.as_str());
        assert_eq!(told["id"], request.header("webhook-id"));
        assert_eq!(told["occurred_at"], told["timestamp"]);
        assert_eq!(request.header("x-wacrm-event"), "message.received");
        assert_eq!(
            request.header("x-wacrm-webhook-id"),
            hook.path.rsplit('/').next().unwrap()
        );
        assert_eq!(request.header("content-type"), "application/json");
        let thread = people::conversation(&self.owner, ANA).await;
        let data = &told["data"];
        assert_eq!(data["conversation_id"], thread["id"]);
        assert_eq!(data["contact_id"], thread["contact_id"]);
        assert_eq!(data["channel_id"], thread["channel_id"]);
        assert_eq!(data["whatsapp_message_id"], "wamid.H1");
        assert_eq!(
            (&data["content_type"], &data["text"]),
            (&json!("text"), &json!("Ana 1"))
        );
        assert_eq!(data["message"]["content_text"], "Ana 1");
    }

    async fn what_was_told_can_be_looked_at_and_told_again(&mut self, hook: &Hook) {
        let page = self
            .owner
            .get(&format!("{}/deliveries?limit=3", hook.path))
            .await
            .ok();
        let cursor = page["meta"]["next_cursor"].as_str().unwrap();
        let rest = format!("{}/deliveries?limit=3&cursor={cursor}", hook.path);
        let rest = self.owner.get(&rest).await.ok();
        assert_eq!(rest["data"].as_array().unwrap().len(), 1);
        assert_eq!(self.deliveries(hook, "?state=failed").await.len(), 0);
        let delivery = &rest["data"][0];
        let path = format!("{}/deliveries/{}", hook.path, id(delivery));
        let details = self.owner.get(&path).await.data();
        assert_eq!(details["attempts"], delivery["attempts"]);

        let replay = format!("{path}/replay");
        let answer = self.owner.post(&replay, json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert_eq!(answer.data()["state"], "pending");
        let again = self.told("Ana 1").await;
        assert_eq!(again.header("webhook-id"), delivery["event_id"].as_str().unwrap());
        assert_eq!(again.body, details["request_body"].as_str().unwrap());
        again.answer(204);
        self.settled(hook).await;
        assert_eq!(self.owner.get(&path).await.data()["attempts"], 5);

        // One that waits long for its next try is tried now.
        self.write(BEN, "wamid.H5", "Ben 2").await;
        let failing = self.told("Ben 2").await;
        let rows = self.installation.rows();
        failing.answer(503);
        let waiting = until("the failure", async || {
            let waiting = self.deliveries(hook, "?state=pending").await;
            waiting.into_iter().find(|one| one["response_status"] == 503)
        })
        .await;
        assert_eq!(waiting["error"], "The endpoint answered with status 503.");
        rows.change(
            "UPDATE jobs SET run_at = 4000000000000 WHERE kind = 'deliver_webhook' AND state = 'ready'",
        )
        .await;
        // It may have been on its way already.
        let replay = format!("{}/deliveries/{}/replay", hook.path, id(&waiting));
        assert_eq!(self.owner.post(&replay, json!({})).await.status, 202);
        self.told("Ben 2").await.answer(200);
        self.settled(hook).await;
    }

    async fn a_secret_is_replaced_without_a_gap(&mut self, hook: &Hook) {
        let rotate = format!("{}/rotate-secret", hook.path);
        let rotated = self.owner.post(&rotate, json!({})).await.data();
        let new = rotated["secret"].as_str().unwrap();
        assert_ne!(new, hook.secret);
        assert!(rotated["old_secret_until"].is_string());
        self.write(ANA, "wamid.H6", "Signed twice").await;
        let request = self.told("Signed twice").await;
        assert!(request.is_signed_with(new) && request.is_signed_with(&hook.secret));
        request.answer(200);
        self.settled(hook).await;
        self.installation
            .rows()
            .change("UPDATE webhooks SET old_secret_until = 1 WHERE old_secret_until IS NOT NULL")
            .await;
        self.write(ANA, "wamid.H7", "Signed once").await;
        let request = self.told("Signed once").await;
        assert!(request.is_signed_with(new) && !request.is_signed_with(&hook.secret));
        request.answer(200);
        self.settled(hook).await;
        let kept = self.owner.get(&hook.path).await.data();
        assert_eq!(kept["old_secret_until"], Value::Null);
    }

    async fn a_test_is_sent_at_once(&mut self, hook: &Hook) {
        let test = format!("{}/test", hook.path);
        let owner = self.owner.clone();
        let tested = tokio::spawn(async move { owner.post(&test, json!({})).await.data() });
        let request = self.receiver.request().await;
        assert_eq!(request.json()["event"], "webhook.test");
        request.answer(418);
        let tested = tested.await.unwrap();
        assert_eq!(
            (&tested["state"], &tested["response_status"], &tested["event"]),
            (&json!("failed"), &json!(418), &json!("webhook.test"))
        );
        let kept = self.owner.get(&hook.path).await.data();
        assert_eq!(
            (&kept["is_active"], &kept["failing_since"]),
            (&json!(true), &Value::Null)
        );
    }

    async fn who_is_gone_is_switched_off(&mut self, hook: &Hook) {
        self.write(ANA, "wamid.H8", "Are you there?").await;
        let request = self.told("Are you there?").await;
        self.write(ANA, "wamid.H9", "Nobody there").await;
        until("both deliveries", async || {
            let waiting = self.deliveries(hook, "?state=pending").await;
            (waiting.len() == 2).then_some(())
        })
        .await;
        request.answer(410);
        self.settled(hook).await;
        let kept = self.owner.get(&hook.path).await.data();
        assert_eq!(
            (&kept["is_active"], &kept["disabled_reason"]),
            (&json!(false), &json!("gone"))
        );
        assert_eq!(self.readers().await, 0);
        let states: Vec<Value> = self.deliveries(hook, "").await;
        assert_eq!(states[0]["state"], "cancelled");
        assert_eq!(
            (&states[1]["state"], &states[1]["response_status"]),
            (&json!("failed"), &json!(410))
        );
        let replay = format!("{}/deliveries/{}/replay", hook.path, id(&states[0]));
        let refused = self.owner.post(&replay, json!({})).await;
        refused.refused(409, "webhook_disabled");
        let told = self.owner.get("/api/v1/notifications?limit=1").await.data()[0].clone();
        assert_eq!(told["type"], "webhook_disabled");
        assert_eq!(told["data"]["webhook_id"], kept["id"]);
        assert_eq!(told["conversation_id"], Value::Null);
        let log = self
            .owner
            .get("/api/v1/audit-log?action=webhook.disabled")
            .await
            .data();
        assert_eq!(
            (&log[0]["actor_type"], &log[0]["subject_id"]),
            (&json!("system"), &kept["id"])
        );

        self.write(ANA, "wamid.H10", "While it is off").await;
        let kept = self
            .owner
            .patch(&hook.path, json!({ "is_active": true }))
            .await
            .data();
        assert_eq!(
            (&kept["is_active"], &kept["disabled_reason"]),
            (&json!(true), &Value::Null)
        );
        self.write(ANA, "wamid.H11", "Here again").await;
        self.told("Here again").await.answer(200);
        let replayed = self.owner.post(&replay, json!({})).await;
        assert_eq!(replayed.status, 202);
        self.told("Nobody there").await.answer(200);
        self.settled(hook).await;
    }

    async fn who_fails_for_long_is_switched_off(&mut self, hook: &Hook) {
        self.write(ANA, "wamid.H12", "Failing").await;
        self.told("Failing").await.answer(500);
        let rows = self.installation.rows();
        until("the first failure", async || {
            let since = self.owner.get(&hook.path).await.data()["failing_since"].clone();
            since.is_string().then_some(())
        })
        .await;
        rows.change("UPDATE webhooks SET failing_since = 1").await;
        self.told("Failing").await.answer(500);
        self.settled(hook).await;
        let kept = self.owner.get(&hook.path).await.data();
        assert_eq!(
            (&kept["is_active"], &kept["disabled_reason"]),
            (&json!(false), &json!("failing"))
        );
        self.owner
            .patch(&hook.path, json!({ "is_active": true }))
            .await
            .ok();
    }

    async fn a_crash_before_the_record_tells_it_again(mut self, hook: &Hook) -> Self {
        self.write(ANA, "wamid.H13", "Taken").await;
        let request = self.told("Taken").await;
        let first = request.header("webhook-id").to_owned();
        let cookie = self.owner.cookie().unwrap().to_owned();
        // The receiver has it. Nobody will hear its answer.
        self.recado.kill().await;
        request.answer(200);
        self.installation.end_leases().await;
        self.recado = self.installation.start().await;
        self.owner = self.recado.stranger().checked().await.with_cookie(&cookie);
        let request = self.told("Taken").await;
        assert_eq!(request.header("webhook-id"), first);
        request.answer(200);
        self.settled(hook).await;
        self
    }

    async fn who_is_removed_is_told_nothing(&mut self, hook: &Hook) {
        assert_eq!(self.owner.delete(&hook.path).await.status, 204);
        assert_eq!(self.readers().await, 0);
        self.write(ANA, "wamid.H14", "To nobody").await;
        self.owner.get(&hook.path).await.refused(404, "not_found");
        assert!(self.receiver.is_quiet());
    }
}

fn hex_of(text: &str) -> String {
    text.bytes().fold(String::new(), |mut digits, byte| {
        write!(digits, "{byte:02x}").unwrap();
        digits
    })
}
