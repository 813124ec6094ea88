//! Customers who stop a company's promotions, and those who take them again.

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::inbound::MarketingChoice;
use recado_model::{AccountId, ContactId, Time};
use recado_store::{contacts, opt_outs};

use super::messages::{lost_to_another_node, new_contact};
use crate::events::{CONTACT_CREATED, CONTACT_UPDATED, ContactEvent, draft};
use crate::{Ctx, Error, Result};

/// Takes in what customers chose. The newest choice counts, in whatever order they come.
pub(super) async fn take_in(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: Vec<&MarketingChoice>,
    now: Time,
) -> Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for choice in told {
        let (id, is_new) = contact(ctx, tx, account, choice, now).await?;
        let at = choice.at.unwrap_or(now).min(now);
        let changed = opt_outs::choose(tx, account, id, choice.stops, at, now).await?;
        if !changed && !is_new {
            continue;
        }
        let contact = contacts::get(tx, account, id).await?;
        let contact = contact.ok_or(Error::NotFound("contact"))?;
        let kind = if is_new { CONTACT_CREATED } else { CONTACT_UPDATED };
        drafts.push(draft(kind, &ContactEvent { contact })?);
    }
    Ok(drafts)
}

/// Whose choice it is. Somebody of whom nothing is known yet becomes a contact, so that the choice is not forgotten.
async fn contact(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    choice: &MarketingChoice,
    now: Time,
) -> Result<(ContactId, bool)> {
    let ids: Vec<&str> = choice.customer.ids().collect();
    let known = contacts::by_identities(tx, account, &ids).await?;
    if let Some(row) = ids.iter().find_map(|id| known.get(*id)) {
        return Ok((row.id, false));
    }
    let row = new_contact(ctx, &choice.customer, choice.profile_name.as_deref());
    let claims: Vec<(&str, ContactId)> = ids.iter().map(|id| (*id, row.id)).collect();
    if !contacts::claim(tx, account, &claims, now).await? {
        return Err(lost_to_another_node());
    }
    contacts::insert_each(tx, account, std::slice::from_ref(&row), now).await?;
    Ok((row.id, true))
}
