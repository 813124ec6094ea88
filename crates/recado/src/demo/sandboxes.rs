//! A sandbox for each account that asks for one, beside the demo account's: its own number, its own customers. What it is
//! known by is made up the first time and kept in the data folder, so that it is the same after the next start.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use recado_engine::numbers::{self, DemoMeta};
use recado_engine::{Ctx, tokens};
use recado_model::AccountId;
use recado_sandbox::{Business, Sandbox, SeedPhone};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::Failure;

/// What a new account's number is called.
const LABEL: &str = "Sandbox";

/// The sandboxes that run.
#[derive(Debug)]
pub struct Sandboxes {
    folder: PathBuf,
    running: Mutex<HashMap<AccountId, Sandbox>>,
}

/// What a number is known by, as Meta's dashboard would show it.
#[derive(Debug, Serialize, Deserialize)]
struct Number {
    display_phone: String,
    phone_number_id: String,
    waba_id: String,
    access_token: String,
    app_secret: String,
    verify_token: String,
}

impl Sandboxes {
    /// Keeps what it makes in a folder below this one.
    pub fn new(data: &std::path::Path) -> Self {
        Self {
            folder: data.join("sandboxes"),
            running: Mutex::default(),
        }
    }

    /// Starts the sandbox of an account, unless it runs.
    pub async fn start(&self, account: AccountId) -> Result<DemoMeta, Failure> {
        let number = self.number(account)?;
        let mut running = self.running.lock().await;
        let url = if let Some(sandbox) = running.get(&account) {
            sandbox.url().to_owned()
        } else {
            let mut config = recado_sandbox::Config::new(
                self.folder.join(format!("{account}.db")),
                number.business(),
                recado_whatsapp::http_client()?,
            );
            config.listen = SocketAddr::from(([127, 0, 0, 1], 0));
            config.seed = vec![SeedPhone {
                wa_id: "34600000301".to_owned(),
                name: "Ana Lima".to_owned(),
                messages: Vec::new(),
            }];
            let sandbox = Sandbox::start(config).await?;
            let url = sandbox.url().to_owned();
            running.insert(account, sandbox);
            url
        };
        Ok(number.connection(url))
    }

    /// Starts again what ran before.
    pub async fn resume(&self, ctx: &Ctx) -> Result<(), Failure> {
        if !self.folder.try_exists()? {
            return Ok(());
        }
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let account = path
                .file_stem()
                .and_then(|stem| stem.to_str()?.parse::<AccountId>().ok())
                .filter(|_| path.extension().is_some_and(|extension| extension == "json"));
            let Some(account) = account else { continue };
            let number = self.start(account).await?;
            // An account that is gone has no use for it; the others start all the same.
            if let Err(error) = numbers::resume_sandbox(ctx, account, number).await {
                tracing::warn!(%account, %error, "the sandbox of an account is not connected");
            }
        }
        Ok(())
    }

    /// Stops them all.
    pub async fn stop(&self) {
        let running = std::mem::take(&mut *self.running.lock().await);
        for sandbox in running.into_values() {
            sandbox.stop().await;
        }
    }

    fn number(&self, account: AccountId) -> Result<Number, Failure> {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.join(format!("{account}.json"));
        if path.try_exists()? {
            return Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?);
        }
        let number = Number::made_up(account);
        std::fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(0o600))?;
        serde_json::to_writer_pretty(&mut file, &number)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(number)
    }
}

impl Number {
    /// From a range that nobody has; ids are unlike the demo account's, and the same account's are always the same.
    fn made_up(account: AccountId) -> Self {
        let drawn = account.0.as_u128() % 100_000_000;
        Self {
            display_phone: format!("+34 600 1{:02} {:03}", drawn / 1000 % 100, drawn % 1000),
            phone_number_id: format!("3000000{drawn:08}"),
            waba_id: format!("4000000{drawn:08}"),
            access_token: tokens::random(),
            app_secret: tokens::random(),
            verify_token: tokens::random(),
        }
    }

    fn business(&self) -> Business {
        Business {
            name: LABEL.to_owned(),
            display_phone: self.display_phone.clone(),
            phone_number_id: self.phone_number_id.clone(),
            waba_id: self.waba_id.clone(),
            access_token: self.access_token.clone(),
            app_secret: self.app_secret.clone(),
            verify_token: self.verify_token.clone(),
        }
    }

    fn connection(self, url: String) -> DemoMeta {
        DemoMeta {
            label: LABEL.to_owned(),
            display_phone: self.display_phone,
            phone_number_id: self.phone_number_id,
            waba_id: self.waba_id,
            access_token: self.access_token.into(),
            app_secret: self.app_secret.into(),
            verify_token: self.verify_token.into(),
            assigned: None,
            base_url: url,
        }
    }
}
