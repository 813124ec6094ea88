use std::net::SocketAddr;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap as Headers, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{any, get};

use super::*;
use crate::resolver::tests::Fixed;

fn settings(allow: Allow) -> Settings {
    Settings {
        allow,
        https_only: false,
        connect_timeout: Duration::from_secs(5),
        total_timeout: Duration::from_secs(10),
        max_redirects: 3,
    }
}

fn outside(allow: Allow) -> Outside {
    Outside::with_names(settings(allow), || {
        Fixed::new(&[
            ("localhost", &["127.0.0.1", "::1"]),
            ("files.test", &["127.0.0.1"]),
            ("inside.test", &["192.0.2.1", "2001:db8::1"]),
        ])
    })
    .unwrap()
}

// Places inside are played by addresses of documentation, which are refused like them: should the guard be broken,
// the tests ask nobody. `public.rs` and `target.rs` have the real ones.

/// A server on this machine, and its port.
async fn serve(routes: Router) -> u16 {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    port
}

/// A place that must never be knocked at, and its port.
fn untouchable() -> (std::net::TcpListener, u16) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn assert_untouched(listener: &std::net::TcpListener) {
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

async fn whole(mut body: Body) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(chunk) = body.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

#[tokio::test]
async fn this_machine_is_not_outside_however_it_is_written() {
    let (listener, port) = untouchable();
    for host in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "files.test",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ] {
        let address = format!("http://{host}:{port}/");
        let outside = outside(Allow::PublicOnly);
        assert_eq!(
            outside.get(&address).await.unwrap_err(),
            FetchError::NotPublic,
            "{host}"
        );
        let posted = outside.post(&address, HeaderMap::new(), Bytes::new()).await;
        assert_eq!(posted, Err(FetchError::NotPublic), "{host}");
    }
    assert_untouched(&listener);
}

#[tokio::test]
async fn the_machines_own_resolver_is_guarded() {
    let (listener, port) = untouchable();
    let outside = Outside::new(settings(Allow::PublicOnly)).unwrap();
    let refused = outside
        .get(&format!("http://localhost:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(refused, FetchError::NotPublic);
    assert_untouched(&listener);
}

#[tokio::test]
async fn a_file_comes_with_what_is_told_about_it() {
    let file = || async {
        let told = [
            ("content-type", "application/pdf"),
            (
                "content-disposition",
                "attachment; filename*=UTF-8''pre%C3%A7o.pdf",
            ),
        ];
        (told, vec![7_u8; 300_000])
    };
    let port = serve(Router::new().route("/file", get(file))).await;
    for host in ["127.0.0.1", "localhost", "files.test"] {
        let body = outside(Allow::Loopback)
            .get(&format!("http://{host}:{port}/file"))
            .await
            .unwrap();
        assert_eq!(body.status, 200);
        assert_eq!(body.content_type.as_deref(), Some("application/pdf"));
        assert_eq!(body.filename.as_deref(), Some("preço.pdf"));
        assert_eq!(body.length, Some(300_000));
        assert_eq!(whole(body).await, vec![7; 300_000]);
    }
    let missing = outside(Allow::Loopback)
        .get(&format!("http://127.0.0.1:{port}/other"))
        .await;
    assert_eq!(missing.unwrap_err(), FetchError::Status(404));
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused() {
    let outside = outside(Allow::Loopback);
    assert_eq!(
        outside.get("http://inside.test/").await.unwrap_err(),
        FetchError::NotPublic
    );
    let unknown = outside.get("http://nowhere.test/").await.unwrap_err();
    assert_eq!(unknown, FetchError::NotReached("no such name".into()));
}

#[tokio::test]
async fn a_redirect_is_a_new_address() {
    let to = |address: &'static str| get(move || async move { Redirect::temporary(address) });
    let routes = Router::new()
        .route("/metadata", to("http://192.0.2.1/latest/meta-data/"))
        .route("/private", to("http://198.51.100.1/"))
        .route("/private6", to("//[2001:db8::1]/"))
        .route("/name", to("http://inside.test/"))
        .route("/file", to("file:///etc/passwd"))
        .route("/mail", to("http://127.0.0.1:25/"))
        .route("/user", to("http://a:b@127.0.0.1/"))
        .route("/circle", to("/circle"))
        .route("/two", to("one"))
        .route("/one", to("/here?a=b"))
        .route(
            "/here",
            get(|request: Request| async move { request.uri().to_string() }),
        );
    let port = serve(routes).await;
    let outside = outside(Allow::Loopback);
    let at = |path: &str| format!("http://127.0.0.1:{port}/{path}");
    for path in ["metadata", "private", "private6", "name"] {
        assert_eq!(
            outside.get(&at(path)).await.unwrap_err(),
            FetchError::NotPublic,
            "{path}"
        );
    }
    for path in ["file", "mail", "user"] {
        let refused = outside.get(&at(path)).await.unwrap_err();
        assert!(matches!(refused, FetchError::BadAddress(_)), "{path}: {refused}");
    }
    assert_eq!(
        outside.get(&at("circle")).await.unwrap_err(),
        FetchError::TooManyRedirects
    );
    assert_eq!(whole(outside.get(&at("two")).await.unwrap()).await, b"/here?a=b");
    let posted = outside
        .post(&at("metadata"), HeaderMap::new(), Bytes::new())
        .await;
    assert_eq!(posted.unwrap().status, 405);
}

#[tokio::test]
async fn redirects_can_be_forbidden() {
    let port = serve(Router::new().route("/", get(|| async { Redirect::to("/there") }))).await;
    let mut settings = settings(Allow::Loopback);
    settings.max_redirects = 0;
    let outside = Outside::new(settings).unwrap();
    let refused = outside
        .get(&format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(refused, FetchError::TooManyRedirects);
}

#[tokio::test]
async fn a_post_is_answered() {
    let echo = |headers: Headers, body: Bytes| async move {
        assert_eq!(headers["x-signature"], "abc");
        assert_ne!(headers["host"], "other.test");
        (StatusCode::ACCEPTED, body)
    };
    let routes = Router::new().route("/echo", axum::routing::post(echo)).route(
        "/moved",
        any(|| async { Redirect::permanent("/echo").into_response() }),
    );
    let port = serve(routes).await;
    let outside = outside(Allow::Loopback);
    let mut headers = HeaderMap::new();
    headers.insert("x-signature", "abc".parse().unwrap());
    headers.insert("host", "other.test".parse().unwrap());
    let post = async |path: &str, body: Vec<u8>| {
        let address = format!("http://127.0.0.1:{port}/{path}");
        outside
            .post(&address, headers.clone(), body.into())
            .await
            .unwrap()
    };
    let answer = post("echo", b"hello".to_vec()).await;
    assert_eq!((answer.status, &answer.body[..]), (202, &b"hello"[..]));
    assert_eq!(post("echo", vec![1; 200_000]).await.body.len(), MOST);
    assert_eq!(post("moved", Vec::new()).await.status, 308);
}

const MOST: usize = 64 * 1024;

#[tokio::test]
async fn who_takes_too_long_is_left() {
    let hang = || std::future::pending::<()>();
    let port = serve(Router::new().route("/", get(hang))).await;
    let mut settings = settings(Allow::Loopback);
    settings.total_timeout = Duration::from_millis(50);
    let outside = Outside::new(settings).unwrap();
    let refused = outside
        .get(&format!("http://127.0.0.1:{port}/"))
        .await
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The address could not be reached: it took too long."
    );
}

#[tokio::test]
async fn where_nobody_listens_is_not_reached() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let refused = outside(Allow::Loopback)
        .get(&format!("http://127.0.0.1:{port}/secret"))
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, FetchError::NotReached(why) if !why.contains("secret")),
        "{refused}"
    );
}
