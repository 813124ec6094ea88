//! Files: up, looked up and down.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use recado_model::FailureReason;
use recado_whatsapp::meta::{Credentials, Meta};
use recado_whatsapp::{CallError, Download, MediaInfo};

use crate::calls::NOTHING_THERE;
use crate::server::{TOKEN, answering, credentials, graph, meta};

#[tokio::test]
async fn a_file_is_uploaded_as_a_form() {
    let (base, graph) = graph(200, r#"{"id":"9001"}"#).await;
    let bytes = Bytes::from_static(b"\x89PNG\r\n\x1a\n");
    let id = meta(&base)
        .upload(&credentials(), "image/png", "lógo \"1\".png", bytes.clone())
        .await;
    assert_eq!(id.unwrap(), "9001");
    let request = graph.only();
    assert_eq!(request.call, "POST /v24.0/555/media");
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    let kind = request.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let length: usize = request.headers["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(length, request.body.len(), "not in chunks");
    let body = String::from_utf8_lossy(&request.body);
    for part in [
        "name=\"messaging_product\"\r\n\r\nwhatsapp\r\n",
        "name=\"type\"\r\n\r\nimage/png\r\n",
        "name=\"file\"; filename=",
        "Content-Type: image/png\r\n",
    ] {
        assert!(
            body.to_lowercase().contains(&part.to_lowercase()),
            "{part} in {body}"
        );
    }
    assert!(request.body.windows(bytes.len()).any(|part| part == bytes));

    let error = meta(&base)
        .upload(&credentials(), "no type", "a", Bytes::new())
        .await
        .unwrap_err();
    assert!(matches!(&error, CallError::Refused(failure) if failure.reason == FailureReason::MediaRejected));
}

#[tokio::test]
async fn a_file_is_looked_up() {
    let answer = r#"{"messaging_product":"whatsapp","url":"https://lookaside.example/?mid=1","mime_type":"audio/ogg; codecs=opus",
        "sha256":"abcdef12345678abcdef12345678abcdef12345678abcdef12345678abcdef12","file_size":"1024","id":"9001"}"#;
    let (base, graph) = graph(200, answer).await;
    let info = meta(&base).media(&credentials(), "9001").await.unwrap();
    assert_eq!(graph.calls(), ["GET /v24.0/9001?phone_number_id=555"]);
    assert_eq!(
        (info.url.as_str(), info.mime_type.as_deref(), info.size),
        ("https://lookaside.example/?mid=1", Some("audio/ogg"), Some(1024))
    );
    assert!(info.sha256.is_some_and(|digest| digest[..2] == [0xab, 0xcd]));

    let (base, _) = self::graph(200, r#"{"url":"https://a.example","file_size":7}"#).await;
    let info = meta(&base).media(&credentials(), "1").await.unwrap();
    assert_eq!(
        info,
        MediaInfo {
            url: "https://a.example".into(),
            mime_type: None,
            size: Some(7),
            sha256: None
        }
    );
    let (base, _) = self::graph(400, NOTHING_THERE).await;
    assert_eq!(meta(&base).media(&credentials(), "1").await, Err(CallError::Gone));
    assert!(meta(&base).media(&credentials(), "../1").await.is_err());
}

async fn whole(mut download: Download) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(chunk) = download.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [("location", to.to_owned())]).into_response()
}

#[tokio::test]
async fn a_file_is_downloaded_with_the_token() {
    let (base, graph) = answering(|_| {
        let headers = [
            ("content-type", "Image/PNG; a=b"),
            ("content-disposition", "attachment; filename=\"a/b.png\""),
        ];
        (headers, vec![7_u8; 300_000]).into_response()
    })
    .await;
    let download = meta(&base)
        .download(&credentials(), &format!("{base}/file?mid=1"))
        .await
        .unwrap();
    assert_eq!(
        (
            download.mime_type.as_deref(),
            download.filename.as_deref(),
            download.size
        ),
        (Some("image/png"), Some("b.png"), Some(300_000))
    );
    assert_eq!(whole(download).await, vec![7; 300_000]);
    assert_eq!(graph.only().headers["authorization"], format!("Bearer {TOKEN}"));
}

#[tokio::test]
async fn the_token_does_not_follow_a_redirect_to_another_host() {
    let (elsewhere, other) = graph(200, "bytes").await;
    let target = format!("{elsewhere}/file");
    let (base, first) = answering(move |request| match request.call.as_str() {
        "GET /start" => redirect("/next"),
        _ => redirect(&target),
    })
    .await;
    let download = meta(&base)
        .download(&credentials(), &format!("{base}/start"))
        .await
        .unwrap();
    assert_eq!(whole(download).await, b"bytes");
    assert_eq!(first.calls(), ["GET /start", "GET /next"]);
    assert!(
        first
            .requests()
            .iter()
            .all(|request| request.headers.contains_key("authorization"))
    );
    let request = other.only();
    assert_eq!(request.headers.get("authorization"), None, "{request:?}");
}

#[tokio::test]
async fn a_download_ends_well_whatever_comes() {
    let (base, _) = answering(|_| redirect("/again")).await;
    let fetch = async |meta: &Meta, url: &str| meta.download(&credentials(), url).await.map(drop);
    assert!(matches!(
        fetch(&meta(&base), &base).await,
        Err(CallError::Refused(_))
    ));
    for (status, gone) in [(404, true), (410, true), (401, false), (500, false), (304, false)] {
        let (base, _) = graph(status, "").await;
        let error = fetch(&meta(&base), &base).await.unwrap_err();
        assert_eq!(error == CallError::Gone, gone, "{status} {error:?}");
    }
    // Plain http is for the sandbox only.
    let (sandbox, _) = graph(200, "bytes").await;
    let earnest = meta("https://graph.facebook.com");
    for url in [
        sandbox.as_str(),
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "nonsense",
    ] {
        assert!(
            matches!(fetch(&earnest, url).await, Err(CallError::Refused(_))),
            "{url}"
        );
    }
    let numbers_own = Credentials {
        base_url: Some(sandbox.clone()),
        ..credentials()
    };
    assert!(earnest.download(&numbers_own, &sandbox).await.is_ok());
}
