//! `recado serve`: the server, until it is told to stop.

use std::process::ExitCode;

use clap::Args;
use recado_fetch::Allow;
use tracing::info;

use crate::Failure;
use crate::app::{App, Listeners};
use crate::config::{Config, Flags, Sources};
use crate::lifecycle::{self, Lifecycle, Outcome};

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Options {
    #[command(flatten)]
    flags: Flags,
}

pub const EXIT_CODES: &str = "\
Only as an environment variable or in the file: RECADO_SECRETS__KEY, the secret key in place of a key file.

SIGTERM or Ctrl-C stops softly: what is under way may finish. A second one does not wait.
Exit codes: 0 stopped, 1 could not start or a task crashed, 2 wrong usage, 3 stopped with work cut off.";

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.flags))?;
    super::run(serve(config)).map(ExitCode::from)
}

async fn serve(config: Config) -> Result<Outcome, Failure> {
    let signals = lifecycle::signals()?;
    let life = Lifecycle::new();
    let listeners = Listeners::bind(&config).await?;
    let grace = config.shutdown.grace.duration();
    let app = App::start(&config, listeners, &life, Allow::PublicOnly).await?;
    info!(url = app.public_url(), "ready");
    Ok(life.run(signals, grace, app.close()).await)
}
