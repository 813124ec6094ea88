//! What Recado takes while nobody writes: the time to start, memory, the binary's size. And how fast this disk is.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::figures::{Figures, median, number};
use crate::live::Socket;
use crate::recado::{Account, Installation, Server};
use crate::{Plan, Result};

/// Starts of which the median counts.
const STARTS: usize = 7;
/// Memory is settled when it has not moved by more than this, in MiB, for `CALM`.
const STILL: f64 = 0.25;
const CALM: Duration = Duration::from_secs(2);
const PATIENCE: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Sockets before those that count.
const FIRST: u64 = 500;
/// Sockets opened at once.
const AT_ONCE: u64 = 50;

pub async fn measure(plan: &Plan, binary: &Path, data: &Path, figures: &mut Figures) -> Result<()> {
    let bytes = std::fs::metadata(binary)?.len();
    figures.set("binary_mib", number(bytes)? / f64::from(1 << 20));

    let empty = data.with_file_name("empty");
    let server = Installation::new(binary, &empty, None).serve().await?;
    figures.set("start_empty_ms", server.started_in.as_secs_f64() * 1e3);
    server.stop().await?;

    let installation = Installation::new(binary, data, None);
    let account = installation.furnish().await?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let server = installation.serve().await?;
        starts.push(server.started_in.as_secs_f64() * 1e3);
        server.stop().await?;
    }
    figures.set("start_ms", median(starts));

    let server = installation.serve().await?;
    let idle = settled(&server).await?;
    figures.set("rss_idle_mib", idle);
    // What was free since the start is used up by a first few, which do not count.
    let mut first = open(&server, &account, FIRST).await?;
    let with_first = settled(&server).await?;
    let mut sockets = open(&server, &account, plan.sockets.get()).await?;
    let with_all = settled(&server).await?;
    let per_1000 = (with_all - with_first) * 1000.0 / number(plan.sockets.get())?;
    figures.set("rss_per_1000_sockets_mib", per_1000);
    if let Some(ended) = first.try_join_next().or_else(|| sockets.try_join_next()) {
        return ended?;
    }
    drop((first, sockets));
    server.stop().await?;
    eprintln!(
        "footprint start {:.0} ms, idle {idle:.1} MiB, {per_1000:.1} MiB more for 1,000 sockets",
        figures.get("start_ms").unwrap_or_default()
    );
    Ok(())
}

/// The median time of a 4 KiB write that is on the disk, in milliseconds: what bounds a durable commit.
pub fn fdatasync(folder: &Path) -> Result<f64> {
    let mut file = File::create(folder.join("fdatasync"))?;
    let mut times = Vec::new();
    for _ in 0..100 {
        file.write_all(&[1; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(times))
}

/// Resident memory once it stays the same.
async fn settled(server: &Server) -> Result<f64> {
    let start = Instant::now();
    let (mut level, mut since) = (server.resident()?, Instant::now());
    while since.elapsed() < CALM && start.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = server.resident()?;
        if (now - level).abs() > STILL {
            (level, since) = (now, Instant::now());
        }
    }
    Ok(level)
}

/// Sockets that each said hello and stay, in tasks that end only when a socket breaks.
async fn open(server: &Server, account: &Account, count: u64) -> Result<JoinSet<Result<()>>> {
    let mut idle = JoinSet::new();
    let mut left = count;
    while left > 0 {
        let now = left.min(AT_ONCE);
        left -= now;
        let mut opening = JoinSet::new();
        for _ in 0..now {
            let (address, key) = (server.address, account.api_key.clone());
            opening.spawn(async move { Socket::open(address, &key).await });
        }
        while let Some(socket) = opening.join_next().await {
            idle.spawn(socket??.idle());
        }
    }
    Ok(idle)
}
