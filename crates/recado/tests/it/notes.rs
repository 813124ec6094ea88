//! Notes and the lines of a thread: who sees them, who may change them, and that no customer ever gets one.

use recado_testkit::{ENGINES, Installation, Live, until};
use serde_json::{Value, json};

use crate::RECADO;
use crate::chat::Chat;
use crate::people::{self, Team, id};

#[tokio::test(flavor = "multi_thread")]
async fn the_team_writes_to_itself() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.stranger().checked().await;
        let team = Team::of(&recado, &client).await;
        let chat = Chat::open(&recado).await;
        no_customer_gets_a_note(&chat, &team).await;
        what_happens_is_told_in_the_thread(&chat, &team).await;
        a_note_is_its_authors(&chat, &team).await;
        what_is_no_note(&chat, &team).await;
        a_member_who_leaves_is_told(&chat, &team).await;
        what_was_noted_is_found(&chat, &team).await;
    }
}

async fn member(of: &recado_testkit::Client) -> Value {
    of.get("/api/v1/me").await.data()["member"]["id"].clone()
}

async fn no_customer_gets_a_note(chat: &Chat<'_>, team: &Team) {
    let conversation = chat.conversation().await;
    let (sent, before) = (chat.sandbox.sends().await.len(), chat.conversation().await);
    let mut live = Live::connect(&team.viewer, None).await.unwrap();
    let form = json!({
        "conversation_id": conversation["id"],
        "text": "  @Tom she always pays late  ",
        "mentions": [member(&team.agent).await],
    });
    let written = team.owner.post("/api/v1/notes", form).await;
    assert_eq!(written.status, 201, "{}", written.text);
    let note = written.data();
    assert_eq!(note["text"], "@Tom she always pays late");
    assert_eq!(note["contact_id"], conversation["contact_id"]);
    assert_eq!(note["author_id"], member(&team.owner).await);
    assert_eq!(live.event("note.created").await["data"]["note"], note);

    // Neither a message nor a reason for anything to leave: the list and the thread are as they were.
    let thread = chat.program.all(&format!("{}/messages", chat.path)).await;
    assert!(
        thread
            .iter()
            .all(|message| message["id"] != note["id"] && message["content_text"] != note["text"])
    );
    assert_eq!(chat.conversation().await, before);
    chat.send(&team.owner, json!({ "text": "Good morning" }), None)
        .await;
    chat.until("Good morning", "delivered").await;
    assert_eq!(chat.sandbox.sends().await.len(), sent + 1, "the reply alone left");
    let phone = chat.sandbox.chat(&chat.phone).await;
    assert!(!serde_json::to_string(&phone).unwrap().contains("pays late"));
    for path in ["retry", "reaction"] {
        let path = format!("/api/v1/messages/{}/{path}", id(&note));
        let answer = if path.ends_with("retry") {
            team.owner.post(&path, json!({})).await
        } else {
            let form = Some(json!({ "emoji": "👍" }));
            team.owner.call(reqwest::Method::PUT, &path, form, &[]).await
        };
        answer.refused(404, "not_found");
    }
    let quote = json!({ "text": "This", "reply_to_message_id": note["id"] });
    let refused = chat.send(&team.owner, quote, None).await;
    assert_eq!(
        refused.refused(400, "bad_request")["field"],
        "reply_to_message_id"
    );
}

async fn what_happens_is_told_in_the_thread(chat: &Chat<'_>, team: &Team) {
    let (owner, agent) = (member(&team.owner).await, member(&team.agent).await);
    let mut live = Live::connect(&team.viewer, None).await.unwrap();
    let both = json!({ "status": "pending", "assigned_agent_id": agent });
    team.owner.patch(&chat.path, both.clone()).await.ok();
    let told = live.event("activity.created").await["data"]["activity"].clone();
    assert_eq!(
        (&told["kind"], &told["from"], &told["to"]),
        (&json!("status_changed"), &json!("open"), &json!("pending"))
    );
    assert_eq!(
        (&told["actor_type"], &told["actor_id"]),
        (&json!("member"), &owner)
    );
    let told = live.event("activity.created").await["data"]["activity"].clone();
    assert_eq!((&told["kind"], &told["member_id"]), (&json!("assigned"), &agent));
    // What is so already is not told again.
    team.owner.patch(&chat.path, both).await.ok();
    chat.program
        .patch(&chat.path, json!({ "assigned_agent_id": null }))
        .await
        .ok();
    let told = live.event("activity.created").await["data"]["activity"].clone();
    assert_eq!(
        (&told["kind"], &told["member_id"], &told["actor_type"]),
        (&json!("unassigned"), &agent, &json!("key"))
    );

    let path = format!("{}/timeline", chat.path);
    let whole = team.viewer.all(&path).await;
    let kinds: Vec<&str> = whole
        .iter()
        .map(|item| {
            item["activity"]["kind"]
                .as_str()
                .unwrap_or_else(|| item["type"].as_str().unwrap())
        })
        .collect();
    assert_eq!(kinds, ["unassigned", "assigned", "status_changed", "note"]);
    // Page by page it is the same, notes and lines in one order.
    let mut pages = Vec::new();
    let mut next = format!("{path}?limit=1");
    loop {
        let page = team.viewer.get(&next).await.ok();
        pages.extend(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["meta"]["next_cursor"].as_str() else {
            break;
        };
        next = format!("{path}?limit=1&cursor={cursor}");
    }
    assert_eq!(pages, whole);
    team.owner
        .patch(&chat.path, json!({ "status": "open" }))
        .await
        .ok();
}

async fn a_note_is_its_authors(chat: &Chat<'_>, team: &Team) {
    let conversation = chat.conversation().await;
    let contact = json!({ "contact_id": conversation["contact_id"], "text": "Allergic to nuts" });
    let note = team.agent.post("/api/v1/notes", contact.clone()).await.data();
    assert_eq!(note["conversation_id"], json!(null));
    let path = format!("/api/v1/notes/{}", id(&note));
    let edit = json!({ "text": "Allergic to peanuts" });
    let changed = team.agent.patch(&path, edit.clone()).await.data();
    assert_eq!(changed["text"], "Allergic to peanuts");
    assert!(!changed["edited_at"].is_null());
    let again = team.agent.patch(&path, edit).await.data();
    assert_eq!(again, changed, "what is so already changes nothing");
    team.viewer
        .post("/api/v1/notes", contact)
        .await
        .refused(403, "forbidden");
    let colleague = people::invite(&team.owner, "agent", "bo@miga.example").await;
    let refused = colleague.patch(&path, json!({ "text": "Boo" })).await;
    refused.refused(403, "forbidden");
    colleague.delete(&path).await.refused(403, "forbidden");
    let list = format!(
        "/api/v1/notes?contact_id={}",
        conversation["contact_id"].as_str().unwrap()
    );
    let all = team.viewer.all(&list).await;
    assert_eq!(all.len(), 2, "about the contact and about the conversation");
    let list = format!("/api/v1/notes?conversation_id={}", id(&conversation));
    assert_eq!(team.viewer.all(&list).await.len(), 1);
    assert_eq!(team.admin.delete(&path).await.status, 204);
    team.agent.delete(&path).await.refused(404, "not_found");
}

async fn what_is_no_note(chat: &Chat<'_>, team: &Team) {
    let conversation = chat.conversation().await["id"].clone();
    let long = "x".repeat(4001);
    let nobody = "01890000-0000-7000-8000-000000000000";
    let cases = [
        (json!({ "text": "Hi" }), "conversation_id"),
        (
            json!({ "conversation_id": conversation, "contact_id": nobody, "text": "Hi" }),
            "contact_id",
        ),
        (json!({ "conversation_id": conversation, "text": " \n" }), "text"),
        (json!({ "conversation_id": conversation, "text": long }), "text"),
        (
            json!({ "conversation_id": conversation, "text": "Hi", "mentions": [nobody] }),
            "mentions",
        ),
        (
            json!({ "conversation_id": nobody, "text": "Hi" }),
            "conversation_id",
        ),
        (json!({ "contact_id": nobody, "text": "Hi" }), "contact_id"),
    ];
    for (form, field) in cases {
        let refused = team.owner.post("/api/v1/notes", form.clone()).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], field, "{form}");
    }
}

/// Whose conversations become nobody's when they go, the thread says so.
async fn a_member_who_leaves_is_told(chat: &Chat<'_>, team: &Team) {
    let leaver = people::invite(&team.owner, "agent", "leaver@miga.example").await;
    let leaver = member(&leaver).await;
    let form = json!({ "assigned_agent_id": leaver });
    team.owner.patch(&chat.path, form).await.ok();
    let path = format!("/api/v1/members/{}", leaver.as_str().unwrap());
    assert_eq!(team.owner.delete(&path).await.status, 204);
    let page = team.owner.get(&format!("{}/timeline?limit=1", chat.path)).await;
    let told = &page.data()[0]["activity"];
    assert_eq!(
        (&told["kind"], &told["member_id"]),
        (&json!("unassigned"), &leaver)
    );
}

/// By who may read notes, as it is written now.
async fn what_was_noted_is_found(chat: &Chat<'_>, team: &Team) {
    let thread = chat.conversation().await;
    let form = json!({ "contact_id": thread["contact_id"], "text": "Prefers the quiet corner table" });
    let note = team.agent.post("/api/v1/notes", form).await.data();
    let path = format!("/api/v1/notes/{}", id(&note));
    let search = "/api/v1/search?type=messages&q=";
    let found = until("the note", async || {
        team.viewer.all(&format!("{search}quiet%20corn")).await.pop()
    })
    .await;
    assert_eq!((&found["type"], &found["note"]), (&json!("note"), &note));
    assert_eq!(found["conversation"]["id"], thread["id"], "it leads somewhere");
    assert!(found["snippet"].to_string().contains("quiet"));
    let (_, program) = people::key(&team.owner, &["messages:read"]).await;
    assert!(program.all(&format!("{search}quiet")).await.is_empty());

    team.agent
        .patch(&path, json!({ "text": "Prefers the terrace" }))
        .await
        .ok();
    until("the new words", async || {
        (team.viewer.all(&format!("{search}terrace")).await.len() == 1).then_some(())
    })
    .await;
    assert!(team.viewer.all(&format!("{search}quiet")).await.is_empty());
    assert_eq!(team.agent.delete(&path).await.status, 204);
    until("it to be gone", async || {
        team.viewer
            .all(&format!("{search}terrace"))
            .await
            .is_empty()
            .then_some(())
    })
    .await;
}
