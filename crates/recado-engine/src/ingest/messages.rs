//! Customers' messages: who wrote, in which conversation, kept once.

use std::collections::{BTreeSet, HashMap, HashSet};

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::activity::{By, What};
use recado_model::conversation::window_opened_at;
use recado_model::inbound::{Identity, InboundContent, InboundMessage};
use recado_model::message::preview;
use recado_model::phone::Phone;
use recado_model::{
    AccountId, ContactId, ContentType, ConversationId, ConversationStatus, Json, MessageId, NumberId,
    ReopenedFrom, SenderType, Time,
};
use recado_store::contacts::{self, Contact, ContactRow};
use recado_store::conversations::{self, Conversation, ConversationRow, Received};
use recado_store::media::MediaRow;
use recado_store::messages::{self, Message, NewInbound};
use recado_store::tags::{self, TagsAsked};

use super::content;
use crate::events::{CONVERSATION_CREATED, ConversationEvent, MESSAGE_CREATED, MessageEvent, draft};
use crate::{Ctx, Error, Result, activities, assignment, merge, notifications};

/// Takes in messages of one account and says what happened. Those that are known already are passed over.
pub(crate) async fn take_in(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: Vec<(NumberId, &InboundMessage)>,
    assigning: &HashSet<NumberId>,
    now: Time,
) -> Result<Vec<Draft>> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let known = known_people(tx, account, &told).await?;
    let told = without_strangers_repeats(tx, account, told, &known).await?;
    let mut people = contacts_of(ctx, tx, account, &told, known, now).await?;
    let tags = tags::ask_of_contacts(tx, account, &Json(people.rows.keys().copied().collect())).await?;
    let threads = conversations_of(ctx, tx, account, &told, &people, now).await?;
    let quoted = quoted(tx, account, &told).await?;
    let mut new: Vec<NewInbound> = Vec::with_capacity(told.len());
    let mut files: Vec<MediaRow> = Vec::new();
    for ((number, message), thread) in told.iter().zip(&threads.of_message) {
        let (mut row, file) = new_message(ctx, account, *number, *thread, message, now);
        row.reply_to = message.quoted.as_deref().and_then(|id| {
            let earlier = new
                .iter()
                .find(|one: &&NewInbound| one.number == *number && one.provider_id == id);
            earlier
                .map(|one| one.id)
                .or_else(|| quoted.get(&(*number, id)).copied())
        });
        files.extend(file);
        new.push(row);
    }
    let kept = messages::insert_inbound(tx, &new).await?;
    learn_from(tx, account, &told, &kept, &mut people, now).await?;
    for (one, other) in &people.same {
        merge::later(ctx, tx, account, *one, *other).await?;
    }
    files.retain(|file| {
        kept.iter()
            .flatten()
            .any(|message| file.message_id == Some(message.id))
    });
    crate::media::expect(ctx, tx, account, &files, now).await?;

    // What the new messages of each conversation change in it together.
    let mut received: Vec<Received> = Vec::new();
    let mut index: HashMap<ConversationId, usize> = HashMap::new();
    for (message, (_, inbound)) in kept
        .iter()
        .zip(&told)
        .filter_map(|(kept, one)| Some((kept.as_ref()?, one)))
    {
        let from_customer = inbound.is_from_customer();
        let sent_at = inbound.sent_at.unwrap_or(now);
        let at = *index.entry(message.conversation_id).or_insert_with(|| {
            received.push(Received {
                conversation: message.conversation_id,
                count: 0,
                last: message.id,
                text: None,
                kind: message.content_type,
                direction: message.direction,
                state: message.status,
                at: now.millis(),
                window_ends: 0,
            });
            received.len() - 1
        });
        let change = &mut received[at];
        change.count += i64::from(from_customer);
        change.last = message.id;
        change.text = message.content_text.as_deref().map(preview);
        change.kind = message.content_type;
        change.direction = message.direction;
        change.state = message.status;
        if from_customer {
            let opened = window_opened_at(sent_at, now).millis();
            change.window_ends = change.window_ends.max(opened);
        }
    }
    // In one order everywhere, so that two nodes do not wait for each other's rows.
    received.sort_by_key(|change| change.conversation);
    let rows = conversations::received(tx, account, &received).await?;
    let by_id: HashMap<ConversationId, Conversation> = complete(tx, rows, &people.rows, tags)
        .await?
        .into_iter()
        .map(|one| (one.row.id, one))
        .collect();

    let mut drafts = Vec::with_capacity(kept.len() + threads.opened.len());
    for id in &threads.opened {
        if let Some(conversation) = by_id.get(id) {
            drafts.push(draft(
                CONVERSATION_CREATED,
                &ConversationEvent {
                    conversation: conversation.clone(),
                },
            )?);
        }
    }
    let reopened: Vec<&Conversation> = by_id
        .values()
        .filter(|one| one.row.reopened_from.is_some())
        .collect();
    drafts.extend(told_of_reopening(ctx, tx, account, &reopened, now).await?);
    let nobodys: Vec<ConversationId> = threads
        .opened
        .iter()
        .filter_map(|id| by_id.get(id))
        .chain(reopened)
        .filter(|one| one.row.assigned_member_id.is_none() && assigning.contains(&one.row.number_id))
        .map(|one| one.row.id)
        .collect();
    assignment::later(ctx, tx, account, &nobodys).await?;
    let told = told_to_assignees(ctx, tx, account, &kept, &by_id).await?;
    for message in kept.into_iter().flatten() {
        let conversation = by_id
            .get(&message.conversation_id)
            .cloned()
            // Another node has made it one with another.
            .ok_or_else(lost_to_another_node)?;
        drafts.push(draft(
            MESSAGE_CREATED,
            &MessageEvent {
                message,
                conversation,
            },
        )?);
    }
    drafts.extend(told);
    Ok(drafts)
}

/// Says in each thread that its customer opened it again.
async fn told_of_reopening(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    reopened: &[&Conversation],
    now: Time,
) -> Result<Vec<Draft>> {
    let happened = reopened
        .iter()
        .filter_map(|one| {
            let from = match one.row.reopened_from? {
                ReopenedFrom::Closed => ConversationStatus::Closed,
                ReopenedFrom::Snoozed => ConversationStatus::Pending,
            };
            Some((one.row.id, What::Reopened { from }))
        })
        .collect();
    activities::record_each(ctx, tx, account, By::CUSTOMER, happened, now).await
}

/// Tells whoever a conversation is assigned to of the last thing its customer wrote.
async fn told_to_assignees(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    kept: &[Option<Message>],
    threads: &HashMap<ConversationId, Conversation>,
) -> Result<Vec<Draft>> {
    let mut last: HashMap<ConversationId, &Message> = HashMap::new();
    for message in kept.iter().flatten() {
        if message.sender_type == SenderType::Customer {
            last.insert(message.conversation_id, message);
        }
    }
    let mut news: Vec<(&Conversation, &Message)> = last
        .into_iter()
        .filter_map(|(id, message)| Some((threads.get(&id)?, message)))
        .filter(|(thread, _)| thread.row.assigned_member_id.is_some())
        .collect();
    news.sort_unstable_by_key(|(thread, _)| thread.row.id);
    notifications::new_messages(ctx, tx, account, &news).await
}

/// The contacts of a batch.
struct People {
    /// Who wrote each message.
    of_message: Vec<ContactId>,
    rows: HashMap<ContactId, ContactRow>,
    /// Contacts that one message named together: they are one person.
    same: BTreeSet<(ContactId, ContactId)>,
}

/// Contacts that are there, by any id the provider calls them by.
struct Known<'m> {
    ids: HashMap<&'m str, ContactId>,
    rows: HashMap<ContactId, ContactRow>,
}

async fn known_people<'m>(
    tx: &mut Tx,
    account: AccountId,
    told: &[(NumberId, &'m InboundMessage)],
) -> Result<Known<'m>> {
    let mut wanted: Vec<&'m str> = told
        .iter()
        .flat_map(|(_, message)| {
            let became = became(message).into_iter().flat_map(Identity::ids);
            message.customer.ids().chain(became)
        })
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut known = Known {
        ids: HashMap::with_capacity(wanted.len()),
        rows: HashMap::new(),
    };
    let mut found = contacts::by_identities(tx, account, &wanted).await?;
    for id in wanted {
        if let Some(row) = found.remove(id) {
            known.ids.insert(id, row.id);
            known.rows.insert(row.id, row);
        }
    }
    Ok(known)
}

/// Leaves out messages that we have, from somebody we have never heard of: they must not make a contact and open a
/// conversation with nothing in it. Repeats from people we know change nothing further down.
async fn without_strangers_repeats<'m>(
    tx: &mut Tx,
    account: AccountId,
    mut told: Vec<(NumberId, &'m InboundMessage)>,
    known: &Known<'m>,
) -> Result<Vec<(NumberId, &'m InboundMessage)>> {
    let is_strange = |message: &InboundMessage| !message.customer.ids().any(|id| known.ids.contains_key(id));
    let asked: Vec<(NumberId, &str)> = told
        .iter()
        .filter(|(_, message)| is_strange(message))
        .map(|(number, message)| (*number, message.provider_id.as_str()))
        .collect();
    if asked.is_empty() {
        return Ok(told);
    }
    let mut repeats = messages::known(tx, account, &asked).await?.into_iter();
    told.retain(|(_, message)| !is_strange(message) || repeats.next().flatten().is_none());
    Ok(told)
}

/// Makes the contacts that are not there, and says who wrote each message.
async fn contacts_of<'m>(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: &[(NumberId, &'m InboundMessage)],
    known: Known<'m>,
    now: Time,
) -> Result<People> {
    let Known {
        ids: mut known,
        mut rows,
    } = known;
    let mut of_message = Vec::with_capacity(told.len());
    let mut new = Vec::new();
    let mut claims = Vec::new();
    let mut same = BTreeSet::new();
    for (_, message) in told {
        // Whoever has a new number is known by the new one from now on, and still by the old one: what was sent
        // before the change may come after it.
        let ids = || {
            let became = became(message).into_iter().flat_map(Identity::ids);
            message.customer.ids().chain(became)
        };
        let contact = ids().find_map(|id| known.get(id).copied()).unwrap_or_else(|| {
            let row = new_contact(ctx, &message.customer, message.profile_name.as_deref());
            let id = row.id;
            rows.insert(id, row.clone());
            new.push(row);
            id
        });
        for id in ids() {
            let whose = *known.entry(id).or_insert_with(|| {
                claims.push((id, contact));
                contact
            });
            if whose != contact {
                same.insert((contact.min(whose), contact.max(whose)));
            }
        }
        of_message.push(contact);
    }
    if !contacts::claim(tx, account, &claims, now).await? {
        return Err(lost_to_another_node());
    }
    contacts::insert_each(tx, account, &new, now).await?;
    Ok(People {
        of_message,
        rows,
        same,
    })
}

/// Who a customer is from now on, if this message says so.
fn became(message: &InboundMessage) -> Option<&Identity> {
    match &message.content {
        InboundContent::System { became, .. } => became.as_ref(),
        _ => None,
    }
}

pub(super) fn new_contact(ctx: &Ctx, from: &Identity, profile_name: Option<&str>) -> ContactRow {
    ContactRow {
        id: ctx.ids.next(),
        phone: from
            .wa_id
            .as_deref()
            .and_then(Phone::from_wa_id)
            .map(|phone| phone.as_str().to_owned()),
        name: None,
        profile_name: profile_name.map(str::to_owned).or_else(|| from.username.clone()),
        email: None,
        company: None,
        avatar_url: None,
        marketing_opt_out_at: None,
    }
}

/// Another node made the same contact or conversation at the same moment. Seen from a new transaction it is there.
pub(super) fn lost_to_another_node() -> Error {
    Error::Unavailable(recado_db::Error::Retry("another node made the same row".into()))
}

/// Keeps what new messages tell about known contacts. Those that came before tell nothing new.
async fn learn_from(
    tx: &mut Tx,
    account: AccountId,
    told: &[(NumberId, &InboundMessage)],
    kept: &[Option<Message>],
    people: &mut People,
    now: Time,
) -> Result<()> {
    for ((contact, (_, message)), _) in people
        .of_message
        .iter()
        .zip(told)
        .zip(kept)
        .filter(|(_, kept)| kept.is_some())
    {
        let Some(row) = people.rows.get_mut(contact) else {
            continue;
        };
        let renumbered = became(message)
            .and_then(|who| Phone::from_wa_id(who.wa_id.as_deref()?))
            .map(|phone| phone.as_str().to_owned())
            .filter(|phone| row.phone.as_ref() != Some(phone));
        let is_new = renumbered.is_some();
        if is_new {
            row.phone = renumbered;
        }
        if learn(row, &message.customer, message.profile_name.as_deref()) || is_new {
            contacts::learn(tx, account, row, now).await?;
        }
    }
    Ok(())
}

/// Takes over what is new; true if something was.
fn learn(row: &mut ContactRow, from: &Identity, profile_name: Option<&str>) -> bool {
    let mut new = false;
    if let Some(name) = profile_name.filter(|name| row.profile_name.as_deref() != Some(name)) {
        row.profile_name = Some(name.to_owned());
        new = true;
    }
    if row.phone.is_none()
        && let Some(phone) = from.wa_id.as_deref().and_then(Phone::from_wa_id)
    {
        row.phone = Some(phone.as_str().to_owned());
        new = true;
    }
    new
}

/// The conversations of a batch.
struct Threads {
    /// Where each message belongs.
    of_message: Vec<ConversationId>,
    /// Those that did not exist before.
    opened: Vec<ConversationId>,
}

async fn conversations_of(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: &[(NumberId, &InboundMessage)],
    people: &People,
    now: Time,
) -> Result<Threads> {
    let keys: Vec<(NumberId, ContactId)> = told
        .iter()
        .zip(&people.of_message)
        .map(|((number, _), contact)| (*number, *contact))
        .collect();
    let mut distinct = keys.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let mut threads: HashMap<(NumberId, ContactId), ConversationId> = HashMap::new();
    let mut missing = Vec::new();
    for of_number in distinct.chunk_by(|a, b| a.0 == b.0) {
        let number = of_number[0].0;
        let contacts: Vec<ContactId> = of_number.iter().map(|(_, contact)| *contact).collect();
        let known = conversations::by_contacts(tx, account, number, contacts.clone()).await?;
        for contact in contacts {
            let id = known.get(&contact).copied().unwrap_or_else(|| {
                let id = ctx.ids.next();
                missing.push((id, contact, number));
                id
            });
            threads.insert((number, contact), id);
        }
    }
    if !conversations::insert_each(tx, account, &missing, now).await? {
        return Err(lost_to_another_node());
    }
    let opened = missing.into_iter().map(|(id, _, _)| id).collect();
    let of_message = keys
        .iter()
        .map(|key| threads.get(key).copied().ok_or(Error::NotFound("conversation")))
        .collect::<Result<_>>()?;
    Ok(Threads { of_message, opened })
}

/// Our ids of the messages that others of the batch quote; one we never saw is left out.
async fn quoted<'m>(
    tx: &mut Tx,
    account: AccountId,
    told: &[(NumberId, &'m InboundMessage)],
) -> Result<HashMap<(NumberId, &'m str), MessageId>> {
    let asked: Vec<(NumberId, &str)> = told
        .iter()
        .filter_map(|(number, message)| Some((*number, message.quoted.as_deref()?)))
        .collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let found = messages::known(tx, account, &asked).await?;
    Ok(asked
        .into_iter()
        .zip(found)
        .filter_map(|(asked, id)| Some((asked, id?)))
        .collect())
}

fn new_message(
    ctx: &Ctx,
    account: AccountId,
    number: NumberId,
    conversation: ConversationId,
    message: &InboundMessage,
    now: Time,
) -> (NewInbound, Option<MediaRow>) {
    let kept = content::of_message(message);
    let id = ctx.ids.next::<MessageId>();
    let file = kept
        .media
        .as_ref()
        .map(|media| crate::media::told(ctx, id, number, media));
    let content_type = kept.content_type();
    let row = NewInbound {
        account,
        id,
        conversation,
        number,
        sender_type: if message.is_echo {
            SenderType::Agent
        } else if content_type == ContentType::System {
            SenderType::System
        } else {
            SenderType::Customer
        },
        content_type,
        details: kept.details(),
        media: file.as_ref().map(|file| Json(file.media())),
        media_url: file.as_ref().map(|file| crate::media::path(file.id)),
        raw: (content_type == ContentType::Unsupported).then(|| message.raw.clone()),
        text: kept.text,
        provider_id: message.provider_id.clone(),
        reply_to: None,
        interactive_reply_id: kept.interactive_reply_id,
        is_echo: message.is_echo,
        sent_at: message.sent_at,
        created_at: now,
    };
    (row, file)
}

/// Adds the contacts, most of which this batch has read already.
async fn complete(
    tx: &mut Tx,
    rows: Vec<ConversationRow>,
    people: &HashMap<ContactId, ContactRow>,
    tags: TagsAsked,
) -> Result<Vec<Conversation>> {
    let mut tags = tags::answer_of_contacts(tx, tags).await?;
    let mut complete = Vec::with_capacity(rows.len());
    for row in rows {
        let contact = people
            .get(&row.contact_id)
            .cloned()
            .ok_or(Error::NotFound("contact"))?;
        let tags = tags.remove(&contact.id).unwrap_or_default();
        complete.push(Conversation {
            contact: Contact::new(contact, tags),
            row,
        });
    }
    Ok(complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> ContactRow {
        ContactRow {
            id: ContactId::MIN,
            phone: Some("+4915112345678".into()),
            name: None,
            profile_name: Some("Ana".into()),
            email: None,
            company: None,
            avatar_url: None,
            marketing_opt_out_at: None,
        }
    }

    #[test]
    fn what_is_known_is_not_learned_again() {
        let from = Identity {
            wa_id: Some("4915112345678".into()),
            ..Identity::default()
        };
        assert!(!learn(&mut ana(), &from, Some("Ana")));
        assert!(!learn(&mut ana(), &from, None));
        assert!(learn(&mut ana(), &from, Some("Ana Maria")));
    }

    #[test]
    fn a_phone_that_vanishes_from_a_webhook_is_kept() {
        let mut row = ana();
        let from = Identity {
            user_id: Some("DE.700".into()),
            ..Identity::default()
        };
        assert!(!learn(&mut row, &from, Some("Ana")));
        assert_eq!(row.phone.as_deref(), Some("+4915112345678"));
    }
}
