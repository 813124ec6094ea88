//! `recado backup` and `recado restore`: what is put back is what was there at one moment, and nothing leaves twice.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use recado_testkit::{Engine, Installation, Rows, until, webhooks};
use serde_json::{Value, json};

use super::run;
use crate::RECADO;
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_installation_is_copied_and_put_back() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let sandbox = recado.sandbox();
    let phone = sandbox.add_phone("Ana").await;
    sandbox.say(&phone, "Hello?").await;
    sandbox.settled().await;
    let picture = installation.folder().join("picture.png");
    std::fs::write(&picture, people::PNG).unwrap();
    let sent = super::client(&recado, "send")
        .args(["--to", &format!("+{phone}"), "--media", picture.to_str().unwrap()])
        .output()
        .await
        .unwrap();
    assert_eq!(sent.status.code(), Some(0));

    // Webhooks come in all the while.
    let stop = Arc::new(AtomicBool::new(false));
    let flood = tokio::spawn({
        let (stop, client, meta) = (Arc::clone(&stop), recado.stranger(), recado.ready.meta.clone());
        async move {
            let mut taken = 0;
            while !stop.load(Ordering::Relaxed) {
                let (from, id) = (format!("1555700{:04}", taken % 50), format!("wamid.F{taken}"));
                let body = webhooks::text(&meta, &from, &id, "Is anybody there?");
                assert_eq!(webhooks::post(&client, &meta, &body).await.unwrap(), 200);
                taken += 1;
            }
            taken
        }
    });
    let seq = async || recado.client().get("/api/v1/conversations").await.seq();
    let before = seq().await;
    until("the flood to begin", async || {
        (seq().await > before + 20).then_some(())
    })
    .await;
    let to = installation.folder().join("backup");
    let target = to.to_str().unwrap();
    let (code, out, told) = run(&installation, "backup", &[target, "--json"]).await;
    assert_eq!(code, 0, "{told}");
    let after = seq().await;
    until("the flood to go on", async || {
        (seq().await > after + 20).then_some(())
    })
    .await;
    stop.store(true, Ordering::Relaxed);
    assert!(flood.await.unwrap() > 40);

    let made: Value = serde_json::from_str(&out).unwrap();
    let at = made["accounts"][0]["journal_seq"].as_i64().unwrap();
    assert!(before < at && at <= after, "{before} {at} {after}");
    assert_eq!(made["media"]["missing"], 0);
    assert!(made["media"]["count"].as_i64().unwrap() >= 1);
    assert_eq!(made["secret_key"]["included"], false);
    assert!(!to.join("secret.key").exists(), "the key is kept elsewhere");
    let (code, _, told) = run(&installation, "backup", &[target]).await;
    assert!(code == 2 && told.contains("is there already"), "{told}");
    let ready = recado.ready.clone();

    // Elsewhere, with the key that was kept.
    let other = Installation::new(RECADO, Engine::Sqlite).await;
    std::fs::create_dir(other.data()).unwrap();
    std::fs::copy(
        installation.data().join("secret.key"),
        other.data().join("secret.key"),
    )
    .unwrap();
    let (code, out, told) = run(&other, "restore", &[target]).await;
    assert_eq!(code, 0, "{told}");
    assert!(out.starts_with("restored as of "), "{out}");
    let (copy, live) = (other.rows(), installation.rows());
    let id = copy.id(&ready.account_id);
    same_past(&copy, &live, &id, at).await;
    let (code, _, told) = run(&other, "restore", &[target]).await;
    assert!(code == 2 && told.contains("already"), "{told}");

    recado.terminate().await;
    let again = other.serve(&ready).await;
    let client = again.client();
    assert!(client.get("/api/v1/conversations").await.seq() >= at);
    assert_eq!(client.get("/api/v1/me").await.status, 200, "keys hold");
    let conversation = people::conversation(&client, &phone).await;
    let thread = people::thread(&client, &conversation).await;
    let file = thread.iter().find(|one| one["content_type"] == "image").unwrap();
    let bytes = client.get(file["media_url"].as_str().unwrap()).await;
    assert_eq!(bytes.status, 200, "files are served");
    again.terminate().await;
}

/// The copy has the first `at` events of the journal without a hole, and the rows of that moment.
async fn same_past(copy: &Rows, live: &Rows, account: &str, at: i64) {
    let head = format!("SELECT seq FROM journal_heads WHERE account_id = {account}");
    assert_eq!(copy.number(&head).await, at);
    let past = format!(
        "SELECT seq, kind, body FROM events WHERE account_id = {account} AND seq <= {at} ORDER BY seq"
    );
    assert_eq!(copy.query(&past).await, live.query(&past).await);
    let count = format!("SELECT count(*) FROM events WHERE account_id = {account}");
    assert_eq!(copy.number(&count).await, at);
    let told = format!(
        "SELECT count(*) FROM events WHERE account_id = {account} AND kind = 'message.created' AND seq <= {at}"
    );
    let kept = format!("SELECT count(*) FROM messages WHERE account_id = {account}");
    let (told, kept) = (copy.number(&told).await, copy.number(&kept).await);
    assert!(told > 20 && kept >= told, "{told} {kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_to_leave_is_not_sent_twice() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let sandbox = recado.sandbox();
    let phone = sandbox.add_phone("Ana").await;
    sandbox.say(&phone, "Hello?").await;
    sandbox.settled().await;
    let ready = recado.ready.clone();
    recado.terminate().await;
    // Without its provider: a reply waits, and is tried again and again.
    let recado = installation.serve(&ready).await;
    let conversation = people::conversation(&recado.client(), &phone).await;
    let path = format!("/api/v1/conversations/{}/messages", people::id(&conversation));
    let message = recado
        .client()
        .post(&path, json!({ "text": "Once" }))
        .await
        .data();
    let rows = installation.rows();
    let id = rows.id(people::id(&message));
    let tried = format!("SELECT count(*) FROM attempts WHERE message_id = {id} AND state = 'failed'");
    until("a try that failed", async || {
        (rows.number(&tried).await > 0).then_some(())
    })
    .await;

    let to = installation.folder().join("backup");
    let target = to.to_str().unwrap();
    let (code, _, told) = run(&installation, "backup", &[target, "--include-secret-key"]).await;
    assert_eq!(code, 0, "{told}");
    let other = Installation::new(RECADO, Engine::Sqlite).await;
    let (code, _, told) = run(&other, "restore", &[target]).await;
    assert!(code == 0 && told.contains("1 messages that waited"), "{told}");
    assert!(other.data().join("secret.key").exists(), "the key was in it");
    recado.terminate().await;
    let again = other.serve(&ready).await;
    let client = again.client();
    until("the message to be in doubt", async || {
        let thread = people::thread(&client, &conversation).await;
        let once = thread.into_iter().find(|one| one["id"] == message["id"]).unwrap();
        (once["status"] == "unknown").then_some(())
    })
    .await;
    again.terminate().await;

    // A file that was changed is no backup.
    let database = Path::new(target).join("recado.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    let third = Installation::new(RECADO, Engine::Sqlite).await;
    let (code, _, told) = run(&third, "restore", &[target]).await;
    assert!(code == 1 && told.contains("damaged or changed"), "{told}");
    assert!(!third.data().join("recado.db").exists());
    let (code, _, told) = run(&third, "restore", &["/nowhere"]).await;
    assert!(code == 1 && told.contains("is no backup"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_has_its_own_tools() {
    let installation = Installation::new(RECADO, Engine::Postgres).await;
    let to = installation.folder().join("backup");
    let (code, out, told) = run(&installation, "backup", &[to.to_str().unwrap()]).await;
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        told.contains("pg_dump --format=custom --file=recado.dump 'postgres"),
        "{told}"
    );
    assert!(!to.exists());
}
