//! Processes under test: their memory, their end, and the limits of this one.

use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use tokio::process::Child;

use crate::Result;

const PATIENCE: Duration = Duration::from_secs(40);

/// So that this process can hold many sockets.
pub fn raise_open_files(needed: u64) -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < needed) {
        let raised = Rlimit {
            current: maximum,
            maximum,
        };
        setrlimit(Resource::Nofile, raised)
            .map_err(|error| format!("{needed} open files are needed, {current:?} allowed: {error}"))?;
    }
    Ok(())
}

/// Resident memory in MiB.
pub fn resident(child: &Child) -> Result<f64> {
    let id = child.id().ok_or("the process has ended")?;
    let path = format!("/proc/{id}/status");
    let status = std::fs::read_to_string(&path)
        .map_err(|error| format!("memory is read from {path}, which only Linux has: {error}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmRSS")?;
    Ok(kib.parse::<f64>()? / 1024.0)
}

/// Asks the process to end and waits until it has.
pub async fn terminate(mut child: Child) -> Result<ExitStatus> {
    let id = child.id().ok_or("the process ended before it was asked to")?;
    let id = Pid::from_raw(i32::try_from(id)?).ok_or("a process without a number")?;
    kill_process(id, Signal::TERM)?;
    if let Ok(status) = tokio::time::timeout(PATIENCE, child.wait()).await {
        return Ok(status?);
    }
    child.kill().await?;
    Err("the process did not end when asked to".into())
}
