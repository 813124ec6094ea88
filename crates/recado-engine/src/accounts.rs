//! Opening an account, and who one is in it.

use recado_db::Tx;
use recado_model::{
    AccountId, Actor, ApiKeyId, AuditAction, Availability, AvatarId, Language, MemberId, Permissions, Role,
    Time, UserId, Who,
};
use recado_store as store;
use recado_store::accounts::Account;
use recado_store::members::{Membership, NewMember};
use recado_store::users::User;
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::events::{self, ACCOUNT_UPDATED, AccountEvent, MEMBER_CREATED, MemberEvent};
use crate::sessions::{self, Client};
use crate::tokens::SessionToken;
use crate::{Ctx, Error, Result, audit, input, passwords};

#[derive(Debug)]
pub struct SignUp {
    pub account_name: String,
    pub name: String,
    pub email: String,
    pub password: SecretString,
}

/// Somebody who has just come in, and the token their browser keeps.
#[derive(Debug)]
pub struct SignedIn {
    pub token: SessionToken,
    pub me: Me,
}

/// The caller, as the caller sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Me {
    pub account: Account,
    /// Null with an API key.
    #[schema(required)]
    pub member: Option<MeMember>,
    /// Null with a session.
    #[schema(required)]
    pub key: Option<MeKey>,
    pub permissions: Permissions,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeMember {
    pub id: MemberId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub availability: Availability,
    /// What their pages are written in; null: as the browser says.
    #[schema(required)]
    pub language: Option<Language>,
    /// As the time zone database names it; null: as the browser says.
    #[schema(required)]
    pub time_zone: Option<String>,
    /// Where their picture is, below this server's address.
    #[serde(rename = "avatar_url", serialize_with = "store::members::avatar_url")]
    #[schema(required, value_type = Option<String>)]
    pub avatar_id: Option<AvatarId>,
    /// Whether signing in takes a code as well.
    pub two_factor: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MeKey {
    pub id: ApiKeyId,
    pub scopes: Permissions,
}

/// Opens an account with its first member, an owner, and signs them in.
pub async fn sign_up(ctx: &Ctx, form: SignUp, client: &Client) -> Result<SignedIn> {
    ctx.limits.sign_up(client.address)?;
    let account = Account {
        id: ctx.ids.next(),
        name: input::name("account_name", &form.account_name)?,
        is_demo: false,
    };
    let (name, email) = (input::name("name", &form.name)?, input::email(&form.email)?);
    passwords::check(&form.password)?;

    let mut tx = ctx.db.read().await?;
    if store::users::by_email(&mut tx, &email).await?.is_some() {
        return Err(email_taken());
    }
    drop(tx);
    let password_hash = passwords::hash(&form.password).await?;
    let user = User {
        id: ctx.ids.next(),
        email,
        name,
        password_hash,
    };

    let mut tx = ctx.db.begin().await?;
    let now = ctx.clock.now();
    insert_user(&mut tx, &user, now).await?;
    store::accounts::insert(&mut tx, &account, now).await?;
    let member = NewMember {
        id: ctx.ids.next(),
        user: user.id,
        role: Role::Owner,
        is_demo: false,
    };
    let (token, actor) = join(ctx, &mut tx, account.id, &member, client).await?;
    let summary = json!({ "name": account.name });
    audit::record(
        ctx,
        &mut tx,
        &actor,
        AuditAction::AccountCreated,
        account.id.0,
        summary,
    )
    .await?;
    let me = me_in(&mut tx, &actor).await?;
    tx.commit().await?;
    Ok(SignedIn { token, me })
}

/// Gives the account another name.
pub async fn rename(ctx: &Ctx, actor: &Actor, name: &str) -> Result<Account> {
    let name = input::name("name", name)?;
    let mut tx = ctx.db.begin().await?;
    store::accounts::lock(&mut tx, actor.account).await?;
    let mut account = store::accounts::get(&mut tx, actor.account)
        .await?
        .ok_or(Error::NotFound("account"))?;
    if account.name == name {
        return Ok(account);
    }
    store::accounts::rename(&mut tx, actor.account, &name).await?;
    let summary = json!({ "name": name, "renamed": { "from": account.name, "to": name } });
    audit::record(
        ctx,
        &mut tx,
        actor,
        AuditAction::AccountRenamed,
        account.id.0,
        summary,
    )
    .await?;
    account.name = name;
    let event = AccountEvent { account };
    ctx.journal
        .append(
            &mut tx,
            actor.account,
            vec![events::draft(ACCOUNT_UPDATED, &event)?],
        )
        .await?;
    tx.commit().await?;
    Ok(event.account)
}

pub async fn me(ctx: &Ctx, actor: &Actor) -> Result<Me> {
    let mut tx = ctx.db.read().await?;
    me_in(&mut tx, actor).await
}

/// Makes the user a member, tells the account, and starts a session for them.
pub(crate) async fn join(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    member: &NewMember,
    client: &Client,
) -> Result<(SessionToken, Actor)> {
    match store::members::insert(tx, account, member, ctx.clock.now()).await {
        Err(recado_db::Error::Conflict { .. }) => {
            return Err(Error::conflict(
                "conflict",
                "You are a member of this account already.",
            ));
        }
        inserted => inserted?,
    }
    let membership = Membership {
        account_id: account,
        id: member.id,
        role: member.role,
    };
    let started = sessions::start(ctx, tx, &membership, member.user, client).await?;
    let member = store::members::get(tx, account, member.id)
        .await?
        .ok_or(Error::NotFound("member"))?;
    ctx.journal
        .append(
            tx,
            account,
            vec![events::draft(MEMBER_CREATED, &MemberEvent { member })?],
        )
        .await?;
    Ok(started)
}

pub(crate) async fn me_in(tx: &mut Tx, actor: &Actor) -> Result<Me> {
    let account = store::accounts::get(tx, actor.account)
        .await?
        .ok_or(Error::NotFound("account"))?;
    let member = match actor.who {
        Who::Member { member, user, .. } => me_member(tx, actor.account, member, user).await?,
        Who::Key { .. } | Who::System => None,
    };
    let key = match actor.who {
        Who::Key { key } => Some(MeKey {
            id: key,
            scopes: actor.permissions,
        }),
        Who::Member { .. } | Who::System => None,
    };
    Ok(Me {
        account,
        member,
        key,
        permissions: actor.permissions,
    })
}

/// A conflict if somebody was faster with the same address.
pub(crate) async fn insert_user(tx: &mut Tx, user: &User, now: Time) -> Result<()> {
    match store::users::insert(tx, user, now).await {
        Err(recado_db::Error::Conflict { .. }) => Err(email_taken()),
        inserted => Ok(inserted?),
    }
}

async fn me_member(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    user: UserId,
) -> Result<Option<MeMember>> {
    let member = store::members::get(tx, account, member).await?;
    let profile = store::users::profile(tx, user).await?;
    let (Some(member), Some(profile)) = (member, profile) else {
        return Ok(None);
    };
    Ok(Some(MeMember {
        id: member.id,
        name: member.name,
        email: member.email,
        role: member.role,
        availability: member.availability,
        language: profile.language,
        time_zone: profile.time_zone,
        avatar_id: profile.avatar_id,
        two_factor: profile.two_factor,
    }))
}

fn email_taken() -> Error {
    Error::conflict(
        "email_taken",
        "Somebody has signed up with this email. Sign in instead.",
    )
}
