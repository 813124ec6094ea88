//! The inbox in a browser, by `web/bench/frames.mjs`: its figures come as one flat JSON object.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::Result;
use crate::figures::Figures;

/// From the root of the repository, as everything else here.
const SCRIPT: &str = "web/bench/frames.mjs";

/// Where there is no Chromium the script says so and has no figures: the others are worth having without it.
pub async fn measure(binary: &Path, figures: &mut Figures) -> Result<()> {
    let output = Command::new("node")
        .arg(SCRIPT)
        .env("RECADO_BINARY", binary)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .map_err(|error| format!("node {SCRIPT}: {error}"))?;
    if !output.status.success() {
        return Err(format!("node {SCRIPT}: {}", output.status).into());
    }
    let measured: BTreeMap<String, f64> = serde_json::from_slice(&output.stdout)?;
    for (name, value) in measured {
        figures.set(&name, value);
    }
    Ok(())
}
