//! Every kind of message, through both providers, in both directions: what the customer did is in the store and in the
//! thread, what a member sent is on the phone.

mod changes;
mod files;
mod inbound;
mod outbound;

use recado_testkit::{Client, Recado, Sandbox, until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::people;

/// The business number a chat is with, as the sandbox calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Meta,
    Twilio,
}

pub const LINES: [Line; 2] = [Line::Meta, Line::Twilio];

impl Line {
    fn word(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Twilio => "twilio",
        }
    }
}

/// A customer with a chat on each of the shop's numbers.
pub struct Desk<'a> {
    pub recado: &'a Recado,
    pub owner: Client,
    pub sandbox: Sandbox,
    pub phone: String,
    pub line: Line,
    /// Of the conversation on that line.
    pub path: String,
}

impl<'a> Desk<'a> {
    /// The customer says hello on this line.
    pub async fn open(recado: &'a Recado, line: Line) -> Self {
        let sandbox = recado.sandbox();
        let phone = sandbox.add_phone("Ana").await;
        let owner = people::owner(recado).await;
        let mut desk = Self {
            recado,
            owner,
            sandbox,
            phone,
            line,
            path: String::new(),
        };
        desk.act(json!({ "type": "text", "text": "Hello?" })).await;
        desk.path = until("the conversation", async || desk.conversation().await).await;
        desk
    }

    async fn conversation(&self) -> Option<String> {
        let channels = self.owner.all("/api/v1/channels").await;
        let kind = if self.line == Line::Twilio {
            "twilio"
        } else {
            "sandbox"
        };
        let channel = channels.iter().find(|channel| channel["kind"] == kind).unwrap();
        let phone = format!("+{}", self.phone);
        let all = self.owner.all("/api/v1/conversations?sort=activity").await;
        all.into_iter()
            .find(|one| one["contact"]["phone"] == phone.as_str() && one["channel_id"] == channel["id"])
            .map(|one| people::path(&one))
    }

    /// The customer does something; the phone's message.
    pub async fn act(&self, mut act: Value) -> Value {
        act["line"] = self.line.word().into();
        let path = format!("/sandbox/api/phones/{}/messages", self.phone);
        let done = self.sandbox.client().post(&path, act.clone()).await;
        assert!(done.status.is_success(), "{act}: {}", done.text);
        self.sandbox.settled().await;
        done.body
    }

    /// The message in the thread that the provider calls so.
    pub async fn message(&self, provider_id: &Value) -> Value {
        until("the message", async || {
            let thread = self.thread().await;
            thread
                .into_iter()
                .find(|one| one["whatsapp_message_id"] == *provider_id)
        })
        .await
    }

    /// That message once its file is here.
    pub async fn stored(&self, provider_id: &Value) -> Value {
        until("the file", async || {
            let message = self.message(provider_id).await;
            assert_ne!(message["media"]["state"], "failed", "{message}");
            (message["media"]["state"] == "stored").then_some(message)
        })
        .await
    }

    pub async fn thread(&self) -> Vec<Value> {
        self.owner.all(&format!("{}/messages", self.path)).await
    }

    /// A member sends; the message once it is delivered.
    pub async fn send(&self, body: Value) -> Value {
        let answer = self
            .owner
            .post(&format!("{}/messages", self.path), body.clone())
            .await;
        assert_eq!(answer.status, 202, "{body}: {}", answer.text);
        let id = answer.data()["id"].clone();
        until("delivered", async || {
            let message = self
                .thread()
                .await
                .into_iter()
                .find(|one| one["id"] == id)
                .unwrap();
            assert_ne!(message["status"], "failed", "{body}: {message}");
            (message["status"] == "delivered").then_some(message)
        })
        .await
    }

    /// What the phone shows on this line.
    pub async fn chat(&self) -> Vec<Value> {
        let path = format!(
            "/sandbox/api/phones/{}/messages?line={}",
            self.phone,
            self.line.word()
        );
        let chat = self.sandbox.client().get(&path).await.ok();
        chat.as_array().unwrap().clone()
    }

    /// What the phone shows of a message.
    pub async fn on_phone(&self, message: &Value) -> Value {
        let chat = self.chat().await;
        chat.iter()
            .find(|one| one["id"] == message["whatsapp_message_id"])
            .unwrap_or_else(|| panic!("{message} is not on the phone: {chat:?}"))
            .clone()
    }

    /// Uploads a file as the browser does.
    pub async fn upload(
        &self,
        filename: &str,
        mime: &str,
        bytes: &[u8],
        fields: &[(&str, &str)],
    ) -> recado_testkit::Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend_from_slice(
                format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        body.extend_from_slice(
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\nContent-Type: {mime}\r\n\r\n"
            )
            .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let cookie = self.owner.cookie().unwrap();
        let headers = [
            ("content-type", "multipart/form-data; boundary=b"),
            ("cookie", cookie),
            ("origin", self.owner.url()),
        ];
        self.owner
            .raw(Method::POST, "/api/v1/media", body, &headers)
            .await
            .unwrap()
    }
}

/// A small file of the sandbox's.
pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/../recado-sandbox/samples/{name}",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

/// Whether all that is asked for is there; what else is there does not matter.
pub fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, value)| holds(found.get(key).unwrap_or(&Value::Null), value)),
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len()
                && found
                    .iter()
                    .zip(wanted)
                    .all(|(found, wanted)| holds(found, wanted))
        }
        (Value::Number(found), Value::Number(wanted)) => {
            (found.as_f64().unwrap() - wanted.as_f64().unwrap()).abs() < 1e-9
        }
        _ => found == wanted,
    }
}
