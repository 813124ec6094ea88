//! News about templates. What is not told makes them be read anew.

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::inbound::TemplateUpdate;
use recado_model::{AccountId, Time};
use recado_store::templates;

use crate::events::{TEMPLATE_UPDATED, TemplateEvent, draft};
use crate::{Ctx, Result};

/// Takes in news about templates of businesses that are ours.
pub(super) async fn take_in(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: Vec<&TemplateUpdate>,
    now: Time,
) -> Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for update in told {
        let changed = templates::news(tx, account, update, now).await?;
        if update.changed || changed.is_empty() {
            crate::templates::sync_later(ctx, tx, account, &update.business).await?;
        }
        for template in changed {
            drafts.push(draft(TEMPLATE_UPDATED, &TemplateEvent { template })?);
        }
    }
    Ok(drafts)
}
