//! Logs and figures. Logs go to standard error, always: standard output belongs to what a command prints.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::TryInitError;

use crate::config::{Log, LogFormat};

/// How often old samples are folded away; the exporter keeps them all until told.
const UPKEEP: Duration = Duration::from_secs(5);

/// Upper bounds in seconds, from a query on SQLite to the longest request there may be.
const SECONDS: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// Turns logging on for the process. Once.
///
/// # Errors
/// When it was turned on before.
pub fn logs(log: &Log) -> Result<(), TryInitError> {
    use tracing_subscriber::util::SubscriberInitExt;

    // The filter was parsed when the configuration was checked.
    // The MCP library tells of each request what it did for it, and warns of what a client got wrong; our own line says what was asked. A filter that names
    // it has the last word.
    let filter = EnvFilter::try_new(format!("rmcp=error,{}", log.filter))
        .unwrap_or_else(|_| EnvFilter::new("info,rmcp=error"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match log.format {
        LogFormat::Pretty => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(colours).finish().try_init()
        }
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init(),
    }
}

/// The figures of this process, as text for Prometheus.
#[derive(Clone)]
pub struct Figures {
    recorder: PrometheusHandle,
    process: metrics_process::Collector,
}

impl Figures {
    /// Begins to record for the process. Once.
    ///
    /// # Errors
    /// When something records already.
    pub fn record() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
            .install_recorder()?;
        let process = metrics_process::Collector::default();
        process.describe();
        metrics::describe_gauge!("recado_build_info", "Always 1; the version is a label.");
        metrics::gauge!("recado_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Self { recorder, process })
    }

    pub fn render(&self) -> String {
        self.process.collect();
        self.recorder.render()
    }

    /// Keeps memory bounded between visits of the scraper.
    pub async fn upkeep(self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(UPKEEP);
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            self.recorder.run_upkeep();
        }
    }
}

impl std::fmt::Debug for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Figures").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The only test of this binary that installs the recorder: there is one for the process.
    #[test]
    fn figures_are_rendered_with_buckets_and_the_process_itself() {
        let figures = Figures::record().unwrap();
        metrics::histogram!("recado_test_seconds").record(0.003);
        metrics::counter!("recado_test_total").increment(2);
        let text = figures.render();
        assert!(text.contains("recado_test_total 2"), "{text}");
        assert!(
            text.contains("recado_test_seconds_bucket{le=\"0.005\"} 1"),
            "{text}"
        );
        assert!(text.contains("recado_build_info{version="), "{text}");
        assert!(text.contains("process_resident_memory_bytes"), "{text}");
    }
}
