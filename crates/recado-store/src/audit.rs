//! The audit log: who did what. Rows are only ever added.

use recado_db::{Result, Tx, record, sql};
use recado_model::{AccountId, AuditAction, AuditActor, AuditId, Cursor, Json, Stored, Time};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

record! {
    #[derive(PartialEq, Serialize, ToSchema)]
    pub struct AuditEntry {
        pub id: AuditId,
        pub actor_type: AuditActor,
        /// The member or the key; null if Recado itself did it.
        #[schema(required)]
        pub actor_id: Option<Uuid>,
        /// As they were called then.
        #[schema(required)]
        pub actor_name: Option<String>,
        pub action: AuditAction,
        /// What it was done to: of the kind that the action begins with.
        #[schema(required)]
        pub subject_id: Option<Uuid>,
        /// What it was called, and what was changed.
        #[schema(value_type = Object)]
        pub summary: Json<serde_json::Value>,
        /// Where the request came from.
        #[schema(required)]
        pub ip: Option<String>,
        pub created_at: Time,
    }
}

/// What a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A member or a key.
    pub actor: Option<Uuid>,
    pub action: Option<AuditAction>,
}

sql!(INSERT -> () = "INSERT INTO audit_log (account_id, id, actor_type, actor_id, actor_name, action, subject_id,
        summary, ip, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)");

pub async fn insert(tx: &mut Tx, account: AccountId, entry: &AuditEntry) -> Result<()> {
    let AuditEntry {
        id,
        actor_type,
        actor_id,
        actor_name,
        action,
        subject_id,
        summary,
        ip,
        created_at,
    } = entry;
    tx.run(
        &INSERT,
        &[
            &account, id, actor_type, actor_id, actor_name, action, subject_id, summary, ip, created_at,
        ],
    )
    .await?;
    Ok(())
}

// One statement per driving index; the nil id and an empty word stand for "any".
macro_rules! list {
    ($name:ident, $drive:literal) => {
        sql!($name -> AuditEntry = concat!(
            "SELECT id, actor_type, actor_id, actor_name, action, subject_id, summary, ip, created_at
             FROM audit_log WHERE account_id = $1 AND ", $drive,
            " AND (actor_id = $2 OR $2 = $3) AND (action = $4 OR $4 = '')
             AND (created_at, id) < ($5, $6) ORDER BY created_at DESC, id DESC LIMIT $7"
        ));
    };
}

list!(BY_TIME, "1 = 1");
list!(BY_ACTION, "action = $4");
list!(BY_ACTOR, "actor_id = $2");

/// Entries after `cursor`, newest first.
pub async fn list(
    tx: &mut Tx,
    account: AccountId,
    filter: &Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let statement = match (filter.actor, filter.action) {
        (Some(_), _) => &BY_ACTOR,
        (None, Some(_)) => &BY_ACTION,
        (None, None) => &BY_TIME,
    };
    let actor = filter.actor.unwrap_or_else(Uuid::nil);
    let action = filter.action.map_or("", AuditAction::as_str);
    let params: [&dyn Stored; 7] = [
        &account,
        &actor,
        &Uuid::nil(),
        &action,
        &cursor.at,
        &cursor.id,
        &limit,
    ];
    tx.all(statement, &params).await
}
