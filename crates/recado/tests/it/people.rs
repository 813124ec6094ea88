//! The people of the demo account, and others who sign up or are invited.

use recado_testkit::{Answer, Client, Recado};
use reqwest::Method;
use serde_json::{Value, json};

pub const TOM: &str = "tom@miga.example";
pub const KARIM: &str = "karim@miga.example";
/// One red pixel.
pub const PNG: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\
    \x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x0c\x49\x44\x41\x54\x78\x9c\x63\xf8\xcf\xc0\x00\x00\x03\
    \x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";
pub const PASSWORD: &str = "a long password";

/// One signed-in member of each role.
pub struct Team {
    pub owner: Client,
    pub admin: Client,
    pub agent: Client,
    pub viewer: Client,
}

impl Team {
    /// Signs in the demo account's people, and invites an admin, whom it lacks.
    pub async fn of(recado: &Recado, client: &Client) -> Self {
        let demo = &recado.ready.password;
        let owner = client.signed_in(&recado.ready.email, demo).await;
        let admin = invite(&owner, "admin", "admin@miga.example").await;
        Self {
            admin,
            agent: client.signed_in(TOM, demo).await,
            viewer: client.signed_in(KARIM, demo).await,
            owner,
        }
    }
}

/// A client of the demo account's owner, its answers checked.
pub async fn owner(recado: &Recado) -> Client {
    let client = recado.stranger().checked().await;
    client
        .signed_in(&recado.ready.email, &recado.ready.password)
        .await
}

/// Somebody new in the account of `by`.
pub async fn invite(by: &Client, role: &str, email: &str) -> Client {
    let made = by.post("/api/v1/invites", json!({ "role": role })).await.data();
    let answer = accept(by, token(&made), email).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    by.with_cookie_of(&answer)
}

pub async fn accept(client: &Client, token: &str, email: &str) -> Answer {
    let form = json!({ "name": "Somebody", "email": email, "password": PASSWORD });
    client
        .stranger()
        .post(&format!("/api/v1/invites/token/{token}/accept"), form)
        .await
}

/// The secret part of an invite's link.
pub fn token(made: &Value) -> &str {
    made["url"].as_str().unwrap().rsplit('/').next().unwrap()
}

/// Another account, with its owner signed in.
pub async fn sign_up(client: &Client, email: &str) -> Client {
    sign_up_as(client, "Elsewhere", "Eve", email).await
}

pub async fn sign_up_as(client: &Client, account: &str, name: &str, email: &str) -> Client {
    let form = json!({ "account_name": account, "name": name, "email": email, "password": PASSWORD });
    let answer = client.stranger().post("/api/v1/signup", form).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    client.with_cookie_of(&answer)
}

/// A key of the account of `by`, and a client with it.
pub async fn key(by: &Client, scopes: &[&str]) -> (Value, Client) {
    let form = json!({ "name": "Test", "scopes": scopes });
    let made = by.post("/api/v1/api-keys", form).await.data();
    let client = by.with_key(made["key"].as_str().unwrap());
    (made, client)
}

/// A form with one file in it.
pub async fn form(by: &Client, method: Method, path: &str, filename: &str, file: &[u8]) -> Answer {
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--x--\r\n"].concat();
    let headers = [
        ("content-type", "multipart/form-data; boundary=x"),
        ("origin", by.url()),
        ("cookie", by.cookie().unwrap_or_default()),
    ];
    by.raw(method, path, body, &headers).await.expect("an answer")
}

/// The conversation with a customer who has written.
pub async fn conversation(client: &Client, phone: &str) -> Value {
    let phone = format!("+{phone}");
    let all = client.all("/api/v1/conversations?sort=activity").await;
    let found = all
        .into_iter()
        .find(|one| one["contact"]["phone"] == phone.as_str());
    found.unwrap_or_else(|| panic!("{phone} has no conversation"))
}

/// One whose customer wrote within a day.
pub fn open_window(all: &[Value]) -> &Value {
    let now = recado_model::Clock::System.now().to_string();
    let open = |one: &&Value| {
        one["window_expires_at"]
            .as_str()
            .is_some_and(|at| at > now.as_str())
    };
    all.iter().find(open).expect("a conversation with an open window")
}

/// One whose customer has not written for a day.
pub fn closed_window(all: &[Value]) -> &Value {
    let now = recado_model::Clock::System.now().to_string();
    let closed = |one: &&Value| {
        one["window_expires_at"]
            .as_str()
            .is_none_or(|at| at < now.as_str())
    };
    all.iter()
        .find(closed)
        .expect("a conversation with a closed window")
}

/// All messages of a conversation, oldest first.
pub async fn thread(client: &Client, conversation: &Value) -> Vec<Value> {
    let mut messages = client.all(&format!("{}/messages", path(conversation))).await;
    messages.reverse();
    messages
}

pub fn path(conversation: &Value) -> String {
    format!("/api/v1/conversations/{}", id(conversation))
}

pub fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}
