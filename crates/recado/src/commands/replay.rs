//! `recado replay`: takes stored webhooks in again, after a fix. What was taken in before changes nothing.

use std::process::ExitCode;

use clap::Args;

use crate::Failure;
use crate::config::{Flags, Sources};

#[derive(Debug, Args)]
pub struct Options {
    /// The webhook to replay, as listed by GET /api/v1/intakes
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// Replay every rejected webhook
    #[arg(long)]
    all: bool,
    /// Only this account's
    #[arg(long, value_name = "ID")]
    account: Option<String>,
    #[command(flatten)]
    flags: Flags,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let Options {
        id,
        all,
        account,
        flags,
    } = options;
    let config = super::configure(&Sources::of_process(flags))?;
    super::run(async move {
        // SEAM: open the database of `config` (no data folder lock: it may run beside a server) and call the engine's replay.
        let _ = (id, all, account, config.database_url());
        Err("replay is not wired in yet".into())
    })
}
