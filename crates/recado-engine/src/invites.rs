//! Invites by link. The link is shown once and good once, for a week.

use std::time::Duration;

use recado_model::{Actor, AuditAction, InviteId, Role};
use recado_store as store;
use recado_store::invites::{Invite, InvitePreview};
use recado_store::members::NewMember;
use recado_store::users::User;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::accounts::{SignedIn, insert_user, join, me_in};
use crate::members::check_grant;
use crate::passwords::Verdict;
use crate::sessions::{Client, bad_credentials};
use crate::{Ctx, Error, Result, audit, input, passwords, tokens, two_factor};

const LIFETIME: Duration = Duration::from_hours(7 * 24);
/// Of the open ones.
const LISTED: i64 = 500;

/// A new invite and its link, which nobody can see again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewInvite {
    #[serde(flatten)]
    pub invite: Invite,
    /// Where the invited person goes; shown once.
    pub url: String,
}

/// What the invited person types. With an email that has signed up before, the password must be that user's.
#[derive(Debug)]
pub struct Acceptance {
    pub name: String,
    pub email: String,
    pub password: SecretString,
    /// For a user who has a second step.
    pub code: Option<String>,
}

/// With an `email` only that address can accept.
pub async fn create(ctx: &Ctx, actor: &Actor, role: Role, email: Option<&str>) -> Result<NewInvite> {
    check_grant(actor, role)?;
    let email = email.map(input::email).transpose()?;
    let token = tokens::random();
    let now = ctx.clock.now();
    let invite = Invite {
        id: ctx.ids.next(),
        role,
        email,
        expires_at: now.plus(LIFETIME),
        created_at: now,
    };
    let mut tx = ctx.db.begin().await?;
    store::invites::insert(
        &mut tx,
        actor.account,
        &invite,
        tokens::hash(&token),
        actor.member(),
    )
    .await?;
    let summary = json!({ "role": role, "email": invite.email });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::InviteCreated,
        invite.id.0,
        summary,
    )
    .await?;
    tx.commit().await?;
    let url = format!("{}/invite/{token}", ctx.public_url);
    Ok(NewInvite { invite, url })
}

/// Those that can still be accepted, newest first, the newest 500.
pub async fn list(ctx: &Ctx, actor: &Actor) -> Result<Vec<Invite>> {
    let mut tx = ctx.db.read().await?;
    Ok(store::invites::list(&mut tx, actor.account, ctx.clock.now(), LISTED).await?)
}

pub async fn revoke(ctx: &Ctx, actor: &Actor, id: InviteId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    if !store::invites::revoke(&mut tx, actor.account, id).await? {
        return Err(Error::NotFound("invite"));
    }
    audit::record(ctx, &mut tx, actor, AuditAction::InviteRevoked, id.0, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// What the link of an invite shows before anybody signs in.
pub async fn preview(ctx: &Ctx, token: &str, client: &Client) -> Result<InvitePreview> {
    ctx.limits.invite(client.address)?;
    let mut tx = ctx.db.read().await?;
    let preview = store::invites::preview(&mut tx, &tokens::hash(token), ctx.clock.now()).await?;
    preview.ok_or(Error::NotFound("invite"))
}

/// Makes the invited person a member and signs them in.
pub async fn accept(ctx: &Ctx, token: &str, form: Acceptance, client: &Client) -> Result<SignedIn> {
    let invite = preview(ctx, token, client).await?;
    let email = input::email(&form.email)?;
    if invite.email.is_some_and(|invited| invited != email) {
        return Err(Error::bad_input("email", "This invite is for another address."));
    }
    let known = store::users::by_email(&mut ctx.db.read().await?, &email).await?;
    let user = if let Some(user) = &known {
        ctx.limits.login(client.address, &email)?;
        if passwords::verify(&form.password, Some(&user.password_hash)).await? == Verdict::Wrong {
            return Err(bad_credentials());
        }
        two_factor::pass(ctx, user, form.code.as_deref(), None, client).await?;
        user.clone()
    } else {
        let name = input::name("name", &form.name)?;
        passwords::check(&form.password)?;
        let password_hash = passwords::hash(&form.password).await?;
        User {
            id: ctx.ids.next(),
            email,
            name,
            password_hash,
        }
    };

    let mut tx = ctx.db.begin().await?;
    let now = ctx.clock.now();
    let accepted = store::invites::accept(&mut tx, &tokens::hash(token), now).await?;
    let accepted = accepted.ok_or(Error::NotFound("invite"))?;
    if known.is_none() {
        insert_user(&mut tx, &user, now).await?;
    } else if !store::users::lock(&mut tx, user.id).await? {
        // Left their only other account this very moment, and was forgotten.
        return Err(Error::conflict(
            "conflict",
            "Your user has just been removed. Accept again.",
        ));
    }
    let member = NewMember {
        id: ctx.ids.next(),
        user: user.id,
        role: accepted.role,
        is_demo: false,
    };
    let (token, actor) = join(ctx, &mut tx, accepted.account_id, &member, client).await?;
    let summary = json!({ "name": user.name, "role": accepted.role });
    audit::record(
        ctx,
        &mut tx,
        &actor,
        AuditAction::MemberJoined,
        member.id.0,
        summary,
    )
    .await?;
    let me = me_in(&mut tx, &actor).await?;
    tx.commit().await?;
    Ok(SignedIn { token, me })
}
