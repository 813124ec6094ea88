//! `recado send`: a message, and what became of it.

use std::process::Stdio;

use recado_testkit::{Engine, Installation, Recado};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::{Ended, client, ended, run};
use crate::RECADO;
use crate::people;

async fn send(recado: &Recado, arguments: &[&str]) -> Ended {
    ended(&client(recado, "send").args(arguments).output().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_know_what_became_of_it() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let sandbox = recado.sandbox();
    let phone = sandbox.add_phone("Ana").await;
    let to = format!("+{phone}");

    // Nobody wrote yet: only templates may leave.
    let (code, out, told) = send(&recado, &["--to", &to, "--text", "Too early"]).await;
    assert_eq!((code, out.as_str()), (3, ""), "{told}");
    assert!(told.contains("(window_closed)"), "{told}");

    sandbox.say(&phone, "Hello?").await;
    sandbox.settled().await;
    let order = [
        "--to",
        &to,
        "--text",
        "Your order is on its way",
        "--idempotency-key",
        "order-1234",
    ];
    let (code, first, told) = send(&recado, &order).await;
    assert_eq!(code, 0, "{told}");
    let (status, id) = first.trim().split_once(' ').unwrap();
    assert!(["sent", "delivered", "read"].contains(&status), "{first}");
    let (code, again, told) = send(&recado, &order).await;
    assert_eq!(code, 0, "{told}");
    assert!(again.trim().ends_with(id), "the same message: {again}");
    assert_eq!(sandbox.sends_of("Your order is on its way").await.len(), 1);
    let other = [
        "--to",
        &to,
        "--text",
        "Something else",
        "--idempotency-key",
        "order-1234",
    ];
    let (code, _, told) = send(&recado, &other).await;
    assert!(code == 2 && told.contains("(idempotency_mismatch)"), "{told}");

    let mut piped = client(&recado, "send")
        .args(["--to", &to, "--text", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = piped.stdin.take().unwrap();
    stdin
        .write_all("Two lines\nof a report\n".as_bytes())
        .await
        .unwrap();
    drop(stdin);
    let output = piped.wait_with_output().await.unwrap();
    let (code, out, _) = ended(&output);
    let message: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &message["content_text"]),
        (0, &json!("Two lines\nof a report"))
    );

    let picture = installation.folder().join("picture.png");
    std::fs::write(&picture, people::PNG).unwrap();
    let file = [
        "--to",
        &to,
        "--media",
        picture.to_str().unwrap(),
        "--text",
        "Look",
        "--json",
    ];
    let (code, out, told) = send(&recado, &file).await;
    assert_eq!(code, 0, "{told}");
    let message: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&message["content_type"], &message["media"]["filename"]),
        (&json!("image"), &json!("picture.png"))
    );
    recado.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_filled_in() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let phone = recado.sandbox().add_phone("Ben").await;
    let to = format!("+{phone}");
    let templates = recado
        .client()
        .get("/api/v1/templates?status=approved")
        .await
        .data();
    let plain = templates.as_array().unwrap().iter().find(|one| {
        one["buttons"] == json!([])
            && one["header"].is_null()
            && one["body"].as_str().unwrap().matches("{{").count() > 0
    });
    let template = plain.expect("the sandbox has one with variables");
    let (name, language) = (
        template["name"].as_str().unwrap(),
        template["language"].as_str().unwrap(),
    );
    let text = template["body"].as_str().unwrap();
    let named: Vec<String> = text
        .split("{{")
        .skip(1)
        .map(|rest| format!("{}=Value", rest.split("}}").next().unwrap()))
        .collect();
    let mut command = client(&recado, "send");
    command.args(["--to", &to, "--template", name, "--language", language, "--json"]);
    command.args(["--channel", template["channel_id"].as_str().unwrap()]);
    let none = ended(&command.output().await.unwrap());
    assert!(none.0 == 2 && none.2.contains("has no value for"), "{none:?}");
    for param in &named {
        command.args(["--param", param]);
    }
    let (code, out, told) = ended(&command.output().await.unwrap());
    assert_eq!(code, 0, "{told}");
    let message: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(message["template_name"], template["name"]);
    assert!(message["content_text"].as_str().unwrap().contains("Value"));
    recado.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_wrong_is_in_the_exit_code() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let text = ["--to", "+15557000009", "--text", "x"];
    for (wrong, code, words) in [
        (&["--to", "nobody", "--text", "x"][..], 2, "phone"),
        (&["--to", "+15557000009"], 2, "--text"),
        (
            &["--to", "+15557000009", "--media", "/nowhere.png"],
            2,
            "cannot be read",
        ),
        (
            &["--to", "+15557000009", "--text", "x", "--url", "recado.example"],
            2,
            "no address",
        ),
        (
            &["--to", "+15557000009", "--text", "x", "--key-file", "/nowhere"],
            2,
            "cannot be read",
        ),
        (
            &["--to", "+15557000009", "--text", "x", "--key", "wacrm_live_no"],
            1,
            "(unauthorized)",
        ),
    ] {
        let (was, out, told) = send(&recado, wrong).await;
        assert_eq!((was, out.as_str()), (code, ""), "{wrong:?} {told}");
        assert!(
            told.contains(words) && !told.contains("panicked"),
            "{wrong:?}: {told}"
        );
    }
    // The key from a file, and one that may send and not look.
    let (_, key, _) = run(
        &installation,
        "keys create",
        &["--name", "x", "--scopes", "messages:send"],
    )
    .await;
    let file = installation.folder().join("key");
    std::fs::write(&file, key).unwrap();
    let phone = recado.sandbox().add_phone("Cleo").await;
    recado.sandbox().say(&phone, "Hi").await;
    recado.sandbox().settled().await;
    let to = format!("+{phone}");
    let blind = [
        "--to",
        &to,
        "--text",
        "Blind",
        "--key-file",
        file.to_str().unwrap(),
    ];
    let (code, out, told) = send(&recado, &blind).await;
    assert!(
        code == 4 && out.starts_with("queued ") && told.contains("messages:read"),
        "{out}{told}"
    );
    let (code, out, told) = send(&recado, &["--to", &to, "--text", "Quick", "--wait", "0s"]).await;
    assert!(code == 0 && out.starts_with("queued "), "{out}{told}");
    recado.terminate().await;

    let (code, _, told) = ended(&client_of("http://127.0.0.1:9").args(text).output().await.unwrap());
    assert!(code == 1 && told.contains("cannot be reached"), "{told}");
}

fn client_of(url: &str) -> tokio::process::Command {
    let mut client = tokio::process::Command::new(RECADO);
    client.args(["send", "--wait", "1s"]);
    client
        .env("RECADO_URL", url)
        .env("RECADO_API_KEY", "wacrm_live_x");
    client
}
