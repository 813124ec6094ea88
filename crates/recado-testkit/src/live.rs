//! A live socket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::Client;

/// Nothing a test waits for takes this long.
const PATIENCE: Duration = Duration::from_mins(1);

/// One connection to `/api/v1/live`. Dropping it cuts it.
#[derive(Debug)]
pub struct Live {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Live {
    /// Connects as this client; the error is the server's answer.
    pub async fn connect(client: &Client, since: Option<i64>) -> Result<Self, Error> {
        let since = since.map(|seq| format!("?since={seq}")).unwrap_or_default();
        let url = format!("{}/api/v1/live{since}", client.url().replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        if let Some(key) = client.key() {
            headers.insert(
                "authorization",
                format!("Bearer {key}").parse().expect("a header"),
            );
        }
        if let Some(cookie) = client.cookie() {
            headers.insert("cookie", cookie.parse().expect("a header"));
            headers.insert("origin", client.url().parse().expect("a header"));
        }
        let (socket, _) = connect_async(request).await?;
        Ok(Self { socket })
    }

    /// The next frame; none when the server closed the connection. Who is here is told by [`presence`](Self::presence).
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let frame = self.any().await?;
            if frame["type"] != "presence" {
                return Some(frame);
            }
        }
    }

    /// The next member whose presence changed so, passing over what else comes.
    pub async fn presence(&mut self, so: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.any().await.expect("presence before the end");
            let members = frame["members"].as_array().cloned().unwrap_or_default();
            if let Some(member) = members.into_iter().find(&so) {
                return member;
            }
        }
    }

    /// Says something, as an app does.
    pub async fn say(&mut self, frame: &Value) {
        self.socket
            .send(Message::text(frame.to_string()))
            .await
            .expect("an open socket");
    }

    async fn any(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match message.expect("a frame in time")? {
                Ok(Message::Text(text)) => {
                    return Some(serde_json::from_str(&text).expect("frames are JSON"));
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Passes over what still comes; the code the server closes with, none if it just goes.
    pub async fn close_code(&mut self) -> Option<u16> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match message.expect("a close in time") {
                Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    /// The next event of this kind, passing over what else comes.
    pub async fn event(&mut self, kind: &str) -> Value {
        loop {
            let frame = self
                .next()
                .await
                .unwrap_or_else(|| panic!("closed while waiting for {kind}"));
            if frame["event"] == kind {
                return frame;
            }
        }
    }
}
