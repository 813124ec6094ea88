//! The commands, one file each, and what they share.

pub mod config;
pub mod dev;
pub mod openapi;
pub mod reindex;
pub mod replay;
pub mod serve;

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
