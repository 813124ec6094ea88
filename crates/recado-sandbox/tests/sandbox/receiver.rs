//! The business's webhook receiver: passes the handshake, keeps every POST with its bytes, answers what it is told.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::{CancellationToken, DropGuard};

pub const DEADLINE: Duration = Duration::from_secs(20);

#[derive(Debug, Clone)]
pub struct Post {
    pub body: String,
    pub signature: String,
    /// What the receiver answered.
    pub status: u16,
}

pub struct Receiver {
    inner: Arc<Inner>,
    pub url: String,
    _stop: DropGuard,
}

struct Inner {
    verify_token: String,
    /// Taken one by one; 200 when none is left.
    answers: Mutex<VecDeque<u16>>,
    posts: watch::Sender<Vec<Post>>,
    handshakes: Mutex<Vec<HashMap<String, String>>>,
}

impl Receiver {
    pub async fn start(verify_token: &str) -> Self {
        Self::start_on("127.0.0.1:0", verify_token).await
    }

    pub async fn start_on(address: &str, verify_token: &str) -> Self {
        let inner = Arc::new(Inner {
            verify_token: verify_token.to_owned(),
            answers: Mutex::default(),
            posts: watch::Sender::default(),
            handshakes: Mutex::default(),
        });
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let router = Router::new()
            .route("/hook", get(handshake).post(webhook))
            .with_state(Arc::clone(&inner));
        let serve = axum::serve(listener, router).with_graceful_shutdown(stop.clone().cancelled_owned());
        tokio::spawn(async move { serve.await.unwrap() });
        Self {
            inner,
            url,
            _stop: stop.drop_guard(),
        }
    }

    /// What to answer to the next POSTs.
    pub fn answer_with(&self, statuses: &[u16]) {
        self.inner.answers.lock().unwrap().extend(statuses);
    }

    pub fn handshakes(&self) -> Vec<HashMap<String, String>> {
        self.inner.handshakes.lock().unwrap().clone()
    }

    pub fn posts(&self) -> Vec<Post> {
        self.inner.posts.borrow().clone()
    }

    /// Waits until the POSTs so far are as wanted.
    pub async fn posts_when(&self, wanted: impl FnMut(&Vec<Post>) -> bool) -> Vec<Post> {
        let mut posts = self.inner.posts.subscribe();
        let found = tokio::time::timeout(DEADLINE, posts.wait_for(wanted)).await;
        match found {
            Ok(posts) => posts.unwrap().clone(),
            Err(late) => panic!("waited in vain ({late}); so far: {:#?}", self.posts()),
        }
    }

    /// Waits for this many acknowledged happenings, in the order they came.
    pub async fn happenings(&self, count: usize) -> Vec<Value> {
        happenings(&self.posts_when(|posts| happenings(posts).len() >= count).await)
    }
}

/// Every entry of `messages[]` and `statuses[]` in POSTs answered 200, in order.
pub fn happenings(posts: &[Post]) -> Vec<Value> {
    let mut found = Vec::new();
    for value in posts.iter().filter(|post| post.status == 200).flat_map(values) {
        for key in ["messages", "statuses"] {
            found.extend(
                value
                    .get(key)
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default(),
            );
        }
    }
    found
}

/// The `value` of every change of a POST; all of them are of the field `messages`.
pub fn values(post: &Post) -> Vec<Value> {
    let changes = changes(post).into_iter().map(|change| {
        assert_eq!(change["field"], "messages");
        change["value"].clone()
    });
    changes.collect()
}

/// Every change of a POST, of whatever field.
pub fn changes(post: &Post) -> Vec<Value> {
    let body: Value = serde_json::from_str(&post.body).unwrap();
    assert_eq!(body["object"], "whatsapp_business_account");
    let entries = body["entry"].as_array().unwrap().iter();
    entries
        .flat_map(|entry| entry["changes"].as_array().unwrap().clone())
        .collect()
}

/// HMAC-SHA256 from its definition, so that nothing is shared with what signed.
pub fn signature(secret: &str, body: &[u8]) -> String {
    assert!(secret.len() <= 64);
    let mut key = [0u8; 64];
    key[..secret.len()].copy_from_slice(secret.as_bytes());
    let inner = Sha256::new()
        .chain_update(key.map(|b| b ^ 0x36))
        .chain_update(body)
        .finalize();
    let outer = Sha256::new()
        .chain_update(key.map(|b| b ^ 0x5c))
        .chain_update(inner)
        .finalize();
    format!("sha256={}", hex::encode(outer))
}

async fn handshake(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
) -> (StatusCode, String) {
    inner.handshakes.lock().unwrap().push(query.clone());
    if query["hub.mode"] == "subscribe" && query["hub.verify_token"] == inner.verify_token {
        (StatusCode::OK, query["hub.challenge"].clone())
    } else {
        (StatusCode::FORBIDDEN, String::new())
    }
}

async fn webhook(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let status = inner.answers.lock().unwrap().pop_front().unwrap_or(200);
    let post = Post {
        body: String::from_utf8(body.to_vec()).unwrap(),
        signature: headers["x-hub-signature-256"].to_str().unwrap().to_owned(),
        status,
    };
    inner.posts.send_modify(|posts| posts.push(post));
    StatusCode::from_u16(status).unwrap()
}
