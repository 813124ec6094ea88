//! The program in a process of its own: started, killed, started again on the same data.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use recado_db::Engine;
use recado_db::testing::TestDb;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::{Client, Line, Rows, Sandbox};

/// Time for a start on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A place for one Recado: a data folder and a database, both gone when this is dropped.
#[derive(Debug)]
pub struct Installation {
    binary: PathBuf,
    folder: TempDir,
    database: Option<TestDb>,
    /// In place of the database's own address.
    line: Option<String>,
    arguments: Vec<String>,
}

/// A running `recado dev` or `recado serve`. Killed when dropped.
#[derive(Debug)]
pub struct Recado {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    pub ready: Ready,
}

/// How a process ended that was asked to.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    pub code: Option<i32>,
    /// What it wrote to standard output after it was ready.
    pub stdout: String,
}

/// Limits that a test reaches in seconds where a client takes a minute: out of the way unless a test sets its own.
const NO_LIMITS: [&str; 5] = [
    "RECADO_RATE_LIMITS__API_PER_MINUTE",
    "RECADO_RATE_LIMITS__INVITE_PER_MINUTE",
    "RECADO_RATE_LIMITS__LOGIN_PER_MINUTE",
    "RECADO_RATE_LIMITS__LOGIN_PER_MINUTE_AND_EMAIL",
    "RECADO_RATE_LIMITS__SIGN_UP_PER_MINUTE",
];

/// The line that `recado dev --json` prints.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    pub url: String,
    pub sandbox_url: String,
    pub email: String,
    pub password: String,
    pub api_key: String,
    pub account_id: String,
    pub meta: Meta,
    pub twilio: Twilio,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Meta {
    pub webhook_path: String,
    pub app_secret: String,
    pub verify_token: String,
    pub phone_number_id: String,
    pub waba_id: String,
}

/// The second number.
#[derive(Clone, Debug, Deserialize)]
pub struct Twilio {
    pub webhook_path: String,
    /// What signatures are computed over begins with this.
    pub public_url: String,
    pub account_sid: String,
    pub auth_token: String,
    pub number: String,
}

impl Installation {
    /// `binary` is the program to test: `env!("CARGO_BIN_EXE_recado")`.
    pub async fn new(binary: &str, engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(
                TestDb::new(engine, &[])
                    .await
                    .expect("PostgreSQL for the test; see CONTRIBUTING.md"),
            ),
        };
        Self {
            binary: binary.into(),
            folder,
            database,
            line: None,
            arguments: Vec::new(),
        }
    }

    /// One more argument of the command line, for every start from now on.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Lets the program reach its database by this line only.
    #[must_use]
    pub fn by(mut self, line: &Line) -> Self {
        self.line = Some(line.url());
        self
    }

    /// Another node on the same database: a folder of its own, and the same secret key.
    #[must_use]
    pub fn beside(&self) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder for its data");
        std::fs::copy(self.data().join("secret.key"), data.join("secret.key")).expect("the secret key");
        Self {
            binary: self.binary.clone(),
            folder,
            database: None,
            line: Some(self.line.clone().unwrap_or_else(|| self.database_url())),
            arguments: self.arguments.clone(),
        }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The database's address, as `recado` takes it.
    pub fn database_url(&self) -> String {
        match &self.database {
            Some(database) => database.url().to_owned(),
            None => format!("sqlite:{}", self.data().join("recado.db").display()),
        }
    }

    /// Starts `recado dev` and waits until it says it is ready.
    pub async fn start(&self) -> Recado {
        self.start_with(&[]).await
    }

    /// [`start`](Self::start), with arguments that only `recado dev` knows.
    pub async fn start_with(&self, arguments: &[&str]) -> Recado {
        let mut command = self.command("dev");
        command
            .args(["--listen", "127.0.0.1:0", "--json"])
            .args(arguments)
            .args(&self.arguments)
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut line = String::new();
        let mut stdout = BufReader::new(stdout);
        let read = tokio::time::timeout(PATIENCE, stdout.read_line(&mut line)).await;
        assert!(
            matches!(read, Ok(Ok(1..))),
            "the program was not ready: {:?}",
            child.try_wait()
        );
        let ready = serde_json::from_str(&line).expect("one line of JSON");
        Recado {
            child,
            stdout: Some(stdout),
            ready,
        }
    }

    /// Starts `recado serve` on what an earlier [`start`](Self::start) left, and waits until it says it is ready. The
    /// provider is not part of it: it is called where it was.
    pub async fn serve(&self, before: &Ready) -> Recado {
        let mut command = self.command("serve");
        // One subject only, so that what is not a line about being ready is rare.
        command
            .args(["--listen", "127.0.0.1:0", "--log-format", "json"])
            .env("RECADO_LOG__FILTER", "warn,recado::commands=info")
            .args(&self.arguments)
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("standard error is piped")).lines();
        let url = tokio::time::timeout(PATIENCE, async {
            while let Ok(Some(line)) = log.next_line().await {
                let line: Value = serde_json::from_str(&line).unwrap_or_default();
                if line["message"] == "ready" {
                    return line["url"].as_str().expect("where it is").to_owned();
                }
                eprintln!("{line}");
            }
            panic!("the program ended before it was ready");
        });
        let url = url.await.expect("the program is ready in time");
        tokio::spawn(async move {
            while let Ok(Some(line)) = log.next_line().await {
                eprintln!("{line}");
            }
        });
        let ready = Ready {
            url,
            ..before.clone()
        };
        Recado {
            child,
            stdout: None,
            ready,
        }
    }

    /// The database, past the program.
    pub fn rows(&self) -> Rows {
        Rows::at(&self.database_url())
    }

    /// After a kill, as if a minute had passed: on PostgreSQL another node might hold what the dead one had taken. On
    /// SQLite, which has one process, the next knows better, and nothing is done here.
    pub async fn end_leases(&self) {
        if self.database.is_some() {
            let all = "UPDATE jobs SET lease_until = 1 WHERE state = 'running'";
            self.rows().change(all).await;
        }
    }

    /// One of the program's other commands on this installation, `replay` or `keys create`; its arguments are the
    /// caller's to add.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.binary);
        for (variable, _) in std::env::vars_os() {
            // The settings of whoever runs the tests are not what is tested.
            if variable.to_string_lossy().starts_with("RECADO_") || variable == "DATABASE_URL" {
                command.env_remove(variable);
            }
        }
        command.envs(NO_LIMITS.map(|variable| (variable, "1000000")));
        command.env("RECADO_LOG__FILTER", "warn");
        command
            .args(name.split(' '))
            .arg("--data")
            .arg(self.data())
            .arg("--database-url")
            .arg(self.line.clone().unwrap_or_else(|| self.database_url()));
        command.current_dir(self.folder.path());
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Recado {
    /// A client with the demo account's API key, which has all scopes.
    pub fn client(&self) -> Client {
        Client::new(&self.ready.url).with_key(&self.ready.api_key)
    }

    /// A client with nothing to show.
    pub fn stranger(&self) -> Client {
        Client::new(&self.ready.url)
    }

    /// Ends the process as a power cut would.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("the process is ours to kill");
    }

    /// Asks the process to end, and waits until it has.
    pub async fn terminate(mut self) -> Ended {
        self.signal("TERM").await;
        let mut stdout = String::new();
        let ending = async {
            if let Some(mut rest) = self.stdout.take() {
                rest.read_to_string(&mut stdout).await.expect("text");
            }
            self.child.wait().await.expect("it can be waited for").code()
        };
        let code = tokio::time::timeout(PATIENCE, ending).await;
        Ended {
            code: code.expect("the process ends when asked"),
            stdout,
        }
    }

    /// Sends the process a signal: `TERM`, `STOP`, `CONT`.
    pub async fn signal(&self, name: &str) {
        let asked = Command::new("kill")
            .args([&format!("-{name}"), &self.id().to_string()])
            .status()
            .await
            .expect("kill(1)");
        assert!(asked.success());
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("the process runs")
    }

    /// The sandbox's phones.
    pub fn sandbox(&self) -> Sandbox {
        Sandbox::at(&self.ready.sandbox_url)
    }
}
