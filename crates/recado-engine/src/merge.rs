//! Two contacts that turn out to be one person: a webhook names them by ids of both. A customer who took another number
//! had written from that one before, or was known once by their phone and once by the provider's id of them.

use recado_db::Tx;
use recado_jobs::{Job, New, Outcome};
use recado_journal::Draft;
use recado_model::{AccountId, Actor, AuditAction, ContactId, ConversationId, ConversationStatus, Time};
use recado_store::contacts::ContactRow;
use recado_store::conversations::{self, ConversationRow};
use recado_store::{contacts, merges};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::events::{CONTACT_MERGED, ContactMerged, JoinedConversation, draft};
use crate::{Ctx, Error, Result, audit};

/// The job that makes two contacts one.
pub const MERGE_CONTACTS: &str = "merge_contacts";

#[derive(Debug, Serialize, Deserialize)]
struct MergeContacts {
    /// The one that stays.
    into: ContactId,
    from: ContactId,
}

/// Enqueues the job. Who has been here longer stays: ids grow with time.
pub(crate) async fn later(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    one: ContactId,
    other: ContactId,
) -> Result<()> {
    let (into, from) = (one.min(other), one.max(other));
    let job = New::of(MERGE_CONTACTS, &MergeContacts { into, from }).map_err(Error::internal)?;
    // One after the other: three that are one are merged by two jobs.
    let job = job
        .lane("merge_contacts")
        .dedupe_key(format!("merge:{into}:{from}"));
    ctx.jobs.enqueue(tx, account, job).await?;
    Ok(())
}

/// The handler of [`MERGE_CONTACTS`].
pub(crate) async fn run(ctx: &Ctx, job: &Job) -> Outcome {
    let MergeContacts { into, from } = match job.payload() {
        Ok(payload) => payload,
        Err(error) => return Outcome::fail(error),
    };
    match merge(ctx, job.account, into, from).await {
        Ok(()) => Outcome::Done,
        Err(error) => Outcome::retry(error),
    }
}

async fn merge(ctx: &Ctx, account: AccountId, into: ContactId, from: ContactId) -> Result<()> {
    let now = ctx.clock.now();
    let mut tx = ctx.db.begin().await?;
    let stays = merges::contact(&mut tx, account, into).await?;
    let goes = merges::contact(&mut tx, account, from).await?;
    let Some((stays, goes)) = stays.zip(goes) else {
        // Done before, or one of them is part of a third by now, whose ids are looked at with the next message.
        return Ok(());
    };
    let joined = join_conversations(&mut tx, account, into, from, now).await?;
    merges::join_contact(&mut tx, account, from, into).await?;
    // What the one that is gone was called by, for who looks for it.
    let summary =
        json!({ "name": goes.name.as_ref().or(goes.profile_name.as_ref()).or(goes.phone.as_ref()) });
    merges::set_contact(&mut tx, account, &as_one(stays, goes), now).await?;
    let (actor, action) = (Actor::system(account), AuditAction::ContactMerged);
    audit::record(ctx, &mut tx, &actor, action, into.0, summary).await?;
    let event = told(&mut tx, account, into, from, joined).await?;
    ctx.journal.append(&mut tx, account, vec![event]).await?;
    tx.commit().await?;
    tracing::info!(contact = %into, merged = %from, "two contacts were one person");
    Ok(())
}

/// Conversations with the same number become one, the others change hands.
async fn join_conversations(
    tx: &mut Tx,
    account: AccountId,
    into: ContactId,
    from: ContactId,
    now: Time,
) -> Result<Vec<JoinedConversation>> {
    let stay = merges::hold(tx, account, into).await?;
    let mut joined = Vec::new();
    for goes in merges::hold(tx, account, from).await? {
        let Some(stays) = stay.iter().find(|one| one.number_id == goes.number_id) else {
            merges::give_conversation(tx, account, goes.id, into, now).await?;
            continue;
        };
        let (gone, stays) = (goes.id, conversation_as_one(stays.clone(), goes, now));
        merges::join_conversation(tx, account, gone, stays.id).await?;
        merges::set_conversation(tx, account, &stays).await?;
        joined.push(JoinedConversation {
            id: gone,
            into: stays.id,
        });
    }
    Ok(joined)
}

async fn told(
    tx: &mut Tx,
    account: AccountId,
    into: ContactId,
    from: ContactId,
    joined: Vec<JoinedConversation>,
) -> Result<Draft> {
    let contact = contacts::by_ids(tx, account, vec![into])
        .await?
        .remove(&into)
        .ok_or(Error::NotFound("contact"))?;
    let ids: Vec<ConversationId> = merges::hold(tx, account, into)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    let conversations = conversations::get_each(tx, account, &ids).await?;
    draft(
        CONTACT_MERGED,
        &ContactMerged {
            contact,
            merged_id: from,
            conversations,
            joined,
        },
    )
}

/// What the team and the customer said of the one that stays counts first.
fn as_one(stays: ContactRow, goes: ContactRow) -> ContactRow {
    ContactRow {
        id: stays.id,
        phone: stays.phone.or(goes.phone),
        name: stays.name.or(goes.name),
        profile_name: stays.profile_name.or(goes.profile_name),
        email: stays.email.or(goes.email),
        company: stays.company.or(goes.company),
        avatar_url: stays.avatar_url.or(goes.avatar_url),
        // Which choice is the newer one, the rows know.
        marketing_opt_out_at: stays.marketing_opt_out_at,
    }
}

/// Nothing waits less than it did: unread stays unread, what was open is open, what was put away comes back, and what
/// somebody attends to is theirs.
fn conversation_as_one(stays: ConversationRow, goes: ConversationRow, now: Time) -> ConversationRow {
    let of_both = [&stays, &goes].map(|row| match row.snooze {
        Some(_) => ConversationStatus::Open,
        None => row.status,
    });
    let status = [
        ConversationStatus::Open,
        ConversationStatus::Pending,
        ConversationStatus::Closed,
    ]
    .into_iter()
    .find(|status| of_both.contains(status))
    .unwrap_or(stays.status);
    let assigned = stays.assigned_member_id.or(goes.assigned_member_id);
    let window = stays.window_expires_at.max(goes.window_expires_at);
    let unread = stays.unread_count + goes.unread_count;
    let waiting_since = [stays.waiting_since, goes.waiting_since]
        .into_iter()
        .flatten()
        .min();
    let created_at = stays.created_at.min(goes.created_at);
    let (id, contact_id) = (stays.id, stays.contact_id);
    // One in which nothing was said yet has the time it was opened.
    let last = |row: &ConversationRow| (row.last_message_id.is_some(), row.last_message_at);
    let latest = if last(&goes) > last(&stays) { goes } else { stays };
    ConversationRow {
        id,
        contact_id,
        status,
        assigned_member_id: assigned,
        window_expires_at: window,
        unread_count: unread,
        waiting_since,
        snooze: None,
        created_at,
        updated_at: now,
        ..latest
    }
}

#[cfg(test)]
mod tests {
    use recado_model::{Json, MemberId, MessageId, NumberId, Snooze};

    use super::*;

    fn conversation(at: i64) -> ConversationRow {
        ConversationRow {
            id: ConversationId::MIN,
            contact_id: ContactId::MIN,
            number_id: NumberId::MIN,
            status: ConversationStatus::Closed,
            assigned_member_id: None,
            last_message_id: Some(MessageId::MIN),
            last_message_text: Some(format!("at {at}")),
            last_message_type: None,
            last_message_direction: None,
            last_message_status: None,
            last_message_at: Time::from_seconds(at),
            window_expires_at: None,
            unread_count: 1,
            waiting_since: Some(Time::from_seconds(at)),
            snooze: None,
            reopened_from: None,
            created_at: Time::from_seconds(at),
            updated_at: Time::from_seconds(at),
        }
    }

    #[test]
    fn nothing_of_two_conversations_is_lost() {
        let goes = ConversationRow {
            id: ConversationId::MAX,
            status: ConversationStatus::Pending,
            assigned_member_id: Some(MemberId::MAX),
            window_expires_at: Some(Time::from_seconds(90)),
            unread_count: 2,
            ..conversation(70)
        };
        let one = conversation_as_one(conversation(50), goes, Time::from_seconds(100));
        assert_eq!(
            (one.id, one.last_message_text.as_deref(), one.unread_count),
            (ConversationId::MIN, Some("at 70"), 3)
        );
        assert_eq!(
            (one.status, one.assigned_member_id),
            (ConversationStatus::Pending, Some(MemberId::MAX))
        );
        assert_eq!(one.window_expires_at, Some(Time::from_seconds(90)));
        assert_eq!(one.created_at, Time::from_seconds(50));
        assert_eq!(one.waiting_since, Some(Time::from_seconds(50)));
    }

    #[test]
    fn what_was_put_away_comes_back() {
        let snoozed = ConversationRow {
            status: ConversationStatus::Pending,
            snooze: Some(Json(Snooze { until: None })),
            ..conversation(50)
        };
        let one = conversation_as_one(snoozed, conversation(70), Time::from_seconds(100));
        assert_eq!((one.status, one.snooze), (ConversationStatus::Open, None));
    }

    #[test]
    fn one_in_which_nothing_was_said_shows_nothing() {
        let empty = ConversationRow {
            last_message_id: None,
            last_message_text: None,
            ..conversation(99)
        };
        let one = conversation_as_one(empty, conversation(50), Time::from_seconds(100));
        assert_eq!(one.last_message_text.as_deref(), Some("at 50"));
    }
}
