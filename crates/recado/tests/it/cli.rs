//! The command line, as scripts use it: what it prints where, and how it ends.

mod backup;
mod doctor;
mod files;
mod keys;
mod send;
mod tail;

use std::process::{Output, Stdio};

use recado_testkit::{Installation, Recado};
use serde_json::Value;
use tokio::process::Command;

/// How a command ended: exit code, standard output, standard error.
type Ended = (i32, String, String);

fn ended(output: &Output) -> Ended {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("it was not killed");
    (code, text(&output.stdout), text(&output.stderr))
}

/// One that works on the store.
async fn run(installation: &Installation, command: &str, arguments: &[&str]) -> Ended {
    ended(
        &installation
            .command(command)
            .args(arguments)
            .output()
            .await
            .unwrap(),
    )
}

/// One that is a client of `recado`, with the demo account's key.
fn client(recado: &Recado, command: &str) -> Command {
    let mut client = Command::new(crate::RECADO);
    client.arg(command).stdin(Stdio::null()).kill_on_drop(true);
    client
        .env("RECADO_URL", &recado.ready.url)
        .env("RECADO_API_KEY", &recado.ready.api_key);
    client
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
