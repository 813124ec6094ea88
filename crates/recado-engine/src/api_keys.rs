//! API keys: made by people who may, shown once, good until they expire or are revoked.

use std::time::Duration;

use recado_model::{Actor, ApiKeyId, AuditAction, Permissions, Time, Who};
use recado_store as store;
use recado_store::api_keys::{ApiKey, NewSecret};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::limits::Allowance;
use crate::tokens::ApiKeyToken;
use crate::{Ctx, Error, Result, audit, input};

const LONGEST_LIFE: Duration = Duration::from_hours(365 * 24);
/// How exactly we know when a key was last used.
const USED_EVERY: Duration = Duration::from_mins(1);
const LISTED: i64 = 500;

#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub name: String,
    pub scopes: Permissions,
    /// At most a year away; none: never.
    pub expires_at: Option<Time>,
}

/// A new key and its secret, which nobody can see again.
#[derive(Clone, Serialize, ToSchema)]
pub struct CreatedApiKey {
    #[serde(flatten)]
    pub details: ApiKey,
    /// The key itself; shown once.
    pub key: String,
}

/// Whom a key belongs to, and how much it may still ask.
#[derive(Clone, Copy, Debug)]
pub struct Authenticated {
    pub actor: Actor,
    pub allowance: Allowance,
}

/// Nobody gives a key more than they have.
pub async fn create(ctx: &Ctx, actor: &Actor, form: NewApiKey) -> Result<CreatedApiKey> {
    let name = input::name("name", &form.name)?;
    if !form.scopes.within(actor.permissions) {
        return Err(Error::bad_input(
            "scopes",
            "A key cannot have a scope that you do not have.",
        ));
    }
    let now = ctx.clock.now();
    if form
        .expires_at
        .is_some_and(|at| at <= now || at > now.plus(LONGEST_LIFE))
    {
        return Err(Error::bad_input(
            "expires_at",
            "A key expires within 365 days, or never.",
        ));
    }
    let token = ApiKeyToken::generate();
    let details = ApiKey {
        id: ctx.ids.next(),
        name,
        key_prefix: token.prefix(),
        scopes: form.scopes,
        created_at: now,
        expires_at: form.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let secret = NewSecret {
        public_id: token.public_id(),
        secret_hash: token.secret_hash(),
        created_by: actor.member(),
    };
    let mut tx = ctx.db.begin().await?;
    store::api_keys::insert(&mut tx, actor.account, &details, &secret).await?;
    let summary = json!({ "name": details.name, "scopes": details.scopes });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::ApiKeyCreated,
        details.id.0,
        summary,
    )
    .await?;
    tx.commit().await?;
    Ok(CreatedApiKey {
        details,
        key: token.expose(),
    })
}

/// Newest first, revoked ones too, the newest 500.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<ApiKey>> {
    let mut tx = ctx.db.read().await?;
    Ok(store::api_keys::list(&mut tx, actor.account, LISTED).await?)
}

/// Holds from the next request on. Revoking again changes nothing.
pub async fn revoke(ctx: &Ctx, actor: &Actor, id: ApiKeyId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let key = store::api_keys::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("API key"))?;
    store::api_keys::revoke(&mut tx, actor.account, id, ctx.clock.now()).await?;
    if key.revoked_at.is_none() {
        let summary = json!({ "name": key.name });
        audit::record(ctx, &mut tx, actor, AuditAction::ApiKeyRevoked, id.0, summary).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Finds the key a program sent, and counts the request against its limit.
pub async fn authenticate_key(ctx: &Ctx, bearer: &str) -> Result<Authenticated> {
    let token = ApiKeyToken::parse(bearer).ok_or_else(|| refused("This is not an API key."))?;
    let kept = store::api_keys::by_public_id(&mut ctx.db.read().await?, token.public_id()).await?;
    let kept = kept.filter(|kept| token.matches(&kept.secret_hash));
    let kept = kept.ok_or_else(|| refused("There is no such API key."))?;
    let now = ctx.clock.now();
    check_alive(kept.revoked_at, kept.expires_at, now)?;
    let allowance = ctx.limits.api(kept.id)?;
    if kept.last_used_at.is_none_or(|at| now >= at.plus(USED_EVERY)) {
        let mut tx = ctx.db.begin().await?;
        store::api_keys::touch(&mut tx, kept.account_id, kept.id, now).await?;
        tx.commit().await?;
    }
    let who = Who::Key { key: kept.id };
    Ok(Authenticated {
        actor: Actor {
            account: kept.account_id,
            who,
            permissions: kept.scopes,
            address: None,
        },
        allowance,
    })
}

/// The same key as it is now, for connections that outlive a request.
pub(crate) async fn recheck(ctx: &Ctx, actor: &Actor, id: ApiKeyId) -> Result<Actor> {
    let mut tx = ctx.db.read().await?;
    let key = store::api_keys::get(&mut tx, actor.account, id).await?;
    let key = key.ok_or_else(|| refused("There is no such API key."))?;
    check_alive(key.revoked_at, key.expires_at, ctx.clock.now())?;
    Ok(Actor {
        permissions: key.scopes,
        ..*actor
    })
}

impl std::fmt::Debug for CreatedApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedApiKey")
            .field("details", &self.details)
            .finish_non_exhaustive()
    }
}

fn check_alive(revoked_at: Option<Time>, expires_at: Option<Time>, now: Time) -> Result<()> {
    if revoked_at.is_some() {
        Err(refused("This API key was revoked."))
    } else if expires_at.is_some_and(|at| at <= now) {
        Err(refused("This API key has expired."))
    } else {
        Ok(())
    }
}

fn refused(message: &'static str) -> Error {
    Error::Unauthorized {
        code: "unauthorized",
        message,
    }
}
