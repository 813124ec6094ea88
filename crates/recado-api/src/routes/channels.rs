//! The account's WhatsApp numbers.

use axum::extract::State;
use recado_engine::numbers::{self, Managed, ProviderIds};
use recado_model::{Actor, AutoAssign, MemberId, NumberId, Permission};
use recado_store::numbers::Number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sessions::Password;
use crate::actor::{Can, perm};
use crate::answer::{At, Created, Data, Done, List};
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{Json, Param, present};
use crate::state::Api;

/// A channel, and for those who manage channels what its provider knows it by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedChannel {
    #[serde(flatten)]
    #[schema(inline)]
    channel: Number,
    /// The path below this server's address that the provider sends webhooks to. Only with `channels:manage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    webhook_path: Option<String>,
    /// The same as an address. Only with `channels:manage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    webhook_url: Option<String>,
    /// Only with `channels:manage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    provider: Option<ChannelProvider>,
    /// The page with the phones of a simulated number's customers. Only with `channels:manage`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    sandbox_url: Option<String>,
    /// What Meta shall say when it asks whether the address is ours. Only with `channels:manage`, when one channel is
    /// asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    verify_token: Option<String>,
}

/// The provider's names for a channel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ChannelProvider {
    Meta {
        phone_number_id: String,
        waba_id: String,
    },
    Twilio {
        account_sid: String,
        sender: String,
    },
}

/// A number to connect. At Meta it takes two ids and two secrets, at Twilio `sender`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectChannel {
    #[schema(inline)]
    kind: ConnectKind,
    #[schema(min_length = 1, max_length = 80)]
    label: String,
    /// Who is in charge of it.
    assigned_member_id: Option<MemberId>,
    active: bool,
    /// Of the number, as Meta's dashboard shows it.
    #[schema(example = "104455667788991")]
    phone_number_id: Option<String>,
    /// Of the WhatsApp Business account.
    #[schema(example = "220011446688335")]
    waba_id: Option<String>,
    /// A permanent one, of a system user.
    #[schema(value_type = Option<String>, format = Password)]
    access_token: Option<Password>,
    #[schema(value_type = Option<String>, format = Password)]
    app_secret: Option<Password>,
    /// One is made up if there is none.
    #[schema(value_type = Option<String>, format = Password)]
    verify_token: Option<Password>,
    /// At Twilio.
    #[schema(example = "whatsapp:+14155550100")]
    sender: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConnectKind {
    Meta,
    Twilio,
}

/// What to change; what is not sent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeChannel {
    #[schema(min_length = 1, max_length = 80)]
    label: Option<String>,
    /// Who is in charge of it; null for nobody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<MemberId>)]
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    assigned_member_id: Option<Option<MemberId>>,
    active: Option<bool>,
    /// To whom its new conversations are given by themselves, among members who say they are there.
    auto_assign: Option<AutoAssign>,
    /// Only `true`: another channel that becomes the default takes it away.
    is_default: Option<bool>,
    #[schema(value_type = Option<String>, format = Password)]
    access_token: Option<Password>,
    #[schema(value_type = Option<String>, format = Password)]
    app_secret: Option<Password>,
}

/// List channels
///
/// The WhatsApp numbers of the account, without those that were deleted.
#[utoipa::path(get, path = "/channels", operation_id = "list_channels", tag = "Channels",
    responses((status = 200, body = List<ListedChannel>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["channels:read"]), ("api_key" = ["channels:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::ChannelsRead>,
) -> Result<At<List<ListedChannel>>> {
    let channels = numbers::list(&api.ctx, &caller).await?;
    let shown = |channels: Vec<Managed>| channels.into_iter().map(|channel| show(&caller, channel));
    Ok(At::of(channels, |channels| {
        List::whole(shown(channels).collect())
    }))
}

/// Get a channel
///
/// A deleted one too: its conversations still name it.
#[utoipa::path(get, path = "/channels/{id}", operation_id = "get_channel", tag = "Channels",
    params(("id" = NumberId, Path)),
    responses((status = 200, body = Data<ListedChannel>)),
    security(("session" = ["channels:read"]), ("api_key" = ["channels:read"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::ChannelsRead>,
    Param(id): Param<NumberId>,
) -> Result<Data<ListedChannel>> {
    let mut data = show(&caller, numbers::get(&api.ctx, &caller, id).await?);
    if caller.may(Permission::ChannelsManage) {
        data.verify_token = numbers::verify_token(&api.ctx, &caller, id).await?;
    }
    Ok(Data { data })
}

/// Connect a channel
///
/// Its settings are tried at the provider first: what is wrong is named as `error.field`. A number that was deleted
/// comes back with its history. Then the provider is told where its webhooks go; if that does not succeed, the
/// channel's `health.last_error` says why.
#[utoipa::path(post, path = "/channels", operation_id = "connect_channel", tag = "Channels",
    responses(
        (status = 201, body = Data<ListedChannel>),
        (status = 409, description = "`already_connected`; `twilio_not_configured`: enter Twilio's credentials first.",
            body = ErrorEnvelope),
        (status = 502, description = "`provider_unreachable`: nothing could be tried; `provider_error`: the provider refused for another reason.",
            body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn connect(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Json(new): Json<ConnectChannel>,
) -> Result<Created<ListedChannel>> {
    let channel = numbers::connect(&api.ctx, &caller, new.into_connect()?).await?;
    Ok(Created(show(&caller, channel)))
}

/// Change a channel
///
/// An active channel needs a member in charge who may reply and has WhatsApp enabled. New secrets are tried at Meta
/// before they are kept.
#[utoipa::path(patch, path = "/channels/{id}", operation_id = "change_channel", tag = "Channels",
    params(("id" = NumberId, Path)),
    responses(
        (status = 200, body = Data<ListedChannel>),
        (status = 409, description = "`twilio_not_configured`: its account's credentials are missing.", body = ErrorEnvelope),
        (status = 502, description = "`provider_unreachable`: new secrets could not be tried.", body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Param(id): Param<NumberId>,
    Json(change): Json<ChangeChannel>,
) -> Result<Data<ListedChannel>> {
    if change.is_default == Some(false) {
        return Err(Error::bad_field(
            "is_default",
            "Make another channel the default one instead.",
        ));
    }
    let change = numbers::Change {
        label: change.label,
        assigned: change.assigned_member_id,
        active: change.active,
        auto_assign: change.auto_assign,
        is_default: change.is_default.is_some(),
        access_token: change.access_token.map(|token| token.0),
        app_secret: change.app_secret.map(|secret| secret.0),
    };
    let channel = numbers::change(&api.ctx, &caller, id, change).await?;
    Ok(Data {
        data: show(&caller, channel),
    })
}

/// Delete a channel
///
/// Its conversations stay readable. Connecting the number again brings it back.
#[utoipa::path(delete, path = "/channels/{id}", operation_id = "delete_channel", tag = "Channels",
    params(("id" = NumberId, Path)),
    responses((status = 204, description = "Gone.")),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn remove(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Param(id): Param<NumberId>,
) -> Result<Done> {
    numbers::remove(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Check a channel
///
/// Asks the provider now, and tells it again where webhooks go. What it says is in `health`.
#[utoipa::path(post, path = "/channels/{id}/check", operation_id = "check_channel", tag = "Channels",
    params(("id" = NumberId, Path)),
    responses(
        (status = 200, body = Data<ListedChannel>),
        (status = 409, description = "`twilio_not_configured`: its account's credentials are missing.", body = ErrorEnvelope),
        (status = 502, description = "`provider_unreachable`", body = ErrorEnvelope),
    ),
    security(("session" = ["channels:manage"]), ("api_key" = ["channels:manage"])))]
pub async fn check(
    State(api): State<Api>,
    caller: Can<perm::ChannelsManage>,
    Param(id): Param<NumberId>,
) -> Result<Data<ListedChannel>> {
    let channel = numbers::check(&api.ctx, &caller, id).await?;
    Ok(Data {
        data: show(&caller, channel),
    })
}

pub(super) fn show(caller: &Actor, channel: Managed) -> ListedChannel {
    let manages = caller.may(Permission::ChannelsManage);
    let provider = match channel.provider {
        ProviderIds::Meta {
            phone_number_id,
            waba_id,
        } => ChannelProvider::Meta {
            phone_number_id,
            waba_id,
        },
        ProviderIds::Twilio { account_sid, sender } => ChannelProvider::Twilio { account_sid, sender },
    };
    ListedChannel {
        channel: channel.number,
        webhook_path: manages.then_some(channel.webhook_path),
        webhook_url: manages.then_some(channel.webhook_url),
        provider: manages.then_some(provider),
        sandbox_url: channel.sandbox_url.filter(|_| manages),
        verify_token: None,
    }
}

impl ConnectChannel {
    fn into_connect(self) -> Result<numbers::Connect> {
        let Self {
            phone_number_id,
            waba_id,
            access_token,
            app_secret,
            verify_token,
            sender,
            ..
        } = self;
        let others = match self.kind {
            ConnectKind::Meta => vec![("sender", sender.is_some())],
            ConnectKind::Twilio => vec![
                ("phone_number_id", phone_number_id.is_some()),
                ("waba_id", waba_id.is_some()),
                ("access_token", access_token.is_some()),
                ("app_secret", app_secret.is_some()),
                ("verify_token", verify_token.is_some()),
            ],
        };
        if let Some((field, _)) = others.into_iter().find(|(_, given)| *given) {
            return Err(Error::bad_field(
                field,
                format!("`{field}` does not go with this kind."),
            ));
        }
        let at = match self.kind {
            ConnectKind::Meta => numbers::At::Meta {
                phone_number_id: needed("phone_number_id", phone_number_id)?,
                waba_id: needed("waba_id", waba_id)?,
                access_token: needed("access_token", access_token)?.0,
                app_secret: needed("app_secret", app_secret)?.0,
                verify_token: verify_token.map(|token| token.0),
            },
            ConnectKind::Twilio => numbers::At::Twilio {
                sender: needed("sender", sender)?,
            },
        };
        Ok(numbers::Connect {
            label: self.label,
            assigned: self.assigned_member_id,
            active: self.active,
            at,
        })
    }
}

fn needed<T>(field: &'static str, given: Option<T>) -> Result<T> {
    given.ok_or_else(|| Error::bad_field(field, format!("`{field}` is missing.")))
}
