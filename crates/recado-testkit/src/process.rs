//! The program in a process of its own: started, killed, started again on the same data.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use recado_db::Engine;
use recado_db::testing::TestDb;
use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Client;

/// Time for a start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A place for one Recado: a data folder and a database, both gone when this is dropped.
#[derive(Debug)]
pub struct Installation {
    binary: PathBuf,
    folder: TempDir,
    database: Option<TestDb>,
    arguments: Vec<String>,
}

/// A running `recado dev`. Killed when dropped.
#[derive(Debug)]
pub struct Recado {
    child: Child,
    pub ready: Ready,
}

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
}

#[derive(Clone, Debug, Deserialize)]
pub struct Meta {
    pub webhook_path: String,
    pub app_secret: String,
    pub verify_token: String,
    pub phone_number_id: String,
    pub waba_id: String,
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
            arguments: Vec::new(),
        }
    }

    /// One more argument of the command line, for every start from now on.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
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

    /// Starts the program and waits until it says it is ready.
    pub async fn start(&self) -> Recado {
        let mut command = self.command("dev");
        command
            .args(["--listen", "127.0.0.1:0", "--json"])
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
        Recado { child, ready }
    }

    /// One of the program's other commands on this installation; its arguments are the caller's to add.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.binary);
        for (variable, _) in std::env::vars_os() {
            // The settings of whoever runs the tests are not what is tested.
            if variable.to_string_lossy().starts_with("RECADO_") || variable == "DATABASE_URL" {
                command.env_remove(variable);
            }
        }
        command
            .arg(name)
            .arg("--data")
            .arg(self.data())
            .arg("--database-url")
            .arg(self.database_url());
        command
            .args(["--log-filter", "warn"])
            .current_dir(self.folder.path());
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

    /// Asks the process to end, and waits until it has. Answers its exit code.
    pub async fn terminate(mut self) -> Option<i32> {
        let id = self.child.id().expect("the process runs").to_string();
        let asked = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .await
            .expect("kill(1)");
        assert!(asked.success());
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        ended
            .expect("the process ends when asked")
            .expect("it can be waited for")
            .code()
    }

    pub fn id(&self) -> u32 {
        self.child.id().expect("the process runs")
    }
}
