//! Reading and ordering the inbox: lists and threads; status, assignment, snooze, read marks.

mod change;
mod snooze;

use recado_journal::Journal;
use recado_model::{Actor, ConversationId, Cursor, Page, Snapshot};
use recado_store::conversations::{self, Conversation, Counts, Filter};
use recado_store::merges;

use crate::{Ctx, Error, Result};

pub use change::{Became, Update, mark_read, mark_unread, update, update_each};
pub use snooze::{WAKE_CONVERSATION, wake};

/// One page of conversations in the filter's order.
pub async fn conversations(
    ctx: &Ctx,
    actor: &Actor,
    filter: &Filter,
    cursor: Cursor,
    limit: i64,
) -> Result<Snapshot<Page<Conversation>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let now = ctx.clock.now();
    let rows = conversations::list(&mut tx, actor.account, filter, cursor, limit + 1, now).await?;
    let page = Page::from_rows(rows, limit, |one| conversations::position(filter.sort, &one.row));
    Ok(Snapshot { seq, value: page })
}

/// How many conversations wait in the lists that everybody has.
pub async fn counts(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<Counts>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = conversations::counts(&mut tx, actor.account, actor.member()).await?;
    Ok(Snapshot { seq, value })
}

/// One conversation; for one that is part of another by now, that other one, so that what was told of it leads
/// somewhere.
///
/// # Errors
/// `NotFound` for an unknown id and for another account's.
pub async fn conversation(ctx: &Ctx, actor: &Actor, id: ConversationId) -> Result<Snapshot<Conversation>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let mut found = conversations::get(&mut tx, actor.account, id).await?;
    if found.is_none()
        && let Some(into) = merges::merged_into(&mut tx, actor.account, id).await?
    {
        found = conversations::get(&mut tx, actor.account, into).await?;
    }
    let value = found.ok_or(Error::NotFound("conversation"))?;
    Ok(Snapshot { seq, value })
}
