//! What customers and the business answered messages with: one emoji each.

use recado_db::{Result, Tx, record, sql};
use recado_model::content::{Reaction, ReactionActor};
use recado_model::{AccountId, MessageId, Time};
use uuid::Uuid;

record! {
    struct Row {
        actor_type: ReactionActor,
        actor_id: Option<Uuid>,
        emoji: Option<String>,
        at: Time,
    }
}

sql!(SET -> (MessageId,) = "INSERT INTO reactions (account_id, message_id, actor_type, actor_id, emoji, at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (account_id, message_id, actor_type) DO UPDATE
        SET actor_id = excluded.actor_id, emoji = excluded.emoji, at = excluded.at
        WHERE reactions.at <= excluded.at AND (reactions.emoji IS NULL OR excluded.emoji IS NULL
            OR reactions.emoji <> excluded.emoji OR reactions.at < excluded.at)
    RETURNING message_id");

/// Sets a reaction, or takes it away; what is older than what we know changes nothing. False if nothing changed.
/// Lock the message first: its list is made from these rows.
pub async fn set(
    tx: &mut Tx,
    account: AccountId,
    message: MessageId,
    actor: (ReactionActor, Option<Uuid>),
    emoji: Option<&str>,
    at: Time,
) -> Result<bool> {
    let (actor_type, actor_id) = actor;
    let set = tx
        .first(&SET, &[&account, &message, &actor_type, &actor_id, &emoji, &at])
        .await?;
    Ok(set.is_some())
}

sql!(OF -> Row = "SELECT actor_type, actor_id, emoji, at FROM reactions WHERE account_id = $1 AND message_id = $2
    ORDER BY actor_type DESC");

/// The reactions to a message, the customer's first.
pub async fn of(tx: &mut Tx, account: AccountId, message: MessageId) -> Result<Vec<Reaction>> {
    let rows = tx.all(&OF, &[&account, &message]).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Reaction {
                actor_type: row.actor_type,
                actor_id: row.actor_id,
                emoji: row.emoji?,
                created_at: row.at,
            })
        })
        .collect())
}
