//! The commands, one file each, and what they share.

pub mod backup;
mod client;
pub mod config;
pub mod dev;
pub mod doctor;
pub mod export;
pub mod import;
pub mod keys;
pub mod openapi;
pub mod reindex;
pub mod replay;
pub mod restore;
pub mod send;
pub mod serve;
mod store;
pub mod tail;

use std::error::Error;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tracing::warn;

use crate::Failure;
use crate::config::{Config, Loaded, Sources};
use crate::telemetry;

/// Time for blocking threads to end after everything else has.
const LEAVING: Duration = Duration::from_secs(5);
/// As clap's own for a command line that it cannot read.
const USAGE: u8 = 2;

/// A failure that has an exit code of its own, for scripts to tell it by.
#[derive(Debug, thiserror::Error)]
#[error("{words}")]
pub struct Refusal {
    code: u8,
    words: String,
}

impl Refusal {
    /// What was asked for makes no sense as it is: another try will end the same.
    pub fn usage(words: impl Into<String>) -> Failure {
        Self::with(USAGE, words)
    }

    pub fn with(code: u8, words: impl Into<String>) -> Failure {
        Box::new(Self {
            code,
            words: words.into(),
        })
    }
}

pub fn exit_code(failure: &(dyn Error + Send + Sync + 'static)) -> ExitCode {
    failure
        .downcast_ref::<Refusal>()
        .map_or(ExitCode::FAILURE, |refusal| ExitCode::from(refusal.code))
}

/// A line on standard error, for people. Nobody there to read it is no error.
pub fn tell(words: &str) {
    drop(writeln!(std::io::stderr().lock(), "recado: {words}"));
}

/// Writes to standard output. A reader that went away (`recado config | head`) is no error.
pub fn print(text: &str) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The configuration, with logging turned on by it.
fn configure(sources: &Sources) -> Result<Config, Failure> {
    let Loaded { config, warnings, .. } = sources.load()?;
    telemetry::logs(&config.log)?;
    for warning in warnings {
        warn!("{warning}");
    }
    Ok(config)
}

/// Runs a command's work to its end.
fn run<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime: Runtime = Builder::new_multi_thread()
        .enable_all()
        .thread_name("recado")
        .build()?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(LEAVING);
    result
}
