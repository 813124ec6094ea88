//! What the team writes to itself. A note is no message: it is kept elsewhere, and nothing that sends reads it.

use recado_db::Tx;
use recado_journal::Journal;
use recado_model::{
    Actor, AuditAction, ContactId, ConversationId, Cursor, Json, MemberId, NoteId, Page, Permission, Snapshot,
};
use recado_store::activities::{self, Activity};
use recado_store::notes::{self, About, Note};
use recado_store::{contacts, conversations, members};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::events::{NOTE_CREATED, NOTE_REMOVED, NOTE_UPDATED, NoteEvent, draft};
use crate::notifications::{self, Notice};
use crate::{Ctx, Error, Result, audit};

/// In characters.
const MAX_TEXT: usize = 4000;
const MAX_MENTIONS: usize = 20;

/// A note to be written.
#[derive(Clone, Debug)]
pub struct NewNote {
    pub about: About,
    pub text: String,
    pub mentions: Vec<MemberId>,
    /// A reply that is proposed, about a conversation.
    pub is_draft: bool,
}

/// What to change; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub text: Option<String>,
    pub mentions: Option<Vec<MemberId>>,
}

/// What stands in a thread beside its messages.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimelineItem {
    Note { note: Note },
    Activity { activity: Activity },
}

impl TimelineItem {
    fn position(&self) -> Cursor {
        let (at, id): (_, Uuid) = match self {
            Self::Note { note } => (note.created_at, note.id.0),
            Self::Activity { activity } => (activity.created_at, activity.id.0),
        };
        Cursor { at, id }
    }
}

/// One page of notes, newest first.
///
/// # Errors
/// `BadInput` for what they are about.
pub async fn list(
    ctx: &Ctx,
    actor: &Actor,
    about: About,
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<Note>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    referred(&mut tx, actor, about).await?;
    let rows = notes::page(&mut tx, actor.account, about, cursor, limit + 1).await?;
    let value = Page::from_rows(rows, limit, |note| Cursor {
        at: note.created_at,
        id: note.id.0,
    });
    Ok(Snapshot { seq, value })
}

/// One page of what stands in a thread beside its messages, newest first.
///
/// # Errors
/// `NotFound` for the conversation.
pub async fn timeline(
    ctx: &Ctx,
    actor: &Actor,
    conversation: ConversationId,
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<TimelineItem>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let about = About::Conversation(conversation);
    subject(&mut tx, actor, about).await?;
    let notes = notes::page(&mut tx, actor.account, about, cursor, limit + 1).await?;
    let lines = activities::page(&mut tx, actor.account, conversation, cursor, limit + 1).await?;
    let notes = notes.into_iter().map(|note| TimelineItem::Note { note });
    let lines = lines
        .into_iter()
        .map(|activity| TimelineItem::Activity { activity });
    let mut items: Vec<TimelineItem> = notes.chain(lines).collect();
    items.sort_unstable_by_key(|item| {
        let Cursor { at, id } = item.position();
        std::cmp::Reverse((at, id))
    });
    // One too many, from whichever list, tells that there is a next page.
    items.truncate(usize::try_from(limit).unwrap_or_default() + 1);
    let value = Page::from_rows(items, limit, TimelineItem::position);
    Ok(Snapshot { seq, value })
}

/// Writes a note.
///
/// # Errors
/// `BadInput` for the text, for a mention that is no member, for what it is about, and for a draft without a conversation.
pub async fn create(ctx: &Ctx, actor: &Actor, new: NewNote) -> Result<Note> {
    let text = checked(&new.text)?;
    if new.is_draft && matches!(new.about, About::Contact(_)) {
        return Err(Error::bad_input(
            "is_draft",
            "A reply is proposed for a conversation.",
        ));
    }
    let mut tx = ctx.db.begin().await?;
    let (contact_id, conversation_id) = referred(&mut tx, actor, new.about).await?;
    let note = Note {
        id: ctx.ids.next(),
        contact_id,
        conversation_id,
        author_id: actor.member(),
        text,
        mentions: Json(mentioned(&mut tx, actor, new.mentions).await?),
        is_draft: new.is_draft,
        created_at: ctx.clock.now(),
        edited_at: None,
    };
    notes::insert(&mut tx, actor.account, &note).await?;
    let called = note.mentions.0.clone();
    tell(ctx, actor, tx, NOTE_CREATED, note, &called).await
}

/// Changes a note. Setting what is set already changes nothing and says nothing.
///
/// # Errors
/// `NotFound`; `NotAllowed` for somebody else's; `BadInput` as in [`create`].
pub async fn change(ctx: &Ctx, actor: &Actor, id: NoteId, change: Change) -> Result<Note> {
    let text = change.text.as_deref().map(checked).transpose()?;
    let mut tx = ctx.db.begin().await?;
    let before = own(&mut tx, actor, id).await?;
    let mentions = match change.mentions {
        Some(mentions) => Json(mentioned(&mut tx, actor, mentions).await?),
        None => before.mentions.clone(),
    };
    let text = text.unwrap_or_else(|| before.text.clone());
    if (&text, &mentions) == (&before.text, &before.mentions) {
        return Ok(before);
    }
    let now = ctx.clock.now();
    let after = notes::edit(&mut tx, actor.account, id, &text, &mentions, now)
        .await?
        .ok_or(Error::NotFound("note"))?;
    let called: Vec<MemberId> = after
        .mentions
        .0
        .iter()
        .copied()
        .filter(|member| !before.mentions.0.contains(member))
        .collect();
    tell(ctx, actor, tx, NOTE_UPDATED, after, &called).await
}

/// # Errors
/// `NotFound`; `NotAllowed` for somebody else's.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: NoteId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    own(&mut tx, actor, id).await?;
    let note = notes::delete(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("note"))?;
    let contact = contacts::by_ids(&mut tx, actor.account, vec![note.contact_id]).await?;
    let contact = contact.get(&note.contact_id);
    let summary = json!({ "name": contact.and_then(|one| one.name.as_ref().or(one.phone.as_ref())) });
    audit::record(ctx, &mut tx, actor, AuditAction::NoteDeleted, id.0, summary).await?;
    tell(ctx, actor, tx, NOTE_REMOVED, note, &[]).await?;
    Ok(())
}

/// Tells everybody of the note, and those it newly calls on that it does.
async fn tell(
    ctx: &Ctx,
    actor: &Actor,
    mut tx: Tx,
    kind: &'static str,
    note: Note,
    called: &[MemberId],
) -> Result<Note> {
    let event = NoteEvent { note };
    let mut drafts = vec![draft(kind, &event)?];
    if !called.is_empty() {
        let note = &event.note;
        let contact = contacts::get(&mut tx, actor.account, note.contact_id)
            .await?
            .ok_or(Error::NotFound("contact"))?
            .contact;
        let notices: Vec<Notice<'_>> = called
            .iter()
            .map(|member| Notice {
                to: *member,
                by: actor.into(),
                contact: Some(&contact),
                conversation: note.conversation_id,
                about: notifications::About::Mention {
                    note: note.id.0,
                    text: &note.text,
                },
            })
            .collect();
        drafts.extend(notifications::notify(ctx, &mut tx, actor.account, &notices).await?);
    }
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(event.note)
}

/// Whom and which conversation a note is about.
async fn subject(tx: &mut Tx, actor: &Actor, about: About) -> Result<(ContactId, Option<ConversationId>)> {
    match about {
        About::Conversation(id) => {
            let row = conversations::row(tx, actor.account, id).await?;
            let row = row.ok_or(Error::NotFound("conversation"))?;
            Ok((row.contact_id, Some(id)))
        }
        About::Contact(id) => {
            let found = contacts::by_ids(tx, actor.account, vec![id]).await?;
            found
                .contains_key(&id)
                .then_some((id, None))
                .ok_or(Error::NotFound("contact"))
        }
    }
}

/// [`subject`], named by a field: what is not there is a mistake in that field.
async fn referred(tx: &mut Tx, actor: &Actor, about: About) -> Result<(ContactId, Option<ConversationId>)> {
    let field = match about {
        About::Conversation(_) => "conversation_id",
        About::Contact(_) => "contact_id",
    };
    match subject(tx, actor, about).await {
        Err(Error::NotFound(what)) => Err(Error::bad_input(field, format!("There is no such {what}."))),
        found => found,
    }
}

/// A note that the actor may change: their own, or anybody's for whoever may delete messages.
async fn own(tx: &mut Tx, actor: &Actor, id: NoteId) -> Result<Note> {
    let note = notes::get(tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("note"))?;
    let is_own = note.author_id.is_some() && note.author_id == actor.member();
    if is_own || actor.may(Permission::MessagesDelete) {
        Ok(note)
    } else {
        Err(Error::NotAllowed(
            "Only its author or an admin may change a note.",
        ))
    }
}

fn checked(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_TEXT {
        return Err(Error::bad_input(
            "text",
            format!("A note has 1 to {MAX_TEXT} characters."),
        ));
    }
    Ok(text.to_owned())
}

/// Members of the account, each once.
async fn mentioned(tx: &mut Tx, actor: &Actor, mentions: Vec<MemberId>) -> Result<Vec<MemberId>> {
    let mut once: Vec<MemberId> = Vec::with_capacity(mentions.len());
    for id in mentions {
        if !once.contains(&id) {
            once.push(id);
        }
        if once.len() > MAX_MENTIONS {
            return Err(Error::bad_input(
                "mentions",
                format!("A note calls on {MAX_MENTIONS} members at most."),
            ));
        }
    }
    for id in &once {
        members::get(tx, actor.account, *id)
            .await?
            .ok_or_else(|| Error::bad_input("mentions", "There is no such member."))?;
    }
    Ok(once)
}
