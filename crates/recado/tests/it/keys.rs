//! API keys, and how often they and strangers may ask.

use recado_testkit::{Engine, Installation, until};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_for_programs() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.stranger().checked().await;
    let owner = people::sign_up(&client, "kim@place.example").await;
    let (made, key) = people::key(&owner, &["conversations:read", "keys:manage"]).await;
    let secret = made["key"].as_str().unwrap();
    assert!(secret.starts_with("wacrm_live_") && secret.starts_with(made["key_prefix"].as_str().unwrap()));
    let listed = owner.get("/api/v1/api-keys").await;
    assert!(!listed.text.contains(secret), "the key is shown once");
    assert_eq!(listed.data()[0]["last_used_at"], Value::Null);
    let answer = key.get("/api/v1/me").await;
    for name in ["limit", "remaining", "reset"] {
        let value = answer.header(&format!("x-ratelimit-{name}")).unwrap();
        assert!(value.parse::<u64>().is_ok(), "{name}: {value}");
    }
    let me = answer.data();
    assert_eq!(me["member"], Value::Null);
    assert_eq!(
        me["key"],
        json!({ "id": made["id"], "scopes": ["conversations:read", "keys:manage"] })
    );
    assert_ne!(
        owner.get("/api/v1/api-keys").await.data()[0]["last_used_at"],
        Value::Null
    );
    // A key gives no more than it has, nor lets in somebody who has more.
    let more = json!({ "name": "More", "scopes": ["members:manage"] });
    assert_eq!(
        key.post("/api/v1/api-keys", more)
            .await
            .refused(400, "bad_request")["field"],
        "scopes"
    );
    let (_, inviting) = people::key(&owner, &["members:manage"]).await;
    for role in ["owner", "admin", "agent"] {
        inviting
            .post("/api/v1/invites", json!({ "role": role }))
            .await
            .refused(403, "forbidden");
    }
    // It holds only where it belongs.
    let as_query = client
        .get(&format!("/api/v1/me?key={secret}&access_token={secret}"))
        .await;
    as_query.refused(401, "unauthorized");

    let soon = recado_model::Clock::System
        .now()
        .plus(std::time::Duration::from_secs(3));
    let form = json!({ "name": "Short", "scopes": [], "expires_at": soon });
    let made = owner.post("/api/v1/api-keys", form).await.data();
    assert_eq!(made["expires_at"], json!(soon));
    let short = owner.with_key(made["key"].as_str().unwrap());
    let early = short.get("/api/v1/me").await;
    // On a slow machine it may have expired meanwhile.
    if recado_model::Clock::System.now() < soon {
        early.ok();
    }
    let refused = until("the key to expire", async || {
        Some(short.get("/api/v1/me").await).filter(|answer| answer.status == 401)
    });
    assert!(
        refused.await.refused(401, "unauthorized")["message"]
            .as_str()
            .unwrap()
            .contains("expired")
    );

    let listed = owner.get("/api/v1/api-keys").await.data();
    let first = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["scopes"].as_array().unwrap().len() == 2)
        .unwrap();
    let path = format!("/api/v1/api-keys/{}", id(first));
    for _ in 0..2 {
        assert_eq!(owner.delete(&path).await.status, 204);
        key.get("/api/v1/me").await.refused(401, "unauthorized");
    }
    let listed = owner.get("/api/v1/api-keys").await.data();
    assert_eq!(
        listed.as_array().unwrap().len(),
        3,
        "what was revoked stays listed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_tries_are_told_to_wait() {
    let installation = Installation::new(RECADO, Engine::Sqlite)
        .await
        .arg("--rate-limits-login-per-minute=6")
        .arg("--rate-limits-login-per-minute-and-email=3")
        .arg("--rate-limits-sign-up-per-minute=2")
        .arg("--rate-limits-invite-per-minute=2")
        .arg("--rate-limits-api-per-minute=5");
    let recado = installation.start().await;
    let client = recado.stranger().checked().await;
    let session = client
        .signed_in(&recado.ready.email, &recado.ready.password)
        .await;
    let wait = |answer: &recado_testkit::Answer| {
        answer.refused(429, "rate_limited");
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    };
    // The right password is no way round: two wrong ones, and no more.
    let login = async |email: &str, password: &str| {
        client
            .post("/api/v1/session", json!({ "email": email, "password": password }))
            .await
    };
    for _ in 0..2 {
        login(&recado.ready.email, "wrong")
            .await
            .refused(401, "bad_credentials");
    }
    wait(&login(&recado.ready.email, &recado.ready.password).await);
    login(people::TOM, "wrong").await.refused(401, "bad_credentials");
    login(people::TOM, "wrong").await.refused(401, "bad_credentials");
    wait(&login("anybody@else.example", "wrong").await);

    let form = json!({ "account_name": "", "name": "", "email": "", "password": "" });
    for _ in 0..2 {
        client
            .post("/api/v1/signup", form.clone())
            .await
            .refused(400, "bad_request");
    }
    wait(&client.post("/api/v1/signup", form).await);
    for _ in 0..2 {
        client
            .get("/api/v1/invites/token/guess")
            .await
            .refused(404, "not_found");
    }
    wait(&client.get("/api/v1/invites/token/guess").await);
    wait(&people::accept(&client, "guess", "a@b.example").await);

    let (_, one) = people::key(&session, &[]).await;
    let (_, other) = people::key(&session, &[]).await;
    for left in (0..5).rev() {
        let answer = one.get("/api/v1/me").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-ratelimit-limit"), Some("5"));
        assert_eq!(
            answer.header("x-ratelimit-remaining"),
            Some(left.to_string().as_str())
        );
    }
    let answer = one.get("/api/v1/me").await;
    wait(&answer);
    assert_eq!(answer.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(other.get("/api/v1/me").await.status, 200, "each key has its own");
    for _ in 0..10 {
        assert_eq!(
            session.get("/api/v1/me").await.status,
            200,
            "people are not counted"
        );
    }
    assert_eq!(client.get("/readyz").await.status, 200);
}
