//! `recado replay`: takes kept webhooks in again, after a fix. What was taken in before changes nothing, so it may be
//! stopped and run again, and it may run beside a server.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use recado_engine::intake::Intake;
use recado_engine::{Ctx, Error};
use recado_fetch::Allow;
use recado_model::{AccountId, Actor, IntakeId, IntakeState};
use recado_store::{accounts, intakes};
use tokio_util::task::TaskTracker;

use crate::config::{Flags, Sources};
use crate::{Failure, app};

/// Webhooks asked for at once.
const PAGE: i64 = 500;

#[derive(Debug, Args)]
pub struct Options {
    /// The webhook to replay, as listed by GET /api/v1/intakes
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<IntakeId>,
    /// Replay every webhook that was kept, oldest first
    #[arg(long)]
    all: bool,
    /// Only this account's
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    #[command(flatten)]
    flags: Flags,
}

/// What became of them.
#[derive(Debug, Default)]
struct Count {
    accepted: u64,
    rejected: u64,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let config = super::configure(&Sources::of_process(options.flags))?;
    let (id, account) = (options.id, options.account);
    super::run(async move {
        let ctx = Arc::new(app::context(&config, config.public_url(config.listen), Allow::PublicOnly).await?);
        let workers = TaskTracker::new();
        let intake = Intake::start(&ctx, &workers)?;
        let count = replay(&ctx, &intake, account, id).await;
        drop(intake);
        workers.close();
        workers.wait().await;
        ctx.db.close().await;
        let Count { accepted, rejected } = count?;
        super::print(&format!("{accepted} accepted, {rejected} rejected\n"))
    })
}

/// One webhook, or all when none is named; of one account, or of all.
async fn replay(
    ctx: &Ctx,
    intake: &Intake,
    account: Option<AccountId>,
    id: Option<IntakeId>,
) -> Result<Count, Failure> {
    let accounts = match account {
        Some(account) => vec![account],
        None => accounts::ids(&mut ctx.db.read().await?).await?,
    };
    let mut count = Count::default();
    for account in accounts {
        let actor = Actor::system(account);
        match id {
            Some(id) => match intake.replay(&actor, id).await {
                Ok(done) => {
                    count.add(done.state);
                    return Ok(count);
                }
                Err(Error::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            },
            None => replay_all(ctx, intake, &actor, &mut count).await?,
        }
    }
    match id {
        Some(id) => Err(format!("there is no webhook {id} here").into()),
        None => Ok(count),
    }
}

async fn replay_all(ctx: &Ctx, intake: &Intake, actor: &Actor, count: &mut Count) -> Result<(), Failure> {
    let mut after = IntakeId::from(uuid::Uuid::nil());
    loop {
        let page = intakes::after(&mut ctx.db.read().await?, actor.account, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = *last;
        for id in page {
            count.add(intake.replay(actor, id).await?.state);
        }
    }
}

impl Count {
    fn add(&mut self, state: IntakeState) {
        match state {
            IntakeState::Accepted => self.accepted += 1,
            IntakeState::Rejected => self.rejected += 1,
        }
    }
}
