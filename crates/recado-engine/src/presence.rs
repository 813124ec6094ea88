//! Who is here: which members have the app open, which conversation they look at, and where they type.
//!
//! Nothing of it is kept. It lives in the sockets of this process and ends with them; whoever listens is handed the
//! members that changed since they last looked, as they are now, so that a slow listener gets the latest and no more.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use recado_model::{AccountId, ConversationId, MemberId};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

/// The presence of all accounts on this node. Clones share it.
#[derive(Clone, Default)]
pub struct Presence(Arc<Hub>);

/// One member as the others see them, all their tabs and devices together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MemberPresence {
    pub member_id: MemberId,
    /// Whether they have the app open.
    pub online: bool,
    /// The conversations on their screens.
    pub viewing: Vec<ConversationId>,
    /// Those of them they are writing in.
    pub typing: Vec<ConversationId>,
}

#[derive(Default)]
struct Hub {
    rooms: Mutex<HashMap<AccountId, Room>>,
}

/// An account with somebody in it.
struct Room {
    /// Raised by every change.
    version: watch::Sender<u64>,
    next_seat: u64,
    seats: HashMap<u64, Place>,
    /// When each member who was here last changed.
    changed: HashMap<MemberId, u64>,
}

#[derive(Clone, Copy)]
struct Place {
    member: MemberId,
    viewing: Option<ConversationId>,
    typing: Option<ConversationId>,
}

/// A socket's place in its account. Whoever drops it is gone.
pub struct Seat {
    hub: Arc<Hub>,
    account: AccountId,
    member: MemberId,
    id: u64,
    /// The version up to which the listener knows everything.
    seen: u64,
    version: watch::Receiver<u64>,
}

impl Presence {
    /// Somebody opens the app.
    pub fn join(&self, account: AccountId, member: MemberId) -> Seat {
        let mut rooms = self.0.rooms();
        let room = rooms.entry(account).or_insert_with(Room::new);
        let id = room.next_seat;
        room.next_seat += 1;
        let version = room.version.subscribe();
        room.change(member, |seats| {
            let place = Place {
                member,
                viewing: None,
                typing: None,
            };
            seats.insert(id, place);
        });
        Seat {
            hub: Arc::clone(&self.0),
            account,
            member,
            id,
            seen: 0,
            version,
        }
    }

    /// Whether the member has the conversation on a screen, as far as this node knows.
    pub fn is_viewing(&self, account: AccountId, member: MemberId, conversation: ConversationId) -> bool {
        let rooms = self.0.rooms();
        let Some(room) = rooms.get(&account) else {
            return false;
        };
        room.seats
            .values()
            .any(|place| place.member == member && place.viewing == Some(conversation))
    }
}

impl Seat {
    /// They look at this conversation now, or at none. Whoever looks away has stopped typing.
    pub fn view(&self, conversation: Option<ConversationId>) {
        self.place(|place| {
            place.viewing = conversation;
            place.typing = place.typing.filter(|typing| conversation == Some(*typing));
        });
    }

    /// They write in this conversation, which is then the one they look at, or in none.
    pub fn type_in(&self, conversation: Option<ConversationId>) {
        self.place(|place| {
            place.typing = conversation;
            place.viewing = conversation.or(place.viewing);
        });
    }

    fn place(&self, change: impl FnOnce(&mut Place)) {
        let mut rooms = self.hub.rooms();
        if let Some(room) = rooms.get_mut(&self.account) {
            room.change(self.member, |seats| {
                if let Some(place) = seats.get_mut(&self.id) {
                    change(place);
                }
            });
        }
    }

    /// Waits for members who changed, first for all who are here. Dropping the future loses nothing.
    pub async fn changed(&mut self) -> Vec<MemberPresence> {
        loop {
            let news = self.news();
            if !news.is_empty() {
                return news;
            }
            if self.version.changed().await.is_err() {
                // The room lives as long as our seat in it; nothing more can come without it.
                std::future::pending::<()>().await;
            }
        }
    }

    fn news(&mut self) -> Vec<MemberPresence> {
        let version = *self.version.borrow_and_update();
        if version == self.seen {
            return Vec::new();
        }
        let news = self.since(self.seen);
        self.seen = version;
        news
    }

    fn since(&self, seen: u64) -> Vec<MemberPresence> {
        let rooms = self.hub.rooms();
        let Some(room) = rooms.get(&self.account) else {
            return Vec::new();
        };
        let mut news: Vec<MemberPresence> = room
            .changed
            .iter()
            .filter(|(_, changed)| **changed > seen)
            .map(|(member, _)| seen_of(&room.seats, *member))
            // Whoever has just come need not hear of those who went before.
            .filter(|one| one.online || seen > 0)
            .collect();
        news.sort_unstable_by_key(|one| one.member_id);
        news
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rooms = self.hub.rooms();
        if let Some(room) = rooms.get_mut(&self.account) {
            room.change(self.member, |seats| {
                seats.remove(&self.id);
            });
            if room.seats.is_empty() {
                rooms.remove(&self.account);
            }
        }
    }
}

impl Hub {
    fn rooms(&self) -> MutexGuard<'_, HashMap<AccountId, Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn new() -> Self {
        Self {
            version: watch::Sender::new(0),
            next_seat: 0,
            seats: HashMap::new(),
            changed: HashMap::new(),
        }
    }

    /// Does something to the member's seats, and tells the others if they see a difference.
    fn change(&mut self, member: MemberId, change: impl FnOnce(&mut HashMap<u64, Place>)) {
        let before = seen_of(&self.seats, member);
        change(&mut self.seats);
        if seen_of(&self.seats, member) != before {
            let version = *self.version.borrow() + 1;
            self.changed.insert(member, version);
            self.version.send_replace(version);
        }
    }
}

fn seen_of(seats: &HashMap<u64, Place>, member: MemberId) -> MemberPresence {
    let places = || seats.values().filter(|place| place.member == member);
    let sorted = |ids: &mut dyn Iterator<Item = ConversationId>| {
        let mut ids: Vec<ConversationId> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    MemberPresence {
        member_id: member,
        online: places().next().is_some(),
        viewing: sorted(&mut places().filter_map(|place| place.viewing)),
        typing: sorted(&mut places().filter_map(|place| place.typing)),
    }
}

impl fmt::Debug for Presence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presence").finish_non_exhaustive()
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seat")
            .field("member", &self.member)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn member(id: u128) -> MemberId {
        MemberId(Uuid::from_u128(id))
    }

    fn conversation(id: u128) -> ConversationId {
        ConversationId(Uuid::from_u128(id))
    }

    #[test]
    fn everybody_sees_what_the_others_do_and_only_the_latest_of_it() {
        let presence = Presence::default();
        let account = AccountId::MIN;
        let mut ana = presence.join(account, member(1));
        let bob = presence.join(account, member(2));
        assert_eq!(ana.news().len(), 2);
        assert!(ana.news().is_empty());
        bob.view(Some(conversation(7)));
        bob.type_in(Some(conversation(8)));
        let seen = MemberPresence {
            member_id: member(2),
            online: true,
            viewing: vec![conversation(8)],
            typing: vec![conversation(8)],
        };
        assert_eq!(ana.news(), [seen]);
        assert!(presence.is_viewing(account, member(2), conversation(8)));
        bob.view(Some(conversation(8)));
        assert!(ana.news().is_empty(), "nothing changed");
        bob.view(None);
        assert!(ana.news()[0].typing.is_empty());
        drop(bob);
        assert!(!ana.news()[0].online);
    }

    #[test]
    fn a_member_is_here_until_their_last_tab_goes() {
        let presence = Presence::default();
        let account = AccountId::MIN;
        let mut ana = presence.join(account, member(1));
        let (one, two) = (
            presence.join(account, member(2)),
            presence.join(account, member(2)),
        );
        one.view(Some(conversation(1)));
        two.view(Some(conversation(2)));
        ana.news();
        drop(one);
        assert_eq!(ana.news()[0].viewing, [conversation(2)]);
        drop(two);
        assert!(!ana.news()[0].online);
        // Who comes after that hears of those who are here only.
        let mut eve = presence.join(account, member(3));
        let here: Vec<MemberId> = eve.news().iter().map(|one| one.member_id).collect();
        assert_eq!(here, [member(1), member(3)]);
    }

    #[test]
    fn accounts_do_not_see_each_other_and_leave_nothing_behind() {
        let presence = Presence::default();
        let mut here = presence.join(AccountId::MIN, member(1));
        let there = presence.join(AccountId::MAX, member(2));
        here.news();
        there.view(Some(conversation(1)));
        assert!(here.news().is_empty());
        assert!(!presence.is_viewing(AccountId::MIN, member(2), conversation(1)));
        drop((here, there));
        assert!(presence.0.rooms().is_empty());
    }
}
