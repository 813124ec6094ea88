//! What people set for themselves: name, language, time zone, picture, password. It is theirs in every account.

use std::collections::BTreeMap;

use bytes::Bytes;
use recado_db::Tx;
use recado_journal::Draft;
use recado_model::{AccountId, Actor, AuditAction, AvatarId, Language, SessionId, UserId, Who};
use recado_store as store;
use recado_store::users::{Profile, User};
use secrecy::SecretString;
use serde_json::json;

use crate::accounts::{Me, me_in};
use crate::events::{self, MEMBER_UPDATED, MemberEvent};
use crate::passwords::Verdict;
use crate::{Ctx, Error, Result, audit, input, passwords, sessions};

/// Of a picture as it comes, in bytes.
pub const MAX_AVATAR: usize = 10 << 20;
/// Of a time zone's name: the longest is half of it.
const MAX_TIME_ZONE: usize = 64;

/// What is to change; what is none stays. None inside goes back to what the browser says.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub name: Option<String>,
    pub language: Option<Option<Language>>,
    pub time_zone: Option<Option<String>>,
}

/// Changes the caller's own profile, and tells every account they are in.
pub async fn change(ctx: &Ctx, actor: &Actor, change: Change) -> Result<Me> {
    let (user, _) = person(actor)?;
    let name = change.name.map(|name| input::name("name", &name)).transpose()?;
    if let Some(Some(zone)) = &change.time_zone {
        check_time_zone(zone)?;
    }
    let mut tx = ctx.db.begin().await?;
    let old = locked(&mut tx, user).await?;
    let name = name.unwrap_or_else(|| old.name.clone());
    let language = change.language.unwrap_or(old.language);
    let time_zone = change.time_zone.unwrap_or_else(|| old.time_zone.clone());
    store::users::set_profile(&mut tx, user, &name, language, time_zone.as_deref()).await?;
    if name != old.name {
        let summary = json!({ "name": name, "renamed": { "from": old.name, "to": name } });
        let member = actor.member().map(|member| member.0);
        audit::record(ctx, &mut tx, actor, AuditAction::ProfileChanged, member, summary).await?;
        tell_accounts(ctx, &mut tx, user).await?;
    }
    let me = me_in(&mut tx, actor).await?;
    tx.commit().await?;
    Ok(me)
}

/// The middle of a picture becomes the caller's.
///
/// # Errors
/// `TooLarge` and `Unsupported` for the field `file`.
pub async fn set_avatar(ctx: &Ctx, actor: &Actor, bytes: Bytes) -> Result<Me> {
    let (user, _) = person(actor)?;
    if bytes.len() > MAX_AVATAR {
        return Err(Error::TooLarge {
            field: "file",
            message: "A picture of a person has at most 10 MB.".to_owned(),
        });
    }
    let turn = ctx.pictures.acquire().await;
    let square = tokio::task::spawn_blocking(move || recado_media::avatar(&bytes))
        .await
        .map_err(Error::internal)?
        .map_err(|_| Error::Unsupported {
            field: "file",
            message: "This picture cannot be read. Take a JPEG, a PNG or a WebP.".to_owned(),
        })?;
    drop(turn);
    let id: AvatarId = ctx.ids.next();
    // The bytes before the row: a row promises that they are there.
    ctx.blobs
        .put_avatar(id, square.into())
        .await
        .map_err(Error::internal)?;
    replace_avatar(ctx, actor, user, Some(id)).await
}

/// Back to the initials.
pub async fn remove_avatar(ctx: &Ctx, actor: &Actor) -> Result<Me> {
    let (user, _) = person(actor)?;
    replace_avatar(ctx, actor, user, None).await
}

/// The bytes of the picture of somebody in the account, and their type.
pub async fn avatar(ctx: &Ctx, actor: &Actor, id: AvatarId) -> Result<(Bytes, String)> {
    let mut tx = ctx.db.read().await?;
    if !store::members::has_avatar(&mut tx, actor.account, id).await? {
        return Err(Error::NotFound("picture"));
    }
    drop(tx);
    let bytes = ctx.blobs.avatar(id).await.map_err(Error::internal)?;
    let bytes = bytes.ok_or(Error::NotFound("picture"))?;
    let mime_type = recado_media::sniff(&bytes[..bytes.len().min(32)], None, None);
    Ok((bytes, mime_type))
}

/// Changes the caller's password, ends all their other sessions, and gives this one a new token.
///
/// # Errors
/// `BadInput` for `current_password` and `new_password`.
pub async fn change_password(
    ctx: &Ctx,
    actor: &Actor,
    current: &SecretString,
    new: &SecretString,
) -> Result<()> {
    let (id, session) = person(actor)?;
    let user = confirmed(ctx, actor, "current_password", current).await?;
    passwords::check_as("new_password", new)?;
    let hash = passwords::hash(new).await?;
    let mut tx = ctx.db.begin().await?;
    if !store::users::set_password_hash(&mut tx, id, &hash, &user.password_hash).await? {
        return Err(Error::conflict(
            "conflict",
            "The password was changed somewhere else this very moment.",
        ));
    }
    let member = actor.member().map(|member| member.0);
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::PasswordChanged,
        member,
        json!({}),
    )
    .await?;
    end_other_sessions(ctx, &mut tx, id, session).await?;
    if let Some(member) = actor.member() {
        store::sessions::make_due(&mut tx, actor.account, member).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The person behind a session, once they have typed their password again.
///
/// # Errors
/// `BadInput` for `field` if it is wrong, `RateLimited`.
pub(crate) async fn confirmed(
    ctx: &Ctx,
    actor: &Actor,
    field: &'static str,
    password: &SecretString,
) -> Result<User> {
    let (id, _) = person(actor)?;
    let user = store::users::get(&mut ctx.db.read().await?, id)
        .await?
        .ok_or(Error::NotFound("user"))?;
    ctx.limits.password(&user.email)?;
    if passwords::verify(password, Some(&user.password_hash)).await? == Verdict::Wrong {
        return Err(Error::bad_input(field, "This is not your password."));
    }
    Ok(user)
}

/// The person and their session; a key has neither.
pub(crate) fn person(actor: &Actor) -> Result<(UserId, SessionId)> {
    match actor.who {
        Who::Member { user, session, .. } => Ok((user, session)),
        Who::Key { .. } | Who::System => Err(Error::NotAllowed("This needs a session: sign in.")),
    }
}

async fn locked(tx: &mut Tx, user: UserId) -> Result<Profile> {
    store::users::lock(tx, user).await?;
    store::users::profile(tx, user)
        .await?
        .ok_or(Error::NotFound("user"))
}

async fn replace_avatar(ctx: &Ctx, actor: &Actor, user: UserId, new: Option<AvatarId>) -> Result<Me> {
    let mut tx = ctx.db.begin().await?;
    let old = locked(&mut tx, user).await?.avatar_id;
    store::users::set_avatar(&mut tx, user, new).await?;
    if old != new {
        tell_accounts(ctx, &mut tx, user).await?;
    }
    let me = me_in(&mut tx, actor).await?;
    tx.commit().await?;
    if let Some(old) = old {
        forget_avatar(ctx, old).await;
    }
    Ok(me)
}

/// A file that nobody refers to any more. One that stays for now costs room and nothing else.
pub(crate) async fn forget_avatar(ctx: &Ctx, id: AvatarId) {
    if let Err(error) = ctx.blobs.remove_avatar(id).await {
        tracing::warn!(%error, avatar = %id, "an old picture could not be deleted");
    }
}

/// Tells each account of the person how its member is now.
async fn tell_accounts(ctx: &Ctx, tx: &mut Tx, user: UserId) -> Result<()> {
    for membership in store::members::of_user(tx, user).await? {
        let account = membership.account_id;
        if let Some(member) = store::members::get(tx, account, membership.id).await? {
            let event = events::draft(MEMBER_UPDATED, &MemberEvent { member })?;
            ctx.journal.append(tx, account, vec![event]).await?;
        }
    }
    Ok(())
}

async fn end_other_sessions(ctx: &Ctx, tx: &mut Tx, user: UserId, kept: SessionId) -> Result<()> {
    let mut by_account: BTreeMap<AccountId, BTreeMap<_, Vec<SessionId>>> = BTreeMap::new();
    for (account, member, session) in store::sessions::end_others_of_user(tx, user, kept).await? {
        by_account
            .entry(account)
            .or_default()
            .entry(member)
            .or_default()
            .push(session);
    }
    for (account, members) in by_account {
        let drafts: Vec<Draft> = members
            .into_iter()
            .map(|(member, ended)| sessions::ended(member, ended))
            .collect::<Result<_>>()?;
        ctx.journal.append(tx, account, drafts).await?;
    }
    Ok(())
}

/// A name as the time zone database has them. Which of them there are, browsers know best: a name that one does not
/// know is passed over there.
fn check_time_zone(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    if name.is_empty() || name.len() > MAX_TIME_ZONE || !name.chars().all(plain) {
        return Err(Error::bad_input(
            "time_zone",
            "A time zone is a name such as Europe/Lisbon.",
        ));
    }
    Ok(())
}
