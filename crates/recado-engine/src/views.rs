//! Saved views: a member's own, and those that one of them shares with everybody.

use recado_journal::{Draft, Journal};
use recado_model::{Actor, Json, MemberId, Permission, Role, Snapshot, ViewFilter, ViewId};
use recado_store::views::{self, View};
use recado_store::{accounts, members, numbers, tags};

use crate::events::{VIEW_CREATED, VIEW_REMOVED, VIEW_UPDATED, ViewEvent, draft, private};
use crate::{Ctx, Error, Result, input};

/// More than anybody looks through, few enough to be listed whole.
const MOST: i64 = 50;
/// The highest place in the order.
const LAST: i64 = 10_000;

#[derive(Clone, Debug)]
pub struct NewView {
    pub name: String,
    pub filter: ViewFilter,
    pub shared: bool,
    /// None: after the others.
    pub position: Option<i64>,
}

/// What to change; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: Option<String>,
    pub filter: Option<ViewFilter>,
    pub shared: Option<bool>,
    pub position: Option<i64>,
}

/// The member's own and the shared ones, in their order.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<Vec<View>>> {
    let member = member(actor)?;
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = views::list(&mut tx, actor.account, member).await?;
    Ok(Snapshot { seq, value })
}

/// # Errors
/// `Forbidden` to share for who may not change conversations, `Conflict` when there are enough, `BadInput`.
pub async fn create(ctx: &Ctx, actor: &Actor, new: NewView) -> Result<View> {
    let member = member(actor)?;
    let now = ctx.clock.now();
    let name = input::name("name", &new.name)?;
    if new.shared {
        check_may_share(actor)?;
    }
    let position = new.position.map(check_position).transpose()?;
    let mut tx = ctx.db.begin().await?;
    // Two that are made at once are counted one after the other.
    accounts::lock(&mut tx, actor.account).await?;
    check_filter(&mut tx, actor, &new.filter).await?;
    let count = views::count(&mut tx, actor.account, member).await?;
    if count >= MOST {
        return Err(Error::conflict(
            "too_many_views",
            format!("There can be {MOST} views of one person. Remove one first."),
        ));
    }
    let view = View {
        id: ctx.ids.next(),
        member_id: member,
        name,
        filter: Json(new.filter),
        shared: new.shared,
        position: position.unwrap_or(count),
        created_at: now,
        updated_at: now,
    };
    views::insert(&mut tx, actor.account, &view).await?;
    let drafts = vec![told(VIEW_CREATED, &view)?];
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(view)
}

/// # Errors
/// `NotFound`, `NotAllowed` for another member's, `Forbidden` to share, `BadInput`.
pub async fn change(ctx: &Ctx, actor: &Actor, id: ViewId, change: Change) -> Result<View> {
    let mut tx = ctx.db.begin().await?;
    let before = own(&mut tx, actor, id).await?;
    let mut view = before.clone();
    if let Some(name) = &change.name {
        view.name = input::name("name", name)?;
    }
    if let Some(filter) = change.filter {
        check_filter(&mut tx, actor, &filter).await?;
        view.filter = Json(filter);
    }
    if let Some(position) = change.position {
        view.position = check_position(position)?;
    }
    if let Some(shared) = change.shared.filter(|shared| *shared != view.shared) {
        check_may_share(actor)?;
        view.shared = shared;
    }
    if view == before {
        return Ok(view);
    }
    view.updated_at = ctx.clock.now();
    views::update(&mut tx, actor.account, &view).await?;
    let mut drafts = Vec::new();
    if before.shared && !view.shared {
        // To the others it is gone; to its owner it comes back right away.
        drafts.push(told(VIEW_REMOVED, &before)?);
    }
    drafts.push(told(VIEW_UPDATED, &view)?);
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(view)
}

/// # Errors
/// `NotFound`, `NotAllowed` for another member's.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: ViewId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let view = own(&mut tx, actor, id).await?;
    views::remove(&mut tx, actor.account, id).await?;
    let drafts = vec![told(VIEW_REMOVED, &view)?];
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(())
}

fn member(actor: &Actor) -> Result<MemberId> {
    actor
        .member()
        .ok_or(Error::NotAllowed("Views belong to people; an API key has none."))
}

/// One that the actor may change: their own, or a shared one as an admin.
async fn own(tx: &mut recado_db::Tx, actor: &Actor, id: ViewId) -> Result<View> {
    let member = member(actor)?;
    let view = views::get(tx, actor.account, id, member)
        .await?
        .ok_or(Error::NotFound("view"))?;
    if view.member_id == member || actor.role() >= Role::Admin {
        Ok(view)
    } else {
        Err(Error::NotAllowed("This view is another member's."))
    }
}

/// A shared view is in everybody's list, so it is for those who work in it.
fn check_may_share(actor: &Actor) -> Result<()> {
    let permission = Permission::ConversationsWrite;
    if actor.may(permission) {
        Ok(())
    } else {
        Err(Error::Forbidden(permission))
    }
}

fn check_position(position: i64) -> Result<i64> {
    if (0..=LAST).contains(&position) {
        Ok(position)
    } else {
        Err(Error::bad_input(
            "position",
            format!("A position is a number from 0 to {LAST}."),
        ))
    }
}

/// What a filter names must be there.
async fn check_filter(tx: &mut recado_db::Tx, actor: &Actor, filter: &ViewFilter) -> Result<()> {
    if filter.status.len() > 3 {
        return Err(Error::bad_input("filter.status", "There are three states."));
    }
    if filter.assigned.is_some() && filter.assigned_agent_id.is_some() {
        return Err(Error::bad_input(
            "filter.assigned",
            "Give `assigned` or `assigned_agent_id`, not both.",
        ));
    }
    if let Some(member) = filter.assigned_agent_id
        && members::get(tx, actor.account, member).await?.is_none()
    {
        return Err(Error::bad_input(
            "filter.assigned_agent_id",
            "This is not a member of the account.",
        ));
    }
    if let Some(number) = filter.channel_id
        && numbers::get(tx, actor.account, number).await?.is_none()
    {
        return Err(Error::bad_input(
            "filter.channel_id",
            "This is not a channel of the account.",
        ));
    }
    if let Some(tag) = filter.tag
        && tags::get(tx, actor.account, tag).await?.is_none()
    {
        return Err(Error::bad_input("filter.tag", "There is no such tag."));
    }
    Ok(())
}

/// For everybody if it is shared, else for its owner.
fn told(kind: &'static str, view: &View) -> Result<Draft> {
    let event = ViewEvent { view: view.clone() };
    if view.shared {
        draft(kind, &event)
    } else {
        private(kind, view.member_id, &event)
    }
}
