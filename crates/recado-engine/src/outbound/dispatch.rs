//! Handing a queued message to its provider, once.
//!
//! There is no idempotency key on the other side, so an attempt is marked before the call and settled after it.
//! If the process dies in between, the next try finds the mark and does not call again: the message is *unknown*
//! until a status webhook, which carries the attempt's id, tells what became of it.

use std::time::Duration;

use recado_jobs::{Job, Outcome};
use recado_model::conversation::window_is_open;
use recado_model::failure::{Failure, FailureReason, Retry};
use recado_model::{AccountId, AttemptId, Json, MessageId, MessageStatus};
use recado_store::attempts::{self, AttemptState};
use recado_store::messages::{Advance, Message};
use recado_store::{contacts, conversations, messages, numbers, statuses};
use recado_whatsapp::meta::Credentials;
use recado_whatsapp::{Accepted, Recipient, SendError};

use super::SendMessage;
use crate::ingest::statuses::updated;
use crate::numbers::token_place;
use crate::{Ctx, Error, Result};

/// How long the outcome of a call is tried to be recorded when the database is away.
const RECORD_FOR: Duration = Duration::from_mins(2);
const RECORD_PAUSE: Duration = Duration::from_millis(500);

/// The handler of [`super::SEND_MESSAGE`].
pub async fn dispatch(ctx: &Ctx, job: &Job) -> Outcome {
    let message = match job.payload::<SendMessage>() {
        Ok(payload) => payload.message,
        Err(error) => return Outcome::fail(error),
    };
    let call = match prepare(ctx, job.account, message).await {
        Ok(Some(call)) => call,
        Ok(None) => return Outcome::Done,
        Err(error) => return Outcome::retry(chain(&error)),
    };
    let callback = call.attempt.to_string();
    let result = match &call.what {
        Ready::Call {
            credentials,
            to,
            text,
            quoted,
        } => {
            ctx.meta
                .send_text(credentials, to, text, quoted.as_deref(), &callback)
                .await
        }
        Ready::Refuse(failure) => Err(SendError::Refused(failure.clone())),
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

/// A message ready to be handed over, its attempt marked.
struct Call {
    message: Message,
    number: recado_model::NumberId,
    attempt: AttemptId,
    what: Ready,
}

enum Ready {
    Call {
        credentials: Credentials,
        to: Recipient,
        text: String,
        quoted: Option<String>,
    },
    /// It must not leave: we say no before the provider does.
    Refuse(Failure),
}

/// Marks an attempt, durably. None if there is nothing to send (any more).
async fn prepare(ctx: &Ctx, account: AccountId, id: MessageId) -> Result<Option<Call>> {
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
        attempts::settle(
            &mut tx,
            account,
            last.id,
            AttemptState::Unknown,
            None,
            Some(&failure),
            now,
        )
        .await?;
        let changed =
            messages::settle(&mut tx, account, id, MessageStatus::Unknown, Some(&Json(failure))).await?;
        let drafts = updated(&mut tx, account, changed.into_iter().collect()).await?;
        ctx.journal.append(&mut tx, account, drafts).await?;
        tx.commit().await?;
        return Ok(None);
    }
    let row = conversations::row(&mut tx, account, message.conversation_id).await?;
    let row = row.ok_or(Error::NotFound("conversation"))?;
    let sender = numbers::sender(&mut tx, account, row.number_id)
        .await?
        .ok_or(Error::NotFound("channel"))?;
    let identities = contacts::identities(&mut tx, account, row.contact_id).await?;
    let quoted = match message.reply_to_message_id {
        Some(quoted) => messages::provider_id(&mut tx, account, quoted, message.conversation_id).await?,
        None => None,
    };
    let what = if !window_is_open(row.window_expires_at, now) {
        Ready::Refuse(refusal(
            FailureReason::WindowClosed,
            "the window closed before the message could leave",
        ))
    } else if let Some(to) = recipient(identities) {
        match ctx
            .keyring
            .open_text(&token_place(row.number_id), &sender.access_token)
        {
            Ok(access_token) => Ready::Call {
                credentials: Credentials {
                    phone_number_id: sender.provider_number,
                    access_token,
                    base_url: sender.base_url,
                },
                to,
                text: message.content_text.clone().unwrap_or_default(),
                quoted: quoted.and_then(|(_, provider_id)| provider_id),
            },
            Err(error) => {
                tracing::error!(number = %row.number_id, %error, "the number's token cannot be read");
                Ready::Refuse(refusal(
                    FailureReason::NumberUnhealthy,
                    "the number's token cannot be read",
                ))
            }
        }
    } else {
        Ready::Refuse(refusal(
            FailureReason::NeedsPhone,
            "no id of the contact is known",
        ))
    };
    let attempt: AttemptId = ctx.ids.next();
    attempts::start(&mut tx, account, attempt, id, now).await?;
    tx.commit().await?;
    Ok(Some(Call {
        message,
        number: row.number_id,
        attempt,
        what,
    }))
}

/// Phones are digits; everything else is the provider's own id, of which the plain one reaches a person best.
fn recipient(mut identities: Vec<String>) -> Option<Recipient> {
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
    let drafts = updated(&mut tx, account, changed).await?;
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
