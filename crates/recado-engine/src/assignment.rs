//! Giving new conversations to somebody by themselves, where a number's setting says so.

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_model::activity::{By, What};
use recado_model::{AccountId, Actor, AutoAssign, ConversationId, ConversationStatus, MemberId, Permission};
use recado_store::conversations::{self, ConversationRow};
use recado_store::{accounts, assignment};
use serde::{Deserialize, Serialize};

use crate::events::{CONVERSATION_UPDATED, ConversationEvent, draft};
use crate::{Ctx, Error, Result, activities, notifications};

/// The job that gives one conversation to somebody.
pub const AUTO_ASSIGN: &str = "auto_assign";

#[derive(Debug, Serialize, Deserialize)]
struct AssignConversation {
    conversation: ConversationId,
}

/// Enqueues what gives these conversations to somebody; the caller has seen that their numbers want it.
pub(crate) async fn later(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    conversations: &[ConversationId],
) -> Result<()> {
    let jobs = conversations
        .iter()
        .map(|conversation| {
            let payload = AssignConversation {
                conversation: *conversation,
            };
            New::of(AUTO_ASSIGN, &payload).map_err(Error::internal)
        })
        .collect::<Result<Vec<_>>>()?;
    if !jobs.is_empty() {
        ctx.jobs.enqueue_many(tx, account, jobs).await?;
    }
    Ok(())
}

/// The handler of [`AUTO_ASSIGN`]. If nobody is available the conversation stays where all can see it.
pub(crate) async fn run(ctx: &Ctx, job: &Job) -> Outcome {
    let conversation = match job.payload::<AssignConversation>() {
        Ok(payload) => payload.conversation,
        Err(error) => return Outcome::fail(error),
    };
    match assign(ctx, job.account, conversation).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::retry(error),
    }
}

/// Nobody is given what somebody has taken meanwhile, so running it again changes nothing.
async fn assign(ctx: &Ctx, account: AccountId, id: ConversationId) -> Result<()> {
    let mut tx = ctx.db.begin().await?;
    // Nobody leaves or loses their role while they are being given work, and two numbers do not count the same
    // member's work at the same time.
    accounts::lock(&mut tx, account).await?;
    let Some(row) = conversations::row(&mut tx, account, id).await? else {
        return Ok(());
    };
    if row.assigned_member_id.is_some() || row.status == ConversationStatus::Closed {
        return Ok(());
    }
    let Some(member) = choose(&mut tx, account, &row).await? else {
        return Ok(());
    };
    assignment::set_last(&mut tx, account, row.number_id, member).await?;
    let row = conversations::assign(&mut tx, account, id, Some(member), ctx.clock.now()).await?;
    let conversation = conversations::with_contacts(&mut tx, account, row.into_iter().collect())
        .await?
        .pop()
        .ok_or(Error::NotFound("conversation"))?;
    let told = notifications::assigned(ctx, &mut tx, &Actor::system(account), &conversation).await?;
    let mut drafts = vec![draft(CONVERSATION_UPDATED, &ConversationEvent { conversation })?];
    let what = What::Assigned { member_id: member };
    drafts.extend(activities::record(ctx, &mut tx, account, By::SYSTEM, id, what).await?);
    drafts.extend(told);
    ctx.journal.append(&mut tx, account, drafts).await?;
    tx.commit().await?;
    Ok(())
}

/// Who gets it by the rule of its number, among those who say they are there and may reply.
async fn choose(tx: &mut Tx, account: AccountId, row: &ConversationRow) -> Result<Option<MemberId>> {
    let Some(rule) = assignment::rule(tx, account, row.number_id).await? else {
        return Ok(None);
    };
    if rule.auto_assign == AutoAssign::Off {
        return Ok(None);
    }
    let available: Vec<MemberId> = assignment::available(tx, account)
        .await?
        .into_iter()
        .filter(|(_, role)| role.permissions().contains(Permission::MessagesSend))
        .map(|(member, _)| member)
        .collect();
    let turns = in_turn(&available, rule.last_assigned_member_id);
    if rule.auto_assign == AutoAssign::RoundRobin {
        return Ok(turns.first().copied());
    }
    let loads = assignment::at_work(tx, account, &turns).await?;
    Ok(least_busy(&turns, &loads))
}

/// The members in the order of their turns: after the last one who got something, and around.
fn in_turn(members: &[MemberId], last: Option<MemberId>) -> Vec<MemberId> {
    let start = last.map_or(0, |last| members.partition_point(|member| *member <= last));
    let (before, after) = members.split_at(start);
    [after, before].concat()
}

/// Among equals whoever's turn it is.
fn least_busy(turns: &[MemberId], loads: &[i64]) -> Option<MemberId> {
    turns
        .iter()
        .zip(loads)
        .min_by_key(|(_, load)| **load)
        .map(|(member, _)| *member)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn members(ids: &[u128]) -> Vec<MemberId> {
        ids.iter().map(|id| MemberId(Uuid::from_u128(*id))).collect()
    }

    #[test]
    fn turns_go_around_whoever_comes_and_goes() {
        let all = members(&[1, 2, 3]);
        assert_eq!(in_turn(&all, None), all);
        assert_eq!(in_turn(&all, Some(all[0])), members(&[2, 3, 1]));
        assert_eq!(in_turn(&all, Some(all[2])), all);
        // The last one is away now, or has left.
        assert_eq!(in_turn(&members(&[1, 3]), Some(all[1])), members(&[3, 1]));
        assert!(in_turn(&[], Some(all[1])).is_empty());
    }

    #[test]
    fn the_least_busy_gets_it_and_among_equals_whose_turn_it_is() {
        let turns = members(&[2, 3, 1]);
        assert_eq!(least_busy(&turns, &[4, 1, 2]), Some(turns[1]));
        assert_eq!(least_busy(&turns, &[1, 1, 1]), Some(turns[0]));
        assert_eq!(least_busy(&[], &[]), None);
    }
}
