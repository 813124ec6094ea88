//! What holds for every answer: its id, its tag, its limit, its size; and who may not ask from where.

use recado_testkit::{Client, Engine, Installation};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn answers_say_what_clients_need() {
    let installation = Installation::new(RECADO, Engine::Sqlite)
        .await
        .arg("--rate-limits-api-per-minute=50");
    let recado = installation.start().await;
    let client = recado.client();
    for (path, status) in [
        ("/api/v1/me", 200),
        ("/api/v1/nope", 404),
        ("/api/nope", 404),
        ("/livez", 200),
        ("/files/odd", 404),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.header("x-request-id").is_some(), "{path}");
        for (name, _) in &answer.headers {
            assert!(!name.as_str().starts_with("access-control-"), "{path} {name}");
        }
    }
    nobody_else_may_ask(&client).await;
    what_has_not_changed(&client).await;
    what_is_large(&client).await;
}

/// Pages of other sites get no leave, neither for the call nor for asking before it.
async fn nobody_else_may_ask(client: &Client) {
    for method in [Method::OPTIONS, Method::GET] {
        let headers = [
            ("origin", "https://elsewhere.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization"),
        ];
        let answer = client.call(method, "/api/v1/contacts", None, &headers).await;
        let allowed = answer
            .headers
            .keys()
            .any(|name| name.as_str().starts_with("access-control-"));
        assert!(!allowed, "{:?}", answer.headers);
    }
}

async fn what_has_not_changed(client: &Client) {
    let contact = client.get("/api/v1/contacts?limit=1").await.data()[0].clone();
    let one = format!("/api/v1/contacts/{}", id(&contact));
    for path in [one.as_str(), "/api/v1/contacts", "/api/v1/channels"] {
        let first = client.get(path).await;
        let tag = first.header("etag").unwrap().to_owned();
        assert_eq!(first.header("cache-control"), Some("private, no-cache"));
        let headers = [("if-none-match", tag.as_str())];
        let again = client.call(Method::GET, path, None, &headers).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), Some(tag.as_str()));
        assert_eq!(again.header("x-journal-seq"), first.header("x-journal-seq"));
        assert!(again.header("ratelimit-remaining").is_some());
    }
    let tag = client.get(&one).await.header("etag").unwrap().to_owned();
    client.patch(&one, json!({ "company": "Another" })).await.ok();
    let headers = [("if-none-match", tag.as_str())];
    let changed = client.call(Method::GET, &one, None, &headers).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    let refused = client.get("/api/v1/contacts?limit=x").await;
    assert_eq!(refused.header("etag"), None);
}

async fn what_is_large(client: &Client) {
    for path in ["/api/v1/openapi.json", "/api/v1/contacts"] {
        for coding in ["gzip", "br"] {
            let headers = [("accept-encoding", coding)];
            let answer = client.call(Method::GET, path, None, &headers).await;
            assert_eq!(answer.header("content-encoding"), Some(coding), "{path}");
        }
        let plain = client.get(path).await;
        assert_eq!(plain.header("content-encoding"), None, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_be_given_a_limit_of_its_own() {
    let installation = Installation::new(RECADO, Engine::Sqlite)
        .await
        .arg("--rate-limits-api-per-minute=3");
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let form = json!({ "name": "Busy", "scopes": [], "rate_limit": 9 });
    let made = owner.post("/api/v1/api-keys", form).await.data();
    assert_eq!(made["rate_limit"], 9);
    let busy = owner.with_key(made["key"].as_str().unwrap());
    let told = async |client: &Client| {
        let answer = client.get("/api/v1/me").await;
        for name in ["limit", "remaining", "reset"] {
            let (ours, theirs) = (format!("ratelimit-{name}"), format!("x-ratelimit-{name}"));
            assert_eq!(answer.header(&ours), answer.header(&theirs));
        }
        let limit = answer.header("ratelimit-limit").unwrap().to_owned();
        (
            answer.status.as_u16(),
            limit,
            answer.header("ratelimit-remaining").unwrap().to_owned(),
        )
    };
    for left in (0..9).rev() {
        assert_eq!(told(&busy).await, (200, "9".to_owned(), left.to_string()));
    }
    let (status, limit, left) = told(&busy).await;
    assert_eq!((status, limit.as_str(), left.as_str()), (429, "9", "0"));
    let path = format!("/api/v1/api-keys/{}", id(&made));
    let change = |limit: Value| owner.patch(&path, json!({ "rate_limit": limit }));
    assert_eq!(change(json!(6000)).await.data()["rate_limit"], 6000);
    assert_eq!(told(&busy).await.1, "6000");
    assert_eq!(change(Value::Null).await.data()["rate_limit"], Value::Null);
    assert_eq!(told(&busy).await.1, "3");
    for bad in [json!(0), json!(6001), json!(-1)] {
        assert_eq!(
            change(bad).await.refused(400, "bad_request")["field"],
            "rate_limit"
        );
    }
    owner.delete(&path).await.ok();
    change(json!(9)).await.refused(409, "revoked");
}
