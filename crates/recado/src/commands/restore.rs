//! `recado restore`: a backup becomes an installation again, in a data folder that has none.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use recado_engine::outbound;
use recado_engine::secrets::Keyring;
use recado_model::{Clock, Ids};
use recado_store::accounts;

use super::Refusal;
use super::backup::{DATABASE, FORMAT, KEY, MEDIA, Manifest, copy_tree, hash, verify, write_private};
use crate::config::{Config, Place, Sources};
use crate::{Failure, app, data_folder};

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Options {
    /// The folder that `recado backup` made
    from: PathBuf,
    /// Send what waited to leave when the backup was made. Without this such messages are shown as unknown: most likely
    /// they have left since, and nothing is sent twice
    #[arg(long)]
    send_waiting: bool,
    #[command(flatten)]
    place: Place,
}

const AFTER: &str = "\
The data folder (--data) must have no database and no server using it. The secret key is taken from the backup if it is in it;
otherwise put it where it was (secret.key in the data folder) before or after this, and before `recado serve`.
What happened after the backup was made is lost: customers' messages that Twilio still lists are read again at the start.
Exit codes: 0 restored, 1 failed, 2 wrong usage.

Example:
  recado restore /backups/recado-2026-07-01 --data /var/lib/recado";

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.place.0.clone()))?;
    super::run(async move { restore(&options, &config).await })
}

async fn restore(options: &Options, config: &Config) -> Result<ExitCode, Failure> {
    let Some(database) = recado_db::sqlite_file(&config.database_url()) else {
        return Err(Refusal::usage(
            "a backup of `recado backup` is put back as SQLite; for PostgreSQL use pg_restore",
        ));
    };
    let manifest = Manifest::read(&options.from).await?;
    if manifest.format > FORMAT {
        return Err(format!("the backup was made by a newer Recado ({})", manifest.recado).into());
    }
    let media = config.data.join("media");
    if database.exists() {
        return Err(Refusal::usage(format!(
            "there is a database at {} already; move it away, or choose another folder with --data",
            database.display()
        )));
    }
    if media.read_dir().is_ok_and(|mut files| files.next().is_some()) {
        return Err(Refusal::usage(format!(
            "{} has files in it already; move it away",
            media.display()
        )));
    }
    let from = options.from.join(DATABASE);
    let (bytes, sha256) = hash(&from).await?;
    if (bytes, &sha256) != (manifest.database.bytes, &manifest.database.sha256) {
        return Err(format!(
            "{} is not the file that was backed up: it was damaged or changed",
            from.display()
        )
        .into());
    }
    let folder = data_folder::take(&config.data)?;
    let has_key = key(&options.from, config, &manifest).await?;
    let (files, _) = if manifest.media.is_some() {
        copy_tree(&options.from.join(MEDIA), &media).await?
    } else {
        (0, 0)
    };
    // Last, and under another name until it is whole: only then is it an installation.
    let partial = database.with_extension("db.restoring");
    if let Some(above) = database.parent() {
        tokio::fs::create_dir_all(above).await?;
    }
    drop(tokio::fs::remove_file(&partial).await);
    recado_db::copy_sqlite(from, partial.clone()).await?;
    verify(&partial).await?;
    tokio::fs::rename(&partial, &database).await?;
    let held = if options.send_waiting {
        0
    } else {
        hold_back(config).await?
    };
    drop(folder);

    if held > 0 {
        super::tell(&format!(
            "{held} messages that waited to leave will show as unknown: most likely they have left since the backup"
        ));
    }
    if !has_key {
        super::tell(&format!(
            "the secret key {} is still missing: put it at {} before `recado serve`, which would make a new one",
            manifest.secret_key.ids.join(" or "),
            config.key_file().display()
        ));
    }
    super::print(&format!(
        "restored as of {}: {} accounts, {files} files\n",
        manifest.made_at,
        manifest.accounts.len()
    ))
}

/// Whether the key is there that the backup's credentials were sealed with.
async fn key(from: &Path, config: &Config, manifest: &Manifest) -> Result<bool, Failure> {
    let file = config.key_file();
    let there = match &config.secrets.key {
        Some(key) => Some(key.expose().to_owned()),
        None => tokio::fs::read_to_string(&file).await.ok(),
    };
    let Some(text) = there else {
        if !manifest.secret_key.included {
            return Ok(false);
        }
        write_private(&file, &tokio::fs::read(from.join(KEY)).await?).await?;
        return Ok(true);
    };
    let ids = text.parse::<Keyring>()?.ids();
    let first = manifest.secret_key.ids.first();
    if first.is_some_and(|id| !ids.contains(id)) {
        return Err(format!(
            "the secret key that is here is another one: the backup needs {}, and there is {}",
            manifest.secret_key.ids.join(", "),
            ids.join(", ")
        )
        .into());
    }
    Ok(true)
}

/// How many messages are held back in all accounts.
async fn hold_back(config: &Config) -> Result<usize, Failure> {
    let clock = Clock::System;
    let db = app::database(config).await?;
    db.migrate(recado_store::MIGRATIONS, clock.now()).await?;
    let ids = Ids::new(clock.clone());
    let mut tx = db.begin().await?;
    let mut held = 0;
    for account in accounts::ids(&mut tx).await? {
        held += outbound::hold_back(&mut tx, &ids, account, clock.now()).await?;
    }
    tx.commit().await?;
    db.close().await;
    Ok(held)
}
