//! Replies on their way to the customer's phone: each once, with its ticks, or with the reason why not.

use std::collections::HashSet;

use futures_util::future::join_all;
use recado_testkit::{ENGINES, Installation, Live, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::chat::Chat;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn replies_reach_the_phone() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let chat = Chat::open(&recado).await;
        chat.ticks_go_up_one_by_one().await;
        chat.an_answer_reads_for_the_team().await;
        chat.one_key_sends_once().await;
        chat.replies_arrive_in_their_order().await;
        chat.a_quote_is_carried().await;
        chat.outside_the_window_nothing_leaves().await;
        chat.a_failed_reply_says_why_and_can_be_sent_again().await;
    }
}

impl Chat<'_> {
    async fn ticks_go_up_one_by_one(&self) {
        let since = self.seq().await;
        let mut live = Live::connect(&self.owner, Some(since)).await.unwrap();
        let key = "0192e4a0-0000-7000-8000-000000000001";
        let text = "Good morning, Ana! \u{1f950}";
        let answer = self
            .send(&self.owner, json!({ "type": "text", "text": text }), Some(key))
            .await;
        assert_eq!(answer.status, 202);
        let queued = answer.data();
        let me = self.owner.get("/api/v1/me").await.data();
        for (field, value) in [
            ("status", json!("queued")),
            ("direction", json!("outbound")),
            ("sender_type", json!("agent")),
            ("sender_id", me["member"]["id"].clone()),
            ("content_type", json!("text")),
            ("content_text", json!(text)),
            ("idempotency_key", json!(key)),
            ("whatsapp_message_id", Value::Null),
            ("error", Value::Null),
        ] {
            assert_eq!(queued[field], value, "{field}");
        }
        let created = live.event("message.created").await;
        assert_eq!(created["data"]["message"], queued);
        assert_eq!(created["data"]["conversation"]["last_message_text"], text);
        assert_eq!(
            created["data"]["conversation"]["last_message_direction"],
            "outbound"
        );
        let after = &created["data"]["conversation"];
        assert_eq!(after["unread_count"], 0, "who answers has read");
        assert_eq!(after["assigned_agent_id"], Value::Null, "only Attend takes it");
        let mut ticks = Vec::new();
        while ticks.last() != Some(&"delivered".to_owned()) {
            let data = live.event("message.updated").await["data"].clone();
            assert_eq!(data["message"]["id"], queued["id"]);
            assert_eq!(
                data["conversation"]["last_message_status"],
                data["message"]["status"]
            );
            ticks.push(data["message"]["status"].as_str().unwrap().to_owned());
        }
        self.sandbox.read(&self.phone).await;
        let read = live.event("message.updated").await["data"].clone();
        ticks.push(read["message"]["status"].as_str().unwrap().to_owned());
        // A webhook may be faster than the answer to the call: then the first thing one hears is that it arrived.
        let all = ["sent", "delivered", "read"];
        assert!(ticks == all || ticks == all[1..], "{ticks:?}");
        let on_phone = self.sandbox.chat(&self.phone).await.pop().unwrap();
        assert_eq!(
            (&on_phone["text"], &on_phone["id"]),
            (&json!(text), &read["message"]["whatsapp_message_id"])
        );
        assert_eq!(self.message(text).await, read["message"]);

        let by_program = self
            .send(&self.program, json!({ "text": "Beep" }), None)
            .await
            .data();
        assert_eq!(
            (&by_program["sender_type"], &by_program["sender_id"]),
            (&json!("system"), &Value::Null)
        );
        self.until("Beep", "delivered").await;
    }

    async fn an_answer_reads_for_the_team(&self) {
        self.sandbox.say(&self.phone, "Anybody there?").await;
        self.sandbox.settled().await;
        let unread = async || self.conversation().await["unread_count"].clone();
        assert_eq!(unread().await, 1);
        self.send(&self.program, json!({ "text": "An order notice" }), None)
            .await;
        self.until("An order notice", "delivered").await;
        assert_eq!(unread().await, 1, "a program reads nothing");
        self.send(&self.owner, json!({ "text": "Here I am" }), None).await;
        assert_eq!(unread().await, 0);
        self.until("Here I am", "delivered").await;
        assert_eq!(self.conversation().await["assigned_agent_id"], Value::Null);
    }

    async fn one_key_sends_once(&self) {
        let key = "0192e4a0-0000-7000-8000-000000000002";
        let body = json!({ "text": "Only once" });
        let before = self.seq().await;
        let mut since = Live::connect(&self.owner, Some(before)).await.unwrap();
        let answers = join_all((0..50).map(|_| self.send(&self.owner, body.clone(), Some(key)))).await;
        let ids: HashSet<String> = answers
            .into_iter()
            .map(|answer| {
                assert_eq!(answer.status, 202, "{}", answer.text);
                id(&answer.data()).to_owned()
            })
            .collect();
        assert_eq!(ids.len(), 1);
        let delivered = self.until("Only once", "delivered").await;
        assert!(ids.contains(id(&delivered)));
        // Asked again when it has arrived: answered as it was.
        let again = self.send(&self.owner, body, Some(key)).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        assert_eq!(again.status, 202);
        assert!(ids.contains(id(&again.data())));
        for other in [
            json!({ "text": "Something else" }),
            json!({ "text": "Only once", "reply_to_message_id": ids.iter().next() }),
        ] {
            let answer = self.send(&self.owner, other, Some(key)).await;
            assert_eq!(
                answer.refused(422, "idempotency_mismatch")["field"],
                "Idempotency-Key"
            );
        }
        assert_eq!(self.sandbox.sends_of("Only once").await.len(), 1);
        assert_eq!(self.sandbox.sends_of("Something else").await.len(), 0);
        // Without a key, or with another one, it is another message.
        self.send(&self.owner, json!({ "text": "Marker" }), None)
            .await
            .ok();
        let mut created = Vec::new();
        while created.last() != Some(&json!("Marker")) {
            created.push(since.event("message.created").await["data"]["message"]["content_text"].clone());
        }
        assert_eq!(created, ["Only once", "Marker"]);
    }

    async fn replies_arrive_in_their_order(&self) {
        let texts: Vec<String> = (0..25).map(|nth| format!("Number {nth}")).collect();
        for text in &texts {
            self.send(&self.owner, json!({ "text": text }), None).await.ok();
        }
        self.until(texts.last().unwrap(), "delivered").await;
        let chat = self.sandbox.chat(&self.phone).await;
        let arrived: Vec<&str> = chat
            .iter()
            .filter_map(|one| one["text"].as_str())
            .filter(|text| text.starts_with("Number"))
            .collect();
        assert_eq!(arrived, texts);
        let longest = "\u{e9}".repeat(4096);
        self.send(&self.owner, json!({ "text": longest }), None)
            .await
            .ok();
        self.until(&longest, "delivered").await;
        assert_eq!(
            self.sandbox.chat(&self.phone).await.pop().unwrap()["text"],
            longest.as_str()
        );
    }

    async fn a_quote_is_carried(&self) {
        let asked = self.message("Hello?").await;
        let body = json!({ "text": "To that one", "reply_to_message_id": asked["id"] });
        let answer = self.send(&self.owner, body, None).await.data();
        assert_eq!(answer["reply_to_message_id"], asked["id"]);
        self.until("To that one", "delivered").await;
        let on_phone = self.sandbox.chat(&self.phone).await.pop().unwrap();
        assert_eq!(on_phone["reply_to"], asked["whatsapp_message_id"]);
    }

    async fn outside_the_window_nothing_leaves(&self) {
        let all = self.program.all("/api/v1/conversations").await;
        let closed = people::closed_window(&all);
        let path = format!("{}/messages", people::path(closed));
        let sends = self.sandbox.sends().await.len();
        let before = self.seq().await;
        for client in [&self.owner, &self.program] {
            let answer = client.post(&path, json!({ "text": "Too late" })).await;
            answer.refused(409, "window_closed");
        }
        // Neither is what failed sent again.
        let thread = self.program.all(&path).await;
        for message in thread.iter().filter(|one| one["status"] == "failed") {
            let retry = format!("/api/v1/messages/{}/retry", id(message));
            self.owner
                .post(&retry, json!({}))
                .await
                .refused(409, "window_closed");
        }
        let after = self.program.get(&people::path(closed)).await;
        assert_eq!(after.seq(), before);
        assert_eq!(after.data(), *closed);
        assert_eq!(self.sandbox.sends().await.len(), sends);
    }

    /// Somebody who wrote and cannot be reached: the provider takes the reply, and tells later.
    async fn a_failed_reply_says_why_and_can_be_sent_again(&self) {
        let phone = "15552000001";
        let body = webhooks::text(&self.recado.ready.meta, phone, "wamid.GHOST", "Can you hear me?");
        let status = webhooks::post(&self.recado.stranger(), &self.recado.ready.meta, &body).await;
        assert_eq!(status.unwrap(), 200);
        let ghost = Chat::of(self.recado, phone).await;
        ghost
            .send(&self.owner, json!({ "text": "Are you there?" }), None)
            .await
            .ok();
        let failed = ghost.until("Are you there?", "failed").await;
        assert_eq!(
            (&failed["error"]["reason"], &failed["error"]["code"]),
            (&json!("not_on_whatsapp"), &json!("131026"))
        );
        assert_eq!(ghost.conversation().await["last_message_status"], "failed");

        let retry = format!("/api/v1/messages/{}/retry", id(&failed));
        self.sandbox.settled().await;
        self.sandbox.add_number(phone).await;
        self.sandbox.say(phone, "Here I am").await;
        self.sandbox.settled().await;
        let answers = join_all((0..10).map(|_| self.owner.post(&retry, json!({})))).await;
        let (taken, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 202);
        assert_eq!(taken.len(), 1, "one of many who ask at once");
        for answer in refused {
            answer.refused(409, "conflict");
        }
        let queued = taken[0].body["data"].clone();
        assert_eq!(
            (&queued["id"], &queued["status"], &queued["error"]),
            (&failed["id"], &json!("queued"), &Value::Null)
        );
        ghost.until("Are you there?", "delivered").await;
        self.owner.post(&retry, json!({})).await.refused(409, "conflict");
        assert_eq!(self.sandbox.sends_of("Are you there?").await.len(), 2);
        let arrived = self.sandbox.chat(phone).await;
        assert_eq!(
            arrived
                .iter()
                .filter(|one| one["text"] == "Are you there?")
                .count(),
            1
        );
        let theirs = ghost.message("Can you hear me?").await;
        let retry = format!("/api/v1/messages/{}/retry", id(&theirs));
        self.owner.post(&retry, json!({})).await.refused(409, "conflict");
    }
}
