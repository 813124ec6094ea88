//! Calling the Graph API, against a server on loopback that answers as told.

use std::time::Duration;

use recado_model::{Failure, FailureReason, Retry};
use recado_whatsapp::meta::{Credentials, Meta};
use recado_whatsapp::{Accepted, Outgoing, OutgoingContent, Recipient, SendError, http_client};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{TOKEN, credentials, graph, meta};

const TAKEN: &str = r#"{"messaging_product":"whatsapp","contacts":[{"input":"551187654321","wa_id":"5511987654321"}],
    "messages":[{"id":"wamid.OUT3","message_status":"accepted"}]}"#;

/// A server that takes one request, writes `answer` and hangs up.
async fn cut_off(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        }
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    base
}

fn phone() -> Recipient {
    Recipient::Phone("551187654321".into())
}

fn text(to: Recipient, quoted: Option<&str>) -> Outgoing {
    Outgoing {
        to,
        content: OutgoingContent::Text { text: "Olá".into() },
        quoted: quoted.map(str::to_owned),
        callback: "m_1".into(),
    }
}

async fn send(meta: &Meta) -> Result<Accepted, SendError> {
    meta.send(&credentials(), &text(phone(), None)).await
}

async fn answered(status: u16, body: &str) -> Result<Accepted, SendError> {
    let (base, _) = graph(status, body).await;
    send(&meta(&base)).await
}

fn refused(result: Result<Accepted, SendError>) -> Failure {
    match result {
        Err(SendError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_unknown(result: &Result<Accepted, SendError>) {
    assert!(
        matches!(result, Err(SendError::Unknown(why)) if !why.is_empty()),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_text_is_sent_and_its_id_comes_back() {
    let (base, graph) = graph(200, TAKEN).await;
    let meta = meta(&base);
    let accepted = meta
        .send(&credentials(), &text(phone(), Some("wamid.IN7")))
        .await
        .unwrap();
    assert_eq!(accepted.provider_id, "wamid.OUT3");
    assert_eq!(accepted.wa_id.as_deref(), Some("5511987654321"));
    assert_eq!(accepted.user_id, None);

    let request = graph.only();
    assert_eq!(request.call, "POST /v24.0/555/messages");
    assert_eq!(request.headers["authorization"], "Bearer EAAtesttoken");
    assert!(
        request.headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("Recado/")
    );
    assert_eq!(
        request.json(),
        json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", "to": "551187654321", "type": "text",
            "text": {"body": "Olá"}, "context": {"message_id": "wamid.IN7"}, "biz_opaque_callback_data": "m_1",
        })
    );
}

#[tokio::test]
async fn a_customer_without_a_phone_is_reached_by_their_id_and_never_through_to() {
    let answer = r#"{"contacts":[{"input":"BR.88","user_id":"BR.88"}],"messages":[{"id":"wamid.OUT4"}]}"#;
    let (base, graph) = graph(200, answer).await;
    let meta = meta("http://127.0.0.1:1");
    let sandbox = Credentials {
        base_url: Some(format!("{base}/graph/")),
        ..credentials()
    };
    let to = Recipient::Scoped("BR.88".into());
    let accepted = meta.send(&sandbox, &text(to, None)).await.unwrap();
    assert_eq!(
        (accepted.wa_id, accepted.user_id.as_deref()),
        (None, Some("BR.88"))
    );

    let wrong = Recipient::Phone("BR.88".into());
    let failure = refused(meta.send(&sandbox, &text(wrong, None)).await);
    assert_eq!(
        (failure.reason, failure.retry),
        (FailureReason::NeedsPhone, Retry::Never)
    );

    let request = graph.only();
    assert_eq!(
        request.call, "POST /graph/v24.0/555/messages",
        "the number's own address"
    );
    let body = request.json();
    assert_eq!(
        (body.get("to"), &body["recipient"], body.get("context")),
        (None, &json!("BR.88"), None)
    );
}

#[tokio::test]
async fn an_error_of_metas_is_a_refusal_with_its_reason() {
    for (status, code, reason, retry) in [
        (401, 190, FailureReason::NumberUnhealthy, Retry::PauseNumber),
        (400, 131_047, FailureReason::WindowClosed, Retry::Never),
        (400, 131_026, FailureReason::NotOnWhatsapp, Retry::Never),
        (429, 130_429, FailureReason::RateLimited, Retry::Backoff),
        (400, 131_056, FailureReason::RateLimited, Retry::BackoffRecipient),
        (400, 100, FailureReason::BadRequest, Retry::Never),
        (500, 131_000, FailureReason::Unknown, Retry::Few),
        (200, 131_016, FailureReason::Unknown, Retry::Backoff),
    ] {
        let body =
            json!({"error": {"message": "no", "type": "OAuthException", "code": code, "fbtrace_id": "Ab1"}});
        let failure = refused(answered(status, &body.to_string()).await);
        assert_eq!((failure.reason, failure.retry), (reason, retry), "{code}");
        assert_eq!(
            (failure.code, failure.message.as_str()),
            (Some(code.to_string()), "no (trace Ab1)")
        );
    }
}

#[tokio::test]
async fn an_error_without_metas_words_goes_by_its_status() {
    for (status, body, retry) in [
        (503, "", Retry::Backoff),
        (502, "<html>bad gateway</html>", Retry::Backoff),
        (429, "", Retry::Backoff),
        (404, "{}", Retry::Never),
        (302, "", Retry::Never),
    ] {
        let failure = refused(answered(status, body).await);
        assert_eq!((failure.retry, failure.code), (retry, None), "{status}");
        assert!(failure.message.contains(&status.to_string()));
    }
    let long = refused(answered(503, &"x".repeat(100_000)).await);
    assert_eq!(long.retry, Retry::Backoff);
}

#[tokio::test]
async fn no_token_gets_out() {
    let body = json!({"error": {"message": format!("Malformed access token {TOKEN}"), "code": 190}});
    let failure = refused(answered(401, &body.to_string()).await);
    assert_eq!(failure.message, "Malformed access token [token]");
    assert!(!format!("{:?}", credentials()).contains(TOKEN));

    let unsendable = Credentials {
        access_token: "line\nbreak".into(),
        ..credentials()
    };
    let result = meta("http://127.0.0.1:1")
        .send(&unsendable, &text(phone(), None))
        .await;
    assert!(!format!("{result:?}").contains("line"));
    assert_eq!(refused(result).reason, FailureReason::NumberUnhealthy);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_an_unknown_outcome() {
    for body in [
        "",
        "ok",
        "[]",
        "{}",
        r#"{"messages":[]}"#,
        r#"{"messages":[{"id":""}]}"#,
        r#"{"messages":{"id":"a"}}"#,
    ] {
        assert_unknown(&answered(200, body).await);
    }
    let endless = format!(
        r#"{{"messages":[{{"id":"wamid.OUT3"}}],"x":"{}"}}"#,
        "x".repeat(100_000)
    );
    assert_unknown(&answered(200, &endless).await);
}

#[tokio::test]
async fn a_slow_answer_is_an_unknown_outcome() {
    let base = crate::server::silent().await;
    // Sets up TLS, which any client needs.
    drop(http_client().unwrap());
    #[expect(clippy::disallowed_methods, reason = "a client with less patience")]
    let impatient = reqwest::Client::builder()
        .timeout(Duration::from_millis(300))
        .no_proxy()
        .build()
        .unwrap();
    assert_unknown(&send(&Meta::new(impatient, &base, "v24.0").unwrap()).await);
}

#[tokio::test]
async fn a_connection_that_ends_after_the_request_is_an_unknown_outcome() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"messages\":[{\"id\":\"a\"}]",
    ] {
        assert_unknown(&send(&meta(&cut_off(answer).await)).await);
    }
    let base = cut_off("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 99\r\n\r\n{").await;
    assert_eq!(
        refused(send(&meta(&base)).await).retry,
        Retry::Backoff,
        "the status had come"
    );
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_got_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let result = send(&meta(&format!("http://{address}"))).await;
    assert!(
        matches!(&result, Err(SendError::NotSent(why)) if !why.is_empty()),
        "{result:?}"
    );
    // A server that does not speak TLS never sees the request either.
    let (base, graph) = graph(200, TAKEN).await;
    let result = send(&meta(&base.replace("http:", "https:"))).await;
    assert!(matches!(&result, Err(SendError::NotSent(_))), "{result:?}");
    assert_eq!(graph.calls(), [""; 0]);
}

#[tokio::test]
async fn addresses_and_ids_are_checked() {
    let http = http_client().unwrap();
    for (base, version) in [
        ("", "v24.0"),
        ("ftp://a", "v24.0"),
        ("http://a?b", "v24.0"),
        ("http://a", ""),
        ("http://a", "../x"),
    ] {
        assert!(
            Meta::new(http.clone(), base, version).is_err(),
            "{base} {version}"
        );
    }
    for (id, base) in [
        ("", None),
        ("..", None),
        ("5/5", None),
        ("555", Some("nonsense".to_owned())),
    ] {
        let credentials = Credentials {
            phone_number_id: id.into(),
            base_url: base,
            ..credentials()
        };
        let result = meta("http://127.0.0.1:1")
            .send(&credentials, &text(phone(), None))
            .await;
        assert_eq!(refused(result).reason, FailureReason::NumberUnhealthy, "{id}");
    }
}
