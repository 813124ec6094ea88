//! What Twilio did not tell, because it pushes a message once and answers get lost: it is asked.

use recado_testkit::{ENGINES, Engine, Installation, until};
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, Line, holds};

/// As often, and as soon, as a test can bear.
const SOON: [&str; 4] = ["--twilio-reconcile-every", "1s", "--twilio-reconcile-after", "2s"];

async fn installation(engine: Engine) -> Installation {
    SOON.into_iter()
        .fold(Installation::new(RECADO, engine).await, Installation::arg)
}

/// From now on nothing is told, until [`told_again`].
async fn nothing_is_told(desk: &Desk<'_>) {
    let fault = json!({ "line": "twilio", "call": "webhook", "effect": { "type": "drop" } });
    order(desk, fault).await;
}

async fn order(desk: &Desk<'_>, fault: Value) {
    let ordered = desk.sandbox.client().post("/sandbox/api/faults", fault).await;
    assert!(ordered.status.is_success(), "{}", ordered.text);
}

async fn told_again(desk: &Desk<'_>) {
    desk.sandbox.client().delete("/sandbox/api/faults").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_twilio_did_not_tell_is_asked_for() {
    for engine in ENGINES {
        let installation = installation(engine).await;
        let recado = installation.start().await;
        let desk = Desk::open(&recado, Line::Twilio).await;
        messages_without_a_webhook(&desk).await;
        a_reply_whose_answer_was_lost(&desk).await;
        cards(&desk).await;
    }
}

async fn messages_without_a_webhook(desk: &Desk<'_>) {
    let before = desk.thread().await.len();
    nothing_is_told(desk).await;
    let text = desk
        .act(json!({ "type": "text", "text": "Is anybody there?" }))
        .await;
    let picture = desk.act(json!({ "type": "image", "caption": "This one" })).await;
    told_again(desk).await;
    // It came by the list, and says so by its time only.
    let kept = desk.message(&text["id"]).await;
    assert_eq!(kept["content_text"], "Is anybody there?");
    assert!(kept["sent_at"].is_string(), "{kept}");
    let kept = desk.stored(&picture["id"]).await;
    assert_eq!(
        (&kept["content_type"], &kept["content_text"]),
        (&json!("image"), &json!("This one"))
    );
    // The next round finds nothing new, and a webhook of the same message would not either.
    let again = desk.act(json!({ "type": "text", "text": "I can wait" })).await;
    desk.message(&again["id"]).await;
    assert_eq!(desk.thread().await.len(), before + 3, "each is there once");
}

/// The message as it is now.
async fn sent(desk: &Desk<'_>, id: &Value) -> Value {
    let thread = desk.thread().await;
    thread.into_iter().find(|one| one["id"] == *id).unwrap()
}

async fn reply(desk: &Desk<'_>, text: &str) -> Value {
    let answer = desk
        .owner
        .post(&format!("{}/messages", desk.path), json!({ "text": text }))
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.data()["id"].clone()
}

async fn a_reply_whose_answer_was_lost(desk: &Desk<'_>) {
    nothing_is_told(desk).await;
    let lose = |effect: Value| json!({ "line": "twilio", "call": "send", "times": 1, "effect": effect });
    order(desk, lose(json!({ "type": "lose_answer" }))).await;
    let taken = reply(desk, "We are").await;
    // A second one of the same words arrives as ever: the list has both, and each is told apart.
    let told = reply(desk, "We are").await;
    let found = until("its id", async || {
        Some(sent(desk, &taken).await).filter(|one| one["whatsapp_message_id"].is_string())
    })
    .await;
    assert_ne!(found["status"], "failed", "{found}");
    let told = until("the other's id", async || {
        Some(sent(desk, &told).await).filter(|one| one["whatsapp_message_id"].is_string())
    })
    .await;
    assert_ne!(found["whatsapp_message_id"], told["whatsapp_message_id"]);

    // What hangs never comes to anything: nobody has it, and it can be sent again.
    order(desk, lose(json!({ "type": "hang" }))).await;
    let lost = reply(desk, "All of us").await;
    let failed = until("that it failed", async || {
        Some(sent(desk, &lost).await).filter(|one| one["status"] == "failed")
    })
    .await;
    assert_eq!(failed["error"]["reason"], "unknown");
    told_again(desk).await;
    let path = format!("/api/v1/messages/{}/retry", lost.as_str().unwrap());
    assert_eq!(desk.owner.post(&path, json!({})).await.status, 202);
    until("delivered", async || {
        Some(sent(desk, &lost).await).filter(|one| one["status"] == "delivered")
    })
    .await;
    assert_eq!(desk.sandbox.sends_of("All of us").await.len(), 1);
}

/// Twilio sends contact cards as files; here they are read.
async fn cards(desk: &Desk<'_>) {
    let cards = json!([
        { "name": { "formatted_name": "Ben Okri", "first_name": "Ben", "last_name": "Okri" },
          "phones": [{ "phone": "+1 555 010 0200", "wa_id": "15550100200", "type": "CELL" }],
          "emails": [{ "email": "ben@okri.example" }] },
    ]);
    let shared = desk.act(json!({ "type": "contacts", "contacts": cards })).await;
    let read = until("the card", async || {
        Some(desk.message(&shared["id"]).await).filter(|one| one["content_type"] == "contacts")
    })
    .await;
    let wanted = json!({
        "content_text": "Ben Okri", "media": null, "media_url": null,
        "content": { "contacts": [{
            "name": "Ben Okri", "first_name": "Ben", "last_name": "Okri", "emails": ["ben@okri.example"],
            "phones": [{ "phone": "+1 555 010 0200", "wa_id": "15550100200", "label": "CELL" }],
        }] },
    });
    assert!(holds(&read, &wanted), "{read}");
    let list = desk.owner.get(&desk.path).await.data();
    assert_eq!(list["last_message_type"], "contacts", "{list}");
    assert_eq!(list["last_message_text"], "Ben Okri");
}
