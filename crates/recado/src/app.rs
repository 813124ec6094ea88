//! The rooms put together: database, journal, jobs, engine, API, on listeners that are already bound.

use axum::Router;
use tracing::info;

use crate::Failure;
use crate::config::Config;
use crate::data_folder::{self, DataFolder};
use crate::lifecycle::{Lifecycle, Stage};
use crate::server::{self, BindError, Bound, Bounds};
use crate::telemetry::Figures;
use crate::{http_client, metrics_page, open_files};

/// The addresses, taken before anything else is touched.
#[derive(Debug)]
pub struct Listeners {
    pub main: Bound,
    pub metrics: Option<Bound>,
}

/// A Recado that serves.
#[derive(Debug)]
pub struct App {
    /// What people put into their browser.
    pub public_url: String,
    /// Held until the end: nobody else may use it.
    folder: DataFolder,
}

impl Listeners {
    pub async fn bind(config: &Config) -> Result<Self, BindError> {
        let main = server::bind(config.listen).await?;
        let metrics = match config.metrics.listen {
            Some(address) => Some(server::bind(address).await?),
            None => None,
        };
        Ok(Self { main, metrics })
    }
}

impl App {
    /// Opens the stores, starts the background work, then serves. When this returns, requests are answered.
    pub async fn start(config: Config, listeners: Listeners, life: &Lifecycle) -> Result<Self, Failure> {
        open_files::raise_limit();
        let folder = data_folder::take(&config.data)?;
        let figures = Figures::record()?;
        let upkeep = figures.clone().upkeep(life.stopping(Stage::Background));
        life.spawn(Stage::Background, "metrics upkeep", async move {
            upkeep.await;
            Ok::<_, std::convert::Infallible>(())
        });
        let public_url = config.public_url(listeners.main.address);
        let router = rooms(&config, &public_url, life).await?;

        let bounds = Bounds {
            header_timeout: config.limits.header_timeout.duration(),
            connections: config.limits.connections.get(),
        };
        let router = match listeners.metrics {
            Some(bound) => {
                info!(address = %bound.address, "metrics");
                server::serve(life, "metrics server", bound, metrics_page::open(figures), bounds);
                router
            }
            None => router.merge(metrics_page::local(figures)),
        };
        server::serve(life, "server", listeners.main, router, bounds);
        Ok(Self { public_url, folder })
    }

    /// Closes the stores, when nothing uses them any more.
    pub async fn close(self) {
        // SEAM: self.db.close().await
        drop(self.folder);
    }
}

/// SEAM: database (open, migrate), journal, jobs and engine from `config`; their tasks on `life` (journal pump: background,
/// job workers: work with `life.stopping(Stage::Work)`, live sockets: `life.tasks(Stage::Front)`); the API's router.
async fn rooms(config: &Config, public_url: &str, _life: &Lifecycle) -> Result<Router, Failure> {
    let _client = http_client::build(&config.meta.base_url)?;
    info!(public_url, "starting");
    Ok(Router::new())
}
