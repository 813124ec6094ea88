//! A PostgreSQL server of this process's own: found or installed, started in a temporary folder, gone with the process.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tokio::sync::OnceCell;

use crate::{Error, Result};

/// Where a server that is already there is named, with the right to create databases.
pub const URL_VARIABLE: &str = "RECADO_TEST_POSTGRES_URL";

const SCRIPT: &str = include_str!("private_postgres.sh");

/// A running server. It stops, and its folder goes, when this is dropped or the process ends, even by `kill -9`.
#[derive(Debug)]
pub struct PrivatePostgres {
    folder: PathBuf,
    port: u16,
    supervisor: Child,
}

impl PrivatePostgres {
    /// Starts a server reachable through a socket in its folder. `durable` flushes to the disk as a real one does;
    /// tests have no use for that, measurements do. Blocks for a second or two.
    pub fn start(durable: bool) -> Result<Self> {
        Self::start_with(durable, "''", 5432)
    }

    /// Starts one that also listens on this port of 127.0.0.1.
    pub fn start_on_port(durable: bool, port: u16) -> Result<Self> {
        Self::start_with(durable, "127.0.0.1", port)
    }

    fn start_with(durable: bool, listen: &str, port: u16) -> Result<Self> {
        let bin = binaries()?;
        let cannot = |error: std::io::Error| Error::other(format!("a PostgreSQL for the tests: {error}"));
        let folder = tempfile::Builder::new()
            .prefix("recado-pg-")
            .tempdir()
            .map_err(cannot)?
            .keep();
        let durability = if durable {
            ""
        } else {
            " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        };
        let options = format!("-c listen_addresses={listen} -p {port} -c max_connections=300{durability}");
        let mut command = Command::new("sh");
        command
            .args(["-c", SCRIPT, "private-postgres"])
            .args([&folder, &bin])
            .arg(options);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        // A group of its own: what stops the tests, such as Ctrl-C, must not stop the cleaning up.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut supervisor = command.spawn().map_err(cannot)?;
        let stdout = supervisor.stdout.take();
        let server = Self {
            folder,
            port,
            supervisor,
        };
        let mut said = String::new();
        if let Some(stdout) = stdout {
            let mut stdout = BufReader::new(stdout);
            stdout.read_line(&mut said).map_err(cannot)?;
            if said == "ready\n" {
                return Ok(server);
            }
            stdout.read_to_string(&mut said).map_err(cannot)?;
        }
        Err(Error::other(format!(
            "a PostgreSQL for the tests did not start with {}:\n{said}",
            bin.display()
        )))
    }

    /// The address of a database on this server. `postgres` is always there.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!(
            "postgres://postgres@{folder}:{}/{database}?sslmode=disable",
            self.port
        )
    }

    /// Where its data and its log are, owned by the user it runs as.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // The end of its input tells the supervisor.
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}

/// The address of a database on the server of this process, started when first asked for, or on the one named by
/// [`URL_VARIABLE`].
pub(crate) async fn server_url(database: &str) -> Result<String> {
    static SERVER: OnceCell<Result<PrivatePostgres>> = OnceCell::const_new();

    if let Ok(url) = std::env::var(URL_VARIABLE) {
        return with_database(&url, database);
    }
    let start = async || {
        let started = tokio::task::spawn_blocking(|| PrivatePostgres::start(false)).await;
        started.unwrap_or_else(|error| Err(Error::other(error.to_string())))
    };
    SERVER
        .get_or_init(start)
        .await
        .as_ref()
        .map(|server| server.url(database))
        .map_err(Clone::clone)
}

fn with_database(url: &str, database: &str) -> Result<String> {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let server = base.split_once("://").and_then(|(scheme, rest)| {
        let host = rest.split_once('/').map_or(rest, |(host, _)| host);
        (!host.is_empty()).then(|| format!("{scheme}://{host}"))
    });
    let server =
        server.ok_or_else(|| Error::other(format!("{URL_VARIABLE} is not postgres://user@host/name")))?;
    Ok(query.map_or_else(
        || format!("{server}/{database}"),
        |query| format!("{server}/{database}?{query}"),
    ))
}

/// The folder with the server's programs.
fn binaries() -> Result<PathBuf> {
    if let Some(bin) = find_binaries() {
        return Ok(bin);
    }
    install();
    find_binaries().ok_or_else(|| {
        Error::other(format!(
            "no PostgreSQL server found (initdb, pg_ctl and postgres, version 13 or newer). Install it (Debian, \
             Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install \
             postgresql), or set {URL_VARIABLE} to a server on which databases may be created and dropped"
        ))
    })
}

fn find_binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut candidates: Vec<PathBuf> = std::env::split_paths(&path).collect();
    // Debian; PostgreSQL's own packages for Fedora and its kin; Homebrew.
    for (folder, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
    ] {
        candidates.extend(versions(Path::new(folder), prefix));
    }
    candidates.push(PathBuf::from("/usr/local/pgsql/bin"));
    candidates.push(PathBuf::from(
        "/Applications/Postgres.app/Contents/Versions/latest/bin",
    ));
    candidates.into_iter().find(|bin| {
        ["initdb", "pg_ctl", "postgres"]
            .iter()
            .all(|program| bin.join(program).is_file())
    })
}

/// The `bin` folders of the versions installed side by side, the newest first.
fn versions(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let number = |name: &str| {
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or_default()
    };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.starts_with(prefix)
                .then(|| (number(&name), entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, bin)| bin).collect()
}

/// Debian's package, where there is Debian and the right to install.
fn install() {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if !root {
        return;
    }
    eprintln!("No PostgreSQL server found: installing Debian's package postgresql for the tests.");
    for arguments in [
        &["update"][..],
        &["install", "-y", "--no-install-recommends", "postgresql"],
    ] {
        let mut command = Command::new("apt-get");
        command
            .args(["-qq", "-o", "DPkg::Lock::Timeout=300"])
            .args(arguments);
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null());
        if !command.status().is_ok_and(|status| status.success()) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_on_a_given_server() {
        let with = |url| with_database(url, "new").unwrap();
        assert_eq!(
            with("postgres://u:p@h:5/old?sslmode=disable"),
            "postgres://u:p@h:5/new?sslmode=disable"
        );
        assert_eq!(with("postgres://u@h"), "postgres://u@h/new");
        assert!(with_database("h", "new").is_err() && with_database("postgres:///d", "new").is_err());
    }

    #[test]
    fn the_newest_version_first() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["pgsql-9", "pgsql-15", "pgsql-16", "other-99"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let found = versions(folder.path(), "pgsql-");
        assert_eq!(
            found,
            ["pgsql-16/bin", "pgsql-15/bin", "pgsql-9/bin"].map(|bin| folder.path().join(bin))
        );
    }
}
