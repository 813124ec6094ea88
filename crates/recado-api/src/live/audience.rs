//! What of an account's journal one socket gets to see.

use bytes::Bytes;
use recado_journal::{Audience, Frame};
use recado_model::{Actor, Permission};

/// What is sent for one event: itself, or that its number is passed over. One for one, so that a client can see that
/// it misses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Event(Bytes),
    Skip(i64),
}

/// Whether somebody may be told of an event at all.
pub fn may_hear(reader: &Actor, audience: Audience, kind: &str) -> bool {
    audience.includes(reader.member()) && reader.may(needed(kind))
}

pub fn shown(reader: &Actor, frame: &Frame) -> Shown {
    if may_hear(reader, frame.audience, &frame.kind) {
        Shown::Event(frame.json.clone())
    } else {
        Shown::Skip(frame.seq)
    }
}

/// Whether the frame may say that somebody's session ended, or that their rights changed: look at the caller again.
pub fn touches_actors(frame: &Frame) -> bool {
    let noun = noun(&frame.kind);
    noun == "member" || noun == "session" || noun == "api_key"
}

/// What one must be allowed to read to hear of an event. A kind that is not listed is for those who may do all.
fn needed(kind: &str) -> Permission {
    match noun(kind) {
        // It brings the contact's conversations along.
        "contact" if kind == "contact.merged" => Permission::ConversationsRead,
        "message" => Permission::MessagesRead,
        "canned_reply" => Permission::MessagesSend,
        // About the account that everybody here is in, and about the listener itself.
        "conversation" | "activity" | "view" | "session" | "notification" | "account" => {
            Permission::ConversationsRead
        }
        "note" => Permission::NotesRead,
        "contact" | "tag" => Permission::ContactsRead,
        "channel" | "template" => Permission::ChannelsRead,
        "member" => Permission::MembersRead,
        "invite" => Permission::MembersManage,
        "api_key" => Permission::KeysManage,
        "intake" | "job" => Permission::OperationsManage,
        _ => Permission::AccountManage,
    }
}

fn noun(kind: &str) -> &str {
    kind.split_once('.').map_or(kind, |(noun, _)| noun)
}

#[cfg(test)]
mod tests {
    use recado_model::{AccountId, MemberId, Role, SessionId, UserId, Who};
    use uuid::Uuid;

    use super::*;

    fn member(role: Role, id: u128) -> Actor {
        let who = Who::Member {
            member: MemberId(Uuid::from_u128(id)),
            user: UserId::MIN,
            role,
            session: SessionId::MIN,
        };
        Actor {
            account: AccountId::MIN,
            who,
            permissions: role.permissions(),
            address: None,
        }
    }

    fn frame(seq: i64, kind: &str, audience: Audience) -> Frame {
        Frame {
            seq,
            kind: kind.to_owned(),
            audience,
            json: Bytes::from_static(b"{}"),
        }
    }

    #[test]
    fn everybody_hears_only_of_what_they_may_read() {
        let sees = |role, kind| match shown(&member(role, 1), &frame(7, kind, Audience::Account)) {
            Shown::Event(json) => json == "{}",
            Shown::Skip(seq) => {
                assert_eq!(seq, 7);
                false
            }
        };
        for kind in [
            "message.created",
            "conversation.updated",
            "activity.created",
            "note.created",
            "contact.updated",
            "tag.removed",
            "channel.created",
            "member.updated",
            "view.created",
        ] {
            assert!(sees(Role::Viewer, kind), "{kind}");
        }
        assert!(!sees(Role::Viewer, "canned_reply.created"));
        assert!(sees(Role::Agent, "canned_reply.created"));
        for kind in [
            "intake.rejected",
            "job.dead",
            "invite.created",
            "api_key.revoked",
            "kind.of_tomorrow",
            "odd",
        ] {
            assert!(!sees(Role::Agent, kind), "{kind}");
            assert!(sees(Role::Owner, kind), "{kind}");
        }
    }

    #[test]
    fn a_private_event_reaches_its_member_alone() {
        let private = frame(
            1,
            "conversation.updated",
            Audience::Member(MemberId(Uuid::from_u128(1))),
        );
        assert_eq!(
            shown(&member(Role::Viewer, 1), &private),
            Shown::Event("{}".into())
        );
        assert_eq!(shown(&member(Role::Owner, 2), &private), Shown::Skip(1));
    }

    #[test]
    fn events_about_members_and_sessions_call_for_a_second_look() {
        let account = Audience::Account;
        for kind in [
            "member.updated",
            "member.removed",
            "session.ended",
            "api_key.revoked",
        ] {
            assert!(touches_actors(&frame(1, kind, account)), "{kind}");
        }
        assert!(!touches_actors(&frame(1, "message.created", account)));
        assert!(!touches_actors(&frame(1, "membership.x", account)));
    }
}
