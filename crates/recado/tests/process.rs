//! The real binary: starts, answers, stops on a signal, refuses in words.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A server of our own on a free port; killed when a test fails.
struct Recado {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    address: String,
}

fn recado(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recado"));
    command
        .args(arguments)
        .current_dir(data)
        .env_clear()
        .stdin(Stdio::null());
    command
}

impl Recado {
    fn start(data: &Path) -> Self {
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            "data",
            "--log-format",
            "json",
        ];
        let mut child = recado(&arguments, data)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let url = ready(&mut log);
        Self {
            child,
            log,
            address: url.strip_prefix("http://").unwrap().to_owned(),
        }
    }

    /// `recado dev`, and what it printed on standard output.
    fn dev(data: &Path) -> (Self, Value) {
        let arguments = ["dev", "--json", "--listen", "127.0.0.1:0", "--data", "data"];
        let mut child = recado(&arguments, data)
            .stderr(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("not JSON: {line:?}"));
        let address = host(&ready["url"]);
        (Self { child, log, address }, ready)
    }

    fn get(&self, path: &str) -> String {
        ask(&self.address, &format!("GET {path} HTTP/1.1"), "")
    }

    /// The exit code, and what was logged until then.
    fn stop(mut self, signal: Signal) -> (Option<i32>, String) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let mut log = String::new();
        self.log.read_to_string(&mut log).unwrap();
        (self.child.wait().unwrap().code(), log)
    }
}

impl Drop for Recado {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads the log up to the line that says where Recado is.
fn ready(log: &mut impl BufRead) -> String {
    let mut read = String::new();
    while log.read_line(&mut read).unwrap() > 0 {
        let line: Value = read
            .lines()
            .last()
            .and_then(|line| serde_json::from_str(line).ok())
            .unwrap_or_default();
        if line["message"] == "ready" {
            return line["url"].as_str().unwrap().to_owned();
        }
    }
    panic!("it never got ready:\n{read}");
}

fn host(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://").unwrap().to_owned()
}

/// The answer to one request, head and body.
fn ask(host: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head}\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn it_serves_and_stops_cleanly_on_either_signal() {
    let folder = tempfile::tempdir().unwrap();
    for signal in [Signal::TERM, Signal::INT] {
        let recado = Recado::start(folder.path());
        let metrics = recado.get("/metrics");
        assert!(
            metrics.starts_with("HTTP/1.1 200") && metrics.contains("recado_build_info"),
            "{metrics}"
        );
        let (code, log) = recado.stop(signal);
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("\"stopped\""), "{log}");
    }
}

#[test]
fn a_second_process_on_the_same_data_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Recado::start(folder.path());
    let second = recado(
        &["serve", "--listen", "127.0.0.1:0", "--data", "data"],
        folder.path(),
    )
    .output()
    .unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(
        words(&second).contains("another Recado is using the data folder data"),
        "{}",
        words(&second)
    );
    let third = recado(
        &["serve", "--listen", &first.address, "--data", "other"],
        folder.path(),
    )
    .output()
    .unwrap();
    assert_eq!(third.status.code(), Some(1));
    assert!(
        words(&third).contains(&format!("cannot listen on {}: address in use", first.address)),
        "{}",
        words(&third)
    );
}

#[test]
fn a_bad_setting_stops_it_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let output = recado(&["serve", "--data", "data"], folder.path())
        .env("RECADO_LISTEN", "here")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        words(&output).starts_with("recado: environment variable RECADO_LISTEN: `listen`"),
        "{}",
        words(&output)
    );
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_configuration_in_force_reads_the_file_in_the_working_directory() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("recado.toml"), "[jobs]\nconcurrency = 5\n").unwrap();
    let output = recado(&["config"], folder.path()).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("concurrency = 5 # recado.toml"), "{page}");
}

#[test]
fn dev_listens_on_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    let output = recado(&["dev", "--listen", "0.0.0.0:0", "--data", "data"], folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(words(&output).contains("this machine only"), "{}", words(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn dev_started_again_is_the_same_account_with_a_working_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut accounts = Vec::new();
    for _ in 0..2 {
        let (recado, ready) = Recado::dev(folder.path());
        let key = ready["api_key"].as_str().unwrap();
        let me = ask(
            &recado.address,
            &format!("GET /api/v1/me HTTP/1.1\r\nauthorization: Bearer {key}"),
            "",
        );
        assert!(me.starts_with("HTTP/1.1 200"), "{me}");
        let login = serde_json::json!({ "email": ready["email"], "password": ready["password"] });
        let session = ask(
            &recado.address,
            "POST /api/v1/session HTTP/1.1",
            &login.to_string(),
        );
        assert!(session.starts_with("HTTP/1.1 200"), "{session}");
        let page = ask(
            &host(&ready["sandbox_url"]),
            "GET /sandbox/api/state HTTP/1.1",
            "",
        );
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        let (code, log) = recado.stop(Signal::TERM);
        assert_eq!(code, Some(0), "{log}");
        accounts.push((ready["account_id"].clone(), ready["meta"].clone()));
    }
    assert_eq!(accounts[0], accounts[1]);
}

#[test]
fn a_webhook_that_was_kept_can_be_replayed_beside_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let (recado, ready) = Recado::dev(folder.path());
    let kept = ask(
        &host(&ready["sandbox_url"]),
        "POST /sandbox/api/webhooks/raw HTTP/1.1",
        r#"{"body":{"object":"whatsapp_business_account","entry":"what?"}}"#,
    );
    assert!(kept.contains(r#"{"status":200}"#), "{kept}");
    let replayed = self::recado(&["replay", "--all", "--data", "data"], folder.path())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&replayed.stdout),
        "0 accepted, 1 rejected\n",
        "{}",
        words(&replayed)
    );
    assert_eq!(recado.stop(Signal::TERM).0, Some(0));
}

#[test]
fn the_api_document_in_the_repository_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let output = recado(&["openapi"], folder.path()).output().unwrap();
    let kept =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/openapi.json")).unwrap_or_default();
    assert!(
        output.stdout == kept,
        "web/openapi.json is not current: run `make generate`"
    );
}
