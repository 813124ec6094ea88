//! API keys: made by people who may, shown once, good until they expire or are revoked.

use std::num::NonZeroU32;
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
/// Requests a minute that a key may be given.
const HIGHEST_LIMIT: i64 = 6000;

#[derive(Clone, Debug)]
pub struct NewApiKey {
    pub name: String,
    pub scopes: Permissions,
    /// At most a year away; none: never.
    pub expires_at: Option<Time>,
    /// Requests a minute; none: as many as any key.
    pub rate_limit: Option<i64>,
}

/// What to change about a key; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: Option<String>,
    pub rate_limit: Option<Option<i64>>,
}

/// A new key and its secret, which nobody can see again.
#[derive(Clone, Serialize, ToSchema)]
pub struct CreatedApiKey {
    #[serde(flatten)]
    pub details: ApiKey,
    /// The key itself; shown once.
    pub key: String,
}

/// A key that holds, before the request is counted.
#[derive(Clone, Copy, Debug)]
pub struct Holder {
    actor: Actor,
    key: ApiKeyId,
    own_limit: Option<NonZeroU32>,
    last_used_at: Option<Time>,
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
    check_rate_limit(form.rate_limit)?;
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
        rate_limit: form.rate_limit,
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

/// Gives a key another name or another limit, from the next request on.
///
/// # Errors
/// `BadInput`, `NotFound`, `Conflict` with `revoked`.
pub async fn change(ctx: &Ctx, actor: &Actor, id: ApiKeyId, change: &Change) -> Result<ApiKey> {
    let mut tx = ctx.db.begin().await?;
    let before = store::api_keys::get(&mut tx, actor.account, id).await?;
    let before = before.ok_or(Error::NotFound("API key"))?;
    if before.revoked_at.is_some() {
        return Err(Error::conflict("revoked", "This API key was revoked."));
    }
    let mut key = before.clone();
    if let Some(name) = &change.name {
        key.name = input::name("name", name)?;
    }
    if let Some(limit) = change.rate_limit {
        check_rate_limit(limit)?;
        key.rate_limit = limit;
    }
    if key != before {
        store::api_keys::change(&mut tx, actor.account, id, &key.name, key.rate_limit).await?;
        let summary = json!({ "name": key.name, "rate_limit": key.rate_limit });
        audit::record(ctx, &mut tx, actor, AuditAction::ApiKeyChanged, id.0, summary).await?;
        tx.commit().await?;
    }
    Ok(key)
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
    find(ctx, bearer).await?.admit(ctx).await
}

/// Finds the key a program sent.
///
/// # Errors
/// `Unauthorized`.
pub async fn find(ctx: &Ctx, bearer: &str) -> Result<Holder> {
    let token = ApiKeyToken::parse(bearer).ok_or_else(|| refused("This is not an API key."))?;
    let kept = store::api_keys::by_public_id(&mut ctx.db.read().await?, token.public_id()).await?;
    let kept = kept.filter(|kept| token.matches(&kept.secret_hash));
    let kept = kept.ok_or_else(|| refused("There is no such API key."))?;
    check_alive(kept.revoked_at, kept.expires_at, ctx.clock.now())?;
    let who = Who::Key { key: kept.id };
    Ok(Holder {
        actor: Actor {
            account: kept.account_id,
            who,
            permissions: kept.scopes,
            address: None,
        },
        key: kept.id,
        own_limit: kept
            .rate_limit
            .and_then(|limit| u32::try_from(limit).ok())
            .and_then(NonZeroU32::new),
        last_used_at: kept.last_used_at,
    })
}

impl Holder {
    /// Counts the request against the key's limit.
    ///
    /// # Errors
    /// `RateLimited`.
    pub async fn admit(&self, ctx: &Ctx) -> Result<Authenticated> {
        let allowance = ctx.limits.api(self.key, self.own_limit)?;
        let now = ctx.clock.now();
        if self.last_used_at.is_none_or(|at| now >= at.plus(USED_EVERY)) {
            let mut tx = ctx.db.begin().await?;
            store::api_keys::touch(&mut tx, self.actor.account, self.key, now).await?;
            tx.commit().await?;
        }
        Ok(Authenticated {
            actor: self.actor,
            allowance,
        })
    }

    /// Requests a minute.
    pub fn limit(&self, ctx: &Ctx) -> u32 {
        self.own_limit
            .map_or_else(|| ctx.limits.api_limit(), NonZeroU32::get)
    }
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

fn check_rate_limit(limit: Option<i64>) -> Result<()> {
    if limit.is_none_or(|limit| (1..=HIGHEST_LIMIT).contains(&limit)) {
        Ok(())
    } else {
        Err(Error::bad_input(
            "rate_limit",
            format!("`rate_limit` is a whole number from 1 to {HIGHEST_LIMIT}, or null."),
        ))
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
