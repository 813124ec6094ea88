//! Saved views: filters of the list of conversations, under a name.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, Json, MemberId, Stored, Time, ViewFilter, ViewId};
use serde::Serialize;
use utoipa::ToSchema;

record! {
    #[derive(PartialEq, Eq, Serialize, ToSchema)]
    pub struct View {
        pub id: ViewId,
        /// Who made it.
        pub member_id: MemberId,
        pub name: String,
        #[schema(value_type = ViewFilter)]
        pub filter: Json<ViewFilter>,
        /// Whether everybody has it in their list.
        pub shared: bool,
        /// Lower ones stand first.
        pub position: i64,
        pub created_at: Time,
        pub updated_at: Time,
    }
}

macro_rules! columns {
    () => {
        "id, member_id, name, filter, shared, position, created_at, updated_at"
    };
}

sql!(LIST -> View = concat!("SELECT ", columns!(), " FROM views
    WHERE account_id = $1 AND (shared OR member_id = $2) ORDER BY position, id"));

/// A member's own and those that are shared.
pub async fn list(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Vec<View>> {
    tx.all(&LIST, &[&account, &member]).await
}

sql!(GET -> View = concat!("SELECT ", columns!(), " FROM views
    WHERE account_id = $1 AND id = $2 AND (shared OR member_id = $3)"));

/// Another member's is not there, unless it is shared.
pub async fn get(tx: &mut Tx, account: AccountId, id: ViewId, member: MemberId) -> Result<Option<View>> {
    tx.first(&GET, &[&account, &id, &member]).await
}

sql!(COUNT -> (i64,) = "SELECT count(*) FROM views WHERE account_id = $1 AND member_id = $2");

pub async fn count(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<i64> {
    Ok(tx.one(&COUNT, &[&account, &member]).await?.0)
}

sql!(INSERT -> () = "INSERT INTO views (account_id, id, member_id, name, filter, shared, position, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

pub async fn insert(tx: &mut Tx, account: AccountId, view: &View) -> Result<()> {
    let params: [&dyn Stored; 9] = [
        &account,
        &view.id,
        &view.member_id,
        &view.name,
        &view.filter,
        &view.shared,
        &view.position,
        &view.created_at,
        &view.updated_at,
    ];
    tx.run(&INSERT, &params).await?;
    Ok(())
}

sql!(UPDATE -> () = "UPDATE views SET name = $3, filter = $4, shared = $5, position = $6, updated_at = $7
    WHERE account_id = $1 AND id = $2");

pub async fn update(tx: &mut Tx, account: AccountId, view: &View) -> Result<()> {
    let params: [&dyn Stored; 7] = [
        &account,
        &view.id,
        &view.name,
        &view.filter,
        &view.shared,
        &view.position,
        &view.updated_at,
    ];
    tx.run(&UPDATE, &params).await?;
    Ok(())
}

sql!(REMOVE -> () = "DELETE FROM views WHERE account_id = $1 AND id = $2");

pub async fn remove(tx: &mut Tx, account: AccountId, id: ViewId) -> Result<()> {
    tx.run(&REMOVE, &[&account, &id]).await?;
    Ok(())
}

sql!(FORGET -> () = "DELETE FROM views WHERE account_id = $1 AND member_id = $2 AND NOT shared");

/// Takes away what nobody else can see, of a member who leaves.
pub async fn forget_of(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<()> {
    tx.run(&FORGET, &[&account, &member]).await?;
    Ok(())
}
