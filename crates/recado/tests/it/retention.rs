//! What nobody needs for ever is forgotten after its time, and nothing else.

use recado_testkit::{Client, ENGINES, Installation, Live, until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, Line, sample};
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_is_forgotten_and_conversations_stay() {
    for engine in ENGINES {
        let mut installation = Installation::new(RECADO, engine).await;
        for what in ["uploads", "webhooks", "deliveries", "journal", "notifications"] {
            installation = installation.arg(format!("--retention-{what}")).arg("1ms");
        }
        let recado = installation.start().await;
        let desk = Desk::open(&recado, Line::Meta).await;
        let upload = async || {
            let kept = desk
                .upload("photo.jpg", "image/jpeg", &sample("photo.jpg"), &[])
                .await;
            assert_eq!(kept.status, 201, "{}", kept.text);
            kept.data()["id"].as_str().unwrap().to_owned()
        };
        let (unsent, sent) = (upload().await, upload().await);
        desk.send(json!({ "type": "image", "media_id": sent })).await;
        let read = desk.owner.post("/api/v1/notifications/read", json!({})).await;
        assert_eq!(read.status, 200);
        // One that waits to be read, however old it is.
        desk.mention_tom().await;
        let before = desk.thread().await.len();
        let unread = "SELECT count(*) FROM notifications WHERE read_at IS NULL";
        let waiting = installation.rows().number(unread).await;
        assert!(waiting > 0);
        let hook = json!({ "url": "http://127.0.0.1:9999/", "is_active": false });
        let hook = desk.owner.post("/api/v1/webhooks", hook).await.data();
        let test = format!("/api/v1/webhooks/{}/test", hook["id"].as_str().unwrap());
        assert_eq!(desk.owner.post(&test, json!({})).await.data()["state"], "failed");
        let (cookie, path) = (desk.owner.cookie().unwrap().to_owned(), desk.path.clone());
        let ready = recado.ready.clone();
        recado.terminate().await;

        // It looks for what is old at its start, and then every hour.
        let recado = installation.serve(&ready).await;
        let owner = recado.stranger().with_cookie(&cookie);
        let rows = installation.rows();
        for left in ["intakes", "webhook_deliveries", "events"] {
            until(left, async || {
                let count = rows.number(&format!("SELECT count(*) FROM {left}")).await;
                (count == 0).then_some(())
            })
            .await;
        }
        until("read notifications to go", async || {
            let count = rows
                .number("SELECT count(*) FROM notifications WHERE read_at IS NOT NULL")
                .await;
            (count == 0).then_some(())
        })
        .await;
        assert_eq!(rows.number(unread).await, waiting);
        assert_eq!(file(&owner, &sent).await, 200);
        assert_eq!(file(&owner, &format!("{sent}/thumbnail")).await, 200);
        assert_eq!(file(&owner, &unsent).await, 404);
        let kept = rows
            .number("SELECT count(*) FROM media WHERE message_id IS NULL")
            .await;
        assert_eq!(kept, 0);
        assert_eq!(owner.all(&format!("{path}/messages")).await.len(), before);

        // Whoever was away for longer loads everything anew.
        let mut live = Live::connect(&owner, Some(1)).await.unwrap();
        let frames: [Value; 2] = [live.next().await.unwrap(), live.next().await.unwrap()];
        assert_eq!(
            (&frames[0]["type"], &frames[1]["type"]),
            (&json!("hello"), &json!("reset"))
        );
        assert_eq!(frames[0]["seq"], frames[1]["seq"]);
    }
}

impl Desk<'_> {
    async fn mention_tom(&self) {
        let members = self.owner.all("/api/v1/members").await;
        let tom = members.iter().find(|one| one["email"] == people::TOM).unwrap();
        let conversation = self.path.rsplit('/').next().unwrap();
        let note = json!({ "conversation_id": conversation, "text": "@Tom", "mentions": [tom["id"]] });
        assert_eq!(self.owner.post("/api/v1/notes", note).await.status, 201);
    }
}

async fn file(client: &Client, id: &str) -> u16 {
    let headers = [("cookie", client.cookie().unwrap())];
    let answer = client
        .raw(Method::GET, &format!("/api/v1/media/{id}"), Vec::new(), &headers)
        .await;
    answer.unwrap().status.as_u16()
}
