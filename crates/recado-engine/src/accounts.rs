//! Opening an account, and who one is in it.

use recado_db::Tx;
use recado_model::{AccountId, Actor, ApiKeyId, Availability, MemberId, Permissions, Role, Time, Who};
use recado_store as store;
use recado_store::accounts::Account;
use recado_store::members::{Member, Membership, NewMember};
use recado_store::users::User;
use secrecy::SecretString;
use serde::Serialize;
use utoipa::ToSchema;

use crate::events::{self, MEMBER_CREATED, MemberEvent};
use crate::sessions::{self, Client};
use crate::tokens::SessionToken;
use crate::{Ctx, Error, Result, input, passwords};

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
    let me = me_in(&mut tx, &actor).await?;
    tx.commit().await?;
    Ok(SignedIn { token, me })
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
    let member = match actor.member() {
        Some(id) => store::members::get(tx, actor.account, id).await?,
        None => None,
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
        member: member.map(MeMember::from),
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

impl From<Member> for MeMember {
    fn from(member: Member) -> Self {
        Self {
            id: member.id,
            name: member.name,
            email: member.email,
            role: member.role,
            availability: member.availability,
        }
    }
}

fn email_taken() -> Error {
    Error::conflict(
        "email_taken",
        "Somebody has signed up with this email. Sign in instead.",
    )
}
