//! A number to try things out with. The program that can play the other side of the wire says how; one that serves
//! customers in earnest cannot, and offers none.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use recado_model::{AccountId, Actor, MemberId, NumberStatus};
use recado_store::numbers;

use super::demo::{self, DemoMeta};
use super::{Managed, check_assigned, get, lock, webhooks};
use crate::{Ctx, Error, Result};

type Starting = Pin<Box<dyn Future<Output = std::result::Result<DemoMeta, String>> + Send>>;
type Start = Box<dyn Fn(AccountId) -> Starting + Send + Sync>;

/// Plays WhatsApp for accounts that ask for it. Clones share it.
#[derive(Clone, Default)]
pub struct Sandboxes(Arc<OnceLock<Start>>);

impl Sandboxes {
    /// Says once how a sandbox of an account is started, or found running. Its number has nobody in charge.
    pub fn start_by(&self, start: Start) {
        // A second one says nothing new: there is one program.
        drop(self.0.set(start));
    }

    pub fn are_offered(&self) -> bool {
        self.0.get().is_some()
    }
}

impl fmt::Debug for Sandboxes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sandboxes").field(&self.are_offered()).finish()
    }
}

/// Connects the account's simulated number, which is started if it is not there. Somebody is in
/// charge of it, as of any number.
///
/// # Errors
/// `Conflict` with `sandbox_unavailable` where nothing plays WhatsApp, `BadInput` for somebody who cannot be in charge of
/// a number.
pub async fn connect_sandbox(ctx: &Ctx, actor: &Actor, assigned: MemberId) -> Result<Managed> {
    let assigned = Some(assigned);
    let mut tx = ctx.db.begin().await?;
    lock(&mut tx, actor.account).await?;
    check_assigned(&mut tx, actor.account, assigned, true).await?;
    drop(tx);
    let start = ctx.sandboxes.0.get().ok_or_else(|| {
        Error::conflict(
            "sandbox_unavailable",
            "Nothing plays WhatsApp here. `recado dev` does.",
        )
    })?;
    let mut number = start(actor.account).await.map_err(Error::NotReached)?;
    number.assigned = assigned;
    let (id, _) = demo::connect_meta(ctx, actor.account, number, Some(actor)).await?;
    webhooks::set(ctx, actor.account, id).await?;
    get(ctx, actor, id).await
}

/// After a start of the program: the number of a sandbox that runs again, perhaps elsewhere. One that was deleted since
/// stays so.
pub async fn resume_sandbox(ctx: &Ctx, account: AccountId, number: DemoMeta) -> Result<()> {
    let mut tx = ctx.db.read().await?;
    let Some(route) = numbers::route(&mut tx, account, &number.phone_number_id).await? else {
        return Ok(());
    };
    let sender = numbers::sender(&mut tx, account, route.id).await?;
    drop(tx);
    if sender.is_none_or(|sender| sender.status == NumberStatus::Deleted) {
        return Ok(());
    }
    let (id, _) = demo::connect_meta(ctx, account, number, None).await?;
    webhooks::set(ctx, account, id).await
}
