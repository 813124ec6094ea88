//! What became of our messages: merged by the lattice, parked if we do not know the message yet.

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::inbound::StatusUpdate;
use recado_model::{AccountId, AttemptId, Json, NumberId, Time};
use recado_store::attempts::{self, AttemptState};
use recado_store::conversations;
use recado_store::messages::{self, Advance, Message};
use recado_store::statuses;

use crate::Result;
use crate::events::{MESSAGE_UPDATED, MessageEvent, draft};

/// Takes in statuses of one account and says what changed. Old news change nothing.
pub(super) async fn take_in(
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
    let advanced = messages::advance(tx, account, &news).await?;

    // What moved nothing is either old news or about a message whose provider's id is not known yet.
    let still: Vec<usize> = (0..news.len()).filter(|at| advanced[*at].is_none()).collect();
    let asked: Vec<(NumberId, &str)> = still
        .iter()
        .map(|at| (news[*at].number, news[*at].provider_id.as_str()))
        .collect();
    let known = messages::known(tx, account, &asked).await?;
    let mut changed: Vec<Message> = advanced.into_iter().flatten().collect();
    for (at, known) in still.into_iter().zip(known) {
        if known.is_some() {
            continue;
        }
        let (news, update) = (&news[at], &told[at].1);
        match reconcile(tx, account, news, update.callback.as_deref(), now).await? {
            Some(message) => changed.push(message),
            None => statuses::park(tx, account, news, update.at, now).await?,
        }
    }
    updated(tx, account, changed).await
}

/// A status that carries the id of our attempt tells the provider's id of its message: this is how the outcome of
/// a call whose answer was lost becomes known. Only the latest attempt counts; an earlier one is history.
async fn reconcile(
    tx: &mut Tx,
    account: AccountId,
    news: &Advance,
    callback: Option<&str>,
    now: Time,
) -> Result<Option<Message>> {
    let Some(attempt) = callback.and_then(|callback| callback.parse::<AttemptId>().ok()) else {
        return Ok(None);
    };
    let Some(message) = attempts::latest_of(tx, account, attempt).await? else {
        return Ok(None);
    };
    let adopted = messages::adopt(tx, account, message, news).await?;
    if adopted.is_some() {
        let (state, provider_id) = (AttemptState::Accepted, Some(news.provider_id.as_str()));
        attempts::settle(tx, account, attempt, state, provider_id, None, now).await?;
        return Ok(adopted);
    }
    // Two statuses of the same batch: the first one told the id, this one may move it further.
    Ok(messages::advance(tx, account, std::slice::from_ref(news))
        .await?
        .into_iter()
        .next()
        .flatten())
}

/// Events for messages whose status changed; their conversations' previews follow.
pub(crate) async fn updated(tx: &mut Tx, account: AccountId, changed: Vec<Message>) -> Result<Vec<Draft>> {
    if changed.is_empty() {
        return Ok(Vec::new());
    }
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
