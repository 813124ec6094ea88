//! What was told, for those who look into it: the log, trying again, and a test.

use recado_model::{Actor, Cursor, DeliveryState, Page, WebhookDeliveryId, WebhookId};
use recado_store::webhooks::deliveries::{self as store, Delivery, NewDelivery};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::deliver::{self, Deliver};
use super::event::Told;
use super::find;
use crate::{Ctx, Error, Result};

/// A delivery with what is sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeliveryDetails {
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The body, to the letter: what is signed.
    pub request_body: String,
}

/// One page of an endpoint's deliveries, newest first.
///
/// # Errors
/// `NotFound`.
pub async fn deliveries(
    ctx: &Ctx,
    actor: &Actor,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    cursor: Cursor,
    limit: i64,
) -> Result<Page<Delivery>> {
    let mut tx = ctx.db.read().await?;
    find(&mut tx, actor, webhook).await?;
    let rows = store::list(&mut tx, actor.account, webhook, state, cursor, limit + 1).await?;
    Ok(Page::from_rows(rows, limit, |row| Cursor {
        at: row.created_at,
        id: row.id.0,
    }))
}

/// # Errors
/// `NotFound`.
pub async fn delivery(
    ctx: &Ctx,
    actor: &Actor,
    webhook: WebhookId,
    id: WebhookDeliveryId,
) -> Result<DeliveryDetails> {
    let mut tx = ctx.db.read().await?;
    find(&mut tx, actor, webhook).await?;
    let delivery = store::get(&mut tx, actor.account, id).await?;
    let delivery = delivery.filter(|delivery| delivery.webhook_id == webhook);
    let delivery = delivery.ok_or(Error::NotFound("delivery"))?;
    let body = store::body(&mut tx, actor.account, id).await?;
    Ok(DeliveryDetails {
        delivery,
        request_body: body.unwrap_or_default(),
    })
}

/// Sends it again under the same id, whatever became of it; one that waits for its next try is tried now.
///
/// # Errors
/// `NotFound`, `Conflict` while the endpoint is switched off.
pub async fn replay(ctx: &Ctx, actor: &Actor, webhook: WebhookId, id: WebhookDeliveryId) -> Result<Delivery> {
    let mut tx = ctx.db.begin().await?;
    let endpoint = find(&mut tx, actor, webhook).await?;
    let delivery = store::get(&mut tx, actor.account, id).await?;
    let delivery = delivery
        .filter(|delivery| delivery.webhook_id == webhook)
        .ok_or(Error::NotFound("delivery"))?;
    if !endpoint.is_active {
        return Err(Error::conflict(
            "webhook_disabled",
            "The webhook is switched off. Switch it on first.",
        ));
    }
    let again = store::again(&mut tx, actor.account, id, ctx.clock.now()).await?;
    let again = again.ok_or(Error::NotFound("delivery"))?;
    let job = Deliver { id }.job(&delivery.lane)?;
    if ctx.jobs.enqueue(&mut tx, actor.account, job).await?.is_none() {
        ctx.jobs
            .hasten(&mut tx, actor.account, &deliver::dedupe_key(id))
            .await?;
    }
    tx.commit().await?;
    Ok(again)
}

/// Sends a test event now, also to an endpoint that is switched off, and answers what came of it. It is not tried again
/// and changes nothing about the endpoint.
///
/// # Errors
/// `NotFound`.
pub async fn test(ctx: &Ctx, actor: &Actor, webhook: WebhookId) -> Result<DeliveryDetails> {
    let now = ctx.clock.now();
    let told = Told::test(ctx.ids.next::<Uuid>(), now);
    let new = NewDelivery {
        id: ctx.ids.next(),
        webhook,
        event_id: told.id,
        event: told.event,
        lane: deliver::lane(webhook, None),
        body: told.body(actor.account).map_err(Error::internal)?,
    };
    let mut tx = ctx.db.begin().await?;
    let endpoint = find(&mut tx, actor, webhook).await?;
    store::insert_each(&mut tx, actor.account, std::slice::from_ref(&new), now).await?;
    let delivery = store::get(&mut tx, actor.account, new.id).await?;
    let delivery = delivery.ok_or(Error::NotFound("delivery"))?;
    tx.commit().await?;
    let tried = deliver::send(ctx, actor.account, &endpoint, &delivery).await?;
    let state = if deliver::is_taken(&tried) {
        DeliveryState::Delivered
    } else {
        DeliveryState::Failed
    };
    let mut tx = ctx.db.begin().await?;
    let now = ctx.clock.now();
    let delivery = store::tried(&mut tx, actor.account, new.id, state, None, &tried, now).await?;
    let delivery = delivery.ok_or(Error::NotFound("delivery"))?;
    tx.commit().await?;
    Ok(DeliveryDetails {
        delivery,
        request_body: new.body,
    })
}
