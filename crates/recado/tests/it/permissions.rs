//! Who may call what: every operation by everybody, against a table written here.

use std::collections::BTreeSet;

use recado_testkit::{Answer, Client, Engine, Installation, keys};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, Team, id};

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Anybody,
    /// Any session, any key.
    Somebody,
    /// Any session; a key has none.
    Session,
    /// Whoever has this permission.
    With(&'static str),
}
use May::{Anybody, Session, Somebody, With};

/// The one whose failures are a sentence and no more.
const COMPATIBLE: &str = "POST /api/whatsapp/send";

/// The last two end sessions, so they come last.
const OPERATIONS: &[(&str, May)] = &[
    ("POST /api/v1/signup", Anybody),
    ("POST /api/v1/session", Anybody),
    ("GET /api/v1/invites/token/{token}", Anybody),
    ("POST /api/v1/invites/token/{token}/accept", Anybody),
    ("GET /api/v1/me", Somebody),
    ("PUT /api/v1/me/availability", Session),
    ("PATCH /api/v1/me", Session),
    ("POST /api/v1/me/password", Session),
    ("POST /api/v1/me/leave", Session),
    ("PUT /api/v1/me/avatar", Session),
    ("DELETE /api/v1/me/avatar", Session),
    ("GET /api/v1/me/two-factor", Session),
    ("POST /api/v1/me/two-factor", Session),
    ("POST /api/v1/me/two-factor/confirm", Session),
    ("POST /api/v1/me/two-factor/recovery-codes", Session),
    ("POST /api/v1/me/two-factor/disable", Session),
    ("GET /api/v1/avatars/{id}", With("members:read")),
    ("PATCH /api/v1/account", With("account:manage")),
    ("POST /api/v1/account/owner", Session),
    ("GET /api/v1/sessions", Session),
    ("DELETE /api/v1/sessions/{id}", Session),
    ("GET /api/v1/members", With("members:read")),
    ("PATCH /api/v1/members/{id}", With("members:manage")),
    ("DELETE /api/v1/members/{id}", With("members:manage")),
    ("GET /api/v1/invites", With("members:manage")),
    ("POST /api/v1/invites", With("members:manage")),
    ("DELETE /api/v1/invites/{id}", With("members:manage")),
    ("GET /api/v1/api-keys", With("keys:manage")),
    ("POST /api/v1/api-keys", With("keys:manage")),
    ("PATCH /api/v1/api-keys/{id}", With("keys:manage")),
    ("DELETE /api/v1/api-keys/{id}", With("keys:manage")),
    ("GET /api/v1/audit-log", With("audit:read")),
    ("GET /api/v1/channels", With("channels:read")),
    ("POST /api/v1/channels", With("channels:manage")),
    ("GET /api/v1/channels/{id}", With("channels:read")),
    ("PATCH /api/v1/channels/{id}", With("channels:manage")),
    ("DELETE /api/v1/channels/{id}", With("channels:manage")),
    ("POST /api/v1/channels/{id}/check", With("channels:manage")),
    (
        "POST /api/v1/channels/{id}/templates/sync",
        With("channels:manage"),
    ),
    ("GET /api/v1/integrations/sandbox", With("channels:manage")),
    ("POST /api/v1/integrations/sandbox", With("channels:manage")),
    ("GET /api/v1/integrations/twilio", With("channels:manage")),
    ("PUT /api/v1/integrations/twilio", With("channels:manage")),
    ("DELETE /api/v1/integrations/twilio", With("channels:manage")),
    ("GET /api/v1/integrations/twilio/senders", With("channels:manage")),
    ("GET /api/v1/templates", With("channels:read")),
    ("POST /api/v1/templates", With("channels:manage")),
    ("GET /api/v1/templates/{id}", With("channels:read")),
    ("DELETE /api/v1/templates/{id}", With("channels:manage")),
    ("GET /api/v1/conversations", With("conversations:read")),
    ("POST /api/v1/conversations", With("messages:send")),
    ("GET /api/v1/conversations/counts", With("conversations:read")),
    ("POST /api/v1/conversations/bulk", With("conversations:write")),
    ("GET /api/v1/conversations/{id}", With("conversations:read")),
    ("PATCH /api/v1/conversations/{id}", With("conversations:write")),
    ("DELETE /api/v1/conversations/{id}", With("conversations:delete")),
    (
        "POST /api/v1/conversations/{id}/read",
        With("conversations:write"),
    ),
    (
        "POST /api/v1/conversations/{id}/unread",
        With("conversations:write"),
    ),
    ("POST /api/v1/conversations/{id}/typing", With("messages:send")),
    ("GET /api/v1/conversations/{id}/messages", With("messages:read")),
    ("POST /api/v1/conversations/{id}/messages", With("messages:send")),
    ("GET /api/v1/conversations/{id}/timeline", With("notes:read")),
    ("GET /api/v1/notes", With("notes:read")),
    ("POST /api/v1/notes", With("notes:write")),
    ("PATCH /api/v1/notes/{id}", With("notes:write")),
    ("DELETE /api/v1/notes/{id}", With("notes:write")),
    ("POST /api/v1/messages", With("messages:send")),
    ("GET /api/v1/events", With("conversations:read")),
    ("DELETE /api/v1/messages/{id}", With("messages:delete")),
    ("POST /api/v1/messages/{id}/retry", With("messages:send")),
    ("PUT /api/v1/messages/{id}/reaction", With("messages:send")),
    ("DELETE /api/v1/messages/{id}/reaction", With("messages:send")),
    ("GET /api/v1/conversations/{id}/media", With("messages:read")),
    ("GET /api/v1/contacts", With("contacts:read")),
    ("POST /api/v1/contacts", With("contacts:write")),
    ("GET /api/v1/contacts/{id}", With("contacts:read")),
    ("PATCH /api/v1/contacts/{id}", With("contacts:write")),
    ("POST /api/v1/contacts/{id}/tags", With("contacts:write")),
    ("GET /api/v1/tags", With("contacts:read")),
    ("POST /api/v1/tags", With("contacts:write")),
    ("PATCH /api/v1/tags/{id}", With("contacts:write")),
    ("DELETE /api/v1/tags/{id}", With("contacts:write")),
    ("GET /api/v1/canned-replies", With("messages:send")),
    ("POST /api/v1/canned-replies", With("messages:send")),
    ("PATCH /api/v1/canned-replies/{id}", With("messages:send")),
    ("DELETE /api/v1/canned-replies/{id}", With("messages:send")),
    ("GET /api/v1/search", With("messages:read")),
    ("POST /api/v1/media", With("messages:send")),
    ("GET /api/v1/media/{id}", With("messages:read")),
    ("GET /api/v1/media/{id}/thumbnail", With("messages:read")),
    ("GET /api/v1/notifications", Session),
    ("GET /api/v1/notifications/count", Session),
    ("POST /api/v1/notifications/read", Session),
    ("PATCH /api/v1/notifications/{id}", Session),
    ("GET /api/v1/notifications/preferences", Session),
    ("PATCH /api/v1/notifications/preferences", Session),
    ("GET /api/v1/views", Session),
    ("POST /api/v1/views", Session),
    ("PATCH /api/v1/views/{id}", Session),
    ("DELETE /api/v1/views/{id}", Session),
    ("GET /api/v1/webhooks", With("webhooks:manage")),
    ("POST /api/v1/webhooks", With("webhooks:manage")),
    ("GET /api/v1/webhooks/{id}", With("webhooks:manage")),
    ("PATCH /api/v1/webhooks/{id}", With("webhooks:manage")),
    ("DELETE /api/v1/webhooks/{id}", With("webhooks:manage")),
    (
        "POST /api/v1/webhooks/{id}/rotate-secret",
        With("webhooks:manage"),
    ),
    ("POST /api/v1/webhooks/{id}/test", With("webhooks:manage")),
    ("GET /api/v1/webhooks/{id}/deliveries", With("webhooks:manage")),
    (
        "GET /api/v1/webhooks/{id}/deliveries/{delivery}",
        With("webhooks:manage"),
    ),
    (
        "POST /api/v1/webhooks/{id}/deliveries/{delivery}/replay",
        With("webhooks:manage"),
    ),
    ("GET /api/v1/intakes", With("operations:manage")),
    ("GET /api/v1/intakes/{id}", With("operations:manage")),
    ("POST /api/v1/intakes/{id}/replay", With("operations:manage")),
    ("GET /api/v1/jobs", With("operations:manage")),
    ("POST /api/v1/jobs/{id}/retry", With("operations:manage")),
    ("GET /api/v1/live", With("conversations:read")),
    (COMPATIBLE, With("messages:send")),
    ("DELETE /api/v1/sessions", Session),
    ("DELETE /api/v1/session", Session),
];

const VIEWER: &[&str] = &[
    "conversations:read",
    "messages:read",
    "notes:read",
    "contacts:read",
    "channels:read",
    "members:read",
];
const AGENT: &[&str] = &[
    "conversations:write",
    "messages:send",
    "notes:write",
    "contacts:write",
];
const ADMIN: &[&str] = &[
    "conversations:delete",
    "messages:delete",
    "channels:manage",
    "members:manage",
    "keys:manage",
    "operations:manage",
    "account:manage",
    "audit:read",
    "webhooks:manage",
];

#[tokio::test(flavor = "multi_thread")]
async fn each_operation_asks_for_what_the_table_says() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.stranger().checked().await;
    check_table(&client).await;

    let team = Team::of(&recado, &client).await;
    let agent = [VIEWER, AGENT].concat();
    let all = [VIEWER, AGENT, ADMIN].concat();
    let mut sessions = vec![
        ("owner", team.owner.clone(), &all),
        ("admin", team.admin.clone(), &all),
        ("agent", team.agent.clone(), &agent),
    ];
    let viewer = VIEWER.to_vec();
    sessions.push(("viewer", team.viewer.clone(), &viewer));
    // There is one for each account, without an id to get wrong: gone before, so that nothing is left to change.
    let forgotten = team.owner.delete("/api/v1/integrations/twilio").await;
    assert_eq!(forgotten.status, 204);
    let account = installation.rows().of_account(&recado.ready.account_id).await;

    for scope in all.iter().map(Some).chain([None]) {
        let scopes: Vec<&str> = scope.into_iter().copied().collect();
        let (made, key) = people::key(&team.owner, &scopes).await;
        let me = key.get("/api/v1/me").await.data();
        assert_eq!(me["permissions"], json!(scopes));
        for (operation, may) in OPERATIONS {
            let answer = call(&key, operation).await;
            let allowed = match may {
                Anybody | Somebody => true,
                Session => false,
                With(needed) => scopes.contains(needed),
            };
            let who = format!("with a key of {scopes:?}");
            expect((operation, *may), allowed, &answer, &who);
        }
        team.owner
            .delete(&format!("/api/v1/api-keys/{}", id(&made)))
            .await
            .ok();
    }
    nobodies(&installation, &recado.ready.api_key, &client, &team.owner).await;
    for (role, client, permissions) in &sessions {
        let me = client.get("/api/v1/me").await.data();
        let told: BTreeSet<&str> = me["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.as_str().unwrap())
            .collect();
        assert_eq!(told, permissions.iter().copied().collect(), "{role}");
        assert_eq!(me["member"]["role"], *role);
        for (operation, may) in OPERATIONS {
            let answer = call(client, operation).await;
            let allowed = match may {
                Anybody | Somebody | Session => true,
                With(needed) => permissions.contains(needed),
            };
            expect((operation, *may), allowed, &answer, &format!("as {role}"));
        }
    }
    // With ids that nobody has, even those who may changed nothing but keys and sessions.
    let after = installation.rows().of_account(&recado.ready.account_id).await;
    for (table, rows) in account.iter().filter(|(table, _)| {
        !matches!(
            table.as_str(),
            "sessions" | "api_keys" | "audit_log" | "events" | "journal_heads"
        )
    }) {
        assert_eq!(rows, &after[table], "{table}");
    }
}

/// The table has every operation of the document, once, and they agree on the permission.
async fn check_table(client: &Client) {
    let listed: BTreeSet<String> = OPERATIONS
        .iter()
        .map(|(operation, _)| (*operation).to_owned())
        .collect();
    assert_eq!(listed.len(), OPERATIONS.len());
    assert_eq!(
        listed,
        client.operations().await,
        "every operation says here who may"
    );
    let document = client.get("/api/v1/openapi.json").await.ok();
    for (operation, may) in OPERATIONS {
        let (method, path) = operation.split_once(' ').unwrap();
        let told = &document["paths"][path][method.to_lowercase()]["security"];
        let expected = match may {
            Anybody => json!([{}]),
            Somebody => json!([{ "session": [] }, { "api_key": [] }]),
            Session => json!([{ "session": [] }]),
            With(needed) => json!([{ "session": [needed] }, { "api_key": [needed] }]),
        };
        assert_eq!(*told, expected, "{operation} in the document");
    }
}

/// Whoever does not prove who they are.
async fn nobodies(installation: &Installation, key: &str, client: &Client, owner: &Client) {
    let (made, revoked) = people::key(owner, &["conversations:read"]).await;
    owner
        .delete(&format!("/api/v1/api-keys/{}", id(&made)))
        .await
        .ok();
    let ended = client.signed_in(people::TOM, "recado-demo").await;
    ended.delete("/api/v1/session").await.ok();
    let expired = client.signed_in(people::TOM, "recado-demo").await;
    let session = expired.get("/api/v1/sessions").await.data()[0].clone();
    let rows = installation.rows();
    let session = rows.id(id(&session));
    rows.change(&format!(
        "UPDATE sessions SET expires_at = 1 WHERE id = {session}"
    ))
    .await;

    let nobodies = [
        ("nothing", client.clone(), "unauthorized"),
        ("a word for a key", client.with_key("secret"), "unauthorized"),
        ("half a key", client.with_key(&key[..40]), "unauthorized"),
        (
            "a forged key",
            client.with_key(&keys::forged(key)),
            "unauthorized",
        ),
        ("a revoked key", revoked, "unauthorized"),
        ("a session that was ended", ended, "unauthorized"),
        ("a session that expired", expired, "session_expired"),
    ];
    for (who, client, code) in &nobodies {
        for (operation, may) in OPERATIONS {
            let answer = call(client, operation).await;
            let what = format!("{operation} with {who}");
            if *may == Anybody {
                expect((operation, *may), true, &answer, &format!("with {who}"));
            } else {
                assert_eq!(answer.status, 401, "{what}: {}", answer.text);
                refused(operation, &answer, code);
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}");
            }
        }
    }
}

fn expect((operation, may): (&str, May), allowed: bool, answer: &Answer, who: &str) {
    let what = format!("{operation} {who}");
    if allowed {
        assert!(
            !matches!(answer.status.as_u16(), 401 | 403),
            "{what}: {}",
            answer.text
        );
        assert!(answer.status.as_u16() < 500, "{what}: {}", answer.text);
        return;
    }
    assert_eq!(answer.status, 403, "{what}: {}", answer.text);
    let message = refused(operation, answer, "forbidden");
    match may {
        With(needed) => assert!(message.contains(needed), "{what}: {message}"),
        _ => assert!(message.contains("session"), "{what}: {message}"),
    }
}

/// The sentence of a refusal.
fn refused(operation: &str, answer: &Answer, code: &str) -> String {
    if operation == COMPATIBLE {
        let body: Value = serde_json::from_str(&answer.text).expect(operation);
        return body["error"].as_str().expect(operation).to_owned();
    }
    let error = answer.refused(answer.status.as_u16(), code);
    error["message"].as_str().unwrap().to_owned()
}

/// Calls an operation with an id that nobody has and a body without anything in it.
async fn call(client: &Client, operation: &str) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let path = path
        .replace("{id}", "01890000-0000-7000-8000-000000000000")
        .replace("{delivery}", "01890000-0000-7000-8000-000000000000")
        .replace("{token}", "nonsense");
    let method: Method = method.parse().unwrap();
    let has_body = [Method::POST, Method::PATCH, Method::PUT].contains(&method);
    let body: Option<Value> = has_body.then(|| json!({}));
    client.call(method, &path, body, &[]).await
}
