//! `recado config`: the configuration in force, its reference page, its JSON Schema.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::Failure;
use crate::config::{self, Flags, Sources};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The reference page in Markdown, as docs/configuration.md
    Reference,
    /// JSON Schema of the configuration file
    Schema,
}

pub fn run(options: Options) -> Result<ExitCode, Failure> {
    let page = match options.what {
        Some(What::Reference) => config::markdown(),
        Some(What::Schema) => config::json_schema(),
        None => {
            let loaded = Sources::of_process(options.flags).load()?;
            for warning in &loaded.warnings {
                eprintln!("recado: {warning}");
            }
            config::effective(&loaded)
        }
    };
    super::print(&page)
}
