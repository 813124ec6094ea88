//! Connecting a number: its settings are tried at the provider before anything is kept.

use recado_model::{Actor, AuditAction, MemberId, NumberKind, NumberStatus, Phone};
use recado_store::numbers::{self, Health, Sender};
use recado_whatsapp::meta;
use recado_whatsapp::twilio::Sender as TwilioSender;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::keep::{Access, Kept, MetaSecrets, keep};
use super::{Managed, check, check_assigned, get, lock, webhooks};
use crate::line::twilio_account;
use crate::{Ctx, Error, Result, audit, input, templates};

/// Of a token or a secret.
const MAX_SECRET: usize = 1024;
/// Of an id of Meta's.
const MAX_ID: usize = 32;

/// Twilio's own number for trying things out. It is on no account's list, and its webhooks are set by hand.
const TWILIO_SANDBOX: &str = "+14155238886";

/// What an admin fills in.
#[derive(Debug)]
pub struct Connect {
    pub label: String,
    /// Who is in charge of it.
    pub assigned: Option<MemberId>,
    pub active: bool,
    pub at: At,
}

/// Which number it is, by its provider.
#[derive(Debug)]
pub enum At {
    Meta {
        phone_number_id: String,
        waba_id: String,
        access_token: SecretString,
        app_secret: SecretString,
        /// One is made up if there is none.
        verify_token: Option<SecretString>,
    },
    Twilio {
        /// `whatsapp:+15550001111`
        sender: String,
    },
}

/// Connects a number. One that was deleted comes back with its history. What its provider could not be told of our
/// address shows as its last error.
///
/// # Errors
/// `BadInput` with the field, `Conflict` with `already_connected` or `twilio_not_configured`, `NotReached`.
pub async fn connect(ctx: &Ctx, actor: &Actor, new: Connect) -> Result<Managed> {
    let label = input::name("label", &new.label)?;
    let status = if new.active {
        NumberStatus::Connected
    } else {
        NumberStatus::Inactive
    };
    let mut kept = match new.at {
        At::Meta {
            phone_number_id,
            waba_id,
            access_token,
            app_secret,
            verify_token,
        } => {
            let phone_number_id = meta_id("phone_number_id", &phone_number_id)?;
            let waba_id = meta_id("waba_id", &waba_id)?;
            let secrets = MetaSecrets {
                access_token: secret("access_token", &access_token)?,
                app_secret: secret("app_secret", &app_secret)?,
                verify_token: verify_token
                    .map(|token| secret("verify_token", &token))
                    .transpose()?,
            };
            look_up(ctx, actor, &phone_number_id, new.assigned, new.active).await?;
            at_meta(ctx, actor, phone_number_id, waba_id, secrets).await?
        }
        At::Twilio { sender } => {
            let phone = sender_phone(&sender)?;
            look_up(ctx, actor, &phone, new.assigned, new.active).await?;
            at_twilio(ctx, actor, phone).await?
        }
    };
    kept.label = label;
    kept.status = status;
    kept.assigned = new.assigned;

    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, actor.account).await?;
    check_assigned(&mut tx, actor.account, new.assigned, new.active).await?;
    let known = free(&mut tx, actor, &kept.provider_number).await?;
    let id = keep(ctx, &mut tx, actor.account, known.as_ref(), &kept).await?;
    let summary = json!({ "name": kept.label, "phone": kept.display_phone, "kind": kept.kind });
    audit::record(ctx, &mut tx, actor, AuditAction::ChannelConnected, id.0, summary).await?;
    templates::sync_later(ctx, &mut tx, actor.account, &kept.business).await?;
    tx.commit().await?;
    webhooks::set(ctx, actor.account, id).await?;
    get(ctx, actor, id).await
}

/// What can be said without asking the provider.
async fn look_up(
    ctx: &Ctx,
    actor: &Actor,
    provider_number: &str,
    assigned: Option<MemberId>,
    active: bool,
) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    check_assigned(&mut tx, actor.account, assigned, active).await?;
    free(&mut tx, actor, provider_number).await.map(drop)
}

/// The number of this name, if it was deleted.
async fn free(tx: &mut recado_db::Tx, actor: &Actor, provider_number: &str) -> Result<Option<Sender>> {
    let Some(route) = numbers::route(tx, actor.account, provider_number).await? else {
        return Ok(None);
    };
    let sender = numbers::sender(tx, actor.account, route.id).await?;
    if sender
        .as_ref()
        .is_some_and(|one| one.status != NumberStatus::Deleted)
    {
        return Err(Error::conflict(
            "already_connected",
            "This number is connected already.",
        ));
    }
    Ok(sender)
}

async fn at_meta(
    ctx: &Ctx,
    actor: &Actor,
    phone_number_id: String,
    waba_id: String,
    secrets: MetaSecrets,
) -> Result<Kept> {
    // A demo number that was deleted is still the sandbox's.
    let mut tx = ctx.db.read().await?;
    let base_url = free(&mut tx, actor, &phone_number_id)
        .await?
        .and_then(|sender| sender.base_url);
    drop(tx);
    let credentials = meta::Credentials {
        phone_number_id,
        access_token: secrets.access_token.clone(),
        app_secret: Some(secrets.app_secret.clone()),
        base_url,
    };
    let told = ctx
        .meta
        .check(&credentials, &waba_id, None, &secrets.app_secret)
        .await?;
    Ok(Kept {
        kind: if credentials.base_url.is_some() {
            NumberKind::Sandbox
        } else {
            NumberKind::Meta
        },
        label: String::new(),
        display_phone: told
            .display_phone
            .clone()
            .unwrap_or_else(|| credentials.phone_number_id.clone()),
        provider_number: credentials.phone_number_id,
        business: waba_id,
        access: Access::Meta(secrets),
        base_url: credentials.base_url,
        status: NumberStatus::Inactive,
        assigned: None,
        health: Some(check::of_meta(told)),
    })
}

async fn at_twilio(ctx: &Ctx, actor: &Actor, phone: String) -> Result<Kept> {
    let mut tx = ctx.db.read().await?;
    let account = numbers::twilio(&mut tx, actor.account)
        .await?
        .ok_or_else(super::twilio::not_configured)?;
    drop(tx);
    let (id, account) = (account.id, twilio_account(ctx, account)?);
    let senders = ctx
        .twilio
        .senders(&account)
        .await
        .map_err(super::twilio::of_call)?;
    let sender: Option<TwilioSender> = senders.into_iter().find(|one| one.phone == phone);
    if sender.is_none() && phone != TWILIO_SANDBOX {
        return Err(Error::bad_input(
            "sender",
            "This Twilio account has no WhatsApp sender of this number. Add it in Twilio's console, or choose another one.",
        ));
    }
    let sender_sid = sender.as_ref().map(|one| one.sid.clone());
    Ok(Kept {
        kind: NumberKind::Twilio,
        label: String::new(),
        display_phone: Phone::parse(&phone, None)
            .map_or_else(|_| phone.clone(), |phone| phone.international()),
        provider_number: phone,
        business: account.account_sid,
        access: Access::Twilio {
            account: id,
            sender_sid,
        },
        base_url: None,
        status: NumberStatus::Inactive,
        assigned: None,
        health: Some(sender.map_or_else(Health::default, check::of_sender)),
    })
}

/// An id of Meta's: digits.
fn meta_id(field: &'static str, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_ID || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::bad_input(
            field,
            "This is a number of digits only, as Meta's dashboard shows it. It is not the phone number.",
        ));
    }
    Ok(text.to_owned())
}

/// A token or secret as it was pasted, without the space around it.
pub(super) fn secret(field: &'static str, text: &SecretString) -> Result<SecretString> {
    let text = text.expose_secret().trim();
    if text.is_empty() || text.len() > MAX_SECRET || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::bad_input(
            field,
            "Letters, digits and signs without spaces are expected here. Copy it anew from the provider.",
        ));
    }
    Ok(text.to_owned().into())
}

/// `+15550001111`
fn sender_phone(text: &str) -> Result<String> {
    let text = text.trim();
    let phone = text.strip_prefix("whatsapp:").unwrap_or(text);
    let digits = phone.strip_prefix('+').unwrap_or_default();
    let well_formed = (6..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if well_formed {
        Ok(phone.to_owned())
    } else {
        Err(Error::bad_input(
            "sender",
            "Write the number as whatsapp:+1234567890, with the country code and without spaces.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_written_as_twilio_does() {
        assert_eq!(sender_phone(" whatsapp:+15550001111 ").unwrap(), "+15550001111");
        assert_eq!(sender_phone("+351215550182").unwrap(), "+351215550182");
        for odd in [
            "",
            "whatsapp:",
            "15550001111",
            "whatsapp:+0155500011",
            "+1 555 000",
            "whatsapp:+1555a",
        ] {
            assert!(sender_phone(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn what_is_pasted_is_trimmed_and_what_is_no_secret_refused() {
        let kept = secret("access_token", &" EAAG123\n".into()).unwrap();
        assert_eq!(kept.expose_secret(), "EAAG123");
        for odd in ["", " ", "a b", "ä", &"x".repeat(MAX_SECRET + 1)] {
            assert!(secret("access_token", &odd.into()).is_err(), "{odd}");
        }
        assert_eq!(meta_id("waba_id", " 123 ").unwrap(), "123");
        for odd in ["", "+49", "1/2", "..", &"1".repeat(33)] {
            assert!(meta_id("waba_id", odd).is_err(), "{odd}");
        }
    }
}
