//! What a client says over its socket: which conversation it shows, and that somebody writes in it.

use std::time::Duration;

use recado_engine::presence::Seat;
use recado_model::{Actor, Permission};
use tokio::time::Instant;

use super::frames::ClientFrame;

/// Somebody who has not said for so long that they type has stopped.
const TYPING_LASTS: Duration = Duration::from_secs(6);

/// So many frames at once are heard, and one more for every pause.
const MOST_AT_ONCE: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// What was heard so far.
#[derive(Debug)]
pub struct Said {
    /// How many frames may be heard now.
    left: u32,
    counted: Instant,
    typing_ends: Option<Instant>,
}

impl Default for Said {
    fn default() -> Self {
        Self {
            left: MOST_AT_ONCE,
            counted: Instant::now(),
            typing_ends: None,
        }
    }
}

impl Said {
    /// Takes in one frame. What is not understood may be of a later version, and is passed over.
    pub fn hear(&mut self, text: &str, seat: &Seat, actor: &Actor) {
        if !self.may_speak() {
            return;
        }
        match serde_json::from_str(text) {
            Ok(ClientFrame::Viewing { conversation_id }) => {
                seat.view(conversation_id);
            }
            Ok(ClientFrame::Typing {
                conversation_id,
                on: true,
            }) if actor.may(Permission::MessagesSend) => {
                seat.type_in(Some(conversation_id));
                self.typing_ends = Some(Instant::now() + TYPING_LASTS);
            }
            Ok(ClientFrame::Typing { .. }) => self.stop_typing(Some(seat)),
            Err(_) => {}
        }
    }

    /// When typing is over unless it is said again.
    pub const fn typing_ends(&self) -> Option<Instant> {
        self.typing_ends
    }

    pub fn stop_typing(&mut self, seat: Option<&Seat>) {
        self.typing_ends = None;
        if let Some(seat) = seat {
            seat.type_in(None);
        }
    }

    fn may_speak(&mut self) -> bool {
        let pauses = self.counted.elapsed().as_millis() / PAUSE.as_millis();
        let regained = u32::try_from(pauses).unwrap_or(MOST_AT_ONCE);
        if regained > 0 {
            self.left = self.left.saturating_add(regained).min(MOST_AT_ONCE);
            self.counted = Instant::now();
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }
}

#[cfg(test)]
mod tests {
    use recado_engine::presence::Presence;
    use recado_model::{AccountId, ConversationId, MemberId, Role, SessionId, UserId, Who};
    use serde_json::json;

    use super::*;

    const HERE: AccountId = AccountId::MIN;
    const ME: MemberId = MemberId::MIN;
    const THREAD: ConversationId = ConversationId::MAX;

    fn actor(role: Role) -> Actor {
        let who = Who::Member {
            member: ME,
            user: UserId::MIN,
            role,
            session: SessionId::MIN,
        };
        Actor {
            account: HERE,
            address: None,
            who,
            permissions: role.permissions(),
        }
    }

    fn typing(on: bool) -> String {
        json!({ "type": "typing", "conversation_id": THREAD, "on": on }).to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_writes_is_seen_until_they_stop() {
        let (presence, mut said) = (Presence::default(), Said::default());
        let mut seat = presence.join(HERE, ME);
        let agent = actor(Role::Agent);
        said.hear(&typing(true), &seat, &agent);
        assert_eq!(seat.changed().await[0].typing, [THREAD]);
        assert_eq!(said.typing_ends(), Some(Instant::now() + TYPING_LASTS));
        said.hear(&typing(false), &seat, &agent);
        let seen = seat.changed().await.remove(0);
        assert!(seen.typing.is_empty() && seen.viewing == [THREAD]);
        said.hear(r#"{"type":"viewing","conversation_id":null}"#, &seat, &agent);
        assert!(seat.changed().await[0].viewing.is_empty());
        // Who may not reply does not write, and who talks nonsense says nothing.
        said.hear(&typing(true), &seat, &actor(Role::Viewer));
        for nonsense in [
            "",
            "hello",
            "{}",
            r#"{"type":"viewing","conversation_id":7}"#,
            r#"{"type":"dancing"}"#,
        ] {
            said.hear(nonsense, &seat, &agent);
        }
        assert!(!presence.is_viewing(HERE, ME, THREAD));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_talks_too_much_is_not_heard_for_a_moment() {
        let mut said = Said::default();
        assert_eq!(
            (0..100).filter(|_| said.may_speak()).count(),
            MOST_AT_ONCE as usize
        );
        tokio::time::advance(PAUSE * 3).await;
        assert_eq!((0..100).filter(|_| said.may_speak()).count(), 3);
    }
}
