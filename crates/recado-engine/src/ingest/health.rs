//! How our numbers are doing, by the provider's word.

use std::time::Duration;

use recado_db::Tx;
use recado_journal::Draft;
use recado_model::inbound::HealthUpdate;
use recado_model::phone::Phone;
use recado_model::{AccountId, FailureReason, Json, NumberError, NumberId, Time};
use recado_store::numbers::{self, Health};

use crate::Result;
use crate::events::{CHANNEL_UPDATED, ChannelEvent, draft};

/// How old the time may be that a number shows as that of its last webhook: one write a minute, not one a message.
const STALE: Duration = Duration::from_mins(1);

/// Takes in news about numbers.
pub(super) async fn take_in(
    tx: &mut Tx,
    account: AccountId,
    told: Vec<&HealthUpdate>,
    now: Time,
) -> Result<Vec<Draft>> {
    let mut drafts = Vec::new();
    for update in told {
        for number in numbers::of_business(tx, account, &update.business).await? {
            if update
                .display_phone
                .as_deref()
                .is_some_and(|phone| !same_phone(phone, &number.display_phone))
            {
                continue;
            }
            let changed = if let Some(trouble) = &update.trouble {
                let error = Json(NumberError {
                    reason: FailureReason::NumberUnhealthy,
                    message: format!("{}: {trouble}", update.event),
                    at: now,
                });
                numbers::failed(tx, account, number.id, &error, Some(trouble)).await?
            } else {
                // That something else happened does not mean that the trouble is over.
                let health = Health {
                    quality: None,
                    messaging_limit: update.limit.clone(),
                    trouble: number.trouble.clone(),
                };
                numbers::checked(tx, account, number.id, &health, now).await?
            };
            if let Some(channel) = changed {
                drafts.push(draft(CHANNEL_UPDATED, &ChannelEvent { channel })?);
            }
        }
    }
    Ok(drafts)
}

/// Whether it is time to say again that the provider has told us something.
pub(super) fn is_stale(last: Option<Time>, now: Time) -> bool {
    last.is_none_or(|last| now.since(last) > STALE)
}

/// Shows that the provider has told us something, to the minute.
pub(super) async fn heard(
    tx: &mut Tx,
    account: AccountId,
    mut heard: Vec<NumberId>,
    now: Time,
) -> Result<Vec<Draft>> {
    heard.sort_unstable();
    heard.dedup();
    let mut drafts = Vec::new();
    for number in heard {
        if let Some(channel) = numbers::heard(tx, account, number, now, now.minus(STALE)).await? {
            drafts.push(draft(CHANNEL_UPDATED, &ChannelEvent { channel })?);
        }
    }
    Ok(drafts)
}

/// Providers write a number now with spaces, now without.
fn same_phone(a: &str, b: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (a, b) = (digits(a), digits(b));
    a == b || (!a.is_empty() && Phone::from_wa_id(&a) == Phone::from_wa_id(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_the_same_however_it_is_written() {
        assert!(same_phone("+1 555-000-1111", "15550001111"));
        assert!(!same_phone("15550001111", "15550001112"));
    }
}
