//! Two nodes on one PostgreSQL: what is done at one holds at the other.

use recado_testkit::{Engine, Installation};
use reqwest::Method;
use serde_json::json;

use crate::RECADO;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_revoked_at_one_node_is_refused_by_the_other() {
    let installation = Installation::new(RECADO, Engine::Postgres).await;
    let first = installation.start().await;
    let owner = people::owner(&first).await;
    let cookie = owner.cookie().unwrap().to_owned();
    let ready = first.ready.clone();
    first.terminate().await;

    let beside = installation.beside();
    let (one, two) = (installation.serve(&ready).await, beside.serve(&ready).await);
    let at = |node: &recado_testkit::Recado| node.stranger().with_cookie(&cookie);
    let (here, there) = (at(&one), at(&two));
    for _ in 0..5 {
        let (made, _) = people::key(&here, &["conversations:read"]).await;
        let secret = made["key"].as_str().unwrap();
        for node in [&here, &there] {
            node.with_key(secret).get("/api/v1/conversations").await.ok();
        }
        let path = format!("/api/v1/api-keys/{}", id(&made));
        assert_eq!(here.delete(&path).await.status, 204);
        for node in [&there, &here] {
            let refused = node.with_key(secret).get("/api/v1/conversations").await;
            let error = refused.refused(401, "unauthorized");
            assert!(error["message"].as_str().unwrap().contains("revoked"));
        }
    }
    // An idempotency key is one key on both.
    let body = json!({ "phone": "+34600112233", "name": "Once" });
    let headers = [("idempotency-key", "both")];
    let post = async |node: &recado_testkit::Client| {
        node.call(Method::POST, "/api/v1/contacts", Some(body.clone()), &headers)
            .await
    };
    let (a, b) = tokio::join!(post(&here), post(&there));
    assert_eq!(
        (a.status.as_u16(), b.status.as_u16()),
        (201, 201),
        "{} {}",
        a.text,
        b.text
    );
    assert_eq!(a.text, b.text);
}
