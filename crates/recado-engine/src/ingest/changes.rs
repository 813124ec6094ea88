//! Messages that their authors changed or took back. Only who wrote a message can do either.

use recado_db::Tx;
use recado_model::inbound::InboundChange;
use recado_model::{AccountId, DeletedBy, Direction, NumberId, Time};
use recado_store::conversations;
use recado_store::messages::{self, Message};

use super::content;
use crate::{Ctx, Result, deletion};

/// Takes in changes; answers the messages they changed.
pub(super) async fn take_in(
    ctx: &Ctx,
    tx: &mut Tx,
    account: AccountId,
    told: Vec<(NumberId, &InboundChange)>,
    now: Time,
) -> Result<Vec<Message>> {
    let mut changed = Vec::new();
    for (number, change) in told {
        let Some(message) = messages::by_provider(tx, account, number, &change.target).await? else {
            continue;
        };
        let is_ours = message.direction == Direction::Outbound;
        if is_ours != change.is_echo {
            continue;
        }
        let at = change.at.unwrap_or(now).min(now);
        let after = match &change.content {
            None => deletion::empty(ctx, tx, account, &message, DeletedBy::Author, at).await?,
            Some(now_holds) => {
                let kept = content::of(now_holds);
                let mut details = message.content.clone().unwrap_or_default();
                let (forwarded, referral) = (details.0.forwarded, details.0.referral.take());
                details.0 = kept.details.clone();
                (details.0.forwarded, details.0.referral) = (forwarded, referral);
                let details = (!details.0.is_empty()).then_some(details);
                messages::edit(
                    tx,
                    account,
                    message.id,
                    kept.content_type(),
                    kept.text.as_deref(),
                    details.as_ref(),
                    at,
                )
                .await?
            }
        };
        if let Some(after) = after {
            conversations::reworded(tx, account, &after).await?;
            changed.push(after);
        }
    }
    Ok(changed)
}
