//! Reading and ordering the inbox: lists, threads, status, assignment, read marks.

use recado_journal::{Draft, Journal};
use recado_model::{Actor, ConversationId, ConversationStatus, Cursor, MemberId, Page, Snapshot};
use recado_store::conversations::{self, Conversation, ConversationRow, Filter};
use recado_store::{accounts, members};

use crate::events::{CONVERSATION_UPDATED, ConversationEvent, draft};
use crate::outbound::mark_read_later;
use crate::{Ctx, Error, Result, notifications};

/// What to change; what is not given stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Update {
    pub status: Option<ConversationStatus>,
    /// `Some(None)` unassigns.
    pub assigned: Option<Option<MemberId>>,
}

/// One page of conversations, newest first by the filter's sort.
pub async fn conversations(
    ctx: &Ctx,
    actor: &Actor,
    filter: &Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<Conversation>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let rows = conversations::list(&mut tx, actor.account, filter, cursor, limit + 1).await?;
    let by_activity = filter.sort == conversations::Sort::Activity;
    let page = Page::from_rows(rows, limit, |conversation| {
        let row = &conversation.row;
        Cursor {
            at: if by_activity {
                row.last_message_at
            } else {
                row.created_at
            },
            id: row.id.0,
        }
    });
    Ok(Snapshot { seq, value: page })
}

/// # Errors
/// `NotFound` for an unknown id and for another account's.
pub async fn conversation(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<Snapshot<Conversation>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = conversations::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    Ok(Snapshot { seq, value })
}

/// Changes status and assignee together. Setting what is set already changes nothing and says nothing.
///
/// # Errors
/// `NotFound` for the conversation, `BadInput` for an assignee who is no member or may not reply.
pub async fn update(ctx: &Ctx, actor: &Actor, id: ConversationId, update: Update) -> Result<Conversation> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let mut row = conversations::row(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    let mut changed = false;
    let mut assigned = false;
    if let Some(status) = update.status.filter(|status| *status != row.status) {
        changed = true;
        row = exists(conversations::set_status(&mut tx, actor.account, id, status, now).await?)?;
    }
    if let Some(member) = update.assigned.filter(|member| *member != row.assigned_member_id) {
        if let Some(member) = member {
            // Nobody leaves or loses their role while they are being given work.
            accounts::lock(&mut tx, actor.account).await?;
            let role = members::get(&mut tx, actor.account, member)
                .await?
                .map(|member| member.role);
            if !role.is_some_and(|role| {
                role.permissions()
                    .contains(recado_model::Permission::MessagesSend)
            }) {
                return Err(Error::bad_input(
                    "assigned_agent_id",
                    "This is not a member of the account who may reply.",
                ));
            }
        }
        changed = true;
        assigned = member.is_some();
        row = exists(conversations::assign(&mut tx, actor.account, id, member, now).await?)?;
    }
    let told = if assigned {
        let conversation = conversations::with_contacts(&mut tx, actor.account, vec![row.clone()]).await?;
        notifications::assigned(ctx, &mut tx, actor, &exists(conversation.into_iter().next())?).await?
    } else {
        Vec::new()
    };
    finish(ctx, actor, tx, row, changed, told).await
}

/// Sets the unread count to zero, for everybody, and lets the customer see that it was read. What the caller was told of
/// the conversation is read with it.
pub async fn mark_read(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let mut tx = ctx.db.begin().await?;
    let row = conversations::row(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    let marked = conversations::mark_read(&mut tx, actor.account, id, ctx.clock.now()).await?;
    let changed = marked.is_some();
    if changed {
        mark_read_later(ctx, &mut tx, actor.account, id).await?;
    }
    let told = notifications::looked_at(ctx, &mut tx, actor, id).await?;
    finish(ctx, actor, tx, marked.unwrap_or(row), changed, told).await
}

/// The conversation as it is now, told to the journal if something changed together with what else there is to tell.
async fn finish(
    ctx: &Ctx,
    actor: &Actor,
    mut tx: recado_db::Tx,
    row: ConversationRow,
    changed: bool,
    mut drafts: Vec<Draft>,
) -> Result<Conversation> {
    let conversation = exists(
        conversations::with_contacts(&mut tx, actor.account, vec![row])
            .await?
            .into_iter()
            .next(),
    )?;
    let event = ConversationEvent { conversation };
    if changed {
        drafts.insert(0, draft(CONVERSATION_UPDATED, &event)?);
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
    }
    tx.commit().await?;
    Ok(event.conversation)
}

/// What this transaction has just read is still there.
fn exists<T>(row: Option<T>) -> Result<T> {
    row.ok_or(Error::NotFound("conversation"))
}
