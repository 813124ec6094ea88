//! What the commands share that work on the store itself, whether a server runs on it or not.

use recado_db::Db;
use recado_engine::Ctx;
use recado_fetch::Allow;
use recado_model::AccountId;
use recado_store::accounts::{self, Account};

use super::Refusal;
use crate::config::Config;
use crate::{Failure, app};

/// The engine on the configured store as it is. Nothing is made and nothing migrated: a wrong `--data` shall not leave an
/// empty installation behind, and a server that runs shall not find its tables changed.
pub async fn open(config: &Config) -> Result<Ctx, Failure> {
    let db = database(config).await?;
    let pending = db.pending(recado_store::MIGRATIONS).await?;
    if !pending.is_empty() {
        return Err(
            "the database is of an older Recado: start `recado serve` of this version once, it migrates"
                .into(),
        );
    }
    app::context_on(config, db, config.public_url(config.listen), Allow::PublicOnly)
}

/// The configured database, if there is one.
pub async fn database(config: &Config) -> Result<Db, Failure> {
    let file = recado_db::sqlite_file(&config.database_url());
    if let Some(file) = file.filter(|file| !file.exists()) {
        return Err(Refusal::usage(format!(
            "there is no database at {}; give --data or --database-url as for `recado serve`",
            file.display()
        )));
    }
    app::database(config).await
}

/// The account of this id or name; without one, the only account there is.
pub async fn account(ctx: &Ctx, asked: Option<&str>) -> Result<Account, Failure> {
    let mut all = all_accounts(ctx).await?;
    let Some(asked) = asked else {
        let Some(only) = all.pop() else {
            return Err(Refusal::usage(
                "there is no account yet; sign up in the browser first",
            ));
        };
        if all.is_empty() {
            return Ok(only);
        }
        all.push(only);
        return Err(Refusal::usage(format!(
            "there are several accounts; say which with --account: {}",
            listed(&all)
        )));
    };
    let id: Option<AccountId> = asked.parse().ok();
    let mut found: Vec<&Account> = all.iter().filter(|one| Some(one.id) == id).collect();
    if found.is_empty() {
        found = all.iter().filter(|one| one.name == asked).collect();
    }
    match found[..] {
        [one] => Ok(one.clone()),
        [] => Err(Refusal::usage(format!("there is no account {asked:?}"))),
        _ => Err(Refusal::usage(format!(
            "several accounts are called {asked:?}; give the id of one: {}",
            listed(&all)
        ))),
    }
}

pub async fn all_accounts(ctx: &Ctx) -> Result<Vec<Account>, Failure> {
    let mut tx = ctx.db.read().await?;
    let mut all = Vec::new();
    for id in accounts::ids(&mut tx).await? {
        all.extend(accounts::get(&mut tx, id).await?);
    }
    Ok(all)
}

fn listed(accounts: &[Account]) -> String {
    let some = accounts
        .iter()
        .take(20)
        .map(|one| format!("{} ({})", one.id, one.name));
    let mut text = some.collect::<Vec<_>>().join(", ");
    if accounts.len() > 20 {
        text.push_str(", …");
    }
    text
}
