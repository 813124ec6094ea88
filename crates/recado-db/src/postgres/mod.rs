//! PostgreSQL, or an engine that speaks its protocol: a pool of connections, transactions on one of them.

mod address;
mod error;
mod rows;
mod statistics;
mod tls;
mod tx;

use std::time::Duration;

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, QueueMode, RecyclingMethod, Runtime,
};
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;

pub(crate) use error::error;
pub(crate) use tx::{Held, PgTx};

use crate::{Error, Options, Result};
use address::Address;
use tx::Access;

pub(crate) struct Postgres {
    pool: Pool,
    timeout: Duration,
}

impl Postgres {
    /// Connects once, so that a wrong address is heard of here.
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Self> {
        let Address { mut config, trust } = Address::parse(url)?;
        if config.get_application_name().is_none() {
            config.application_name("recado");
        }
        // A peer that vanished without a word is noticed within the time one waits for a connection anyway.
        config.connect_timeout(options.acquire_timeout);
        config.keepalives_idle(Duration::from_secs(30));
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(Duration::from_secs(30));
        }
        // Fast: no round trip before a connection is lent again. Transactions never give one back half-used.
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = if config.get_ssl_mode() == SslMode::Disable {
            Manager::from_config(config, NoTls, recycling)
        } else {
            Manager::from_config(config, tls::connector(trust)?, recycling)
        };
        let pool = Pool::builder(manager)
            .runtime(Runtime::Tokio1)
            .max_size(options.max_connections.max(1))
            .wait_timeout(Some(options.acquire_timeout))
            .create_timeout(Some(options.acquire_timeout))
            .recycle_timeout(Some(options.acquire_timeout))
            // The one used last: its statements are prepared, and its server process is warm.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|error| Error::other(error.to_string()))?;
        let postgres = Self {
            pool,
            timeout: options.acquire_timeout,
        };
        postgres.ping().await?;
        Ok(postgres)
    }

    pub(crate) async fn begin(&self) -> Result<PgTx> {
        Ok(PgTx::new(self.client().await?, Access::Write))
    }

    pub(crate) async fn read(&self) -> Result<PgTx> {
        Ok(PgTx::new(self.client().await?, Access::Read))
    }

    pub(crate) async fn ping(&self) -> Result<()> {
        let client = Held::new(self.client().await?);
        match tokio::time::timeout(self.timeout, client.simple_query("SELECT 1")).await {
            Ok(Ok(_)) => {
                client.give_back();
                Ok(())
            }
            Ok(Err(cause)) => Err(error(&cause)),
            Err(_) => Err(Error::unavailable(format!("no answer in {:?}", self.timeout))),
        }
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }

    /// A connection that is closed after use.
    #[cfg(feature = "testing")]
    pub(crate) async fn hold(&self) -> Result<Held> {
        Ok(Held::new(self.client().await?))
    }

    async fn client(&self) -> Result<Object> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => Error::unavailable(error::with_causes(&error)),
            PoolError::Timeout(_) => {
                Error::unavailable(format!("no connection became free in {:?}", self.timeout))
            }
            other => Error::unavailable(other.to_string()),
        })
    }
}
