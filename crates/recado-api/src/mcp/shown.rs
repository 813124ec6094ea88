//! What tools answer, with what an assistant needs and little else: what it reads costs it room to think.

use std::collections::HashMap;

use recado_engine::members;
use recado_model::activity::{ActorType, What};
use recado_model::conversation::window_is_open;
use recado_model::{Direction, MemberId, Permission, SenderType, Time};
use recado_store::activities::Activity;
use recado_store::contacts::Contact;
use recado_store::conversations::Conversation;
use recado_store::messages::Message;
use recado_store::notes::Note;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::tool::Call;
use crate::error::Result;

/// Members by name, for those who may know them.
#[derive(Debug, Default)]
pub struct Names(HashMap<MemberId, String>);

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownContact {
    pub contact_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Names.
    pub tags: Vec<String>,
    /// Since when they take no promotions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketing_opt_out_at: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownConversation {
    pub conversation_id: Uuid,
    pub contact: ShownContact,
    pub channel_id: Uuid,
    /// `open`, `pending` or `closed`.
    pub status: String,
    /// The member it is assigned to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_agent_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<String>,
    pub unread_count: i64,
    /// Since when the customer waits for an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<String>,
    /// Whether free text may be sent now.
    pub reply_window_open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_window_until: Option<String>,
    /// Put away: until a time, or `customer_writes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<String>,
    pub last_message_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message: Option<String>,
    /// `inbound` from the customer, `outbound` from the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message_direction: Option<String>,
}

/// One line of a thread: a message, a note of the team, or something that happened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownItem {
    /// `message`, `note`, `draft` or `event`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub id: Uuid,
    pub at: String,
    pub by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What kind of message: `text`, `image`, `template` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// How far a message is: `queued`, `sent`, `delivered`, `read`, `failed` or `unknown`; `received`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The file it carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<String>,
    /// The message it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to_message_id: Option<Uuid>,
    #[serde(skip)]
    pub(super) order: (Time, Uuid),
}

impl Names {
    pub async fn of(call: &Call) -> Result<Self> {
        if !call.actor.may(Permission::MembersRead) {
            return Ok(Self::default());
        }
        let members = members::list(&call.ctx, &call.actor).await?.value;
        Ok(Self(
            members
                .into_iter()
                .map(|member| (member.id, member.name))
                .collect(),
        ))
    }

    pub fn get(&self, member: MemberId) -> String {
        self.0
            .get(&member)
            .map_or_else(|| format!("member {member}"), |name| one_line(name))
    }
}

impl From<Contact> for ShownContact {
    fn from(contact: Contact) -> Self {
        Self {
            contact_id: contact.id.0,
            name: contact.name,
            phone: contact.phone,
            email: contact.email,
            company: contact.company,
            tags: contact.tags.into_iter().map(|tag| tag.name).collect(),
            marketing_opt_out_at: contact.marketing_opt_out_at.map(|at| at.to_string()),
        }
    }
}

impl ShownContact {
    /// What to call them.
    pub fn called(&self) -> String {
        let called = self.name.as_deref().or(self.phone.as_deref());
        called.map_or_else(|| "the customer".to_owned(), one_line)
    }
}

impl ShownConversation {
    pub fn new(conversation: Conversation, names: &Names, now: Time) -> Self {
        let Conversation { row, contact } = conversation;
        Self {
            conversation_id: row.id.0,
            contact: contact.into(),
            channel_id: row.number_id.0,
            status: row.status.to_string(),
            assigned_agent_id: row.assigned_member_id.map(|member| member.0),
            assigned_to: row.assigned_member_id.map(|member| names.get(member)),
            unread_count: row.unread_count,
            waiting_since: row.waiting_since.map(|at| at.to_string()),
            reply_window_open: window_is_open(row.window_expires_at, now),
            reply_window_until: row.window_expires_at.map(|at| at.to_string()),
            snoozed_until: row.snooze.map(|snooze| {
                let until = snooze.0.until.map(|at| at.to_string());
                until.unwrap_or_else(|| "customer_writes".to_owned())
            }),
            last_message_at: row.last_message_at.to_string(),
            last_message: row.last_message_text,
            last_message_direction: row.last_message_direction.map(|direction| direction.to_string()),
        }
    }
}

impl ShownItem {
    fn new(kind: &'static str, id: Uuid, at: Time, by: String, text: Option<String>) -> Self {
        Self {
            kind,
            id,
            at: at.to_string(),
            by,
            text,
            content_type: None,
            direction: None,
            status: None,
            error: None,
            file: None,
            reactions: Vec::new(),
            reply_to_message_id: None,
            order: (at, id),
        }
    }

    pub fn message(message: Message, customer: &str, names: &Names) -> Self {
        let by = match (message.sender_type, message.sender_id) {
            (SenderType::Customer, _) => customer.to_owned(),
            (_, Some(member)) => names.get(member),
            (SenderType::Agent, None) => "the team, on the phone".to_owned(),
            (SenderType::System, None) => "a program".to_owned(),
        };
        let text = match message.deleted_by {
            Some(who) => Some(format!("(deleted by the {who})")),
            None => message.content_text,
        };
        let file = message.media.map(|media| {
            let media = media.0;
            let name = media.filename.as_deref().map(one_line).unwrap_or_default();
            format!("{} {} {name}", media.kind, media.mime_type)
                .trim_end()
                .to_owned()
        });
        let reactions = message.reactions.0.iter().map(|reaction| reaction.emoji.clone());
        Self {
            content_type: Some(message.content_type.to_string()),
            direction: Some(message.direction.to_string()),
            status: (message.direction == Direction::Outbound).then(|| message.status.to_string()),
            error: message
                .error
                .map(|failure| failure.0.reason.sentence().to_owned()),
            file,
            reactions: reactions.collect(),
            reply_to_message_id: message.reply_to_message_id.map(|quoted| quoted.0),
            ..Self::new("message", message.id.0, message.created_at, by, text)
        }
    }

    pub fn note(note: Note, names: &Names) -> Self {
        let by = note
            .author_id
            .map_or_else(|| "a program".to_owned(), |member| names.get(member));
        let kind = if note.is_draft { "draft" } else { "note" };
        Self::new(kind, note.id.0, note.created_at, by, Some(note.text))
    }

    pub fn activity(activity: &Activity, customer: &str, names: &Names) -> Self {
        let by = match (activity.actor_type, activity.actor_id) {
            (ActorType::Member, Some(id)) => names.get(MemberId(id)),
            (ActorType::Customer, _) => customer.to_owned(),
            (ActorType::Key, _) => "a program".to_owned(),
            (ActorType::Member | ActorType::System, _) => "Recado".to_owned(),
        };
        let text = happened(&activity.what.0, names);
        Self::new("event", activity.id.0, activity.created_at, by, Some(text))
    }
}

fn happened(what: &What, names: &Names) -> String {
    match what {
        What::Assigned { member_id } => format!("assigned it to {}", names.get(*member_id)),
        What::Unassigned { member_id } => format!("took it from {}", names.get(*member_id)),
        What::StatusChanged { from, to } => format!("changed the status from {from} to {to}"),
        What::Snoozed { until: Some(until) } => format!("put it away until {until}"),
        What::Snoozed { until: None } => "put it away until the customer writes".to_owned(),
        What::Woke => "took it out again".to_owned(),
        What::Reopened { from } => format!("reopened it by writing; it was {from}"),
        What::Tagged { name, .. } => format!("added the tag {}", one_line(name)),
        What::Untagged { name, .. } => format!("removed the tag {}", one_line(name)),
        What::MessageDeleted { message_id } => format!("deleted the message {message_id}"),
        What::ContactChanged { fields } => format!("changed the contact's {}", fields.join(", ")),
    }
}

/// Names are the customer's word too: none begins a line of its own.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
