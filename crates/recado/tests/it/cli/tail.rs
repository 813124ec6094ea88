//! `recado tail`: every event once, in order, however often the line breaks.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use recado_testkit::{ENGINES, Engine, Installation, Recado};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout};
use tokio::sync::watch;

use super::{client, ended};
use crate::RECADO;

const PATIENCE: Duration = Duration::from_mins(1);

/// A running `recado tail --json`, its lines read.
struct Tail {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Tail {
    fn start(recado: &Recado, arguments: &[&str]) -> Self {
        let mut child = client(recado, "tail")
            .arg("--json")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.expect("a line in time").unwrap().expect("it goes on");
        serde_json::from_str(&line).unwrap()
    }
}

/// A way to a server that a test can break.
struct Way {
    url: String,
    breaks: Arc<watch::Sender<u32>>,
}

impl Way {
    async fn to(recado: &Recado) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = recado.ready.url.strip_prefix("http://").unwrap().to_owned();
        let breaks = Arc::new(watch::Sender::new(0));
        let (own, breaking) = (Arc::clone(&breaks), server);
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                let (mut broken, server) = (own.subscribe(), breaking.clone());
                tokio::spawn(async move {
                    let mut to = TcpStream::connect(server).await.unwrap();
                    tokio::select! {
                        _ = broken.changed() => {}
                        _ = copy_bidirectional(&mut from, &mut to) => {}
                    }
                });
            }
        });
        Self { url, breaks }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_and_nothing_told_twice() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let way = Way::to(&recado).await;
        let api = recado.client();
        let since = api.get("/api/v1/conversations").await.seq();
        let mut tail = Tail::start(&recado, &["--since", &since.to_string(), "--url", &way.url]);
        for round in 0..20 {
            let form =
                serde_json::json!({ "phone": format!("+1555700{round:04}"), "tags": [format!("t{round}")] });
            api.post("/api/v1/contacts", form).await.ok();
            if round % 4 == 1 {
                way.breaks.send_modify(|times| *times += 1);
            }
        }
        let last = api.get("/api/v1/conversations").await.seq();
        let mut seqs = Vec::new();
        while seqs.last() != Some(&last) {
            let event = tail.next().await;
            assert_eq!(event["type"], "event");
            seqs.push(event["seq"].as_i64().unwrap());
        }
        assert_eq!(seqs, (since + 1..=last).collect::<Vec<_>>());
        assert_eq!(*way.breaks.borrow(), 5);

        // Asked to end, it ends as if nothing had been.
        let id = tail.child.id().unwrap().to_string();
        tokio::process::Command::new("kill")
            .args(["-INT", &id])
            .status()
            .await
            .unwrap();
        let status = tokio::time::timeout(PATIENCE, tail.child.wait())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(status.code(), Some(0));
        recado.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_when_nobody_reads_and_says_why_it_cannot_begin() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let mut tail = Tail::start(&recado, &["--since", "0", "--types", "message.*"]);
    let first = tail.next().await;
    assert!(
        first["event"].as_str().unwrap().starts_with("message."),
        "{first}"
    );
    drop(tail.lines);
    let status = tokio::time::timeout(PATIENCE, tail.child.wait())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(status.code(), Some(0), "quietly");

    let refused = client(&recado, "tail")
        .env("RECADO_API_KEY", "wacrm_live_no")
        .output()
        .await
        .unwrap();
    let (code, out, told) = ended(&refused);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(told.contains("(unauthorized)"), "{told}");
    let nobody = client(&recado, "tail")
        .env("RECADO_URL", "http://127.0.0.1:9")
        .output()
        .await
        .unwrap();
    let (code, _, told) = ended(&nobody);
    assert!(code == 1 && told.contains("cannot be reached"), "{told}");
    let none = client(&recado, "tail")
        .env_remove("RECADO_API_KEY")
        .output()
        .await
        .unwrap();
    let (code, _, told) = ended(&none);
    assert!(code == 2 && told.contains("RECADO_API_KEY"), "{told}");
    recado.terminate().await;
}
