//! Calls beside sending: what all of them have in common.

use axum::response::IntoResponse;
use recado_model::{FailureReason, Retry};
use recado_whatsapp::CallError;
use recado_whatsapp::meta::Credentials;
use serde_json::json;

use crate::server::{TOKEN, answering, credentials, graph, meta};

pub(crate) const DONE: &str = r#"{"success":true}"#;
pub(crate) const NOTHING_THERE: &str =
    r#"{"error":{"message":"Unsupported get request","code":100,"error_subcode":33,"fbtrace_id":"A"}}"#;

#[tokio::test]
async fn a_message_is_marked_read_with_or_without_typing() {
    let (base, graph) = graph(200, DONE).await;
    let meta = meta(&base);
    meta.mark_read(&credentials(), "wamid.IN7", false).await.unwrap();
    meta.mark_read(&credentials(), "wamid.IN7", true).await.unwrap();
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN7"});
    let mut typing = read.clone();
    typing["typing_indicator"] = json!({"type": "text"});
    let requests = graph.requests();
    assert_eq!(graph.calls(), ["POST /v24.0/555/messages"; 2]);
    assert_eq!([requests[0].json(), requests[1].json()], [read, typing]);
}

#[tokio::test]
async fn calls_tell_why_they_came_to_nothing() {
    let call = async |status, body: &str| {
        let (base, _) = graph(status, body).await;
        meta(&base)
            .mark_read(&credentials(), "wamid.IN7", false)
            .await
            .unwrap_err()
    };
    let error = call(
        401,
        &format!(r#"{{"error":{{"message":"Bad token {TOKEN}","code":190}}}}"#),
    )
    .await;
    let CallError::Refused(failure) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (failure.reason, failure.message.as_str()),
        (FailureReason::NumberUnhealthy, "Bad token [token]")
    );
    assert_eq!(error.retry(), Retry::PauseNumber);
    assert_eq!(call(503, "<html>").await.retry(), Retry::Backoff);
    assert_eq!(call(200, "{}").await.retry(), Retry::Few);
    assert_eq!(call(200, "ok").await.retry(), Retry::Few);
    assert_eq!(call(404, "").await, CallError::Gone);
    assert_eq!(call(400, NOTHING_THERE).await, CallError::Gone);
    assert_eq!(call(200, &" ".repeat(9 << 20)).await, CallError::TooLong);
    assert!(matches!(
        call(500, &" ".repeat(9 << 20)).await,
        CallError::Refused(_)
    ));

    let odd = Credentials {
        phone_number_id: "../1".into(),
        ..credentials()
    };
    let error = meta("http://127.0.0.1:1").mark_read(&odd, "x", false).await;
    assert!(matches!(error, Err(CallError::Refused(_))), "{error:?}");
    let error = meta("http://127.0.0.1:1")
        .mark_read(&credentials(), "x", false)
        .await
        .unwrap_err();
    assert!(matches!(&error, CallError::NotReached(why) if !why.is_empty()));
    assert_eq!(error.retry(), Retry::Backoff);
}

#[tokio::test]
async fn each_call_proves_that_we_know_the_secret() {
    let proof = "appsecret_proof=2a6be3ef1873b173b1d006a51841c1898d5960d18c6bfbe2e8c265c2e3050e34";
    let (base, graph) = graph(200, DONE).await;
    let proven = Credentials {
        app_secret: Some("recado-test-secret".into()),
        ..credentials()
    };
    let meta = meta(&base);
    // What comes of them does not matter here.
    drop(meta.mark_read(&proven, "wamid.IN7", false).await);
    drop(meta.media(&proven, "9001").await);
    drop(meta.upload(&proven, "image/png", "a.png", "x".into()).await);
    drop(
        meta.upload_sample(&proven, "image/png", "a.png", "x".into())
            .await,
    );
    drop(meta.templates(&proven, "102").await);
    drop(meta.delete_template(&proven, "102", "reminder").await);
    drop(
        meta.subscribe(&proven, "102", "https://inbox.example", "word")
            .await,
    );
    let calls = graph.calls();
    assert_eq!(calls.len(), 7);
    assert!(calls.iter().all(|call| call.contains(proof)), "{calls:#?}");
}

#[tokio::test]
async fn a_sample_is_handed_over_in_two_steps() {
    let (base, graph) = answering(|request| {
        let body = match request.call.split(['?', ' ']).nth(1).unwrap_or_default() {
            "/v24.0/app" => r#"{"id":"77"}"#,
            "/v24.0/77/uploads" => r#"{"id":"upload:MTphdHRhY2htZW50?sig=ARZq_1-x"}"#,
            _ => r#"{"h":"4:aGVhZGVy:aW1hZ2UvcG5n:ARb"}"#,
        };
        body.into_response()
    })
    .await;
    let handle = meta(&base)
        .upload_sample(&credentials(), "image/png", "a b.png", "bytes".into())
        .await;
    assert_eq!(handle.unwrap(), "4:aGVhZGVy:aW1hZ2UvcG5n:ARb");
    assert_eq!(
        graph.calls(),
        [
            "GET /v24.0/app?fields=id",
            "POST /v24.0/77/uploads?file_length=5&file_type=image%2Fpng&file_name=a+b.png",
            "POST /v24.0/upload:MTphdHRhY2htZW50?sig=ARZq_1-x",
        ]
    );
    let last = &graph.requests()[2];
    assert_eq!(
        (&last.body[..], &last.headers["file_offset"]),
        (&b"bytes"[..], &"0".parse().unwrap())
    );
    assert_eq!(last.headers["authorization"], format!("OAuth {TOKEN}"));
}

#[tokio::test]
async fn an_upload_does_not_lead_elsewhere() {
    for id in [
        "",
        "77",
        "upload:",
        "upload:/../x",
        "upload:a?b#c",
        "upload:a?x=http://b",
    ] {
        let (base, graph) = answering(move |request| {
            let is_app = request.call.contains("/app?");
            let id = if is_app { "77" } else { id };
            json!({ "id": id }).to_string().into_response()
        })
        .await;
        let error = meta(&base)
            .upload_sample(&credentials(), "image/png", "a.png", "x".into())
            .await;
        assert!(matches!(error, Err(CallError::Refused(_))), "{id} {error:?}");
        assert_eq!(graph.calls().len(), 2, "{id}");
    }
}
