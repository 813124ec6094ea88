//! For tests: a fresh, migrated database per test on either engine, and the check of every statement.
//!
//! ```no_run
//! # use recado_db::{Migration, testing::each_engine};
//! # const MIGRATIONS: &[Migration] = &[];
//! # async fn test() {
//! each_engine(MIGRATIONS, async |db| {
//!     let mut tx = db.begin().await.unwrap();
//!     // …
//!     tx.commit().await.unwrap();
//! }).await;
//! # }
//! ```

mod check;
mod database;
mod private_postgres;

pub use check::check_statements;
pub use database::TestDb;
pub use private_postgres::{PrivatePostgres, URL_VARIABLE};

use std::ops::AsyncFn;

use crate::{Db, Engine, Migration};

/// Tells one story on both engines, each in a fresh database. Panics where the story does, and when there is no
/// PostgreSQL to be had.
pub async fn each_engine(migrations: &[Migration], story: impl AsyncFn(Db)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        eprintln!("on {engine:?}:");
        let test = match TestDb::new(engine, migrations).await {
            Ok(test) => test,
            Err(error) => panic!("no database for the test: {error}"),
        };
        story(test.db.clone()).await;
    }
}
