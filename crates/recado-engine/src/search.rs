//! Searching the inbox: messages by their words, people and their conversations by name and phone.

mod index;

use std::collections::{BTreeMap, BTreeSet};

use recado_model::search::{Ask, Piece, SearchField, SearchType};
use recado_model::{Actor, ContactId, ConversationId, Cursor, MessageId, Page, Time};
use recado_store::contacts::{self, Contact};
use recado_store::conversations::{self, Conversation};
use recado_store::messages::{self, Message};
use recado_store::search::{self, Wanted};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{Ctx, Error, Result};

pub use index::{follow, rebuild};

/// Characters of a query; nobody types more, and a pasted letter finds nothing.
const LONGEST: usize = 200;

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SearchHit {
    Message(Box<MessageHit>),
    Contact(ContactHit),
    Conversation(ConversationHit),
}

/// A message, and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageHit {
    pub message: Message,
    pub conversation: Conversation,
    #[serde(flatten)]
    pub found: Found,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ContactHit {
    pub contact: Contact,
    #[serde(flatten)]
    pub found: Found,
}

/// A conversation with somebody who was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationHit {
    pub conversation: Conversation,
    #[serde(flatten)]
    pub found: Found,
}

/// What was found, and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    pub field: SearchField,
    /// The line around it, at most 160 characters, in pieces: those with `hit` are what was asked for.
    pub snippet: Vec<Piece>,
}

/// One page of what a query finds, newest first. A query without a word finds nothing.
///
/// # Errors
/// `BadInput` for a query that is too long.
pub async fn search(
    ctx: &Ctx,
    actor: &Actor,
    query: &str,
    what: SearchType,
    cursor: Cursor,
    limit: i64,
) -> Result<Page<SearchHit>> {
    if query.chars().count() > LONGEST {
        return Err(Error::bad_input(
            "q",
            format!("`q` must be at most {LONGEST} characters long."),
        ));
    }
    let ask = Ask::of(query);
    if ask.is_empty() {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    }
    match what {
        SearchType::Messages => find_messages(ctx, actor, &ask, cursor, limit).await,
        SearchType::Contacts => find_contacts(ctx, actor, &ask, cursor, limit).await,
        SearchType::Conversations => find_conversations(ctx, actor, &ask, cursor, limit).await,
    }
}

async fn find_messages(
    ctx: &Ctx,
    actor: &Actor,
    ask: &Ask,
    cursor: Cursor,
    limit: i64,
) -> Result<Page<SearchHit>> {
    let mut tx = ctx.db.read().await?;
    let mut wanted = Wanted {
        words: ask.words.clone(),
        alternatives: Vec::new(),
    };
    if let Some(beginning) = &ask.beginning {
        wanted.alternatives = search::completions(&mut tx, actor.account, beginning).await?;
        if wanted.alternatives.is_empty() {
            return Ok(Page {
                items: Vec::new(),
                next: None,
            });
        }
    }
    // A document's number is a position in time, so it travels as one.
    let before = cursor.at.millis();
    let found = search::matching(&mut tx, actor.account, &wanted, before, limit + 1).await?;
    let page = Page::from_rows(found, limit, |(_, doc)| Cursor {
        at: Time::from_millis(*doc),
        id: Uuid::nil(),
    });
    let ids: Vec<MessageId> = page.items.iter().map(|(id, _)| MessageId(*id)).collect();
    let messages = messages::get_each(&mut tx, actor.account, &ids).await?;
    let of: BTreeSet<ConversationId> = messages.iter().map(|message| message.conversation_id).collect();
    let of: Vec<ConversationId> = of.into_iter().collect();
    let conversations: BTreeMap<ConversationId, Conversation> =
        conversations::get_each(&mut tx, actor.account, &of)
            .await?
            .into_iter()
            .map(|one| (one.row.id, one))
            .collect();
    let items = messages
        .into_iter()
        // The index is a moment behind: what was taken back or changed since is not shown as it was.
        .filter_map(|message| {
            let found = found_in_message(ask, &message)?;
            let conversation = conversations.get(&message.conversation_id)?.clone();
            Some(SearchHit::Message(Box::new(MessageHit {
                message,
                conversation,
                found,
            })))
        })
        .collect();
    Ok(Page {
        items,
        next: page.next,
    })
}

async fn find_contacts(
    ctx: &Ctx,
    actor: &Actor,
    ask: &Ask,
    cursor: Cursor,
    limit: i64,
) -> Result<Page<SearchHit>> {
    let mut tx = ctx.db.read().await?;
    let mut found = search::people(&mut tx, actor.account, &ask.beginnings()).await?;
    found.retain(|id| id.0 < cursor.id);
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(usize::try_from(limit + 1).unwrap_or(usize::MAX));
    let page = Page::from_rows(found, limit, |id| Cursor {
        at: Time::MIN,
        id: id.0,
    });
    let mut contacts = contacts::by_ids(&mut tx, actor.account, page.items.clone()).await?;
    let items = page
        .items
        .iter()
        .filter_map(|id| {
            let contact = contacts.remove(id)?;
            let found = found_in_contact(ask, &contact)?;
            Some(SearchHit::Contact(ContactHit { contact, found }))
        })
        .collect();
    Ok(Page {
        items,
        next: page.next,
    })
}

async fn find_conversations(
    ctx: &Ctx,
    actor: &Actor,
    ask: &Ask,
    cursor: Cursor,
    limit: i64,
) -> Result<Page<SearchHit>> {
    let mut tx = ctx.db.read().await?;
    let people: Vec<ContactId> = search::people(&mut tx, actor.account, &ask.beginnings()).await?;
    let found = search::conversations_of(&mut tx, actor.account, people, cursor, limit + 1).await?;
    let page = Page::from_rows(found, limit, |(id, at)| Cursor { at: *at, id: id.0 });
    let ids: Vec<ConversationId> = page.items.iter().map(|(id, _)| *id).collect();
    let items = conversations::get_each(&mut tx, actor.account, &ids)
        .await?
        .into_iter()
        .filter_map(|conversation| {
            let found = found_in_contact(ask, &conversation.contact)?;
            Some(SearchHit::Conversation(ConversationHit { conversation, found }))
        })
        .collect();
    Ok(Page {
        items,
        next: page.next,
    })
}

/// The first part of a message that has something of what was asked for.
fn found_in_message(ask: &Ask, message: &Message) -> Option<Found> {
    let texts = index::texts_of(message);
    texts
        .into_iter()
        .find_map(|(field, text)| ask.snippet(&text).map(|snippet| Found { field, snippet }))
}

fn found_in_contact(ask: &Ask, contact: &Contact) -> Option<Found> {
    let fields = [
        (SearchField::Name, &contact.name),
        (SearchField::Company, &contact.company),
        (SearchField::Email, &contact.email),
    ];
    let name = fields.into_iter().find_map(|(field, text)| {
        let snippet = ask.name_snippet(text.as_deref()?)?;
        Some(Found { field, snippet })
    });
    name.or_else(|| {
        let snippet = ask.phone_snippet(contact.phone.as_deref()?)?;
        Some(Found {
            field: SearchField::Phone,
            snippet,
        })
    })
}
