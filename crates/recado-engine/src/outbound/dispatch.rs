//! Handing a queued message to its provider, once.
//!
//! There is no idempotency key on the other side, so an attempt is marked before the call and settled after it.
//! If the process dies in between, the next try finds the mark and does not call again: the message is *unknown*
//! until a status webhook, which carries the attempt's id, tells what became of it.

use std::time::Duration;

use recado_db::Tx;
use recado_jobs::{Job, Outcome};
use recado_model::conversation::window_is_open;
use recado_model::failure::{Failure, FailureReason, Retry};
use recado_model::{
    AccountId, AttemptId, ContentType, Json, MessageId, MessageStatus, NumberError, NumberId, NumberStatus,
};
use recado_store::attempts::{self, AttemptState};
use recado_store::conversations::ConversationRow;
use recado_store::messages::{Advance, Message};
use recado_store::{contacts, conversations, messages, numbers, statuses};
use recado_whatsapp::{Accepted, Outgoing, Recipient, SendError};

use super::parts::Parts;
use super::{SendMessage, session};
use crate::events::{CHANNEL_UPDATED, ChannelEvent, draft};
use crate::ingest::statuses::updated;
use crate::line::Line;
use crate::media::{NotFetched, rejected};
use crate::{Ctx, Error, Result, notifications};

/// How long the outcome of a call is tried to be recorded when the database is away.
const RECORD_FOR: Duration = Duration::from_mins(2);
const RECORD_PAUSE: Duration = Duration::from_millis(500);

/// How often an address that a member gave is asked for its file: some seconds long. The replies after it wait, and so
/// does whoever can correct it.
const ADDRESS_ASKED: i64 = 4;

/// The handler of [`super::SEND_MESSAGE`].
pub async fn dispatch(ctx: &Ctx, job: &Job) -> Outcome {
    let message = match job.payload::<SendMessage>() {
        Ok(payload) => payload.message,
        Err(error) => return Outcome::fail(error),
    };
    let draft = match prepare(ctx, job.account, message).await {
        Ok(Some(draft)) => draft,
        Ok(None) => return Outcome::Done,
        Err(error) => return Outcome::retry(chain(&error)),
    };
    // Whatever takes its time comes before the mark: an attempt that is marked is either called or in doubt.
    let what = match draft.what {
        Ready::Refuse(failure) => Ready::Refuse(failure),
        Ready::Call(line, parts) => match parts.outgoing(ctx, job.account, &line).await {
            Ok(content) => Ready::Call(line, content),
            Err(NotFetched::Never(failure)) => Ready::Refuse(failure),
            Err(NotFetched::NoAnswer(why)) if job.attempt >= ADDRESS_ASKED => Ready::Refuse(rejected(why)),
            Err(NotFetched::Later(why)) if job.is_last_attempt() => {
                Ready::Refuse(refusal(reason_of(&draft.message), why))
            }
            Err(NotFetched::Later(why) | NotFetched::NoAnswer(why)) => return Outcome::retry(why),
        },
    };
    if let Ready::Call(..) = &what {
        super::wait_for_turn(ctx, draft.number, draft.message.conversation_id).await;
    }
    let attempt = match mark(ctx, job.account, message).await {
        Ok(Some(attempt)) => attempt,
        Ok(None) => return Outcome::Done,
        Err(error) => return Outcome::retry(chain(&error)),
    };
    let call = Call {
        message: draft.message,
        number: draft.number,
        attempt,
    };
    let result = match what {
        Ready::Call(line, (to, content, quoted)) => {
            let outgoing = Outgoing {
                to,
                content,
                quoted,
                callback: attempt.to_string(),
            };
            let mut result = line.send(ctx, &outgoing).await;
            if let Err(SendError::Refused(failure)) = &mut result {
                session::check_refusal(ctx, job.account, line.twilio(), &outgoing.content, failure).await;
            }
            result
        }
        Ready::Refuse(failure) => Err(SendError::Refused(failure)),
    };
    let word = match &result {
        Ok(_) => "accepted",
        Err(SendError::NotSent(_)) => "not_sent",
        Err(SendError::Refused(_)) => "refused",
        Err(SendError::Unknown(_)) => "unknown",
    };
    metrics::counter!("send_attempts_total", "result" => word).increment(1);
    record(ctx, job, &call, &result).await
}

/// A message that is being handed over, its attempt marked.
struct Call {
    message: Message,
    number: NumberId,
    attempt: AttemptId,
}

/// A message as it was found.
struct Draft {
    message: Message,
    number: NumberId,
    what: Ready<Parts>,
}

enum Ready<T> {
    Call(Box<Line>, T),
    /// It must not leave: we say no before the provider does.
    Refuse(Failure),
}

/// Looks at a message. None if there is nothing to send (any more).
async fn prepare(ctx: &Ctx, account: AccountId, id: MessageId) -> Result<Option<Draft>> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let Some(message) = messages::get(&mut tx, account, id).await? else {
        return Ok(None);
    };
    if message.status != MessageStatus::Queued {
        return Ok(None);
    }
    if let Some(last) = attempts::latest(&mut tx, account, id).await?
        && last.state == AttemptState::Started
    {
        // The process died between the mark and the record. Only a status webhook can tell now.
        let failure = unknown("the process ended while the provider was being called");
        let state = AttemptState::Unknown;
        attempts::settle(&mut tx, account, last.id, state, None, Some(&failure), now).await?;
        let status = MessageStatus::Unknown;
        let changed = messages::settle(&mut tx, account, id, status, Some(&Json(failure))).await?;
        let drafts = updated(&mut tx, account, changed.into_iter().collect()).await?;
        ctx.journal.append(&mut tx, account, drafts).await?;
        tx.commit().await?;
        return Ok(None);
    }
    // Deleted meanwhile, with everything that was in it.
    let Some(row) = conversations::row(&mut tx, account, message.conversation_id).await? else {
        return Ok(None);
    };
    let what = look(ctx, &mut tx, account, &row, &message).await?;
    drop(tx);
    Ok(Some(Draft {
        message,
        number: row.number_id,
        what,
    }))
}

async fn look(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    row: &ConversationRow,
    message: &Message,
) -> Result<Ready<Parts>> {
    let free_form = message.content_type != ContentType::Template;
    if free_form && !window_is_open(row.window_expires_at, ctx.clock.now()) {
        let why = "the window closed before the message could leave";
        return Ok(Ready::Refuse(refusal(FailureReason::WindowClosed, why)));
    }
    let Some(to) = recipient(contacts::identities(tx, account, row.contact_id).await?) else {
        let why = "no id of the contact is known";
        return Ok(Ready::Refuse(refusal(FailureReason::NeedsPhone, why)));
    };
    let line = match Line::of(ctx, tx, account, row.number_id).await {
        Ok(line) => line,
        Err(Error::Internal(error)) => {
            tracing::error!(number = %row.number_id, %error, "the number's token cannot be read");
            let why = "the number's token cannot be read";
            return Ok(Ready::Refuse(refusal(FailureReason::NumberUnhealthy, why)));
        }
        Err(error) => return Err(error),
    };
    if line.sender.status != NumberStatus::Connected {
        let why = "the number was switched off before the message could leave";
        return Ok(Ready::Refuse(refusal(FailureReason::NumberUnhealthy, why)));
    }
    let quoted = match message.reply_to_message_id {
        Some(quoted) => messages::provider_id(tx, account, quoted, message.conversation_id).await?,
        None => None,
    };
    let parts = Parts::of(tx, account, &line, message, to, quoted.and_then(|(_, id)| id)).await?;
    Ok(Ready::Call(Box::new(line), parts))
}

/// Why what has to be at the provider first did not get there in time.
fn reason_of(message: &Message) -> FailureReason {
    if message.media.is_some() {
        FailureReason::MediaRejected
    } else {
        FailureReason::Unknown
    }
}

/// Marks an attempt, durably. None if the message needs none any more.
async fn mark(ctx: &Ctx, account: AccountId, id: MessageId) -> Result<Option<AttemptId>> {
    let mut tx = ctx.db.begin().await?;
    let still = messages::get(&mut tx, account, id)
        .await?
        .is_some_and(|message| message.status == MessageStatus::Queued);
    if !still {
        return Ok(None);
    }
    let attempt: AttemptId = ctx.ids.next();
    attempts::start(&mut tx, account, attempt, id, ctx.clock.now()).await?;
    tx.commit().await?;
    Ok(Some(attempt))
}

/// Phones are digits; everything else is the provider's own id, of which the plain one reaches a person best.
pub(crate) fn recipient(mut identities: Vec<String>) -> Option<Recipient> {
    if let Some(at) = identities
        .iter()
        .position(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Some(Recipient::Phone(identities.swap_remove(at)));
    }
    let at = identities
        .iter()
        .position(|id| !id.contains(".ENT."))
        .unwrap_or(0);
    (at < identities.len()).then(|| Recipient::Scoped(identities.swap_remove(at)))
}

/// Records the outcome, however long the database is away: what was sent must not be forgotten.
async fn record(
    ctx: &Ctx,
    job: &Job,
    call: &Call,
    result: &std::result::Result<Accepted, SendError>,
) -> Outcome {
    let deadline = tokio::time::Instant::now() + RECORD_FOR;
    loop {
        match try_record(ctx, job, call, result).await {
            Ok(outcome) => return outcome,
            Err(error) => {
                tracing::warn!(message = %call.message.id, error = chain(&error), "cannot record what became of an attempt");
                if tokio::time::Instant::now() >= deadline {
                    return Outcome::retry(chain(&error));
                }
                tokio::time::sleep(RECORD_PAUSE).await;
            }
        }
    }
}

async fn try_record(
    ctx: &Ctx,
    job: &Job,
    call: &Call,
    result: &std::result::Result<Accepted, SendError>,
) -> Result<Outcome> {
    let (account, id, now) = (job.account, call.message.id, ctx.clock.now());
    let mut tx = ctx.db.begin().await?;
    let mut changed = Vec::new();
    let outcome = match result {
        Ok(accepted) => {
            let provider_id = Some(accepted.provider_id.as_str());
            attempts::settle(
                &mut tx,
                account,
                call.attempt,
                AttemptState::Accepted,
                provider_id,
                None,
                now,
            )
            .await?;
            let news = Advance {
                number: call.number,
                provider_id: accepted.provider_id.clone(),
                status: MessageStatus::Sent,
                error: None,
            };
            // Statuses that overtook this answer are waiting.
            let parked = statuses::unpark(&mut tx, account, call.number, &accepted.provider_id).await?;
            changed.extend(messages::adopt(&mut tx, account, id, &news).await?);
            for newer in messages::advance(&mut tx, account, &parked)
                .await?
                .into_iter()
                .flatten()
            {
                changed.retain(|message: &Message| message.id != newer.id);
                changed.push(newer);
            }
            Outcome::Done
        }
        Err(SendError::Unknown(detail)) => {
            let failure = unknown(detail);
            attempts::settle(
                &mut tx,
                account,
                call.attempt,
                AttemptState::Unknown,
                None,
                Some(&failure),
                now,
            )
            .await?;
            let status = MessageStatus::Unknown;
            changed.extend(messages::settle(&mut tx, account, id, status, Some(&Json(failure))).await?);
            Outcome::Done
        }
        Err(SendError::NotSent(detail)) => {
            let failure = refusal(FailureReason::Unknown, detail);
            let failure = Failure {
                retry: Retry::Backoff,
                ..failure
            };
            attempts::settle(
                &mut tx,
                account,
                call.attempt,
                AttemptState::Failed,
                None,
                Some(&failure),
                now,
            )
            .await?;
            later_or_failed(&mut tx, job, id, failure, &mut changed).await?
        }
        Err(SendError::Refused(failure)) => {
            attempts::settle(
                &mut tx,
                account,
                call.attempt,
                AttemptState::Failed,
                None,
                Some(failure),
                now,
            )
            .await?;
            later_or_failed(&mut tx, job, id, failure.clone(), &mut changed).await?
        }
    };
    let told = notifications::failed_sends(ctx, &mut tx, account, &changed).await?;
    let mut drafts = updated(&mut tx, account, changed).await?;
    drafts.extend(told);
    if let Err(SendError::Refused(failure)) = result {
        drafts.extend(blame(&mut tx, account, call.number, failure, now).await?);
    }
    if !drafts.is_empty() {
        ctx.journal.append(&mut tx, account, drafts).await?;
    }
    if matches!(outcome, Outcome::Done) {
        // In the same transaction: a job that is done is never run again, one that is not is not forgotten. If
        // the lease was lost the outcome is recorded all the same; whoever has the job finds nothing to send.
        match ctx.jobs.complete(&mut tx, job).await {
            Ok(()) | Err(recado_jobs::Error::LeaseLost) => {}
            Err(recado_jobs::Error::Db(error)) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(outcome)
}

/// Tries again where that can help, else shows the message as failed.
async fn later_or_failed(
    tx: &mut recado_db::Tx,
    job: &Job,
    id: MessageId,
    failure: Failure,
    changed: &mut Vec<Message>,
) -> Result<Outcome> {
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
    changed.extend(messages::settle(tx, job.account, id, MessageStatus::Failed, Some(&Json(failure))).await?);
    Ok(Outcome::Done)
}

/// A failure that lies in the number is shown with the number.
async fn blame(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    failure: &Failure,
    now: recado_model::Time,
) -> Result<Option<recado_journal::Draft>> {
    if !matches!(
        failure.reason,
        FailureReason::NumberUnhealthy | FailureReason::RateLimited
    ) {
        return Ok(None);
    }
    let error = Json(NumberError {
        reason: failure.reason,
        message: failure.message.clone(),
        at: now,
    });
    let trouble = (failure.retry == Retry::PauseNumber).then(|| failure.reason.sentence());
    let Some(channel) = numbers::failed(tx, account, number, &error, trouble).await? else {
        return Ok(None);
    };
    draft(CHANNEL_UPDATED, &ChannelEvent { channel }).map(Some)
}

fn refusal(reason: FailureReason, message: impl Into<String>) -> Failure {
    Failure {
        reason,
        code: None,
        message: message.into(),
        retry: Retry::Never,
    }
}

fn unknown(message: impl Into<String>) -> Failure {
    refusal(FailureReason::Unknown, message)
}

/// The error and what caused it, in one line.
fn chain(error: &Error) -> String {
    let mut line = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        line = format!("{line}: {cause}");
        source = cause.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_used_before_a_scoped_id_and_a_plain_id_before_a_parent() {
        let of = |ids: &[&str]| recipient(ids.iter().map(|id| (*id).to_owned()).collect());
        assert_eq!(
            of(&["DE.700", "4915112345678"]),
            Some(Recipient::Phone("4915112345678".into()))
        );
        assert_eq!(
            of(&["DE.ENT.1", "DE.700"]),
            Some(Recipient::Scoped("DE.700".into()))
        );
        assert_eq!(of(&["DE.ENT.1"]), Some(Recipient::Scoped("DE.ENT.1".into())));
        assert_eq!(of(&[]), None);
    }
}
