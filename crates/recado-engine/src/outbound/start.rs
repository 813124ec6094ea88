//! Writing to somebody first: the contact and the conversation are found or made together with the message.

use recado_db::Tx;
use recado_model::phone::Phone;
use recado_model::{AccountId, Actor, ContactId, ConversationId, Cursor, NumberId, NumberStatus, Time};
use recado_store::contacts::{self, ContactRow};
use recado_store::conversations::{self, Conversation};
use recado_store::messages::Message;
use recado_store::numbers;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::job;
use super::send::{NewMessage, RACE, before, keep, request_hash};
use crate::events::{CONVERSATION_CREATED, ConversationEvent, MESSAGE_CREATED, MessageEvent, draft};
use crate::{Ctx, Error, Result, input};

/// With whom a conversation is started.
#[derive(Clone, Debug)]
pub enum To {
    Contact(ContactId),
    /// A phone as a person writes it, with its country; and the name for a contact that is new.
    Phone {
        phone: String,
        name: Option<String>,
    },
}

/// A conversation that was found or opened, and the first message of ours in it.
#[derive(Clone, Debug)]
pub struct Started {
    pub conversation: Conversation,
    pub message: Message,
    /// Whether there was nobody with this phone before.
    pub contact_is_new: bool,
}

/// Finds or opens the conversation with somebody and sends a message in it, all or nothing. Without a channel it goes by
/// the one they have last written with, or by the default one.
///
/// # Errors
/// As [`send()`], and `BadInput` for the phone, `NotFound` for the contact or the channel.
pub async fn start(
    ctx: &Ctx,
    actor: &Actor,
    to: &To,
    channel: Option<NumberId>,
    new: NewMessage,
) -> Result<Started> {
    new.content.check()?;
    let phone = match to {
        To::Phone { phone, .. } => Some(input::phone("to", phone)?),
        To::Contact(_) => None,
    };
    let whom = match (to, &phone) {
        (To::Contact(id), _) => id.to_string(),
        (_, Some(phone)) => phone.as_str().to_owned(),
        (To::Phone { phone, .. }, None) => phone.clone(),
    };
    let scope = Sha256::digest(format!("{whom} {channel:?}"));
    let scope = Uuid::from_slice(&scope[..16]).unwrap_or_default();
    let hash = request_hash(scope, &new)?;
    match try_start(ctx, actor, to, phone.as_ref(), channel, &new, &hash).await {
        Err(Error::Conflict { code: RACE, .. } | Error::Unavailable(recado_db::Error::Retry(_))) => {
            try_start(ctx, actor, to, phone.as_ref(), channel, &new, &hash).await
        }
        result => result,
    }
}

async fn try_start(
    ctx: &Ctx,
    actor: &Actor,
    to: &To,
    phone: Option<&Phone>,
    channel: Option<NumberId>,
    new: &NewMessage,
    hash: &[u8],
) -> Result<Started> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    if let Some(message) = before(&mut tx, actor, new, hash).await? {
        let conversation = conversations::get(&mut tx, actor.account, message.conversation_id)
            .await?
            .ok_or(Error::NotFound("conversation"))?;
        return Ok(Started {
            conversation,
            message,
            contact_is_new: false,
        });
    }
    let mut offered = numbers::list(&mut tx, actor.account).await?;
    if let Some(id) = channel {
        numbers::get(&mut tx, actor.account, id)
            .await?
            .ok_or_else(|| Error::bad_input("channel_id", "There is no such channel."))?;
    } else if offered.is_empty() {
        return Err(Error::conflict(
            "whatsapp_not_configured",
            "No WhatsApp number is connected yet.",
        ));
    }
    let (contact, contact_is_new) = match (to, phone) {
        (To::Contact(id), _) => {
            let known = contacts::by_ids(&mut tx, actor.account, vec![*id]).await?;
            known
                .contains_key(id)
                .then_some((*id, false))
                .ok_or_else(|| Error::bad_input("contact_id", "There is no such contact."))?
        }
        (To::Phone { name, .. }, Some(phone)) => {
            contact_with(ctx, &mut tx, actor.account, phone, name.as_deref(), now).await?
        }
        (To::Phone { .. }, None) => return Err(Error::bad_input("to", "This is no phone number.")),
    };
    let number = if let Some(id) = channel {
        id
    } else {
        let last = last_channel(&mut tx, actor.account, contact, now).await?;
        offered.sort_by_key(|number| {
            let is_theirs = Some(number.id) == last;
            (
                number.status == NumberStatus::Connected,
                is_theirs,
                number.is_default,
            )
        });
        offered.pop().ok_or(Error::NotFound("channel"))?.id
    };
    let known = conversations::by_contacts(&mut tx, actor.account, number, vec![contact]).await?;
    let (id, is_new) = if let Some(id) = known.get(&contact) {
        (*id, false)
    } else {
        let id: ConversationId = ctx.ids.next();
        if !conversations::insert_each(&mut tx, actor.account, &[(id, contact, number)], now).await? {
            return Err(Error::Unavailable(recado_db::Error::Retry(
                "another request opened it".into(),
            )));
        }
        (id, true)
    };
    let row = conversations::row(&mut tx, actor.account, id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    // What it holds while it waits is large, and this waits for a lot besides.
    let kept = Box::pin(keep(ctx, &mut tx, actor, &row, new, hash)).await?;
    let (message, row) = (kept.message, kept.row);
    let rows = row.into_iter().collect();
    let conversation = conversations::with_contacts(&mut tx, actor.account, rows)
        .await?
        .pop()
        .ok_or(Error::NotFound("conversation"))?;
    let mut drafts = Vec::new();
    if is_new {
        let event = ConversationEvent {
            conversation: conversation.clone(),
        };
        drafts.push(draft(CONVERSATION_CREATED, &event)?);
    }
    ctx.jobs
        .enqueue(&mut tx, actor.account, job(message.id, message.conversation_id)?)
        .await?;
    let event = MessageEvent {
        message,
        conversation,
    };
    drafts.push(draft(MESSAGE_CREATED, &event)?);
    drafts.extend(kept.drafts);
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(Started {
        conversation: event.conversation,
        message: event.message,
        contact_is_new,
    })
}

/// The channel of the conversation with them in which something happened last.
async fn last_channel(
    tx: &mut Tx,
    account: AccountId,
    contact: ContactId,
    now: Time,
) -> Result<Option<NumberId>> {
    let theirs = conversations::Filter {
        contact: Some(contact),
        sort: conversations::Sort::Activity,
        ..conversations::Filter::default()
    };
    let found = conversations::list(tx, account, &theirs, Cursor::START, 1, now).await?;
    Ok(found.first().map(|found| found.row.number_id))
}

/// The contact with this phone, found under any of the forms providers write it in; and whether they are new.
async fn contact_with(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    phone: &Phone,
    name: Option<&str>,
    now: Time,
) -> Result<(ContactId, bool)> {
    let forms = phone.wa_ids();
    let asked: Vec<&str> = forms.iter().map(String::as_str).collect();
    let known = contacts::by_identities(tx, account, &asked).await?;
    if let Some(row) = forms.iter().find_map(|form| known.get(form)) {
        return Ok((row.id, false));
    }
    let row = ContactRow {
        id: ctx.ids.next(),
        phone: Some(phone.as_str().to_owned()),
        name: name
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        profile_name: None,
        email: None,
        company: None,
        avatar_url: None,
        marketing_opt_out_at: None,
    };
    let claim = [(asked[0], row.id)];
    if !contacts::claim(tx, account, &claim, now).await? {
        return Err(Error::Unavailable(recado_db::Error::Retry(
            "another request made the contact".into(),
        )));
    }
    contacts::insert_each(tx, account, std::slice::from_ref(&row), now).await?;
    Ok((row.id, true))
}
