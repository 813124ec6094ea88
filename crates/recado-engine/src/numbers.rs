//! Connecting WhatsApp numbers.

use recado_model::{
    AccountId, Actor, MemberId, MetaAppId, NumberId, NumberKind, NumberStatus, TwilioAccountId,
};
use recado_store::numbers::{self, NewNumber, Number};
use secrecy::{ExposeSecret, SecretString};

use crate::events::{CHANNEL_CREATED, CHANNEL_UPDATED, ChannelEvent, draft};
use crate::secrets::Place;
use crate::{Ctx, Error, Result};

/// A number with where its webhooks are to be sent.
#[derive(Clone, Debug)]
pub struct Listed {
    pub number: Number,
    /// Path below the public URL.
    pub webhook_path: String,
}

/// Numbers of the account, oldest first.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Listed>> {
    let mut tx = ctx.db.read().await?;
    let rows = numbers::list(&mut tx, actor.account).await?;
    let senders = numbers::senders(&mut tx, actor.account).await?;
    Ok(rows
        .into_iter()
        .filter_map(|number| {
            let sender = senders.iter().find(|sender| sender.id == number.id)?;
            let webhook_path = match sender.meta_app_id {
                Some(app) => webhook_path(app),
                None => twilio_path(number.id),
            };
            Some(Listed { number, webhook_path })
        })
        .collect())
}

/// Where Twilio is told to send what customers write to this number; `/status` behind it is for what becomes of our
/// messages.
pub fn twilio_path(number: NumberId) -> String {
    format!("/hooks/twilio/{number}")
}

/// Where Meta is told to send webhooks of this app.
pub fn webhook_path(app: MetaAppId) -> String {
    format!("/hooks/meta/{app}")
}

/// What is needed to connect a number that speaks Meta's Cloud API.
#[derive(Debug)]
pub struct Connect {
    pub kind: NumberKind,
    pub label: String,
    pub display_phone: String,
    pub phone_number_id: String,
    pub waba_id: String,
    pub access_token: SecretString,
    pub app_secret: SecretString,
    pub verify_token: SecretString,
    /// Who is in charge of it.
    pub assigned: Option<MemberId>,
    /// Another place than Meta's own, for the sandbox.
    pub base_url: Option<String>,
}

/// Connects a number, or gives a connected one new credentials. The first number of an account is its default.
pub async fn connect(ctx: &Ctx, account: AccountId, new: &Connect) -> Result<(NumberId, MetaAppId)> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let known = numbers::route(&mut tx, account, &new.phone_number_id)
        .await?
        .map(|route| route.id);
    let app = match known {
        Some(number) => numbers::sender(&mut tx, account, number)
            .await?
            .and_then(|sender| sender.meta_app_id),
        None => None,
    };
    let app_id = app.unwrap_or_else(|| ctx.ids.next());
    let seal = |place: Place, secret: &SecretString| {
        ctx.keyring
            .seal(&place, secret.expose_secret().as_bytes())
            .map_err(Error::internal)
    };
    let app_secret = seal(app_secret_place(app_id), &new.app_secret)?;
    let verify_token = seal(verify_token_place(app_id), &new.verify_token)?;
    if app.is_some() {
        numbers::reseal_app(&mut tx, account, app_id, &app_secret, &verify_token).await?;
    } else {
        numbers::insert_app(&mut tx, account, app_id, &app_secret, &verify_token, now).await?;
    }
    let id = known.unwrap_or_else(|| ctx.ids.next());
    let is_first = numbers::list(&mut tx, account).await?.is_empty();
    let row = NewNumber {
        id,
        kind: new.kind,
        label: &new.label,
        display_phone: &new.display_phone,
        provider_number: &new.phone_number_id,
        business_id: Some(&new.waba_id),
        meta_app: Some(app_id),
        twilio_account: None,
        sender_sid: None,
        base_url: new.base_url.as_deref(),
        access_token: Some(seal(token_place(id), &new.access_token)?),
        is_default: is_first,
        status: NumberStatus::Connected,
        assigned: new.assigned,
    };
    let kind = if known.is_some() {
        numbers::reconnect(&mut tx, account, &row, now).await?;
        CHANNEL_UPDATED
    } else {
        numbers::insert(&mut tx, account, &row, now).await?;
        CHANNEL_CREATED
    };
    let channel = numbers::get(&mut tx, account, id)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    ctx.journal
        .append(&mut tx, account, vec![draft(kind, &ChannelEvent { channel })?])
        .await?;
    tx.commit().await?;
    Ok((id, app_id))
}

/// Where the access token of a number is sealed.
pub(crate) fn token_place(number: NumberId) -> Place {
    Place {
        table: "numbers",
        column: "access_token",
        row: number.0,
    }
}

pub(crate) fn app_secret_place(app: MetaAppId) -> Place {
    Place {
        table: "meta_apps",
        column: "app_secret",
        row: app.0,
    }
}

pub(crate) fn verify_token_place(app: MetaAppId) -> Place {
    Place {
        table: "meta_apps",
        column: "verify_token",
        row: app.0,
    }
}

/// Where the token of Twilio's credentials is sealed.
pub(crate) fn auth_token_place(account: TwilioAccountId) -> Place {
    Place {
        table: "twilio_accounts",
        column: "auth_token",
        row: account.0,
    }
}
