//! Without its database: refused soon and in words, and mended without a restart.

use std::time::{Duration, Instant};

use recado_testkit::{Client, Engine, Installation, Line, Live, Recado, until, webhooks};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_it_says_so_and_recovers() {
    let installation = Installation::new(RECADO, Engine::Postgres).await;
    let line = Line::to(&installation.database_url());
    let installation = installation
        .by(&line)
        .arg("--limits-request-timeout=4s")
        .arg("--log-filter=error");
    let recado = installation.start().await;
    let client = recado.client().checked().await;
    let session = client
        .signed_in(&recado.ready.email, &recado.ready.password)
        .await;
    let seq = client.get("/api/v1/conversations").await.seq();
    let mut live = Live::connect(&client, Some(seq)).await.unwrap();
    assert_eq!(live.next().await.unwrap(), json!({ "type": "hello", "seq": seq }));

    for (nth, held) in [false, true, false].into_iter().enumerate() {
        if held {
            line.hold();
        } else {
            line.cut();
        }
        let body = webhooks::text(
            &recado.ready.meta,
            "15557000003",
            &format!("wamid.L{nth}"),
            "Hello?",
        );
        gone(&recado, &session, &body, held).await;
        line.mend();
        until("it to be ready again", async || {
            (recado.stranger().get("/readyz").await.status == 200).then_some(())
        })
        .await;
        // The provider comes back, also with what was taken in though nobody could be told.
        let again = until("the webhook to be taken", async || {
            let status = webhooks::post(&recado.stranger(), &recado.ready.meta, &body)
                .await
                .unwrap();
            assert!(matches!(status.as_u16(), 200 | 503), "{status}");
            (status == 200).then_some(())
        });
        again.await;
        until("the API to answer", async || {
            let answer = session.get("/api/v1/conversations").await;
            assert!(matches!(answer.status.as_u16(), 200 | 503), "{}", answer.text);
            (answer.status == 200).then_some(())
        })
        .await;
        // The socket that was there all the time hears of it.
        let frame = live.event("message.created").await;
        assert_eq!(
            frame["data"]["message"]["whatsapp_message_id"],
            format!("wamid.L{nth}")
        );
        let conversation = people::conversation(&client, "15557000003").await;
        assert_eq!(conversation["unread_count"], nth + 1);
    }
    let ended = recado.terminate().await;
    assert_eq!(ended.code, Some(0));
}

/// Everything that needs the database is refused, soon, with a word that says why and when to come back.
async fn gone(recado: &Recado, session: &Client, body: &Value, held: bool) {
    let stranger = recado.stranger();
    let unready = until("it to notice", async || {
        Some(stranger.get("/readyz").await).filter(|answer| answer.status == 503)
    })
    .await;
    assert_eq!(
        unready.body["troubles"][0]["what"], "database",
        "{}",
        unready.text
    );
    assert_eq!(
        stranger.get("/livez").await.status,
        200,
        "it is alive all the same"
    );
    assert_eq!(stranger.get("/docs").await.status, 200);
    let most = if held { 8 } else { 5 };
    let bytes = body.to_string().into_bytes();
    let signature = webhooks::signature(&recado.ready.meta.app_secret, &bytes);
    let headers = [
        ("content-type", "application/json"),
        ("x-hub-signature-256", signature.as_str()),
    ];
    let path = &recado.ready.meta.webhook_path;
    let form = json!({ "email": recado.ready.email, "password": recado.ready.password });
    let keyed = recado.client();
    let begun = Instant::now();
    // At once: it is not that the one waits for the other.
    let (webhook, list, change, login, by_key) = tokio::join!(
        async {
            stranger
                .raw(Method::POST, path, bytes.clone(), &headers)
                .await
                .unwrap()
        },
        session.get("/api/v1/conversations"),
        session.post("/api/v1/api-keys", json!({ "name": "X", "scopes": [] })),
        stranger.post("/api/v1/session", form),
        keyed.get("/api/v1/me"),
    );
    let took = begun.elapsed();
    for answer in [&webhook, &list, &change, &login, &by_key] {
        answer.refused(503, "unavailable");
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
    }
    assert!(took < Duration::from_secs(most), "{took:?}");
    assert!(login.cookie().is_none());
}
