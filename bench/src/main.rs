//! Measures Recado from outside: its release binary as a child process, load over loopback.
//!
//! Prints one table and writes `target/bench.json`. What each figure means stands in docs/performance.md.

mod browser;
mod figures;
mod flood;
mod floor;
mod footprint;
mod http;
mod ingest;
mod large;
mod live;
mod messages;
mod process;
mod recado;
mod webhooks;

use std::net::SocketAddr;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::figures::Figures;
use crate::flood::Load;
use crate::ingest::Store;

/// What went wrong, for the person who runs this.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

/// Measures Recado's release binary on this machine
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    plan: Plan,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The server that everything is compared with: checks signatures and answers 200
    Floor {
        #[arg(long)]
        listen: SocketAddr,
        #[arg(long)]
        path: String,
        #[arg(long)]
        secret: String,
    },
}

/// What to measure, and for how long.
#[derive(Debug, Clone, Args)]
struct Plan {
    /// The binary to measure [default: recado beside this program]
    #[arg(long)]
    recado: Option<PathBuf>,
    /// Where the figures go
    #[arg(long, default_value = "target/bench.json")]
    out: PathBuf,
    /// Where the data folders are made, and removed afterwards
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Part::Footprint, Part::Sqlite, Part::Postgres, Part::Live, Part::Browser])]
    only: Vec<Part>,
    /// Rounds of floor, SQLite, floor, PostgreSQL; figures are medians of the rounds
    #[arg(long, default_value = "3")]
    rounds: NonZeroU64,
    /// Seconds measured of each run, after the warm-up
    #[arg(long, default_value = "5")]
    seconds: NonZeroU64,
    /// Seconds of load before each measurement
    #[arg(long, default_value = "5")]
    warm_up: NonZeroU64,
    /// Connections that post webhooks as fast as they are answered
    #[arg(long, default_value = "64")]
    connections: NonZeroU64,
    /// Seconds measured of the live stream
    #[arg(long, default_value = "20")]
    live_seconds: NonZeroU64,
    /// Messages a second of the live stream
    #[arg(long, default_value = "500")]
    live_rate: NonZeroU64,
    /// Agents who watch the live stream
    #[arg(long, default_value = "100")]
    agents: NonZeroU64,
    /// Messages of the large stores
    #[arg(long, default_value = "5000000")]
    messages: NonZeroU64,
    /// Conversations of the large stores
    #[arg(long, default_value = "100000")]
    conversations: NonZeroU64,
    /// Leave out the searches of the large stores: on PostgreSQL their index takes most of the time
    #[arg(long)]
    no_search: bool,
    /// Idle sockets held open to see what they cost
    #[arg(long, default_value = "2000")]
    sockets: NonZeroU64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The floor alone; the ingest parts measure it anyway
    Floor,
    Sqlite,
    Postgres,
    Live,
    Footprint,
    /// The inbox in Chromium: switching conversations, typing while messages arrive
    Browser,
    /// Pages and searches over millions of messages on SQLite; takes some ten minutes and 10 GB of disk
    LargeSqlite,
    /// The same on PostgreSQL
    LargePostgres,
}

impl Plan {
    fn measures(&self, part: Part) -> bool {
        self.only.contains(&part)
    }

    fn load(&self) -> Load {
        Load {
            connections: self.connections.get(),
            warm_up: Duration::from_secs(self.warm_up.get()),
            measured: Duration::from_secs(self.seconds.get()),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Floor { listen, path, secret }) => floor::serve(listen, &path, secret).await,
        None => measure(&cli.plan).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("recado-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(plan: &Plan) -> Result<()> {
    process::raise_open_files(plan.sockets.get() + 1_000)?;
    let myself = std::env::current_exe()?;
    let binary = match &plan.recado {
        Some(path) => path.clone(),
        None => myself.with_file_name("recado"),
    };
    if !binary.is_file() {
        return Err(format!(
            "no binary at {}: cargo build --release -p recado",
            binary.display()
        )
        .into());
    }
    std::fs::create_dir_all(&plan.folder)?;
    // Absolute, as it becomes part of a database address.
    let folder = tempfile::tempdir_in(plan.folder.canonicalize()?)?;

    let mut figures = Figures::default();
    figures.set(
        "cores",
        f64::from(u32::try_from(std::thread::available_parallelism()?.get())?),
    );
    figures.set("fdatasync_ms", footprint::fdatasync(folder.path())?);
    figures.set("connections", figures::number(plan.connections.get())?);
    if plan.measures(Part::Footprint) {
        footprint::measure(plan, &binary, &folder.path().join("footprint"), &mut figures).await?;
    }
    if plan.measures(Part::Floor) {
        ingest::floor_alone(plan, &myself, &mut figures).await?;
    }
    let stores: Vec<Store> = [(Part::Sqlite, Store::Sqlite), (Part::Postgres, Store::Postgres)]
        .into_iter()
        .filter_map(|(part, store)| plan.measures(part).then_some(store))
        .collect();
    if !stores.is_empty() {
        ingest::measure(plan, &binary, &myself, folder.path(), &stores, &mut figures).await?;
    }
    if plan.measures(Part::Live) {
        live::measure(plan, &binary, &folder.path().join("live"), &mut figures).await?;
    }
    if plan.measures(Part::Browser) {
        browser::measure(&binary, &mut figures).await?;
    }
    for (part, store) in [
        (Part::LargeSqlite, Store::Sqlite),
        (Part::LargePostgres, Store::Postgres),
    ] {
        if plan.measures(part) {
            large::measure(plan, &binary, folder.path(), store, &mut figures).await?;
        }
    }
    write(&plan.out, &figures)?;
    print!("{}", figures.table());
    Ok(())
}

fn write(path: &Path, figures: &Figures) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, figures.json()? + "\n")?;
    Ok(())
}
