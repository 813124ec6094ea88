//! The audit log: who did what to the account's settings, people and data. An entry is written in the transaction
//! of what it tells of, so that there is neither without the other.

use recado_db::Tx;
use recado_model::{Actor, AuditAction, AuditActor, Cursor, Json, Page, Who};
use recado_store as store;
use recado_store::audit::{AuditEntry, Filter};
use uuid::Uuid;

use crate::{Ctx, Result};

/// Notes that `actor` did something to `subject`. `summary` is a flat object of texts: what the thing was called
/// (`name`), what was changed and how. Never a secret.
pub async fn record(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    action: AuditAction,
    subject: impl Into<Option<Uuid>>,
    summary: serde_json::Value,
) -> Result<()> {
    let (actor_type, actor_id) = match actor.who {
        Who::Member { member, .. } => (AuditActor::Member, Some(member.0)),
        Who::Key { key } => (AuditActor::Key, Some(key.0)),
        Who::System => (AuditActor::System, None),
    };
    let actor_name = match actor.who {
        Who::Member { member, .. } => store::members::get(tx, actor.account, member)
            .await?
            .map(|member| member.name),
        Who::Key { key } => store::api_keys::get(tx, actor.account, key)
            .await?
            .map(|key| key.name),
        Who::System => None,
    };
    let entry = AuditEntry {
        id: ctx.ids.next(),
        actor_type,
        actor_id,
        actor_name,
        action,
        subject_id: subject.into(),
        summary: Json(summary),
        ip: actor.address.map(|address| address.to_string()),
        created_at: ctx.clock.now(),
    };
    store::audit::insert(tx, actor.account, &entry).await?;
    Ok(())
}

/// One page of the log, newest first.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    filter: &Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Page<AuditEntry>> {
    let mut tx = ctx.db.read().await?;
    let rows = store::audit::list(&mut tx, actor.account, filter, cursor, limit + 1).await?;
    Ok(Page::from_rows(rows, limit, |entry| Cursor {
        at: entry.created_at,
        id: entry.id.0,
    }))
}
