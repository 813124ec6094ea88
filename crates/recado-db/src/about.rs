//! What a database says of itself.

use recado_model::Time;

use crate::{Db, Result, record, sql};

record! {
    pub struct About {
        /// Of the engine: `3.50.1`, `17.5`.
        pub version: String,
        /// Its clock.
        pub now: Time,
    }
}

sql!(ABOUT -> About = {
    sqlite: "SELECT sqlite_version() AS version, CAST(unixepoch('subsec') * 1000 AS INTEGER) AS now",
    postgres: "SELECT current_setting('server_version') AS version,
        CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now",
});

impl Db {
    pub async fn about(&self) -> Result<About> {
        self.read().await?.one(&ABOUT, &[]).await
    }
}
