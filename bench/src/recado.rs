//! The program under test: a demo account made once with `recado dev`, then served by `recado serve`, as in production.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::http::Connection;
use crate::{Error, Result, process};

/// Time to start, migrations and demo data included.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the load needs to know of the account it is for.
#[derive(Debug, Clone)]
pub struct Account {
    pub api_key: String,
    pub webhook_path: String,
    pub app_secret: String,
    pub phone_number_id: String,
    pub waba_id: String,
}

/// The binary with a place for its data.
#[derive(Debug, Clone)]
pub struct Installation {
    binary: PathBuf,
    data: PathBuf,
    database_url: Option<String>,
}

/// A server under test. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to the first 200.
    pub started_in: Duration,
}

/// The line that `recado dev --json` prints.
#[derive(Deserialize)]
struct Ready {
    api_key: String,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    webhook_path: String,
    app_secret: String,
    phone_number_id: String,
    waba_id: String,
}

impl Installation {
    /// On SQLite in the data folder, or on the database at the address.
    pub fn new(binary: &Path, data: &Path, database_url: Option<String>) -> Self {
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            database_url,
        }
    }

    /// Makes the demo account.
    pub async fn furnish(&self) -> Result<Account> {
        let mut command = self.command("dev", free_port()?)?;
        let mut child = command.arg("--json").stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let mut line = String::new();
        let mut stdout = BufReader::new(stdout);
        tokio::time::timeout(PATIENCE, stdout.read_line(&mut line))
            .await
            .map_err(|_| self.failure("recado dev was not ready in time"))??;
        if line.is_empty() {
            let status = child.wait().await?;
            return Err(self.failure(&format!("recado dev ended: {status}")));
        }
        let ready: Ready = serde_json::from_str(&line)?;
        process::terminate(child).await?;
        let Meta {
            webhook_path,
            app_secret,
            phone_number_id,
            waba_id,
        } = ready.meta;
        Ok(Account {
            api_key: ready.api_key,
            webhook_path,
            app_secret,
            phone_number_id,
            waba_id,
        })
    }

    /// Starts the server; returns once it answers `/readyz` with 200.
    pub async fn serve(&self) -> Result<Server> {
        let address = free_port()?;
        let mut command = self.command("serve", address)?;
        // The check of what was kept asks for every conversation.
        command.args(["--rate-limits-api-per-minute", "1000000"]);
        // No provider is reached from here.
        command.args(["--meta-base-url", "http://127.0.0.1:9"]);
        let started = Instant::now();
        let mut child = command.stdout(Stdio::null()).spawn()?;
        while !is_ready(address).await {
            if let Some(status) = child.try_wait()? {
                return Err(self.failure(&format!("recado serve ended: {status}")));
            }
            if started.elapsed() > PATIENCE {
                return Err(self.failure("recado serve was not ready in time"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let started_in = started.elapsed();
        Ok(Server {
            child,
            address,
            started_in,
        })
    }

    /// Makes the search index anew, while nothing else runs.
    pub async fn reindex(&self) -> Result<()> {
        let mut command = self.command("reindex", free_port()?)?;
        let status = command.stdout(Stdio::null()).status().await?;
        if status.success() {
            Ok(())
        } else {
            Err(self.failure(&format!("recado reindex ended: {status}")))
        }
    }

    fn command(&self, name: &str, address: SocketAddr) -> Result<Command> {
        let mut command = Command::new(&self.binary);
        command.kill_on_drop(true).stdin(Stdio::null());
        // Settings of the person who runs this are not what is to be measured.
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("RECADO_") || variable == "DATABASE_URL" {
                command.env_remove(variable);
            }
        }
        command.arg(name).arg("--listen").arg(address.to_string());
        command.arg("--data").arg(&self.data);
        // With the log as it is by default; what it says is of interest only when something fails.
        std::fs::create_dir_all(&self.data)?;
        command.stderr(File::create(self.data.join("recado.log"))?);
        if let Some(url) = &self.database_url {
            command.arg("--database-url").arg(url);
        }
        Ok(command)
    }

    /// A failure with the last the program said.
    fn failure(&self, what: &str) -> Error {
        let log = std::fs::read_to_string(self.data.join("recado.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = &lines[lines.len().saturating_sub(10)..];
        format!("{what}; its log ends with\n{}", last.join("\n")).into()
    }
}

impl Server {
    /// Resident memory in MiB.
    pub fn resident(&self) -> Result<f64> {
        process::resident(&self.child)
    }

    /// Ends it softly.
    pub async fn stop(self) -> Result<()> {
        let status = process::terminate(self.child).await?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("recado serve did not stop cleanly: {status}").into())
        }
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let ask = async {
        let mut connection = Connection::open(address).await?;
        connection
            .send(b"GET /readyz HTTP/1.1\r\nhost: recado\r\n\r\n")
            .await
    };
    matches!(ask.await, Ok(200))
}

/// A port nobody has now. `recado serve` tells its own in the log only.
fn free_port() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}
