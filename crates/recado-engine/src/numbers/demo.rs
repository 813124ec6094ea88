//! The demo's numbers. The sandbox that plays their provider belongs to the same program, so nothing is asked; and only
//! here a number is told to be somewhere else than where its provider is.

use recado_model::{AccountId, Actor, AuditAction, MemberId, MetaAppId, NumberId, NumberKind, NumberStatus};
use recado_store::numbers::{self, TwilioAccount};
use secrecy::SecretString;
use serde_json::json;

use super::keep::{Access, Kept, MetaSecrets, keep, seal};
use super::{auth_token_place, lock};
use crate::{Ctx, Error, Result, audit, templates};

/// A number that speaks Meta's wire with the sandbox.
#[derive(Debug)]
pub struct DemoMeta {
    pub label: String,
    pub display_phone: String,
    pub phone_number_id: String,
    pub waba_id: String,
    pub access_token: SecretString,
    pub app_secret: SecretString,
    pub verify_token: SecretString,
    pub assigned: Option<MemberId>,
    pub base_url: String,
}

/// A number that speaks Twilio's wire with the sandbox.
#[derive(Debug)]
pub struct DemoTwilio {
    pub label: String,
    pub display_phone: String,
    /// `+` and digits.
    pub phone: String,
    pub account_sid: String,
    pub auth_token: SecretString,
    pub assigned: Option<MemberId>,
    pub base_url: String,
}

/// Connects the number, or gives the one that is there its place and secrets of this start.
pub async fn demo_meta(ctx: &Ctx, account: AccountId, demo: DemoMeta) -> Result<(NumberId, MetaAppId)> {
    connect_meta(ctx, account, demo, None).await
}

/// The same, noted as somebody's doing.
pub(super) async fn connect_meta(
    ctx: &Ctx,
    account: AccountId,
    demo: DemoMeta,
    by: Option<&Actor>,
) -> Result<(NumberId, MetaAppId)> {
    let kept = Kept {
        kind: NumberKind::Sandbox,
        label: demo.label,
        display_phone: demo.display_phone,
        provider_number: demo.phone_number_id,
        business: demo.waba_id,
        access: Access::Meta(MetaSecrets {
            access_token: demo.access_token,
            app_secret: demo.app_secret,
            verify_token: Some(demo.verify_token),
        }),
        base_url: Some(demo.base_url),
        status: NumberStatus::Connected,
        assigned: demo.assigned,
        health: None,
    };
    let id = connect(ctx, account, kept, by).await?;
    let mut tx = ctx.db.read().await?;
    let app = numbers::sender(&mut tx, account, id)
        .await?
        .and_then(|sender| sender.meta_app_id)
        .ok_or(Error::NotFound("channel"))?;
    Ok((id, app))
}

/// The same at Twilio. Credentials of another account, which somebody put there since, stay; there is no number then.
pub async fn demo_twilio(ctx: &Ctx, account: AccountId, demo: DemoTwilio) -> Result<Option<NumberId>> {
    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, account).await?;
    let known = numbers::twilio(&mut tx, account).await?;
    if known
        .as_ref()
        .is_some_and(|known| known.account_sid != demo.account_sid)
    {
        return Ok(None);
    }
    let id = known.map_or_else(|| ctx.ids.next(), |known| known.id);
    let credentials = TwilioAccount {
        id,
        auth_token: seal(ctx, auth_token_place(id), &demo.auth_token)?,
        account_sid: demo.account_sid.clone(),
        base_url: Some(demo.base_url),
    };
    numbers::set_twilio(&mut tx, account, &credentials, ctx.clock.now()).await?;
    tx.commit().await?;
    let kept = Kept {
        kind: NumberKind::Twilio,
        label: demo.label,
        display_phone: demo.display_phone,
        provider_number: demo.phone,
        business: demo.account_sid,
        access: Access::Twilio {
            account: id,
            sender_sid: None,
        },
        base_url: None,
        status: NumberStatus::Connected,
        assigned: demo.assigned,
        health: None,
    };
    connect(ctx, account, kept, None).await.map(Some)
}

/// What the team has changed about a number stays as it is; a deleted one comes back.
async fn connect(ctx: &Ctx, account: AccountId, mut kept: Kept, by: Option<&Actor>) -> Result<NumberId> {
    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, account).await?;
    let known = match numbers::route(&mut tx, account, &kept.provider_number).await? {
        Some(route) => numbers::sender(&mut tx, account, route.id).await?,
        None => None,
    };
    if let Some(sender) = &known
        && sender.status != NumberStatus::Deleted
        && let Some(number) = numbers::get(&mut tx, account, sender.id).await?
    {
        kept.label = number.label;
        kept.status = number.status;
        if kept.status != NumberStatus::Connected || number.assigned_member_id.is_some() {
            kept.assigned = number.assigned_member_id;
        }
        if let Access::Twilio { sender_sid, .. } = &mut kept.access {
            sender_sid.clone_from(&sender.sender_sid);
        }
    }
    let id = keep(ctx, &mut tx, account, known.as_ref(), &kept).await?;
    if let Some(actor) = by {
        let summary = json!({ "name": kept.label, "phone": kept.display_phone, "kind": kept.kind });
        audit::record(ctx, &mut tx, actor, AuditAction::ChannelConnected, id.0, summary).await?;
    }
    tx.commit().await?;
    // At once: a script that was told the demo is ready finds it at rest.
    templates::read_anew(ctx, account, &kept.business).await?;
    Ok(id)
}
