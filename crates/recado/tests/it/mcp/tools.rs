//! Every tool: with a key, without its scope, with another account's ids and with nonsense.

use std::collections::BTreeSet;

use recado_testkit::{ENGINES, Engine, Installation};
use serde_json::{Map, Value, json};

use super::{Assistant, SCOPES};
use crate::RECADO;
use crate::chat::Chat;
use crate::people;

/// What comes of calling a tool with another account's ids.
enum Comes {
    /// Success, about the caller's own account alone.
    Own,
    /// Success, with nothing in it.
    Nothing,
    Refused(&'static str, Option<&'static str>),
}
use Comes::{Nothing, Own, Refused};

struct Case {
    tool: &'static str,
    needs: &'static str,
    arguments: Value,
    foreign: Comes,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tool_holds_to_scopes_and_tenants() {
    for engine in ENGINES {
        story(engine).await;
    }
}

async fn story(engine: Engine) {
    let installation = Installation::new(RECADO, engine).await;
    let recado = installation.start().await;
    let chat = Chat::open(&recado).await;
    let owner = &chat.owner;
    let cases = cases(&chat).await;
    let (_, key) = people::key(owner, &SCOPES).await;
    let permitted = Assistant(&key);
    let offered = permitted.tools().await;
    let names: BTreeSet<&str> = offered
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    let tested: BTreeSet<&str> = cases.iter().map(|case| case.tool).collect();
    assert_eq!(names, tested, "every tool has a case");

    let eve = people::sign_up(owner, "eve@elsewhere.example").await;
    let (_, stranger) = people::key(&eve, &SCOPES).await;
    let before = installation.rows().of_account(&recado.ready.account_id).await;
    for case in &cases {
        foreign(&Assistant(&stranger), case).await;
    }
    let after = installation.rows().of_account(&recado.ready.account_id).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{engine:?}: {table} of the other account");
    }
    for needs in cases.iter().map(|case| case.needs).collect::<BTreeSet<_>>() {
        let others: Vec<&str> = SCOPES.into_iter().filter(|scope| *scope != needs).collect();
        let (_, key) = people::key(owner, &others).await;
        let lacking = Assistant(&key);
        let offered: BTreeSet<String> = lacking.tools().await.iter().map(name).collect();
        for case in &cases {
            assert_eq!(
                offered.contains(case.tool),
                case.needs != needs,
                "{needs}: {}",
                case.tool
            );
        }
        for case in cases.iter().filter(|case| case.needs == needs) {
            let error = lacking
                .call(case.tool, case.arguments.clone())
                .await
                .refused("forbidden");
            assert!(error["message"].as_str().unwrap().contains(needs), "{error}");
        }
    }
    for (case, tool) in cases.iter().filter_map(|case| {
        let tool = offered.iter().find(|tool| tool["name"] == case.tool)?;
        Some((case, tool))
    }) {
        let (_, key) = people::key(owner, &SCOPES).await;
        nonsense(&Assistant(&key), case, tool).await;
    }
    for case in &cases {
        let tool = offered.iter().find(|tool| tool["name"] == case.tool).unwrap();
        holds(&tool["inputSchema"], &case.arguments, case.tool);
        let said = permitted.call(case.tool, case.arguments.clone()).await;
        assert!(!said.failed, "{engine:?} {}: {}", case.tool, said.text);
        assert!(!said.text.is_empty(), "{}", case.tool);
        holds(&tool["outputSchema"], &said.data, case.tool);
    }
}

fn name(tool: &Value) -> String {
    tool["name"].as_str().unwrap().to_owned()
}

#[track_caller]
fn holds(schema: &Value, value: &Value, tool: &str) {
    let errors: Vec<String> = jsonschema::validator_for(schema)
        .unwrap()
        .iter_errors(value)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{tool}: {errors:?}: {value}");
}

async fn foreign(stranger: &Assistant<'_>, case: &Case) {
    let said = stranger.call(case.tool, case.arguments.clone()).await;
    match case.foreign {
        Own => assert!(!said.failed, "{}: {}", case.tool, said.text),
        Nothing => {
            assert!(!said.failed, "{}: {}", case.tool, said.text);
            let lists = said.data.as_object().unwrap();
            assert!(
                lists.values().all(|list| list == &json!([])),
                "{}: {}",
                case.tool,
                said.text
            );
        }
        Refused(code, field) => {
            let error = said.refused(code);
            assert_eq!(error["field"].as_str(), field, "{}: {error}", case.tool);
        }
    }
    for (name, value) in case.arguments.as_object().unwrap() {
        let Some(value) = value.as_str().filter(|_| name.ends_with("_id")) else {
            continue;
        };
        assert!(!said.text.contains(value), "{}: {}", case.tool, said.text);
    }
}

/// Whatever is missing, unknown or of the wrong kind is named.
async fn nonsense(assistant: &Assistant<'_>, case: &Case, tool: &Value) {
    let valid = case.arguments.as_object().unwrap();
    let refused = async |arguments: Map<String, Value>, field: &str| {
        let error = assistant
            .call(case.tool, Value::Object(arguments))
            .await
            .refused("bad_request");
        let named = error["field"].as_str().unwrap_or_default();
        assert!(
            named == field || named.starts_with(&format!("{field}[")),
            "{}: {error}",
            case.tool
        );
    };
    let mut more = valid.clone();
    more.insert("nonsense".to_owned(), json!(1));
    refused(more, "nonsense").await;
    let schema = &tool["inputSchema"];
    for required in schema["required"].as_array().into_iter().flatten() {
        let required = required.as_str().unwrap();
        let mut fewer = valid.clone();
        fewer.remove(required);
        refused(fewer, required).await;
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let wrong = if property["type"] == "boolean" {
            json!("x")
        } else {
            json!(true)
        };
        let mut odd = valid.clone();
        odd.insert(name.clone(), wrong);
        refused(odd, name).await;
    }
}

/// Every tool with ids of the demo account.
async fn cases(chat: &Chat<'_>) -> Vec<Case> {
    let owner = &chat.owner;
    let conversation = chat.conversation().await;
    let (conversation, contact, channel) = (
        conversation["id"].clone(),
        conversation["contact_id"].clone(),
        conversation["channel_id"].clone(),
    );
    let members = owner.get("/api/v1/members").await.data();
    let agent = members
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["role"] == "agent")
        .unwrap();
    owner.post("/api/v1/tags", json!({ "name": "theirs" })).await.ok();
    let theirs = json!({ "conversation_id": conversation });
    let with = |more: Value| {
        let mut all = theirs.as_object().unwrap().clone();
        all.extend(more.as_object().unwrap().clone());
        Value::Object(all)
    };
    let no_field = || Refused("not_found", None);
    let bad = || Refused("bad_request", Some("conversation_id"));
    let tags = json!({ "contact_id": contact, "tags": ["theirs"] });
    let rows = [
        ("search", "messages:read", json!({ "q": "Hello" }), Nothing),
        (
            "list_conversations",
            "conversations:read",
            json!({ "contact_id": contact }),
            Nothing,
        ),
        (
            "get_conversation",
            "conversations:read",
            theirs.clone(),
            no_field(),
        ),
        ("read_thread", "messages:read", theirs.clone(), no_field()),
        (
            "get_contact",
            "contacts:read",
            json!({ "contact_id": contact }),
            no_field(),
        ),
        ("list_members", "members:read", json!({}), Own),
        ("list_channels", "channels:read", json!({}), Own),
        (
            "list_templates",
            "channels:read",
            json!({ "channel_id": channel }),
            Refused("bad_request", Some("channel_id")),
        ),
        ("list_tags", "contacts:read", json!({}), Own),
        ("list_canned_replies", "messages:send", json!({}), Own),
        (
            "draft_reply",
            "notes:write",
            with(json!({ "text": "How about noon?" })),
            bad(),
        ),
        (
            "send_message",
            "messages:send",
            with(json!({ "text": "At noon." })),
            no_field(),
        ),
        (
            "send_template",
            "messages:send",
            with(
                json!({ "name": "order_update", "language": "en_US", "body_values": { "1": "Ana", "2": "#1042" } }),
            ),
            no_field(),
        ),
        (
            "send_file",
            "messages:send",
            with(json!({ "type": "image", "media_url": "https://example.com/menu.png" })),
            no_field(),
        ),
        (
            "start_conversation",
            "messages:send",
            json!({ "contact_id": contact, "text": "At noon?" }),
            Refused("whatsapp_not_configured", None),
        ),
        (
            "add_note",
            "notes:write",
            with(json!({ "text": "Asked twice" })),
            bad(),
        ),
        (
            "assign_conversation",
            "conversations:write",
            with(json!({ "assigned_agent_id": agent["id"] })),
            no_field(),
        ),
        (
            "set_status",
            "conversations:write",
            with(json!({ "status": "closed" })),
            no_field(),
        ),
        (
            "snooze_conversation",
            "conversations:write",
            with(json!({ "until": null })),
            no_field(),
        ),
        ("mark_read", "conversations:write", theirs.clone(), no_field()),
        ("tag_contact", "contacts:write", tags.clone(), no_field()),
        ("untag_contact", "contacts:write", tags, no_field()),
    ];
    let case = |(tool, needs, arguments, foreign)| Case {
        tool,
        needs,
        arguments,
        foreign,
    };
    rows.into_iter().map(case).collect()
}
