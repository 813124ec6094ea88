//! The sandbox on its own, with a business that says everything back: to work on the page without Recado.
//!
//! `cargo run -p recado-sandbox --example echo`, then open the printed address. Its store lives in a temporary folder.

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use recado_sandbox::{Business, Config, Sandbox, SeedMessage, SeedPhone, Status, Twilio, system_clock};
use serde_json::{Value, json};
use std::collections::HashMap;
use tokio::net::TcpListener;

type Error = Box<dyn std::error::Error>;

#[derive(Clone)]
struct Echo {
    http: reqwest::Client,
    send_url: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = client()?;
    let folder = tempfile::tempdir()?;
    let mut config = Config::new(folder.path().join("sandbox.db"), business(), http.clone());
    config.listen = ([127, 0, 0, 1], 8081).into();
    // Nobody listens there; it is for looking at the second chat.
    config.twilio = Some(Twilio {
        account_sid: "AC00000000000000000000000000000001".to_owned(),
        auth_token: "token".to_owned(),
        number: "+1 555-010-0188".to_owned(),
        webhook_url: None,
    });
    config.seed = seed(system_clock()());
    let sandbox = Sandbox::start(config).await?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let hook = format!("http://{}/hook", listener.local_addr()?);
    let echo = Echo {
        http,
        send_url: format!("{}/v24.0/1/messages", sandbox.url()),
    };
    let router = Router::new()
        .route("/hook", get(handshake).post(webhook))
        .with_state(echo);
    tokio::spawn(async move { axum::serve(listener, router).await });
    sandbox.connect(&hook).await?;

    println!("{}/sandbox", sandbox.url());
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}

async fn handshake(Query(query): Query<HashMap<String, String>>) -> String {
    query.get("hub.challenge").cloned().unwrap_or_default()
}

async fn webhook(State(echo): State<Echo>, Json(body): Json<Value>) {
    for change in body["entry"][0]["changes"].as_array().into_iter().flatten() {
        for message in change["value"]["messages"].as_array().into_iter().flatten() {
            let seen = json!({
                "messaging_product": "whatsapp", "status": "read", "message_id": message["id"],
                "typing_indicator": {"type": "text"},
            });
            let answer = json!({
                "messaging_product": "whatsapp", "to": message["from"], "type": "text",
                "text": {"body": format!("You said: {}", said(message))},
                "context": {"message_id": message["id"]},
            });
            for call in [seen, answer] {
                let sent = echo
                    .http
                    .post(&echo.send_url)
                    .bearer_auth("EAA")
                    .json(&call)
                    .send()
                    .await;
                if let Err(error) = sent {
                    eprintln!("{error}");
                }
            }
        }
    }
}

/// The text, or what it was instead.
fn said(message: &Value) -> &str {
    let text = message["text"]["body"]
        .as_str()
        .or_else(|| message["type"].as_str());
    text.unwrap_or_default()
}

fn business() -> Business {
    Business {
        name: "Café Aurora".to_owned(),
        display_phone: "+1 555-010-0199".to_owned(),
        phone_number_id: "1".to_owned(),
        waba_id: "2".to_owned(),
        access_token: "EAA".to_owned(),
        app_secret: "secret".to_owned(),
        verify_token: "verify".to_owned(),
    }
}

fn seed(now: i64) -> Vec<SeedPhone> {
    const MINUTE: i64 = 60_000;
    let phone = |wa_id: &str, name: &str, chat: &[(i64, bool, &str, Status)]| SeedPhone {
        wa_id: wa_id.to_owned(),
        name: name.to_owned(),
        messages: chat
            .iter()
            .enumerate()
            .map(|(n, (minutes_ago, from_business, text, status))| SeedMessage {
                id: format!("wamid.{wa_id}{n}"),
                from_business: *from_business,
                text: (*text).to_owned(),
                at: now - minutes_ago * MINUTE,
                status: *status,
            })
            .collect(),
    };
    vec![
        phone(
            "5511987654321",
            "Ana Souza",
            &[
                (1500, false, "Oi! Vocês abrem no domingo?", Status::Read),
                (1490, true, "Olá Ana! Sim, das 9h às 14h ☕", Status::Read),
                (40, false, "Posso reservar uma mesa para quatro?", Status::Read),
                (39, false, "Para as 10h, se der", Status::Read),
                (
                    12,
                    true,
                    "Reservado: domingo, 10h, quatro pessoas. Até lá!",
                    Status::Read,
                ),
            ],
        ),
        phone(
            "4915112345678",
            "Zoë Müller",
            &[
                (300, false, "My order arrived with the wrong beans.", Status::Read),
                (
                    290,
                    true,
                    "Sorry about that! A new bag is on its way.",
                    Status::Delivered,
                ),
                (
                    289,
                    true,
                    "Here is the tracking link: https://example.com/track/48151623",
                    Status::Delivered,
                ),
            ],
        ),
        phone(
            "12025550142",
            "Sam Okafor",
            &[(5, false, "Do you cater for offices?", Status::Delivered)],
        ),
        phone(
            "971501234567",
            "ليلى حداد",
            &[(2000, false, "مرحبا، هل لديكم توصيل؟", Status::Read)],
        ),
    ]
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the program that builds the client"
)]
fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().build()
}
