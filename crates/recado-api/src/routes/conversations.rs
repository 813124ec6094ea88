//! The inbox: threads with customers.

use axum::extract::State;
use recado_engine::contacts::TagEach;
use recado_engine::inbox::{self, Became, Update};
use recado_engine::{deletion, outbound};
use recado_model::{
    Actor, ContactId, ConversationId, ConversationStatus, MemberId, NumberId, Snooze, TagId, Window,
};
use recado_store::conversations::{self as rows, Conversation, Counts};
use recado_store::messages::Message;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::messages::SendMessage;
use crate::actor::{Can, perm};
use crate::answer::{Accepted, At, Data, Done, List};
use crate::error::{Error, ErrorEnvelope, Result};
use crate::extract::{IdempotencyKey, Json, Paging, Param, Query, present, separated};
use crate::state::Api;

/// Which conversations, and in which order.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of one of these states: words with commas between.
    #[serde(default, deserialize_with = "separated")]
    #[param(style = Form, explode = false, required = false)]
    status: Vec<ConversationStatus>,
    contact_id: Option<ContactId>,
    /// Whose they are: the caller's own, nobody's, or anyone's.
    #[param(inline)]
    assigned: Option<Assigned>,
    /// Those of one member; not together with `assigned`.
    assigned_agent_id: Option<MemberId>,
    channel_id: Option<NumberId>,
    /// Those whose contact has this tag.
    tag: Option<TagId>,
    /// `true`: only what is unread.
    #[serde(default)]
    #[param(required = false)]
    unread: bool,
    /// How their customer service window stands; `closing` is open for less than four hours.
    window: Option<Window>,
    /// Newest first by `created` or `activity`; `waiting`: who has waited longest first; `unread`: what is unread
    /// first. The rest of the last two follows by activity.
    #[param(inline)]
    #[serde(default)]
    sort: Sort,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Assigned {
    Mine,
    Unassigned,
    Anyone,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Created,
    Activity,
    Waiting,
    Unread,
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
    /// Puts it away, with status `pending`, until a time or (`until` null) until the customer writes; null takes it
    /// out again.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Snooze>)]
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    snooze: Option<Option<Snooze>>,
}

/// What to change in each of several conversations; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeConversations {
    #[schema(min_items = 1, max_items = 100)]
    ids: Vec<ConversationId>,
    status: Option<ConversationStatus>,
    /// The member to assign them to; null unassigns.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<MemberId>)]
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    assigned_agent_id: Option<Option<MemberId>>,
    /// As for one conversation.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Snooze>)]
    #[expect(clippy::option_option, reason = "absent and null are two things")]
    snooze: Option<Option<Snooze>>,
    /// Tags that their contacts get; with `contacts:write`.
    #[serde(default)]
    #[schema(max_items = 20)]
    add_tags: Vec<TagId>,
    /// Tags that are taken from their contacts; with `contacts:write`.
    #[serde(default)]
    #[schema(max_items = 20)]
    remove_tags: Vec<TagId>,
}

/// What became of one of several conversations.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedConversation {
    id: ConversationId,
    result: ChangeResult,
    /// As it is now; null if it is not there.
    #[schema(required)]
    conversation: Option<Conversation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeResult {
    Changed,
    /// It was so already.
    Unchanged,
    NotFound,
}

/// The most that one request changes.
const MOST_AT_ONCE: usize = 100;
const MOST_TAGS: usize = 20;

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

/// Count conversations
///
/// Those that are not closed, each number up to 1000, which says "1000 or more".
#[utoipa::path(get, path = "/conversations/counts", operation_id = "count_conversations", tag = "Conversations",
    responses((status = 200, body = Data<Counts>, headers(("x-journal-seq" = i64)))),
    security(("session" = ["conversations:read"]), ("api_key" = ["conversations:read"])))]
pub async fn counts(
    State(api): State<Api>,
    caller: Can<perm::ConversationsRead>,
) -> Result<At<Data<Counts>>> {
    Ok(At::of(inbox::counts(&api.ctx, &caller).await?, |data| Data {
        data,
    }))
}

/// Get a conversation
///
/// One that went into another, as both contacts were one person, is answered as that other one.
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
/// Its status, who it is assigned to, and until when it is put away.
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
        snooze: change.snooze,
    };
    Ok(Data {
        data: inbox::update(&api.ctx, &caller, id, update).await?,
    })
}

/// Change several conversations
///
/// All in one step; what became of each is in the answer, in the order asked.
#[utoipa::path(post, path = "/conversations/bulk", operation_id = "change_conversations", tag = "Conversations",
    responses((status = 200, body = List<ChangedConversation>)),
    security(("session" = ["conversations:write"]), ("api_key" = ["conversations:write"])))]
pub async fn change_several(
    State(api): State<Api>,
    caller: Can<perm::ConversationsWrite>,
    Json(change): Json<ChangeConversations>,
) -> Result<List<ChangedConversation>> {
    if change.ids.is_empty() || change.ids.len() > MOST_AT_ONCE {
        return Err(Error::bad_field(
            "ids",
            format!("Give 1 to {MOST_AT_ONCE} conversations."),
        ));
    }
    let update = Update {
        status: change.status,
        assigned: change.assigned_agent_id,
        snooze: change.snooze,
    };
    for (field, tags) in [
        ("add_tags", &change.add_tags),
        ("remove_tags", &change.remove_tags),
    ] {
        if tags.len() > MOST_TAGS {
            return Err(Error::bad_field(field, format!("Give at most {MOST_TAGS} tags.")));
        }
    }
    let tags = TagEach {
        add: change.add_tags,
        remove: change.remove_tags,
    };
    let became = inbox::update_each(&api.ctx, &caller, &change.ids, update, &tags).await?;
    let rows = became.into_iter().map(|(id, became)| {
        let (result, conversation) = match became {
            Became::Changed(one) => (ChangeResult::Changed, Some(one)),
            Became::Unchanged(one) => (ChangeResult::Unchanged, Some(one)),
            Became::NotFound => (ChangeResult::NotFound, None),
        };
        ChangedConversation {
            id,
            result,
            conversation,
        }
    });
    Ok(List::whole(rows.collect()))
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

/// Mark a conversation as unread
///
/// A reminder for the team: its unread count becomes 1 if nothing was unread. The customer learns nothing of it.
#[utoipa::path(post, path = "/conversations/{id}/unread", operation_id = "mark_unread", tag = "Conversations",
    params(("id" = ConversationId, Path)),
    responses((status = 200, body = Data<Conversation>)),
    security(("session" = ["conversations:write"]), ("api_key" = ["conversations:write"])))]
pub async fn mark_unread(
    State(api): State<Api>,
    caller: Can<perm::ConversationsWrite>,
    Param(id): Param<ConversationId>,
) -> Result<Data<Conversation>> {
    Ok(Data {
        data: inbox::mark_unread(&api.ctx, &caller, id).await?,
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
    responses(
        (status = 202, description = "Accepted, the message with status `queued`.", body = Data<StartedConversation>),
        (status = 409, description = "`whatsapp_not_configured`: there is no channel. `window_closed`, `channel_inactive`,\
            `not_offered`, `template_unavailable`, `contact_opted_out`: as for a message.", body = ErrorEnvelope),
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
        let assigned = match (self.assigned, self.assigned_agent_id) {
            (Some(_), Some(_)) => {
                return Err(Error::bad_field(
                    "assigned",
                    "Give `assigned` or `assigned_agent_id`, not both.",
                ));
            }
            (None, Some(member)) => Some(rows::Assigned::To(member)),
            (None | Some(Assigned::Anyone), None) => None,
            (Some(Assigned::Unassigned), None) => Some(rows::Assigned::Nobody),
            (Some(Assigned::Mine), None) => Some(rows::Assigned::To(caller.member().ok_or_else(|| {
                Error::bad_field(
                    "assigned",
                    "Nothing is assigned to an API key: `mine` is for members.",
                )
            })?)),
        };
        Ok(rows::Filter {
            status: self.status,
            contact: self.contact_id,
            assigned,
            number: self.channel_id,
            tag: self.tag,
            unread: self.unread,
            window: self.window,
            sort: self.sort.into(),
        })
    }
}

impl Sort {
    /// A cursor of one order means nothing in another.
    const fn list(self) -> &'static str {
        match self {
            Self::Created => "conversations:created",
            Self::Activity => "conversations:activity",
            Self::Waiting => "conversations:waiting",
            Self::Unread => "conversations:unread",
        }
    }
}

impl From<Sort> for rows::Sort {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Created => Self::Created,
            Sort::Activity => Self::Activity,
            Sort::Waiting => Self::Waiting,
            Sort::Unread => Self::Unread,
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
            assigned: Some(Assigned::Mine),
            ..Filter::default()
        };
        let key = Actor::system(recado_model::AccountId::MIN);
        assert_eq!(
            filter.for_caller(&key).unwrap_err().field.as_deref(),
            Some("assigned")
        );
    }
}
