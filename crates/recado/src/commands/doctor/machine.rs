//! What the machine must give: a folder, space, open files, an address.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use bytesize::ByteSize;
use recado_engine::secrets::Keyring;
use rustix::process::{Resource, getrlimit};

use super::Report;
use crate::config::Config;
use crate::data_folder::{self, DataFolderError};

/// Less than this is little, and less than that is too little to go on.
const LITTLE: u64 = 1 << 30;
const TOO_LITTLE: u64 = 100 << 20;
/// Open files that are no connections: the database, listeners, files on their way.
const OTHER_FILES: u64 = 256;

pub(super) fn look(config: &Config, report: &mut Report) {
    folder(config, report);
    space("disk", &config.data, report);
    if let Some(file) = recado_db::sqlite_file(&config.database_url())
        && let Some(above) = file.parent().filter(|above| *above != config.data)
    {
        space("database disk", above, report);
    }
    key(config, report);
    open_files(config, report);
}

pub(super) fn public_url(config: &Config, report: &mut Report) {
    let check = "public url";
    let advice = "set public_url to the https address under which providers and people reach Recado";
    match &config.public_url {
        None => report.warn(check, "not set: no provider can send webhooks here", advice),
        Some(url) if url.as_str().starts_with("https://") => report.ok(check, url.as_str()),
        Some(url) if url.is_loopback() => {
            report.warn(check, format!("{} is on this machine only", url.as_str()), advice);
        }
        Some(url) => report.fail(
            check,
            format!(
                "{} is not encrypted: providers refuse it, and passwords cross the network in the open",
                url.as_str()
            ),
            advice,
        ),
    }
}

/// Whether a server has the data folder now.
pub(super) fn is_served(config: &Config) -> bool {
    config.data.join("recado.lock").exists()
        && matches!(data_folder::take(&config.data), Err(DataFolderError::InUse(_)))
}

fn folder(config: &Config, report: &mut Report) {
    let (check, path) = ("data folder", &config.data);
    let shown = path.display();
    let Ok(meta) = std::fs::metadata(path) else {
        report.fail(
            check,
            format!("{shown} is not there"),
            "give --data as for `recado serve`, or start it once: it makes the folder",
        );
        return;
    };
    if !meta.is_dir() {
        report.fail(
            check,
            format!("{shown} is no folder"),
            "give another one with --data",
        );
        return;
    }
    let own = rustix::process::geteuid().as_raw();
    if let Err(error) = tempfile::tempfile_in(path) {
        report.fail(
            check,
            format!("{shown} cannot be written as this user: {error}"),
            format!(
                "run this as the user who serves, or `chown` it (it belongs to user {})",
                meta.uid()
            ),
        );
        return;
    }
    if meta.uid() != own {
        report.warn(
            check,
            format!("{shown} belongs to user {}, and this runs as {own}", meta.uid()),
            "run commands as the user who serves, or files will be nobody's to change",
        );
    }
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        report.warn(
            check,
            format!("others of this machine may look into {shown} (mode {mode:o})"),
            format!("chmod 700 {shown}"),
        );
    }
    let served = if is_served(config) {
        "a server is using it"
    } else {
        "no server is using it"
    };
    report.ok(check, format!("{shown} can be written, {served}"));
}

fn space(check: &'static str, path: &Path, report: &mut Report) {
    let Ok(stat) = rustix::fs::statvfs(path) else {
        return; // a folder that is not there is told already
    };
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let words = format!("{} free at {}", ByteSize::b(free).display().iec(), path.display());
    let advice = "make space: without it nothing more is taken in";
    if free < TOO_LITTLE {
        report.fail(check, words, advice);
    } else if free < LITTLE {
        report.warn(check, words, advice);
    } else {
        report.ok(check, words);
    }
}

fn key(config: &Config, report: &mut Report) {
    let check = "secret key";
    if let Some(key) = &config.secrets.key {
        match key.expose().parse::<Keyring>() {
            Ok(ring) => report.ok(check, format!("from the configuration, {}", named(&ring))),
            Err(error) => report.fail(check, error.to_string(), "mend RECADO_SECRETS__KEY"),
        }
        return;
    }
    let file = config.key_file();
    let shown = file.display();
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) => {
            report.fail(
                check,
                format!("{shown} cannot be read: {error}"),
                "put the copy back that you kept; `recado serve` would make a new one, which opens nothing that is stored",
            );
            return;
        }
    };
    match text.parse::<Keyring>() {
        Ok(ring) => report.ok(check, format!("{shown}, {}", named(&ring))),
        Err(error) => report.fail(
            check,
            format!("{shown}: {error}"),
            "put the copy back that you kept",
        ),
    }
    let mode = std::fs::metadata(&file).map_or(0, |meta| meta.permissions().mode() & 0o777);
    if mode & 0o077 != 0 {
        report.warn(
            check,
            format!("others may read {shown} (mode {mode:o})"),
            format!("chmod 600 {shown}"),
        );
    }
}

fn named(ring: &Keyring) -> String {
    format!("called {}", ring.ids().join(", "))
}

fn open_files(config: &Config, report: &mut Report) {
    let check = "open files";
    let limit = getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX);
    let wanted = u64::try_from(config.limits.connections.get())
        .unwrap_or(u64::MAX)
        .saturating_add(OTHER_FILES);
    let words = match limit {
        u64::MAX => "no limit".to_owned(),
        limit => format!("up to {limit}"),
    };
    if limit < wanted {
        report.warn(
            check,
            format!("{words}, and limits.connections is {}", config.limits.connections),
            format!("raise the hard limit to {wanted} (LimitNOFILE= of systemd, `ulimit -Hn`), or lower limits.connections"),
        );
    } else {
        report.ok(check, words);
    }
}
