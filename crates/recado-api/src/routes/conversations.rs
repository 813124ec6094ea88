//! The inbox: threads with customers.

use axum::extract::State;
use recado_engine::inbox::{self, Update};
use recado_engine::{deletion, outbound};
use recado_model::{Actor, ContactId, ConversationId, ConversationStatus, MemberId, NumberId};
use recado_store::conversations::{self as rows, Conversation};
use recado_store::messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::messages::SendMessage;
use crate::actor::{Can, perm};
use crate::answer::{Accepted, At, Data, Done, List};
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{IdempotencyKey, Json, Paging, Param, Query, present};
use crate::state::Api;

/// Which conversations, and in which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    status: Option<ConversationStatus>,
    contact_id: Option<ContactId>,
    /// Whose they are: the caller's own, or nobody's.
    #[param(inline)]
    assigned: Option<Assigned>,
    /// Newest first by this time.
    #[param(inline)]
    #[serde(default)]
    sort: Sort,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Assigned {
    Mine,
    Unassigned,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Created,
    Activity,
}

/// What to change; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeConversation {
    status: Option<ConversationStatus>,
    /// The member to assign it to; null unassigns.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<MemberId>)]
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    assigned_agent_id: Option<Option<MemberId>>,
}

/// List conversations
#[utoipa::path(get, path = "/conversations", operation_id = "list_conversations", tag = "Conversations",
    params(Filter, Paging),
    responses((status = 200, body = List<Conversation>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["conversations:read"]), ("api_key" = ["conversations:read"])))]
pub async fn list(
    State(api): State<Api>,
    caller: Can<perm::ConversationsRead>,
    Query(filter): Query<Filter>,
    paging: Paging,
) -> Result<At<List<Conversation>>> {
    let listing = paging.of(caller.account, filter.sort.list())?;
    let filter = filter.for_caller(&caller)?;
    let page = inbox::conversations(&api.ctx, &caller, &filter, listing.after, listing.limit).await?;
    Ok(At::of(page, |page| listing.answer(page)))
}

/// Get a conversation
#[utoipa::path(get, path = "/conversations/{id}", operation_id = "get_conversation", tag = "Conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = Data<Conversation>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["conversations:read"]), ("api_key" = ["conversations:read"])))]
pub async fn get(
    State(api): State<Api>,
    caller: Can<perm::ConversationsRead>,
    Param(id): Param<ConversationId>,
) -> Result<At<Data<Conversation>>> {
    Ok(At::of(
        inbox::conversation(&api.ctx, &caller, id).await?,
        |data| Data { data },
    ))
}

/// Change a conversation
///
/// Its status, and who it is assigned to.
#[utoipa::path(patch, path = "/conversations/{id}", operation_id = "change_conversation", tag = "Conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = Data<Conversation>)),
    security(("session" = ["conversations:write"]), ("api_key" = ["conversations:write"])))]
pub async fn change(
    State(api): State<Api>,
    caller: Can<perm::ConversationsWrite>,
    Param(id): Param<ConversationId>,
    Json(change): Json<ChangeConversation>,
) -> Result<Data<Conversation>> {
    let update = Update {
        status: change.status,
        assigned: change.assigned_agent_id,
    };
    Ok(Data {
        data: inbox::update(&api.ctx, &caller, id, update).await?,
    })
}

/// Delete a conversation
///
/// With its messages, files and notes, for the whole team and for good. The customer keeps theirs; when they write again,
/// a new conversation begins.
#[utoipa::path(delete, path = "/conversations/{id}", operation_id = "delete_conversation", tag = "Conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 204, description = "Gone. What it held is erased in the background.")),
    security(("session" = ["conversations:delete"]), ("api_key" = ["conversations:delete"])))]
pub async fn delete(
    State(api): State<Api>,
    caller: Can<perm::ConversationsDelete>,
    Param(id): Param<ConversationId>,
) -> Result<Done> {
    deletion::delete_conversation(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Mark a conversation as read
///
/// Its unread count becomes 0 for everybody.
#[utoipa::path(post, path = "/conversations/{id}/read", operation_id = "mark_read", tag = "Conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = Data<Conversation>)),
    security(("session" = ["conversations:write"]), ("api_key" = ["conversations:write"])))]
pub async fn mark_read(
    State(api): State<Api>,
    caller: Can<perm::ConversationsWrite>,
    Param(id): Param<ConversationId>,
) -> Result<Data<Conversation>> {
    Ok(Data {
        data: inbox::mark_read(&api.ctx, &caller, id).await?,
    })
}

/// Tell the customer that somebody is writing
///
/// Shown for 25 seconds or until the next message; at Meta it also says that theirs was read. Ask at most every 20 seconds.
#[utoipa::path(post, path = "/conversations/{id}/typing", operation_id = "typing", tag = "Conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 204, description = "On its way.")),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn typing(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    Param(id): Param<ConversationId>,
) -> Result<Done> {
    outbound::typing(&api.ctx, &caller, id).await?;
    Ok(Done)
}

/// Somebody to write to, and the first message: a template, unless they have written within 24 hours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartConversation {
    /// Their phone, `+` and country code first; or `contact_id`.
    #[schema(example = "+4915112345678")]
    to: Option<String>,
    contact_id: Option<ContactId>,
    /// The channel to write from; without it, the default one.
    channel_id: Option<NumberId>,
    /// The name of a contact that is new.
    #[schema(max_length = 256)]
    name: Option<String>,
    message: SendMessage,
}

/// A conversation and the message it was started with.
#[derive(Debug, Serialize, ToSchema)]
pub struct StartedConversation {
    conversation: Conversation,
    message: Message,
}

/// Start a conversation
///
/// Finds or opens the conversation with somebody and sends a message in it, all or nothing.
#[utoipa::path(post, path = "/conversations", operation_id = "start_conversation", tag = "Conversations",
    params(("Idempotency-Key" = Option<uuid::Uuid>, Header, description = "Draw one for each message, keep it when you try again.")),
    responses(
        (status = 202, description = "Accepted, the message with status `queued`.", body = Data<StartedConversation>),
        (status = 409, description = "As for a message, and `whatsapp_not_configured`: there is no channel.", body = ErrorEnvelope),
        (status = 422, description = "`idempotency_mismatch`: the key was used with another body.", body = ErrorEnvelope),
    ),
    security(("session" = ["messages:send"]), ("api_key" = ["messages:send"])))]
pub async fn start(
    State(api): State<Api>,
    caller: Can<perm::MessagesSend>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Json(new): Json<StartConversation>,
) -> Result<Accepted<StartedConversation>> {
    let to = match (new.contact_id, new.to) {
        (Some(id), None) => outbound::To::Contact(id),
        (None, Some(phone)) => outbound::To::Phone {
            phone,
            name: new.name,
        },
        (Some(_), Some(_)) => return Err(Error::bad_field("to", "Give `to` or `contact_id`, not both.")),
        (None, None) => return Err(Error::bad_field("to", "`to` is missing.")),
    };
    let message = new.message.into_message(idempotency_key)?;
    let started = outbound::start(&api.ctx, &caller, &to, new.channel_id, message).await?;
    Ok(Accepted(StartedConversation {
        conversation: started.conversation,
        message: started.message,
    }))
}

impl Filter {
    fn for_caller(self, caller: &Actor) -> Result<rows::Filter> {
        let assigned = match self.assigned {
            None => None,
            Some(Assigned::Unassigned) => Some(rows::Assigned::Nobody),
            Some(Assigned::Mine) => Some(rows::Assigned::To(caller.member().ok_or_else(|| {
                Error::bad_field(
                    "assigned",
                    "Nothing is assigned to an API key: `mine` is for members.",
                )
            })?)),
        };
        let sort = match self.sort {
            Sort::Created => rows::Sort::Created,
            Sort::Activity => rows::Sort::Activity,
        };
        Ok(rows::Filter {
            status: self.status,
            contact: self.contact_id,
            assigned,
            sort,
        })
    }
}

impl Sort {
    /// A cursor of one order means nothing in the other.
    const fn list(self) -> &'static str {
        match self {
            Self::Created => "conversations:created",
            Self::Activity => "conversations:activity",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_unassigns_and_absent_leaves() {
        let parse = |json| {
            serde_json::from_str::<ChangeConversation>(json)
                .unwrap()
                .assigned_agent_id
        };
        assert_eq!(parse("{}"), None);
        assert_eq!(parse(r#"{"assigned_agent_id":null}"#), Some(None));
        let id = "00000000-0000-0000-0000-000000000000";
        assert_eq!(
            parse(&format!(r#"{{"assigned_agent_id":"{id}"}}"#)),
            Some(Some(MemberId::MIN))
        );
    }

    #[test]
    fn a_key_has_nothing_assigned() {
        let filter = Filter {
            status: None,
            contact_id: None,
            assigned: Some(Assigned::Mine),
            sort: Sort::Created,
        };
        let key = Actor::system(recado_model::AccountId::MIN);
        assert_eq!(
            filter.for_caller(&key).unwrap_err().field.as_deref(),
            Some("assigned")
        );
    }
}
