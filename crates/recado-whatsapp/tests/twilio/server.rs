//! A server on loopback that answers as told and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse, Response};
use recado_whatsapp::http_client;
use recado_whatsapp::twilio::{Account, Hosts, Twilio, read_form};
use tokio::net::TcpListener;

pub(crate) const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub(crate) const TOKEN: &str = "twilio-test-token";
/// What `ACCOUNT` and `TOKEN` are as a login.
pub(crate) const LOGIN: &str =
    "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTp0d2lsaW8tdGVzdC10b2tlbg==";
pub(crate) const PUBLIC_URL: &str = "https://inbox.example.com";

#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Seen {
    /// The path below the account's.
    pub(crate) fn path(&self) -> &str {
        self.uri.path()
    }

    pub(crate) fn form(&self) -> BTreeMap<String, String> {
        assert_eq!(self.headers["content-type"], "application/x-www-form-urlencoded");
        read_form(&self.body).into_iter().collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn query(&self) -> BTreeMap<String, String> {
        read_form(self.uri.query().unwrap_or_default().as_bytes())
            .into_iter()
            .collect()
    }
}

type Answers = Arc<dyn Fn(&Seen) -> Response + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Server {
    pub base: String,
    requests: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Everything it was asked; all of it with the account's login.
    pub(crate) fn requests(&self) -> Vec<Seen> {
        let requests = self.requests.lock().unwrap().clone();
        for request in &requests {
            assert_eq!(request.headers["authorization"], LOGIN, "{request:?}");
        }
        requests
    }

    /// The same, whatever the login.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn only(&self) -> Seen {
        match &self.requests()[..] {
            [one] => one.clone(),
            others => panic!("{others:?}"),
        }
    }

    /// With each of the hosts at a path of its own.
    pub(crate) fn twilio(&self) -> Twilio {
        let host = |name: &str| format!("{}/{name}", self.base);
        let hosts = Hosts {
            api: host("api"),
            content: host("content"),
            messaging: host("messaging"),
        };
        Twilio::new(http_client().unwrap(), &hosts, PUBLIC_URL).unwrap()
    }
}

/// Starts a server; it ends with the test's runtime.
pub(crate) async fn serve(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server {
        base: format!("http://{}", listener.local_addr().unwrap()),
        requests: Arc::default(),
    };
    let answer: Answers = Arc::new(answer);
    let router = Router::new()
        .fallback(
            |State((server, answer)): State<(Server, Answers)>,
             method: Method,
             uri: Uri,
             headers: HeaderMap,
             body: Bytes| async move {
                let seen = Seen {
                    method,
                    uri,
                    headers,
                    body,
                };
                let response = answer(&seen);
                server.requests.lock().unwrap().push(seen);
                response
            },
        )
        .with_state((server.clone(), answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    server
}

pub(crate) fn answer(status: u16, body: impl Into<String>) -> Response {
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    (status, body.into()).into_response()
}

/// Answers everything alike.
pub(crate) async fn always(status: u16, body: &'static str) -> Server {
    serve(move |_| answer(status, body)).await
}

pub(crate) fn account() -> Account {
    Account {
        account_sid: ACCOUNT.into(),
        auth_token: TOKEN.into(),
        base_url: None,
    }
}
