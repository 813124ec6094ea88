//! Replies under way when the program is killed, again and again, while the provider lives on.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use futures_util::future::join_all;
use recado_sandbox::{Business, Config, Sandbox};
use recado_testkit::{Client, Engine, Installation, Meta, Provider, Recado, until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

/// Customers, and replies to each between two kills.
const PHONES: [&str; 3] = ["15554000001", "15554000002", "15554000003"];
const REPLIES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn no_reply_is_sent_twice_or_forgotten_on_sqlite() {
    story(Engine::Sqlite, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reply_is_sent_twice_or_forgotten_on_postgres() {
    story(Engine::Postgres, 8).await;
}

async fn story(engine: Engine, kills: usize) {
    let installation = Installation::new(RECADO, engine).await;
    let address = Provider::free_address();
    let recado = installation
        .start_with(&["--sandbox-listen", &address.to_string()])
        .await;
    let ready = recado.ready.clone();
    recado.terminate().await;
    let business = business(&installation.data(), &ready.meta);
    let mut config = Config::new(
        installation.folder().join("provider.db"),
        business,
        recado_whatsapp::http_client().unwrap(),
    );
    config.listen = address;
    let sandbox = Sandbox::start(config).await.unwrap();

    let mut recado = installation.serve(&ready).await;
    connect(&sandbox, &recado).await;
    let mut paths = Vec::new();
    for phone in PHONES {
        sandbox.add_phone(phone, Some(phone)).await.unwrap();
        sandbox.say(phone, "Hello?").await.unwrap();
        sandbox
            .wait_delivered(std::time::Duration::from_mins(1))
            .await
            .unwrap();
        paths.push(people::path(&people::conversation(&recado.client(), phone).await));
    }

    // What was asked for, by its text: the conversation and the key.
    let mut asked: BTreeMap<String, (String, String)> = BTreeMap::new();
    for kill in 0..kills {
        let sent = sandbox.sends().await.unwrap().len();
        let mut replies = Vec::new();
        for (phone, path) in paths.iter().enumerate() {
            for nth in 0..REPLIES {
                let text = format!("Reply {kill}.{phone}.{nth}");
                let key = format!("0192e4a0-0000-7000-{kill:04x}-{phone:06x}{nth:06x}");
                asked.insert(text.clone(), (path.clone(), key.clone()));
                replies.push((path.clone(), text, key));
            }
        }
        let client = recado.client();
        let sending = tokio::spawn(async move {
            join_all(
                replies
                    .iter()
                    .map(|(path, text, key)| send(&client, path, text, key)),
            )
            .await
        });
        // Killed when the provider has taken none, one, two … of them.
        let target = sent + kill % (PHONES.len() * REPLIES);
        let goal = async |sandbox: &Sandbox| Ok((sandbox.sends().await?.len() >= target).then_some(()));
        sandbox
            .wait_for("some of the replies", std::time::Duration::from_mins(1), goal)
            .await
            .unwrap();
        recado.kill().await;
        sending.await.unwrap();
        installation.end_leases().await;
        recado = installation.serve(&ready).await;
        connect(&sandbox, &recado).await;
    }

    // Whoever got no answer asks again, with the same key.
    let client = recado.client().checked().await;
    let mut ids = HashMap::new();
    for (text, (path, key)) in &asked {
        let answer = send(&client, path, text, key).await.expect("the program runs");
        ids.insert(people::id(&answer).to_owned(), text.clone());
    }
    assert_eq!(ids.len(), asked.len());
    let open = "SELECT count(*) FROM jobs WHERE state <> 'dead'";
    let rows = installation.rows();
    until("the queue to be empty", async || {
        (rows.number(open).await == 0).then_some(())
    })
    .await;
    sandbox
        .wait_delivered(std::time::Duration::from_mins(1))
        .await
        .unwrap();

    let mut taken: HashMap<String, usize> = HashMap::new();
    for send in sandbox.sends().await.unwrap() {
        *taken.entry(send.text).or_default() += 1;
    }
    let mut unknown = 0;
    for path in &paths {
        for message in client.all(&format!("{path}/messages")).await {
            let Some(text) = ids.get(people::id(&message)) else {
                assert_eq!(message["content_text"], "Hello?", "nothing was kept twice");
                continue;
            };
            assert_eq!(message["content_text"], text.as_str());
            match taken.get(text) {
                Some(1) => assert_eq!(message["status"], "delivered", "{engine:?}: {message:#}"),
                Some(times) => panic!("{engine:?}: {text} was sent {times} times"),
                None => {
                    unknown += 1;
                    assert_eq!(message["status"], "unknown", "{engine:?}: {message:#}");
                    assert_eq!(message["error"]["reason"], "unknown");
                }
            }
        }
    }
    eprintln!(
        "{engine:?}: {} replies, {unknown} of them never left and are shown as unknown",
        asked.len()
    );
    assert_eq!(rows.number("SELECT count(*) FROM jobs").await, 0, "no job died");
    sandbox.stop().await;
}

/// The message, if the program lived long enough to answer.
async fn send(client: &Client, path: &str, text: &str, key: &str) -> Option<Value> {
    let bearer = format!("Bearer {}", client.key().unwrap());
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let body = json!({ "text": text }).to_string().into_bytes();
    let answer = client
        .raw(Method::POST, &format!("{path}/messages"), body, &headers)
        .await?;
    assert_eq!(answer.status, 202, "{}", answer.text);
    Some(answer.data())
}

async fn connect(sandbox: &Sandbox, recado: &Recado) {
    let url = format!("{}{}", recado.ready.url, recado.ready.meta.webhook_path);
    sandbox.connect(&url).await.unwrap();
}

/// The number that `recado dev` made, in the test's own hands.
fn business(data: &Path, meta: &Meta) -> Business {
    let kept: Value =
        serde_json::from_str(&std::fs::read_to_string(data.join("demo.json")).unwrap()).unwrap();
    Business {
        name: "Miga".to_owned(),
        display_phone: "+34 600 000 100".to_owned(),
        phone_number_id: meta.phone_number_id.clone(),
        waba_id: meta.waba_id.clone(),
        access_token: kept["access_token"].as_str().unwrap().to_owned(),
        app_secret: meta.app_secret.clone(),
        verify_token: meta.verify_token.clone(),
    }
}
