//! Outgoing webhooks: an account's endpoints, which are told of what stands in its journal.
//!
//! [`follow`] reads the journals and makes a delivery of each event for each endpoint that wants it; a job hands each
//! one over. Both happen behind everything else: nobody who writes to the journal waits for them.

mod deliver;
mod event;
mod log;
mod reader;
mod sign;
mod slots;

use std::sync::Arc;
use std::time::Duration;

use recado_db::Tx;
use recado_journal::{Journal, Moves};
use recado_model::{AccountId, Actor, AuditAction, DisabledReason, EventFilter, Time, WebhookId};
use recado_store::accounts;
use recado_store::webhooks::{self as store, Secrets, Webhook};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::secrets::Place;
use crate::{Ctx, Error, Result, audit, input};

pub(crate) use deliver::{DELIVER_WEBHOOK, run};
pub use log::{DeliveryDetails, deliveries, delivery, replay, test};
pub use reader::follow;

/// More than anybody keeps apart.
const MOST: usize = 20;
/// How long the old secret signs too.
const OVERLAP: Duration = Duration::from_hours(24);
const MAX_DESCRIPTION: usize = 200;
const MAX_URL: usize = 2000;

/// How long things take and wait.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long an endpoint may take to answer.
    pub timeout: Duration,
    /// After the first failure; each further one waits four times as long.
    pub retry_first: Duration,
    /// How long a delivery is tried.
    pub retry_for: Duration,
    /// An endpoint that nothing has reached for so long is switched off.
    pub disable_after: Duration,
    /// Deliveries under way at once, of all accounts.
    pub at_once: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            retry_first: Duration::from_secs(5),
            retry_for: Duration::from_hours(24),
            disable_after: Duration::from_hours(72),
            at_once: 16,
        }
    }
}

/// What deliveries share in this process.
#[derive(Debug)]
pub struct Webhooks {
    settings: Settings,
    /// Which of the accounts with active endpoints have news; others are not even told apart.
    moves: Arc<Moves>,
    slots: slots::Slots,
}

impl Webhooks {
    pub fn new(journal: &Journal, settings: Settings) -> Self {
        Self {
            settings,
            moves: journal.moves_of_some(),
            slots: slots::Slots::new(settings.at_once),
        }
    }
}

#[derive(Clone, Debug)]
pub struct NewWebhook {
    pub url: String,
    pub description: Option<String>,
    /// None: all.
    pub events: Option<Vec<String>>,
    pub is_active: bool,
}

/// What to change; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub url: Option<String>,
    /// A blank one takes it away.
    pub description: Option<String>,
    pub events: Option<Vec<String>>,
    pub is_active: Option<bool>,
}

/// An endpoint and its new secret, which nobody can see again.
#[derive(Clone, Serialize, ToSchema)]
pub struct WebhookWithSecret {
    #[serde(flatten)]
    pub details: Webhook,
    /// What requests are signed with; shown once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw9fKQ9r8GKYo=")]
    pub secret: String,
}

impl std::fmt::Debug for WebhookWithSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookWithSecret")
            .field("details", &self.details)
            .finish_non_exhaustive()
    }
}

/// All of the account, newest first.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Webhook>> {
    let mut tx = ctx.db.read().await?;
    let mut all = store::list(&mut tx, actor.account).await?;
    for webhook in &mut all {
        shown(ctx, webhook);
    }
    Ok(all)
}

pub async fn get(ctx: &Ctx, actor: &Actor, id: WebhookId) -> Result<Webhook> {
    let mut webhook = find(&mut ctx.db.read().await?, actor, id).await?;
    shown(ctx, &mut webhook);
    Ok(webhook)
}

/// # Errors
/// `BadInput`, `Conflict` when there are enough.
pub async fn create(ctx: &Ctx, actor: &Actor, new: NewWebhook) -> Result<WebhookWithSecret> {
    let url = check_url(ctx, &new.url)?;
    let description = input::line("description", new.description.as_deref(), MAX_DESCRIPTION)?;
    let events = new
        .events
        .map_or(Ok(EventFilter::All), |words| check_events(&words))?;
    let now = ctx.clock.now();
    let secret = sign::generate();
    let mut tx = ctx.db.begin().await?;
    // Two that are made at once are counted one after the other.
    accounts::lock(&mut tx, actor.account).await?;
    if store::list(&mut tx, actor.account).await?.len() >= MOST {
        return Err(Error::conflict(
            "too_many",
            format!("There can be {MOST} webhooks. Remove one first."),
        ));
    }
    let id = ctx.ids.next();
    let details = Webhook {
        id,
        url,
        description,
        events,
        is_active: new.is_active,
        failing_since: None,
        disabled_at: (!new.is_active).then_some(now),
        disabled_reason: (!new.is_active).then_some(DisabledReason::Manual),
        old_secret_until: None,
        since: Journal::head(&mut tx, actor.account).await?,
        created_at: now,
        updated_at: now,
    };
    let sealed = ctx.keyring.seal(&secret_place(id), secret.as_bytes())?;
    store::insert(&mut tx, actor.account, &details, &sealed).await?;
    if details.is_active {
        begin(ctx, &mut tx, actor.account, details.since).await?;
    }
    let summary = json!({ "name": label(&details), "events": details.events });
    audit::record(ctx, &mut tx, actor, AuditAction::WebhookCreated, id.0, summary).await?;
    tx.commit().await?;
    Ok(WebhookWithSecret { details, secret })
}

/// Switching it on lets it begin anew: what happened meanwhile is not told.
///
/// # Errors
/// `NotFound`, `BadInput`.
pub async fn change(ctx: &Ctx, actor: &Actor, id: WebhookId, change: Change) -> Result<Webhook> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    accounts::lock(&mut tx, actor.account).await?;
    let before = find(&mut tx, actor, id).await?;
    let mut webhook = before.clone();
    if let Some(url) = &change.url {
        webhook.url = check_url(ctx, url)?;
    }
    if let Some(description) = &change.description {
        webhook.description = input::line("description", Some(description), MAX_DESCRIPTION)?;
    }
    if let Some(words) = &change.events {
        webhook.events = check_events(words)?;
    }
    match change.is_active {
        Some(true) => {
            webhook.failing_since = None;
            if !before.is_active {
                webhook.is_active = true;
                webhook.disabled_at = None;
                webhook.disabled_reason = None;
                webhook.since = Journal::head(&mut tx, actor.account).await?;
            }
        }
        Some(false) if before.is_active => {
            webhook.is_active = false;
            webhook.disabled_at = Some(now);
            webhook.disabled_reason = Some(DisabledReason::Manual);
        }
        _ => {}
    }
    if webhook != before {
        webhook.updated_at = now;
        store::update(&mut tx, actor.account, &webhook).await?;
        match (before.is_active, webhook.is_active) {
            (false, true) => begin(ctx, &mut tx, actor.account, webhook.since).await?,
            (true, false) => store::end(&mut tx, actor.account).await?,
            _ => {}
        }
        let summary = json!({ "name": label(&webhook), "fields": changed(&before, &webhook).join(", ") });
        audit::record(ctx, &mut tx, actor, AuditAction::WebhookChanged, id.0, summary).await?;
        tx.commit().await?;
    }
    shown(ctx, &mut webhook);
    Ok(webhook)
}

/// # Errors
/// `NotFound`.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: WebhookId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    accounts::lock(&mut tx, actor.account).await?;
    let webhook = find(&mut tx, actor, id).await?;
    store::remove(&mut tx, actor.account, id).await?;
    store::end(&mut tx, actor.account).await?;
    let summary = json!({ "name": label(&webhook) });
    audit::record(ctx, &mut tx, actor, AuditAction::WebhookDeleted, id.0, summary).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives it a new secret. The one before it signs too for a day, so that the receiver can be changed without a gap.
///
/// # Errors
/// `NotFound`.
pub async fn rotate_secret(ctx: &Ctx, actor: &Actor, id: WebhookId) -> Result<WebhookWithSecret> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    accounts::lock(&mut tx, actor.account).await?;
    let mut details = find(&mut tx, actor, id).await?;
    let kept = store::secrets(&mut tx, actor.account, id).await?;
    let kept = kept.ok_or(Error::NotFound("webhook"))?;
    let old = ctx.keyring.open(&secret_place(id), &kept.secret)?;
    let secret = sign::generate();
    let until = now.plus(OVERLAP);
    let new = Secrets {
        secret: ctx.keyring.seal(&secret_place(id), secret.as_bytes())?,
        old_secret: Some(ctx.keyring.seal(&old_secret_place(id), old.expose_secret())?),
        old_secret_until: Some(until),
    };
    store::set_secrets(&mut tx, actor.account, id, &new, now).await?;
    let summary = json!({ "name": label(&details) });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::WebhookSecretRotated,
        id.0,
        summary,
    )
    .await?;
    tx.commit().await?;
    details.old_secret_until = Some(until);
    details.updated_at = now;
    Ok(WebhookWithSecret { details, secret })
}

async fn find(tx: &mut Tx, actor: &Actor, id: WebhookId) -> Result<Webhook> {
    store::get(tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("webhook"))
}

/// Lets the account's journal be read, from `since` on if it is not read already.
async fn begin(ctx: &Ctx, tx: &mut Tx, account: AccountId, since: i64) -> Result<()> {
    store::begin(tx, account, since).await?;
    let webhooks = Arc::clone(&ctx.webhooks);
    tx.on_commit(move || webhooks.moves.tell_of_one_more(account));
    Ok(())
}

/// A secret whose time is over is none.
fn shown(ctx: &Ctx, webhook: &mut Webhook) {
    let now = ctx.clock.now();
    webhook.old_secret_until = webhook.old_secret_until.filter(|until| *until > now);
}

/// What it is called where it is told of: addresses can hold secrets behind their host.
fn label(webhook: &Webhook) -> String {
    let host = || recado_fetch::host(&webhook.url).unwrap_or_default();
    webhook.description.clone().unwrap_or_else(host)
}

fn changed(before: &Webhook, after: &Webhook) -> Vec<&'static str> {
    let mut fields = Vec::new();
    let mut note = |name, is_changed| {
        if is_changed {
            fields.push(name);
        }
    };
    note("url", before.url != after.url);
    note("description", before.description != after.description);
    note("events", before.events != after.events);
    note("is_active", before.is_active != after.is_active);
    fields
}

fn check_url(ctx: &Ctx, url: &str) -> Result<String> {
    let url = ctx
        .outside
        .keep(url)
        .map_err(|error| Error::bad_input("url", error.to_string()))?;
    if url.len() > MAX_URL {
        return Err(Error::bad_input(
            "url",
            format!("An address has at most {MAX_URL} characters."),
        ));
    }
    Ok(url)
}

fn check_events(words: &[String]) -> Result<EventFilter> {
    EventFilter::of(words.iter().map(String::as_str)).map_err(|word| {
        let message = if word.is_empty() {
            "Name at least one event, or `*` for all.".to_owned()
        } else {
            let word: String = word.chars().take(60).collect();
            format!("There is no event `{word}`; the documentation lists them, and `*` stands for all.")
        };
        Error::bad_input("events", message)
    })
}

fn secret_place(id: WebhookId) -> Place {
    Place {
        table: "webhooks",
        column: "secret",
        row: id.0,
    }
}

fn old_secret_place(id: WebhookId) -> Place {
    Place {
        column: "old_secret",
        ..secret_place(id)
    }
}

/// Whether a secret that was replaced still signs.
fn still_signs(until: Option<Time>, now: Time) -> bool {
    until.is_some_and(|until| until > now)
}
