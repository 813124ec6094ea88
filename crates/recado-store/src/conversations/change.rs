//! What people and jobs change in a conversation: its status, who has it, until when it is put away, what is read.

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, ConversationId, ConversationStatus, Json, MemberId, Snooze, Time};

use super::ConversationRow;

sql!(SET_STATUS -> ConversationRow = concat!("UPDATE conversations SET status = $3, snooze = NULL, updated_at = $4,
        waiting_since = CASE WHEN $3 = 'closed' THEN NULL ELSE waiting_since END
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

/// Ends a snooze; in a closed one nobody waits.
pub async fn set_status(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    status: ConversationStatus,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&SET_STATUS, &[&account, &id, &status, &now]).await
}

sql!(SNOOZE -> ConversationRow = concat!("UPDATE conversations SET status = 'pending', snooze = $3, updated_at = $4
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn snooze(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    snooze: Snooze,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&SNOOZE, &[&account, &id, &Json(snooze), &now]).await
}

sql!(WAKE -> ConversationRow = concat!("UPDATE conversations SET status = 'open', snooze = NULL, updated_at = $4,
        unread_count = CASE WHEN unread_count = 0 THEN 1 ELSE unread_count END, is_unread = TRUE
    WHERE account_id = $1 AND id = $2 AND snooze = $3 RETURNING ", columns!()));

/// Opens what this snooze had put away, and shows it as unread, so that it is not missed. None if the snooze has
/// ended or become another one.
pub async fn wake(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    snooze: Snooze,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&WAKE, &[&account, &id, &Json(snooze), &now]).await
}

sql!(ASSIGN -> ConversationRow = concat!("UPDATE conversations SET assigned_member_id = $3, updated_at = $4
    WHERE account_id = $1 AND id = $2 RETURNING ", columns!()));

pub async fn assign(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    member: Option<MemberId>,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&ASSIGN, &[&account, &id, &member, &now]).await
}

sql!(UNASSIGN_ALL -> ConversationRow = concat!("UPDATE conversations SET assigned_member_id = NULL, updated_at = $3
    WHERE account_id = $1 AND assigned_member_id = $2 RETURNING ", columns!()));

/// Frees everything assigned to a member who leaves.
pub async fn unassign_all(
    tx: &mut Tx,
    account: AccountId,
    member: MemberId,
    now: Time,
) -> Result<Vec<ConversationRow>> {
    tx.all(&UNASSIGN_ALL, &[&account, &member, &now]).await
}

sql!(READ -> ConversationRow = concat!("UPDATE conversations SET unread_count = 0, is_unread = FALSE, updated_at = $3
    WHERE account_id = $1 AND id = $2 AND unread_count > 0 RETURNING ", columns!()));

/// None if there was nothing unread.
pub async fn mark_read(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&READ, &[&account, &id, &now]).await
}

sql!(UNREAD -> ConversationRow = concat!("UPDATE conversations SET unread_count = 1, is_unread = TRUE, updated_at = $3
    WHERE account_id = $1 AND id = $2 AND unread_count = 0 RETURNING ", columns!()));

/// None if something was unread already.
pub async fn mark_unread(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    now: Time,
) -> Result<Option<ConversationRow>> {
    tx.first(&UNREAD, &[&account, &id, &now]).await
}

sql!(SET_UNREAD -> () = "UPDATE conversations SET unread_count = $3, is_unread = CAST($3 AS BIGINT) > 0
    WHERE account_id = $1 AND id = $2");

/// For seeding a past, some of which has been read.
pub async fn set_unread(tx: &mut Tx, account: AccountId, id: ConversationId, unread: i64) -> Result<()> {
    tx.run(&SET_UNREAD, &[&account, &id, &unread]).await?;
    Ok(())
}
