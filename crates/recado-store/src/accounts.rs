//! Accounts: the tenants.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, Time};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct Account {
        pub id: AccountId,
        pub name: String,
        /// Made by `recado dev` to try things out.
        pub is_demo: bool,
    }
}

sql!(INSERT -> () = "INSERT INTO accounts (id, name, is_demo, created_at) VALUES ($1, $2, $3, $4)");

pub async fn insert(tx: &mut Tx, account: &Account, now: Time) -> Result<()> {
    tx.run(&INSERT, &[&account.id, &account.name, &account.is_demo, &now])
        .await?;
    Ok(())
}

sql!(GET -> Account = "SELECT id, name, is_demo FROM accounts WHERE id = $1");

pub async fn get(tx: &mut Tx, id: AccountId) -> Result<Option<Account>> {
    tx.first(&GET, &[&id]).await
}

sql!(RENAME -> () = "UPDATE accounts SET name = $2 WHERE id = $1");

pub async fn rename(tx: &mut Tx, id: AccountId, name: &str) -> Result<()> {
    tx.run(&RENAME, &[&id, &name]).await?;
    Ok(())
}

sql!(LOCK -> () = "UPDATE accounts SET name = name WHERE id = $1");

/// Makes others who lock the same account wait until this transaction ends, for rules over several of its rows.
pub async fn lock(tx: &mut Tx, id: AccountId) -> Result<()> {
    tx.run(&LOCK, &[&id]).await?;
    Ok(())
}

sql!(#[scan = "for commands of the operator; one row a customer"]
    IDS -> (AccountId,) = "SELECT id FROM accounts ORDER BY id");

/// All accounts there are, for commands that concern the whole installation.
pub async fn ids(tx: &mut Tx) -> Result<Vec<AccountId>> {
    Ok(tx.all(&IDS, &[]).await?.into_iter().map(|(id,)| id).collect())
}
