//! What became of our messages, told late, twice and in any order.

use recado_testkit::{ENGINES, Installation, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::chat::Chat;

#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_the_same_news_ends_the_same() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let chat = Chat::open(&recado).await;
        chat.sandbox.set_online(&chat.phone, false).await;
        chat.in_any_order().await;
        chat.a_failure_tells_why_and_a_delivery_overrules_it().await;
        chat.of_messages_that_nobody_knows().await;
    }
}

/// With a phone that is off, so that nothing is told but by the test.
impl Chat<'_> {
    /// A reply that the provider has taken; its id at the provider, and our id of the attempt.
    async fn sent(&self, text: &str) -> (String, String) {
        let messages = format!("{}/messages", self.path);
        self.program.post(&messages, json!({ "text": text })).await.ok();
        let message = self.until(text, "sent").await;
        self.sandbox.settled().await;
        let send = self.sandbox.sends_of(text).await.remove(0);
        assert_eq!(message["whatsapp_message_id"], send["id"]);
        let word = |key: &str| send[key].as_str().unwrap().to_owned();
        (word("id"), word("callback"))
    }

    async fn tell(&self, body: &Value) {
        let status = webhooks::post(&self.recado.stranger(), &self.recado.ready.meta, body).await;
        assert_eq!(status.unwrap(), 200);
    }

    fn status(&self, id: &str, status: &str, callback: Option<&str>) -> Value {
        webhooks::status(&self.recado.ready.meta, id, &self.phone, status, callback)
    }

    async fn in_any_order(&self) {
        let orders = [
            &["sent", "delivered", "read"][..],
            &["read", "delivered", "sent"],
            &["delivered", "read", "delivered", "sent", "read"],
            &["read"],
        ];
        for (nth, order) in orders.iter().enumerate() {
            let text = format!("Order {nth}");
            let (id, callback) = self.sent(&text).await;
            let mut rank = 0;
            for status in *order {
                let moved = ["sent", "delivered", "read"]
                    .iter()
                    .position(|one| one == status)
                    .unwrap();
                let before = self.seq().await;
                for callback in [Some(callback.as_str()), None] {
                    self.tell(&self.status(&id, status, callback)).await;
                }
                let after = self.program.get(&self.path).await;
                assert_eq!(
                    after.seq() - before,
                    i64::from(moved > rank),
                    "{order:?} at {status}: old news change nothing"
                );
                rank = rank.max(moved);
                let conversation = after.data();
                let shown = ["sent", "delivered", "read"][rank];
                assert_eq!(
                    self.message(&text).await["status"],
                    shown,
                    "{order:?} at {status}"
                );
                assert_eq!(conversation["last_message_status"], shown);
                assert_eq!(conversation["unread_count"], 1, "our own messages are not unread");
            }
        }
        // All in one post: told once, as it ended.
        let (id, _) = self.sent("At once").await;
        let before = self.seq().await;
        let all: Vec<Value> = ["delivered", "sent", "read", "played", "read"]
            .iter()
            .map(|status| json!({ "id": id, "status": status, "timestamp": "1767225602" }))
            .collect();
        self.tell(&webhooks::value(
            &self.recado.ready.meta,
            &json!({ "statuses": all }),
        ))
        .await;
        assert_eq!(self.message("At once").await["status"], "played");
        assert_eq!(self.seq().await, before + 1);
        assert_eq!(self.program.all("/api/v1/intakes").await.len(), 0);
    }

    async fn a_failure_tells_why_and_a_delivery_overrules_it(&self) {
        let (id, callback) = self.sent("Will fail").await;
        let mut body = self.status(&id, "failed", Some(&callback));
        body["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"] = json!([{
            "code": 131_026, "title": "Message undeliverable", "error_data": { "details": "Gone." }
        }]);
        self.tell(&body).await;
        let failed = self.message("Will fail").await;
        assert_eq!(failed["status"], "failed");
        assert_eq!(
            (&failed["error"]["reason"], &failed["error"]["code"]),
            (&json!("not_on_whatsapp"), &json!("131026"))
        );
        assert!(failed["error"]["message"].as_str().unwrap().contains("Gone."));
        assert_eq!(
            self.program.get(&self.path).await.data()["last_message_status"],
            "failed"
        );
        self.tell(&self.status(&id, "sent", None)).await;
        assert_eq!(self.message("Will fail").await["status"], "failed");
        // One of the customer's devices got it after all.
        self.tell(&self.status(&id, "delivered", None)).await;
        let delivered = self.message("Will fail").await;
        assert_eq!(
            (&delivered["status"], &delivered["error"]),
            (&json!("delivered"), &Value::Null)
        );
        self.tell(&body).await;
        assert_eq!(self.message("Will fail").await["status"], "delivered");
    }

    async fn of_messages_that_nobody_knows(&self) {
        let before = self.seq().await;
        let attempt = "01890000-0000-7000-8000-000000000000";
        for (id, callback) in [
            ("wamid.NOBODYS", None),
            ("wamid.NOBODYS", Some(attempt)),
            ("wamid.NOBODYS", Some("m_7")),
        ] {
            for status in ["sent", "failed", "read"] {
                self.tell(&self.status(id, status, callback)).await;
            }
        }
        // About a message that the customer wrote.
        let theirs = self.message("Hello?").await;
        let id = theirs["whatsapp_message_id"].as_str().unwrap();
        self.tell(&self.status(id, "read", None)).await;
        assert_eq!(self.message("Hello?").await, theirs);
        assert_eq!(self.seq().await, before);
    }
}
