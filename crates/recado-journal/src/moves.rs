//! Which journals have grown, whoever's they are: for readers that go through all accounts' one after the other.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use recado_model::AccountId;
use tokio::sync::Notify;

/// Accounts whose journals have grown on this node. Hints like all others: what is lost here must be found elsewhere.
#[derive(Debug, Default)]
pub struct Moves {
    accounts: Mutex<HashSet<AccountId>>,
    wake: Notify,
}

impl Moves {
    /// Waits for one at least, and answers all there are since the last time. Dropping the future loses nothing.
    pub async fn next(&self) -> Vec<AccountId> {
        loop {
            let moved = self.take();
            if !moved.is_empty() {
                return moved;
            }
            self.wake.notified().await;
        }
    }

    /// All there are since the last time, without waiting for one.
    pub fn take(&self) -> Vec<AccountId> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.drain().collect()
    }

    pub(crate) fn note(&self, account: AccountId) {
        let is_new = self
            .accounts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account);
        if is_new {
            self.wake.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_account_is_told_once_however_often_it_moved() {
        let moves = Moves::default();
        for _ in 0..3 {
            moves.note(AccountId::MIN);
        }
        moves.note(AccountId::MAX);
        let mut told = moves.next().await;
        told.sort_unstable();
        assert_eq!(told, [AccountId::MIN, AccountId::MAX]);
        let (told, ()) = tokio::join!(moves.next(), async { moves.note(AccountId::MAX) });
        assert_eq!(told, [AccountId::MAX]);
    }
}
