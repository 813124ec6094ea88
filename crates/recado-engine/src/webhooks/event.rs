//! An entry of the journal as an endpoint is told of it.
//!
//! Each entry is one event, under a name that says what happened. What the public API's clients look for first stands at
//! the top of `data`; beside it is everything that the journal has.

use recado_journal::{Audience, Event};
use recado_model::{AccountId, Time, WebhookEvent};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::events;

/// What is told.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) id: Uuid,
    pub(super) event: WebhookEvent,
    /// What it is about: events of the same subject are told in their order.
    pub(super) subject: Option<String>,
    pub(super) at: Time,
    pub(super) data: Map<String, Value>,
}

/// The words of both forms: `event` and `occurred_at` are the compatible ones, `type` and `timestamp` those of Standard
/// Webhooks.
#[derive(Serialize)]
struct Body<'a> {
    id: Uuid,
    event: WebhookEvent,
    r#type: WebhookEvent,
    occurred_at: Time,
    timestamp: Time,
    account_id: AccountId,
    data: &'a Map<String, Value>,
}

impl Told {
    /// None for what is private, or none of a program's business.
    pub(super) fn of(account: AccountId, entry: &Event) -> Option<Self> {
        if entry.audience != Audience::Account {
            return None;
        }
        let known = event_of(&entry.kind)?;
        let Ok(Value::Object(data)) = serde_json::from_str(&entry.body) else {
            tracing::error!(seq = entry.seq, kind = entry.kind, "an event cannot be told");
            return None;
        };
        let (event, data) = read(known, data);
        Some(Self {
            id: event_id(account, entry.seq),
            event,
            subject: data
                .get("conversation_id")
                .and_then(Value::as_str)
                .map(str::to_owned),
            at: entry.at,
            data,
        })
    }

    /// To try an endpoint.
    pub(super) fn test(id: Uuid, at: Time) -> Self {
        let mut data = Map::new();
        let message = "This is a test. If you can read it, the endpoint works.";
        data.insert("message".to_owned(), message.into());
        Self {
            id,
            event: WebhookEvent::Test,
            subject: None,
            at,
            data,
        }
    }

    /// The bytes that are signed and sent.
    pub(super) fn body(&self, account: AccountId) -> serde_json::Result<String> {
        serde_json::to_string(&Body {
            id: self.id,
            event: self.event,
            r#type: self.event,
            occurred_at: self.at,
            timestamp: self.at,
            account_id: account,
            data: &self.data,
        })
    }
}

/// Follows from the entry's place, so that it is the same whenever and wherever it is told.
fn event_id(account: AccountId, seq: i64) -> Uuid {
    let digest = Sha256::new()
        .chain_update("recado event")
        .chain_update(account.0)
        .chain_update(seq.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// By the entry's kind alone. What is told of messages and activities depends on what they are, too.
fn event_of(kind: &str) -> Option<WebhookEvent> {
    match kind {
        events::MESSAGE_CREATED => Some(WebhookEvent::MessageReceived),
        // About what members see, and what operators have to mend.
        events::VIEW_CREATED
        | events::VIEW_UPDATED
        | events::VIEW_REMOVED
        | events::CANNED_REPLY_CREATED
        | events::CANNED_REPLY_UPDATED
        | events::CANNED_REPLY_REMOVED
        | events::INTAKE_REJECTED => None,
        other => other.parse().ok().filter(|event| *event != WebhookEvent::Test),
    }
}

fn read(known: WebhookEvent, mut data: Map<String, Value>) -> (WebhookEvent, Map<String, Value>) {
    let of = |thing: &str, field: &str| data.get(thing).and_then(|thing| thing.get(field)).cloned();
    let mut told = known;
    let mut top: Vec<(&str, Option<Value>)> = Vec::new();
    match known {
        WebhookEvent::MessageReceived | WebhookEvent::MessageUpdated => {
            let is = |field: &str, value: &str| of("message", field).is_some_and(|found| found == value);
            let is_gone = of("message", "deleted_at").is_some_and(|at| !at.is_null());
            told = match (known, is("direction", "outbound")) {
                (WebhookEvent::MessageReceived, true) => WebhookEvent::MessageSent,
                (WebhookEvent::MessageUpdated, true) if !is_gone => WebhookEvent::MessageStatusUpdated,
                _ => known,
            };
            top.extend([
                ("conversation_id", of("message", "conversation_id")),
                ("contact_id", of("conversation", "contact_id")),
                ("channel_id", of("conversation", "channel_id")),
                ("message_id", of("message", "id")),
                ("whatsapp_message_id", of("message", "whatsapp_message_id")),
                ("content_type", of("message", "content_type")),
                ("text", of("message", "content_text")),
                ("status", of("message", "status")),
            ]);
        }
        WebhookEvent::ConversationCreated
        | WebhookEvent::ConversationUpdated
        | WebhookEvent::ConversationRemoved => top.extend([
            ("conversation_id", of("conversation", "id")),
            ("contact_id", of("conversation", "contact_id")),
            ("channel_id", of("conversation", "channel_id")),
        ]),
        WebhookEvent::ActivityCreated => {
            let what = of("activity", "kind");
            top.push(("conversation_id", of("activity", "conversation_id")));
            match what.as_ref().and_then(Value::as_str) {
                Some("assigned") => {
                    told = WebhookEvent::ConversationAssigned;
                    top.push(("assigned_agent_id", of("activity", "member_id")));
                }
                Some("unassigned") => {
                    told = WebhookEvent::ConversationAssigned;
                    top.push(("assigned_agent_id", None));
                }
                Some("status_changed") => {
                    told = WebhookEvent::ConversationStatusChanged;
                    top.push(("status", of("activity", "to")));
                    top.push(("previous_status", of("activity", "from")));
                }
                Some("reopened") => {
                    told = WebhookEvent::ConversationStatusChanged;
                    top.push(("status", Some("open".into())));
                    top.push(("previous_status", of("activity", "from")));
                }
                _ => {}
            }
        }
        WebhookEvent::NoteCreated | WebhookEvent::NoteUpdated | WebhookEvent::NoteRemoved => {
            top.push(("conversation_id", of("note", "conversation_id")));
        }
        WebhookEvent::ContactCreated | WebhookEvent::ContactUpdated | WebhookEvent::ContactMerged => {
            top.push(("contact_id", of("contact", "id")));
        }
        _ => {}
    }
    for (name, value) in top {
        data.insert(name.to_owned(), value.unwrap_or(Value::Null));
    }
    (told, data)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use recado_model::MemberId;
    use serde_json::json;

    use super::*;

    fn entry(kind: &str, body: &Value) -> Event {
        Event {
            seq: 7,
            kind: kind.to_owned(),
            audience: Audience::Account,
            body: body.to_string(),
            at: Time::from_seconds(1_800_000_000),
        }
    }

    fn told(kind: &str, body: &Value) -> Option<(&'static str, Map<String, Value>)> {
        Told::of(AccountId::MIN, &entry(kind, body)).map(|told| (told.event.as_str(), told.data))
    }

    #[test]
    fn messages_are_told_by_their_direction() {
        let body = |direction: &str, deleted: Value| {
            json!({
                "message": { "id": "m", "conversation_id": "c", "direction": direction, "content_type": "text",
                    "content_text": "Hi", "whatsapp_message_id": "w", "status": "read", "deleted_at": deleted },
                "conversation": { "id": "c", "contact_id": "p", "channel_id": "n" },
            })
        };
        for (kind, direction, deleted, event) in [
            ("message.created", "inbound", Value::Null, "message.received"),
            ("message.created", "outbound", Value::Null, "message.sent"),
            (
                "message.updated",
                "outbound",
                Value::Null,
                "message.status_updated",
            ),
            ("message.updated", "outbound", json!("then"), "message.updated"),
            ("message.updated", "inbound", Value::Null, "message.updated"),
        ] {
            let (name, data) = told(kind, &body(direction, deleted)).unwrap();
            assert_eq!(name, event, "{kind} {direction}");
            for (field, value) in [
                ("conversation_id", "c"),
                ("contact_id", "p"),
                ("channel_id", "n"),
                ("whatsapp_message_id", "w"),
                ("content_type", "text"),
                ("text", "Hi"),
                ("status", "read"),
            ] {
                assert_eq!(data[field], value, "{field}");
            }
            assert_eq!(data["message"]["id"], "m");
        }
    }

    #[test]
    fn what_happens_to_a_conversation_has_a_name() {
        let activity = |what: Value| {
            let mut activity = what;
            activity["conversation_id"] = "c".into();
            json!({ "activity": activity })
        };
        let (name, data) = told(
            "activity.created",
            &activity(json!({ "kind": "assigned", "member_id": "m" })),
        )
        .unwrap();
        assert_eq!(
            (name, &data["assigned_agent_id"]),
            ("conversation.assigned", &json!("m"))
        );
        let (name, data) = told(
            "activity.created",
            &activity(json!({ "kind": "unassigned", "member_id": "m" })),
        )
        .unwrap();
        assert_eq!(
            (name, &data["assigned_agent_id"]),
            ("conversation.assigned", &Value::Null)
        );
        let (name, data) = told(
            "activity.created",
            &activity(json!({ "kind": "reopened", "from": "closed" })),
        )
        .unwrap();
        assert_eq!(name, "conversation.status_changed");
        assert_eq!(
            (&data["status"], &data["previous_status"]),
            (&json!("open"), &json!("closed"))
        );
        let (name, data) = told("activity.created", &activity(json!({ "kind": "woke" }))).unwrap();
        assert_eq!(
            (name, &data["conversation_id"]),
            ("activity.created", &json!("c"))
        );
    }

    #[test]
    fn what_is_private_or_inside_is_not_told() {
        for kind in [
            "session.ended",
            "notification.created",
            "view.created",
            "intake.rejected",
            "webhook.test",
            "kind.of_tomorrow",
        ] {
            assert!(told(kind, &json!({})).is_none(), "{kind}");
        }
        let mut private = entry("note.created", &json!({ "note": {} }));
        assert!(Told::of(AccountId::MIN, &private).is_some());
        private.audience = Audience::Member(MemberId::MAX);
        assert!(Told::of(AccountId::MIN, &private).is_none());
    }

    #[test]
    fn an_entry_has_one_id_for_ever() {
        let id = event_id(AccountId::MIN, 7);
        assert_eq!(id, event_id(AccountId::MIN, 7));
        assert_ne!(id, event_id(AccountId::MIN, 8));
        assert_ne!(id, event_id(AccountId::MAX, 7));
        assert_eq!(id.get_version_num(), 8);
    }

    proptest! {
        #[test]
        fn no_body_is_too_odd(kind in 0..WebhookEvent::ALL.len(), body in "\\PC{0,60}|\\{\"(message|activity|note)\":[\\[\\]{}0-9]{0,4}\\}") {
            let kind = WebhookEvent::ALL[kind].as_str();
            let mut odd = entry(kind, &Value::Null);
            odd.body = body;
            if let Some(told) = Told::of(AccountId::MIN, &odd) {
                prop_assert!(told.body(AccountId::MIN).is_ok());
            }
        }
    }
}
