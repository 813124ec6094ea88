//! After a backup was put back: what waited to leave when the copy was made has most likely left since.

use recado_db::Tx;
use recado_model::{AccountId, AttemptId, Ids, Time};
use recado_store::attempts;

use crate::Result;

/// Marks every message of an account that waits as if its call had been under way: its job will then not call, but show
/// it as *unknown*, until a status or the provider's list tells, or somebody decides. How many there are.
pub async fn hold_back(tx: &mut Tx, ids: &Ids, account: AccountId, now: Time) -> Result<usize> {
    let waiting = attempts::waiting(tx, account).await?;
    for message in &waiting {
        let attempt: AttemptId = ids.next();
        attempts::start(tx, account, attempt, *message, now).await?;
    }
    Ok(waiting.len())
}
