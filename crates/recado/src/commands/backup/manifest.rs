//! What a backup says of itself, beside what it holds.

use std::path::Path;

use recado_model::{AccountId, Time};
use serde::{Deserialize, Serialize};

use super::files;
use crate::Failure;

/// Raised when an older program could not put the backup back.
pub const FORMAT: u32 = 1;

/// The names in the folder.
const MANIFEST: &str = "backup.json";
pub const DATABASE: &str = "recado.db";
pub const MEDIA: &str = "media";
pub const KEY: &str = "secret.key";

#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The version that made it.
    pub recado: String,
    pub made_at: Time,
    pub database: DatabaseFile,
    /// None if files were left out.
    pub media: Option<Files>,
    pub accounts: Vec<AccountState>,
    pub secret_key: SecretKey,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct DatabaseFile {
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Files {
    pub count: u64,
    pub bytes: u64,
    /// Files that rows promise and that were not there.
    pub missing: u64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct AccountState {
    pub id: AccountId,
    pub name: String,
    /// The newest event in the copy.
    pub journal_seq: i64,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SecretKey {
    /// What the keys are called, so that the right one is known again.
    pub ids: Vec<String>,
    pub included: bool,
}

impl Manifest {
    pub async fn write(&self, folder: &Path) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(files::write_private(&folder.join(MANIFEST), text.as_bytes()).await?)
    }

    pub async fn read(folder: &Path) -> Result<Self, Failure> {
        let file = folder.join(MANIFEST);
        let text = tokio::fs::read_to_string(&file)
            .await
            .map_err(|error| format!("{} is no backup: {}: {error}", folder.display(), file.display()))?;
        Ok(serde_json::from_str(&text)
            .map_err(|error| format!("{} cannot be understood: {error}", file.display()))?)
    }
}
