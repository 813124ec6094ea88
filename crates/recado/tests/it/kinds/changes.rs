//! What customers do to messages that are there: reactions, corrections, taking back; and what the business writes on
//! its own phone.

use recado_testkit::{ENGINES, Installation, until};
use serde_json::json;

use super::{Desk, Line, holds};
use crate::RECADO;

#[tokio::test(flavor = "multi_thread")]
async fn messages_change_after_they_were_sent() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let desk = Desk::open(&recado, Line::Meta).await;
        desk.a_customers_reaction_comes_and_goes().await;
        desk.a_correction_is_shown().await;
        desk.what_was_taken_back_is_gone().await;
        desk.what_was_written_on_the_phone_is_ours().await;
        desk.a_new_number_is_the_same_customer().await;
    }
}

impl Desk<'_> {
    async fn a_customers_reaction_comes_and_goes(&self) {
        let message = self.send(json!({"type": "text", "text": "It is ready"})).await;
        let target = &message["whatsapp_message_id"];
        self.act(json!({"type": "reaction", "message_id": target, "emoji": "\u{1f44d}"}))
            .await;
        let with = until("the reaction", async || {
            let message = self.message(target).await;
            (message["reactions"] != json!([])).then_some(message)
        })
        .await;
        assert!(
            holds(
                &with["reactions"],
                &json!([{"actor_type": "customer", "emoji": "\u{1f44d}", "actor_id": null}])
            ),
            "{with}"
        );
        self.act(json!({"type": "reaction", "message_id": target, "emoji": ""}))
            .await;
        until("none", async || {
            (self.message(target).await["reactions"] == json!([])).then_some(())
        })
        .await;
        let last = &self.thread().await[0];
        assert_eq!(last["id"], message["id"], "a reaction is no message");
    }

    async fn a_correction_is_shown(&self) {
        let said = self.act(json!({"type": "text", "text": "At eigth"})).await;
        let first = self.message(&said["id"]).await;
        assert_eq!(first["edited_at"], json!(null));
        self.act(json!({"type": "edit", "message_id": said["id"], "text": "At eight"}))
            .await;
        until("the correction", async || {
            let message = self.message(&said["id"]).await;
            (message["content_text"] == "At eight" && !message["edited_at"].is_null()).then_some(())
        })
        .await;
        assert_eq!(
            self.owner.get(&self.path).await.data()["last_message_text"],
            "At eight"
        );
    }

    async fn what_was_taken_back_is_gone(&self) {
        let said = self
            .act(json!({"type": "text", "text": "My password is 1234"}))
            .await;
        self.message(&said["id"]).await;
        self.act(json!({"type": "revoke", "message_id": said["id"]}))
            .await;
        let gone = until("it to be gone", async || {
            let message = self.message(&said["id"]).await;
            (!message["deleted_at"].is_null()).then_some(message)
        })
        .await;
        assert!(
            holds(
                &gone,
                &json!({"content_text": null, "content": null, "media": null})
            ),
            "{gone}"
        );
        assert_eq!(
            self.owner.get(&self.path).await.data()["last_message_text"],
            json!(null)
        );
    }

    async fn what_was_written_on_the_phone_is_ours(&self) {
        let before = self.owner.get(&self.path).await.data();
        let echo = json!({"phone": self.phone, "text": "On my way, from the van"});
        let written = self.sandbox.client().post("/sandbox/api/echoes", echo).await;
        assert!(written.status.is_success(), "{}", written.text);
        self.sandbox.settled().await;
        let message = self.message(&written.body["id"]).await;
        assert!(
            holds(
                &message,
                &json!({"direction": "outbound", "sender_type": "agent", "sender_id": null, "is_echo": true})
            ),
            "{message}"
        );
        let after = self.owner.get(&self.path).await.data();
        assert_eq!(
            after["unread_count"], before["unread_count"],
            "nobody has to read it"
        );
        assert_eq!(
            after["window_expires_at"], before["window_expires_at"],
            "it opens no window"
        );
        assert_eq!(after["last_message_text"], "On my way, from the van");
    }

    async fn a_new_number_is_the_same_customer(&self) {
        let before = self.owner.get(&self.path).await.data();
        let digits: String = self.phone.chars().rev().collect();
        let new = format!("49160{}", &digits[..7]);
        self.act(json!({"type": "number_change", "phone": new})).await;
        let said = json!({"type": "text", "text": "It is me, with a new number", "line": "meta"});
        let path = format!("/sandbox/api/phones/{new}/messages");
        let said = self.sandbox.client().post(&path, said).await;
        assert!(said.status.is_success(), "{}", said.text);
        let message = self.message(&said.body["id"]).await;
        assert_eq!(
            message["conversation_id"], before["id"],
            "the same conversation goes on"
        );
        let note = self
            .thread()
            .await
            .into_iter()
            .find(|one| one["content_type"] == "system");
        assert!(
            note.is_some_and(|note| holds(
                &note,
                &json!({"content": {"system": {"kind": "number_changed"}}})
            )),
            "the thread says that the number changed"
        );
    }
}
