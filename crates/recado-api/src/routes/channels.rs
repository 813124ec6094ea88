//! The account's WhatsApp numbers.

use axum::extract::State;
use recado_engine::numbers::{self, Listed};
use recado_model::Permission;
use recado_store::numbers::Number;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actor::{Can, perm};
use crate::answer::List;
use crate::error::Result;
use crate::state::Api;

/// A channel, and for those who manage channels where its webhooks go.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedChannel {
    #[serde(flatten)]
    #[schema(inline)]
    channel: Number,
    /// The path below this server's address that the provider sends webhooks to. Only with `channels:manage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    webhook_path: Option<String>,
}

/// List channels
///
/// The WhatsApp numbers of the account.
#[utoipa::path(get, path = "/channels", operation_id = "list_channels", tag = "Channels",
    responses((status = 200, body = List<ListedChannel>)),
    security(("session" = ["channels:read"]), ("api_key" = ["channels:read"])))]
pub async fn list(State(api): State<Api>, caller: Can<perm::ChannelsRead>) -> Result<List<ListedChannel>> {
    let manages = caller.may(Permission::ChannelsManage);
    let channels =
        numbers::list(&api.ctx, &caller)
            .await?
            .into_iter()
            .map(|Listed { number, webhook_path }| ListedChannel {
                channel: number,
                webhook_path: manages.then_some(webhook_path),
            });
    Ok(List::whole(channels.collect()))
}
