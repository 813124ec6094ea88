//! Tools that find and read conversations.

use recado_engine::search::{self as index, SearchHit};
use recado_engine::thread::{self, Part};
use recado_engine::{inbox, notes};
use recado_model::search::{Piece, SearchType};
use recado_model::{
    ContactId, ConversationId, ConversationStatus, Cursor, MemberId, MessageId, NumberId, Permission, TagId,
    Time, Window,
};
use recado_store::conversations as rows;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema;
use super::shown::{Names, ShownContact, ShownConversation, ShownItem};
use super::tool::{Call, limit};
use crate::error::{Error, Result};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// Words that must all be there, without regard to case and accents; the last may be a beginning. Or a phone.
    #[schemars(length(min = 1, max = 200))]
    q: String,
    /// What to look for; messages if left out. Conversations and contacts are found by name, company, email and phone.
    #[serde(rename = "type", default)]
    #[schemars(schema_with = "schema::search_type")]
    kind: Option<SearchType>,
    /// How many at most; 20 if left out.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Found {
    pub hits: Vec<Hit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Hit {
    /// `message`, `note`, `contact` or `conversation`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Of the message or the note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Where the words were found.
    pub field: String,
    pub snippet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ShownConversation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<ShownContact>,
}

pub async fn search(call: Call, asked: Search) -> Result<Found> {
    let what = asked.kind.unwrap_or(SearchType::Messages);
    let list = format!("search:{what}:{}", asked.q);
    let after = call.cursor(asked.cursor.as_deref(), &list)?;
    let limit = limit(asked.limit)?;
    let page = index::search(&call.ctx, &call.actor, &asked.q, what, after, limit).await?;
    let names = Names::of(&call).await?;
    let now = call.ctx.clock.now();
    let shown = |conversation| Some(ShownConversation::new(conversation, &names, now));
    let hit = |kind, found: index::Found| Hit {
        kind,
        id: None,
        at: None,
        field: found.field.to_string(),
        snippet: joined(&found.snippet),
        conversation: None,
        contact: None,
    };
    let hits = page.items.into_iter().map(|one| match one {
        SearchHit::Message(one) => Hit {
            id: Some(one.message.id.0),
            at: Some(one.message.created_at.to_string()),
            conversation: shown(one.conversation),
            ..hit("message", one.found)
        },
        SearchHit::Note(one) => Hit {
            id: Some(one.note.id.0),
            at: Some(one.note.created_at.to_string()),
            conversation: shown(one.conversation),
            ..hit("note", one.found)
        },
        SearchHit::Contact(one) => Hit {
            contact: Some(one.contact.into()),
            ..hit("contact", one.found)
        },
        SearchHit::Conversation(one) => Hit {
            conversation: shown(one.conversation),
            ..hit("conversation", one.found)
        },
    });
    Ok(Found {
        hits: hits.collect(),
        next_cursor: call.next(page.next, &list),
    })
}

fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListConversations {
    /// Of these states; all if left out.
    #[serde(default)]
    #[schemars(schema_with = "schema::statuses")]
    status: Vec<ConversationStatus>,
    /// `true`: only those that are assigned to nobody. Not together with `assigned_agent_id`.
    #[serde(default)]
    unassigned: bool,
    /// Only those of this member, from `list_members`.
    #[schemars(with = "Option<Uuid>")]
    assigned_agent_id: Option<MemberId>,
    /// Only those of this contact.
    #[schemars(with = "Option<Uuid>")]
    contact_id: Option<ContactId>,
    /// Only those of this channel, from `list_channels`.
    #[schemars(with = "Option<Uuid>")]
    channel_id: Option<NumberId>,
    /// Only those whose contact has this tag, from `list_tags`.
    #[schemars(with = "Option<Uuid>")]
    tag_id: Option<TagId>,
    /// `true`: only what is unread.
    #[serde(default)]
    unread: bool,
    /// How the reply window stands; `closing` is open for less than four hours.
    #[serde(default)]
    #[schemars(schema_with = "schema::window")]
    window: Option<Window>,
    /// Latest activity first if left out; `waiting`: who has waited longest first; `unread`: what is unread first.
    sort: Option<Sort>,
    /// How many at most; 20 if left out.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Activity,
    Waiting,
    Unread,
    Created,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Conversations {
    pub conversations: Vec<ShownConversation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

pub async fn list_conversations(call: Call, asked: ListConversations) -> Result<Conversations> {
    let (sort, list) = match asked.sort.unwrap_or(Sort::Activity) {
        Sort::Activity => (rows::Sort::Activity, "mcp:activity"),
        Sort::Waiting => (rows::Sort::Waiting, "mcp:waiting"),
        Sort::Unread => (rows::Sort::Unread, "mcp:unread"),
        Sort::Created => (rows::Sort::Created, "mcp:created"),
    };
    let assigned = match (asked.unassigned, asked.assigned_agent_id) {
        (true, Some(_)) => {
            return Err(Error::bad_field(
                "unassigned",
                "Give `unassigned` or `assigned_agent_id`, not both.",
            ));
        }
        (true, None) => Some(rows::Assigned::Nobody),
        (false, member) => member.map(rows::Assigned::To),
    };
    let filter = rows::Filter {
        status: asked.status,
        contact: asked.contact_id,
        assigned,
        number: asked.channel_id,
        tag: asked.tag_id,
        unread: asked.unread,
        window: asked.window,
        sort,
    };
    let after = call.cursor(asked.cursor.as_deref(), list)?;
    let limit = limit(asked.limit)?;
    let page = inbox::conversations(&call.ctx, &call.actor, &filter, after, limit).await?;
    let names = Names::of(&call).await?;
    let now = call.ctx.clock.now();
    let shown = page.value.items.into_iter();
    Ok(Conversations {
        conversations: shown
            .map(|one| ShownConversation::new(one, &names, now))
            .collect(),
        next_cursor: call.next(page.value.next, list),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetConversation {
    /// The conversation.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
}

pub async fn get_conversation(call: Call, asked: GetConversation) -> Result<ShownConversation> {
    let found = inbox::conversation(&call.ctx, &call.actor, asked.conversation_id).await?;
    let names = Names::of(&call).await?;
    Ok(ShownConversation::new(found.value, &names, call.ctx.clock.now()))
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadThread {
    /// The conversation.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// A message, as found by `search`, to have in the middle of the page. Not together with `cursor`.
    #[schemars(with = "Option<Uuid>")]
    around_message_id: Option<MessageId>,
    /// How many messages at most; 20 if left out.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i64>,
    /// `next_cursor` of the page before, for older messages.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Thread {
    /// Left out without `conversations:read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<ShownConversation>,
    /// Oldest first. Notes and events are there with `notes:read`.
    pub items: Vec<ShownItem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

pub async fn read_thread(call: Call, asked: ReadThread) -> Result<Thread> {
    let names = Names::of(&call).await?;
    let mut id = asked.conversation_id;
    let conversation = if call.actor.may(Permission::ConversationsRead) {
        let found = inbox::conversation(&call.ctx, &call.actor, id).await?.value;
        // One that is part of another by now is read there.
        id = found.row.id;
        Some(ShownConversation::new(found, &names, call.ctx.clock.now()))
    } else {
        None
    };
    let list = format!("messages:{id}");
    let part = match (asked.around_message_id, asked.cursor.as_deref()) {
        (Some(_), Some(_)) => {
            return Err(Error::bad_field(
                "around_message_id",
                "Give `around_message_id` or `cursor`, not both.",
            ));
        }
        (Some(message), None) => Part::Around(message),
        (None, cursor) => Part::Older(call.cursor(cursor, &list)?),
    };
    let stretch = thread::messages(&call.ctx, &call.actor, id, part, limit(asked.limit)?)
        .await?
        .value;
    let customer = conversation
        .as_ref()
        .map_or_else(|| "the customer".to_owned(), |one| one.contact.called());
    let from = match part {
        Part::Older(cursor) | Part::Newer(cursor) => cursor,
        Part::Around(_) => stretch.newer.unwrap_or(Cursor::START),
    };
    let until = stretch.older.map_or(Time::MIN, |cursor| cursor.at);
    let mut items = beside(&call, id, &customer, &names, from, until).await?;
    let messages = stretch.items.into_iter();
    items.extend(messages.map(|message| ShownItem::message(message, &customer, &names)));
    items.sort_unstable_by_key(|item| item.order);
    Ok(Thread {
        conversation,
        items,
        next_cursor: call.next(stretch.older, &list),
    })
}

/// Notes and events between two places of a thread, for who may read them.
async fn beside(
    call: &Call,
    id: ConversationId,
    customer: &str,
    names: &Names,
    mut from: Cursor,
    until: Time,
) -> Result<Vec<ShownItem>> {
    let mut items = Vec::new();
    if !call.actor.may(Permission::NotesRead) {
        return Ok(items);
    }
    loop {
        let page = notes::timeline(&call.ctx, &call.actor, id, from, BESIDE)
            .await?
            .value;
        let before = items.len();
        let shown = page.items.into_iter().map(|item| match item {
            notes::TimelineItem::Note { note } => ShownItem::note(note, names),
            notes::TimelineItem::Activity { activity } => ShownItem::activity(&activity, customer, names),
        });
        items.extend(shown.take_while(|item| item.order.0 >= until));
        let whole = items.len() - before == usize::try_from(BESIDE).unwrap_or_default();
        match page.next {
            Some(next) if whole => from = next,
            _ => return Ok(items),
        }
    }
}

/// Notes and events read at a time.
const BESIDE: i64 = 50;
