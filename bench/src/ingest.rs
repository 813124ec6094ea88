//! Durable ingest against the floor: floor, SQLite, floor, PostgreSQL, round after round, each against a fresh store.
//!
//! The machine may be faster one minute than the next, so each run is compared with the floor measured right before it.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use recado_db::testing::PrivatePostgres;
use recado_model::Clock;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio_postgres::NoTls;

use crate::figures::{Figures, median, millis};
use crate::flood::{Flooded, Supply, flood};
use crate::recado::{Account, Installation};
use crate::webhooks::Webhooks;
use crate::{Plan, Result, messages, process};

/// Nothing on a small machine takes in more, a second. Signed in advance, so this is memory only.
const MOST_PER_SECOND: u64 = 25_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    Sqlite,
    Postgres,
}

#[derive(Default)]
struct Rounds {
    floor: Vec<f64>,
    rps: Vec<f64>,
    ratio: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
    resident: Vec<f64>,
}

pub async fn measure(
    plan: &Plan,
    binary: &Path,
    myself: &Path,
    folder: &Path,
    stores: &[Store],
    figures: &mut Figures,
) -> Result<()> {
    let mut all: Vec<(Store, Rounds)> = stores.iter().map(|store| (*store, Rounds::default())).collect();
    for round in 1..=plan.rounds.get() {
        for (store, rounds) in &mut all {
            let data = folder.join(format!("{}-{round}", store.name()));
            once(plan, binary, myself, &data, *store, rounds).await?;
        }
    }
    let floors: Vec<f64> = all.iter().flat_map(|(_, rounds)| rounds.floor.clone()).collect();
    figures.set("floor_rps", median(floors));
    for (store, rounds) in all {
        let name = store.name();
        figures.set(&format!("ingest_{name}_rps"), median(rounds.rps));
        figures.set(&format!("ingest_{name}_ratio"), median(rounds.ratio));
        figures.set(&format!("ingest_{name}_p50_ms"), median(rounds.p50));
        figures.set(&format!("ingest_{name}_p99_ms"), median(rounds.p99));
        figures.set(&format!("rss_after_ingest_{name}_mib"), median(rounds.resident));
    }
    Ok(())
}

/// The floor without anything to compare: what this machine and this load generator do at best.
pub async fn floor_alone(plan: &Plan, myself: &Path, figures: &mut Figures) -> Result<()> {
    let text = |text: &str| text.to_owned();
    let account = Account {
        api_key: String::new(),
        webhook_path: text("/hooks/meta/floor"),
        app_secret: text("recado-bench-secret"),
        phone_number_id: text("555"),
        waba_id: text("102"),
    };
    let webhooks = sign(plan, &account)?;
    let floor = against_floor(plan, myself, &account, &webhooks).await?;
    figures.set("floor_rps", floor.rps);
    Ok(())
}

impl Store {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A server with its defaults that has written for a while. A new one makes each file of its log when it is needed,
/// 16 MiB of zeros flushed to the disk while everybody waits; one that has been through a checkpoint takes old ones.
async fn postgres_in_use() -> Result<PrivatePostgres> {
    let server = tokio::task::spawn_blocking(|| PrivatePostgres::start(true)).await??;
    let (client, connection) = tokio_postgres::connect(&server.url("postgres"), NoTls).await?;
    let connection = tokio::spawn(connection);
    for text in [
        "CREATE TABLE scratch AS SELECT repeat('x', 1000) AS filler FROM generate_series(1, 400000)",
        "DROP TABLE scratch",
        "CHECKPOINT",
    ] {
        client.batch_execute(text).await?;
    }
    drop(client);
    connection.await??;
    Ok(server)
}

/// The floor, then the store.
async fn once(
    plan: &Plan,
    binary: &Path,
    myself: &Path,
    data: &Path,
    store: Store,
    rounds: &mut Rounds,
) -> Result<()> {
    let postgres = match store {
        Store::Sqlite => None,
        Store::Postgres => Some(postgres_in_use().await?),
    };
    let url = postgres.as_ref().map(|server| server.url("postgres"));
    let installation = Installation::new(binary, data, url);
    let account = installation.furnish().await?;
    let seconds = plan.warm_up.get() + plan.seconds.get();
    let count = usize::try_from(seconds * MOST_PER_SECOND)?;
    let webhooks = Arc::new(Webhooks::sign(
        &account,
        count,
        Clock::System.now().millis() / 1000,
    )?);

    let floor = against_floor(plan, myself, &account, &webhooks).await?;

    let server = installation.serve().await?;
    let taken_in = flood(server.address, &webhooks, Supply::Ends, plan.load()).await?;
    let resident = server.resident()?;
    messages::check(server.address, &account.api_key, taken_in.acknowledged).await?;
    server.stop().await?;

    let ratio = taken_in.rps / floor.rps;
    eprintln!(
        "{:<9} {:>7.0}/s of floor {:>7.0}/s = {ratio:.3}; p50 {:.1} ms, p99 {:.1} ms; all {} acknowledged messages are there, once",
        store.name(),
        taken_in.rps,
        floor.rps,
        millis(taken_in.latency.value_at_quantile(0.5))?,
        millis(taken_in.latency.value_at_quantile(0.99))?,
        taken_in.acknowledged,
    );
    rounds.floor.push(floor.rps);
    rounds.rps.push(taken_in.rps);
    rounds.ratio.push(ratio);
    rounds.p50.push(millis(taken_in.latency.value_at_quantile(0.5))?);
    rounds.p99.push(millis(taken_in.latency.value_at_quantile(0.99))?);
    rounds.resident.push(resident);
    Ok(())
}

/// As many as could be needed.
fn sign(plan: &Plan, account: &Account) -> Result<Arc<Webhooks>> {
    let seconds = plan.warm_up.get() + plan.seconds.get();
    let count = usize::try_from(seconds * MOST_PER_SECOND)?;
    Ok(Arc::new(Webhooks::sign(
        account,
        count,
        Clock::System.now().millis() / 1000,
    )?))
}

async fn against_floor(
    plan: &Plan,
    myself: &Path,
    account: &Account,
    webhooks: &Arc<Webhooks>,
) -> Result<Flooded> {
    let mut child = Command::new(myself)
        .args(["floor", "--listen", "127.0.0.1:0"])
        .args(["--path", &account.webhook_path, "--secret", &account.app_secret])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut line = String::new();
    let stdout = child.stdout.take().ok_or("no standard output")?;
    BufReader::new(stdout).read_line(&mut line).await?;
    let flooded = flood(line.trim().parse()?, webhooks, Supply::Repeats, plan.load()).await?;
    process::terminate(child).await?;
    Ok(flooded)
}
