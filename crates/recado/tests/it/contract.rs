//! Lists and threads exactly as the public contract has them, page by page.

use std::collections::BTreeSet;

use recado_testkit::{Client, ENGINES, Installation};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

/// What may stand in a field.
#[derive(Clone, Copy, Debug)]
pub enum Is {
    Id,
    Text,
    Time,
    Count,
    Word(&'static [&'static str]),
    Null,
    OrNull(&'static Is),
    Contact,
    Tags,
    Flag,
    Health,
    /// The provider's names for a channel.
    Provider,
    /// An empty list.
    Nobodys,
}
use Is::{Contact, Count, Flag, Health, Id, Nobodys, Null, OrNull, Provider, Tags, Text, Time, Word};

/// The contract's fields, then ours.
pub const CONVERSATION: &[(&str, Is)] = &[
    ("id", Id),
    ("contact_id", Id),
    ("status", Word(&["open", "pending", "closed"])),
    ("assigned_agent_id", OrNull(&Id)),
    ("last_message_text", OrNull(&Text)),
    ("last_message_at", Time),
    ("unread_count", Count),
    ("created_at", Time),
    ("updated_at", Time),
    ("contact", Contact),
    ("channel_id", Id),
    ("last_message_id", OrNull(&Id)),
    ("last_message_type", OrNull(&Word(&["text", "unsupported"]))),
    ("last_message_direction", OrNull(&Word(&["inbound", "outbound"]))),
    ("last_message_status", OrNull(&STATUS)),
    ("window_expires_at", OrNull(&Time)),
    ("waiting_since", OrNull(&Time)),
    ("snooze", Null),
];
const CONTACT: &[(&str, Is)] = &[
    ("id", Id),
    ("phone", OrNull(&Text)),
    ("name", OrNull(&Text)),
    ("email", OrNull(&Text)),
    ("company", OrNull(&Text)),
    ("tags", Tags),
    ("avatar_url", Null),
    ("marketing_opt_out_at", Null),
];
const TAG: &[(&str, Is)] = &[("id", Id), ("name", Text), ("color", Text)];
pub const MESSAGE: &[(&str, Is)] = &[
    ("id", Id),
    ("conversation_id", Id),
    ("direction", Word(&["inbound", "outbound"])),
    ("sender_type", Word(&["customer", "agent", "system"])),
    ("content_type", Word(&["text", "unsupported"])),
    ("content_text", OrNull(&Text)),
    ("content", Null),
    ("media", Null),
    ("media_url", Null),
    ("template_name", Null),
    ("whatsapp_message_id", OrNull(&Text)),
    ("status", STATUS),
    ("reply_to_message_id", OrNull(&Id)),
    ("interactive_reply_id", Null),
    ("created_at", Time),
    ("sender_id", OrNull(&Id)),
    ("error", OrNull(&Is::Text)),
    ("idempotency_key", OrNull(&Id)),
    ("sent_at", OrNull(&Time)),
    ("reactions", Nobodys),
    ("is_echo", Flag),
    ("edited_at", Null),
    ("deleted_at", Null),
    ("deleted_by", Null),
];
const CHANNEL: &[(&str, Is)] = &[
    ("id", Id),
    ("label", Text),
    ("kind", Word(&["sandbox", "twilio"])),
    ("display_phone", Text),
    ("is_default", Flag),
    ("status", Word(&["connected"])),
    ("assigned_member_id", Id),
    ("auto_assign", Word(&["off"])),
    ("connected_at", Time),
    ("health", Health),
    ("webhook_path", Text),
    ("webhook_url", Text),
    ("provider", Provider),
];
const HEALTH: &[(&str, Is)] = &[
    ("quality", Null),
    ("limit", Null),
    ("trouble", Null),
    ("last_webhook_at", OrNull(&Time)),
    ("last_error", Null),
    ("checked_at", Null),
];
const STATUS: Is = Word(&[
    "received",
    "queued",
    "unknown",
    "sent",
    "failed",
    "delivered",
    "read",
    "played",
]);

pub fn check(what: &str, value: &Value, fields: &[(&str, Is)]) {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{what} is no object: {value}"));
    let told: BTreeSet<&str> = object.keys().map(String::as_str).collect();
    let known: BTreeSet<&str> = fields.iter().map(|(name, _)| *name).collect();
    assert_eq!(told, known, "{what}");
    for (name, is) in fields {
        assert!(
            fits(&value[name], *is),
            "{what}.{name} is {}, not {is:?}",
            value[name]
        );
    }
}

fn fits(value: &Value, is: Is) -> bool {
    match is {
        Id => value
            .as_str()
            .is_some_and(|text| uuid::Uuid::parse_str(text).is_ok() && text.len() == 36),
        // An error is an object, checked where there is one.
        Text => value.is_string() || value.get("reason").is_some_and(Value::is_string),
        Time => value.as_str().is_some_and(is_time),
        Count => value.as_u64().is_some(),
        Word(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        Null => value.is_null(),
        OrNull(other) => value.is_null() || fits(value, *other),
        Flag => value.is_boolean(),
        Nobodys => value.as_array().is_some_and(Vec::is_empty),
        Provider => {
            let keys = keys(value);
            keys == ["phone_number_id", "waba_id"] || keys == ["account_sid", "sender"]
        }
        Health => {
            check("health", value, HEALTH);
            true
        }
        Contact => {
            check("contact", value, CONTACT);
            true
        }
        Tags => {
            value
                .as_array()
                .unwrap()
                .iter()
                .for_each(|tag| check("tag", tag, TAG));
            true
        }
    }
}

/// `2026-07-01T15:44:00.000Z`, to the character.
pub fn is_time(text: &str) -> bool {
    text.len() == 24
        && text.bytes().zip(b"0000-00-00T00:00:00.000Z").all(|(byte, like)| {
            if *like == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == *like
            }
        })
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_as_the_contract_says() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        tag_everybody(&client).await;
        shapes(&client).await;
    }
}

pub async fn tag_everybody(client: &Client) {
    for contact in client.all("/api/v1/contacts").await {
        let path = format!("/api/v1/contacts/{}/tags", id(&contact));
        client.post(&path, json!({ "add": ["vip"] })).await.ok();
    }
}

async fn shapes(client: &Client) {
    let page = client.get("/api/v1/conversations").await.ok();
    assert_eq!(keys(&page), ["data", "meta"]);
    assert_eq!(page["meta"], json!({ "next_cursor": null }));
    let conversations = page["data"].as_array().unwrap();
    assert!(conversations.len() >= 12);
    for conversation in conversations {
        check("conversation", conversation, CONVERSATION);
        assert_eq!(conversation["contact"]["id"], conversation["contact_id"]);
        assert_eq!(conversation["contact"]["tags"][0]["name"], "vip");
        assert!(
            conversation["contact"]["phone"]
                .as_str()
                .unwrap()
                .starts_with('+')
        );
        let one = client.get(&people::path(conversation)).await.ok();
        assert_eq!(keys(&one), ["data"]);
        assert_eq!(one["data"], *conversation);
        let page = client
            .get(&format!("{}/messages", people::path(conversation)))
            .await
            .ok();
        assert_eq!(
            (keys(&page), &page["meta"]),
            (vec!["data", "meta"], &json!({ "next_cursor": null }))
        );
        let messages = page["data"].as_array().unwrap();
        for message in messages {
            check("message", message, MESSAGE);
            assert_eq!(message["conversation_id"], conversation["id"]);
            let inbound = message["direction"] == "inbound";
            assert_eq!(inbound, message["status"] == "received");
            assert_eq!(inbound, message["sender_type"] == "customer");
            assert!(!inbound || message["whatsapp_message_id"].is_string());
            assert_eq!(message["status"] == "failed", !message["error"].is_null());
            if let Some(error) = message["error"].as_object() {
                assert!(
                    error["reason"].is_string() && error["message"].is_string() && error.contains_key("code")
                );
            }
        }
        newest_first(messages, "created_at");
        assert_eq!(conversation["last_message_id"], messages[0]["id"]);
    }
    newest_first(conversations, "created_at");
    let error = client.get("/api/v1/conversations?limit=x").await.body;
    assert_eq!(keys(&error), ["error"]);
    assert_eq!(keys(&error["error"]), ["code", "field", "message", "request_id"]);
    let me = client.get("/api/v1/me").await.data();
    assert_eq!(keys(&me["key"]), ["id", "scopes"]);
    assert!(me["account"]["id"].is_string() && me["account"]["name"].is_string());
    for channel in client
        .get("/api/v1/channels")
        .await
        .data()
        .as_array_mut()
        .unwrap()
    {
        let phones = channel.as_object_mut().unwrap().remove("sandbox_url");
        check("channel", channel, CHANNEL);
        let is_sandbox = channel["kind"] == "sandbox";
        assert_eq!(phones.is_some_and(|url| url.is_string()), is_sandbox);
        assert_eq!(channel["is_default"], is_sandbox);
    }
}

pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

pub fn newest_first(rows: &[Value], by: &str) {
    let order: Vec<_> = rows
        .iter()
        .map(|row| (row[by].as_str().unwrap(), id(row)))
        .collect();
    assert!(order.is_sorted_by(|one, next| one > next), "by {by}: {order:?}");
}
