//! What became of our messages: merged by the lattice, parked if we do not know the message yet.

use std::collections::HashSet;

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::inbound::StatusUpdate;
use recado_model::{AccountId, AttemptId, Json, NumberId, Time};
use recado_store::attempts::{self, AttemptState};
use recado_store::conversations;
use recado_store::messages::{self, Advance, Message};
use recado_store::statuses;

use crate::events::{MESSAGE_UPDATED, MessageEvent, draft};
use crate::{Ctx, Result, notifications};

/// Takes in statuses of one account and says what changed. Old news change nothing.
pub(super) async fn take_in(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: Vec<(NumberId, &StatusUpdate)>,
    now: Time,
) -> Result<Vec<Draft>> {
    if told.is_empty() {
        return Ok(Vec::new());
    }
    let news: Vec<Advance> = told
        .iter()
        .map(|(number, update)| Advance {
            number: *number,
            provider_id: update.provider_id.clone(),
            status: update.status,
            error: update.failure.clone().map(Json),
        })
        .collect();
    // Asked before they are moved: whoever is not known now can become known at any moment, when the answer to the
    // call that sent it is recorded, and must then not be taken for one whose news are old.
    let asked: Vec<(NumberId, &str)> = news
        .iter()
        .map(|one| (one.number, one.provider_id.as_str()))
        .collect();
    let known = messages::known(tx, account, &asked).await?;
    let advanced = messages::advance(tx, account, &news).await?;

    let mut changed = Vec::new();
    for (((moved, known), news), (_, update)) in advanced.into_iter().zip(known).zip(&news).zip(told) {
        if moved.is_some() || known.is_some() {
            changed.extend(moved);
            continue;
        }
        match reconcile(tx, account, news, update.callback.as_deref(), now).await? {
            Found::Ours(moved) => changed.extend(moved.map(|message| *message)),
            Found::Nobodys => statuses::park(tx, account, news, update.at, now).await?,
        }
    }
    let told = notifications::failed_sends(ctx, tx, account, &changed).await?;
    let mut drafts = updated(tx, account, changed).await?;
    drafts.extend(told);
    Ok(drafts)
}

/// Whose a status is whose message's provider's id we do not know.
enum Found {
    /// A message of ours, as the status left it; none if it is as far already.
    Ours(Option<Box<Message>>),
    /// None that we know, so far.
    Nobodys,
}

/// A status that carries the id of our attempt tells the provider's id of its message: this is how the outcome of
/// a call whose answer was lost becomes known. Only the latest attempt counts; an earlier one is history.
async fn reconcile(
    tx: &mut Tx,
    account: AccountId,
    news: &Advance,
    callback: Option<&str>,
    now: Time,
) -> Result<Found> {
    let Some(attempt) = callback.and_then(|callback| callback.parse::<AttemptId>().ok()) else {
        return Ok(Found::Nobodys);
    };
    let Some(message) = attempts::latest_of(tx, account, attempt).await? else {
        return Ok(Found::Nobodys);
    };
    // The attempt before its message, like the one who records the answer to the call: two who lock the same rows
    // in different orders wait for each other.
    let (state, provider_id) = (AttemptState::Accepted, Some(news.provider_id.as_str()));
    attempts::settle(tx, account, attempt, state, provider_id, None, now).await?;
    if let Some(adopted) = messages::adopt(tx, account, message, news).await? {
        return Ok(Found::Ours(Some(Box::new(adopted))));
    }
    // The id became known meanwhile: by an earlier status of this batch, or by the answer to the call.
    let moved = messages::advance(tx, account, std::slice::from_ref(news)).await?;
    Ok(Found::Ours(moved.into_iter().next().flatten().map(Box::new)))
}

/// Events for messages whose status changed; their conversations' previews follow. A message that changed several
/// times is told once, as it is now: an event shows message and conversation of the same moment.
pub(crate) async fn updated(
    tx: &mut Tx,
    account: AccountId,
    mut changed: Vec<Message>,
) -> Result<Vec<Draft>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let mut seen = HashSet::with_capacity(changed.len());
    changed.reverse();
    changed.retain(|message| seen.insert(message.id));
    changed.reverse();
    conversations::ticked(tx, account, &changed).await?;
    let mut ids: Vec<_> = changed.iter().map(|message| message.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let threads = conversations::get_each(tx, account, &ids).await?;
    changed
        .into_iter()
        .filter_map(|message| {
            let conversation = threads
                .iter()
                .find(|one| one.row.id == message.conversation_id)?
                .clone();
            Some(draft(
                MESSAGE_UPDATED,
                &MessageEvent {
                    message,
                    conversation,
                },
            ))
        })
        .collect()
}
