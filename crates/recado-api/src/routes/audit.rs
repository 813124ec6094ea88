//! Who did what.

use axum::extract::State;
use recado_engine::audit;
use recado_model::AuditAction;
use recado_store::audit::{self as store, AuditEntry};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::actor::{Can, perm};
use crate::answer::List;
use crate::error::Result;
use crate::extract::{Paging, Query};
use crate::state::Api;

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// What this member or key did.
    actor: Option<Uuid>,
    action: Option<AuditAction>,
}

/// List the audit log
///
/// Who changed settings, people and keys, deleted something or signed in, newest first.
#[utoipa::path(get, path = "/audit-log", operation_id = "list_audit_log", tag = "Audit log", params(Filter, Paging),
    responses((status = 200, body = List<AuditEntry>)),
    security(("session" = ["audit:read"]), ("api_key" = ["audit:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::AuditRead>,
    Query(filter): Query<Filter>,
    paging: Paging,
) -> Result<List<AuditEntry>> {
    let Filter { actor, action } = filter;
    let listing = paging.of(caller.account, "audit-log")?;
    let filter = store::Filter { actor, action };
    let page = audit::list(&api.ctx, &caller, &filter, listing.after, listing.limit).await?;
    Ok(listing.answer(page))
}
