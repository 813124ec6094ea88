//! Sessions: signing in and out, and finding out who a browser's token belongs to.
//!
//! A session lives thirty days from when it was last seen. Its token is changed once a day, and at the first request
//! after the member's role changed, so that a copied token does not live as long as the session. Requests that were
//! under way meanwhile still carry the old token: it holds for a minute more, and longer only until the browser has
//! shown the new one, whose answer may have been lost on the way.

use std::net::IpAddr;
use std::time::Duration;

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::{Actor, AuditAction, MemberId, Permissions, SessionId, UserId, Who};
use recado_store as store;
use recado_store::members::Membership;
use recado_store::sessions::{Held, NewSession, Seen, Session};
use secrecy::SecretString;
use serde_json::json;

use crate::accounts::{SignedIn, me_in};
use crate::events::{self, SESSION_ENDED, SessionsEnded};
use crate::passwords::Verdict;
use crate::tokens::{self, SessionToken};
use crate::{Ctx, Error, Result, api_keys, audit, input, passwords, two_factor};

/// How long a session lives without being seen.
pub const LIFETIME: Duration = Duration::from_hours(30 * 24);
const ROTATE_AFTER: Duration = Duration::from_hours(24);
/// How long the token before a rotation is still good.
const GRACE: Duration = Duration::from_mins(1);
/// How exactly we know when a session was last seen.
const SEEN_EVERY: Duration = Duration::from_mins(1);

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct Client {
    pub address: IpAddr,
    pub user_agent: Option<String>,
}

/// Whom a token belongs to; `rotated` takes the token's place in the browser.
#[derive(Debug)]
pub struct Authenticated {
    pub actor: Actor,
    pub rotated: Option<SessionToken>,
}

/// Signs a user in to the account they joined last. A wrong email and a wrong password look the same, and take the
/// same time. `code` is for who has a second step.
///
/// # Errors
/// `Unauthorized` with `bad_credentials`, `second_step_required` or `bad_code`, `RateLimited`.
pub async fn sign_in(
    ctx: &Ctx,
    email: &str,
    password: &SecretString,
    code: Option<&str>,
    client: &Client,
) -> Result<SignedIn> {
    let typed = input::email(email).ok();
    ctx.limits
        .login(client.address, typed.as_deref().unwrap_or_default())?;
    let user = match &typed {
        Some(email) => store::users::by_email(&mut ctx.db.read().await?, email).await?,
        None => None,
    };
    let verdict = passwords::verify(password, user.as_ref().map(|user| user.password_hash.as_str())).await?;
    let user = user
        .filter(|_| verdict != Verdict::Wrong)
        .ok_or_else(bad_credentials)?;
    let stronger = match verdict {
        Verdict::RightButWeak => Some(passwords::hash(password).await?),
        Verdict::Right | Verdict::Wrong => None,
    };
    let membership = store::members::newest_of_user(&mut ctx.db.read().await?, user.id).await?;
    two_factor::pass(ctx, &user, code, membership.as_ref(), client).await?;

    let mut tx = ctx.db.begin().await?;
    let membership = store::members::newest_of_user(&mut tx, user.id)
        .await?
        .ok_or_else(bad_credentials)?;
    if let Some(stronger) = stronger {
        store::users::set_password_hash(&mut tx, user.id, &stronger, &user.password_hash).await?;
    }
    store::sessions::forget_expired(&mut tx, user.id, ctx.clock.now()).await?;
    let (token, actor) = start(ctx, &mut tx, &membership, user.id, client).await?;
    let summary = json!({ "device": client.user_agent });
    audit::record(
        ctx,
        &mut tx,
        &actor,
        AuditAction::SignedIn,
        session_of(&actor),
        summary,
    )
    .await?;
    let me = me_in(&mut tx, &actor).await?;
    tx.commit().await?;
    Ok(SignedIn { token, me })
}

/// Ends the session the actor came with.
pub async fn sign_out(ctx: &Ctx, actor: &Actor) -> Result<()> {
    let (_, session) = own(actor)?;
    end(ctx, actor, session).await
}

/// Finds the member behind a token, with the role they have now.
pub async fn authenticate(ctx: &Ctx, token: &str, client: &Client) -> Result<Authenticated> {
    let hash = tokens::hash(token);
    let now = ctx.clock.now();
    let mut tx = ctx.db.read().await?;
    let (held, is_newest) = match store::sessions::by_token(&mut tx, &hash).await? {
        Some(held) => (held, true),
        None => (
            store::sessions::by_previous_token(&mut tx, &hash)
                .await?
                .ok_or_else(unknown)?,
            false,
        ),
    };
    drop(tx);

    let in_grace = now < held.rotated_at.plus(GRACE);
    if now >= held.expires_at || (!is_newest && !in_grace && held.rotation_seen) {
        return Err(expired());
    }
    let ip = client.address.to_string();
    let seen = Seen {
        at: now,
        expires_at: now.plus(LIFETIME),
        user_agent: client.user_agent.as_deref(),
        ip: &ip,
    };
    let due = if is_newest {
        now >= held.rotated_at.plus(ROTATE_AFTER)
    } else {
        !in_grace
    };
    let rotated = if due {
        rotate(ctx, &held, &hash, seen).await?
    } else {
        if is_newest && (!held.rotation_seen || now >= held.last_seen_at.plus(SEEN_EVERY)) {
            let mut tx = ctx.db.begin().await?;
            store::sessions::touch(&mut tx, held.account_id, held.id, seen).await?;
            tx.commit().await?;
        }
        None
    };
    Ok(Authenticated {
        actor: actor_of(&held),
        rotated,
    })
}

/// The same caller with the rights they have now, for connections that outlive a request. Unauthorized when their
/// session, membership or key has ended.
pub async fn recheck(ctx: &Ctx, actor: &Actor) -> Result<Actor> {
    let session = match actor.who {
        Who::Member { session, .. } => session,
        Who::Key { key } => return api_keys::recheck(ctx, actor, key).await,
        Who::System => return Ok(*actor),
    };
    let held = store::sessions::get(&mut ctx.db.read().await?, actor.account, session).await?;
    let held = held
        .filter(|held| ctx.clock.now() < held.expires_at)
        .ok_or_else(expired)?;
    Ok(Actor {
        address: actor.address,
        ..actor_of(&held)
    })
}

/// The actor's own sessions, newest first.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Session>> {
    let (member, current) = own(actor)?;
    let mut tx = ctx.db.read().await?;
    Ok(store::sessions::list(&mut tx, actor.account, member, current, ctx.clock.now()).await?)
}

/// Ends one of the actor's own sessions.
pub async fn end(ctx: &Ctx, actor: &Actor, id: SessionId) -> Result<()> {
    let (member, _) = own(actor)?;
    let mut tx = ctx.db.begin().await?;
    if !store::sessions::end(&mut tx, actor.account, member, id).await? {
        return Err(Error::NotFound("session"));
    }
    audit::record(ctx, &mut tx, actor, AuditAction::SessionEnded, id.0, json!({})).await?;
    ctx.journal
        .append(&mut tx, actor.account, vec![ended(member, vec![id])?])
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all of the actor's own sessions but the one that asks.
pub async fn end_others(ctx: &Ctx, actor: &Actor) -> Result<()> {
    let (member, current) = own(actor)?;
    let mut tx = ctx.db.begin().await?;
    let others = store::sessions::end_others(&mut tx, actor.account, member, current).await?;
    if !others.is_empty() {
        let summary = json!({ "count": others.len() });
        audit::record(
            ctx,
            &mut tx,
            actor,
            AuditAction::OtherSessionsEnded,
            None,
            summary,
        )
        .await?;
        ctx.journal
            .append(&mut tx, actor.account, vec![ended(member, others)?])
            .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Somebody who is known, but not in yet.
pub(crate) fn before_session(membership: &Membership, user: UserId, client: &Client) -> Actor {
    let who = Who::Member {
        member: membership.id,
        user,
        role: membership.role,
        session: SessionId::MIN,
    };
    Actor {
        account: membership.account_id,
        who,
        permissions: Permissions::NONE,
        address: Some(client.address),
    }
}

/// A new session of a member.
pub(crate) async fn start(
    ctx: &Ctx,
    tx: &mut Tx,
    membership: &Membership,
    user: UserId,
    client: &Client,
) -> Result<(SessionToken, Actor)> {
    let token = SessionToken::generate();
    let now = ctx.clock.now();
    let session = NewSession {
        id: ctx.ids.next(),
        member: membership.id,
        user,
        token_hash: tokens::hash(token.expose()),
        user_agent: client.user_agent.as_deref(),
        ip: &client.address.to_string(),
        now,
        expires_at: now.plus(LIFETIME),
    };
    store::sessions::insert(tx, membership.account_id, &session).await?;
    let Membership {
        account_id: account,
        id: member,
        role,
    } = *membership;
    let who = Who::Member {
        member,
        user,
        role,
        session: session.id,
    };
    Ok((
        token,
        Actor {
            account,
            who,
            permissions: role.permissions(),
            address: Some(client.address),
        },
    ))
}

/// The event that closes the live sockets of ended sessions.
pub(crate) fn ended(member: MemberId, session_ids: Vec<SessionId>) -> Result<Draft> {
    events::private(SESSION_ENDED, member, &SessionsEnded { session_ids })
}

pub(crate) fn bad_credentials() -> Error {
    Error::Unauthorized {
        code: "bad_credentials",
        message: "The email or the password is wrong.",
    }
}

/// None if another request of the same browser was faster: it carries the new token home.
async fn rotate(ctx: &Ctx, held: &Held, old_hash: &[u8], seen: Seen<'_>) -> Result<Option<SessionToken>> {
    let token = SessionToken::generate();
    let mut tx = ctx.db.begin().await?;
    let done = store::sessions::rotate(&mut tx, held, &tokens::hash(token.expose()), old_hash, seen).await?;
    tx.commit().await?;
    Ok(done.then_some(token))
}

fn actor_of(held: &Held) -> Actor {
    let who = Who::Member {
        member: held.member_id,
        user: held.user_id,
        role: held.role,
        session: held.id,
    };
    Actor {
        account: held.account_id,
        who,
        permissions: held.role.permissions(),
        address: None,
    }
}

fn session_of(actor: &Actor) -> Option<uuid::Uuid> {
    own(actor).ok().map(|(_, session)| session.0)
}

fn own(actor: &Actor) -> Result<(MemberId, SessionId)> {
    match actor.who {
        Who::Member { member, session, .. } => Ok((member, session)),
        Who::Key { .. } | Who::System => Err(Error::NotAllowed("Only a person who signed in has sessions.")),
    }
}

fn unknown() -> Error {
    Error::Unauthorized {
        code: "unauthorized",
        message: "There is no such session. Sign in.",
    }
}

fn expired() -> Error {
    Error::Unauthorized {
        code: "session_expired",
        message: "Your session has ended. Sign in again.",
    }
}
