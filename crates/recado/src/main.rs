//! The program: commands, configuration, lifecycle, and the wiring of the rooms.

mod app;
mod cli;
mod commands;
mod config;
mod data_folder;
mod demo;
mod lifecycle;
mod open_files;
mod server;
mod telemetry;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

/// Rows and frames are many small values that live for a moment; this allocator is made for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Anything that keeps a command from doing its work; told on standard error with its causes.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(failure) => {
            commands::tell(&told(failure.as_ref()));
            commands::exit_code(failure.as_ref())
        }
    }
}

/// The error and its causes on one line; a cause that its effect already tells is not told twice.
fn told(failure: &dyn Error) -> String {
    let mut text = failure.to_string();
    let mut cause = failure.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = error.source();
    }
    text
}
