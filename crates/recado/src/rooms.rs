//! The rooms put together, from the configuration up: database, journal, jobs, engine.

use std::sync::Arc;

use recado_db::{Db, Options};
use recado_engine::Ctx;
use recado_engine::limits::{LimitSettings, Limits};
use recado_engine::secrets::{Key, Keyring};
use recado_jobs::Jobs;
use recado_journal::Journal;
use recado_model::{Clock, Ids};
use recado_whatsapp::meta::Meta;

use crate::Failure;
use crate::config::Config;

/// Opens the store, brings it up to date, and builds what use cases reach for. Starts nothing.
///
/// # Errors
/// When the store cannot be opened or belongs to a newer Recado, or the secret key cannot be read.
pub async fn open(config: &Config, public_url: &str) -> Result<Ctx, Failure> {
    let options = Options { max_connections: config.database.max_connections.get(), ..Options::default() };
    let db = Db::open(&config.database_url(), &options).await?;
    let clock = Clock::System;
    db.migrate(recado_store::MIGRATIONS, clock.now()).await?;
    let ids = Ids::new(clock.clone());
    let settings = recado_jobs::Settings { grace: config.shutdown.grace.duration(), ..Default::default() };
    Ok(Ctx {
        journal: Journal::new(db.clone(), clock.clone()),
        jobs: Jobs::with(db.clone(), clock.clone(), ids.clone(), settings),
        db,
        clock,
        ids,
        keyring: keyring(config)?,
        limits: Arc::new(Limits::new(&limits(config))),
        meta: Meta::new(recado_whatsapp::http_client()?, config.meta.base_url.as_str(), &config.meta.version)?,
        public_url: public_url.to_owned(),
    })
}

fn keyring(config: &Config) -> Result<Keyring, Failure> {
    match &config.secrets.key {
        Some(key) => Ok(Keyring::new(Key::parse(key.expose())?, Vec::new())),
        None => Ok(Keyring::load_or_create(&config.key_file())?),
    }
}

fn limits(config: &Config) -> LimitSettings {
    let rates = &config.rate_limits;
    LimitSettings {
        login_per_minute_and_address: rates.login_per_minute,
        login_per_minute_and_email: rates.login_per_minute_and_email,
        sign_up_per_minute: rates.sign_up_per_minute,
        invite_per_minute: rates.invite_per_minute,
        api_per_minute: rates.api_per_minute,
    }
}
