//! Connected WhatsApp numbers, which the public API calls channels.

mod change;
mod check;
mod connect;
mod demo;
mod keep;
mod sandbox;
mod twilio;
mod webhooks;

use recado_db::Tx;
use recado_journal::{Draft, Journal};
use recado_model::{AccountId, Actor, MemberId, MetaAppId, NumberId, Permission, Snapshot, TwilioAccountId};
use recado_store::numbers::{self, Number, Sender};
use recado_store::{accounts, members};

use crate::events::{CHANNEL_UPDATED, ChannelEvent, draft};
use crate::secrets::Place;
use crate::{Ctx, Error, Result};

pub use change::{Change, change, remove};
pub(crate) use change::{freed_of, switched_off_of};
pub use check::{check, look};
pub use connect::{At, Connect, connect};
pub use demo::{DemoMeta, DemoTwilio, demo_meta, demo_twilio};
pub use sandbox::{Sandboxes, connect_sandbox, resume_sandbox};
pub use twilio::{Credentials, ListedSender, credentials, forget, set_credentials, twilio_senders};

/// A number with what only those are told who manage numbers.
#[derive(Clone, Debug)]
pub struct Managed {
    pub number: Number,
    /// Path below the public URL.
    pub webhook_path: String,
    pub webhook_url: String,
    pub provider: ProviderIds,
    /// Where the phones are that customers of a simulated number have.
    pub sandbox_url: Option<String>,
}

/// The provider's names for a number.
#[derive(Clone, Debug)]
pub enum ProviderIds {
    Meta {
        phone_number_id: String,
        waba_id: String,
    },
    Twilio {
        account_sid: String,
        sender: String,
    },
}

/// Numbers of the account that are not deleted, oldest first.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<Vec<Managed>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let rows = numbers::list(&mut tx, actor.account).await?;
    let senders = numbers::senders(&mut tx, actor.account).await?;
    let value = rows
        .into_iter()
        .filter_map(|number| {
            let sender = senders.iter().find(|sender| sender.id == number.id)?;
            Some(managed(ctx, number, sender))
        })
        .collect();
    Ok(Snapshot { seq, value })
}

/// One number, a deleted one too: its conversations still name it.
pub async fn get(ctx: &Ctx, actor: &Actor, id: NumberId) -> Result<Managed> {
    let mut tx = ctx.db.read().await?;
    let number = numbers::get(&mut tx, actor.account, id).await?;
    let sender = numbers::sender(&mut tx, actor.account, id).await?;
    let (number, sender) = number.zip(sender).ok_or(Error::NotFound("channel"))?;
    Ok(managed(ctx, number, &sender))
}

/// What Meta is told to say when it asks whether an address is ours; none for numbers at Twilio.
pub async fn verify_token(ctx: &Ctx, actor: &Actor, id: NumberId) -> Result<Option<String>> {
    let mut tx = ctx.db.read().await?;
    let sender = numbers::sender(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    let Some(app) = sender.meta_app_id else {
        return Ok(None);
    };
    let app = numbers::app(&mut tx, app)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    let opened = ctx
        .keyring
        .open_text(&verify_token_place(app.id), &app.verify_token)?;
    Ok(Some(secrecy::ExposeSecret::expose_secret(&opened).to_owned()))
}

fn managed(ctx: &Ctx, number: Number, sender: &Sender) -> Managed {
    let webhook_path = match sender.meta_app_id {
        Some(app) => webhook_path(app),
        None => twilio_path(number.id),
    };
    let business = sender.business_id.clone().unwrap_or_default();
    let provider = match number.kind.provider() {
        recado_model::Provider::Meta => ProviderIds::Meta {
            phone_number_id: sender.provider_number.clone(),
            waba_id: business,
        },
        recado_model::Provider::Twilio => ProviderIds::Twilio {
            account_sid: business,
            sender: format!("whatsapp:{}", sender.provider_number),
        },
    };
    Managed {
        webhook_url: format!("{}{webhook_path}", ctx.public_url),
        webhook_path,
        provider,
        sandbox_url: (number.kind == recado_model::NumberKind::Sandbox)
            .then(|| sender.base_url.as_ref().map(|base| format!("{base}/sandbox")))
            .flatten(),
        number,
    }
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

/// The number and what is needed to call for it, unless it was deleted.
async fn living(tx: &mut Tx, account: AccountId, id: NumberId) -> Result<(Number, Sender)> {
    let number = numbers::get(tx, account, id).await?;
    let sender = numbers::sender(tx, account, id).await?;
    number
        .zip(sender)
        .filter(|(number, _)| number.status != recado_model::NumberStatus::Deleted)
        .ok_or(Error::NotFound("channel"))
}

/// Somebody of the account; for an active number somebody who may answer from it.
async fn check_assigned(
    tx: &mut Tx,
    account: AccountId,
    assigned: Option<MemberId>,
    active: bool,
) -> Result<()> {
    let wrong = |message: &str| Err(Error::bad_input("assigned_member_id", message));
    let Some(id) = assigned else {
        return if active {
            wrong("An active number needs a member who is in charge of it.")
        } else {
            Ok(())
        };
    };
    let Some(member) = members::get(tx, account, id).await? else {
        return wrong("There is no such member.");
    };
    if active && !member.whatsapp_enabled {
        return wrong(
            "This member does not have WhatsApp enabled. Enable it for them, or choose somebody else.",
        );
    }
    if active && !member.role.permissions().contains(Permission::MessagesSend) {
        return wrong(
            "This member may not answer customers. Give them another role, or choose somebody else.",
        );
    }
    Ok(())
}

/// Nobody else changes the account's numbers or members until the transaction ends.
async fn lock(tx: &mut Tx, account: AccountId) -> Result<()> {
    Ok(accounts::lock(tx, account).await?)
}

fn told(changed: impl IntoIterator<Item = Number>) -> Result<Vec<Draft>> {
    let told = |channel| draft(CHANNEL_UPDATED, &ChannelEvent { channel });
    changed.into_iter().map(told).collect()
}

async fn append(ctx: &Ctx, tx: &mut Tx, account: AccountId, drafts: Vec<Draft>) -> Result<()> {
    if !drafts.is_empty() {
        ctx.journal.append(tx, account, drafts).await?;
    }
    Ok(())
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
