//! Writing a number down: a new one, or one that was there before, whose history it goes on with.

use recado_db::Tx;
use recado_model::{AccountId, MemberId, NumberId, NumberKind, NumberStatus, TwilioAccountId};
use recado_store::numbers::{self, Health, NewNumber, Sender};
use secrecy::{ExposeSecret, SecretString};

use super::{app_secret_place, token_place, told, verify_token_place};
use crate::events::{CHANNEL_CREATED, CHANNEL_UPDATED, ChannelEvent, draft};
use crate::secrets::Place;
use crate::{Ctx, Result, tokens};

/// A number whose settings are right.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) kind: NumberKind,
    pub(super) label: String,
    pub(super) display_phone: String,
    pub(super) provider_number: String,
    pub(super) business: String,
    pub(super) access: Access,
    pub(super) base_url: Option<String>,
    pub(super) status: NumberStatus,
    pub(super) assigned: Option<MemberId>,
    /// How the provider says it is, if it was asked.
    pub(super) health: Option<Health>,
}

#[derive(Debug)]
pub(super) enum Access {
    Meta(MetaSecrets),
    Twilio {
        account: TwilioAccountId,
        sender_sid: Option<String>,
    },
}

#[derive(Debug)]
pub(super) struct MetaSecrets {
    pub(super) access_token: SecretString,
    pub(super) app_secret: SecretString,
    /// None keeps the one that is there, as Meta may have been told it by hand, or makes one up.
    pub(super) verify_token: Option<SecretString>,
}

/// Keeps the number and tells of it. The account is locked.
pub(super) async fn keep(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    known: Option<&Sender>,
    new: &Kept,
) -> Result<NumberId> {
    let now = ctx.clock.now();
    let id = known.map_or_else(|| ctx.ids.next(), |sender| sender.id);
    let mut row = NewNumber {
        id,
        kind: new.kind,
        label: &new.label,
        display_phone: &new.display_phone,
        provider_number: &new.provider_number,
        business_id: Some(&new.business),
        meta_app: None,
        twilio_account: None,
        sender_sid: None,
        base_url: new.base_url.as_deref(),
        access_token: None,
        is_default: false,
        status: new.status,
        assigned: new.assigned,
    };
    match &new.access {
        Access::Meta(secrets) => {
            // The address that Meta was told stays the same.
            let old = known.and_then(|sender| sender.meta_app_id);
            let app = old.unwrap_or_else(|| ctx.ids.next());
            let secret = seal(ctx, app_secret_place(app), &secrets.app_secret)?;
            let before = match old {
                Some(app) => numbers::app(tx, app).await?.map(|app| app.verify_token),
                None => None,
            };
            let verify = match (&secrets.verify_token, before) {
                (Some(token), _) => seal(ctx, verify_token_place(app), token)?,
                (None, Some(sealed)) => sealed,
                (None, None) => seal(ctx, verify_token_place(app), &tokens::random().into())?,
            };
            if old.is_some() {
                numbers::reseal_app(tx, account, app, &secret, &verify).await?;
            } else {
                numbers::insert_app(tx, account, app, &secret, &verify, now).await?;
            }
            row.meta_app = Some(app);
            row.access_token = Some(seal(ctx, token_place(id), &secrets.access_token)?);
        }
        Access::Twilio { account, sender_sid } => {
            row.twilio_account = Some(*account);
            row.sender_sid = sender_sid.as_deref();
        }
    }
    if known.is_some() {
        numbers::reconnect(tx, account, &row, now).await?;
    } else {
        numbers::insert(tx, account, &row, now).await?;
    }
    if let Some(health) = &new.health {
        numbers::checked(tx, account, id, health, now).await?;
    }
    let mut drafts = Vec::new();
    if numbers::list(tx, account)
        .await?
        .iter()
        .all(|one| !one.is_default)
    {
        let changed = numbers::set_default(tx, account, id).await?;
        drafts = told(changed.into_iter().filter(|one| one.id != id))?;
    }
    if let Some(channel) = numbers::get(tx, account, id).await? {
        let was_there = known.is_some_and(|sender| sender.status != NumberStatus::Deleted);
        let kind = if was_there {
            CHANNEL_UPDATED
        } else {
            CHANNEL_CREATED
        };
        drafts.push(draft(kind, &ChannelEvent { channel })?);
    }
    ctx.journal.append(tx, account, drafts).await?;
    Ok(id)
}

pub(super) fn seal(ctx: &Ctx, place: Place, secret: &SecretString) -> Result<Vec<u8>> {
    Ok(ctx.keyring.seal(&place, secret.expose_secret().as_bytes())?)
}
