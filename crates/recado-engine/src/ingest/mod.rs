//! From what a webhook told to rows, events and jobs: one transaction for many webhooks of one account.
//!
//! Everything is done in rounds over the whole batch (routes, contacts, conversations, messages, statuses,
//! journal), so that a batch costs a fixed number of round trips, whatever its size.

pub(crate) mod messages;
pub(crate) mod statuses;

use std::collections::HashMap;

use recado_db::Tx;
use recado_model::inbound::{Problem, ProblemKind};
use recado_model::{AccountId, Inbound, IntakeId, IntakeState, Json, MetaAppId, NumberId, Time};
use recado_store::intakes::{self, Intake, NewIntake};
use recado_store::numbers;
use recado_whatsapp::{NotUnderstood, Parsed};

use crate::events::{INTAKE_REJECTED, IntakeEvent, draft};
use crate::{Ctx, Result};

/// One webhook POST, its signature checked, read as far as it could be.
#[derive(Debug)]
pub struct Incoming {
    pub id: IntakeId,
    pub app: MetaAppId,
    pub body: Vec<u8>,
    pub parsed: std::result::Result<Parsed, NotUnderstood>,
    pub received_at: Time,
    /// A replay updates the intake that is there instead of keeping the body once more.
    pub replay: bool,
}

/// Takes in webhooks of one account: keeps their bodies, and turns what they tell into contacts, conversations,
/// messages and statuses. What was taken in before changes nothing. The caller commits.
pub async fn ingest(ctx: &Ctx, tx: &mut Tx, account: AccountId, batch: &[Incoming]) -> Result<()> {
    let routes = routes(tx, account, batch).await?;
    let now = ctx.clock.now();
    let mut kept = Vec::with_capacity(batch.len());
    let mut replayed = Vec::new();
    let mut news = Vec::new();
    let mut drafts = Vec::new();
    let mut told_messages = Vec::new();
    let mut told_statuses = Vec::new();

    for incoming in batch {
        let (items, mut problems) = match &incoming.parsed {
            Ok(parsed) => (parsed.items.as_slice(), parsed.problems.clone()),
            Err(reason) => (&[][..], vec![not_understood(reason)]),
        };
        for item in items {
            match (routes.get(item.number()).copied(), item) {
                (Some(number), Inbound::Message(message)) => told_messages.push((number, message)),
                (Some(number), Inbound::Status(update)) => told_statuses.push((number, update)),
                (None, item) => problems.push(unknown_number(item)),
            }
        }
        // Kinds of events that this version passes over are no mistake of anybody's.
        let state = if problems
            .iter()
            .all(|problem| problem.what == ProblemKind::NotHandled)
        {
            IntakeState::Accepted
        } else {
            IntakeState::Rejected
        };
        if state == IntakeState::Rejected {
            news.push(Intake {
                id: incoming.id,
                state,
                problems: Some(Json(problems.clone())),
                size: i64::try_from(incoming.body.len()).unwrap_or(i64::MAX),
                received_at: incoming.received_at,
                replayed_at: incoming.replay.then_some(now),
            });
        }
        let problems = (!problems.is_empty()).then_some(Json(problems));
        if incoming.replay {
            replayed.push((incoming.id, state, problems));
        } else {
            kept.push(NewIntake {
                account,
                id: incoming.id,
                app: incoming.app,
                state,
                problems,
                body: incoming.body.clone(),
                received_at: incoming.received_at,
            });
        }
    }

    intakes::insert(tx, &kept).await?;
    for (id, state, problems) in replayed {
        intakes::replayed(tx, account, id, state, problems, now).await?;
    }
    for intake in news {
        drafts.push(draft(INTAKE_REJECTED, &IntakeEvent { intake })?);
    }
    drafts.extend(messages::take_in(ctx, tx, account, told_messages, now).await?);
    drafts.extend(statuses::take_in(tx, account, told_statuses, now).await?);
    if !drafts.is_empty() {
        // The account's counter is raised last, so that its row is locked for as short as can be.
        ctx.journal.append(tx, account, drafts).await?;
    }
    Ok(())
}

/// Our number behind each provider's number id that the batch mentions.
async fn routes(tx: &mut Tx, account: AccountId, batch: &[Incoming]) -> Result<HashMap<String, NumberId>> {
    let mut mentioned: Vec<&str> = batch
        .iter()
        .filter_map(|one| one.parsed.as_ref().ok())
        .flat_map(|one| &one.items)
        .map(Inbound::number)
        .collect();
    mentioned.sort_unstable();
    mentioned.dedup();
    let mut routes = HashMap::with_capacity(mentioned.len());
    for provider_number in mentioned {
        if let Some(route) = numbers::route(tx, account, provider_number).await? {
            routes.insert(route.provider_number, route.id);
        }
    }
    Ok(routes)
}

fn not_understood(reason: &NotUnderstood) -> Problem {
    Problem {
        what: ProblemKind::UnknownShape,
        detail: reason.to_string(),
        number: None,
    }
}

fn unknown_number(item: &Inbound) -> Problem {
    let number = item.number().to_owned();
    let detail = format!(
        "{} is for a number that is not connected here",
        item.provider_id()
    );
    Problem {
        what: ProblemKind::NoNumber,
        detail,
        number: Some(number),
    }
}
