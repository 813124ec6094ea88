//! Who is here, what they look at, who says they are there, and who is given new conversations by themselves.

use recado_testkit::{Client, ENGINES, Engine, Installation, Live, Recado, until, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people;

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_see_each_other_and_nobody_else_does() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let tom = owner.signed_in(people::TOM, &recado.ready.password).await;
    let toms = member(&tom).await;
    let thread = owner.get("/api/v1/conversations?limit=1").await.data()[0]["id"].clone();

    let mut mine = Live::connect(&owner, None).await.unwrap();
    let is_tom = |one: &Value| one["member_id"] == toms.as_str();
    let mut theirs = Live::connect(&tom, None).await.unwrap();
    let seen = mine.presence(is_tom).await;
    assert_eq!(
        seen,
        json!({ "member_id": toms, "online": true, "viewing": [], "typing": [] })
    );
    // Whoever comes is told of all who are here.
    let lucia = member(&owner).await;
    theirs.presence(|one| one["member_id"] == lucia.as_str()).await;

    theirs
        .say(&json!({ "type": "viewing", "conversation_id": thread }))
        .await;
    let seen = mine.presence(is_tom).await;
    assert_eq!(
        (&seen["viewing"], &seen["typing"]),
        (&json!([thread]), &json!([]))
    );
    theirs
        .say(&json!({ "type": "typing", "conversation_id": thread, "on": true }))
        .await;
    assert_eq!(mine.presence(is_tom).await["typing"], json!([thread]));
    theirs
        .say(&json!({ "type": "typing", "conversation_id": thread, "on": false }))
        .await;
    assert_eq!(mine.presence(is_tom).await["typing"], json!([]));

    // Another account sees nothing of it, and says nothing to us.
    let eve = people::sign_up(&owner, "eve@elsewhere.example").await;
    let eves = member(&eve).await;
    let mut elsewhere = Live::connect(&eve, None).await.unwrap();
    elsewhere
        .say(&json!({ "type": "viewing", "conversation_id": thread }))
        .await;
    let seen = elsewhere.presence(|one| one["viewing"] == json!([thread])).await;
    assert_eq!(seen["member_id"], eves.as_str());
    drop(theirs);
    let seen = mine
        .presence(|one| is_tom(one) || one["member_id"] == eves.as_str())
        .await;
    assert_eq!(
        (&seen["member_id"], &seen["online"]),
        (&json!(toms), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_looks_at_a_conversation_is_not_told_of_its_messages() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let me = member(&owner).await;
    write(&recado, "15555000888", "wamid.V0").await;
    let conversation = people::conversation(&owner, "15555000888").await;
    owner
        .patch(&people::path(&conversation), json!({ "assigned_agent_id": me }))
        .await
        .ok();
    let unread = async || {
        owner
            .get("/api/v1/notifications?unread=true&type=new_message")
            .await
            .data()
    };
    let of_this = |all: Value| {
        let all = all.as_array().unwrap().clone();
        all.into_iter()
            .filter(|one| one["conversation_id"] == conversation["id"])
            .count()
    };
    let mut tab = Live::connect(&owner, None).await.unwrap();
    tab.say(&json!({ "type": "viewing", "conversation_id": conversation["id"] }))
        .await;
    tab.presence(|one| one["viewing"] == json!([conversation["id"]]))
        .await;
    write(&recado, "15555000888", "wamid.V1").await;
    assert_eq!(of_this(unread().await), 0);
    tab.say(&json!({ "type": "viewing", "conversation_id": null }))
        .await;
    tab.presence(|one| one["viewing"] == json!([])).await;
    write(&recado, "15555000888", "wamid.V2").await;
    assert_eq!(of_this(unread().await), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_conversations_find_somebody_by_themselves() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let owner = people::owner(&recado).await;
        let tom = owner.signed_in(people::TOM, &recado.ready.password).await;
        let (lucias, toms) = (member(&owner).await, member(&tom).await);

        // Off unless an admin says otherwise.
        write(&recado, "15556100001", "wamid.A1").await;
        let nobodys = people::conversation(&owner, "15556100001").await;
        assert!(nobodys["assigned_agent_id"].is_null());

        let channel = format!("/api/v1/channels/{}", nobodys["channel_id"].as_str().unwrap());
        let changed = owner
            .patch(&channel, json!({ "auto_assign": "round_robin" }))
            .await
            .data();
        assert_eq!(changed["auto_assign"], "round_robin");
        // Of the demo's people only these two are there.
        for one in owner.get("/api/v1/members").await.data().as_array().unwrap() {
            let there = [lucias.as_str(), toms.as_str()].contains(&one["id"].as_str().unwrap());
            if !there {
                let rows = installation.rows();
                let id = rows.id(one["id"].as_str().unwrap());
                rows.change(&format!(
                    "UPDATE members SET availability = 'away' WHERE id = {id}"
                ))
                .await;
            }
        }
        let mut got = Vec::new();
        for nth in 3..=6 {
            let phone = format!("1555610000{nth}");
            write(&recado, &phone, &format!("wamid.A{nth}")).await;
            got.push(assignee(&owner, &phone).await);
        }
        assert_ne!(got[0], got[1], "in turn");
        assert_eq!((&got[0], &got[1]), (&got[2], &got[3]));
        let told = tom.get("/api/v1/notifications?limit=1").await.data()[0].clone();
        assert_eq!(
            (&told["type"], &told["data"]["actor_type"]),
            (&json!("conversation_assigned"), &json!("system"))
        );

        // Who is away gets nothing.
        let me = tom
            .call(
                reqwest::Method::PUT,
                "/api/v1/me/availability",
                Some(json!({ "availability": "away" })),
                &[],
            )
            .await
            .data();
        assert_eq!(me["member"]["availability"], "away");
        owner
            .patch(&channel, json!({ "auto_assign": "least_busy" }))
            .await
            .ok();
        for nth in 7..=8 {
            let phone = format!("1555610000{nth}");
            write(&recado, &phone, &format!("wamid.A{nth}")).await;
            assert_eq!(assignee(&owner, &phone).await, lucias);
        }
        // Whoever has less gets the next one.
        tom.call(
            reqwest::Method::PUT,
            "/api/v1/me/availability",
            Some(json!({ "availability": "online" })),
            &[],
        )
        .await
        .ok();
        for one in tom.all("/api/v1/conversations?assigned=mine").await {
            tom.patch(&people::path(&one), json!({ "status": "closed" }))
                .await
                .ok();
        }
        write(&recado, "15556100009", "wamid.A9").await;
        assert_eq!(assignee(&owner, "15556100009").await, toms);
    }
}

async fn write(recado: &Recado, phone: &str, id: &str) {
    let body = webhooks::text(&recado.ready.meta, phone, id, "Hello?");
    let answer = webhooks::post(&recado.stranger(), &recado.ready.meta, &body).await;
    assert_eq!(answer.unwrap(), 200);
}

/// Who a customer's conversation is given to.
async fn assignee(client: &Client, phone: &str) -> String {
    until("somebody to get it", async || {
        let conversation = people::conversation(client, phone).await;
        conversation["assigned_agent_id"].as_str().map(str::to_owned)
    })
    .await
}

async fn member(client: &Client) -> String {
    let me = client.get("/api/v1/me").await.data();
    me["member"]["id"].as_str().unwrap().to_owned()
}
