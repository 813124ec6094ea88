//! Writing down what happens to conversations, in the transaction in which it happens.

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::activity::{By, What};
use recado_model::{AccountId, ConversationId, Json, Time};
use recado_store::activities::{self, Activity};

use crate::events::{ACTIVITY_CREATED, ActivityEvent, draft};
use crate::{Ctx, Result};

/// Writes down one thing; the caller appends what it answers to the journal.
pub async fn record(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    by: impl Into<By>,
    conversation: ConversationId,
    what: What,
) -> Result<Vec<Draft>> {
    record_each(ctx, tx, account, by, vec![(conversation, what)], ctx.clock.now()).await
}

/// Writes down many things that happened through one, `at` the same time: what a message brought about stands before it
/// in the thread only if it is not later. The caller appends what it answers to the journal.
pub async fn record_each(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    by: impl Into<By>,
    happened: Vec<(ConversationId, What)>,
    at: Time,
) -> Result<Vec<Draft>> {
    if happened.is_empty() {
        return Ok(Vec::new());
    }
    let by = by.into();
    let new: Vec<Activity> = happened
        .into_iter()
        .map(|(conversation, what)| Activity {
            id: ctx.ids.next(),
            conversation_id: conversation,
            what: Json(what),
            actor_type: by.actor,
            actor_id: by.id,
            created_at: at,
        })
        .collect();
    activities::insert_each(tx, account, &new).await?;
    new.into_iter()
        .map(|activity| draft(ACTIVITY_CREATED, &ActivityEvent { activity }))
        .collect()
}
