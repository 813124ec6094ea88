//! What the planner knows of young tables.
//!
//! A table nobody has looked at is planned as if all its indexes were equally good, and a prepared statement keeps
//! the plan it got. The server's own autovacuum looks once a minute, which is long for a table that grows by
//! thousands of rows a second: until then its statements read along the wrong index.

use super::Postgres;
use super::error::error;
use super::tx::Held;
use crate::Result;

/// Tables that have at least doubled since they were last looked at. The smallest are left alone: of a few rows the
/// planner would learn to read them all.
const GROWN: &str = "SELECT format('%I.%I', schemaname, relname) FROM pg_stat_user_tables
    WHERE n_mod_since_analyze >= 2000 AND n_mod_since_analyze * 2 >= n_live_tup";

impl Postgres {
    /// Analyzes what has grown; answers how many tables.
    pub(crate) async fn refresh_statistics(&self) -> Result<usize> {
        let client = Held::new(self.client().await?);
        let rows = client.query(GROWN, &[]).await.map_err(|cause| error(&cause))?;
        for row in &rows {
            let table: String = row.try_get(0).map_err(|cause| error(&cause))?;
            client
                .batch_execute(&format!("ANALYZE {table}"))
                .await
                .map_err(|cause| error(&cause))?;
            tracing::debug!(table, "analyzed");
        }
        client.give_back();
        Ok(rows.len())
    }
}
