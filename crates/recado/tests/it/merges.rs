//! Two contacts that turn out to be one person become one, with all that was theirs.

use recado_testkit::{ENGINES, Installation, Live, until, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, Line};
use crate::people;

const OLD: &str = "15553100001";

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_took_another_number_was_known_by_both() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let meta = &recado.ready.meta;
        let stranger = recado.stranger();
        let tell = async |body: Value| {
            assert_eq!(webhooks::post(&stranger, meta, &body).await.unwrap(), 200);
        };
        tell(webhooks::text(meta, OLD, "wamid.OLD", "From my old number")).await;
        // The same person has written from the new one, to both numbers of the shop.
        let desk = Desk::open(&recado, Line::Meta).await;
        let sandbox = desk.sandbox.client();
        let phone = format!("/sandbox/api/phones/{}/messages", desk.phone);
        let said = sandbox
            .post(
                &phone,
                json!({ "text": "And to the other one", "line": "twilio" }),
            )
            .await;
        assert!(said.status.is_success(), "{}", said.text);
        desk.sandbox.settled().await;

        let owner = &desk.owner;
        let old = people::conversation(owner, OLD).await;
        let goes = owner.get(&desk.path).await.data();
        let (stays, merged) = (&old["contact"]["id"], &goes["contact"]["id"]);
        assert_ne!(stays, merged);
        let tags = "INSERT INTO contact_tags (account_id, contact_id, tag_id)
            SELECT c.account_id, c.id, t.id FROM contacts c JOIN tags t ON t.account_id = c.account_id WHERE c.id = ";
        let rows = installation.rows();
        let id = |id: &Value| rows.id(id.as_str().unwrap());
        rows.change(&format!("{tags}{}", id(merged))).await;
        let first = format!("{tags}{} AND t.name = (SELECT min(name) FROM tags)", id(stays));
        rows.change(&first).await;

        let note = json!({ "conversation_id": goes["id"], "text": "Moves house" });
        assert_eq!(owner.post("/api/v1/notes", note).await.status, 201);
        let mut live = Live::connect(owner, None).await.unwrap();
        tell(number_change(meta, &desk.phone)).await;
        let event = live.event("contact.merged").await;
        let told = &event["data"];
        assert_eq!((&told["contact"]["id"], &told["merged_id"]), (stays, merged));
        assert_eq!(told["joined"], json!([{ "id": goes["id"], "into": old["id"] }]));
        assert_eq!(told["conversations"].as_array().unwrap().len(), 2);

        let one = owner.get(&people::path(&old)).await.data();
        assert_eq!(one["contact"]["phone"], format!("+{}", desk.phone));
        assert_eq!(one["unread_count"], 2, "{one}");
        let tags = rows.number("SELECT count(*) FROM tags").await;
        let has = one["contact"]["tags"].as_array().unwrap().len();
        assert_eq!(i64::try_from(has).unwrap(), tags, "{one}");
        // What was told of the one that is no more leads to the one that has it all.
        let led = owner.get(&desk.path).await.data();
        assert_eq!(led["id"], old["id"]);
        let texts = texts(owner.all(&format!("{}/messages", people::path(&old))).await);
        for text in ["From my old number", "Hello?"] {
            assert!(texts.iter().any(|one| one == text), "{texts:?}");
        }
        let timeline = owner.all(&format!("{}/timeline", people::path(&old))).await;
        let kept = &timeline[0]["note"];
        assert_eq!(
            (&kept["text"], &kept["contact_id"], &kept["conversation_id"]),
            (&json!("Moves house"), stays, &old["id"])
        );
        let all = owner.all("/api/v1/conversations").await;
        let theirs = all.iter().filter(|one| one["contact"]["id"] == *stays).count();
        assert_eq!(theirs, 2, "the one at Twilio changed hands");
        assert!(all.iter().all(|one| one["contact"]["id"] != *merged));

        let log = owner.all("/api/v1/audit-log?action=contact.merged").await;
        assert_eq!(log.len(), 1);
        assert_eq!(
            (&log[0]["subject_id"], &log[0]["actor_type"]),
            (stays, &json!("system"))
        );

        // Nothing is told twice, and the conversation goes on.
        tell(number_change(meta, &desk.phone)).await;
        let desk = Desk {
            path: people::path(&old),
            ..desk
        };
        let said = desk.act(json!({ "text": "Still me" })).await;
        assert_eq!(desk.message(&said["id"]).await["conversation_id"], old["id"]);
        let sent = desk.send(json!({ "text": "Welcome back" })).await;
        assert_eq!(desk.on_phone(&sent).await["text"], "Welcome back");
        until("no work left", async || {
            let open = "SELECT count(*) FROM jobs WHERE kind = 'merge_contacts'";
            (rows.number(open).await == 0).then_some(())
        })
        .await;
    }
}

/// What Meta tells when a customer takes another number.
fn number_change(meta: &recado_testkit::Meta, new: &str) -> Value {
    let message = json!({
        "from": OLD, "id": "wamid.CHANGED", "timestamp": "1795244400", "type": "system",
        "system": { "type": "user_changed_number", "body": "changed", "wa_id": new },
    });
    webhooks::value(meta, &json!({ "messages": [message] }))
}

fn texts(thread: Vec<Value>) -> Vec<Value> {
    thread
        .into_iter()
        .map(|mut one| one["content_text"].take())
        .collect()
}
