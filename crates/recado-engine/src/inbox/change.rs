//! Changing conversations: status, assignee, snooze, read marks; one of them, or many at once.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::activity::What;
use recado_model::{
    Actor, ContactId, ConversationId, ConversationStatus, MemberId, Permission, Snooze, Time,
};
use recado_store::conversations::{self, Conversation, ConversationRow};
use recado_store::{accounts, members};

use super::snooze::wake_later;
use crate::contacts::{TagEach, tag_each};
use crate::events::{CONVERSATION_UPDATED, ConversationEvent, draft};
use crate::outbound::mark_read_later;
use crate::{Ctx, Error, Result, activities, notifications};

/// The longest that something can be put away for.
const LONGEST_SNOOZE: Duration = Duration::from_hours(366 * 24);

/// What to change; what is not given stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Update {
    pub status: Option<ConversationStatus>,
    /// `Some(None)` unassigns.
    pub assigned: Option<Option<MemberId>>,
    /// `Some(None)` takes it out again.
    pub snooze: Option<Option<Snooze>>,
}

/// What became of one of many.
#[derive(Debug)]
pub enum Became {
    Changed(Conversation),
    /// It was so already.
    Unchanged(Conversation),
    NotFound,
}

/// Changes status, snooze and assignee together. Setting what is set already changes nothing and says nothing.
///
/// # Errors
/// `NotFound` for the conversation, `BadInput` for an assignee who is no member or may not reply, and for a snooze
/// that would end before it began.
pub async fn update(ctx: &Ctx, actor: &Actor, id: ConversationId, update: Update) -> Result<Conversation> {
    let tags = TagEach::default();
    match update_each(ctx, actor, &[id], update, &tags).await?.pop() {
        Some((_, Became::Changed(conversation) | Became::Unchanged(conversation))) => Ok(conversation),
        _ => Err(Error::NotFound("conversation")),
    }
}

/// The same for many, and the tags of their contacts, all in one transaction: what became of each, in the order asked.
///
/// # Errors
/// What is wrong with the change itself is wrong for all: see [`update()`].
pub async fn update_each(
    ctx: &Ctx,
    actor: &Actor,
    ids: &[ConversationId],
    update: Update,
    tags: &TagEach,
) -> Result<Vec<(ConversationId, Became)>> {
    let now = ctx.clock.now();
    check_snooze(&update, now)?;
    let mut tx = ctx.db.begin().await?;
    // In one order everywhere, so that two requests do not wait for each other's rows.
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut rows = Vec::with_capacity(sorted.len());
    for id in sorted {
        rows.extend(conversations::row(&mut tx, actor.account, id).await?);
    }
    if let Some(member) = update.assigned.flatten()
        && rows.iter().any(|row| row.assigned_member_id != Some(member))
    {
        check_assignee(&mut tx, actor, member).await?;
    }
    let mut changed = HashSet::new();
    let mut handed_over = HashSet::new();
    let mut happened = Vec::new();
    for row in &mut rows {
        if let Some(after) = apply(ctx, &mut tx, actor, row, update, now).await? {
            changed.insert(row.id);
            happened.extend(between(row, &after).into_iter().map(|what| (row.id, what)));
            if after.assigned_member_id.is_some() && after.assigned_member_id != row.assigned_member_id {
                handed_over.insert(row.id);
            }
            *row = after;
        }
    }
    let contacts: Vec<ContactId> = rows.iter().map(|row| row.contact_id).collect();
    let (tagged, news) = tag_each(ctx, &mut tx, actor, &contacts, tags).await?;
    let rows = conversations::with_contacts(&mut tx, actor.account, rows).await?;
    let mut drafts = rows
        .iter()
        .filter(|one| changed.contains(&one.row.id))
        .map(|one| {
            let conversation = one.clone();
            draft(CONVERSATION_UPDATED, &ConversationEvent { conversation })
        })
        .collect::<Result<Vec<_>>>()?;
    drafts.extend(news);
    drafts.extend(activities::record_each(ctx, &mut tx, actor.account, actor, happened, now).await?);
    for one in rows.iter().filter(|one| handed_over.contains(&one.row.id)) {
        drafts.extend(notifications::assigned(ctx, &mut tx, actor, one).await?);
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
    }
    tx.commit().await?;
    let is_changed =
        |one: &Conversation| changed.contains(&one.row.id) || tagged.contains(&one.row.contact_id);
    let rows: HashMap<ConversationId, Conversation> = rows.into_iter().map(|one| (one.row.id, one)).collect();
    Ok(ids
        .iter()
        .map(|id| match rows.get(id).cloned() {
            Some(one) if is_changed(&one) => (*id, Became::Changed(one)),
            Some(one) => (*id, Became::Unchanged(one)),
            None => (*id, Became::NotFound),
        })
        .collect())
}

/// The row as the change left it; none if it changed nothing.
async fn apply(
    ctx: &Ctx,
    tx: &mut Tx,
    actor: &Actor,
    before: &ConversationRow,
    update: Update,
    now: Time,
) -> Result<Option<ConversationRow>> {
    let (account, id) = (actor.account, before.id);
    let mut after = None;
    match target(before, update) {
        (_, Some(snooze)) if snoozed(before) != Some(snooze) => {
            after = conversations::snooze(tx, account, id, snooze, now).await?;
            wake_later(ctx, tx, account, id, snooze).await?;
        }
        (status, None) if status != before.status || before.snooze.is_some() => {
            after = conversations::set_status(tx, account, id, status, now).await?;
        }
        _ => {}
    }
    if let Some(member) = update
        .assigned
        .filter(|member| *member != before.assigned_member_id)
    {
        after = conversations::assign(tx, account, id, member, now).await?;
    }
    Ok(after)
}

/// What a change did, for the thread to tell.
fn between(before: &ConversationRow, after: &ConversationRow) -> Vec<What> {
    let mut happened = Vec::new();
    match (snoozed(before), snoozed(after)) {
        (was, Some(snooze)) if was != Some(snooze) => happened.push(What::Snoozed { until: snooze.until }),
        (Some(_), None) if after.status == ConversationStatus::Open => happened.push(What::Woke),
        _ if before.status != after.status => happened.push(What::StatusChanged {
            from: before.status,
            to: after.status,
        }),
        _ => {}
    }
    match (before.assigned_member_id, after.assigned_member_id) {
        (was, Some(member_id)) if was != Some(member_id) => happened.push(What::Assigned { member_id }),
        (Some(member_id), None) => happened.push(What::Unassigned { member_id }),
        _ => {}
    }
    happened
}

/// The status and the snooze that a conversation is to have.
fn target(before: &ConversationRow, update: Update) -> (ConversationStatus, Option<Snooze>) {
    let is_taken_out = before.snooze.is_some() && update.snooze == Some(None);
    let status = update.status.unwrap_or(if is_taken_out {
        ConversationStatus::Open
    } else {
        before.status
    });
    let snooze = match update.snooze {
        Some(snooze) => snooze,
        None if status == before.status => snoozed(before),
        None => None,
    };
    (status, snooze)
}

fn snoozed(row: &ConversationRow) -> Option<Snooze> {
    row.snooze.as_ref().map(|snooze| snooze.0)
}

fn check_snooze(update: &Update, now: Time) -> Result<()> {
    let Some(snooze) = update.snooze.flatten() else {
        return Ok(());
    };
    if update
        .status
        .is_some_and(|status| status != ConversationStatus::Pending)
    {
        return Err(Error::bad_input(
            "snooze",
            "What is snoozed is pending; it cannot have another status at the same time.",
        ));
    }
    let fits = snooze
        .until
        .is_none_or(|until| until > now && until <= now.plus(LONGEST_SNOOZE));
    if !fits {
        return Err(Error::bad_input(
            "snooze.until",
            "The time must be in the future and at most a year away.",
        ));
    }
    Ok(())
}

async fn check_assignee(tx: &mut Tx, actor: &Actor, member: MemberId) -> Result<()> {
    // Nobody leaves or loses their role while they are being given work.
    accounts::lock(tx, actor.account).await?;
    let member = members::get(tx, actor.account, member).await?;
    if member.is_some_and(|member| member.role.permissions().contains(Permission::MessagesSend)) {
        return Ok(());
    }
    Err(Error::bad_input(
        "assigned_agent_id",
        "This is not a member of the account who may reply.",
    ))
}

/// Sets the unread count to zero, for everybody, and lets the customer see that it was read. What the caller was told of
/// the conversation is read with it.
pub async fn mark_read(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let mut tx = ctx.db.begin().await?;
    let marked = conversations::mark_read(&mut tx, actor.account, id, ctx.clock.now()).await?;
    if marked.is_some() {
        mark_read_later(ctx, &mut tx, actor.account, id).await?;
    }
    let looked_at = notifications::looked_at(ctx, &mut tx, actor, id).await?;
    marked_as(ctx, tx, actor, id, marked, looked_at).await
}

/// Shows it as unread to everybody, as a reminder; the customer learns nothing of it. What is unread already stays as it is.
pub async fn mark_unread(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<Conversation> {
    let mut tx = ctx.db.begin().await?;
    let marked = conversations::mark_unread(&mut tx, actor.account, id, ctx.clock.now()).await?;
    marked_as(ctx, tx, actor, id, marked, Vec::new()).await
}

/// Tells of what changed, if something did, and answers how the conversation is now.
async fn marked_as(
    ctx: &Ctx,
    mut tx: Tx,
    actor: &Actor,
    id: ConversationId,
    marked: Option<ConversationRow>,
    mut drafts: Vec<Draft>,
) -> Result<Conversation> {
    let changed = marked.is_some();
    let row = match marked {
        Some(row) => row,
        None => conversations::row(&mut tx, actor.account, id)
            .await?
            .ok_or(Error::NotFound("conversation"))?,
    };
    let conversation = conversations::with_contacts(&mut tx, actor.account, vec![row])
        .await?
        .pop()
        .ok_or(Error::NotFound("conversation"))?;
    let event = ConversationEvent { conversation };
    if changed {
        drafts.push(draft(CONVERSATION_UPDATED, &event)?);
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, actor.account, drafts).await?;
    }
    tx.commit().await?;
    Ok(event.conversation)
}
