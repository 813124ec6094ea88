//! Two contacts that are one person: everything of the one becomes the other's.

use recado_db::{Result, Tx, sql};
use recado_model::{AccountId, ContactId, ConversationId, Stored, Time};

use crate::contacts::ContactRow;
use crate::conversations::{self, ConversationRow};

sql!(HOLD -> (ConversationId,) = "UPDATE conversations SET unread_count = unread_count
    WHERE account_id = $1 AND contact_id = $2 RETURNING id");

/// The conversations of a contact. Until the transaction ends nobody else adds a message to one.
pub async fn hold(tx: &mut Tx, account: AccountId, contact: ContactId) -> Result<Vec<ConversationRow>> {
    let ids = tx.all(&HOLD, &[&account, &contact]).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for (id,) in ids {
        rows.extend(conversations::row(tx, account, id).await?);
    }
    Ok(rows)
}

sql!(GIVE_CONVERSATION -> () = "UPDATE conversations SET contact_id = $3, updated_at = $4
    WHERE account_id = $1 AND id = $2");

/// A conversation goes to another contact, who has none with that number.
pub async fn give_conversation(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
    to: ContactId,
    now: Time,
) -> Result<()> {
    tx.run(&GIVE_CONVERSATION, &[&account, &id, &to, &now]).await?;
    Ok(())
}

sql!(MOVE_MESSAGES -> () = "UPDATE messages SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2");
sql!(MOVE_THREAD_NOTES -> () = "UPDATE notes SET conversation_id = $3 WHERE account_id = $1 AND conversation_id = $2");
sql!(MOVE_ACTIVITIES -> () = "UPDATE activities SET conversation_id = $3
    WHERE account_id = $1 AND conversation_id = $2");
sql!(MOVE_MERGED -> () = "UPDATE merged_conversations SET into_id = $3 WHERE account_id = $1 AND into_id = $2");
sql!(ADD_MERGED -> () = "INSERT INTO merged_conversations (account_id, id, into_id) VALUES ($1, $2, $3)");
sql!(REMOVE_CONVERSATION -> () = "DELETE FROM conversations WHERE account_id = $1 AND id = $2");

/// Everything in a conversation goes into another one; it is gone then, and whoever looks for it is led there.
pub async fn join_conversation(
    tx: &mut Tx,
    account: AccountId,
    from: ConversationId,
    into: ConversationId,
) -> Result<()> {
    for statement in [
        &MOVE_MESSAGES,
        &MOVE_THREAD_NOTES,
        &MOVE_ACTIVITIES,
        &MOVE_MERGED,
        &ADD_MERGED,
    ] {
        tx.run(statement, &[&account, &from, &into]).await?;
    }
    tx.run(&REMOVE_CONVERSATION, &[&account, &from]).await?;
    Ok(())
}

sql!(MERGED_INTO -> (ConversationId,) = "SELECT into_id FROM merged_conversations WHERE account_id = $1 AND id = $2");

/// The conversation that this one is part of now; none if it is none's.
pub async fn merged_into(
    tx: &mut Tx,
    account: AccountId,
    id: ConversationId,
) -> Result<Option<ConversationId>> {
    let found = tx.first(&MERGED_INTO, &[&account, &id]).await?;
    Ok(found.map(|(into,)| into))
}

sql!(SET_CONVERSATION -> () = "UPDATE conversations SET status = $3, assigned_member_id = $4, last_message_id = $5,
        last_message_text = $6, last_message_type = $7, last_message_direction = $8, last_message_status = $9,
        last_message_at = $10, window_expires_at = $11, unread_count = $12, is_unread = CAST($12 AS BIGINT) > 0, created_at = $13, updated_at = $14,
        waiting_since = $15, snooze = NULL
    WHERE account_id = $1 AND id = $2");

/// What two conversations were, as one, which is not snoozed.
pub async fn set_conversation(tx: &mut Tx, account: AccountId, row: &ConversationRow) -> Result<()> {
    let params: [&dyn Stored; 15] = [
        &account,
        &row.id,
        &row.status,
        &row.assigned_member_id,
        &row.last_message_id,
        &row.last_message_text,
        &row.last_message_type,
        &row.last_message_direction,
        &row.last_message_status,
        &row.last_message_at,
        &row.window_expires_at,
        &row.unread_count,
        &row.created_at,
        &row.updated_at,
        &row.waiting_since,
    ];
    tx.run(&SET_CONVERSATION, &params).await?;
    Ok(())
}

sql!(MOVE_IDENTITIES -> () = "UPDATE contact_identities SET contact_id = $3 WHERE account_id = $1 AND contact_id = $2");
sql!(MOVE_TAGS -> () = "UPDATE contact_tags SET contact_id = $3 WHERE account_id = $1 AND contact_id = $2
    AND NOT EXISTS (SELECT 1 FROM contact_tags has
        WHERE has.account_id = $1 AND has.contact_id = $3 AND has.tag_id = contact_tags.tag_id)");
sql!(REMOVE_TAGS -> () = "DELETE FROM contact_tags WHERE account_id = $1 AND contact_id = $2");
sql!(TAKE_CHOICE -> () = "UPDATE contacts SET marketing_opt_out_at = other.marketing_opt_out_at,
        marketing_choice_at = other.marketing_choice_at
    FROM contacts AS other
    WHERE contacts.account_id = $1 AND contacts.id = $3 AND other.account_id = $1 AND other.id = $2
        AND other.marketing_choice_at IS NOT NULL
        AND (contacts.marketing_choice_at IS NULL OR contacts.marketing_choice_at < other.marketing_choice_at
            OR (contacts.marketing_choice_at = other.marketing_choice_at AND contacts.marketing_opt_out_at IS NULL))");
sql!(MOVE_NOTES -> () = "UPDATE notes SET contact_id = $3 WHERE account_id = $1 AND contact_id = $2");
sql!(REMOVE_CONTACT -> () = "DELETE FROM contacts WHERE account_id = $1 AND id = $2");

/// Ids, tags, notes and what was chosen last about promotions (of two at once: none) go to the other contact; this one is gone then. Its
/// conversations went before.
pub async fn join_contact(tx: &mut Tx, account: AccountId, from: ContactId, into: ContactId) -> Result<()> {
    for statement in [&MOVE_IDENTITIES, &MOVE_TAGS, &MOVE_NOTES, &TAKE_CHOICE] {
        tx.run(statement, &[&account, &from, &into]).await?;
    }
    for statement in [&REMOVE_TAGS, &REMOVE_CONTACT] {
        tx.run(statement, &[&account, &from]).await?;
    }
    Ok(())
}

sql!(SET_CONTACT -> () = "UPDATE contacts SET phone = $3, name = $4, profile_name = $5, email = $6, company = $7,
        avatar_url = $8, updated_at = $9
    WHERE account_id = $1 AND id = $2");

/// What two contacts were, as one.
pub async fn set_contact(tx: &mut Tx, account: AccountId, row: &ContactRow, now: Time) -> Result<()> {
    let params: [&dyn Stored; 9] = [
        &account,
        &row.id,
        &row.phone,
        &row.name,
        &row.profile_name,
        &row.email,
        &row.company,
        &row.avatar_url,
        &now,
    ];
    tx.run(&SET_CONTACT, &params).await?;
    Ok(())
}

sql!(CONTACT -> ContactRow = "SELECT id, phone, name, profile_name, email, company, avatar_url, marketing_opt_out_at
    FROM contacts WHERE account_id = $1 AND id = $2");

pub async fn contact(tx: &mut Tx, account: AccountId, id: ContactId) -> Result<Option<ContactRow>> {
    tx.first(&CONTACT, &[&account, &id]).await
}
