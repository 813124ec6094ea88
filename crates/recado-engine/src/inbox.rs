//! Reading and ordering the inbox: lists, threads, status, assignment, read marks.

use recado_journal::{Draft, Journal};
use recado_model::activity::What;
use recado_model::{Actor, ConversationId, ConversationStatus, Cursor, MemberId, Page, Snapshot};
use recado_store::conversations::{self, Conversation, ConversationRow, Filter};
use recado_store::{accounts, members};

use crate::activities;
use crate::events::{CONVERSATION_UPDATED, ConversationEvent, draft};
use crate::outbound::mark_read_later;
use crate::{Ctx, Error, Result};

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
    let mut happened = Vec::new();
    if let Some(status) = update.status.filter(|status| *status != row.status) {
        happened.push(What::StatusChanged {
            from: row.status,
            to: status,
        });
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
        happened.extend(match (member, row.assigned_member_id) {
            (Some(member_id), _) => Some(What::Assigned { member_id }),
            (None, before) => before.map(|member_id| What::Unassigned { member_id }),
        });
        row = exists(conversations::assign(&mut tx, actor.account, id, member, now).await?)?;
    }
    let changed = !happened.is_empty();
    let happened = happened.into_iter().map(|what| (id, what)).collect();
    let lines = activities::record_each(ctx, &mut tx, actor.account, actor, happened).await?;
    finish(ctx, actor, tx, row, changed, lines).await
}

/// Sets the unread count to zero, for everybody, and lets the customer see that it was read.
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
    finish(ctx, actor, tx, marked.unwrap_or(row), changed, Vec::new()).await
}

/// Tells the journal if something changed, and the lines that this adds to the thread, commits, and answers the conversation as it is now.
async fn finish(
    ctx: &Ctx,
    actor: &Actor,
    mut tx: recado_db::Tx,
    row: ConversationRow,
    changed: bool,
    lines: Vec<Draft>,
) -> Result<Conversation> {
    let conversation = exists(
        conversations::with_contacts(&mut tx, actor.account, vec![row])
            .await?
            .into_iter()
            .next(),
    )?;
    if changed {
        let event = ConversationEvent { conversation };
        let mut drafts = vec![draft(CONVERSATION_UPDATED, &event)?];
        drafts.extend(lines);
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
        tx.commit().await?;
        return Ok(event.conversation);
    }
    tx.commit().await?;
    Ok(conversation)
}

/// What this transaction has just read is still there.
fn exists<T>(row: Option<T>) -> Result<T> {
    row.ok_or(Error::NotFound("conversation"))
}
