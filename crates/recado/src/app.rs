//! The rooms put together: database, journal, jobs, engine, API, on listeners that are already bound.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use recado_api::{Api, Settings};
use recado_db::Db;
use recado_engine::Ctx;
use recado_engine::blobs::Blobs;
use recado_engine::intake::Intake;
use recado_engine::limits::{LimitSettings, Limits};
use recado_engine::secrets::Keyring;
use recado_engine::upkeep::Upkeep;
use recado_engine::webhooks::Webhooks;
use recado_fetch::{Allow, Outside};
use recado_jobs::Jobs;
use recado_journal::Journal;
use recado_model::{Clock, Ids};
use recado_whatsapp::meta::Meta;
use recado_whatsapp::twilio::{Hosts, Twilio};
use tracing::info;

use crate::Failure;
use crate::config::{Config, RateLimits};
use crate::data_folder::{self, DataFolder};
use crate::lifecycle::{Lifecycle, Stage};
use crate::open_files;
use crate::server::{self, BindError, Bound, Bounds};
use crate::telemetry::Figures;

/// How often the database is asked which tables have grown.
const STATISTICS_EVERY: Duration = Duration::from_secs(2);

/// The addresses, taken before anything else is touched.
#[derive(Debug)]
pub struct Listeners {
    pub main: Bound,
    pub metrics: Option<Bound>,
}

/// A Recado that serves.
#[derive(Debug)]
pub struct App {
    pub ctx: Arc<Ctx>,
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
    /// `allow`: where addresses may lead that users give.
    pub async fn start(
        config: &Config,
        listeners: Listeners,
        life: &Lifecycle,
        allow: Allow,
    ) -> Result<Self, Failure> {
        open_files::raise_limit();
        let folder = data_folder::take(&config.data)?;
        let figures = Figures::record()?;
        let upkeep = figures.clone().upkeep(life.stopping(Stage::Background));
        life.spawn(Stage::Background, "metrics upkeep", async move {
            upkeep.await;
            Ok::<_, Infallible>(())
        });
        let ctx = Arc::new(context(config, config.public_url(listeners.main.address), allow).await?);
        if ctx.db.engine() == recado_db::Engine::Sqlite {
            // One process at a time: whoever had taken jobs is dead, and a reply need not wait until that is certain.
            ctx.jobs.end_leases().await?;
        }
        work(&ctx, config, life);
        index(&ctx, life);
        tell(&ctx, life);
        upkeep_of_store(&ctx, life);
        upkeep_of_accounts(&ctx, config, life);
        let intake = Intake::start(&ctx, &life.tasks(Stage::Work))?;
        let mut settings = settings(config, &ctx.public_url);
        settings.metrics = Some(Arc::new(move || figures.render()));

        let bounds = Bounds {
            header_timeout: config.limits.header_timeout.duration(),
            connections: config.limits.connections.get(),
        };
        if let Some(bound) = listeners.metrics {
            info!(address = %bound.address, "metrics");
            server::serve(
                life,
                "metrics server",
                bound,
                recado_api::metrics_router(&settings),
                bounds,
            );
            settings.metrics = None;
        }
        let api = Api::new(Arc::clone(&ctx), intake, settings, life.stopping(Stage::Front));
        goodbyes(&api, life);
        server::serve(life, "server", listeners.main, recado_api::router(api), bounds);
        Ok(Self { ctx, folder })
    }

    /// What people put into their browser.
    pub fn public_url(&self) -> &str {
        &self.ctx.public_url
    }

    /// Closes the stores, when nothing uses them any more.
    pub async fn close(self) {
        self.ctx.db.close().await;
        drop(self.folder);
    }
}

/// The engine's context on the configured database, which is brought up to date first. Takes no data folder: commands
/// that run beside a server use it too.
pub async fn context(config: &Config, public_url: String, allow: Allow) -> Result<Ctx, Failure> {
    let db = database(config).await?;
    db.migrate(recado_store::MIGRATIONS, Clock::System.now()).await?;
    context_on(config, db, public_url, allow)
}

/// The configured database as it is. SQLite's file is made where there is none.
pub async fn database(config: &Config) -> Result<Db, Failure> {
    let options = recado_db::Options {
        max_connections: config.database.max_connections.get(),
        ..recado_db::Options::default()
    };
    Ok(Db::open(&config.database_url(), &options).await?)
}

/// The engine's context on a database that is up to date.
pub fn context_on(config: &Config, db: Db, public_url: String, allow: Allow) -> Result<Ctx, Failure> {
    let clock = Clock::System;
    let keyring = match &config.secrets.key {
        Some(key) => key.expose().parse::<Keyring>()?,
        None => Keyring::load_or_create(&config.key_file())?,
    };
    let http = recado_whatsapp::http_client()?;
    let twilio = Twilio::new(http.clone(), &twilio_hosts(config), &public_url)?;
    let meta = Meta::new(http, config.meta.base_url.as_str(), &config.meta.version)?;
    let blobs = Blobs::folder(&config.data.join("media"))?;
    let outside = outside(allow)?;
    let ids = Ids::new(clock.clone());
    // A little less than the process has, so that the queue gives its leases back before it is cut off.
    let grace = config.shutdown.grace.duration() * 9 / 10;
    let jobs = recado_jobs::Settings {
        grace,
        ..recado_jobs::Settings::default()
    };
    let journal = Journal::new(db.clone(), clock.clone());
    Ok(Ctx {
        webhooks: Arc::new(Webhooks::new(&journal, webhooks(config))),
        journal,
        jobs: Jobs::with(db.clone(), clock.clone(), ids.clone(), jobs),
        db,
        clock,
        ids,
        keyring,
        limits: Arc::new(Limits::new(&rates(&config.rate_limits))),
        meta,
        twilio,
        blobs,
        outside,
        pace: Arc::default(),
        pictures: Arc::new(tokio::sync::Semaphore::new(recado_engine::PICTURES)),
        presence: recado_engine::presence::Presence::default(),
        rush: Arc::default(),
        sandboxes: recado_engine::numbers::Sandboxes::default(),
        upkeep: upkeep(config),
        public_url,
    })
}

/// Files of up to 100 MB come from there. What is read on this machine need not be encrypted.
fn outside(allow: Allow) -> Result<Outside, Failure> {
    Ok(Outside::new(recado_fetch::Settings {
        allow,
        https_only: allow == Allow::PublicOnly,
        connect_timeout: Duration::from_secs(10),
        total_timeout: Duration::from_mins(5),
        max_redirects: 5,
    })?)
}

fn twilio_hosts(config: &Config) -> Hosts {
    match &config.twilio.base_url {
        Some(url) => Hosts {
            api: url.as_str().to_owned(),
            content: url.as_str().to_owned(),
            messaging: url.as_str().to_owned(),
        },
        None => Hosts::default(),
    }
}

/// Keeps the database's planner informed. A database that cannot do so serves all the same.
fn upkeep_of_store(ctx: &Arc<Ctx>, life: &Lifecycle) {
    if ctx.db.engine() == recado_db::Engine::Sqlite {
        return;
    }
    let (db, stop) = (ctx.db.clone(), life.stopping(Stage::Background));
    life.spawn(Stage::Background, "store upkeep", async move {
        while stop
            .run_until_cancelled(tokio::time::sleep(STATISTICS_EVERY))
            .await
            .is_some()
        {
            if let Err(error) = db.refresh_statistics().await {
                tracing::debug!(%error, "the planner's statistics were not refreshed");
            }
        }
        Ok::<_, Infallible>(())
    });
}

/// Runs the jobs.
fn work(ctx: &Arc<Ctx>, config: &Config, life: &Lifecycle) {
    let (jobs, handler) = (ctx.jobs.clone(), recado_engine::work::jobs(Arc::clone(ctx)));
    let (stop, concurrency) = (life.stopping(Stage::Work), config.jobs.concurrency.get());
    life.spawn(Stage::Work, "jobs", async move {
        jobs.run(handler, stop, concurrency).await;
        Ok::<_, Infallible>(())
    });
}

fn upkeep(config: &Config) -> Upkeep {
    Upkeep {
        reconcile_after: config.twilio.reconcile_after.duration(),
        keep_uploads: config.retention.uploads.duration(),
        keep_intakes: config.retention.webhooks.duration(),
        keep_journal: config.retention.journal.duration(),
        keep_notifications: config.retention.notifications.duration(),
        keep_deliveries: config.retention.deliveries.duration(),
    }
}

fn webhooks(config: &Config) -> recado_engine::webhooks::Settings {
    let settings = &config.webhooks;
    recado_engine::webhooks::Settings {
        timeout: settings.timeout.duration(),
        retry_first: settings.retry_first.duration(),
        retry_for: settings.retry_for.duration(),
        disable_after: settings.disable_after.duration(),
        // The other half is for messages.
        at_once: config.jobs.concurrency.get() / 2,
    }
}

/// Sees to it that what is due from time to time is done: at once, as much may have been missed while nobody was here,
/// and then every so often.
fn upkeep_of_accounts(ctx: &Arc<Ctx>, config: &Config, life: &Lifecycle) {
    let (ctx, stop) = (Arc::clone(ctx), life.stopping(Stage::Work));
    let every = config.twilio.reconcile_every.duration();
    life.spawn(Stage::Work, "upkeep", async move {
        let mut forgotten = None;
        loop {
            if let Err(error) = recado_engine::upkeep::enqueue(&ctx, &mut forgotten).await {
                tracing::warn!(%error, "what is due was not enqueued");
            }
            if stop
                .run_until_cancelled(tokio::time::sleep(every))
                .await
                .is_none()
            {
                return Ok::<_, Infallible>(());
            }
        }
    });
}

/// Keeps the search index behind the journal.
fn index(ctx: &Arc<Ctx>, life: &Lifecycle) {
    let (ctx, stop) = (Arc::clone(ctx), life.stopping(Stage::Background));
    life.spawn(Stage::Background, "search index", async move {
        recado_engine::search::follow(ctx, stop).await;
        Ok::<_, Infallible>(())
    });
}

/// Makes deliveries of what stands in the journals.
fn tell(ctx: &Arc<Ctx>, life: &Lifecycle) {
    let (ctx, stop) = (Arc::clone(ctx), life.stopping(Stage::Work));
    life.spawn(Stage::Work, "outgoing webhooks", async move {
        recado_engine::webhooks::follow(ctx, stop).await;
        Ok::<_, Infallible>(())
    });
}

/// Waits for the live sockets to tell their clients to come back.
fn goodbyes(api: &Api, life: &Lifecycle) {
    let (sockets, stop) = (api.sockets.clone(), life.stopping(Stage::Front));
    life.spawn(Stage::Front, "live sockets", async move {
        stop.cancelled().await;
        sockets.close();
        sockets.wait().await;
        Ok::<_, Infallible>(())
    });
}

fn settings(config: &Config, public_url: &str) -> Settings {
    Settings {
        api_body_limit: config.limits.api_body.bytes(),
        webhook_body_limit: config.limits.webhook_body.bytes(),
        request_timeout: config.limits.request_timeout.duration(),
        proxy_header: config.proxy_header(),
        ..Settings::new(public_url)
    }
}

fn rates(config: &RateLimits) -> LimitSettings {
    LimitSettings {
        login_per_minute: config.login_per_minute,
        login_per_minute_and_email: config.login_per_minute_and_email,
        sign_up_per_minute: config.sign_up_per_minute,
        invite_per_minute: config.invite_per_minute,
        api_per_minute: config.api_per_minute,
    }
}
