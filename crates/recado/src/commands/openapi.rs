//! `recado openapi`: the API's description, from which the web client is generated.

use std::process::ExitCode;

use crate::Failure;

pub fn run() -> Result<ExitCode, Failure> {
    let document = serde_json::to_string_pretty(&recado_api::openapi())?;
    super::print(&format!("{document}\n"))
}
