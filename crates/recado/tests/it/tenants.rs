//! Two accounts: whatever the one calls with the other's ids finds nothing, shows nothing and changes nothing.

use std::collections::BTreeSet;

use recado_testkit::{Answer, Client, Engine, Installation, Live, Recado, webhooks};
use reqwest::Method;
use serde_json::json;

use crate::RECADO;
use crate::foreign::Comes::{BadField, NotFound, Nothing, Own, Refused};
use crate::foreign::{Call, Theirs, calls};
use crate::people::{self, id};

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
    // Its failures are of another form: it is called by itself below.
    assert!(operations.remove("POST /api/whatsapp/send"));
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
            // What the caller has just said is no news to them.
            let sent = call.body.as_ref().map(ToString::to_string).unwrap_or_default();
            let told = marks
                .iter()
                .find(|mark| answer.text.contains(mark.as_str()) && !sent.contains(mark.as_str()));
            assert!(told.is_none(), "{what} tells {told:?}");
        }
    }
    // The one call that is not below `/api/v1`.
    let send = async |form| key.post("/api/whatsapp/send", form).await;
    let form =
        json!({ "conversation_id": theirs.conversation, "message_type": "text", "content_text": "Boo" });
    assert_eq!(send(form).await.status, 404);
    let form = json!({ "contact_id": theirs.contact, "message_type": "text", "content_text": "Boo" });
    assert_eq!(send(form).await.status, 400, "the caller has no channel");
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
    let mut threads = Vec::new();
    for one in &conversations {
        threads.extend(people::thread(owner, one).await);
    }
    let failed = threads
        .iter()
        .find(|message| message["status"] == "failed")
        .unwrap();
    let thread = format!("{}/messages", people::path(open));
    let members = owner.get("/api/v1/members").await.data();
    let agent = members
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["role"] == "agent")
        .unwrap();
    let channel = first("/api/v1/channels").await;
    let media = upload(owner).await;
    let tag = owner
        .post("/api/v1/tags", json!({ "name": "theirs" }))
        .await
        .data();
    let reply = json!({ "shortcut": "theirs", "text": "Of ours alone" });
    let reply = owner.post("/api/v1/canned-replies", reply).await.data();
    let window = people::open_window(&conversations);
    for _ in 0..2 {
        let file = json!({ "type": "document", "media_id": media });
        let path = format!("{}/messages", people::path(window));
        let sent = owner.post(&path, file).await;
        assert_eq!(sent.status, 202, "{}", sent.text);
    }
    let in_media = cursor(&format!("{}/media?limit=1", people::path(window))).await;
    // The owner is told of something, more than a page of it.
    let me = owner.get("/api/v1/me").await.data()["member"]["id"].clone();
    let program = owner.with_key(&recado.ready.api_key);
    for one in conversations.iter().take(3) {
        let free = json!({ "assigned_agent_id": null });
        program.patch(&people::path(one), free).await.ok();
        let mine = json!({ "assigned_agent_id": me });
        program.patch(&people::path(one), mine).await.ok();
    }
    let mut note = String::new();
    for text in ["Call them back", "They called"] {
        let form = json!({ "conversation_id": id(open), "text": text });
        id(&owner.post("/api/v1/notes", form).await.data()).clone_into(&mut note);
    }
    let (webhook, delivery) = webhook(owner).await;
    let timeline = format!("{}/timeline", people::path(open));
    let notes = format!(
        "/api/v1/notes?contact_id={}",
        open["contact_id"].as_str().unwrap()
    );
    Theirs {
        notification: first("/api/v1/notifications").await,
        in_notifications: cursor("/api/v1/notifications?limit=1").await,
        note,
        in_timeline: cursor(&format!("{timeline}?limit=1")).await,
        in_notes: cursor(&format!("{notes}&limit=1")).await,
        conversation: id(open).to_owned(),
        contact: open["contact_id"].as_str().unwrap().to_owned(),
        message: first(&thread).await,
        failed: id(failed).to_owned(),
        member: id(agent).to_owned(),
        key: first("/api/v1/api-keys").await,
        invite: first("/api/v1/invites").await,
        session: first("/api/v1/sessions").await,
        intake: first("/api/v1/intakes").await,
        job: first("/api/v1/jobs").await,
        template: template(owner, &channel).await,
        media,
        tag: id(&tag).to_owned(),
        canned_reply: id(&reply).to_owned(),
        in_media,
        in_contacts: cursor("/api/v1/contacts?limit=1").await,
        avatar: avatar(owner).await,
        channel,
        view: view(owner).await,
        by_creation: cursor("/api/v1/conversations?limit=1").await,
        by_activity: cursor("/api/v1/conversations?limit=1&sort=activity").await,
        by_waiting: cursor("/api/v1/conversations?limit=1&sort=waiting").await,
        in_thread: cursor(&format!("{thread}?limit=1")).await,
        in_intakes: cursor("/api/v1/intakes?limit=1").await,
        in_jobs: cursor("/api/v1/jobs?limit=1").await,
        in_templates: cursor("/api/v1/templates?limit=1").await,
        in_search: search_cursor(owner).await,
        in_audit_log: cursor("/api/v1/audit-log?limit=1").await,
        in_deliveries: cursor(&format!("/api/v1/webhooks/{webhook}/deliveries?limit=1")).await,
        webhook,
        delivery,
    }
}

/// An endpoint that nobody tells of anything by itself, and the last of two tests of it; their ids.
async fn webhook(owner: &Client) -> (String, String) {
    let form = json!({ "url": "http://127.0.0.1:9999/theirs", "is_active": false });
    let made = owner.post("/api/v1/webhooks", form).await.data();
    let path = format!("/api/v1/webhooks/{}/test", id(&made));
    let mut delivery = String::new();
    for _ in 0..2 {
        id(&owner.post(&path, json!({})).await.data()).clone_into(&mut delivery);
    }
    (id(&made).to_owned(), delivery)
}

/// Once there is something to find.
async fn search_cursor(owner: &Client) -> String {
    recado_testkit::until("the search index", async || {
        let page = owner.get("/api/v1/search?q=la&limit=1").await.ok();
        page["meta"]["next_cursor"].as_str().map(str::to_owned)
    })
    .await
}

/// Two templates; the id of one.
async fn template(owner: &Client, channel: &str) -> String {
    let mut made = String::new();
    for name in ["first", "second"] {
        let form = json!({ "channel_id": channel, "name": name, "language": "en", "category": "utility", "body": "Hi" });
        let answer = owner.post("/api/v1/templates", form).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        id(&answer.data()).clone_into(&mut made);
    }
    made
}

/// A view that everybody in the account has; its id.
async fn view(owner: &Client) -> String {
    let form = json!({ "name": "Everything", "filter": {}, "shared": true });
    id(&owner.post("/api/v1/views", form).await.data()).to_owned()
}

/// A file; its id.
async fn upload(owner: &Client) -> String {
    let answer = people::form(owner, Method::POST, "/api/v1/media", "a.txt", b"Hello").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    id(&answer.data()).to_owned()
}

/// A picture of the owner; its id.
async fn avatar(owner: &Client) -> String {
    let answer = people::form(owner, Method::PUT, "/api/v1/me/avatar", "a.png", people::PNG).await;
    let url = answer.data()["member"]["avatar_url"].clone();
    url.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
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
