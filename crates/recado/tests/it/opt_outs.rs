//! Who stopped promotions is sent none, until they take them again.

use recado_testkit::{ENGINES, Installation, Live, until, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, Line};

/// Somebody who never wrote.
const STRANGER: &str = "15553200001";

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_choice_of_a_customer_counts() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let desk = Desk::open(&recado, Line::Meta).await;
        desk.stops_and_resumes().await;
        desk.choices_count_by_their_time().await;
        desk.a_strangers_choice_is_kept().await;
        desk.one_person_has_the_newest_choice_of_both().await;
    }
}

impl Desk<'_> {
    /// Presses the button on the phone.
    async fn choose(&self, word: &str) {
        let path = format!("/sandbox/api/phones/{}/preference", self.phone);
        self.sandbox
            .client()
            .post(&path, json!({ "value": word }))
            .await
            .ok();
        self.sandbox.settled().await;
    }

    async fn opt_out(&self) -> Value {
        self.owner.get(&self.path).await.data()["contact"]["marketing_opt_out_at"].clone()
    }

    async fn sync(&self) {
        let channel = self.owner.get(&self.path).await.data()["channel_id"].clone();
        let path = format!("/api/v1/channels/{}/templates/sync", channel.as_str().unwrap());
        assert_eq!(self.owner.post(&path, json!({})).await.status, 204);
        until("the offer", async || {
            let all = self.owner.all("/api/v1/templates?search=discount_code").await;
            (!all.is_empty()).then_some(())
        })
        .await;
    }

    async fn stops_and_resumes(&self) {
        self.sync().await;
        assert_eq!(self.opt_out().await, Value::Null);
        let mut live = Live::connect(&self.owner, None).await.unwrap();
        self.choose("stop").await;
        let told = live.event("contact.updated").await;
        let since = &told["data"]["contact"]["marketing_opt_out_at"];
        assert!(since.is_string(), "{told}");
        assert_eq!(self.opt_out().await, *since);

        let path = format!("{}/messages", self.path);
        let refused = self.owner.post(&path, offer()).await;
        refused.refused(409, "contact_opted_out");
        let chat = self.owner.get(&self.path).await.data();
        let (contact, channel) = (&chat["contact"]["id"], &chat["channel_id"]);
        let start = json!({ "contact_id": contact, "channel_id": channel, "message": offer() });
        let refused = self.owner.post("/api/v1/conversations", start).await;
        refused.refused(409, "contact_opted_out");
        self.send(json!({ "text": "Free-form answers go through" })).await;
        self.send(useful()).await;

        self.choose("resume").await;
        let told = live.event("contact.updated").await;
        assert_eq!(told["data"]["contact"]["marketing_opt_out_at"], Value::Null);
        self.send(offer()).await;
    }

    async fn choices_count_by_their_time(&self) {
        let now = recado_model::Clock::System.now().millis() / 1000;
        self.tell(&self.phone, "stop", now).await;
        assert_ne!(self.opt_out().await, Value::Null);
        self.tell(&self.phone, "resume", now - 60).await;
        assert_ne!(self.opt_out().await, Value::Null, "it came late");
        self.choose("resume").await;
        assert_eq!(self.opt_out().await, Value::Null);
    }

    async fn a_strangers_choice_is_kept(&self) {
        let now = recado_model::Clock::System.now().millis() / 1000;
        self.tell(STRANGER, "stop", now).await;
        let found = self
            .owner
            .all(&format!("/api/v1/contacts?search={STRANGER}"))
            .await;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0]["marketing_opt_out_at"].is_string());
    }

    async fn one_person_has_the_newest_choice_of_both(&self) {
        let mut live = Live::connect(&self.owner, None).await.unwrap();
        let meta = &self.recado.ready.meta;
        let message = json!({
            "from": self.phone, "id": "wamid.RENUMBERED", "timestamp": "1795244400", "type": "system",
            "system": { "type": "user_changed_number", "body": "changed", "wa_id": STRANGER },
        });
        let body = webhooks::value(meta, &json!({ "messages": [message] }));
        let stranger = self.recado.stranger();
        assert_eq!(webhooks::post(&stranger, meta, &body).await.unwrap(), 200);
        let told = live.event("contact.merged").await;
        let chosen = &told["data"]["contact"]["marketing_opt_out_at"];
        assert!(chosen.is_string(), "{told}");
        let path = format!(
            "/api/v1/contacts/{}",
            told["data"]["contact"]["id"].as_str().unwrap()
        );
        assert_eq!(
            self.owner.get(&path).await.data()["marketing_opt_out_at"],
            *chosen
        );
    }

    /// What Meta tells.
    async fn tell(&self, who: &str, word: &str, at: i64) {
        let meta = &self.recado.ready.meta;
        let choice =
            json!({ "wa_id": who, "category": "marketing_messages", "value": word, "timestamp": at });
        let mut body = webhooks::value(meta, &json!({ "user_preferences": [choice] }));
        body["entry"][0]["changes"][0]["field"] = "user_preferences".into();
        let stranger = self.recado.stranger();
        assert_eq!(webhooks::post(&stranger, meta, &body).await.unwrap(), 200);
    }
}

fn offer() -> Value {
    let values = json!({ "body": { "1": "10" }, "buttons": { "0": "THANKS10" } });
    template("discount_code", &values)
}

fn useful() -> Value {
    template("order_update", &json!({ "body": { "1": "Ana", "2": "#1042" } }))
}

fn template(name: &str, values: &Value) -> Value {
    json!({ "type": "template", "template": { "name": name, "language": "en_US", "values": values } })
}
