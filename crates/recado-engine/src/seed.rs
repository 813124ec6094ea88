//! Filling an account with a past: for the demo account, through the same doors a real past would have come by.

use std::collections::{HashMap, HashSet};

use recado_db::Tx;
use recado_model::failure::Failure;
use recado_model::inbound::{Identity, InboundContent, InboundMessage};
use recado_model::message::preview;
use recado_model::{
    AccountId, Clock, ContentType, ConversationId, ConversationStatus, Cursor, Ids, Json, MemberId,
    MessageStatus, NumberId, Role, SenderType, Time,
};
use recado_store::accounts::{self, Account};
use recado_store::conversations::Filter;
use recado_store::members::{self, NewMember};
use recado_store::messages::{self, NewOutbound};
use recado_store::users::{self, User};
use recado_store::{contacts, conversations};

use secrecy::SecretString;

use crate::accounts::insert_user;
use crate::events::{MESSAGE_CREATED, MessageEvent, draft};
use crate::ingest::messages::take_in;
use crate::passwords;
use crate::{Ctx, Error, Result};

/// One customer's conversation as it went so far.
#[derive(Debug)]
pub struct Past {
    /// The name in the customer's own profile.
    pub name: String,
    /// Digits, as the provider writes them.
    pub wa_id: String,
    pub email: Option<String>,
    pub company: Option<String>,
    pub status: ConversationStatus,
    pub assigned: Option<MemberId>,
    pub unread: i64,
    /// Oldest first, the first one from the customer.
    pub messages: Vec<PastMessage>,
}

#[derive(Debug)]
pub struct PastMessage {
    /// The provider's id.
    pub provider_id: String,
    pub at: Time,
    pub text: String,
    pub by: By,
}

#[derive(Debug)]
pub enum By {
    Customer,
    Member {
        member: MemberId,
        status: MessageStatus,
        error: Option<Failure>,
    },
}

/// A member of the demo team.
#[derive(Clone, Copy, Debug)]
pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub role: Role,
}

/// The demo account and its members, in the order of the team.
#[derive(Debug)]
pub struct Demo {
    pub account: AccountId,
    pub members: Vec<MemberId>,
    /// Nobody has written yet: it still wants a past.
    pub is_empty: bool,
}

/// Finds the demo account of this team, or makes it. Everybody has the same password, and everything is marked as
/// demo. The first of the team names the account.
///
/// # Errors
/// `Conflict` if an email belongs to somebody real.
pub async fn demo_account(ctx: &Ctx, name: &str, team: &[Person], password: &SecretString) -> Result<Demo> {
    let owner = team.first().ok_or(Error::NotFound("owner"))?;
    let mut tx = ctx.db.read().await?;
    let known = match users::by_email(&mut tx, owner.email).await? {
        Some(user) => members::newest_of_user(&mut tx, user.id).await?,
        None => None,
    };
    let Some(membership) = known else {
        drop(tx);
        return make(ctx, name, team, password).await;
    };
    let account = accounts::get(&mut tx, membership.account_id)
        .await?
        .ok_or(Error::NotFound("account"))?;
    if !account.is_demo {
        let message = format!("{} is a member of an account that is no demo.", owner.email);
        return Err(Error::conflict("email_taken", message));
    }
    let all = members::list(&mut tx, account.id).await?;
    let ids = team
        .iter()
        .filter_map(|person| all.iter().find(|member| member.email == person.email));
    let ids = ids.map(|member| member.id).collect();
    let now = ctx.clock.now();
    let first = conversations::list(&mut tx, account.id, &Filter::default(), Cursor::START, 1, now).await?;
    Ok(Demo {
        account: account.id,
        members: ids,
        is_empty: first.is_empty(),
    })
}

async fn make(ctx: &Ctx, name: &str, team: &[Person], password: &SecretString) -> Result<Demo> {
    let now = ctx.clock.now();
    let account = Account {
        id: ctx.ids.next(),
        name: name.to_owned(),
        is_demo: true,
    };
    let password_hash = passwords::hash(password).await?;
    let mut tx = ctx.db.begin().await?;
    accounts::insert(&mut tx, &account, now).await?;
    let mut ids = Vec::with_capacity(team.len());
    for person in team {
        let user = User {
            id: ctx.ids.next(),
            email: person.email.to_owned(),
            name: person.name.to_owned(),
            password_hash: password_hash.clone(),
        };
        insert_user(&mut tx, &user, now).await?;
        let member = NewMember {
            id: ctx.ids.next(),
            user: user.id,
            role: person.role,
            is_demo: true,
        };
        members::insert(&mut tx, account.id, &member, now).await?;
        ids.push(member.id);
    }
    tx.commit().await?;
    Ok(Demo {
        account: account.id,
        members: ids,
        is_empty: true,
    })
}

/// Writes the past of many conversations, in the order of its messages, all or nothing.
pub async fn seed(ctx: &Ctx, account: AccountId, number: NumberId, pasts: &[Past]) -> Result<()> {
    let mut order: Vec<(&Past, &PastMessage)> = pasts
        .iter()
        .flat_map(|past| past.messages.iter().map(move |message| (past, message)))
        .collect();
    order.sort_by_key(|(_, message)| message.at);
    let mut tx = ctx.db.begin().await?;
    let mut threads: HashMap<&str, ConversationId> = HashMap::new();
    for (past, message) in order {
        let clock = Clock::mock(message.at);
        let then = Ctx {
            ids: Ids::new(clock.clone()),
            clock,
            ..ctx.clone()
        };
        match &message.by {
            By::Customer => {
                let inbound = inbound(past, message);
                let drafts = take_in(
                    &then,
                    &mut tx,
                    account,
                    vec![(number, &inbound)],
                    &HashSet::new(),
                    message.at,
                )
                .await?;
                ctx.journal.append(&mut tx, account, drafts).await?;
                if !threads.contains_key(past.wa_id.as_str()) {
                    let id = describe(&mut tx, account, number, past, message.at).await?;
                    threads.insert(&past.wa_id, id);
                }
            }
            By::Member {
                member,
                status,
                error,
            } => {
                let id = threads
                    .get(past.wa_id.as_str())
                    .copied()
                    .ok_or(Error::NotFound("conversation"))?;
                reply(
                    &then,
                    &mut tx,
                    account,
                    number,
                    id,
                    *member,
                    message,
                    *status,
                    error.as_ref(),
                )
                .await?;
            }
        }
    }
    for past in pasts {
        let Some(id) = threads.get(past.wa_id.as_str()).copied() else {
            continue;
        };
        let last = past
            .messages
            .last()
            .map_or_else(|| ctx.clock.now(), |message| message.at);
        conversations::set_status(&mut tx, account, id, past.status, last).await?;
        conversations::assign(&mut tx, account, id, past.assigned, last).await?;
        conversations::set_unread(&mut tx, account, id, past.unread).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn inbound(past: &Past, message: &PastMessage) -> InboundMessage {
    InboundMessage {
        number: String::new(),
        provider_id: message.provider_id.clone(),
        sent_at: Some(message.at),
        customer: Identity {
            wa_id: Some(past.wa_id.clone()),
            ..Identity::default()
        },
        profile_name: Some(past.name.clone()),
        content: InboundContent::Text {
            text: message.text.clone(),
        },
        is_echo: false,
        quoted: None,
        forwarded: None,
        referral: None,
        raw: String::new(),
    }
}

/// Adds what the team knows of the customer; answers their conversation.
async fn describe(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    past: &Past,
    now: Time,
) -> Result<ConversationId> {
    let wa_id = past.wa_id.as_str();
    let found = contacts::by_identities(tx, account, &[wa_id])
        .await?
        .remove(wa_id);
    let contact = found.ok_or(Error::NotFound("contact"))?.id;
    let (email, company) = (past.email.as_deref(), past.company.as_deref());
    contacts::describe(tx, account, contact, None, email, company, now).await?;
    let threads = conversations::by_contacts(tx, account, number, vec![contact]).await?;
    threads
        .get(&contact)
        .copied()
        .ok_or(Error::NotFound("conversation"))
}

#[expect(clippy::too_many_arguments, reason = "a row's worth of facts, used once")]
async fn reply(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    conversation: ConversationId,
    member: MemberId,
    message: &PastMessage,
    status: MessageStatus,
    error: Option<&Failure>,
) -> Result<()> {
    let new = NewOutbound {
        id: ctx.ids.next(),
        conversation,
        number,
        sender_type: SenderType::Agent,
        sender: Some(member),
        content_type: ContentType::Text,
        text: Some(message.text.clone()),
        details: None,
        media: None,
        media_url: None,
        template_name: None,
        reply_to: None,
        idempotency_key: None,
        request_hash: Vec::new(),
        created_at: message.at,
    };
    let queued = messages::insert_outbound(tx, account, &new).await?;
    let error = error.cloned().map(Json);
    let row = messages::seed(
        tx,
        account,
        queued.id,
        status,
        &message.provider_id,
        error.as_ref(),
    )
    .await?;
    let row = row.ok_or(Error::NotFound("message"))?;
    let thread = conversations::replied(tx, account, &row, Some(&preview(&message.text))).await?;
    let threads = conversations::with_contacts(tx, account, thread.into_iter().collect()).await?;
    let conversation = threads
        .into_iter()
        .next()
        .ok_or(Error::NotFound("conversation"))?;
    let event = draft(
        MESSAGE_CREATED,
        &MessageEvent {
            message: row,
            conversation,
        },
    )?;
    ctx.journal.append(tx, account, vec![event]).await?;
    Ok(())
}
