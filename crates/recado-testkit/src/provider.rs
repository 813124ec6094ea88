//! A provider that does what a test tells it, call by call. For crashes and lost answers, which the sandbox has not.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Nothing a test waits for takes this long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Listens where a number's messages are sent. It answers nothing by itself.
#[derive(Debug)]
pub struct Provider {
    calls: mpsc::UnboundedReceiver<Call>,
    serving: JoinHandle<()>,
}

/// A message that somebody wants to send, waiting for its answer.
#[derive(Debug)]
pub struct Call {
    pub body: Value,
    answer: oneshot::Sender<Response>,
}

impl Provider {
    /// A free address below those that the system hands out by itself, so that it is still free after a restart.
    pub fn free_address() -> SocketAddr {
        use std::hash::{BuildHasher, RandomState};
        loop {
            let random = RandomState::new().hash_one(0) % 12_000;
            let port = 20_000 + u16::try_from(random).expect("small");
            let address = SocketAddr::from(([127, 0, 0, 1], port));
            if std::net::TcpListener::bind(address).is_ok() {
                return address;
            }
        }
    }

    pub async fn listen(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("the address is free");
        let (sender, calls) = mpsc::unbounded_channel();
        let router = Router::new()
            .route("/{version}/{number}/messages", post(take))
            .with_state(sender);
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { calls, serving }
    }

    /// The next call.
    pub async fn call(&mut self) -> Call {
        let call = tokio::time::timeout(PATIENCE, self.calls.recv()).await;
        call.expect("a call in time").expect("it listens")
    }

    /// Whether nobody called since the last call that was looked at.
    pub fn is_quiet(&mut self) -> bool {
        self.calls.try_recv().is_err()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Call {
    /// What comes back in each status of this message.
    pub fn callback(&self) -> String {
        self.body["biz_opaque_callback_data"]
            .as_str()
            .expect("our id of the attempt")
            .to_owned()
    }

    pub fn text(&self) -> &str {
        self.body["text"]["body"].as_str().expect("a text message")
    }

    /// Takes the message, under this id.
    pub fn accept(self, id: &str) {
        let body = json!({
            "messaging_product": "whatsapp",
            "contacts": [{ "input": self.body["to"], "wa_id": self.body["to"] }],
            "messages": [{ "id": id }],
        });
        self.respond((axum::http::StatusCode::OK, axum::Json(body)));
    }

    /// Says no, with one of the provider's codes.
    pub fn refuse(self, status: u16, code: i64) {
        let body = json!({ "error": {
            "message": format!("(#{code}) no"), "type": "OAuthException", "code": code, "fbtrace_id": "A1",
        } });
        let status = axum::http::StatusCode::from_u16(status).expect("a status");
        self.respond((status, axum::Json(body)));
    }

    /// The answer breaks off: whoever called cannot know what became of the message.
    pub fn lose(self) {
        let broken = futures_util::stream::once(async { Err::<&str, _>(std::io::Error::other("lost")) });
        self.respond(Body::from_stream(broken));
    }

    fn respond(self, answer: impl IntoResponse) {
        // Whoever called may be dead by now.
        drop(self.answer.send(answer.into_response()));
    }
}

async fn take(
    State(calls): State<mpsc::UnboundedSender<Call>>,
    axum::Json(body): axum::Json<Value>,
) -> Response {
    let (answer, answered) = oneshot::channel();
    drop(calls.send(Call { body, answer }));
    // A test that ended answers nobody any more.
    answered
        .await
        .unwrap_or_else(|_| axum::http::StatusCode::SERVICE_UNAVAILABLE.into_response())
}
