//! A receiver of outgoing webhooks that answers as a test tells it, request by request. It verifies signatures with code
//! of its own.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Nothing a test waits for takes this long.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    requests: mpsc::UnboundedReceiver<Request>,
    serving: JoinHandle<()>,
}

/// A request that waits for its answer.
#[derive(Debug)]
pub struct Request {
    pub headers: HeaderMap,
    pub body: String,
    answer: oneshot::Sender<Response>,
}

impl Receiver {
    /// On a port of its own.
    pub async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, requests) = mpsc::unbounded_channel();
        let router = Router::new().fallback(take).with_state(sender);
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            address,
            requests,
            serving,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next request.
    pub async fn request(&mut self) -> Request {
        let request = tokio::time::timeout(PATIENCE, self.requests.recv()).await;
        request.expect("a request in time").expect("it listens")
    }

    /// The next request, if it comes within `patience`.
    pub async fn request_or(&mut self, patience: Duration) -> Option<Request> {
        let request = tokio::time::timeout(patience, self.requests.recv()).await;
        request.ok().map(|request| request.expect("it listens"))
    }

    /// Whether nobody asked since the last request that was looked at.
    pub fn is_quiet(&mut self) -> bool {
        self.requests.try_recv().is_err()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Request {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("the header {name}"));
        value.to_str().expect("text")
    }

    /// The text of the message it tells of.
    pub fn text(&self) -> String {
        self.json()["data"]["text"].as_str().expect("a text").to_owned()
    }

    /// Whether both signatures are made with this secret.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let (id, time) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        let key = secret.strip_prefix("whsec_").expect("the prefix");
        let key = STANDARD.decode(key).expect("base64");
        let standard = mac(&key, &format!("{id}.{time}.{}", self.body));
        let standard = format!("v1,{}", STANDARD.encode(standard));
        let compatible = mac(secret.as_bytes(), &format!("{time}.{}", self.body));
        let compatible = format!("v1={}", hex::encode(compatible));
        let mut both = self.header("x-wacrm-signature").split(',');
        assert_eq!(both.next(), Some(format!("t={time}").as_str()));
        self.header("webhook-signature")
            .split(' ')
            .any(|one| one == standard)
            && both.any(|one| one == compatible)
    }

    pub fn answer(self, status: u16) {
        let status = StatusCode::from_u16(status).expect("a status");
        self.respond((status, format!("said {status}")));
    }

    pub fn redirect(self, to: &str) {
        self.respond((StatusCode::FOUND, [(header::LOCATION, to.to_owned())]));
    }

    fn respond(self, answer: impl IntoResponse) {
        // Whoever asked may have gone by now.
        drop(self.answer.send(answer.into_response()));
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

async fn take(
    State(requests): State<mpsc::UnboundedSender<Request>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (answer, answered) = oneshot::channel();
    let body = String::from_utf8(body.to_vec()).expect("UTF-8");
    drop(requests.send(Request {
        headers,
        body,
        answer,
    }));
    answered
        .await
        .unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}
