//! Our emojis on customers' messages. Setting one twice is setting it once, so nothing is lost by trying again.

use recado_jobs::{Job, New, Outcome};
use recado_model::conversation::window_is_open;
use recado_model::{
    Actor, AttemptId, MessageId, NumberStatus, Provider, Reaction, ReactionActor, Retry, Time, Who,
};
use recado_store::messages::{self, Message};
use recado_store::{contacts, conversations};
use recado_whatsapp::{Outgoing, OutgoingContent, SendError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::dispatch::recipient;
use crate::ingest::{reactions as store, statuses::updated};
use crate::line::Line;
use crate::{Ctx, Error, Result};

/// The job that shows a customer our reaction.
pub const SEND_REACTION: &str = "send_reaction";

const MAX_TRIES: i64 = 8;

/// The longest emoji: some are put together of many characters.
const MAX_EMOJI_CHARS: usize = 32;

#[derive(Debug, Serialize, Deserialize)]
struct SendReaction {
    message: MessageId,
    /// When it was set: a later one has a job of its own.
    at: Time,
}

/// Puts an emoji to a message, or takes ours away.
///
/// # Errors
/// `BadInput` for the emoji, `NotFound`, `Conflict` with `window_closed`, `channel_inactive`, `not_offered`, or
/// `conflict` for a message that has not left yet.
pub async fn react(ctx: &Ctx, actor: &Actor, id: MessageId, emoji: Option<&str>) -> Result<Message> {
    if let Some(emoji) = emoji {
        let length = emoji.chars().count();
        let is_text = emoji
            .chars()
            .any(|c| c.is_ascii_alphabetic() || c.is_whitespace() || c.is_control());
        if length == 0 || length > MAX_EMOJI_CHARS || is_text {
            return Err(Error::bad_input("emoji", "This is not one emoji."));
        }
    }
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let message = messages::get(&mut tx, actor.account, id)
        .await?
        .filter(|message| message.deleted_at.is_none())
        .ok_or(Error::NotFound("message"))?;
    let row = conversations::row(&mut tx, actor.account, message.conversation_id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    if message.whatsapp_message_id.is_none() {
        return Err(Error::conflict("conflict", "The message has not left yet."));
    }
    if !window_is_open(row.window_expires_at, now) {
        return Err(super::send::window_closed());
    }
    let line = Line::of(ctx, &mut tx, actor.account, row.number_id).await?;
    if line.sender.status != NumberStatus::Connected {
        return Err(super::send::channel_inactive());
    }
    if line.provider() == Provider::Twilio {
        return Err(Error::conflict(
            "not_offered",
            "Twilio cannot send reactions on WhatsApp.",
        ));
    }
    let by = match actor.who {
        Who::Member { .. } => actor.member().map(|member| member.0),
        Who::Key { .. } | Who::System => None::<Uuid>,
    };
    let who = (ReactionActor::Agent, by);
    let Some(message) = store::set(&mut tx, actor.account, id, who, emoji, now).await? else {
        return Ok(message);
    };
    let job = New::of(SEND_REACTION, &SendReaction { message: id, at: now }).map_err(Error::internal)?;
    let job = job.lane(format!("reaction:{id}")).max_attempts(MAX_TRIES);
    ctx.jobs.enqueue(&mut tx, actor.account, job).await?;
    let drafts = updated(&mut tx, actor.account, vec![message.clone()]).await?;
    ctx.journal.append(&mut tx, actor.account, drafts).await?;
    tx.commit().await?;
    Ok(message)
}

/// The handler of [`SEND_REACTION`].
pub async fn send_reaction(ctx: &Ctx, job: &Job) -> Outcome {
    let payload = match job.payload::<SendReaction>() {
        Ok(payload) => payload,
        Err(error) => return Outcome::fail(error),
    };
    match hand_over(ctx, job, &payload).await {
        Ok(outcome) => outcome,
        Err(error) => Outcome::retry(error),
    }
}

async fn hand_over(ctx: &Ctx, job: &Job, payload: &SendReaction) -> Result<Outcome> {
    let mut tx = ctx.db.read().await?;
    let Some(message) = messages::get(&mut tx, job.account, payload.message).await? else {
        return Ok(Outcome::Done);
    };
    let ours = ours(&message.reactions.0);
    if ours.is_some_and(|reaction| reaction.created_at > payload.at) {
        return Ok(Outcome::Done);
    }
    let row = conversations::row(&mut tx, job.account, message.conversation_id)
        .await?
        .ok_or(Error::NotFound("conversation"))?;
    let line = Line::of(ctx, &mut tx, job.account, row.number_id).await?;
    let identities = contacts::identities(&mut tx, job.account, row.contact_id).await?;
    drop(tx);
    let (Some(to), Some(target)) = (recipient(identities), message.whatsapp_message_id.clone()) else {
        return Ok(Outcome::Done);
    };
    let outgoing = Outgoing {
        to,
        content: OutgoingContent::Reaction {
            target,
            emoji: ours.map(|reaction| reaction.emoji.clone()),
        },
        quoted: None,
        // Nobody waits for its statuses.
        callback: ctx.ids.next::<AttemptId>().to_string(),
    };
    super::wait_for_turn(ctx, row.number_id, row.id).await;
    let failure = match line.send(ctx, &outgoing).await {
        Ok(_) => return Ok(Outcome::Done),
        Err(SendError::NotSent(error) | SendError::Unknown(error)) => return Ok(Outcome::retry(error)),
        Err(SendError::Refused(failure)) => failure,
    };
    let tries = u32::try_from(job.attempt).unwrap_or(u32::MAX);
    if let Some(pause) = failure
        .retry
        .pause_after(tries)
        .filter(|_| !job.is_last_attempt())
    {
        return Ok(Outcome::Retry {
            after: Some(pause),
            error: failure.message,
        });
    }
    tracing::info!(message = %payload.message, reason = %failure.reason, "a reaction was refused");
    take_back(ctx, job, payload).await?;
    Ok(if failure.retry == Retry::Never {
        Outcome::Done
    } else {
        Outcome::fail(failure.message)
    })
}

/// The customer will not see it, so nobody else shall.
async fn take_back(ctx: &Ctx, job: &Job, payload: &SendReaction) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    let who = (ReactionActor::Agent, None);
    if let Some(message) = store::set(&mut tx, job.account, payload.message, who, None, payload.at).await? {
        let drafts = updated(&mut tx, job.account, vec![message]).await?;
        ctx.journal.append(&mut tx, job.account, drafts).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn ours(reactions: &[Reaction]) -> Option<&Reaction> {
    reactions
        .iter()
        .find(|reaction| reaction.actor_type == ReactionActor::Agent)
}
