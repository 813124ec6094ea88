//! Two accounts: whatever the one calls with the other's ids finds nothing, shows nothing and changes nothing.

use std::collections::BTreeSet;

use recado_testkit::{Answer, Client, Engine, Installation, Live, Recado, webhooks};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

/// What the other account has, by the ids that an operation might take.
struct Theirs {
    conversation: String,
    contact: String,
    message: String,
    failed: String,
    member: String,
    key: String,
    invite: String,
    session: String,
    intake: String,
    job: String,
    /// A position in each of their lists.
    by_creation: String,
    by_activity: String,
    in_thread: String,
    in_intakes: String,
    in_jobs: String,
}

/// What must come back.
enum Comes {
    /// 404, like an id that never was.
    NotFound,
    /// 400: a reference in the query or the body, and the name it goes by.
    BadField(&'static str),
    /// Success, about the caller's own account alone. What that may not hold is checked on every answer.
    Own,
    /// Success, with nothing in it.
    Nothing,
    /// A refusal for what was sent, which says nothing about the other account.
    Refused(u16, &'static str),
}
use Comes::{BadField, NotFound, Nothing, Own, Refused};

struct Call {
    operation: &'static str,
    path: String,
    body: Option<Value>,
    comes: Comes,
    /// Operations about sessions are not for keys.
    sessions_only: bool,
}

/// How to call each operation with the other account's ids. An operation may stand here several times, and must at
/// least once.
fn calls(theirs: &Theirs) -> Vec<Call> {
    let Theirs {
        conversation,
        contact,
        message,
        failed,
        member,
        key,
        invite,
        session,
        intake,
        job,
        ..
    } = theirs;
    let conversations = "/api/v1/conversations";
    let thread = format!("{conversations}/{conversation}");
    let text = |body: Value| Some(body);
    let mut calls = Vec::new();
    let mut add = |operation: &'static str, path: &str, body: Option<Value>, comes: Comes| {
        calls.push(Call {
            operation,
            path: path.to_owned(),
            body,
            comes,
            sessions_only: operation.contains("/session"),
        });
    };

    add("GET /api/v1/me", "/api/v1/me", None, Own);
    add("GET /api/v1/openapi.json", "/api/v1/openapi.json", None, Own);
    let form =
        json!({ "account_name": "X", "name": "X", "email": "lucia@miga.example", "password": "0123456789" });
    add(
        "POST /api/v1/signup",
        "/api/v1/signup",
        text(form),
        Refused(409, "email_taken"),
    );
    let form = json!({ "email": "lucia@miga.example", "password": people::PASSWORD });
    add(
        "POST /api/v1/session",
        "/api/v1/session",
        text(form),
        Refused(401, "bad_credentials"),
    );
    add("GET /api/v1/sessions", "/api/v1/sessions", None, Own);
    add(
        "DELETE /api/v1/sessions/{id}",
        &format!("/api/v1/sessions/{session}"),
        None,
        NotFound,
    );

    add("GET /api/v1/members", "/api/v1/members", None, Own);
    let one = format!("/api/v1/members/{member}");
    add(
        "PATCH /api/v1/members/{id}",
        &one,
        text(json!({ "role": "viewer" })),
        NotFound,
    );
    add("DELETE /api/v1/members/{id}", &one, None, NotFound);
    add("GET /api/v1/invites", "/api/v1/invites", None, Own);
    add(
        "POST /api/v1/invites",
        "/api/v1/invites",
        text(json!({ "role": "agent" })),
        Own,
    );
    add(
        "DELETE /api/v1/invites/{id}",
        &format!("/api/v1/invites/{invite}"),
        None,
        NotFound,
    );
    // The secret in a link lets in whoever has it; the invite's id is not it.
    let one = format!("/api/v1/invites/token/{invite}");
    add("GET /api/v1/invites/token/{token}", &one, None, NotFound);
    let form = json!({ "name": "Eve", "email": "eve2@elsewhere.example", "password": "0123456789" });
    add(
        "POST /api/v1/invites/token/{token}/accept",
        &format!("{one}/accept"),
        text(form),
        NotFound,
    );
    add("GET /api/v1/api-keys", "/api/v1/api-keys", None, Own);
    let form = json!({ "name": "X", "scopes": ["conversations:read"] });
    add("POST /api/v1/api-keys", "/api/v1/api-keys", text(form), Own);
    add(
        "DELETE /api/v1/api-keys/{id}",
        &format!("/api/v1/api-keys/{key}"),
        None,
        NotFound,
    );
    add("GET /api/v1/channels", "/api/v1/channels", None, Nothing);

    let list = "GET /api/v1/conversations";
    add(list, conversations, None, Nothing);
    add(
        list,
        &format!("{conversations}?contact_id={contact}"),
        None,
        Nothing,
    );
    add(
        list,
        &format!("{conversations}?cursor={}", theirs.by_creation),
        None,
        BadField("cursor"),
    );
    let path = format!("{conversations}?sort=activity&cursor={}", theirs.by_activity);
    add(list, &path, None, BadField("cursor"));
    add("GET /api/v1/conversations/{id}", &thread, None, NotFound);
    let change = "PATCH /api/v1/conversations/{id}";
    add(change, &thread, text(json!({ "status": "closed" })), NotFound);
    add(
        change,
        &thread,
        text(json!({ "assigned_agent_id": member })),
        NotFound,
    );
    add(
        change,
        &thread,
        text(json!({ "assigned_agent_id": null })),
        NotFound,
    );
    add(change, &thread, text(json!({})), NotFound);
    add(
        "POST /api/v1/conversations/{id}/read",
        &format!("{thread}/read"),
        None,
        NotFound,
    );
    let messages = format!("{thread}/messages");
    add(
        "GET /api/v1/conversations/{id}/messages",
        &messages,
        None,
        NotFound,
    );
    // The cursor is for this caller's list of that conversation, which never gave one out.
    let path = format!("{messages}?cursor={}", theirs.in_thread);
    add(
        "GET /api/v1/conversations/{id}/messages",
        &path,
        None,
        BadField("cursor"),
    );
    let send = "POST /api/v1/conversations/{id}/messages";
    add(send, &messages, text(json!({ "text": "Boo" })), NotFound);
    add(
        send,
        &messages,
        text(json!({ "text": "Boo", "reply_to_message_id": message })),
        NotFound,
    );
    let retry = "POST /api/v1/messages/{id}/retry";
    add(retry, &format!("/api/v1/messages/{failed}/retry"), None, NotFound);
    add(
        retry,
        &format!("/api/v1/messages/{message}/retry"),
        None,
        NotFound,
    );

    add("GET /api/v1/intakes", "/api/v1/intakes", None, Nothing);
    let path = format!("/api/v1/intakes?cursor={}", theirs.in_intakes);
    add("GET /api/v1/intakes", &path, None, BadField("cursor"));
    let one = format!("/api/v1/intakes/{intake}");
    add("GET /api/v1/intakes/{id}", &one, None, NotFound);
    add(
        "POST /api/v1/intakes/{id}/replay",
        &format!("{one}/replay"),
        None,
        NotFound,
    );
    add("GET /api/v1/jobs", "/api/v1/jobs", None, Nothing);
    let path = format!("/api/v1/jobs?cursor={}", theirs.in_jobs);
    add("GET /api/v1/jobs", &path, None, BadField("cursor"));
    add(
        "POST /api/v1/jobs/{id}/retry",
        &format!("/api/v1/jobs/{job}/retry"),
        None,
        NotFound,
    );
    // By plain HTTP; what goes over the socket has a story of its own below.
    add(
        "GET /api/v1/live",
        "/api/v1/live?since=0",
        None,
        Refused(400, "bad_request"),
    );

    add("DELETE /api/v1/sessions", "/api/v1/sessions", None, Own);
    add("DELETE /api/v1/session", "/api/v1/session", None, Own);
    calls
}

#[tokio::test(flavor = "multi_thread")]
async fn another_accounts_ids_are_worth_nothing() {
    for engine in recado_testkit::ENGINES {
        story(engine).await;
    }
}

async fn story(engine: Engine) {
    let installation = Installation::new(RECADO, engine).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let theirs = furnish(&installation, &recado, &owner).await;
    let calls = calls(&theirs);
    let listed: BTreeSet<String> = calls.iter().map(|call| call.operation.to_owned()).collect();
    let mut operations = owner.operations().await;
    operations.insert("GET /api/v1/openapi.json".to_owned());
    assert_eq!(
        listed, operations,
        "every operation has a call with another account's ids"
    );

    let eve = people::sign_up(&owner, "eve@elsewhere.example").await;
    let all: Vec<String> = eve.get("/api/v1/me").await.data()["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap().to_owned())
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (_, key) = people::key(&eve, &all).await;

    let before = installation.rows().of_account(&recado.ready.account_id).await;
    let marks = marks(&before);
    for (name, client, is_key) in [("session", &eve, false), ("key", &key, true)] {
        for call in &calls {
            let (method, _) = call.operation.split_once(' ').unwrap();
            let method: Method = method.parse().unwrap();
            let answer = client.call(method, &call.path, call.body.clone(), &[]).await;
            let what = format!(
                "{engine:?}: {} {} with a {name}: {}",
                call.operation, call.path, answer.text
            );
            check(call, &answer, is_key, &what);
            let told = marks.iter().find(|mark| answer.text.contains(mark.as_str()));
            assert!(told.is_none(), "{what} tells {told:?}");
        }
    }
    let after = installation.rows().of_account(&recado.ready.account_id).await;
    for (table, rows) in &before {
        assert_eq!(rows, &after[table], "{engine:?}: {table} of the other account");
    }

    // The other way round, where the caller has something to put the foreign id into.
    let eve = eve.signed_in("eve@elsewhere.example", people::PASSWORD).await;
    let member = eve.get("/api/v1/me").await.data()["member"]["id"].clone();
    let path = format!("/api/v1/conversations/{}", theirs.conversation);
    let answer = owner.patch(&path, json!({ "assigned_agent_id": member })).await;
    assert_eq!(answer.refused(400, "bad_request")["field"], "assigned_agent_id");
    let path = format!("/api/v1/members/{}", member.as_str().unwrap());
    owner.delete(&path).await.refused(404, "not_found");
    live(&recado, &owner, &eve).await;
}

fn check(call: &Call, answer: &Answer, is_key: bool, what: &str) {
    if is_key && call.sessions_only && call.operation != "POST /api/v1/session" {
        answer.refused(403, "forbidden");
        return;
    }
    match call.comes {
        NotFound => {
            answer.refused(404, "not_found");
        }
        BadField(field) => assert_eq!(answer.refused(400, "bad_request")["field"], field, "{what}"),
        Refused(status, code) => {
            answer.refused(status, code);
        }
        Own => assert!(answer.status.is_success(), "{what}"),
        Nothing => assert_eq!(answer.body["data"], json!([]), "{what}"),
    }
}

/// Gives the demo account some of everything.
async fn furnish(installation: &Installation, recado: &Recado, owner: &Client) -> Theirs {
    for _ in 0..2 {
        let odd = json!({ "object": "whatsapp_business_account", "entry": "odd" });
        let status = webhooks::post(&recado.stranger(), &recado.ready.meta, &odd).await;
        assert_eq!(status.unwrap(), 200);
    }
    let rows = installation.rows();
    let account = rows.id(&recado.ready.account_id);
    for job in 1..=2 {
        let job = rows.id(&format!("00000000-0000-7000-8000-00000000000{job}"));
        rows.change(&format!(
            "INSERT INTO jobs (account_id, id, kind, payload, state, run_at, attempt, max_attempts, created_at)
             VALUES ({account}, {job}, 'send_message', '{{}}', 'dead', 0, 1, 1, 0)"
        ))
        .await;
    }
    owner
        .post("/api/v1/invites", json!({ "role": "agent" }))
        .await
        .ok();
    let cursor = async |path: &str| {
        let page = owner.get(path).await.ok();
        page["meta"]["next_cursor"]
            .as_str()
            .unwrap_or_else(|| panic!("{path} has a second page"))
            .to_owned()
    };
    let first = async |path: &str| id(&owner.get(path).await.data()[0]).to_owned();

    let conversations = owner.all("/api/v1/conversations").await;
    let open = conversations.iter().find(|one| one["unread_count"] != 0).unwrap();
    let mut failed = None;
    for one in &conversations {
        let messages = people::thread(owner, one).await;
        failed = failed.or(messages.into_iter().find(|message| message["status"] == "failed"));
    }
    let thread = format!("{}/messages", people::path(open));
    let members = owner.get("/api/v1/members").await.data();
    let agent = members
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["role"] == "agent")
        .unwrap();
    Theirs {
        conversation: id(open).to_owned(),
        contact: open["contact_id"].as_str().unwrap().to_owned(),
        message: first(&thread).await,
        failed: id(&failed.unwrap()).to_owned(),
        member: id(agent).to_owned(),
        key: first("/api/v1/api-keys").await,
        invite: first("/api/v1/invites").await,
        session: first("/api/v1/sessions").await,
        intake: first("/api/v1/intakes").await,
        job: first("/api/v1/jobs").await,
        by_creation: cursor("/api/v1/conversations?limit=1").await,
        by_activity: cursor("/api/v1/conversations?limit=1&sort=activity").await,
        in_thread: cursor(&format!("{thread}?limit=1")).await,
        in_intakes: cursor("/api/v1/intakes?limit=1").await,
        in_jobs: cursor("/api/v1/jobs?limit=1").await,
    }
}

/// What no answer to a stranger may hold: every id of the account, every address and every phone.
fn marks(dump: &recado_testkit::Dump) -> BTreeSet<String> {
    let texts = dump.values().flatten();
    let words = texts.flat_map(|row| row.split(|c: char| !(c.is_ascii_alphanumeric() || "-@.+".contains(c))));
    let is_id = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    let is_name = |word: &str| word.contains('@') || word.starts_with('+');
    let marks: BTreeSet<String> = words
        .filter(|word| word.len() > 7 && (is_id(word) || is_name(word)))
        .map(str::to_owned)
        .collect();
    assert!(marks.len() > 100, "the account has ids to look for");
    marks
}

/// What happens in the one account is not told in the other, whatever it asks to be told.
async fn live(recado: &Recado, owner: &Client, eve: &Client) {
    let theirs = owner.get("/api/v1/conversations?limit=1").await.seq();
    let mut listening = Live::connect(eve, Some(0)).await.unwrap();
    let head = listening.next().await.unwrap();
    assert_eq!(head["type"], "hello");
    let head = head["seq"].as_i64().unwrap();
    assert!(head < theirs, "each account counts for itself");
    for _ in 0..head {
        let frame = listening.next().await.unwrap();
        assert!(
            frame["type"] == "event" && frame["event"] != "message.created",
            "{frame}"
        );
    }
    let meta = &recado.ready.meta;
    let body = webhooks::text(meta, "15550009999", "wamid.TENANTS", "Hello?");
    assert_eq!(
        webhooks::post(&recado.stranger(), meta, &body).await.unwrap(),
        200
    );
    people::invite(eve, "agent", "ed@elsewhere.example").await;
    let frame = listening.next().await.unwrap();
    assert_eq!(
        (
            frame["event"].as_str(),
            frame["data"]["member"]["email"].as_str(),
            frame["seq"].as_i64()
        ),
        (
            Some("member.created"),
            Some("ed@elsewhere.example"),
            Some(head + 1)
        ),
        "{frame}"
    );
}
