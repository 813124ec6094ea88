//! Tools that look things up: people, channels, and what the team keeps to answer with.

use recado_engine::{canned, contacts, members, numbers, tags, templates};
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader};
use recado_model::{ContactId, Cursor, NumberId, TemplateId, TemplateStatus};
use recado_store::numbers::Channel;
use recado_store::templates::{Filter, Template};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::schema;
use super::shown::ShownContact;
use super::tool::{Call, limit};
use crate::error::Result;

/// For tools that take nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetContact {
    /// The contact.
    #[schemars(with = "Uuid")]
    contact_id: ContactId,
}

pub async fn get_contact(call: Call, asked: GetContact) -> Result<ShownContact> {
    let found = contacts::get(&call.ctx, &call.actor, asked.contact_id).await?;
    Ok(found.value.contact.into())
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Team {
    pub members: Vec<ShownMember>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownMember {
    /// What `assigned_agent_id` and `mentions` take.
    pub member_id: Uuid,
    pub name: String,
    pub email: String,
    /// Viewers cannot be assigned conversations.
    pub role: String,
    /// Whether they say they are there: `online`, `away` or `offline`.
    pub availability: String,
}

pub async fn list_members(call: Call, _: Nothing) -> Result<Team> {
    let members = members::list(&call.ctx, &call.actor).await?.value.into_iter();
    let shown = members.map(|one| ShownMember {
        member_id: one.id.0,
        name: one.name,
        email: one.email,
        role: one.role.to_string(),
        availability: one.availability.to_string(),
    });
    Ok(Team {
        members: shown.collect(),
    })
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Channels {
    pub channels: Vec<ShownChannel>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownChannel {
    pub channel_id: Uuid,
    pub label: String,
    pub display_phone: String,
    pub status: String,
    pub is_default: bool,
    /// Why nothing can be sent from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

pub async fn list_channels(call: Call, _: Nothing) -> Result<Channels> {
    let numbers = numbers::list(&call.ctx, &call.actor).await?.value.into_iter();
    let shown = numbers.map(|one| {
        let channel = Channel::from(one.number);
        ShownChannel {
            channel_id: channel.id.0,
            label: channel.label,
            display_phone: channel.display_phone,
            status: channel.status.to_string(),
            is_default: channel.is_default,
            trouble: channel.health.trouble,
        }
    });
    Ok(Channels {
        channels: shown.collect(),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListTemplates {
    /// Only those that can be sent from this channel, a conversation's `channel_id`.
    #[schemars(with = "Option<Uuid>")]
    channel_id: Option<NumberId>,
    /// Approved ones, which can be sent, if left out.
    #[serde(default)]
    #[schemars(schema_with = "schema::template_status")]
    status: Option<TemplateStatus>,
    /// Part of the name or the text.
    search: Option<String>,
    /// How many at most; 20 if left out.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<i64>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Templates {
    pub templates: Vec<ShownTemplate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownTemplate {
    pub name: String,
    pub language: String,
    pub status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Its text, or `image`, `video`, `document` or `location`, which then has to be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    pub body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    pub buttons: Vec<String>,
    /// The names that `header_values` of `send_template` must have.
    pub header_values: Vec<String>,
    /// The names that `body_values` must have.
    pub body_values: Vec<String>,
    /// The places of buttons, counted from 0, that `button_values` must have.
    pub button_values: Vec<String>,
}

pub async fn list_templates(call: Call, asked: ListTemplates) -> Result<Templates> {
    let list = "mcp:templates";
    let after = call.cursor(asked.cursor.as_deref(), list)?;
    let page = templates::Page {
        channel: asked.channel_id,
        filter: Filter {
            status: Some(asked.status.unwrap_or(TemplateStatus::Approved)),
            search: asked
                .search
                .map(|text| text.trim().to_lowercase())
                .filter(|text| !text.is_empty()),
        },
        after: (after != Cursor::START).then_some(TemplateId(after.id)),
        limit: limit(asked.limit)?,
    };
    let (items, more) = templates::list(&call.ctx, &call.actor, &page).await?.value;
    let last = items.last().filter(|_| more).map(|template| Cursor {
        at: template.updated_at,
        id: template.id.0,
    });
    Ok(Templates {
        next_cursor: call.next(last, list),
        templates: items.into_iter().map(ShownTemplate::from).collect(),
    })
}

impl From<Template> for ShownTemplate {
    fn from(template: Template) -> Self {
        let TemplateBody {
            header,
            body,
            footer,
            buttons,
        } = template.body.0;
        let header_values = match &header {
            Some(TemplateHeader::Text { text }) => TemplateBody::variables(text),
            _ => Vec::new(),
        };
        let button_values = buttons.iter().enumerate().filter_map(|(place, button)| {
            let needs = match button {
                TemplateButton::Url { url, .. } => !TemplateBody::variables(url).is_empty(),
                TemplateButton::CopyCode { .. } => true,
                _ => false,
            };
            needs.then(|| place.to_string())
        });
        Self {
            name: template.name,
            language: template.language,
            status: template.status.to_string(),
            category: template.category.map(|category| category.to_string()),
            header_values,
            body_values: TemplateBody::variables(&body),
            button_values: button_values.collect(),
            buttons: buttons.iter().map(|button| button.text().to_owned()).collect(),
            header: header.map(|header| match header {
                TemplateHeader::Text { text } => text,
                TemplateHeader::Image => "image".to_owned(),
                TemplateHeader::Video => "video".to_owned(),
                TemplateHeader::Document => "document".to_owned(),
                TemplateHeader::Location => "location".to_owned(),
            }),
            body,
            footer,
        }
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Tags {
    pub tags: Vec<ShownTag>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownTag {
    pub tag_id: Uuid,
    pub name: String,
}

pub async fn list_tags(call: Call, _: Nothing) -> Result<Tags> {
    let tags = tags::list(&call.ctx, &call.actor).await?.value.into_iter();
    let shown = tags.map(|one| ShownTag {
        tag_id: one.id.0,
        name: one.name,
    });
    Ok(Tags {
        tags: shown.collect(),
    })
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Replies {
    pub canned_replies: Vec<ShownReply>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ShownReply {
    pub shortcut: String,
    /// May hold `{{contact.name}}` and `{{member.name}}`, to be filled in by whoever sends it.
    pub text: String,
}

pub async fn list_canned_replies(call: Call, _: Nothing) -> Result<Replies> {
    let replies = canned::list(&call.ctx, &call.actor).await?.value.into_iter();
    let shown = replies.map(|one| ShownReply {
        shortcut: one.shortcut,
        text: one.text,
    });
    Ok(Replies {
        canned_replies: shown.collect(),
    })
}
