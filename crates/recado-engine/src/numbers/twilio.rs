//! Twilio's credentials: kept once for all numbers at Twilio.

use recado_model::{Actor, AuditAction, NumberStatus, Retry};
use recado_store::numbers::{self, TwilioAccount};
use recado_whatsapp::CallError;
use recado_whatsapp::twilio::{Account, Sender};
use secrecy::SecretString;
use serde_json::json;

use super::connect::secret;
use super::keep::seal;
use super::{append, auth_token_place, lock, told};
use crate::line::twilio_account;
use crate::{Ctx, Error, Result, audit};

/// What may be told of them.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub account_sid: Option<String>,
}

/// A number of the account at Twilio.
#[derive(Clone, Debug)]
pub struct ListedSender {
    pub sender: Sender,
    /// Already one of our numbers.
    pub connected: bool,
}

pub async fn credentials(ctx: &Ctx, actor: &Actor) -> Result<Credentials> {
    let mut tx = ctx.db.read().await?;
    let kept = numbers::twilio(&mut tx, actor.account).await?;
    Ok(Credentials {
        account_sid: kept.map(|kept| kept.account_sid),
    })
}

/// Keeps credentials that Twilio accepts. Numbers of another account than theirs are switched off.
///
/// # Errors
/// `BadInput` for `account_sid` or `auth_token`, `NotReached`.
pub async fn set_credentials(
    ctx: &Ctx,
    actor: &Actor,
    account_sid: &str,
    auth_token: &SecretString,
) -> Result<Credentials> {
    let account_sid = account_sid.trim().to_owned();
    let auth_token = secret("auth_token", auth_token)?;
    let mut tx = ctx.db.read().await?;
    let known = numbers::twilio(&mut tx, actor.account).await?;
    drop(tx);
    let account = Account {
        // The sandbox's account stays the sandbox's; where another one is, is not for the caller to say.
        base_url: known
            .filter(|known| known.account_sid == account_sid)
            .and_then(|known| known.base_url),
        account_sid,
        auth_token,
    };
    ctx.twilio.check(&account).await?;

    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, actor.account).await?;
    let known = numbers::twilio(&mut tx, actor.account).await?;
    let id = known.map_or_else(|| ctx.ids.next(), |known| known.id);
    let new = TwilioAccount {
        id,
        auth_token: seal(ctx, auth_token_place(id), &account.auth_token)?,
        account_sid: account.account_sid,
        base_url: account.base_url,
    };
    numbers::set_twilio(&mut tx, actor.account, &new, ctx.clock.now()).await?;
    let mut changed = numbers::switch_off_at_twilio(&mut tx, actor.account, &new.account_sid).await?;
    for number in numbers::of_business(&mut tx, actor.account, &new.account_sid).await? {
        changed.extend(numbers::mended(&mut tx, actor.account, number.id).await?);
    }
    append(ctx, &mut tx, actor.account, told(changed)?).await?;
    let summary = json!({ "account_sid": new.account_sid });
    audit::record(ctx, &mut tx, actor, AuditAction::TwilioSet, id.0, summary).await?;
    tx.commit().await?;
    Ok(Credentials {
        account_sid: Some(new.account_sid),
    })
}

/// Forgets the credentials. Numbers at Twilio are switched off: they cannot send without.
pub async fn forget(ctx: &Ctx, actor: &Actor) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, actor.account).await?;
    if numbers::forget_twilio(&mut tx, actor.account).await? {
        let changed = numbers::switch_off_at_twilio(&mut tx, actor.account, "").await?;
        append(ctx, &mut tx, actor.account, told(changed)?).await?;
        audit::record(ctx, &mut tx, actor, AuditAction::TwilioForgotten, None, json!({})).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The WhatsApp numbers of the account at Twilio.
///
/// # Errors
/// `Conflict` with `twilio_not_configured`, `NotReached`, `Provider`.
pub async fn twilio_senders(ctx: &Ctx, actor: &Actor) -> Result<Vec<ListedSender>> {
    let mut tx = ctx.db.read().await?;
    let kept = numbers::twilio(&mut tx, actor.account)
        .await?
        .ok_or_else(not_configured)?;
    let ours = numbers::senders(&mut tx, actor.account).await?;
    drop(tx);
    let account = twilio_account(ctx, kept)?;
    let senders = ctx.twilio.senders(&account).await.map_err(of_call)?;
    let is_ours = |phone: &str| {
        ours.iter()
            .any(|one| one.provider_number == phone && one.status != NumberStatus::Deleted)
    };
    Ok(senders
        .into_iter()
        .map(|sender| ListedSender {
            connected: is_ours(&sender.phone),
            sender,
        })
        .collect())
}

pub(super) fn not_configured() -> Error {
    Error::conflict(
        "twilio_not_configured",
        "Enter the Account SID and the Auth Token of Twilio first.",
    )
}

/// Whether Twilio is away, or will not.
pub(super) fn of_call(error: CallError) -> Error {
    match error {
        CallError::Refused(failure) if !matches!(failure.retry, Retry::Backoff) => {
            Error::Provider { failure }
        }
        error => Error::NotReached(error.to_string()),
    }
}
