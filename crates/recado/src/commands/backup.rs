//! `recado backup`: the database as it is at one moment, the files its rows promise, and what both are, in a folder of its
//! own. The copy is looked through before it counts as one.

mod files;
mod manifest;

use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use recado_db::Db;
use recado_engine::secrets::Keyring;
use recado_journal::Journal;
use recado_model::Clock;
use recado_store::{accounts, media};

pub use files::{copy_tree, hash, write_private};
pub use manifest::{DATABASE, FORMAT, KEY, MEDIA, Manifest};

use super::{Refusal, store};
use crate::Failure;
use crate::config::{Config, Place, Sources};
use manifest::{AccountState, DatabaseFile, Files, SecretKey};

/// Rows of files looked at at once.
const PAGE: i64 = 1000;

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Options {
    /// The folder to make; it must not be there yet
    to: PathBuf,
    /// Put the secret key into the backup too. Whoever has both can use the credentials of your numbers: without this,
    /// keep a copy of the key somewhere else
    #[arg(long)]
    include_secret_key: bool,
    /// Leave the files of messages out
    #[arg(long)]
    no_media: bool,
    /// Print what was made as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

const AFTER: &str = "\
May run beside a server, which goes on taking in and sending. `recado restore` puts the backup back.
For PostgreSQL use pg_dump; this command says the exact line.
Exit codes: 0 made and verified, 1 failed and nothing left behind, 2 wrong usage or PostgreSQL.

Example:
  recado backup --data /var/lib/recado /backups/recado-$(date +%F)";

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.place.0.clone()))?;
    super::run(async move { backup(&options, &config).await })
}

async fn backup(options: &Options, config: &Config) -> Result<ExitCode, Failure> {
    let Some(database) = recado_db::sqlite_file(&config.database_url()) else {
        return Err(Refusal::usage(for_postgres(config)));
    };
    let to = std::path::absolute(&options.to)?;
    if to.exists() {
        return Err(Refusal::usage(format!("{} is there already", to.display())));
    }
    // Looks whether there is a database, and one that this program knows.
    let db = store::database(config).await?;
    let pending = db.pending(recado_store::MIGRATIONS).await;
    db.close().await;
    if !pending?.is_empty() {
        return Err(
            "the database is of an older Recado: make the backup with the program that served it last".into(),
        );
    }

    // Under another name until it is whole, and gone if it never is.
    let above = to.parent().unwrap_or_else(|| Path::new("/"));
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(above)?;
    let making = tempfile::Builder::new()
        .prefix(".recado-backup-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir_in(above)?;
    let folder = making.path();
    let made_at = Clock::System.now();
    let copy = folder.join(DATABASE);
    recado_db::copy_sqlite(database, copy.clone()).await?;
    // After the database: files are there before their rows are.
    let media = if options.no_media {
        None
    } else {
        Some(copy_tree(&config.data.join("media"), &folder.join(MEDIA)).await?)
    };
    verify(&copy).await?;
    let db = Db::open(
        &format!("sqlite:{}", copy.display()),
        &recado_db::Options::default(),
    )
    .await?;
    let looked = look(&db, media.as_ref().map(|_| folder.join(MEDIA))).await;
    db.close().await;
    let (accounts, missing) = looked?;

    let secret_key = secret_key(config, options.include_secret_key.then_some(folder)).await?;
    let (bytes, sha256) = hash(&copy).await?;
    let manifest = Manifest {
        format: FORMAT,
        recado: env!("CARGO_PKG_VERSION").to_owned(),
        made_at,
        database: DatabaseFile { bytes, sha256 },
        media: media.map(|(count, bytes)| Files {
            count,
            bytes,
            missing,
        }),
        accounts,
        secret_key,
    };
    manifest.write(folder).await?;
    files::sync(folder)?;
    std::fs::rename(making.keep(), &to)?;
    files::sync(above)?;
    say(&manifest, &to, config, options.json)
}

/// # Errors
/// When the copy is not whole.
pub async fn verify(database: &Path) -> Result<(), Failure> {
    let complaints = recado_db::check_sqlite(database.to_owned()).await?;
    if complaints.is_empty() {
        return Ok(());
    }
    Err(format!("the database is damaged: {}", complaints.join("; ")).into())
}

/// Every account's journal, which must be dense, and how many files are not there that rows promise.
async fn look(db: &Db, media: Option<PathBuf>) -> Result<(Vec<AccountState>, u64), Failure> {
    let mut tx = db.read().await?;
    let (mut states, mut missing) = (Vec::new(), 0);
    for id in accounts::ids(&mut tx).await? {
        let journal = Journal::state(&mut tx, id).await?;
        if !journal.is_dense() {
            return Err(format!("the journal of account {id} has a hole: {journal:?}").into());
        }
        let account = accounts::get(&mut tx, id).await?;
        states.push(AccountState {
            id,
            name: account.map(|account| account.name).unwrap_or_default(),
            journal_seq: journal.head,
        });
        let Some(folder) = media.as_ref().map(|media| media.join(id.to_string())) else {
            continue;
        };
        let mut after = recado_model::MediaId::MIN;
        loop {
            let page = media::kept(&mut tx, id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for file in &page {
                let name = folder.join(file.id.to_string());
                let size = std::fs::metadata(&name)
                    .ok()
                    .and_then(|meta| i64::try_from(meta.len()).ok());
                let right = size.is_some() && (file.size.is_none() || file.size == size);
                missing += u64::from(!right);
            }
        }
    }
    Ok((states, missing))
}

/// What the key is called, and the key itself where it is wanted.
async fn secret_key(config: &Config, into: Option<&Path>) -> Result<SecretKey, Failure> {
    let file = config.key_file();
    let text = match &config.secrets.key {
        Some(key) => Some(key.expose().to_owned()),
        None => tokio::fs::read_to_string(&file).await.ok(),
    };
    let Some(text) = text else {
        return Err(format!(
            "there is no secret key at {}; give --secrets-key-file or RECADO_SECRETS__KEY as for `recado serve`",
            file.display()
        )
        .into());
    };
    let ids = text.parse::<Keyring>()?.ids();
    if let Some(folder) = into {
        write_private(&folder.join(KEY), text.as_bytes()).await?;
    }
    Ok(SecretKey {
        ids,
        included: into.is_some(),
    })
}

fn say(manifest: &Manifest, to: &Path, config: &Config, json: bool) -> Result<ExitCode, Failure> {
    if json {
        return super::print(&format!("{}\n", serde_json::to_string(manifest)?));
    }
    if let Some(media) = manifest.media.as_ref().filter(|media| media.missing > 0) {
        super::tell(&format!(
            "{} files are not there that the database knows; deleted while this ran, or lost before",
            media.missing
        ));
    }
    if !manifest.secret_key.included {
        let whence = match &config.secrets.key {
            Some(_) => "the setting secrets.key".to_owned(),
            None => config.key_file().display().to_string(),
        };
        super::tell(&format!(
            "the secret key is not in it: keep a copy of {whence} somewhere else, or credentials cannot be read again"
        ));
    }
    let files = manifest.media.as_ref().map_or(0, |media| media.count);
    super::print(&format!(
        "{}: {} bytes of database, {files} files, {} accounts, verified\n",
        to.display(),
        manifest.database.bytes,
        manifest.accounts.len()
    ))
}

fn for_postgres(config: &Config) -> String {
    let url = config
        .database
        .url
        .as_ref()
        .map(crate::config::DatabaseUrl::shown);
    let data = config.data.display();
    format!(
        "the database is PostgreSQL, which has tools of its own. Back it up with\n  \
         pg_dump --format=custom --file=recado.dump '{}'\n  cp -a {data}/media media\n\
         in this order (the password in PGPASSWORD or ~/.pgpass), and keep {} somewhere else. Put back with\n  \
         pg_restore --clean --if-exists --no-owner --dbname=… recado.dump",
        url.unwrap_or_default(),
        config.key_file().display()
    )
}
