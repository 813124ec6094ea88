//! A number as the public API shows it, which calls it a channel.

use recado_model::{AutoAssign, Json, MemberId, NumberError, NumberId, NumberKind, NumberStatus, Time};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::Number;

/// A WhatsApp number of the account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Channel {
    pub id: NumberId,
    pub label: String,
    pub kind: NumberKind,
    /// As the provider displays it, for people; never for finding anything.
    pub display_phone: String,
    pub is_default: bool,
    pub status: NumberStatus,
    /// Who is in charge of it; an active number has somebody.
    #[schema(required)]
    pub assigned_member_id: Option<MemberId>,
    /// To whom its new conversations are given by themselves.
    pub auto_assign: AutoAssign,
    pub connected_at: Time,
    pub health: ChannelHealth,
}

/// How a number does, as far as is known.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChannelHealth {
    /// How customers take to its messages: `GREEN`, `YELLOW`, `RED`, `UNKNOWN`.
    #[schema(required)]
    pub quality: Option<String>,
    /// How many customers a day may be written to first, in the provider's word: `TIER_2K`.
    #[schema(required)]
    pub limit: Option<String>,
    /// Why nothing can be sent from it, in a sentence; null if it can.
    #[schema(required)]
    pub trouble: Option<String>,
    /// When the provider last told us something, to about a minute.
    #[schema(required)]
    pub last_webhook_at: Option<Time>,
    #[schema(required, value_type = Option<NumberError>)]
    pub last_error: Option<Json<NumberError>>,
    /// When the provider was last asked how the number is.
    #[schema(required)]
    pub checked_at: Option<Time>,
}

impl From<Number> for Channel {
    fn from(number: Number) -> Self {
        Self {
            id: number.id,
            label: number.label,
            kind: number.kind,
            display_phone: number.display_phone,
            is_default: number.is_default,
            status: number.status,
            assigned_member_id: number.assigned_member_id,
            auto_assign: number.auto_assign,
            connected_at: number.connected_at,
            health: ChannelHealth {
                quality: number.quality,
                limit: number.messaging_limit,
                trouble: number.trouble,
                last_webhook_at: number.last_webhook_at,
                last_error: number.last_error,
                checked_at: number.checked_at,
            },
        }
    }
}

impl PartialSchema for Number {
    fn schema() -> RefOr<Schema> {
        Channel::schema()
    }
}

impl ToSchema for Number {
    fn name() -> std::borrow::Cow<'static, str> {
        Channel::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Channel::schemas(schemas);
    }
}
