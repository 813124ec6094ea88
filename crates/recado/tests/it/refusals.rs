//! Requests of the API that do not fit: the status, the code, the field, and the envelope they all share.

use recado_testkit::{Client, Engine, Installation};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_named() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.client().checked().await;
    let all = client.all("/api/v1/conversations").await;
    let conversation = people::open_window(&all).clone();
    parameters(&client, &conversation).await;
    bodies(&client, &people::owner(&recado).await, &conversation).await;
}

/// In the path and the query.
async fn parameters(client: &Client, conversation: &Value) {
    let page = client.get("/api/v1/conversations?limit=1").await.ok();
    let cursor = page["meta"]["next_cursor"].as_str().unwrap();
    let thread = format!("{}/messages", people::path(conversation));
    let cases = [
        ("/api/v1/conversations?limit=0", "limit"),
        ("/api/v1/conversations?limit=101", "limit"),
        ("/api/v1/conversations?limit=-1", "limit"),
        ("/api/v1/conversations?limit=ten", "limit"),
        ("/api/v1/conversations?limit=", "limit"),
        ("/api/v1/conversations?limit=5&limit=6", "limit"),
        ("/api/v1/conversations?cursor=", "cursor"),
        ("/api/v1/conversations?cursor=eyJ", "cursor"),
        ("/api/v1/conversations?cursor=%00", "cursor"),
        (&format!("/api/v1/conversations?cursor={cursor}x"), "cursor"),
        (
            &format!("/api/v1/conversations?sort=activity&cursor={cursor}"),
            "cursor",
        ),
        (&format!("{thread}?cursor={cursor}"), "cursor"),
        (&format!("/api/v1/intakes?cursor={cursor}"), "cursor"),
        (&format!("/api/v1/contacts?search={}", "0".repeat(201)), "search"),
        (&format!("/api/v1/templates?search={}", "0".repeat(201)), "search"),
        ("/api/v1/conversations?contact_id=7", "contact_id"),
        ("/api/v1/conversations?status=opne", "status"),
        ("/api/v1/conversations?status=open&status=closed", "status"),
        ("/api/v1/conversations?sort=size", "sort"),
        ("/api/v1/conversations?assigned=everybody", "assigned"),
        // A key is nobody that anything could be assigned to.
        ("/api/v1/conversations?assigned=mine", "assigned"),
        ("/api/v1/conversations/7", "id"),
        ("/api/v1/conversations/%00", "id"),
        ("/api/v1/conversations/7/messages", "id"),
        (&format!("{thread}?limit=1000"), "limit"),
        // A misspelt filter must not answer everything.
        ("/api/v1/conversations?stauts=open", "stauts"),
        ("/api/v1/contacts?tag_id=7", "tag_id"),
        (&format!("{thread}?contact_id=7"), "contact_id"),
        ("/api/v1/intakes?state=accepted", "state"),
        ("/api/v1/intakes/x", "id"),
        ("/api/v1/jobs?state=ready", "state"),
        ("/api/v1/jobs?limit=1.5", "limit"),
        ("/api/v1/live?since=x", "since"),
        ("/api/v1/live?since=-1", "since"),
    ];
    for (path, field) in cases {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 400, "{path}: {}", answer.text);
        assert_eq!(
            answer.refused(400, "bad_request")["field"],
            field,
            "{path}: {}",
            answer.text
        );
    }
}

/// In the body and in headers.
async fn bodies(client: &Client, owner: &Client, conversation: &Value) {
    let one = people::path(conversation);
    let send = format!("{one}/messages");
    let nobody = "01890000-0000-7000-8000-000000000000";
    let long = "x".repeat(4097);
    let far = "2999-01-01T00:00:00.000Z";
    let cases = [
        (Method::PATCH, one.as_str(), json!({ "status": "shut" }), "status"),
        (Method::PATCH, &one, json!({ "status": 7 }), "status"),
        (
            Method::PATCH,
            &one,
            json!({ "assigned_agent_id": "tom" }),
            "assigned_agent_id",
        ),
        (
            Method::PATCH,
            &one,
            json!({ "assigned_agent_id": nobody }),
            "assigned_agent_id",
        ),
        (Method::PATCH, &one, json!({ "stauts": "open" }), "stauts"),
        (Method::POST, &send, json!({}), "text"),
        (Method::POST, &send, json!({ "text": null }), "text"),
        (Method::POST, &send, json!({ "text": "" }), "text"),
        (Method::POST, &send, json!({ "text": " \n\t " }), "text"),
        (Method::POST, &send, json!({ "text": long }), "text"),
        (Method::POST, &send, json!({ "text": "a\u{0}b" }), "text"),
        (
            Method::POST,
            &send,
            json!({ "text": "x", "type": "telegram" }),
            "type",
        ),
        (
            Method::POST,
            &send,
            json!({ "text": "x", "reply_to_message_id": "7" }),
            "reply_to_message_id",
        ),
        (
            Method::POST,
            &send,
            json!({ "text": "x", "reply_to_message_id": nobody }),
            "reply_to_message_id",
        ),
        (Method::POST, &send, json!({ "text": "x", "txet": "y" }), "txet"),
        (
            Method::POST,
            "/api/v1/api-keys",
            json!({ "name": "", "scopes": [] }),
            "name",
        ),
        (
            Method::POST,
            "/api/v1/api-keys",
            json!({ "name": "x".repeat(81), "scopes": [] }),
            "name",
        ),
        (Method::POST, "/api/v1/api-keys", json!({ "name": "x" }), "scopes"),
        (
            Method::POST,
            "/api/v1/api-keys",
            json!({ "name": "x", "scopes": ["all"] }),
            "scopes[0]",
        ),
        (
            Method::POST,
            "/api/v1/api-keys",
            json!({ "name": "x", "scopes": [], "expires_at": "soon" }),
            "expires_at",
        ),
        (
            Method::POST,
            "/api/v1/api-keys",
            json!({ "name": "x", "scopes": [], "expires_at": far }),
            "expires_at",
        ),
        (
            Method::POST,
            "/api/v1/api-keys",
            json!({ "name": "x", "scopes": [], "expires_at": "2020-01-01T00:00:00.000Z" }),
            "expires_at",
        ),
        (Method::POST, "/api/v1/invites", json!({ "role": "king" }), "role"),
        (
            Method::POST,
            "/api/v1/invites",
            json!({ "role": "agent", "email": "nobody" }),
            "email",
        ),
        (
            Method::POST,
            "/api/v1/session",
            json!({ "email": "x" }),
            "password",
        ),
    ];
    let seq = client.get("/api/v1/conversations?limit=1").await.seq();
    for (method, path, body, field) in cases {
        let answer = owner.call(method, path, Some(body.clone()), &[]).await;
        assert_eq!(answer.status, 400, "{path} {body}: {}", answer.text);
        assert_eq!(
            answer.refused(400, "bad_request")["field"],
            field,
            "{path} {body}: {}",
            answer.text
        );
    }
    // Another conversation's message cannot be quoted.
    let all = client.all("/api/v1/conversations").await;
    let other = all.iter().find(|one| one["id"] != conversation["id"]).unwrap();
    let quoted = &people::thread(client, other).await[0];
    let answer = client
        .post(&send, json!({ "text": "x", "reply_to_message_id": id(quoted) }))
        .await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "reply_to_message_id");
    for key in ["", &"x".repeat(256)] {
        let headers = [("idempotency-key", key)];
        let answer = client
            .call(Method::POST, &send, Some(json!({ "text": "x" })), &headers)
            .await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "Idempotency-Key");
    }
    assert_eq!(
        client.get("/api/v1/conversations?limit=1").await.seq(),
        seq,
        "nothing happened"
    );
}
