//! Outgoing webhooks: endpoints of the account's own that are told of what happens.

use axum::extract::State;
use recado_engine::webhooks::{self, Change, DeliveryDetails, NewWebhook, WebhookWithSecret};
use recado_model::{DeliveryState, EventFilter, WebhookDeliveryId, WebhookId};
use recado_store::webhooks::Webhook;
use recado_store::webhooks::deliveries::Delivery;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::actor::{Can, perm};
use crate::answer::{Accepted, Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::{Json, Paging, Param, Params, Query};
use crate::state::Api;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Where events are posted to: `https`, on the public internet.
    #[schema(max_length = 2000)]
    url: String,
    /// What it is for.
    #[schema(max_length = 200, example = "Shop")]
    description: Option<String>,
    /// What it is told of; without it, or with `["*"]`, everything.
    #[schema(value_type = Option<EventFilter>, example = json!(["message.received", "message.status_updated"]))]
    events: Option<Vec<String>>,
    /// Whether it is told from now on; `true` if it is not said.
    is_active: Option<bool>,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeWebhook {
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// An empty one takes it away.
    #[schema(max_length = 200)]
    description: Option<String>,
    #[schema(value_type = Option<EventFilter>)]
    events: Option<Vec<String>>,
    /// Switching it on forgets its failures; what happened while it was off is not told.
    is_active: Option<bool>,
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    state: Option<DeliveryState>,
}

/// List webhooks
///
/// Newest first, those that are switched off too.
#[utoipa::path(get, path = "/webhooks", operation_id = "list_webhooks", tag = "Webhooks",
    responses((status = 200, body = List<Webhook>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::WebhooksManage>) -> Result<List<Webhook>> {
    Ok(List::whole(webhooks::list(&api.ctx, &caller).await?))
}

/// Make a webhook
///
/// The answer holds the secret that requests are signed with, this once. What happens from now on is posted to the
/// address, at least once each, in order for each conversation, and again for a day until it is answered with a status
/// from 200 to 299. An endpoint that answers 410, or that nothing reaches for three days, is switched off.
#[utoipa::path(post, path = "/webhooks", operation_id = "create_webhook", tag = "Webhooks",
    responses(
        (status = 201, body = Data<WebhookWithSecret>),
        (status = 409, description = "`too_many`: there are 20.", body = ErrorEnvelope)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn create(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Json(form): Json<CreateWebhook>,
) -> Result<Created<WebhookWithSecret>> {
    let new = NewWebhook {
        url: form.url,
        description: form.description,
        events: form.events,
        is_active: form.is_active.unwrap_or(true),
    };
    Ok(Created(webhooks::create(&api.ctx, &caller, new).await?))
}

/// Get a webhook
#[utoipa::path(get, path = "/webhooks/{id}", operation_id = "get_webhook", tag = "Webhooks",
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = Data<Webhook>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Param(id): Param<WebhookId>,
) -> Result<Data<Webhook>> {
    Ok(Data {
        data: webhooks::get(&api.ctx, &caller, id).await?,
    })
}

/// Change a webhook
#[utoipa::path(patch, path = "/webhooks/{id}", operation_id = "change_webhook", tag = "Webhooks",
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = Data<Webhook>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Param(id): Param<WebhookId>,
    Json(form): Json<ChangeWebhook>,
) -> Result<Data<Webhook>> {
    let change = Change {
        url: form.url,
        description: form.description,
        events: form.events,
        is_active: form.is_active,
    };
    Ok(Data {
        data: webhooks::change(&api.ctx, &caller, id, change).await?,
    })
}

/// Delete a webhook
///
/// What waits to be told to it is not told any more.
#[utoipa::path(delete, path = "/webhooks/{id}", operation_id = "delete_webhook", tag = "Webhooks",
    params(("id" = WebhookId, Path)),
    responses((status = 204, description = "It is gone.")),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Param(id): Param<WebhookId>,
) -> Result<Done> {
    webhooks::remove(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Give a webhook a new secret
///
/// The answer holds it, this once. The one before it signs too for 24 hours: each signature header then has both.
#[utoipa::path(post, path = "/webhooks/{id}/rotate-secret", operation_id = "rotate_webhook_secret", tag = "Webhooks",
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = Data<WebhookWithSecret>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn rotate_secret(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Param(id): Param<WebhookId>,
) -> Result<Data<WebhookWithSecret>> {
    Ok(Data {
        data: webhooks::rotate_secret(&api.ctx, &caller, id).await?,
    })
}

/// Send a test event
///
/// `webhook.test`, now and once, also to a webhook that is switched off; the answer says what came of it.
#[utoipa::path(post, path = "/webhooks/{id}/test", operation_id = "test_webhook", tag = "Webhooks",
    params(("id" = WebhookId, Path)),
    responses((status = 200, body = Data<DeliveryDetails>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn test(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Param(id): Param<WebhookId>,
) -> Result<Data<DeliveryDetails>> {
    Ok(Data {
        data: webhooks::test(&api.ctx, &caller, id).await?,
    })
}

/// List a webhook's deliveries
///
/// Newest first, those of the last 30 days.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", operation_id = "list_webhook_deliveries", tag = "Webhooks",
    params(("id" = WebhookId, Path), Filter, Paging),
    responses((status = 200, body = List<Delivery>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn deliveries(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Param(id): Param<WebhookId>,
    Query(filter): Query<Filter>,
    paging: Paging,
) -> Result<List<Delivery>> {
    let listing = paging.of(caller.account, format!("webhook:{id}"))?;
    let page =
        webhooks::deliveries(&api.ctx, &caller, id, filter.state, listing.after, listing.limit).await?;
    Ok(listing.answer(page))
}

/// Get a delivery
///
/// With the body that is sent.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries/{delivery}", operation_id = "get_webhook_delivery",
    tag = "Webhooks", params(("id" = WebhookId, Path), ("delivery" = WebhookDeliveryId, Path)),
    responses((status = 200, body = Data<DeliveryDetails>)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn delivery(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Params(id, delivery): Params<WebhookId, WebhookDeliveryId>,
) -> Result<Data<DeliveryDetails>> {
    Ok(Data {
        data: webhooks::delivery(&api.ctx, &caller, id, delivery).await?,
    })
}

/// Send a delivery again
///
/// Under the same `webhook-id`, whatever became of it; one that waits for its next try is tried now.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery}/replay", operation_id = "replay_webhook_delivery",
    tag = "Webhooks", params(("id" = WebhookId, Path), ("delivery" = WebhookDeliveryId, Path)),
    responses(
        (status = 202, body = Data<Delivery>),
        (status = 409, description = "`webhook_disabled`: switch it on first.", body = ErrorEnvelope)),
    security(("session" = ["webhooks:manage"]), ("api_key" = ["webhooks:manage"])))]
pub async fn replay(
    State(api): State<Api>,
    caller: Can<perm::WebhooksManage>,
    Params(id, delivery): Params<WebhookId, WebhookDeliveryId>,
) -> Result<Accepted<Delivery>> {
    Ok(Accepted(webhooks::replay(&api.ctx, &caller, id, delivery).await?))
}
