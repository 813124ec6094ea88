//! Telling a provider where its webhooks go. What does not succeed shows with the number, and is tried again when it is
//! checked: a number that sends but hears nothing is better than none.

use recado_model::{AccountId, FailureReason, NumberId};
use recado_store::numbers;
use recado_whatsapp::is_on_this_machine;
use secrecy::ExposeSecret;

use super::{append, check, living, told, twilio_path, verify_token_place, webhook_path};
use crate::line::Line;
use crate::{Ctx, Result};

/// Calls the provider, and keeps what came of it.
pub(super) async fn set(ctx: &Ctx, account: AccountId, id: NumberId) -> Result<()> {
    match try_to_set(ctx, account, id).await? {
        Ok(()) => {
            let mut tx = ctx.db.begin().await?;
            let changed = numbers::mended(&mut tx, account, id).await?;
            append(ctx, &mut tx, account, told(changed)?).await?;
            tx.commit().await?;
            Ok(())
        }
        Err(why) => check::blame(ctx, account, id, FailureReason::Unknown, why).await,
    }
}

/// The inner error is for people.
async fn try_to_set(ctx: &Ctx, account: AccountId, id: NumberId) -> Result<std::result::Result<(), String>> {
    let mut tx = ctx.db.read().await?;
    let (_, sender) = living(&mut tx, account, id).await?;
    let line = Line::of(ctx, &mut tx, account, id).await?;
    let app = match sender.meta_app_id {
        Some(app) => numbers::app(&mut tx, app).await?,
        None => None,
    };
    drop(tx);
    let address = match (line.meta(), line.twilio()) {
        (Some(credentials), _) => ctx.meta.address_for(credentials),
        (None, Some(account)) => ctx.twilio.address_for(account),
        (None, None) => return Ok(Ok(())),
    };
    if is_on_this_machine(&ctx.public_url) && !is_on_this_machine(address) {
        return Ok(Err(format!(
            "No webhooks can come yet: Recado's own address, {}, is on this machine only. Set `public_url` to an https \
             address that is reached from the internet, restart, and check the number again.",
            ctx.public_url
        )));
    }
    let done = match (line.meta(), line.twilio(), app) {
        (Some(credentials), _, Some(app)) => {
            let token = ctx
                .keyring
                .open_text(&verify_token_place(app.id), &app.verify_token)?;
            let url = format!("{}{}", ctx.public_url, webhook_path(app.id));
            let waba = sender.business_id.as_deref().unwrap_or_default();
            ctx.meta
                .subscribe(credentials, waba, &url, token.expose_secret())
                .await
        }
        (None, Some(account), _) => {
            let Some(sid) = sender.sender_sid.as_deref() else {
                // Twilio's number for trying things out: its console has a form for this.
                return Ok(Ok(()));
            };
            let url = format!("{}{}", ctx.public_url, twilio_path(id));
            ctx.twilio
                .set_webhook(account, sid, &url, &format!("{url}/status"))
                .await
        }
        _ => return Ok(Ok(())),
    };
    Ok(done.map_err(|error| format!("Webhooks could not be set up: {error}")))
}
