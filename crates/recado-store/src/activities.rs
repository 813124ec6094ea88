//! Lines of a thread that nobody wrote.

use recado_db::{Result, Tx, record, sql};
use recado_model::activity::{ActorType, What};
use recado_model::{AccountId, ActivityId, ConversationId, Cursor, Json, Stored, Time};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::slices;

record! {
    #[derive(Serialize, ToSchema)]
    pub struct Activity {
        pub id: ActivityId,
        pub conversation_id: ConversationId,
        #[serde(flatten)]
        #[schema(value_type = What)]
        pub what: Json<What>,
        pub actor_type: ActorType,
        /// The member or the API key; null for others.
        #[schema(required)]
        pub actor_id: Option<Uuid>,
        pub created_at: Time,
    }
}

sql!(INSERT -> () = "INSERT INTO activities (account_id, id, conversation_id, what, actor_type, actor_id, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)");

pub async fn insert_each(tx: &mut Tx, account: AccountId, new: &[Activity]) -> Result<()> {
    let sets: Vec<[&dyn Stored; 7]> = new
        .iter()
        .map(|one| {
            let set: [&dyn Stored; 7] = [
                &account,
                &one.id,
                &one.conversation_id,
                &one.what,
                &one.actor_type,
                &one.actor_id,
                &one.created_at,
            ];
            set
        })
        .collect();
    tx.run_each(&INSERT, &slices(&sets)).await?;
    Ok(())
}

sql!(PAGE -> Activity = "SELECT id, conversation_id, what, actor_type, actor_id, created_at FROM activities
    WHERE account_id = $1 AND conversation_id = $2 AND (created_at, id) < ($3, $4)
    ORDER BY created_at DESC, id DESC LIMIT $5");

/// Up to `limit` of a conversation after `cursor`, newest first.
pub async fn page(
    tx: &mut Tx,
    account: AccountId,
    conversation: ConversationId,
    cursor: Cursor,
    limit: i64,
) -> Result<Vec<Activity>> {
    tx.all(&PAGE, &[&account, &conversation, &cursor.at, &cursor.id, &limit])
        .await
}
