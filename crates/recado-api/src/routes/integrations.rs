//! Accounts elsewhere that channels go through.

use axum::extract::State;
use recado_engine::numbers::{self, Credentials, ListedSender};
use recado_model::MemberId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::channels::{self, ListedChannel};
use super::sessions::Password;
use crate::actor::{Can, perm};
use crate::answer::{Created, Data, Done, List};
use crate::error::{ErrorEnvelope, Result};
use crate::extract::Json;
use crate::state::Api;

/// What is told of Twilio's credentials. The token never is.
#[derive(Debug, Serialize, ToSchema)]
pub struct TwilioCredentials {
    #[schema(required)]
    account_sid: Option<String>,
    /// Whether there are any.
    configured: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTwilioCredentials {
    #[schema(example = "AC00000000000000000000000000000001")]
    account_sid: String,
    #[schema(value_type = String, format = Password)]
    auth_token: Password,
}

/// A WhatsApp number of the account at Twilio.
#[derive(Debug, Serialize, ToSchema)]
pub struct TwilioSender {
    sid: String,
    #[schema(example = "+14155550100")]
    phone: String,
    /// What customers see.
    #[schema(required)]
    name: Option<String>,
    /// Twilio's word: `ONLINE`, `OFFLINE`, `CREATING`, ….
    status: String,
    /// Whether messages can be sent from it.
    online: bool,
    /// Already one of our channels.
    connected: bool,
}

/// Whether WhatsApp is simulated here.
#[derive(Debug, Serialize, ToSchema)]
pub struct SandboxOffer {
    /// Whether a simulated number can be connected: `recado dev` has them.
    available: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectSandbox {
    /// Who is in charge of it.
    assigned_member_id: MemberId,
}

/// Ask for the sandbox
///
/// Whether a number can be connected whose customers are simulated, to try things out.
#[utoipa::path(get, path = "/integrations/sandbox", operation_id = "get_sandbox", tag = "Integrations",
    responses((status = 200, body = Data<SandboxOffer>)),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn sandbox(
    State(api): State<Api>,
    _caller: Can<perm::ChannelsManage>,
) -> Result<Data<SandboxOffer>> {
    let available = api.ctx.sandboxes.are_offered();
    Ok(Data {
        data: SandboxOffer { available },
    })
}

/// Connect the sandbox's number
///
/// The account's simulated number, started if it is not there. Its `sandbox_url` is the
/// page where one writes as a customer.
#[utoipa::path(post, path = "/integrations/sandbox", operation_id = "connect_sandbox", tag = "Integrations",
    responses(
        (status = 201, body = Data<ListedChannel>),
        (status = 409, description = "`sandbox_unavailable`: nothing plays WhatsApp here.", body = ErrorEnvelope),
        (status = 502, description = "`provider_unreachable`: it could not be started.", body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn connect_sandbox(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Json(wanted): Json<ConnectSandbox>,
) -> Result<Created<ListedChannel>> {
    let channel = numbers::connect_sandbox(&api.ctx, &caller, wanted.assigned_member_id).await?;
    Ok(Created(channels::show(&caller, channel)))
}

/// Get Twilio's credentials
///
/// Whose they are; the token is never told.
#[utoipa::path(get, path = "/integrations/twilio", operation_id = "get_twilio", tag = "Integrations",
    responses((status = 200, body = Data<TwilioCredentials>)),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn twilio(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
) -> Result<Data<TwilioCredentials>> {
    Ok(show(numbers::credentials(&api.ctx, &caller).await?))
}

/// Set Twilio's credentials
///
/// They are tried at Twilio first: what is wrong is named as `error.field`. Channels of another account than theirs
/// become inactive.
#[utoipa::path(put, path = "/integrations/twilio", operation_id = "set_twilio", tag = "Integrations",
    responses(
        (status = 200, body = Data<TwilioCredentials>),
        (status = 502, description = "`provider_unreachable`", body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn set_twilio(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Json(new): Json<SetTwilioCredentials>,
) -> Result<Data<TwilioCredentials>> {
    let kept = numbers::set_credentials(&api.ctx, &caller, &new.account_sid, &new.auth_token.0).await?;
    Ok(show(kept))
}

/// Forget Twilio's credentials
///
/// Channels at Twilio become inactive.
#[utoipa::path(delete, path = "/integrations/twilio", operation_id = "forget_twilio", tag = "Integrations",
    responses((status = 204, description = "Forgotten.")),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn forget_twilio(State(api): State<Api>, caller: Can<perm::ChannelsManage>) -> Result<Done> {
    numbers::forget(&api.ctx, &caller).await?;
    Ok(Done)
}

/// List Twilio's senders
///
/// The account's WhatsApp numbers at Twilio, as Twilio lists them now.
#[utoipa::path(get, path = "/integrations/twilio/senders", operation_id = "list_twilio_senders", tag = "Integrations",
    responses(
        (status = 200, body = List<TwilioSender>),
        (status = 409, description = "`twilio_not_configured`: enter the credentials first.", body = ErrorEnvelope),
        (status = 502, description = "`provider_unreachable`, or `provider_error`: Twilio refused.", body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn twilio_senders(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
) -> Result<List<TwilioSender>> {
    let senders = numbers::twilio_senders(&api.ctx, &caller).await?;
    let shown = senders
        .into_iter()
        .map(|ListedSender { sender, connected }| TwilioSender {
            sid: sender.sid,
            phone: sender.phone,
            name: sender.name,
            status: sender.status,
            online: sender.online,
            connected,
        });
    Ok(List::whole(shown.collect()))
}

fn show(Credentials { account_sid }: Credentials) -> Data<TwilioCredentials> {
    Data {
        data: TwilioCredentials {
            configured: account_sid.is_some(),
            account_sid,
        },
    }
}
