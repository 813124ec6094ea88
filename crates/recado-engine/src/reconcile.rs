//! What a provider did not tell us and will not tell again. Twilio pushes a message once, and its answer to a send can
//! get lost like any other; its list of messages has both, so it is asked from time to time.

use std::collections::HashSet;
use std::time::Duration;

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_model::failure::{Failure, FailureReason, Retry};
use recado_model::{
    AccountId, ContentType, Inbound, Json, MessageStatus, NumberId, NumberStatus, Provider, Time,
};
use recado_store::attempts::{self, AttemptState, InDoubt};
use recado_store::messages::{self, Advance, Message};
use recado_store::{contacts, numbers, statuses};
use recado_whatsapp::twilio::{Account, Listed, SentMessage};
use recado_whatsapp::{CallError, Parsed};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::ingest::statuses::updated;
use crate::ingest::{Incoming, Keep, ingest};
use crate::line::Line;
use crate::outbound::recipient;
use crate::{Ctx, Error, Result};

/// The job that asks for one number.
pub const RECONCILE_NUMBER: &str = "reconcile_number";

/// Twilio that is away is asked again a few times, and then when it is everybody's turn.
const MAX_TRIES: i64 = 4;

/// Numbers read at once.
const NUMBERS: i64 = 500;

/// Messages taken in by one transaction.
const BATCH: usize = 50;

/// Messages in doubt that are asked for at once.
const DOUBTS: i64 = 200;

/// No further back than this is asked: an outage that lasted longer is for people.
const LOOK_BACK: Duration = Duration::from_hours(7 * 24);

/// Twilio's clock and ours differ by less, and its list is no longer in flux.
const OVERLAP: Duration = Duration::from_mins(2);

#[derive(Debug, Serialize, Deserialize)]
struct ReconcileNumber {
    number: NumberId,
}

/// Enqueues the job for every number that has somebody to ask. One that is waiting or running is not doubled.
pub async fn enqueue_all(ctx: &Ctx) -> Result<()> {
    let mut after = NumberId::MIN;
    loop {
        let mut tx = ctx.db.begin().await?;
        let page = numbers::at_twilio(&mut tx, after, NUMBERS).await?;
        let Some((_, last)) = page.last() else {
            return Ok(());
        };
        after = *last;
        for (account, number) in page {
            ctx.jobs.enqueue(&mut tx, account, job(number)?).await?;
        }
        tx.commit().await?;
    }
}

fn job(number: NumberId) -> Result<New> {
    let job = New::of(RECONCILE_NUMBER, &ReconcileNumber { number }).map_err(Error::internal)?;
    Ok(job
        .dedupe_key(format!("reconcile:{number}"))
        .max_attempts(MAX_TRIES))
}

/// The handler of [`RECONCILE_NUMBER`]. That it fails is no news for anybody: its turn comes again.
pub(crate) async fn run(ctx: &Ctx, job: &Job) -> Outcome {
    let number = match job.payload::<ReconcileNumber>() {
        Ok(payload) => payload.number,
        Err(error) => return Outcome::fail(error),
    };
    match reconcile(ctx, job.account, number).await {
        Ok(()) => Outcome::Done,
        Err(Error::NotReached(_) | Error::Unavailable(_)) if !job.is_last_attempt() => {
            Outcome::retry("Twilio or the database is away")
        }
        Err(error) => {
            tracing::warn!(%number, %error, "Twilio could not be asked for what it did not tell");
            Outcome::Done
        }
    }
}

async fn reconcile(ctx: &Ctx, account: AccountId, number: NumberId) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    let line = Line::of(ctx, &mut tx, account, number).await?;
    let since = numbers::reconciled(&mut tx, account, number).await?;
    drop(tx);
    let (Some(twilio), Some(since)) = (line.twilio(), since) else {
        return Ok(());
    };
    if line.sender.status == NumberStatus::Deleted || twilio.auth_token.expose_secret().is_empty() {
        return Ok(());
    }
    let phone = &line.sender.provider_number;
    missed(ctx, account, number, twilio, phone, since).await?;
    doubts(ctx, account, number, twilio, phone).await
}

/// Takes in what customers wrote and no webhook told.
async fn missed(
    ctx: &Ctx,
    account: AccountId,
    number: NumberId,
    twilio: &Account,
    phone: &str,
    since: Time,
) -> Result<()> {
    let now = ctx.clock.now();
    // What is younger may still be on its way, and a webhook tells more.
    let until = now.minus(ctx.upkeep.reconcile_after);
    let from = since.max(now.minus(LOOK_BACK)).minus(OVERLAP);
    let mut listed = ctx
        .twilio
        .inbound_since(twilio, phone, from)
        .await
        .map_err(of_call)?;
    listed.retain(|one| one.sent_at.is_none_or(|at| at <= until));
    for batch in listed.chunks(BATCH) {
        let unknown = unknown(ctx, account, number, batch).await?;
        let mut items = Vec::new();
        for one in unknown {
            items.extend(ctx.twilio.inbound(twilio, one).await.map_err(of_call)?);
        }
        if !items.is_empty() {
            take_in(ctx, account, number, items).await?;
        }
    }
    let mut tx = ctx.db.begin().await?;
    numbers::set_reconciled(&mut tx, account, number, until.max(since)).await?;
    tx.commit().await?;
    Ok(())
}

/// Those of a page that we do not have.
async fn unknown(ctx: &Ctx, account: AccountId, number: NumberId, page: &[Listed]) -> Result<Vec<Listed>> {
    let asked: Vec<(NumberId, &str)> = page
        .iter()
        .map(|one| (number, one.provider_id.as_str()))
        .collect();
    let mut tx = ctx.db.read().await?;
    let known = messages::known(&mut tx, account, &asked).await?;
    Ok(page
        .iter()
        .zip(known)
        .filter(|(_, known)| known.is_none())
        .map(|(one, _)| one.clone())
        .collect())
}

/// The same way in as a webhook's, without its body.
async fn take_in(ctx: &Ctx, account: AccountId, number: NumberId, items: Vec<Inbound>) -> Result<()> {
    let count = items.len();
    let mut parsed = Parsed::default();
    parsed.items = items;
    let incoming = Incoming {
        id: ctx.ids.next(),
        provider: Provider::Twilio,
        source: number.0,
        body: Vec::new(),
        query: None,
        parsed: Ok(parsed),
        received_at: ctx.clock.now(),
        keep: Keep::Nothing,
    };
    let mut tx = ctx.db.begin().await?;
    ingest(ctx, &mut tx, account, std::slice::from_ref(&incoming)).await?;
    tx.commit().await?;
    tracing::info!(%number, messages = count, "messages came that no webhook had told");
    metrics::counter!("reconciled_messages_total").increment(u64::try_from(count).unwrap_or(u64::MAX));
    Ok(())
}

/// Asks what became of messages whose answer was lost.
async fn doubts(
    ctx: &Ctx,
    account: AccountId,
    number: NumberId,
    twilio: &Account,
    phone: &str,
) -> Result<()> {
    let before = ctx.clock.now().minus(ctx.upkeep.reconcile_after);
    let mut tx = ctx.db.read().await?;
    let doubts = attempts::in_doubt(&mut tx, account, number, before, DOUBTS).await?;
    drop(tx);
    let mut taken: HashSet<String> = HashSet::new();
    for doubt in doubts {
        let mut tx = ctx.db.read().await?;
        let identities = contacts::identities(&mut tx, account, doubt.contact).await?;
        drop(tx);
        let Some(to) = recipient(identities) else {
            continue;
        };
        let from = doubt.started_at.minus(OVERLAP);
        let mut sent = ctx
            .twilio
            .sent_to(twilio, phone, &to, from)
            .await
            .map_err(of_call)?;
        sent.retain(|one| !taken.contains(&one.sid) && could_be(&doubt, one));
        // Oldest first: of two of the same words the earlier one is the earlier one.
        sent.sort_by_key(|one| one.date);
        let found = nobodys(ctx, account, number, sent).await?;
        taken.extend(found.as_ref().map(|one| one.sid.clone()));
        settle(ctx, account, number, &doubt, found).await?;
    }
    Ok(())
}

/// Whether a message of Twilio's list can be the one that an attempt was about.
fn could_be(doubt: &InDoubt, sent: &SentMessage) -> bool {
    let in_time = sent
        .date
        .is_none_or(|at| at.since(doubt.started_at) <= OVERLAP && doubt.started_at.since(at) <= OVERLAP);
    let same_words = match doubt.content_type {
        ContentType::Text => doubt.text.as_deref().map(str::trim) == Some(sent.body.trim()),
        // The list has places and templates in words of its own.
        _ => true,
    };
    let same_file = match doubt.content_type {
        ContentType::Template => true,
        _ => doubt.has_file == sent.has_files,
    };
    in_time && same_words && same_file
}

/// The first that is no message of ours yet.
async fn nobodys(
    ctx: &Ctx,
    account: AccountId,
    number: NumberId,
    sent: Vec<SentMessage>,
) -> Result<Option<SentMessage>> {
    let asked: Vec<(NumberId, &str)> = sent.iter().map(|one| (number, one.sid.as_str())).collect();
    let mut tx = ctx.db.read().await?;
    let known = messages::known(&mut tx, account, &asked).await?;
    Ok(sent
        .into_iter()
        .zip(known)
        .find(|(_, known)| known.is_none())
        .map(|(one, _)| one))
}

/// Keeps what became of it: it was taken, or it never arrived and may be sent again.
async fn settle(
    ctx: &Ctx,
    account: AccountId,
    number: NumberId,
    doubt: &InDoubt,
    found: Option<SentMessage>,
) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    // The attempt before its message, as everywhere.
    let changed = if let Some(sent) = found {
        let (state, id) = (AttemptState::Accepted, Some(sent.sid.as_str()));
        attempts::settle(&mut tx, account, doubt.attempt, state, id, None, now).await?;
        taken_by_twilio(&mut tx, account, number, doubt, sent).await?
    } else {
        let failure = Failure {
            reason: FailureReason::Unknown,
            code: None,
            message: "Twilio does not have it: it did not leave, and can be sent again".to_owned(),
            retry: Retry::Never,
        };
        let state = AttemptState::Failed;
        attempts::settle(&mut tx, account, doubt.attempt, state, None, Some(&failure), now).await?;
        messages::did_not_leave(&mut tx, account, doubt.message, &Json(failure)).await?
    };
    if changed.is_none() {
        // A webhook was faster, and knows better what became of the attempt.
        return Ok(());
    }
    let drafts = updated(&mut tx, account, changed.into_iter().collect()).await?;
    ctx.journal.append(&mut tx, account, drafts).await?;
    tx.commit().await?;
    Ok(())
}

/// Its id becomes known, and with it what was told of that id meanwhile.
async fn taken_by_twilio(
    tx: &mut Tx,
    account: AccountId,
    number: NumberId,
    doubt: &InDoubt,
    sent: SentMessage,
) -> Result<Option<Message>> {
    let news = Advance {
        number,
        provider_id: sent.sid,
        status: sent.status.unwrap_or(MessageStatus::Sent),
        error: sent.failure.map(Json),
    };
    let parked = statuses::unpark(tx, account, number, &news.provider_id).await?;
    let Some(adopted) = messages::adopt(tx, account, doubt.message, &news).await? else {
        return Ok(None);
    };
    let newer = messages::advance(tx, account, &parked).await?;
    Ok(newer.into_iter().flatten().last().or(Some(adopted)))
}

fn of_call(error: CallError) -> Error {
    match error {
        CallError::NotReached(why) => Error::NotReached(why),
        other => crate::templates::of_call(other),
    }
}

#[cfg(test)]
mod tests {
    use recado_model::{AttemptId, ContactId, ConversationId, MessageId};

    use super::*;

    fn doubt() -> InDoubt {
        InDoubt {
            message: MessageId::MIN,
            conversation: ConversationId::MIN,
            contact: ContactId::MIN,
            content_type: ContentType::Text,
            text: Some("See you at six ".into()),
            has_file: false,
            attempt: AttemptId::MIN,
            started_at: Time::from_seconds(10_000),
        }
    }

    fn sent() -> SentMessage {
        SentMessage {
            sid: "SM1".into(),
            body: "See you at six".into(),
            has_files: false,
            status: None,
            failure: None,
            date: Some(Time::from_seconds(10_001)),
        }
    }

    #[test]
    fn a_message_is_known_by_its_words_and_its_time() {
        assert!(could_be(&doubt(), &sent()));
        let other = |change: fn(&mut SentMessage)| {
            let mut one = sent();
            change(&mut one);
            could_be(&doubt(), &one)
        };
        assert!(!other(|one| one.body = "See you at five".into()));
        assert!(!other(|one| one.date = Some(Time::from_seconds(9_000))));
        assert!(!other(|one| one.date = Some(Time::from_seconds(11_000))));
        assert!(!other(|one| one.has_files = true));
        assert!(other(|one| one.date = None));
    }

    #[test]
    fn a_template_is_known_by_its_time() {
        let template = InDoubt {
            content_type: ContentType::Template,
            text: Some("Your order is ready".into()),
            ..doubt()
        };
        assert!(could_be(&template, &sent()));
    }
}
