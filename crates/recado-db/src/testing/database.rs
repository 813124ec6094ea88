//! A database per test: a copy of one that was migrated once.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use recado_model::Time;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::NoTls;

use super::private_postgres::server_url;
use crate::{Db, Engine, Error, Migration, Options, Result};

/// A database of its own, gone when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    pub db: Db,
    url: String,
    _place: Place,
}

#[derive(Debug)]
enum Place {
    Folder { _folder: TempDir },
    Database { _database: PgDatabase },
}

/// A database on a server, dropped with this.
#[derive(Debug)]
struct PgDatabase {
    server: String,
    name: String,
}

/// The migrated originals of this process by the migrations in them: the bytes of a file, the name of a database.
static FILES: Originals<Arc<[u8]>> = LazyLock::new(Mutex::default);
static DATABASES: Originals<String> = LazyLock::new(Mutex::default);

type Originals<T> = LazyLock<Mutex<HashMap<String, Arc<OnceCell<T>>>>>;

impl TestDb {
    /// A fresh database with these migrations applied.
    pub async fn new(engine: Engine, migrations: &[Migration]) -> Result<Self> {
        Self::with_options(
            engine,
            migrations,
            &Options {
                max_connections: 8,
                ..Options::default()
            },
        )
        .await
    }

    pub async fn with_options(engine: Engine, migrations: &[Migration], options: &Options) -> Result<Self> {
        let (url, place) = match engine {
            Engine::Sqlite => sqlite(migrations).await?,
            Engine::Postgres => postgres(migrations).await?,
        };
        Ok(Self {
            db: Db::open(&url, options).await?,
            url,
            _place: place,
        })
    }

    /// The address to open the same database again.
    pub fn url(&self) -> &str {
        &self.url
    }
}

async fn sqlite(migrations: &[Migration]) -> Result<(String, Place)> {
    let original = original(&FILES, migrations).await;
    let bytes = original.get_or_try_init(|| migrated_file(migrations)).await?;
    let folder = tempfile::tempdir().map_err(io)?;
    let path = folder.path().join("test.db");
    std::fs::write(&path, bytes).map_err(io)?;
    Ok((address(&path), Place::Folder { _folder: folder }))
}

async fn migrated_file(migrations: &[Migration]) -> Result<Arc<[u8]>> {
    let folder = tempfile::tempdir().map_err(io)?;
    let path = folder.path().join("original.db");
    let db = Db::open(&address(&path), &Options::default()).await?;
    db.migrate(migrations, Time::MIN).await?;
    db.close().await;
    std::fs::read(&path).map(Arc::from).map_err(io)
}

async fn postgres(migrations: &[Migration]) -> Result<(String, Place)> {
    let server = server_url("postgres").await?;
    let original = original(&DATABASES, migrations).await;
    let template = original
        .get_or_try_init(|| migrated_database(&server, migrations))
        .await?;
    let database = PgDatabase::create(&server, Some(template)).await?;
    Ok((
        server_url(&database.name).await?,
        Place::Database { _database: database },
    ))
}

/// A database to copy, left on the server for later processes with the same migrations.
async fn migrated_database(server: &str, migrations: &[Migration]) -> Result<String> {
    let template = format!("recado_template_{}", &fingerprint(migrations)[..16]);
    let exists = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
    if command(server, &exists).await? > 0 {
        return Ok(template);
    }
    let database = PgDatabase::create(server, None).await?;
    let db = Db::open(&server_url(&database.name).await?, &Options::default()).await?;
    db.migrate(migrations, Time::MIN).await?;
    db.close().await;
    drop(db);
    // Another process may have been faster; its template is as good.
    let end = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'",
        database.name
    );
    command(server, &end).await?;
    let rename = format!("ALTER DATABASE {} RENAME TO {template}", database.name);
    if let Err(error) = command(server, &rename).await
        && command(server, &exists).await? == 0
    {
        return Err(error);
    }
    Ok(template)
}

impl PgDatabase {
    async fn create(server: &str, template: Option<&str>) -> Result<Self> {
        let name = format!("recado_test_{:016x}", RandomState::new().hash_one(0));
        let template = template.map_or_else(String::new, |template| format!(" TEMPLATE {template}"));
        let created = Self {
            server: server.to_owned(),
            name,
        };
        command(server, &format!("CREATE DATABASE {}{template}", created.name)).await?;
        Ok(created)
    }
}

impl Drop for PgDatabase {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // On a thread of its own: the runtime of the test may be at its end.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| {
                runtime.block_on(command(
                    &server,
                    &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                ))
            })
        });
        let _ = dropping.join();
    }
}

/// Runs one statement on a connection of its own; returns how many rows it answered.
async fn command(server: &str, text: &str) -> Result<usize> {
    let config: tokio_postgres::Config = server
        .parse()
        .map_err(|_| Error::other("the address of the server"))?;
    let failed = |error: tokio_postgres::Error| crate::postgres::error(&error).in_statement(text);
    let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
    let connection = tokio::spawn(connection);
    let messages = client.simple_query(text).await.map_err(failed);
    drop(client);
    let _ = connection.await;
    let is_row = |message: &&tokio_postgres::SimpleQueryMessage| {
        matches!(message, tokio_postgres::SimpleQueryMessage::Row(_))
    };
    Ok(messages?.iter().filter(is_row).count())
}

async fn original<T>(originals: &Originals<T>, migrations: &[Migration]) -> Arc<OnceCell<T>> {
    Arc::clone(originals.lock().await.entry(fingerprint(migrations)).or_default())
}

fn fingerprint(migrations: &[Migration]) -> String {
    let mut hash = Sha256::new();
    for Migration { name, text } in migrations {
        for part in [name, text] {
            hash.update(part.len().to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex::encode(hash.finalize())
}

fn address(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn io(error: std::io::Error) -> Error {
    Error::other(error.to_string())
}
