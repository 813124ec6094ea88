//! A customer's phone, and the conversation it has with us.

use recado_testkit::{Answer, Client, Recado, Sandbox, until};
use reqwest::Method;
use serde_json::Value;

use crate::people;

pub struct Chat<'a> {
    pub recado: &'a Recado,
    /// The one who answers.
    pub owner: Client,
    pub program: Client,
    pub sandbox: Sandbox,
    pub phone: String,
    pub path: String,
}

impl<'a> Chat<'a> {
    /// A customer who has said hello.
    pub async fn open(recado: &'a Recado) -> Self {
        let sandbox = recado.sandbox();
        let phone = sandbox.add_phone("Ana").await;
        sandbox.say(&phone, "Hello?").await;
        sandbox.settled().await;
        Self::of(recado, &phone).await
    }

    /// With a customer who has written already.
    pub async fn of(recado: &'a Recado, phone: &str) -> Self {
        let owner = people::owner(recado).await;
        let program = owner.with_key(&recado.ready.api_key);
        Self {
            recado,
            path: people::path(&people::conversation(&program, phone).await),
            owner,
            program,
            sandbox: recado.sandbox(),
            phone: phone.to_owned(),
        }
    }

    pub async fn send(&self, client: &Client, body: Value, key: Option<&str>) -> Answer {
        let path = format!("{}/messages", self.path);
        let header = key.map(|key| ("idempotency-key", key));
        let headers: Vec<_> = header.into_iter().collect();
        client.call(Method::POST, &path, Some(body), &headers).await
    }

    pub async fn conversation(&self) -> Value {
        self.program.get(&self.path).await.data()
    }

    pub async fn seq(&self) -> i64 {
        self.program.get(&self.path).await.seq()
    }

    /// The message with this text.
    pub async fn message(&self, text: &str) -> Value {
        let thread = self.program.all(&format!("{}/messages", self.path)).await;
        let found = thread.into_iter().find(|one| one["content_text"] == text);
        found.unwrap_or_else(|| panic!("nobody wrote {text:?}"))
    }

    /// The message with this text, once it got so far.
    pub async fn until(&self, text: &str, status: &str) -> Value {
        until(status, async || {
            Some(self.message(text).await).filter(|one| one["status"] == status)
        })
        .await
    }
}
