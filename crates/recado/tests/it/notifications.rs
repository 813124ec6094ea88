//! What members are told of: each once, theirs alone, and nothing about it ever changes but that it was read.

use recado_testkit::{Client, ENGINES, Installation, Live, Recado, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

const PHONE: &str = "15555000777";

#[tokio::test(flavor = "multi_thread")]
async fn members_are_told_what_concerns_them() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let owner = people::owner(&recado).await;
        let tom = owner.signed_in(people::TOM, &recado.ready.password).await;
        let story = Story {
            installation: &installation,
            recado: &recado,
            toms: me(&tom).await,
            lucias: me(&owner).await,
            owner,
            tom,
        };
        let thread = story.assignments_name_who_gave_what().await;
        story.a_customer_who_writes_is_told_once(&thread).await;
        story.a_note_tells_those_it_names(&thread).await;
        story.a_message_that_failed_is_told(&thread).await;
        story.what_is_turned_off_is_not_told(&thread).await;
        story.nothing_but_read_at_changes().await;
        story.who_goes_takes_theirs_along().await;
    }
}

struct Story<'a> {
    installation: &'a Installation,
    recado: &'a Recado,
    owner: Client,
    tom: Client,
    toms: String,
    lucias: String,
}

impl Story<'_> {
    async fn write(&self, id: &str, text: &str) {
        let meta = &self.recado.ready.meta;
        let body = webhooks::text(meta, PHONE, id, text);
        let answer = webhooks::post(&self.recado.stranger(), meta, &body).await;
        assert_eq!(answer.unwrap(), 200);
    }

    async fn assign(&self, by: &Client, thread: &str, to: &str) {
        by.patch(thread, json!({ "assigned_agent_id": to })).await.ok();
    }

    async fn assignments_name_who_gave_what(&self) -> String {
        self.tom.post("/api/v1/notifications/read", json!({})).await.ok();
        assert_eq!(unread(&self.tom).await, 0);
        self.write("wamid.N0", "Good morning").await;
        let conversation = people::conversation(&self.owner, PHONE).await;
        let thread = people::path(&conversation);
        let seq = self.tom.get("/api/v1/notifications/count").await.seq();
        let mut tab = Live::connect(&self.tom, Some(seq)).await.unwrap();

        self.assign(&self.owner, &thread, &self.toms).await;
        let told = tab.event("notification.created").await["data"]["notification"].clone();
        assert_eq!(told, newest(&self.tom).await);
        for (field, value) in [
            ("type", json!("conversation_assigned")),
            ("title", json!("Lucía Ferrer assigned you a conversation")),
            ("body", json!(format!("Customer {PHONE}"))),
            ("conversation_id", conversation["id"].clone()),
            ("contact_id", conversation["contact_id"].clone()),
            ("actor_id", json!(self.lucias)),
            ("read_at", Value::Null),
        ] {
            assert_eq!(told[field], value, "{field}");
        }
        assert_eq!(told["data"]["actor_type"], "member");
        assert_eq!(told["data"]["contact_name"], format!("Customer {PHONE}"));
        assert_eq!(unread(&self.tom).await, 1);

        // Theirs alone: the one who did it is told nothing, and cannot read the other's.
        let before = unread(&self.owner).await;
        let path = format!("/api/v1/notifications/{}", id(&told));
        let read = json!({ "read": true });
        self.owner
            .patch(&path, read.clone())
            .await
            .refused(404, "not_found");
        let refused = self.tom.patch(&path, json!({ "read": false })).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], "read");
        // Read once, at one time; every tab agrees.
        let first = self.tom.patch(&path, read.clone()).await.data();
        assert!(first["read_at"].is_string());
        assert_eq!(self.tom.patch(&path, read).await.data(), first);
        let told = tab.event("notification.read").await["data"].clone();
        assert_eq!(told, json!({ "ids": [id(&first)], "count": 0 }));

        // Nobody is told what they did themselves; a program has no name.
        self.assign(&self.owner, &thread, &self.lucias).await;
        assert_eq!(unread(&self.owner).await, before);
        let program = self.owner.with_key(&self.recado.ready.api_key);
        self.assign(&program, &thread, &self.toms).await;
        let told = newest(&self.tom).await;
        assert_eq!(told["title"], "A program assigned you a conversation");
        assert_eq!(
            (&told["data"]["actor_type"], &told["actor_id"]),
            (&json!("key"), &Value::Null)
        );
        // Looking at the conversation is reading what was told of it.
        self.tom.post(&format!("{thread}/read"), json!({})).await.ok();
        assert_eq!(unread(&self.tom).await, 0);
        thread
    }

    async fn a_customer_who_writes_is_told_once(&self, thread: &str) {
        let before = self.tom.all("/api/v1/notifications").await.len();
        self.write("wamid.N1", "Are you there?").await;
        self.write("wamid.N2", "Hello?").await;
        // A repeat is no news.
        self.write("wamid.N2", "Hello?").await;
        let all = self.tom.all("/api/v1/notifications").await;
        assert_eq!(all.len(), before + 1);
        assert_eq!(
            (&all[0]["type"], &all[0]["body"], &all[0]["data"]["actor_type"]),
            (
                &json!("new_message"),
                &json!("Are you there?"),
                &json!("customer")
            )
        );
        let conversation = thread.rsplit('/').next().unwrap();
        let answer = self
            .tom
            .post(
                "/api/v1/notifications/read",
                json!({ "conversation_id": conversation }),
            )
            .await
            .data();
        assert_eq!(answer, json!({ "unread": 0 }));
        self.write("wamid.N3", "Still here").await;
        assert_eq!(newest(&self.tom).await["body"], "Still here");
        let of_type = self
            .tom
            .all("/api/v1/notifications?type=new_message&unread=true")
            .await;
        assert_eq!(of_type.len(), 1);
        assert!(
            self.tom
                .all("/api/v1/notifications?type=escalation")
                .await
                .is_empty()
        );
    }

    async fn a_note_tells_those_it_names(&self, thread: &str) {
        let (owner, tom) = (&self.owner, &self.tom);
        let karim = owner.signed_in(people::KARIM, &self.recado.ready.password).await;
        let karims = me(&karim).await;
        let everybody = [owner, tom, &karim];
        for one in everybody {
            one.post("/api/v1/notifications/read", json!({})).await.ok();
        }
        let waiting = async || {
            let mut counts = Vec::new();
            for one in everybody {
                counts.push(unread(one).await);
            }
            counts
        };
        let conversation = thread.rsplit('/').next().unwrap();
        let form = json!({
            "conversation_id": conversation,
            "text": "@Tom can you call her?",
            "mentions": [self.toms, self.toms, self.lucias],
        });
        let note = owner.post("/api/v1/notes", form).await.data();
        assert_eq!(
            waiting().await,
            [0, 1, 0],
            "whoever wrote it knows, and once is enough"
        );
        let told = newest(tom).await;
        assert_eq!(
            (&told["type"], &told["actor_id"], &told["conversation_id"]),
            (&json!("mention"), &json!(self.lucias), &json!(conversation))
        );
        assert_eq!(told["data"]["note_id"], note["id"]);

        let path = format!("/api/v1/notes/{}", id(&note));
        let edit = json!({ "text": "@Tom @Karim can you call her?", "mentions": [self.toms, karims] });
        owner.patch(&path, edit).await.ok();
        assert_eq!(waiting().await, [0, 1, 1], "only who is new in it is told");
        assert_eq!(newest(&karim).await["type"], "mention");
        let edit = json!({ "text": "@Tom @Karim can you call her today?" });
        owner.patch(&path, edit).await.ok();
        assert_eq!(waiting().await, [0, 1, 1]);
        assert_eq!(tom.all("/api/v1/notifications?type=mention").await.len(), 1);
    }

    /// The phone of this customer is not on the simulated WhatsApp.
    async fn a_message_that_failed_is_told(&self, thread: &str) {
        let seq = self.tom.get("/api/v1/notifications/count").await.seq();
        let mut tab = Live::connect(&self.tom, Some(seq)).await.unwrap();
        let path = format!("{thread}/messages");
        let sent = self.tom.post(&path, json!({ "text": "On its way" })).await.data();
        let told = tab.event("notification.created").await["data"]["notification"].clone();
        assert_eq!(
            (
                &told["type"],
                &told["data"]["message_id"],
                &told["data"]["actor_type"]
            ),
            (&json!("failed_send"), &sent["id"], &json!("system"))
        );
        assert_eq!(
            (&told["data"]["reason"], &told["data"]["text"]),
            (&json!("not_on_whatsapp"), &json!("On its way"))
        );
        // Of a message that a program sent, whoever has the conversation is told.
        let program = self.owner.with_key(&self.recado.ready.api_key);
        program.post(&path, json!({ "text": "Beep" })).await.ok();
        let told = tab.event("notification.created").await["data"]["notification"].clone();
        assert_eq!(told["data"]["text"], "Beep");
        let answer = self
            .tom
            .post("/api/v1/notifications/read", json!({}))
            .await
            .data();
        assert_eq!(answer, json!({ "unread": 0 }));
        assert_eq!(
            tab.event("notification.read").await["data"],
            json!({ "ids": null, "count": 0 })
        );
    }

    async fn what_is_turned_off_is_not_told(&self, thread: &str) {
        let path = "/api/v1/notifications/preferences";
        let usual = self.tom.get(path).await.data();
        assert_eq!(
            (&usual["new_message"], &usual["sound"]),
            (&json!(true), &json!(false))
        );
        let changed = self
            .tom
            .patch(path, json!({ "new_message": false, "sound": true }))
            .await
            .data();
        assert_eq!(
            (&changed["new_message"], &changed["sound"], &changed["mention"]),
            (&json!(false), &json!(true), &json!(true))
        );
        assert_eq!(self.tom.get(path).await.data(), changed);
        assert_eq!(self.owner.get(path).await.data(), usual, "each their own");
        self.write("wamid.N4", "Not worth a bell").await;
        assert_eq!(unread(&self.tom).await, 0);
        self.assign(&self.owner, thread, &self.lucias).await;
        self.assign(&self.owner, thread, &self.toms).await;
        assert_eq!(unread(&self.tom).await, 1);
        let key = self.owner.with_key(&self.recado.ready.api_key);
        key.get("/api/v1/notifications").await.refused(403, "forbidden");
    }

    /// The database itself refuses what no code of ours tries.
    async fn nothing_but_read_at_changes(&self) {
        let rows = self.installation.rows();
        for change in [
            "title = 'Forged'",
            "read_at = NULL",
            "read_at = 5, body = 'Forged'",
            "member_id = id",
            "created_at = 1",
        ] {
            let (rows, change) = (rows.clone(), change.to_owned());
            let refused = tokio::spawn(async move {
                rows.change(&format!("UPDATE notifications SET {change}")).await;
            });
            assert!(refused.await.is_err(), "the database refuses it");
        }
        rows.change("UPDATE notifications SET read_at = 5 WHERE read_at IS NULL")
            .await;
    }

    async fn who_goes_takes_theirs_along(&self) {
        let rows = self.installation.rows();
        let of_tom = format!(
            "SELECT COUNT(*) FROM notifications WHERE member_id = {}",
            rows.id(&self.toms)
        );
        assert!(rows.number(&of_tom).await > 3);
        self.owner
            .delete(&format!("/api/v1/members/{}", self.toms))
            .await
            .ok();
        assert_eq!(rows.number(&of_tom).await, 0);
    }
}

async fn me(client: &Client) -> String {
    let me = client.get("/api/v1/me").await.data();
    me["member"]["id"].as_str().unwrap().to_owned()
}

async fn unread(client: &Client) -> i64 {
    client.get("/api/v1/notifications/count").await.data()["unread"]
        .as_i64()
        .unwrap()
}

async fn newest(client: &Client) -> Value {
    client.get("/api/v1/notifications?limit=1").await.data()[0].clone()
}
