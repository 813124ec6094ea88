//! An account of one's own tries things out with a simulated number of its own.

use recado_testkit::{ENGINES, Installation, Sandbox, until};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

const OFFER: &str = "/api/v1/integrations/sandbox";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_account_gets_a_number_to_try_things_out() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let stranger = recado.stranger().checked().await;
        let owner = people::sign_up(&stranger, "eve@elsewhere.example").await;
        assert_eq!(owner.get(OFFER).await.data(), json!({ "available": true }));
        assert!(owner.all("/api/v1/channels").await.is_empty());
        let form = json!({ "assigned_member_id": me(&owner).await });
        let made = owner.post(OFFER, form.clone()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        let channel = made.data();
        assert_eq!(
            (&channel["kind"], &channel["status"]),
            (&json!("sandbox"), &json!("connected"))
        );
        let again = owner.post(OFFER, form).await.data();
        assert_eq!(again["id"], channel["id"], "one is enough");
        assert_eq!(owner.all("/api/v1/channels").await.len(), 1);

        // Its customers are its own: what they write arrives here and nowhere else.
        let before = people::owner(&recado)
            .await
            .all("/api/v1/conversations")
            .await
            .len();
        let sandbox = of(&channel);
        let phone = sandbox.add_phone("Zoë").await;
        sandbox.say(&phone, "Anybody there?").await;
        let thread = until("the message", async || {
            owner.all("/api/v1/conversations").await.pop()
        })
        .await;
        assert_eq!(thread["last_message_text"], "Anybody there?");
        answer(&owner, &thread, &sandbox, &phone, "Here I am").await;
        assert_eq!(
            people::owner(&recado)
                .await
                .all("/api/v1/conversations")
                .await
                .len(),
            before
        );

        // It is the same after the next start, wherever it then is.
        let cookie = owner.cookie().unwrap().to_owned();
        recado.terminate().await;
        let recado = installation.start().await;
        let owner = recado.stranger().with_cookie(&cookie);
        let channels = owner.all("/api/v1/channels").await;
        assert_eq!(channels[0]["id"], channel["id"]);
        let sandbox = of(&channels[0]);
        sandbox.say(&phone, "Still there?").await;
        let thread = until("the next message", async || {
            let thread = owner.all("/api/v1/conversations").await.pop()?;
            (thread["last_message_text"] == "Still there?").then_some(thread)
        })
        .await;
        answer(&owner, &thread, &sandbox, &phone, "Always").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_earnest_nothing_is_simulated() {
    let [engine, ..] = ENGINES;
    let installation = Installation::new(RECADO, engine).await;
    let recado = installation.start().await;
    let cookie = people::owner(&recado).await.cookie().unwrap().to_owned();
    let ready = recado.ready.clone();
    recado.terminate().await;
    let recado = installation.serve(&ready).await;
    let owner = recado.stranger().with_cookie(&cookie);
    assert_eq!(owner.get(OFFER).await.data(), json!({ "available": false }));
    let form = json!({ "assigned_member_id": me(&owner).await });
    let refused = owner.post(OFFER, form).await;
    refused.refused(409, "sandbox_unavailable");
}

async fn me(owner: &recado_testkit::Client) -> Value {
    owner.get("/api/v1/me").await.data()["member"]["id"].clone()
}

/// The sandbox that plays a number.
fn of(channel: &Value) -> Sandbox {
    let url = channel["sandbox_url"].as_str().unwrap();
    Sandbox::at(url.strip_suffix("/sandbox").unwrap())
}

async fn answer(owner: &recado_testkit::Client, thread: &Value, sandbox: &Sandbox, phone: &str, text: &str) {
    let path = format!("{}/messages", people::path(thread));
    assert_eq!(owner.post(&path, json!({ "text": text })).await.status, 202);
    until("the answer", async || {
        let chat = sandbox.chat(phone).await;
        chat.iter().any(|one| one["text"] == text).then_some(())
    })
    .await;
}
