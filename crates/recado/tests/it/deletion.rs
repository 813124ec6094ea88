//! Taking messages and conversations out of the inbox: nothing of them is left, and the customer keeps theirs.

use recado_testkit::{ENGINES, Installation, Live, Recado, until};
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, Line, sample};
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let desk = Desk::open(&recado, Line::Meta).await;
        desk.a_message_is_emptied().await;
        desk.a_file_stays_for_others_that_carry_it(&installation).await;
        desk.what_is_leaving_stays().await;
        desk.a_conversation_goes_with_all_it_held(&installation).await;
        desk.what_was_taken_away_is_in_the_log().await;
    }
}

impl Desk<'_> {
    async fn delete(&self, message: &Value) -> recado_testkit::Answer {
        let path = format!("/api/v1/messages/{}", id(message));
        self.owner.delete(&path).await
    }

    async fn a_message_is_emptied(&self) {
        let said = self
            .act(json!({ "type": "text", "text": "My card is 4111 1111" }))
            .await;
        let message = self.message(&said["id"]).await;
        self.act(json!({ "type": "reaction", "message_id": said["id"], "emoji": "🙏" }))
            .await;
        until("the reaction", async || {
            (self.message(&said["id"]).await["reactions"] != json!([])).then_some(())
        })
        .await;
        let mut live = Live::connect(&self.owner, None).await.unwrap();
        let gone = self.delete(&message).await.data();
        assert_eq!(
            (&gone["content_text"], &gone["deleted_by"], &gone["reactions"]),
            (&json!(null), &json!("team"), &json!([]))
        );
        assert!(!gone["deleted_at"].is_null());
        let told = live.event("message.updated").await["data"].clone();
        assert_eq!(told["message"], gone);
        assert_eq!(told["conversation"]["last_message_text"], json!(null));
        let told = live.event("activity.created").await["data"]["activity"].clone();
        assert_eq!(
            (&told["kind"], &told["message_id"]),
            (&json!("message_deleted"), &message["id"])
        );
        assert_eq!(self.delete(&message).await.data(), gone, "once is enough");
        let react = format!("/api/v1/messages/{}/reaction", id(&message));
        let form = Some(json!({ "emoji": "👍" }));
        let answer = self.owner.call(reqwest::Method::PUT, &react, form, &[]).await;
        answer.refused(404, "not_found");
        // The customer's phone has it still, and what they do with it changes nothing here.
        let phone = self.sandbox.chat(&self.phone).await;
        assert!(phone.iter().any(|one| one["text"] == "My card is 4111 1111"));
        self.act(json!({ "type": "edit", "message_id": said["id"], "text": "My card is 4222" }))
            .await;
        self.act(json!({ "type": "reaction", "message_id": said["id"], "emoji": "🎉" }))
            .await;
        assert_eq!(self.message(&said["id"]).await, gone);
    }

    /// One line for each thing, by who did it, never with what it said.
    async fn what_was_taken_away_is_in_the_log(&self) {
        let owner = &self.owner;
        let me = owner.get("/api/v1/me").await.data()["member"]["id"].clone();
        let tag = owner.post("/api/v1/tags", json!({ "name": "Gone" })).await.data();
        let reply = json!({ "shortcut": "gone", "text": "My secret" });
        let reply = owner.post("/api/v1/canned-replies", reply).await.data();
        for path in [
            format!("/api/v1/tags/{}", id(&tag)),
            format!("/api/v1/canned-replies/{}", id(&reply)),
        ] {
            assert_eq!(owner.delete(&path).await.status, 204, "{path}");
        }
        let log = owner.all("/api/v1/audit-log").await;
        let of = |action: &str| {
            log.iter()
                .filter(|one| one["action"] == action)
                .collect::<Vec<_>>()
        };
        for (action, subject, name) in [
            ("tag.deleted", &tag["id"], "Gone"),
            ("canned_reply.deleted", &reply["id"], "/gone"),
        ] {
            let entries = of(action);
            assert_eq!(entries.len(), 1, "{log:?}");
            let entry = entries[0];
            assert_eq!((&entry["subject_id"], &entry["actor_id"]), (subject, &me));
            assert_eq!(entry["summary"]["name"], name);
        }
        for action in ["message.deleted", "conversation.deleted"] {
            let entries = of(action);
            assert!(!entries.is_empty(), "{action}");
            assert!(
                entries.iter().all(|one| one["summary"]["name"] == "Ana"),
                "{entries:?}"
            );
        }
        assert!(!json!(log).to_string().contains("4111"));
    }

    async fn a_file_stays_for_others_that_carry_it(&self, installation: &Installation) {
        let photo = self
            .upload("photo.jpg", "image/jpeg", &sample("photo.jpg"), &[])
            .await
            .data();
        let file = format!("/api/v1/media/{}", id(&photo));
        let image = json!({ "type": "image", "media_id": photo["id"], "text": "Look" });
        let first = self.send(image.clone()).await;
        let second = self.send(image).await;
        assert_eq!(self.delete(&first).await.status, 200);
        assert_eq!(
            self.owner.get(&file).await.status,
            200,
            "the other still shows it"
        );
        let gone = self.delete(&second).await.data();
        assert_eq!((&gone["media"], &gone["media_url"]), (&json!(null), &json!(null)));
        self.owner.get(&file).await.refused(404, "not_found");
        until("its bytes to be gone", async || {
            (!is_on_disk(installation, self.recado, id(&photo))).then_some(())
        })
        .await;
    }

    /// What has not left cannot be taken back by deleting it here: it could leave all the same.
    async fn what_is_leaving_stays(&self) {
        let faults = "/sandbox/api/faults";
        let fault = json!({ "call": "send", "phone": self.phone, "effect": { "type": "rate_limited" } });
        let ordered = self.sandbox.client().post(faults, fault).await;
        assert!(ordered.status.is_success(), "{}", ordered.text);
        let path = format!("{}/messages", self.path);
        let waiting = self.owner.post(&path, json!({ "text": "Not yet" })).await.data();
        self.delete(&waiting).await.refused(409, "message_leaving");
        self.sandbox.client().delete(faults).await;
    }

    async fn a_conversation_goes_with_all_it_held(&self, installation: &Installation) {
        let said = self
            .act(json!({ "type": "image", "caption": "The broken one" }))
            .await;
        let photo = self.stored(&said["id"]).await["media"]["id"].clone();
        let photo = photo.as_str().unwrap();
        assert!(is_on_disk(installation, self.recado, photo));
        let conversation = self.owner.get(&self.path).await.data();
        for about in ["conversation_id", "contact_id"] {
            let subject = if about == "contact_id" {
                &conversation["contact_id"]
            } else {
                &conversation["id"]
            };
            let form = json!({ about: subject, "text": "Careful" });
            assert_eq!(self.owner.post("/api/v1/notes", form).await.status, 201);
        }
        let tom = self
            .owner
            .signed_in(people::TOM, &self.recado.ready.password)
            .await;
        tom.delete(&self.path).await.refused(403, "forbidden");
        let mut live = Live::connect(&tom, None).await.unwrap();
        assert_eq!(self.owner.delete(&self.path).await.status, 204);
        let told = live.event("conversation.removed").await["data"]["conversation"].clone();
        assert_eq!(told["id"], conversation["id"]);
        for part in ["", "/messages", "/timeline"] {
            let path = format!("{}{part}", self.path);
            self.owner.get(&path).await.refused(404, "not_found");
        }
        self.owner.delete(&self.path).await.refused(404, "not_found");

        let rows = installation.rows();
        let of = rows.id(id(&conversation));
        until("everything to be erased", async || {
            for table in ["messages", "notes", "activities"] {
                let left = format!("SELECT COUNT(*) FROM {table} WHERE conversation_id = {of}");
                if rows.number(&left).await > 0 {
                    return None;
                }
            }
            (!is_on_disk(installation, self.recado, photo)).then_some(())
        })
        .await;
        for (table, message) in [("attempts", "message_id"), ("reactions", "message_id")] {
            let orphans =
                format!("SELECT COUNT(*) FROM {table} WHERE {message} NOT IN (SELECT id FROM messages)");
            assert_eq!(rows.number(&orphans).await, 0, "{table}");
        }
        let contact = conversation["contact_id"].as_str().unwrap();
        let notes = self
            .owner
            .all(&format!("/api/v1/notes?contact_id={contact}"))
            .await;
        assert_eq!(notes.len(), 1, "what is known of the contact stays");

        // Who writes again begins anew, and is the same contact.
        self.act(json!({ "type": "text", "text": "Hello again" })).await;
        let list = format!("/api/v1/conversations?contact_id={contact}");
        let again = self.owner.all(&list).await;
        let again = again
            .iter()
            .find(|one| one["channel_id"] == conversation["channel_id"])
            .unwrap();
        assert_ne!(again["id"], conversation["id"]);
        assert_eq!(
            (&again["last_message_text"], &again["unread_count"]),
            (&json!("Hello again"), &json!(1))
        );
    }
}

fn is_on_disk(installation: &Installation, recado: &Recado, media: &str) -> bool {
    let folder = installation.data().join("media").join(&recado.ready.account_id);
    folder.join(media).exists() || folder.join(format!("{media}.thumbnail")).exists()
}
