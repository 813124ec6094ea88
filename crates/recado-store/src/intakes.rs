//! Intakes: providers' webhook POSTs, kept whole.

use recado_db::{Result, Tx, record, sql};
use recado_model::inbound::Problem;
use recado_model::{AccountId, Cursor, IntakeId, IntakeState, Json, Provider, Stored, Time};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::slices;

record! {
    /// A webhook POST without its body.
    #[derive(Serialize, ToSchema)]
    pub struct Intake {
        pub id: IntakeId,
        pub state: IntakeState,
        /// What could not be understood or routed, and why.
        #[schema(required, value_type = Option<Vec<Problem>>)]
        pub problems: Option<Json<Vec<Problem>>>,
        /// Bytes of the body.
        pub size: i64,
        pub received_at: Time,
        #[schema(required)]
        pub replayed_at: Option<Time>,
    }
}

record! {
    pub struct Body {
        pub id: IntakeId,
        pub provider: Provider,
        /// Meta's app, or our number at Twilio.
        pub source_id: Uuid,
        pub body: Vec<u8>,
        pub query: Option<String>,
    }
}

#[derive(Clone, Debug)]
pub struct NewIntake {
    pub account: AccountId,
    pub id: IntakeId,
    pub provider: Provider,
    /// Whose path it came in by: Meta's app, our number at Twilio.
    pub source: Uuid,
    pub state: IntakeState,
    pub problems: Option<Json<Vec<Problem>>>,
    pub body: Vec<u8>,
    /// What stood after the `?` of its address.
    pub query: Option<String>,
    pub received_at: Time,
}

sql!(INSERT -> () = "INSERT INTO intakes (account_id, id, provider, source_id, state, problems, body, query,
        received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

/// Keeps intakes, at the latest with what comes next.
pub fn insert(tx: &mut Tx, new: &[NewIntake]) -> Result<()> {
    let sets: Vec<[&dyn Stored; 9]> = new
        .iter()
        .map(|one| {
            let set: [&dyn Stored; 9] = [
                &one.account,
                &one.id,
                &one.provider,
                &one.source,
                &one.state,
                &one.problems,
                &one.body,
                &one.query,
                &one.received_at,
            ];
            set
        })
        .collect();
    tx.run_each_soon(&INSERT, &slices(&sets))
}

macro_rules! columns {
    () => {
        "id, state, problems, CAST(length(body) AS BIGINT) AS size, received_at, replayed_at"
    };
}

sql!(REJECTED -> Intake = concat!("SELECT ", columns!(), " FROM intakes
    WHERE account_id = $1 AND state = 'rejected' AND (received_at, id) < ($2, $3)
    ORDER BY received_at DESC, id DESC LIMIT $4"));

/// Rejected intakes after `cursor`, newest first.
pub async fn rejected(tx: &mut Tx, account: AccountId, cursor: Cursor, limit: i64) -> Result<Vec<Intake>> {
    tx.all(&REJECTED, &[&account, &cursor.at, &cursor.id, &limit])
        .await
}

sql!(GET -> Intake = concat!("SELECT ", columns!(), " FROM intakes WHERE account_id = $1 AND id = $2"));

pub async fn get(tx: &mut Tx, account: AccountId, id: IntakeId) -> Result<Option<Intake>> {
    tx.first(&GET, &[&account, &id]).await
}

sql!(BODY -> Body = "SELECT id, provider, source_id, body, query FROM intakes WHERE account_id = $1 AND id = $2");

pub async fn body(tx: &mut Tx, account: AccountId, id: IntakeId) -> Result<Option<Body>> {
    tx.first(&BODY, &[&account, &id]).await
}

sql!(REPLAYED -> () = "UPDATE intakes SET state = $3, problems = $4, replayed_at = $5
    WHERE account_id = $1 AND id = $2");

pub async fn replayed(
    tx: &mut Tx,
    account: AccountId,
    id: IntakeId,
    state: IntakeState,
    problems: Option<Json<Vec<Problem>>>,
    now: Time,
) -> Result<()> {
    tx.run(&REPLAYED, &[&account, &id, &state, &problems, &now])
        .await?;
    Ok(())
}

sql!(AFTER -> (IntakeId,) = "SELECT id FROM intakes WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT $3");

/// Intakes of any state after `id`, oldest first: for replaying all.
pub async fn after(tx: &mut Tx, account: AccountId, id: IntakeId, limit: i64) -> Result<Vec<IntakeId>> {
    Ok(tx
        .all(&AFTER, &[&account, &id, &limit])
        .await?
        .into_iter()
        .map(|(id,)| id)
        .collect())
}

sql!(FORGET -> () = "DELETE FROM intakes WHERE account_id = $1
    AND id IN (SELECT id FROM intakes WHERE account_id = $1 AND id < $2 ORDER BY id LIMIT $3)");

/// Forgets up to `limit` intakes from before a time, the oldest first; how many. Their ids grow with time.
pub async fn forget(tx: &mut Tx, account: AccountId, before: Time, limit: i64) -> Result<i64> {
    let first = IntakeId(Uuid::from_u128(
        u128::try_from(before.millis()).unwrap_or(0) << 80,
    ));
    let gone = tx.run(&FORGET, &[&account, &first, &limit]).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}
