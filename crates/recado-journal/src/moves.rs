//! Which journals have grown, whoever's they are: for readers that go through all accounts' one after the other.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError, RwLock};

use recado_model::AccountId;
use tokio::sync::Notify;

/// Accounts whose journals have grown on this node. Hints like all others: what is lost here must be found elsewhere.
#[derive(Debug, Default)]
pub struct Moves {
    accounts: Mutex<HashSet<AccountId>>,
    /// Of whom alone it is told; none for everybody.
    of: Option<RwLock<HashSet<AccountId>>>,
    wake: Notify,
}

impl Moves {
    /// Of nobody, until it is told of whom.
    pub(crate) fn of_nobody() -> Self {
        Self {
            of: Some(RwLock::default()),
            ..Self::default()
        }
    }

    /// Of whom it tells, where it does not tell of everybody.
    pub fn told_of(&self) -> HashSet<AccountId> {
        let of = self.of.as_ref();
        of.map(|of| of.read().unwrap_or_else(PoisonError::into_inner).clone())
            .unwrap_or_default()
    }

    /// Tells of `more` and no longer of `less` from now on. All others cost nothing but a look.
    pub fn change<'a>(&self, more: &HashSet<AccountId>, less: impl Iterator<Item = &'a AccountId>) {
        if let Some(of) = &self.of {
            let mut of = of.write().unwrap_or_else(PoisonError::into_inner);
            of.extend(more);
            for account in less {
                of.remove(account);
            }
        }
    }

    /// Tells of one more, as if its journal had grown just now.
    pub fn tell_of_one_more(&self, account: AccountId) {
        if let Some(of) = &self.of {
            of.write().unwrap_or_else(PoisonError::into_inner).insert(account);
        }
        self.note(account);
    }

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
        if let Some(of) = &self.of
            && !of
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .contains(&account)
        {
            return;
        }
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

    #[tokio::test]
    async fn who_is_not_asked_for_wakes_nobody() {
        let moves = Moves::of_nobody();
        moves.note(AccountId::MIN);
        assert_eq!(moves.take(), []);
        moves.tell_of_one_more(AccountId::MIN);
        assert_eq!(moves.next().await, [AccountId::MIN], "it may have grown before");
        moves.note(AccountId::MIN);
        moves.note(AccountId::MAX);
        assert_eq!(moves.take(), [AccountId::MIN]);
        let before = moves.told_of();
        moves.change(&HashSet::from([AccountId::MAX]), before.iter());
        moves.note(AccountId::MIN);
        assert_eq!(moves.take(), []);
        assert_eq!(moves.told_of(), HashSet::from([AccountId::MAX]));
    }
}
