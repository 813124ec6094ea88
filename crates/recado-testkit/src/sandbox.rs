//! The sandbox's phones, by HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Client, until};

/// A sandbox somewhere.
#[derive(Clone, Debug)]
pub struct Sandbox {
    client: Client,
}

impl Sandbox {
    pub fn at(url: &str) -> Self {
        Self {
            client: Client::new(url),
        }
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    /// A new customer; their number.
    pub async fn add_phone(&self, name: &str) -> String {
        let phone = self
            .client
            .post("/sandbox/api/phones", json!({ "name": name }))
            .await;
        text(&phone.ok(), "wa_id")
    }

    /// A customer with a number of the test's choice.
    pub async fn add_number(&self, number: &str) {
        let phone = json!({ "name": format!("Customer {number}"), "phone": number });
        self.client.post("/sandbox/api/phones", phone).await.ok();
    }

    /// The customer writes; the provider's id of the message.
    pub async fn say(&self, phone: &str, words: &str) -> String {
        let path = format!("/sandbox/api/phones/{phone}/messages");
        text(
            &self.client.post(&path, json!({ "text": words })).await.ok(),
            "id",
        )
    }

    /// The customer looks at the chat.
    pub async fn read(&self, phone: &str) {
        let path = format!("/sandbox/api/phones/{phone}/read");
        self.client.call(Method::POST, &path, None, &[]).await.ok();
    }

    pub async fn set_online(&self, phone: &str, online: bool) {
        let path = format!("/sandbox/api/phones/{phone}");
        self.client.patch(&path, json!({ "online": online })).await.ok();
    }

    /// The chat as the phone shows it, oldest first.
    pub async fn chat(&self, phone: &str) -> Vec<Value> {
        let path = format!("/sandbox/api/phones/{phone}/messages");
        list(self.client.get(&path).await.ok())
    }

    /// Every send the provider accepted, oldest first.
    pub async fn sends(&self) -> Vec<Value> {
        list(self.client.get("/sandbox/api/sends").await.ok())
    }

    /// Those of this text.
    pub async fn sends_of(&self, words: &str) -> Vec<Value> {
        let sends = self.sends().await;
        sends.into_iter().filter(|send| send["text"] == words).collect()
    }

    /// Waits until everything that happened here was taken in.
    pub async fn settled(&self) {
        until("the webhooks to be delivered", async || {
            let state = self.client.get("/sandbox/api/state").await.ok();
            (state["webhook"]["outstanding"] == 0).then_some(())
        })
        .await;
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect("a text").to_owned()
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => panic!("no list: {other}"),
    }
}
