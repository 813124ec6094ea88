//! Members and their roles. An account always keeps an owner, and only owners touch owners.

use recado_db::Tx;
use recado_journal::{Draft, Journal};
use recado_model::activity::What;
use recado_model::{Actor, AuditAction, Availability, MemberId, Permission, Role, Snapshot, Who};
use recado_store as store;
use recado_store::members::Member;
use secrecy::SecretString;
use serde_json::json;

use crate::events::{
    self, CONVERSATION_UPDATED, ConversationEvent, MEMBER_REMOVED, MEMBER_UPDATED, MemberEvent,
};
use crate::profile::{confirmed, forget_avatar};
use crate::{Ctx, Error, Result, activities, audit, numbers, sessions};

/// Everybody in the account, in the order they joined.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Snapshot<Vec<Member>>> {
    let mut tx = ctx.db.read().await?;
    let seq = Journal::head(&mut tx, actor.account).await?;
    let value = store::members::list(&mut tx, actor.account).await?;
    Ok(Snapshot { seq, value })
}

/// What is to change; what is none stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct Change {
    pub role: Option<Role>,
    /// Whether they may be in charge of a number.
    pub whatsapp_enabled: Option<bool>,
}

/// Holds from the member's next request on. Who may not reply any more has no conversations assigned; numbers whose
/// member can no longer be in charge of them are switched off.
pub async fn change(ctx: &Ctx, actor: &Actor, id: MemberId, change: Change) -> Result<Member> {
    let mut tx = ctx.db.begin().await?;
    let mut member = locked(&mut tx, actor, id).await?;
    let role = change.role.unwrap_or(member.role);
    let whatsapp_enabled = change.whatsapp_enabled.unwrap_or(member.whatsapp_enabled);
    check_grant(actor, role)?;
    if (member.role, member.whatsapp_enabled) == (role, whatsapp_enabled) {
        return Ok(member);
    }
    let mut drafts = Vec::new();
    let replies = role.permissions().contains(Permission::MessagesSend);
    if member.role != role {
        keep_an_owner(&mut tx, actor, &member).await?;
        store::members::set_role(&mut tx, actor.account, id, role).await?;
        store::sessions::make_due(&mut tx, actor.account, id).await?;
        if !replies {
            drafts = free_conversations(ctx, &mut tx, actor, id).await?;
        }
    }
    if member.whatsapp_enabled != whatsapp_enabled {
        store::members::set_whatsapp(&mut tx, actor.account, id, whatsapp_enabled).await?;
    }
    if !replies || !whatsapp_enabled {
        drafts.extend(numbers::switched_off_of(&mut tx, actor.account, id).await?);
    }
    let mut summary = json!({ "name": member.name });
    if member.role != role {
        summary["role"] = json!({ "from": member.role, "to": role });
    }
    if member.whatsapp_enabled != whatsapp_enabled {
        summary["whatsapp_enabled"] = json!({ "from": member.whatsapp_enabled, "to": whatsapp_enabled });
    }
    audit::record(ctx, &mut tx, actor, AuditAction::MemberChanged, id.0, summary).await?;
    member.role = role;
    member.whatsapp_enabled = whatsapp_enabled;
    let event = MemberEvent { member };
    drafts.push(events::draft(MEMBER_UPDATED, &event)?);
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(event.member)
}

/// The caller says whether they are there. Nobody else says it for them.
pub async fn set_availability(ctx: &Ctx, actor: &Actor, availability: Availability) -> Result<()> {
    let id = actor
        .member()
        .ok_or(Error::NotAllowed("Only a member is there or is not: sign in."))?;
    let mut tx = ctx.db.begin().await?;
    store::accounts::lock(&mut tx, actor.account).await?;
    let mut member = store::members::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("member"))?;
    if member.availability == availability {
        return Ok(());
    }
    store::members::set_availability(&mut tx, actor.account, id, availability).await?;
    member.availability = availability;
    let told = events::draft(MEMBER_UPDATED, &MemberEvent { member })?;
    ctx.journal.append(&mut tx, actor.account, vec![told]).await?;
    tx.commit().await?;
    Ok(())
}

/// Frees the member's conversations and numbers, ends their sessions, and forgets the person if this was their only account.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: MemberId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let member = locked(&mut tx, actor, id).await?;
    go(ctx, actor, tx, member, AuditAction::MemberRemoved).await
}

/// The caller leaves the account, as if they were removed. The last owner cannot.
pub async fn leave(ctx: &Ctx, actor: &Actor, password: &SecretString) -> Result<()> {
    confirmed(ctx, actor, "password", password).await?;
    let id = actor.member().ok_or(Error::NotFound("member"))?;
    let mut tx = ctx.db.begin().await?;
    store::accounts::lock(&mut tx, actor.account).await?;
    let member = store::members::get(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("member"))?;
    go(ctx, actor, tx, member, AuditAction::MemberLeft).await
}

/// Makes another member the owner in the caller's place, who is an admin from then on.
///
/// # Errors
/// `NotAllowed` for who is no owner, `BadInput` for `member_id` and `password`.
pub async fn transfer_ownership(
    ctx: &Ctx,
    actor: &Actor,
    to: MemberId,
    password: &SecretString,
) -> Result<Member> {
    let Who::Member {
        member: from,
        role: Role::Owner,
        ..
    } = actor.who
    else {
        return Err(Error::NotAllowed(
            "Only an owner can hand the account to somebody else.",
        ));
    };
    confirmed(ctx, actor, "password", password).await?;
    let mut tx = ctx.db.begin().await?;
    store::accounts::lock(&mut tx, actor.account).await?;
    // As they are now: the role may have changed while the password was looked at.
    let giver = store::members::get(&mut tx, actor.account, from).await?;
    let giver = giver.filter(|giver| giver.role == Role::Owner);
    let mut giver = giver.ok_or(Error::NotAllowed("You are not an owner any more."))?;
    let taker = store::members::get(&mut tx, actor.account, to).await?;
    let mut taker = taker
        .filter(|taker| taker.id != from)
        .ok_or_else(|| Error::bad_input("member_id", "This is no other member of the account."))?;
    let was = taker.role;
    for (member, role) in [(&mut taker, Role::Owner), (&mut giver, Role::Admin)] {
        store::members::set_role(&mut tx, actor.account, member.id, role).await?;
        store::sessions::make_due(&mut tx, actor.account, member.id).await?;
        member.role = role;
    }
    let summary = json!({ "name": taker.name, "role": { "from": was, "to": Role::Owner } });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::OwnershipTransferred,
        to.0,
        summary,
    )
    .await?;
    let taken = MemberEvent { member: taker };
    let drafts = vec![
        events::draft(MEMBER_UPDATED, &taken)?,
        events::draft(MEMBER_UPDATED, &MemberEvent { member: giver })?,
    ];
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(taken.member)
}

/// Whether the actor may make somebody `role`, or take it from them: only owners touch owners, and nobody gives more
/// than they have, which matters for API keys.
pub(crate) fn check_grant(actor: &Actor, role: Role) -> Result<()> {
    if !actor.role().may_grant(role) {
        Err(Error::NotAllowed("Only an owner may do this to or for an owner."))
    } else if !role.permissions().within(actor.permissions) {
        Err(Error::NotAllowed("This role may do more than you may."))
    } else {
        Ok(())
    }
}

/// The member, if the actor may touch them; nobody else changes the account's members until the transaction ends.
async fn locked(tx: &mut Tx, actor: &Actor, id: MemberId) -> Result<Member> {
    store::accounts::lock(tx, actor.account).await?;
    let member = store::members::get(tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("member"))?;
    check_grant(actor, member.role)?;
    Ok(member)
}

/// The member goes: by themselves, or because somebody has them go.
async fn go(ctx: &Ctx, actor: &Actor, mut tx: Tx, member: Member, action: AuditAction) -> Result<()> {
    let id = member.id;
    keep_an_owner(&mut tx, actor, &member).await?;
    let summary = json!({ "name": member.name, "email": member.email, "role": member.role });
    audit::record(ctx, &mut tx, actor, action, id.0, summary).await?;
    let mut drafts = free_conversations(ctx, &mut tx, actor, id).await?;
    drafts.extend(numbers::freed_of(&mut tx, actor.account, id).await?);
    let ended = store::sessions::end_all(&mut tx, actor.account, id).await?;
    store::notifications::remove_of_member(&mut tx, actor.account, id).await?;
    store::views::forget_of(&mut tx, actor.account, id).await?;
    store::members::remove(&mut tx, actor.account, id).await?;
    store::users::lock(&mut tx, member.user_id).await?;
    let forgotten = store::users::remove_if_no_member(&mut tx, member.user_id).await?;
    let avatar = member.avatar_id.filter(|_| forgotten);
    drafts.push(events::draft(MEMBER_REMOVED, &MemberEvent { member })?);
    if !ended.is_empty() {
        drafts.push(sessions::ended(id, ended)?);
    }
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    if let Some(avatar) = avatar {
        forget_avatar(ctx, avatar).await;
    }
    Ok(())
}

/// Unassigns what is assigned to the member, and says so.
async fn free_conversations(ctx: &Ctx, tx: &mut Tx, actor: &Actor, id: MemberId) -> Result<Vec<Draft>> {
    let account = actor.account;
    let now = ctx.clock.now();
    let freed = store::conversations::unassign_all(tx, account, id, now).await?;
    let freed = store::conversations::with_contacts(tx, account, freed).await?;
    let told = |conversation| events::draft(CONVERSATION_UPDATED, &ConversationEvent { conversation });
    let happened = freed
        .iter()
        .map(|one| (one.row.id, What::Unassigned { member_id: id }));
    let lines = activities::record_each(ctx, tx, account, actor, happened.collect(), now).await?;
    let mut drafts: Vec<Draft> = freed.into_iter().map(told).collect::<Result<_>>()?;
    drafts.extend(lines);
    Ok(drafts)
}

async fn keep_an_owner(tx: &mut Tx, actor: &Actor, member: &Member) -> Result<()> {
    if member.role == Role::Owner && store::members::other_owners(tx, actor.account, member.id).await? == 0 {
        return Err(Error::conflict(
            "last_owner",
            "An account needs an owner: make somebody else one first.",
        ));
    }
    Ok(())
}
