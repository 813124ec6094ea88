//! For tests: a fresh, migrated database per test on either engine.

use std::ops::AsyncFn;

use recado_model::Time;
use tempfile::TempDir;

use crate::{Db, Engine, Error, Migration, Options, Result};

/// A database of its own, gone when this is dropped.
#[derive(Debug)]
pub struct TestDb {
    pub db: Db,
    url: String,
    _folder: Option<TempDir>,
}

impl TestDb {
    /// A fresh database with these migrations applied.
    pub async fn new(engine: Engine, migrations: &[Migration]) -> Result<Self> {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().map_err(|error| Error::other(error.to_string()))?;
                let url = format!("sqlite:{}", folder.path().join("test.db").display());
                let db = Db::open(&url, &Options::default()).await?;
                db.migrate(migrations, Time::MIN).await?;
                Ok(Self {
                    db,
                    url,
                    _folder: Some(folder),
                })
            }
            Engine::Postgres => Err(Error::other("not there yet")),
        }
    }

    /// The address to open the same database again.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Tells one story on both engines, each in a fresh database. Panics where the story does.
pub async fn each_engine(migrations: &[Migration], story: impl AsyncFn(Db)) {
    let test = TestDb::new(Engine::Sqlite, migrations)
        .await
        .expect("a fresh database");
    story(test.db.clone()).await;
}
