//! A server on loopback that answers as told and remembers what it was asked.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use recado_whatsapp::http_client;
use recado_whatsapp::meta::{Credentials, Meta};
use serde_json::Value;
use tokio::net::TcpListener;

pub(crate) const TOKEN: &str = "EAAtesttoken";

#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `GET /v24.0/555?fields=id`
    pub(crate) call: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

type Answer = dyn Fn(&Request) -> Response + Send + Sync;

#[derive(Clone)]
pub(crate) struct Graph {
    answer: Arc<Answer>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Graph {
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.call).collect()
    }

    #[track_caller]
    pub(crate) fn only(&self) -> Request {
        let mut requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.remove(0)
    }
}

/// Starts a server that answers every request alike; it ends with the test's runtime.
pub(crate) async fn graph(status: u16, body: &str) -> (String, Graph) {
    let (status, body) = (StatusCode::from_u16(status).unwrap(), body.to_owned());
    answering(move |_| (status, body.clone()).into_response()).await
}

pub(crate) async fn answering(
    answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
) -> (String, Graph) {
    let graph = Graph {
        answer: Arc::new(answer),
        requests: Arc::default(),
    };
    let router = Router::new()
        .fallback(
            |State(graph): State<Graph>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
                let request = Request {
                    call: format!("{method} {uri}"),
                    headers,
                    body,
                };
                graph.requests.lock().unwrap().push(request.clone());
                (graph.answer)(&request)
            },
        )
        .with_state(graph.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, graph)
}

/// A server that never answers.
pub(crate) async fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(std::future::pending::<()>);
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

pub(crate) fn meta(base: &str) -> Meta {
    Meta::new(http_client().unwrap(), base, "v24.0").unwrap()
}

pub(crate) fn credentials() -> Credentials {
    Credentials {
        phone_number_id: "555".into(),
        access_token: TOKEN.into(),
        app_secret: None,
        base_url: None,
    }
}
