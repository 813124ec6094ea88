//! Downloading files.

use axum::response::Response;
use recado_model::{Failure, FailureReason, Retry};
use recado_whatsapp::twilio::{Account, Hosts, Twilio};
use recado_whatsapp::{CallError, Download, http_client};

use crate::server::{LOGIN, PUBLIC_URL, Server, account, always, answer, serve};

const FILE: &str = "/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1";

async fn download(server: &Server, url: &str) -> Result<Download, CallError> {
    let account = Account {
        base_url: Some(server.base.clone()),
        ..account()
    };
    server.twilio().download(&account, url).await
}

fn refused(result: Result<Download, CallError>) -> Failure {
    match result {
        Err(CallError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn redirect(to: &str) -> Response {
    let mut response = answer(307, "");
    response.headers_mut().insert("location", to.parse().unwrap());
    response
}

async fn bytes(mut download: Download) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(chunk) = download.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

#[tokio::test]
async fn the_login_stays_behind_when_the_file_is_elsewhere() {
    let storage = serve(|_| {
        let mut response = answer(200, "OggS");
        let headers = response.headers_mut();
        headers.insert("content-type", "audio/ogg; codecs=opus".parse().unwrap());
        headers.insert(
            "content-disposition",
            "inline; filename=\"a.ogg\"".parse().unwrap(),
        );
        response
    })
    .await;
    let there = format!("{}/signed?x=1", storage.base);
    let server = serve(move |_| redirect(&there)).await;
    let file = download(&server, &format!("{}{FILE}", server.base))
        .await
        .unwrap();
    assert_eq!(
        (file.mime_type.as_deref(), file.filename.as_deref(), file.size),
        (Some("audio/ogg"), Some("a.ogg"), Some(4))
    );
    assert_eq!(bytes(file).await, b"OggS");
    assert_eq!(server.only().path(), FILE);
    let [seen] = &storage.seen()[..] else { panic!() };
    assert_eq!(seen.headers.get("authorization"), None);
    assert_eq!(seen.uri, "/signed?x=1");
}

#[tokio::test]
async fn the_login_stays_behind_on_the_same_host_too() {
    let server = serve(|seen| match seen.path() {
        FILE => redirect("/stored"),
        _ => answer(200, "x"),
    })
    .await;
    let file = download(&server, &format!("{}{FILE}", server.base))
        .await
        .unwrap();
    assert_eq!(bytes(file).await, b"x");
    let logins: Vec<_> = server
        .seen()
        .iter()
        .map(|seen| seen.headers.get("authorization").map(|login| login == LOGIN))
        .collect();
    assert_eq!(logins, [Some(true), None]);
}

#[tokio::test]
async fn a_file_without_a_redirect_is_one_too() {
    let server = always(200, "x").await;
    let file = download(&server, &format!("{}{FILE}", server.base))
        .await
        .unwrap();
    assert_eq!(bytes(file).await, b"x");
}

#[tokio::test]
async fn only_twilio_gets_the_login() {
    let server = always(200, "x").await;
    for url in [
        "",
        "/media",
        "http://127.0.0.1:1/media",
        "https://evil.example/media",
        "https://api.twilio.com.evil.example/media",
        // The account's API is elsewhere.
        "https://api.twilio.com/media",
        &server.base.replace("127.0.0.1", "localhost"),
        &server.base.replace("http:", "https:"),
    ] {
        let failure = refused(download(&server, url).await);
        assert_eq!(
            (failure.reason, failure.retry),
            (FailureReason::MediaRejected, Retry::Never),
            "{url}"
        );
    }
    assert!(server.seen().is_empty());
    let real = Twilio::new(http_client().unwrap(), &Hosts::default(), PUBLIC_URL).unwrap();
    for url in [
        "http://api.twilio.com/media",
        "https://api.twilio.com:8443/media",
        "https://eviltwilio.com/media",
        &server.base,
    ] {
        let failure = refused(real.download(&account(), url).await);
        assert_eq!(failure.reason, FailureReason::MediaRejected, "{url}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn one_redirect_is_followed_and_not_just_anywhere() {
    let there = always(200, "x").await;
    for location in [
        // A second redirect.
        "/again",
        // Not https, and not where the sandbox is.
        &there.base.replace("127.0.0.1", "127.0.0.2"),
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
    ] {
        let location = location.to_owned();
        let server = serve(move |_| redirect(&location)).await;
        let failure = refused(download(&server, &format!("{}{FILE}", server.base)).await);
        assert_eq!(failure.reason, FailureReason::MediaRejected);
        assert!(server.seen().len() <= 2);
    }
    let nowhere = always(302, "").await;
    refused(download(&nowhere, &format!("{}{FILE}", nowhere.base)).await);
    assert!(there.seen().is_empty());
}

#[tokio::test]
async fn a_file_may_come_a_moment_later_or_never_again() {
    for (status, reason, retry) in [
        (404, FailureReason::MediaRejected, Retry::Few),
        (401, FailureReason::NumberUnhealthy, Retry::PauseNumber),
        (503, FailureReason::Unknown, Retry::Few),
    ] {
        let server = always(status, "").await;
        let failure = refused(download(&server, &format!("{}{FILE}", server.base)).await);
        assert_eq!((failure.reason, failure.retry), (reason, retry), "{status}");
    }
    let server = always(410, "").await;
    let result = download(&server, &format!("{}{FILE}", server.base)).await;
    assert!(matches!(result, Err(CallError::Gone)), "{result:?}");
}
