//! Searching the inbox: messages by their words, people and their conversations by name and phone.

mod index;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use recado_db::Tx;
use recado_model::search::{Ask, Piece, SearchField, SearchType};
use recado_model::{
    AccountId, Actor, ContactId, ConversationId, Cursor, MessageId, NoteId, Page, Permission, Time,
};
use recado_store::contacts::{self, Contact};
use recado_store::conversations::{self, Conversation};
use recado_store::messages::{self, Message};
use recado_store::notes::{self, Note};
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
    Note(Box<NoteHit>),
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

/// A note, and the conversation it leads to: the one it is about, else the contact's latest. Among the messages, for who
/// may read notes.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteHit {
    pub note: Note,
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
    let mut notes = Vec::new();
    if messages.len() < ids.len() && actor.may(Permission::NotesRead) {
        let ids = ids.iter().map(|id| NoteId(id.0)).collect();
        notes = notes::get_each(&mut tx, actor.account, ids).await?;
    }
    let latest = latest_of(&mut tx, actor.account, &notes).await?;
    let of_note = |note: &Note| {
        note.conversation_id
            .or_else(|| latest.get(&note.contact_id).copied())
    };
    let of: BTreeSet<ConversationId> = messages
        .iter()
        .map(|message| message.conversation_id)
        .chain(notes.iter().filter_map(of_note))
        .collect();
    let of: Vec<ConversationId> = of.into_iter().collect();
    let conversations: BTreeMap<ConversationId, Conversation> =
        conversations::get_each(&mut tx, actor.account, &of)
            .await?
            .into_iter()
            .map(|one| (one.row.id, one))
            .collect();
    // The index is a moment behind: what was taken back or changed since is not shown as it was.
    let mut hits: HashMap<Uuid, SearchHit> = HashMap::new();
    for message in messages {
        if let Some(found) = found_in_message(ask, &message)
            && let Some(conversation) = conversations.get(&message.conversation_id).cloned()
        {
            let hit = MessageHit {
                message,
                conversation,
                found,
            };
            hits.insert(hit.message.id.0, SearchHit::Message(Box::new(hit)));
        }
    }
    for note in notes {
        if let Some(snippet) = ask.snippet(&note.text)
            && let Some(conversation) = of_note(&note).and_then(|id| conversations.get(&id)).cloned()
        {
            let field = SearchField::Text;
            let hit = NoteHit {
                note,
                conversation,
                found: Found { field, snippet },
            };
            hits.insert(hit.note.id.0, SearchHit::Note(Box::new(hit)));
        }
    }
    Ok(Page {
        items: page.items.iter().filter_map(|(id, _)| hits.remove(id)).collect(),
        next: page.next,
    })
}

/// The latest conversation of each contact that a note is about, wherever they write.
async fn latest_of(
    tx: &mut Tx,
    account: AccountId,
    notes: &[Note],
) -> Result<HashMap<ContactId, ConversationId>> {
    let about = notes.iter().filter(|note| note.conversation_id.is_none());
    let about: BTreeSet<ContactId> = about.map(|note| note.contact_id).collect();
    let mut latest = HashMap::new();
    for contact in about {
        let found = search::conversations_of(tx, account, vec![contact], Cursor::START, 1).await?;
        latest.extend(found.first().map(|(id, _)| (contact, *id)));
    }
    Ok(latest)
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

/// Contacts looked at beside the index, which is a moment behind.
const NEWEST: i64 = 200;

/// Everybody who is found by what was typed; of those that came just now the index need not know yet.
pub(crate) async fn people(tx: &mut Tx, account: AccountId, typed: &str) -> Result<Vec<ContactId>> {
    let asked = Ask::of(typed).beginnings();
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = search::people(tx, account, &asked).await?;
    let everybody = contacts::Filter::default();
    let newest = contacts::list(tx, account, everybody, Cursor::START, NEWEST).await?;
    for one in newest {
        let words = index::words_of(&one.contact);
        let begun = |asked: &String| words.iter().any(|word| word.starts_with(asked.as_str()));
        if asked.iter().all(begun) && !found.contains(&one.contact.id) {
            found.push(one.contact.id);
        }
    }
    Ok(found)
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
