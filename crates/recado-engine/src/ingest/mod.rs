//! From what a webhook told to rows, events and jobs: one transaction for many webhooks of one account.
//!
//! Everything is done in rounds over the whole batch (routes, contacts, conversations, messages, statuses,
//! journal), so that a batch costs a fixed number of round trips, whatever its size.

mod changes;
pub(crate) mod content;
mod health;
mod marketing;
pub(crate) mod messages;
pub(crate) mod reactions;
pub(crate) mod statuses;
mod templates;

use std::collections::{HashMap, HashSet};

use recado_db::Tx;
use recado_model::inbound::{
    HealthUpdate, InboundChange, InboundMessage, InboundReaction, MarketingChoice, Problem, ProblemKind,
    StatusUpdate, TemplateUpdate,
};
use recado_model::{
    AccountId, AutoAssign, Inbound, IntakeId, IntakeState, Json, NumberId, Provider, Subject, Time,
};
use recado_store::intakes::{self, Intake, NewIntake};
use recado_store::numbers;
use recado_whatsapp::{NotUnderstood, Parsed};
use uuid::Uuid;

use crate::events::{INTAKE_REJECTED, IntakeEvent, draft};
use crate::{Ctx, Result};

/// One webhook POST, its signature checked, read as far as it could be.
#[derive(Debug)]
pub struct Incoming {
    pub id: IntakeId,
    pub provider: Provider,
    /// Whose path it came in by: Meta's app, our number at Twilio.
    pub source: Uuid,
    pub body: Vec<u8>,
    /// What stood after the `?` of its address.
    pub query: Option<String>,
    pub parsed: std::result::Result<Parsed, NotUnderstood>,
    pub received_at: Time,
    pub keep: Keep,
}

/// What becomes of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It is kept.
    New,
    /// It is kept already, and is read once more.
    Again,
    /// Nobody sent it: we asked.
    Nothing,
}

/// Takes in webhooks of one account: keeps their bodies, and turns what they tell into contacts, conversations,
/// messages and statuses. What was taken in before changes nothing. The caller commits.
pub async fn ingest(ctx: &Ctx, tx: &mut Tx, account: AccountId, batch: &[Incoming]) -> Result<()> {
    let now = ctx.clock.now();
    let routes = routes(tx, account, batch, now).await?;
    let mut kept = Vec::with_capacity(batch.len());
    let mut replayed = Vec::new();
    let mut news = Vec::new();
    let mut drafts = Vec::new();
    let mut told = Told::default();
    let mut heard = Vec::new();

    for incoming in batch {
        let (items, mut problems) = match &incoming.parsed {
            Ok(parsed) => (parsed.items.as_slice(), parsed.problems.clone()),
            Err(reason) => (&[][..], vec![not_understood(reason)]),
        };
        for item in items {
            let number = match item.subject() {
                Subject::Number(number) => routes.numbers.get(number).copied(),
                Subject::Business(business) if routes.businesses.contains(business) => None,
                Subject::Business(_) => {
                    problems.push(unknown_subject(item));
                    continue;
                }
            };
            if incoming.keep != Keep::Nothing {
                heard.extend(number.filter(|number| routes.unheard.contains(number)));
            }
            match (number, item) {
                (Some(number), Inbound::Message(message)) => told.messages.push((number, message)),
                (Some(number), Inbound::Status(update)) => told.statuses.push((number, update)),
                (Some(number), Inbound::Reaction(reaction)) => told.reactions.push((number, reaction)),
                (Some(number), Inbound::Change(change)) => told.changes.push((number, change)),
                (Some(_), Inbound::Marketing(choice)) => told.choices.push(choice),
                (_, Inbound::Template(update)) => told.templates.push(update),
                (_, Inbound::Health(update)) => told.health.push(update),
                (None, item) => problems.push(unknown_subject(item)),
            }
        }
        if incoming.keep == Keep::Nothing {
            continue;
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
                replayed_at: (incoming.keep == Keep::Again).then_some(now),
            });
        }
        let problems = (!problems.is_empty()).then_some(Json(problems));
        if incoming.keep == Keep::Again {
            replayed.push((incoming.id, state, problems));
        } else {
            kept.push(NewIntake {
                account,
                id: incoming.id,
                provider: incoming.provider,
                source: incoming.source,
                state,
                problems,
                body: incoming.body.clone(),
                query: incoming.query.clone(),
                received_at: incoming.received_at,
            });
        }
    }

    intakes::insert(tx, &kept)?;
    for (id, state, problems) in replayed {
        intakes::replayed(tx, account, id, state, problems, now).await?;
    }
    for intake in news {
        drafts.push(draft(INTAKE_REJECTED, &IntakeEvent { intake })?);
    }
    drafts.extend(messages::take_in(ctx, tx, account, told.messages, &routes.assigning, now).await?);
    drafts.extend(statuses::take_in(ctx, tx, account, told.statuses, now).await?);
    let mut changed = reactions::take_in(tx, account, told.reactions, now).await?;
    changed.extend(changes::take_in(ctx, tx, account, told.changes, now).await?);
    drafts.extend(statuses::updated(tx, account, changed).await?);
    drafts.extend(marketing::take_in(ctx, tx, account, told.choices, now).await?);
    drafts.extend(templates::take_in(ctx, tx, account, told.templates, now).await?);
    drafts.extend(health::take_in(tx, account, told.health, now).await?);
    drafts.extend(health::heard(tx, account, heard, now).await?);
    if !drafts.is_empty() {
        // The account's counter is raised last, so that its row is locked for as short as can be.
        ctx.journal.append(tx, account, drafts).await?;
    }
    Ok(())
}

/// What a batch tells, by kind, in the order it came.
#[derive(Default)]
struct Told<'b> {
    messages: Vec<(NumberId, &'b InboundMessage)>,
    statuses: Vec<(NumberId, &'b StatusUpdate)>,
    reactions: Vec<(NumberId, &'b InboundReaction)>,
    changes: Vec<(NumberId, &'b InboundChange)>,
    choices: Vec<&'b MarketingChoice>,
    templates: Vec<&'b TemplateUpdate>,
    health: Vec<&'b HealthUpdate>,
}

/// What of ours is behind the providers' ids that a batch mentions.
#[derive(Default)]
struct Routes {
    numbers: HashMap<String, NumberId>,
    /// Those whose new conversations are given to somebody by themselves.
    assigning: HashSet<NumberId>,
    /// Those of which nothing was heard for a while.
    unheard: HashSet<NumberId>,
    businesses: HashSet<String>,
}

async fn routes(tx: &mut Tx, account: AccountId, batch: &[Incoming], now: Time) -> Result<Routes> {
    let mut mentioned: Vec<Subject<'_>> = batch
        .iter()
        .filter_map(|one| one.parsed.as_ref().ok())
        .flat_map(|one| &one.items)
        .map(Inbound::subject)
        .collect();
    mentioned.sort_unstable();
    mentioned.dedup();
    let mut routes = Routes::default();
    for subject in mentioned {
        match subject {
            Subject::Number(number) => {
                if let Some(route) = numbers::route(tx, account, number).await? {
                    if route.auto_assign != AutoAssign::Off {
                        routes.assigning.insert(route.id);
                    }
                    if health::is_stale(route.last_webhook_at, now) {
                        routes.unheard.insert(route.id);
                    }
                    routes.numbers.insert(route.provider_number, route.id);
                }
            }
            Subject::Business(business) => {
                if !numbers::of_business(tx, account, business).await?.is_empty() {
                    routes.businesses.insert(business.to_owned());
                }
            }
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

fn unknown_subject(item: &Inbound) -> Problem {
    let (what, number) = match item.subject() {
        Subject::Number(number) => ("a number", number),
        Subject::Business(business) => ("a business", business),
    };
    Problem {
        what: ProblemKind::NoNumber,
        detail: format!("{} is for {what} that is not connected here", item.about()),
        number: Some(number.to_owned()),
    }
}
