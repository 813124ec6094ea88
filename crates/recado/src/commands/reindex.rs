//! `recado reindex`: makes the search index anew. It may be run again, and it may run beside a server; until it is done
//! not everything is found.

use std::process::ExitCode;

use clap::Args;
use recado_fetch::Allow;
use recado_model::AccountId;
use recado_store::accounts;

use crate::config::{Flags, Sources};
use crate::{Failure, app};

#[derive(Debug, Args)]
pub struct Options {
    /// Only this account's
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    #[command(flatten)]
    flags: Flags,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.flags))?;
    super::run(async move {
        let ctx = app::context(&config, config.public_url(config.listen), Allow::PublicOnly).await?;
        let accounts = match options.account {
            Some(account) => vec![account],
            None => accounts::ids(&mut ctx.db.read().await?).await?,
        };
        let mut messages = 0;
        for account in accounts {
            messages += recado_engine::search::rebuild(&ctx, account).await?;
        }
        ctx.db.close().await;
        super::print(&format!("{messages} messages indexed\n"))
    })
}
