//! A sandbox in a folder of its own, with a clock the test can move, and the business's side of the Graph API.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use recado_sandbox::{Business, Config, Retry, Sandbox, SeedPhone, Twilio};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const ANA: &str = "5511987654321";
pub const NUMBER: &str = "555000111";
pub const WABA: &str = "102030";
pub const TOKEN: &str = "EAAtesttoken";
pub const SECRET: &str = "recado-test-secret";
pub const VERIFY: &str = "verify-me";
pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub const AUTH: &str = "twilio-test-token";
pub const TWILIO_NUMBER: &str = "whatsapp:+15550002222";
pub const HOUR: i64 = 60 * 60 * 1000;
/// When the test's clock starts: 1 January 2026.
pub const START: i64 = 1_767_225_600_000;

pub struct Bench {
    pub sandbox: Sandbox,
    pub http: reqwest::Client,
    clock: Arc<AtomicI64>,
    folder: TempDir,
    seed: Vec<SeedPhone>,
}

impl Bench {
    /// With one customer, Ana, who has not written yet.
    pub async fn start() -> Self {
        Self::start_with(vec![SeedPhone {
            wa_id: ANA.to_owned(),
            name: "Ana".to_owned(),
            messages: Vec::new(),
        }])
        .await
    }

    pub async fn start_with(seed: Vec<SeedPhone>) -> Self {
        let (folder, clock) = (TempDir::new().unwrap(), Arc::new(AtomicI64::new(START)));
        let http = client();
        let sandbox = Sandbox::start(config(&folder, &clock, &http, &seed))
            .await
            .unwrap();
        Self {
            sandbox,
            http,
            clock,
            folder,
            seed,
        }
    }

    /// Stops it and starts it again on the same folder.
    pub async fn restart(self) -> Self {
        let Self {
            sandbox,
            http,
            clock,
            folder,
            seed,
        } = self;
        sandbox.stop().await;
        let sandbox = Sandbox::start(config(&folder, &clock, &http, &seed))
            .await
            .unwrap();
        Self {
            sandbox,
            http,
            clock,
            folder,
            seed,
        }
    }

    pub fn advance(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    /// A call of the Graph API with the right token.
    pub fn graph(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/v24.0/{path}", self.sandbox.url()))
            .bearer_auth(TOKEN)
    }

    /// Status and body of a call of `…/messages`.
    pub async fn post_message(&self, body: &Value) -> (u16, Value) {
        let answer = self
            .graph(Method::POST, &format!("{NUMBER}/messages"))
            .json(body)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// A call of Twilio's API with the right credentials; `form` is its body. Status and answer.
    pub async fn twilio(&self, method: Method, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.sandbox.url()))
            .basic_auth(ACCOUNT, Some(AUTH));
        if !form.is_empty() {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default(),
        )
    }

    /// Sends through Twilio, with these parameters beside `From` and `To`.
    pub async fn twilio_send(&self, to: &str, more: &[(&str, &str)]) -> (u16, Value) {
        let form = [&[("From", TWILIO_NUMBER), ("To", to)], more].concat();
        let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
        self.twilio(Method::POST, &path, &form).await
    }

    /// Sends a text with callback data equal to it; the message id.
    pub async fn send(&self, to: &str, text: &str) -> String {
        let mut body = text_to(to, text);
        body["biz_opaque_callback_data"] = text.into();
        let (status, answer) = self.post_message(&body).await;
        assert_eq!(status, 200, "{answer}");
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    /// A call of `/sandbox/api`: status and body.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self
            .http
            .request(method, format!("{}/sandbox/api{path}", self.sandbox.url()));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
}

pub fn text_to(to: &str, text: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to,
        "type": "text",
        "text": {"body": text},
    })
}

pub fn business() -> Business {
    Business {
        name: "Café Zoë".to_owned(),
        display_phone: "+1 555-000-1111".to_owned(),
        phone_number_id: NUMBER.to_owned(),
        waba_id: WABA.to_owned(),
        access_token: TOKEN.to_owned(),
        app_secret: SECRET.to_owned(),
        verify_token: VERIFY.to_owned(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test is its own program, and this is the client it builds"
)]
pub fn client() -> reqwest::Client {
    // Already installed by another test of this process, then.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

fn config(folder: &TempDir, clock: &Arc<AtomicI64>, http: &reqwest::Client, seed: &[SeedPhone]) -> Config {
    let clock = Arc::clone(clock);
    let mut config = Config::new(folder.path().join("deep/sandbox.db"), business(), http.clone());
    config.clock = Arc::new(move || clock.load(Ordering::Relaxed));
    config.twilio = Some(Twilio {
        account_sid: ACCOUNT.to_owned(),
        auth_token: AUTH.to_owned(),
        number: "+1 555-000-2222".to_owned(),
        webhook_url: None,
    });
    config.retry = Retry {
        first: Duration::from_millis(5),
        longest: Duration::from_millis(20),
    };
    config.seed = seed.to_vec();
    config
}
