//! The command line. Each command's options stand with the command; settings are flags of their own, see
//! [`Flags`](crate::config::Flags).

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::Failure;
use crate::commands::{
    backup, config, dev, doctor, export, import, keys, openapi, reindex, replay, restore, send, serve, tail,
};

/// Recado: a team inbox for WhatsApp.
#[derive(Debug, Parser)]
#[command(
    name = "recado",
    version,
    propagate_version = false,
    arg_required_else_help = true,
    max_term_width = 110
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the inbox, the API and the providers' webhooks
    Serve(serve::Options),
    /// Try Recado: serve it with a simulated WhatsApp and a demo account, no account anywhere and no internet needed
    Dev(dev::Options),
    /// Make, list and revoke API keys
    Keys(keys::Options),
    /// Send a message through a running Recado, and tell what became of it
    Send(Box<send::Options>),
    /// Follow what happens in an account of a running Recado, one event a line
    Tail(tail::Options),
    /// Take contacts in from a CSV file
    Import(import::Options),
    /// Write contacts as CSV, or everything of an account as JSON Lines
    Export(export::Options),
    /// Look at everything an installation needs, and say what to do about what is wrong
    Doctor(doctor::Options),
    /// Copy a SQLite installation to a folder, while it runs or not, and verify the copy
    Backup(backup::Options),
    /// Put a backup into a data folder that has no database
    Restore(restore::Options),
    /// Take in stored webhooks again, after a fix
    Replay(replay::Options),
    /// Make the search index anew, from what is stored
    Reindex(reindex::Options),
    /// Print the OpenAPI document of the API
    Openapi,
    /// Print the configuration in force, its reference page or its JSON Schema
    Config(config::Options),
    /// Print the version
    Version,
}

impl Cli {
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Serve(options) => serve::run(options),
            Command::Dev(options) => dev::run(options),
            Command::Keys(options) => keys::run(options),
            Command::Send(options) => send::run(*options),
            Command::Tail(options) => tail::run(options),
            Command::Import(options) => import::run(options),
            Command::Export(options) => export::run(options),
            Command::Doctor(options) => doctor::run(options),
            Command::Backup(options) => backup::run(options),
            Command::Restore(options) => restore::run(options),
            Command::Replay(options) => replay::run(options),
            Command::Reindex(options) => reindex::run(options),
            Command::Openapi => openapi::run(),
            Command::Config(options) => config::run(options),
            Command::Version => crate::commands::print(concat!("recado ", env!("CARGO_PKG_VERSION"), "\n")),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help_of_serve_tells_every_setting() {
        let mut command = Cli::command();
        let help = command
            .find_subcommand_mut("serve")
            .unwrap()
            .render_long_help()
            .to_string();
        for setting in crate::config::settings() {
            let told = [']', ','].map(|end| format!("{}{end}", setting.variable()));
            assert!(
                told.iter().any(|told| help.contains(told)),
                "{} is not told",
                setting.path
            );
            assert_eq!(
                help.contains(&format!("--{} ", setting.flag())),
                setting.has_flag,
                "{}",
                setting.path
            );
        }
    }

    #[test]
    fn the_flags_that_scripts_rely_on() {
        const ID: &str = "0192e4a0-0000-7000-8000-000000000001";
        let line = [
            "recado",
            "dev",
            "--data",
            "d",
            "--listen",
            "127.0.0.1:0",
            "--database-url",
            "sqlite:x",
            "--json",
        ];
        assert!(Cli::try_parse_from(line).is_ok());
        assert!(Cli::try_parse_from(["recado", "replay", "--account", ID, ID]).is_ok());
        assert!(Cli::try_parse_from(["recado", "replay", "--all"]).is_ok());
        assert!(
            Cli::try_parse_from(["recado", "replay"]).is_err(),
            "nothing is replayed by accident"
        );
        assert!(Cli::try_parse_from(["recado", "replay", "--all", ID]).is_err());
    }
}
