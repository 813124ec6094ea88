//! Requests that are none: bodies that are no JSON, addresses where there is nothing, methods nobody takes.

use recado_testkit::{Client, Engine, Installation};
use reqwest::Method;
use serde_json::Value;

use crate::RECADO;
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_of_ours_is_told_so() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.client();
    let conversation = client.get("/api/v1/conversations?limit=1").await.data()[0].clone();
    shapes(&client, &conversation).await;
    addresses(&client).await;
}

/// Bodies that are no JSON object, or say they are none.
async fn shapes(client: &Client, conversation: &Value) {
    let path = format!("{}/messages", people::path(conversation));
    let key = format!("Bearer {}", client.key().unwrap());
    let send = async |kind: Option<&str>, body: &[u8]| {
        let mut headers = vec![("authorization", key.as_str())];
        headers.extend(kind.map(|kind| ("content-type", kind)));
        client
            .raw(Method::POST, &path, body.to_vec(), &headers)
            .await
            .unwrap()
    };
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data"),
    ] {
        let answer = send(kind, br#"{"text":"x"}"#).await;
        answer.refused(415, "unsupported_media_type");
    }
    let json = Some("application/json; charset=utf-8");
    for body in [
        &b""[..],
        b"{",
        b"[]",
        b"null",
        b"\"text\"",
        b"{\"text\":\"x\"} {}",
        b"\xff\xfe",
        b"{\"text\":\"\xff\"}",
    ] {
        let answer = send(json, body).await;
        assert_eq!(
            answer.status,
            400,
            "{}: {}",
            String::from_utf8_lossy(body),
            answer.text
        );
        answer.refused(400, "bad_request");
    }
    let twice = send(json, br#"{"text":"x","text":"y"}"#).await;
    assert_eq!(twice.refused(400, "bad_request")["field"], "text");
    let deep = format!("{{\"text\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    send(json, deep.as_bytes()).await.refused(400, "bad_request");
}

/// Where there is nothing, and where there is something else.
async fn addresses(client: &Client) {
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nope",
        "/api/v2/me",
        "/api/v1/me/",
        "/hooks/nope",
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = client.call(method, path, None, &[]).await;
            assert_eq!(answer.status, 404, "{path}: {}", answer.text);
            answer.refused(404, "not_found");
        }
    }
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/conversations", "GET,POST"),
        (Method::POST, "/api/v1/me", "GET,PATCH"),
        (Method::GET, "/api/v1/session", "DELETE,POST"),
        (
            Method::PUT,
            "/api/v1/conversations/01890000-0000-7000-8000-000000000000",
            "DELETE,GET,PATCH",
        ),
        (
            Method::PUT,
            "/hooks/meta/01890000-0000-7000-8000-000000000000",
            "GET,POST",
        ),
        (Method::POST, "/livez", "GET"),
        (Method::POST, "/", "GET"),
    ] {
        let answer = client.call(method.clone(), path, None, &[]).await;
        assert_eq!(answer.status, 405, "{method} {path}: {}", answer.text);
        answer.refused(405, "method_not_allowed");
        let mut told: Vec<&str> = answer
            .header("allow")
            .expect("Allow")
            .split(',')
            .map(str::trim)
            .collect();
        told.retain(|method| *method != "HEAD");
        told.sort_unstable();
        assert_eq!(told.join(","), allowed, "{method} {path}");
    }
    let given = client
        .call(Method::GET, "/api/v1/nope", None, &[("x-request-id", "trace-7")])
        .await;
    assert_eq!(given.refused(404, "not_found")["request_id"], "trace-7");
    let odd = client
        .call(Method::GET, "/api/v1/nope", None, &[("x-request-id", "a b\"c")])
        .await;
    assert_ne!(odd.refused(404, "not_found")["request_id"], "a b\"c");
}
