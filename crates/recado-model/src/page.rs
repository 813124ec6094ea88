//! Keyset pages: a position in a list ordered by (time, id), newest first, that survives inserts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::ids::AccountId;
use crate::time::Time;

/// The last row of a page: the next page starts right after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: Time,
    pub id: Uuid,
}

impl Cursor {
    /// Where every list begins: before the newest row. A sentinel instead of a null keeps one statement and its index.
    pub const START: Self = Self {
        at: Time::MAX,
        id: Uuid::max(),
    };

    /// The same position in a list that runs the other way, oldest first. Its own inverse; the start stays the start.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self {
            at: Time::from_millis(Time::MAX.millis() - self.at.millis()),
            id: Uuid::from_u128(!self.id.as_u128()),
        }
    }

    /// The opaque form on the wire. `list` names the list it was issued for; it is good for no other one.
    pub fn encode(self, account: AccountId, list: &str) -> String {
        let mut bytes = [0; 28];
        bytes[..8].copy_from_slice(&self.at.millis().to_be_bytes());
        bytes[8..24].copy_from_slice(self.id.as_bytes());
        let check = checksum(account, list, &bytes[..24]);
        bytes[24..].copy_from_slice(&check);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// None for anything that [`Cursor::encode`] did not make for this account and list.
    pub fn decode(text: &str, account: AccountId, list: &str) -> Option<Self> {
        let bytes: [u8; 28] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        if checksum(account, list, &bytes[..24]) != bytes[24..] {
            return None;
        }
        let millis = i64::from_be_bytes(bytes[..8].try_into().ok()?);
        Some(Self {
            at: Time::from_millis(millis),
            id: Uuid::from_slice(&bytes[8..24]).ok()?,
        })
    }
}

/// Catches mistakes, not attackers: a forged cursor shows nothing that its account may not see anyway.
fn checksum(account: AccountId, list: &str, position: &[u8]) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(account.0)
        .chain_update(list)
        .chain_update(position)
        .finalize();
    [digest[0], digest[1], digest[2], digest[3]]
}

/// One page of a list and where the next one starts; none on the last page.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Makes a page out of up to `limit + 1` rows: the one too many tells that there is a next page.
    pub fn from_rows(mut rows: Vec<T>, limit: i64, position: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(position) } else { None };
        Self { items: rows, next }
    }
}

/// What was read, and the account's journal position in the same snapshot: load this, then listen from `seq`.
#[derive(Clone, Debug)]
pub struct Snapshot<T> {
    pub seq: i64,
    pub value: T,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back_only_for_its_own_list(millis in 0..Time::MAX.millis(), id: u128, account: u128) {
            let (account, other) = (AccountId(Uuid::from_u128(account)), AccountId(Uuid::from_u128(account ^ 1)));
            let cursor = Cursor { at: Time::from_millis(millis), id: Uuid::from_u128(id) };
            let text = cursor.encode(account, "conversations");
            prop_assert_eq!(Cursor::decode(&text, account, "conversations"), Some(cursor));
            prop_assert_eq!(Cursor::decode(&text, account, "messages"), None);
            prop_assert_eq!(Cursor::decode(&text, other, "conversations"), None);
        }

        #[test]
        fn no_text_breaks_decoding(text in ".{0,60}") {
            prop_assert_eq!(Cursor::decode(&text, AccountId::MIN, "conversations"), None);
        }
    }

    #[test]
    fn a_mirrored_list_begins_before_its_oldest_row() {
        let start = Cursor::START.mirrored();
        assert_eq!((start.at, start.id), (Time::MIN, Uuid::nil()));
        let one = Cursor {
            at: Time::from_seconds(1_700_000_000),
            id: Uuid::from_u128(7),
        };
        assert_eq!(one.mirrored().mirrored(), one);
    }

    #[test]
    fn one_row_too_many_means_a_next_page() {
        let position = |n: &u128| Cursor {
            at: Time::MIN,
            id: Uuid::from_u128(*n),
        };
        let page = Page::from_rows(vec![3, 2, 1], 2, position);
        assert_eq!(
            (page.items, page.next.map(|cursor| cursor.id.as_u128())),
            (vec![3, 2], Some(2))
        );
        assert!(Page::from_rows(vec![3, 2], 2, position).next.is_none());
    }
}
