//! Tools that change something in the inbox.

use recado_engine::contacts::{self, ChangeTags};
use recado_engine::inbox::{self, Update};
use recado_engine::notes::{self, NewNote};
use recado_model::{ContactId, ConversationId, ConversationStatus, MemberId, Snooze, Time};
use recado_store::conversations::Conversation;
use recado_store::notes::About;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::schema;
use super::shown::{Names, ShownContact, ShownConversation};
use super::tool::{Call, once};
use crate::error::{Error, Result};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The conversation.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// The member who is to have it, from `list_members`; null for nobody.
    #[serde(deserialize_with = "or_null")]
    #[schemars(with = "Option<Uuid>", required)]
    assigned_agent_id: Option<MemberId>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetStatus {
    /// The conversation.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// `open`: to be worked on; `pending`: waits for something; `closed`: done. Ends a snooze.
    #[schemars(schema_with = "schema::status")]
    status: ConversationStatus,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeConversation {
    /// The conversation.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// Until when, in the future and at most a year away, as `2026-07-01T12:00:00Z`; null: until the customer writes.
    #[serde(deserialize_with = "or_null")]
    #[schemars(schema_with = "schema::time_or_null")]
    until: Option<Time>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkRead {
    /// The conversation.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed {
    pub conversation: ShownConversation,
}

/// For what may be null but must be said: a member forgotten is not one taken away.
fn or_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

pub async fn assign(call: Call, asked: Assign) -> Result<Changed> {
    let update = Update {
        assigned: Some(asked.assigned_agent_id),
        ..Update::default()
    };
    change(&call, asked.conversation_id, update).await
}

pub async fn set_status(call: Call, asked: SetStatus) -> Result<Changed> {
    let update = Update {
        status: Some(asked.status),
        ..Update::default()
    };
    change(&call, asked.conversation_id, update).await
}

pub async fn snooze(call: Call, asked: SnoozeConversation) -> Result<Changed> {
    let update = Update {
        snooze: Some(Some(Snooze { until: asked.until })),
        ..Update::default()
    };
    let changed = change(&call, asked.conversation_id, update).await;
    changed.map_err(|error| match error.field.as_deref() {
        Some("snooze.until") => Error {
            field: Some("until".to_owned()),
            ..error
        },
        _ => error,
    })
}

pub async fn mark_read(call: Call, asked: MarkRead) -> Result<Changed> {
    let conversation = inbox::mark_read(&call.ctx, &call.actor, asked.conversation_id).await?;
    changed(&call, conversation).await
}

async fn change(call: &Call, id: ConversationId, update: Update) -> Result<Changed> {
    let conversation = inbox::update(&call.ctx, &call.actor, id, update).await?;
    changed(call, conversation).await
}

async fn changed(call: &Call, conversation: Conversation) -> Result<Changed> {
    let names = Names::of(call).await?;
    Ok(Changed {
        conversation: ShownConversation::new(conversation, &names, call.ctx.clock.now()),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The contact.
    #[schemars(with = "Uuid")]
    contact_id: ContactId,
    /// Names, from `list_tags`, without regard to case and accents.
    #[schemars(length(min = 1, max = 50))]
    tags: Vec<String>,
    /// `true`: makes tags that there are none of, which are refused otherwise.
    #[serde(default)]
    create_missing: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Untag {
    /// The contact.
    #[schemars(with = "Uuid")]
    contact_id: ContactId,
    /// Names. Those that the contact does not have are passed over.
    #[schemars(length(min = 1, max = 50))]
    tags: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Tagged {
    pub contact: ShownContact,
}

pub async fn tag(call: Call, asked: Tag) -> Result<Tagged> {
    let change = ChangeTags {
        add: asked.tags,
        remove: Vec::new(),
        create_missing: asked.create_missing,
    };
    change_tags(&call, asked.contact_id, &change).await
}

pub async fn untag(call: Call, asked: Untag) -> Result<Tagged> {
    let change = ChangeTags {
        add: Vec::new(),
        remove: asked.tags,
        create_missing: false,
    };
    change_tags(&call, asked.contact_id, &change).await
}

async fn change_tags(call: &Call, id: ContactId, change: &ChangeTags) -> Result<Tagged> {
    let contact = contacts::change_tags(&call.ctx, &call.actor, id, change).await;
    let contact = contact
        .map_err(Error::from)
        .map_err(|error| match error.field.as_deref() {
            Some("add" | "remove") => Error {
                field: Some("tags".to_owned()),
                ..error
            },
            _ => error,
        })?;
    Ok(Tagged {
        contact: contact.contact.into(),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddNote {
    /// The conversation it is about; or `contact_id`.
    #[schemars(with = "Option<Uuid>")]
    conversation_id: Option<ConversationId>,
    /// The contact it is about, wherever they write.
    #[schemars(with = "Option<Uuid>")]
    contact_id: Option<ContactId>,
    /// What the team reads. Call on members by `@` and their name, and name them in `mentions`.
    #[schemars(length(min = 1, max = 4000))]
    text: String,
    /// Members to be notified, from `list_members`.
    #[serde(default)]
    #[schemars(with = "Vec<Uuid>", length(max = 20))]
    mentions: Vec<MemberId>,
    /// A new UUID for each note. Asking again with the same one, as after a broken connection, writes one note.
    idempotency_key: Option<Uuid>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Noted {
    pub note_id: Uuid,
    pub contact_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<Uuid>,
    pub created_at: String,
}

pub async fn add_note(call: Call, new: AddNote) -> Result<Noted> {
    let about = match (new.conversation_id, new.contact_id) {
        (Some(id), None) => About::Conversation(id),
        (None, Some(id)) => About::Contact(id),
        _ => {
            return Err(Error::bad_field(
                "conversation_id",
                "Give `conversation_id` or `contact_id`, one of the two.",
            ));
        }
    };
    let note = NewNote {
        about,
        text: new.text,
        mentions: new.mentions,
        is_draft: false,
    };
    write_note(call, new.idempotency_key, note).await
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftReply {
    /// The conversation to answer in.
    #[schemars(with = "Uuid")]
    conversation_id: ConversationId,
    /// What the customer would read.
    #[schemars(length(min = 1, max = 4000))]
    text: String,
    /// A new UUID for each draft. Asking again with the same one, as after a broken connection, writes one draft.
    idempotency_key: Option<Uuid>,
}

pub async fn draft_reply(call: Call, new: DraftReply) -> Result<Noted> {
    let note = NewNote {
        about: About::Conversation(new.conversation_id),
        text: new.text,
        mentions: Vec::new(),
        is_draft: true,
    };
    write_note(call, new.idempotency_key, note).await
}

async fn write_note(call: Call, key: Option<Uuid>, note: NewNote) -> Result<Noted> {
    let about = match note.about {
        About::Conversation(id) => id.0,
        About::Contact(id) => id.0,
    };
    let asked = json!({
        "about": about, "text": note.text, "mentions": note.mentions, "is_draft": note.is_draft,
    });
    let caller = call.clone();
    let work = async move {
        let note = notes::create(&call.ctx, &call.actor, note).await?;
        Ok(Noted {
            note_id: note.id.0,
            contact_id: note.contact_id.0,
            conversation_id: note.conversation_id.map(|id| id.0),
            created_at: note.created_at.to_string(),
        })
    };
    once(caller, key, &asked, work).await
}
