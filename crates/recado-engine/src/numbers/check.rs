//! Asking a provider how a number is.

use recado_model::{AccountId, Actor, FailureReason, Json, NumberError, NumberId};
use recado_store::numbers::{self, Health};
use recado_whatsapp::meta::NumberCheck;
use recado_whatsapp::twilio::Sender;
use recado_whatsapp::{CallError, CheckError};

use super::change::check_credentials;
use super::{Managed, app_secret_place, append, get, living, told, webhooks};
use crate::line::Line;
use crate::{Ctx, Error, Result};

/// Asks now, keeps what is said, and tells the provider again where its webhooks go.
///
/// # Errors
/// `NotFound`, `NotReached`, `Conflict` with `twilio_not_configured`. Settings that are wrong by now are what is found out: they show as the number's trouble.
pub async fn check(ctx: &Ctx, actor: &Actor, id: NumberId) -> Result<Managed> {
    match ask(ctx, actor.account, id).await? {
        Ok(health) => {
            record(ctx, actor.account, id, &health).await?;
            webhooks::set(ctx, actor.account, id).await?;
        }
        Err(CheckError::Field { message, .. }) => {
            let health = Health {
                trouble: Some(message.clone()),
                ..Health::default()
            };
            record(ctx, actor.account, id, &health).await?;
            blame(ctx, actor.account, id, FailureReason::NumberUnhealthy, message).await?;
        }
        Err(error) => return Err(error.into()),
    }
    get(ctx, actor, id).await
}

/// Asks now and keeps nothing: what is wrong with the number, if something is.
///
/// # Errors
/// As [`check()`].
pub async fn look(ctx: &Ctx, account: AccountId, id: NumberId) -> Result<Option<String>> {
    match ask(ctx, account, id).await? {
        Ok(health) => Ok(health.trouble),
        Err(CheckError::Field { message, .. }) => Ok(Some(message)),
        Err(error) => Err(error.into()),
    }
}

/// What the provider says of a number. The inner error is what it says of the credentials.
async fn ask(ctx: &Ctx, account: AccountId, id: NumberId) -> Result<std::result::Result<Health, CheckError>> {
    let mut tx = ctx.db.read().await?;
    let (_, sender) = living(&mut tx, account, id).await?;
    check_credentials(&mut tx, account, &sender).await?;
    let line = Line::of(ctx, &mut tx, account, id).await?;
    let app = match sender.meta_app_id {
        Some(app) => numbers::app(&mut tx, app).await?,
        None => None,
    };
    drop(tx);
    Ok(match (line.meta(), line.twilio()) {
        (Some(credentials), _) => {
            let app = app.ok_or(Error::NotFound("channel"))?;
            let secret = ctx
                .keyring
                .open_text(&app_secret_place(app.id), &app.app_secret)?;
            let waba = sender.business_id.as_deref().unwrap_or_default();
            let told = ctx.meta.check(credentials, waba, None, &secret).await;
            told.map(of_meta)
        }
        (None, Some(account)) => match ctx.twilio.senders(account).await {
            Ok(senders) => Ok(senders
                .into_iter()
                .find(|one| one.phone == sender.provider_number)
                .map_or_else(|| not_listed(sender.sender_sid.as_deref()), of_sender)),
            Err(CallError::Refused(failure)) => Err(CheckError::Field {
                field: "auth_token",
                message: failure.message,
            }),
            Err(error) => Err(CheckError::NotReached(error.to_string())),
        },
        (None, None) => return Err(Error::NotFound("channel")),
    })
}

/// Keeps what the provider said.
pub(super) async fn record(ctx: &Ctx, account: AccountId, id: NumberId, health: &Health) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let changed = numbers::checked(&mut tx, account, id, health, ctx.clock.now()).await?;
    append(ctx, &mut tx, account, told(changed)?).await?;
    tx.commit().await?;
    Ok(())
}

/// Shows what went wrong with a number.
pub(super) async fn blame(
    ctx: &Ctx,
    account: AccountId,
    id: NumberId,
    reason: FailureReason,
    message: String,
) -> Result<()> {
    let at = ctx.clock.now();
    let error = Json(NumberError { reason, message, at });
    let mut tx = ctx.db.begin().await?;
    let changed = numbers::failed(&mut tx, account, id, &error, None).await?;
    append(ctx, &mut tx, account, told(changed)?).await?;
    tx.commit().await?;
    Ok(())
}

pub(super) fn of_meta(told: NumberCheck) -> Health {
    Health {
        quality: told.quality.as_deref().map(quality),
        messaging_limit: told.limit,
        trouble: told.trouble,
    }
}

pub(super) fn of_sender(sender: Sender) -> Health {
    Health {
        quality: sender.quality.as_deref().map(quality),
        messaging_limit: sender.limit,
        trouble: sender.trouble,
    }
}

/// A number for trying things out is on nobody's list.
fn not_listed(sender_sid: Option<&str>) -> Health {
    let gone = "Twilio no longer lists this number among the WhatsApp senders of the account.";
    Health {
        trouble: sender_sid.map(|_| gone.to_owned()),
        ..Health::default()
    }
}

/// Both providers' words, in Meta's.
fn quality(word: &str) -> String {
    match word {
        "GREEN" | "HIGH" => "GREEN",
        "YELLOW" | "MEDIUM" => "YELLOW",
        "RED" | "LOW" => "RED",
        _ => "UNKNOWN",
    }
    .to_owned()
}
