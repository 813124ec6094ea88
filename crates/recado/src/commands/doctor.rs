//! `recado doctor`: looks at everything an installation needs and says what to do about what is wrong. It changes nothing,
//! and may run beside a server.

mod machine;
mod stored;

use std::process::ExitCode;

use clap::Args;
use recado_engine::Ctx;
use recado_fetch::Allow;
use serde::Serialize;

use crate::config::{Config, Flags, Sources};
use crate::{Failure, app};

#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Options {
    /// Do not ask providers about the connected channels
    #[arg(long)]
    offline: bool,
    /// Print each finding as a line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    flags: Flags,
}

const AFTER: &str = "\
Give it the same flags, environment and file as `recado serve`.
Exit codes: 0 nothing is wrong (there may be warnings), 1 something is.";

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    /// It works, and somebody should know.
    Warn,
    /// It does not work, or will not for long.
    Fail,
}

/// One line.
#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    verdict: Verdict,
    message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// What was found, in the order it was looked at.
#[derive(Debug, Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn ok(&mut self, check: &'static str, message: impl Into<String>) {
        self.add(check, Verdict::Ok, message.into(), None);
    }

    fn warn(&mut self, check: &'static str, message: impl Into<String>, advice: impl Into<String>) {
        self.add(check, Verdict::Warn, message.into(), Some(advice.into()));
    }

    fn fail(&mut self, check: &'static str, message: impl Into<String>, advice: impl Into<String>) {
        self.add(check, Verdict::Fail, message.into(), Some(advice.into()));
    }

    fn add(&mut self, check: &'static str, verdict: Verdict, message: String, advice: Option<String>) {
        self.findings.push(Finding {
            check,
            verdict,
            message,
            advice,
        });
    }

    fn to_text(&self, json: bool) -> Result<String, Failure> {
        let mut text = String::new();
        for finding in &self.findings {
            if json {
                text.push_str(&serde_json::to_string(finding)?);
            } else {
                text.push_str(&finding.to_string());
            }
            text.push('\n');
        }
        Ok(text)
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok  ",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        write!(f, "{verdict}  {:<14}  {}", self.check, self.message)?;
        match &self.advice {
            Some(advice) => write!(f, " → {advice}"),
            None => Ok(()),
        }
    }
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let mut report = Report::default();
    if let Some(config) = configuration(options.flags, &mut report) {
        crate::open_files::raise_limit();
        machine::look(&config, &mut report);
        super::run(async {
            store(&config, options.offline, &mut report).await;
            Ok(())
        })?;
    }
    super::print(&report.to_text(options.json)?)?;
    let is_wrong = report
        .findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Fail);
    Ok(if is_wrong {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn configuration(flags: Flags, report: &mut Report) -> Option<Config> {
    let check = "configuration";
    let sources = Sources::of_process(flags);
    let loaded = match sources.load() {
        Ok(loaded) => loaded,
        Err(problem) => {
            let words = problem.to_string().replace('\n', " ");
            report.fail(check, words, "mend it; `recado serve --help` lists every setting");
            return None;
        }
    };
    let file = sources.file.map(|file| file.display().to_string());
    report.ok(
        check,
        format!("can be read, file: {}", file.as_deref().unwrap_or("none")),
    );
    for warning in &loaded.warnings {
        report.warn(check, warning, "remove it, or mend its name");
    }
    machine::public_url(&loaded.config, report);
    Some(loaded.config)
}

/// Everything that is in the database, if that can be opened.
async fn store(config: &Config, offline: bool, report: &mut Report) {
    let Some(db) = stored::database(config, report).await else {
        return;
    };
    stored::clock(&db, report).await;
    // A key that is missing would be made, and a folder too: their absence is told by now.
    let has_key = config.secrets.key.is_some() || config.key_file().exists();
    let is_served = machine::is_served(config);
    let ctx = if has_key && config.data.join("media").exists() {
        app::context_on(
            config,
            db.clone(),
            config.public_url(config.listen),
            Allow::PublicOnly,
        )
        .ok()
    } else {
        None
    };
    if let Err(error) = stored::accounts(&db, is_served, report).await {
        report.fail("database", crate::told(&error), "look at the log of the database");
    }
    match &ctx {
        Some(ctx) => channels(ctx, offline, report).await,
        None => report.warn(
            "channels",
            "not looked at without the secret key",
            "mend what stands above",
        ),
    }
    db.close().await;
}

async fn channels(ctx: &Ctx, offline: bool, report: &mut Report) {
    if let Err(error) = stored::channels(ctx, offline, report).await {
        report.fail("channels", crate::told(&error), "look at the log of the database");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_to_do() {
        let mut report = Report::default();
        report.ok("database", "SQLite 3");
        report.fail("disk", "no space left", "make some");
        assert_eq!(
            report.to_text(false).unwrap(),
            "ok    database        SQLite 3\nFAIL  disk            no space left → make some\n"
        );
        assert_eq!(
            report.to_text(true).unwrap().lines().last().unwrap(),
            r#"{"check":"disk","verdict":"fail","message":"no space left","advice":"make some"}"#
        );
    }
}
