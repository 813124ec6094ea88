//! Changing and deleting numbers, and what becomes of them when whoever is in charge goes.

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::{AccountId, Actor, AuditAction, AutoAssign, MemberId, NumberId, NumberStatus, Provider};
use recado_store::numbers::{self, Sender};
use recado_store::{assignment, templates};
use recado_whatsapp::{CheckError, meta};
use secrecy::SecretString;
use serde_json::json;

use super::connect::secret;
use super::keep::seal;
use super::{
    Managed, app_secret_place, append, check, check_assigned, get, living, lock, token_place, told,
    verify_token_place, webhooks,
};
use crate::events::{CHANNEL_REMOVED, ChannelEvent, TEMPLATE_REMOVED, TemplateEvent, draft};
use crate::{Ctx, Error, Result, audit, input};

/// What is to change; what is none stays.
#[derive(Debug, Default)]
pub struct Change {
    pub label: Option<String>,
    /// None inside takes the member away.
    pub assigned: Option<Option<MemberId>>,
    pub active: Option<bool>,
    pub auto_assign: Option<AutoAssign>,
    /// Makes it the default; another one takes that away, not this.
    pub is_default: bool,
    pub access_token: Option<SecretString>,
    pub app_secret: Option<SecretString>,
}

/// Changes a number. New secrets are tried at Meta before they are kept.
///
/// # Errors
/// `NotFound`, `BadInput` with the field, `NotReached`, `Conflict` with `twilio_not_configured`.
pub async fn change(ctx: &Ctx, actor: &Actor, id: NumberId, change: Change) -> Result<Managed> {
    let mut tx = ctx.db.read().await?;
    let (_, sender) = living(&mut tx, actor.account, id).await?;
    drop(tx);
    let label = change
        .label
        .map(|label| input::name("label", &label))
        .transpose()?;
    let token = change
        .access_token
        .map(|text| secret("access_token", &text))
        .transpose()?;
    let app_secret = change
        .app_secret
        .map(|text| secret("app_secret", &text))
        .transpose()?;
    let anew = token.is_some() || app_secret.is_some();
    let health = if anew {
        Some(try_out(ctx, &sender, token.as_ref(), app_secret.as_ref()).await?)
    } else {
        None
    };

    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, actor.account).await?;
    let (number, _) = living(&mut tx, actor.account, id).await?;
    let status = match change.active {
        Some(true) => NumberStatus::Connected,
        Some(false) => NumberStatus::Inactive,
        None => number.status,
    };
    let assigned = change.assigned.unwrap_or(number.assigned_member_id);
    let active = status == NumberStatus::Connected;
    if change.assigned.is_some() || change.active == Some(true) {
        check_assigned(&mut tx, actor.account, assigned, active).await?;
    }
    if active && number.status != NumberStatus::Connected {
        check_credentials(&mut tx, actor.account, &sender).await?;
    }
    let label = label.as_deref().unwrap_or(&number.label);
    numbers::change(&mut tx, actor.account, id, label, assigned, status).await?;
    if let Some(rule) = change.auto_assign {
        assignment::set_rule(&mut tx, actor.account, id, rule).await?;
    }
    if let Some(token) = &token {
        let sealed = seal(ctx, token_place(id), token)?;
        numbers::reseal_token(&mut tx, actor.account, id, &sealed).await?;
    }
    if let (Some(secret), Some(app)) = (&app_secret, sender.meta_app_id) {
        let app = numbers::app(&mut tx, app)
            .await?
            .ok_or(Error::NotFound("channel"))?;
        let verify = ctx
            .keyring
            .open_text(&verify_token_place(app.id), &app.verify_token)?;
        let secret = seal(ctx, app_secret_place(app.id), secret)?;
        let verify = seal(ctx, verify_token_place(app.id), &verify)?;
        numbers::reseal_app(&mut tx, actor.account, app.id, &secret, &verify).await?;
    }
    let mut changed = Vec::new();
    if change.is_default {
        let others = numbers::set_default(&mut tx, actor.account, id).await?;
        changed.extend(others.into_iter().filter(|one| one.id != id));
    }
    if let Some(health) = &health {
        numbers::checked(&mut tx, actor.account, id, health, ctx.clock.now()).await?;
    }
    let mut summary = json!({ "name": label });
    if label != number.label {
        summary["label"] = json!({ "from": number.label, "to": label });
    }
    if status != number.status {
        summary["status"] = json!({ "from": number.status, "to": status });
    }
    if assigned != number.assigned_member_id {
        summary["assigned_member_id"] = json!({ "from": number.assigned_member_id, "to": assigned });
    }
    if change.is_default && !number.is_default {
        summary["is_default"] = json!({ "from": false, "to": true });
    }
    if anew {
        summary["secrets"] = json!("replaced");
    }
    audit::record(ctx, &mut tx, actor, AuditAction::ChannelChanged, id.0, summary).await?;
    changed.extend(numbers::get(&mut tx, actor.account, id).await?);
    append(ctx, &mut tx, actor.account, told(changed)?).await?;
    tx.commit().await?;
    if anew {
        webhooks::set(ctx, actor.account, id).await?;
    }
    get(ctx, actor, id).await
}

/// Asks Meta with what is new and what stays.
async fn try_out(
    ctx: &Ctx,
    sender: &Sender,
    token: Option<&SecretString>,
    app_secret: Option<&SecretString>,
) -> Result<numbers::Health> {
    let given = if token.is_some() {
        "access_token"
    } else {
        "app_secret"
    };
    let (Provider::Meta, Some(app)) = (sender.kind.provider(), sender.meta_app_id) else {
        return Err(Error::bad_input(
            given,
            "A number at Twilio has none of its own. Its account is under Integrations.",
        ));
    };
    let mut tx = ctx.db.read().await?;
    let app = numbers::app(&mut tx, app)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    drop(tx);
    let access_token = if let Some(token) = token {
        token.clone()
    } else {
        let sealed = sender.access_token.as_deref().unwrap_or_default();
        ctx.keyring.open_text(&token_place(sender.id), sealed)?
    };
    let app_secret = match app_secret {
        Some(secret) => secret.clone(),
        None => ctx
            .keyring
            .open_text(&app_secret_place(app.id), &app.app_secret)?,
    };
    let credentials = meta::Credentials {
        phone_number_id: sender.provider_number.clone(),
        access_token,
        app_secret: Some(app_secret.clone()),
        base_url: sender.base_url.clone(),
    };
    let waba = sender.business_id.as_deref().unwrap_or_default();
    match ctx.meta.check(&credentials, waba, None, &app_secret).await {
        Ok(told) => Ok(check::of_meta(told)),
        // The ids are not what was typed now: a token that cannot see them is the wrong one.
        Err(CheckError::Field { field, message }) if !matches!(field, "access_token" | "app_secret") => {
            Err(Error::bad_input(given, message))
        }
        Err(error) => Err(error.into()),
    }
}

/// A number at Twilio is nothing without the credentials of its account.
pub(super) async fn check_credentials(tx: &mut Tx, account: AccountId, sender: &Sender) -> Result<()> {
    if sender.kind.provider() == Provider::Twilio {
        let kept = numbers::twilio(tx, account).await?;
        let fits = |sid: &str| sender.business_id.as_deref() == Some(sid);
        if !kept.is_some_and(|kept| fits(&kept.account_sid)) {
            return Err(super::twilio::not_configured());
        }
    }
    Ok(())
}

/// Takes a number away. Its conversations stay readable; its token is gone; the default moves on.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: NumberId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, actor.account).await?;
    let (before, sender) = living(&mut tx, actor.account, id).await?;
    let channel = numbers::remove(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    let summary = json!({ "name": channel.label, "phone": channel.display_phone });
    audit::record(ctx, &mut tx, actor, AuditAction::ChannelRemoved, id.0, summary).await?;
    let mut drafts = vec![draft(CHANNEL_REMOVED, &ChannelEvent { channel })?];
    let left = numbers::list(&mut tx, actor.account).await?;
    let next = left.iter().find(|one| one.status == NumberStatus::Connected);
    if before.is_default
        && let Some(next) = next.or_else(|| left.first())
    {
        let changed = numbers::set_default(&mut tx, actor.account, next.id).await?;
        drafts.extend(told(changed)?);
    }
    if let Some(business) = &sender.business_id {
        drafts.extend(forget_templates(&mut tx, actor.account, business).await?);
    }
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(())
}

/// Templates that no number is left to send from. Messages that were sent with them keep what they showed.
async fn forget_templates(tx: &mut Tx, account: AccountId, business: &str) -> Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    if numbers::of_business(tx, account, business).await?.is_empty() {
        // They are shown as they were: without a number they could not be read any more.
        for template in templates::of_business(tx, account, business).await? {
            templates::remove(tx, account, template.id).await?;
            drafts.push(draft(TEMPLATE_REMOVED, &TemplateEvent { template })?);
        }
    }
    Ok(drafts)
}

/// Numbers are switched off whose member may not be in charge of them any more.
pub(crate) async fn switched_off_of(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Vec<Draft>> {
    told(numbers::switch_off_of(tx, account, member).await?)
}

/// Numbers of a member who goes are nobody's, and switched off.
pub(crate) async fn freed_of(tx: &mut Tx, account: AccountId, member: MemberId) -> Result<Vec<Draft>> {
    told(numbers::unassign(tx, account, member).await?)
}
