//! Calls beside sending: what all of them have in common.

use recado_model::{FailureReason, Retry};
use recado_whatsapp::CallError;
use recado_whatsapp::meta::Credentials;
use serde_json::json;

use crate::server::{TOKEN, credentials, graph, meta};

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
