//! Opening an account, signing in and out.

use futures_util::future::join_all;
use recado_testkit::{Client, Engine, Installation, Live};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{PASSWORD, id};

#[tokio::test(flavor = "multi_thread")]
async fn sessions_begin_and_end() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.stranger().checked().await;
    signing_up(&client).await;
    signing_in_and_out(&client).await;
    ending_sessions(&client).await;
}

async fn signing_up(client: &Client) {
    let form = |field: &str, value: Value| {
        let mut form = json!({ "account_name": "Shop", "name": "Ana", "email": "ana@shop.example", "password": PASSWORD });
        form[field] = value;
        form
    };
    for (field, value) in [
        ("account_name", json!("  ")),
        ("account_name", json!("x".repeat(81))),
        ("name", json!("a\nb")),
        ("email", json!("ana@")),
        ("email", json!("Ana <ana@shop.example>")),
        ("password", json!("123456789")),
        ("password", Value::Null),
        ("plan", json!("gold")),
    ] {
        let answer = client.post("/api/v1/signup", form(field, value.clone())).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], field, "{value}");
        assert!(answer.cookie().is_none());
    }
    let answer = client
        .post("/api/v1/signup", form("email", json!(" Ana@Shop.Example ")))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let set = answer.header("set-cookie").unwrap();
    let (token, attributes) = set.split_once("; ").unwrap();
    assert!(token.starts_with("recado=") && token.len() > 40, "{token}");
    assert_eq!(attributes, "Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let ana = client.with_cookie_of(&answer);
    let me = answer.data();
    assert_eq!(me["account"]["name"], "Shop");
    assert_eq!(me["account"]["is_demo"], false);
    assert_eq!(me["member"]["email"], "ana@shop.example");
    assert_eq!(me["member"]["role"], "owner");
    assert_eq!(me["key"], Value::Null);
    assert_eq!(ana.get("/api/v1/me").await.data(), me);

    let again = client
        .post("/api/v1/signup", form("email", json!("ANA@shop.example")))
        .await;
    again.refused(409, "email_taken");
    // Many at once are one.
    let forms = (0..8).map(|_| client.post("/api/v1/signup", form("email", json!("bea@shop.example"))));
    let answers = join_all(forms).await;
    let opened = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(opened, 1);
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        answer.refused(409, "email_taken");
    }
}

async fn signing_in_and_out(client: &Client) {
    let mut refusals = Vec::new();
    for (email, password) in [
        ("ana@shop.example", "another password"),
        ("nobody@shop.example", PASSWORD),
        ("ana", PASSWORD),
        ("", ""),
        ("ana@shop.example", ""),
    ] {
        let answer = client
            .post("/api/v1/session", json!({ "email": email, "password": password }))
            .await;
        assert!(answer.cookie().is_none());
        refusals.push(answer.refused(401, "bad_credentials")["message"].clone());
    }
    refusals.dedup();
    assert_eq!(refusals.len(), 1, "nobody learns who has signed up");

    let ana = client.signed_in("ANA@shop.example", PASSWORD).await;
    let out = ana.delete("/api/v1/session").await;
    assert_eq!(out.status, 204);
    assert_eq!(
        out.header("set-cookie"),
        Some("recado=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax")
    );
    ana.get("/api/v1/me").await.refused(401, "unauthorized");
}

async fn ending_sessions(client: &Client) {
    let ana = client.signed_in("ana@shop.example", PASSWORD).await;
    ana.delete("/api/v1/sessions").await.ok();
    let others = [
        client.signed_in("ana@shop.example", PASSWORD).await,
        client.signed_in("ana@shop.example", PASSWORD).await,
    ];
    let sessions = ana.get("/api/v1/sessions").await.data();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    let current: Vec<_> = sessions.iter().filter(|one| one["current"] == true).collect();
    assert_eq!((current.len(), &current[0]["ip"]), (1, &json!("127.0.0.1")));
    assert_eq!(current[0], sessions.last().unwrap(), "newest first");

    // A socket ends with its session.
    let mut live = Live::connect(&others[0], None).await.unwrap();
    let theirs = others[0].get("/api/v1/sessions").await.data();
    let theirs = theirs
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["current"] == true)
        .unwrap();
    let path = format!("/api/v1/sessions/{}", id(theirs));
    assert_eq!(ana.delete(&path).await.status, 204);
    assert_eq!(live.close_code().await, Some(4401));
    others[0].get("/api/v1/me").await.refused(401, "unauthorized");
    ana.delete(&path).await.refused(404, "not_found");
    others[1].get("/api/v1/me").await.ok();
    assert_eq!(ana.delete("/api/v1/sessions").await.status, 204);
    others[1].get("/api/v1/me").await.refused(401, "unauthorized");
    assert_eq!(
        ana.get("/api/v1/sessions").await.data().as_array().unwrap().len(),
        1
    );
}
