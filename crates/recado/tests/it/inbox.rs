//! Working through the inbox: who waits, what is put away and comes back, many at once, saved views.

use std::collections::BTreeSet;
use std::time::Duration;

use recado_model::Clock;
use recado_testkit::{Client, ENGINES, Installation, Live, Recado, webhooks};
use serde_json::{Value, json};

use crate::RECADO;
use crate::contract::tag_everybody;
use crate::ingest::post;
use crate::people::{self, id};

const LIST: &str = "/api/v1/conversations";

#[tokio::test(flavor = "multi_thread")]
async fn conversations_are_ordered_and_counted_by_what_needs_somebody() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let tom = tom(&recado).await;
        tag_everybody(&tom).await;
        filters(&recado, &tom).await;
        orders(&recado, &tom).await;
        counts(&recado, &tom).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_put_away_comes_back() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let tom = tom(&recado).await;
        a_reply_ends_the_waiting(&recado, &tom).await;
        a_snooze_ends_at_its_time(&recado, &tom).await;
        the_customer_ends_a_snooze(&recado, &tom).await;
        a_snooze_can_be_undone(&recado, &tom).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_changed_in_one_step() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        bulk(&tom(&recado).await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn views_are_ones_own_unless_shared() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        views(&recado, &tom(&recado).await).await;
    }
}

async fn tom(recado: &Recado) -> Client {
    let client = recado.stranger().checked().await;
    client.signed_in(people::TOM, &recado.ready.password).await
}

async fn me(client: &Client) -> Value {
    client.get("/api/v1/me").await.data()["member"]["id"].clone()
}

async fn write(recado: &Recado, phone: &str, message: &str) {
    post(
        recado,
        &webhooks::text(&recado.ready.meta, phone, message, message),
    )
    .await;
}

/// Whether a conversation is one of those asked for.
type Wanted<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

async fn filters(recado: &Recado, tom: &Client) {
    for phone in ["15557000001", "15557000002"] {
        write(recado, phone, &format!("wamid.F{phone}")).await;
    }
    let all = tom.all(LIST).await;
    let now = Clock::System.now();
    let soon = now.plus(recado_model::conversation::CLOSING).to_string();
    let now = now.to_string();
    let tagged = all.iter().find(|one| one["contact"]["tags"][0]["id"].is_string());
    let tag = tagged.unwrap()["contact"]["tags"][0]["id"].as_str().unwrap();
    let has_tag = |one: &Value| {
        let tags = one["contact"]["tags"].as_array().unwrap();
        tags.iter().any(|one| one["id"] == tag)
    };
    let channel = all[0]["channel_id"].as_str().unwrap();
    let mate = all
        .iter()
        .find_map(|one| one["assigned_agent_id"].as_str())
        .unwrap();
    let left = |one: &Value| one["window_expires_at"].as_str().unwrap_or("").to_owned();
    let cases: [(String, Wanted<'_>); 11] = [
        (
            "status=open,pending".into(),
            Box::new(|one| one["status"] != "closed"),
        ),
        ("assigned=anyone".into(), Box::new(|_| true)),
        (
            format!("assigned_agent_id={mate}&status=open,closed"),
            Box::new(|one| one["assigned_agent_id"] == mate && one["status"] != "pending"),
        ),
        (
            format!("channel_id={channel}"),
            Box::new(|one| one["channel_id"] == channel),
        ),
        (format!("tag={tag}"), Box::new(has_tag)),
        (
            format!("tag={tag}&assigned=unassigned&status=open"),
            Box::new(|one| has_tag(one) && one["assigned_agent_id"].is_null() && one["status"] == "open"),
        ),
        ("unread=true".into(), Box::new(|one| one["unread_count"] != 0)),
        (
            "unread=true&assigned=unassigned".into(),
            Box::new(|one| one["unread_count"] != 0 && one["assigned_agent_id"].is_null()),
        ),
        ("window=open".into(), Box::new(|one| left(one) > now)),
        (
            "window=closing".into(),
            Box::new(|one| left(one) > now && left(one) <= soon),
        ),
        ("window=closed".into(), Box::new(|one| left(one) <= now)),
    ];
    for (query, wanted) in &cases {
        let wanted: BTreeSet<&str> = all.iter().filter(|one| wanted(one)).map(id).collect();
        for sort in ["created", "activity", "waiting", "unread"] {
            let found = tom.all(&format!("{LIST}?{query}&sort={sort}")).await;
            let ids: BTreeSet<&str> = found.iter().map(id).collect();
            assert_eq!(ids, wanted, "{query} by {sort}");
            assert_eq!(ids.len(), found.len(), "{query} by {sort}: each once");
        }
        assert!(
            query == "window=closing" || !wanted.is_empty(),
            "{query} is to find something"
        );
    }
    for (query, field) in [
        ("status=open,shut", "status"),
        ("status=", "status"),
        ("window=ajar", "window"),
        ("unread=maybe", "unread"),
        (
            "assigned=mine&assigned_agent_id=01890000-0000-7000-8000-000000000000",
            "assigned",
        ),
    ] {
        let answer = tom.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], field, "{query}");
    }
}

/// Both orders put first what needs somebody, then the rest by activity; the same in pages of any size.
async fn orders(recado: &Recado, tom: &Client) {
    for (sort, first, key) in [
        ("waiting", "waiting_since", false),
        ("unread", "unread_count", true),
    ] {
        let all = tom.all(&format!("{LIST}?sort={sort}")).await;
        let is_first = |one: &&Value| !one[first].is_null() && one[first] != 0;
        let (before, after): (Vec<&Value>, Vec<&Value>) = all.iter().partition(is_first);
        assert!(before.len() > 2 && after.len() > 2, "{sort} has both parts");
        let expected: Vec<&Value> = before.iter().chain(&after).copied().collect();
        assert_eq!(all.iter().collect::<Vec<_>>(), expected, "{sort}");
        let at = |one: &&Value| one["last_message_at"].as_str().unwrap().to_owned();
        assert!(after.is_sorted_by(|one, next| at(one) >= at(next)), "{sort}");
        if key {
            assert!(before.is_sorted_by(|one, next| at(one) >= at(next)), "{sort}");
        } else {
            let since = |one: &&Value| one[first].as_str().unwrap().to_owned();
            assert!(
                before.is_sorted_by(|one, next| since(one) <= since(next)),
                "{sort}"
            );
        }
        for size in [1, 3, before.len()] {
            let mut paged = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = tom
                    .get(&format!("{LIST}?sort={sort}&limit={size}{cursor}"))
                    .await
                    .ok();
                paged.extend(
                    page["data"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|row| id(row).to_owned()),
                );
                let Some(next) = page["meta"]["next_cursor"].as_str() else {
                    break;
                };
                cursor = format!("&cursor={next}");
            }
            let whole: Vec<&str> = all.iter().map(id).collect();
            assert_eq!(paged, whole, "{sort} by {size}");
        }
    }
    let key = recado.client().checked().await;
    let answer = key.get(&format!("{LIST}?sort=waiting&limit=1")).await.ok();
    let cursor = answer["meta"]["next_cursor"].as_str().unwrap();
    let other = key.get(&format!("{LIST}?sort=unread&cursor={cursor}")).await;
    assert_eq!(other.refused(400, "bad_request")["field"], "cursor");
}

async fn counts(recado: &Recado, tom: &Client) {
    let me = me(tom).await;
    let counted = async |client: &Client| client.get(&format!("{LIST}/counts")).await.data();
    let all = tom.all(&format!("{LIST}?status=open,pending")).await;
    let number = |wanted: &dyn Fn(&Value) -> bool| all.iter().filter(|one| wanted(one)).count();
    let told = counted(tom).await;
    assert_eq!(
        told,
        json!({
            "mine": number(&|one| one["assigned_agent_id"] == me),
            "unassigned": number(&|one| one["assigned_agent_id"].is_null()),
            "all": all.len(),
            "unread": number(&|one| one["unread_count"] != 0),
        })
    );
    assert_eq!(
        counted(&recado.client()).await["mine"],
        0,
        "nothing is a key's own"
    );
    let mine = all.iter().find(|one| one["assigned_agent_id"] == me).unwrap();
    tom.patch(&people::path(mine), json!({ "status": "closed" }))
        .await
        .ok();
    let fewer = counted(tom).await;
    assert_eq!(fewer["mine"], told["mine"].as_i64().unwrap() - 1);
    assert_eq!(fewer["all"], told["all"].as_i64().unwrap() - 1);
}

async fn a_reply_ends_the_waiting(recado: &Recado, tom: &Client) {
    write(recado, "15557100001", "wamid.W1").await;
    let first = people::conversation(tom, "15557100001").await;
    assert_eq!(first["waiting_since"], first["last_message_at"]);
    write(recado, "15557100001", "wamid.W2").await;
    let path = people::path(&first);
    let still = tom.get(&path).await.data();
    assert_eq!(
        still["waiting_since"], first["waiting_since"],
        "since the first that was not answered"
    );
    tom.post(&format!("{path}/messages"), json!({ "text": "Here I am" }))
        .await
        .ok();
    assert_eq!(tom.get(&path).await.data()["waiting_since"], Value::Null);
    write(recado, "15557100001", "wamid.W3").await;
    let again = tom.get(&path).await.data();
    assert_eq!(again["waiting_since"], again["last_message_at"]);
    let closed = tom.patch(&path, json!({ "status": "closed" })).await.data();
    assert_eq!(
        closed["waiting_since"],
        Value::Null,
        "in a closed one nobody waits"
    );
    write(recado, "15557100001", "wamid.W4").await;
    let reopened = tom.get(&path).await.data();
    assert_eq!(reopened["status"], "open");
    assert_eq!(reopened["waiting_since"], reopened["last_message_at"]);
    let lines = tom.all(&format!("{path}/timeline")).await;
    let opened = lines
        .iter()
        .map(|line| &line["activity"])
        .find(|line| line["kind"] == "reopened")
        .unwrap();
    assert_eq!(
        opened["created_at"], reopened["last_message_at"],
        "stands beside the message that did it, wherever that took long"
    );
}

async fn a_snooze_ends_at_its_time(recado: &Recado, tom: &Client) {
    write(recado, "15557100002", "wamid.S1").await;
    let path = people::path(&people::conversation(tom, "15557100002").await);
    tom.post(&format!("{path}/read"), json!({})).await.ok();
    let seq = tom.get(&path).await.seq();
    let mut live = Live::connect(tom, Some(seq)).await.unwrap();
    // The first one is replaced before it ends, also by a slow machine, so it wakes nobody.
    let until = |left| Clock::System.now().plus(left).to_string();
    let early = until(Duration::from_secs(2));
    tom.patch(&path, json!({ "snooze": { "until": early } }))
        .await
        .ok();
    let late = until(Duration::from_secs(3));
    let snoozed = tom
        .patch(&path, json!({ "snooze": { "until": late } }))
        .await
        .data();
    assert_eq!(
        (&snoozed["status"], &snoozed["snooze"]),
        (&json!("pending"), &json!({ "until": late }))
    );
    let same = tom
        .patch(&path, json!({ "snooze": { "until": late }, "status": "pending" }))
        .await
        .data();
    assert_eq!(same["updated_at"], snoozed["updated_at"], "set already");
    for until in [&early, &late] {
        let told = live.event("conversation.updated").await;
        assert_eq!(told["data"]["conversation"]["snooze"]["until"], until.as_str());
    }
    let woken = live.event("conversation.updated").await["data"]["conversation"].clone();
    assert_eq!(
        (&woken["status"], &woken["snooze"]),
        (&json!("open"), &Value::Null)
    );
    assert_eq!(woken["unread_count"], 1, "it is not missed");
    assert!(woken["updated_at"].as_str().unwrap() >= late.as_str());
    assert_eq!(tom.get(&path).await.data(), woken);
}

async fn the_customer_ends_a_snooze(recado: &Recado, tom: &Client) {
    write(recado, "15557100003", "wamid.T1").await;
    let path = people::path(&people::conversation(tom, "15557100003").await);
    let snoozed = tom
        .patch(&path, json!({ "snooze": { "until": null } }))
        .await
        .data();
    assert_eq!(
        (&snoozed["status"], &snoozed["snooze"]),
        (&json!("pending"), &json!({ "until": null }))
    );
    tom.post(&format!("{path}/messages"), json!({ "text": "Any news?" }))
        .await
        .ok();
    assert_eq!(
        tom.get(&path).await.data()["snooze"],
        json!({ "until": null }),
        "our own word does not"
    );
    write(recado, "15557100003", "wamid.T2").await;
    let woken = tom.get(&path).await.data();
    assert_eq!(
        (&woken["status"], &woken["snooze"]),
        (&json!("open"), &Value::Null)
    );
    // One that only is pending stays so.
    tom.patch(&path, json!({ "status": "pending" })).await.ok();
    write(recado, "15557100003", "wamid.T3").await;
    assert_eq!(tom.get(&path).await.data()["status"], "pending");
}

async fn a_snooze_can_be_undone(recado: &Recado, tom: &Client) {
    write(recado, "15557100004", "wamid.U1").await;
    let path = people::path(&people::conversation(tom, "15557100004").await);
    let later = Clock::System.now().plus(Duration::from_hours(2)).to_string();
    let snooze = json!({ "snooze": { "until": later } });
    for (change, status) in [
        (json!({ "snooze": null }), "open"),
        (json!({ "status": "open" }), "open"),
        (json!({ "status": "closed" }), "closed"),
        (json!({ "snooze": null, "status": "pending" }), "pending"),
    ] {
        tom.patch(&path, snooze.clone()).await.ok();
        let undone = tom.patch(&path, change.clone()).await.data();
        assert_eq!(
            (&undone["status"], &undone["snooze"]),
            (&json!(status), &Value::Null),
            "{change}"
        );
    }
    let before = tom.get(&path).await.data();
    let far = Clock::System.now().plus(Duration::from_hours(9000)).to_string();
    for (change, field) in [
        (
            json!({ "snooze": { "until": "2020-01-01T00:00:00.000Z" } }),
            "snooze.until",
        ),
        (json!({ "snooze": { "until": far } }), "snooze.until"),
        (json!({ "snooze": { "until": "soon" } }), "snooze.until"),
        (json!({ "snooze": { "until": later, "why": "x" } }), "snooze.why"),
        (
            json!({ "snooze": { "until": later }, "status": "closed" }),
            "snooze",
        ),
    ] {
        let answer = tom.patch(&path, change.clone()).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], field, "{change}");
    }
    assert_eq!(tom.get(&path).await.data(), before);
}

async fn bulk(tom: &Client) {
    let me = me(tom).await;
    let all = tom.all(&format!("{LIST}?status=open")).await;
    let ids: Vec<&str> = all.iter().take(3).map(id).collect();
    let nobody = "01890000-0000-7000-8000-000000000000";
    let change = async |body: Value| tom.post(&format!("{LIST}/bulk"), body).await;
    let results = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["result"].as_str().unwrap().to_owned())
            .collect()
    };
    tom.patch(&format!("{LIST}/{}", ids[0]), json!({ "status": "closed" }))
        .await
        .ok();
    let seq = tom.get(LIST).await.seq();
    let asked = json!([ids[2], ids[0], nobody, ids[1]]);
    let told = change(json!({ "ids": asked, "status": "closed" })).await.data();
    assert_eq!(results(&told), ["changed", "unchanged", "not_found", "changed"]);
    for (row, id) in told.as_array().unwrap().iter().zip(asked.as_array().unwrap()) {
        assert_eq!(row["id"], *id);
        assert_eq!(row["conversation"].is_null(), row["result"] == "not_found");
        assert!(row["conversation"].is_null() || row["conversation"]["status"] == "closed");
    }
    assert_eq!(
        tom.get(LIST).await.seq(),
        seq + 4,
        "for each that changed an event, and one for the line in its thread"
    );

    let told = change(json!({ "ids": ids, "status": "open", "assigned_agent_id": me }))
        .await
        .data();
    assert_eq!(results(&told), ["changed", "changed", "changed"]);
    let told = change(json!({ "ids": [ids[0], ids[0]], "snooze": { "until": null } }))
        .await
        .data();
    assert_eq!(results(&told), ["changed", "changed"]);
    let told = change(json!({ "ids": ids })).await.data();
    assert_eq!(results(&told), ["unchanged", "unchanged", "unchanged"]);

    let tag = tom.post("/api/v1/tags", json!({ "name": "urgent" })).await.data();
    let tagged = change(json!({ "ids": ids, "add_tags": [tag["id"]] }))
        .await
        .data();
    assert_eq!(results(&tagged), ["changed", "changed", "changed"]);
    assert_eq!(tagged[1]["conversation"]["contact"]["tags"], json!([tag]));
    let told = change(json!({ "ids": ids[..1], "remove_tags": [tag["id"]] }))
        .await
        .data();
    assert_eq!(told[0]["conversation"]["contact"]["tags"], json!([]));
    // Each contact's threads tell of it, as of a change of one.
    for (id, kinds) in [(ids[0], &["untagged", "tagged"][..]), (ids[1], &["tagged"])] {
        let thread = tom.all(&format!("{LIST}/{id}/timeline")).await;
        let lines: Vec<&Value> = thread
            .iter()
            .map(|one| &one["activity"])
            .filter(|one| one["tag_id"] == tag["id"])
            .collect();
        let told: Vec<&str> = lines.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(told, kinds);
        assert_eq!(
            (&lines[0]["name"], &lines[0]["actor_id"]),
            (&json!("urgent"), &json!(me))
        );
    }

    let before = tom.all(LIST).await;
    let many: Vec<&str> = vec![nobody; 101];
    let past = json!({ "until": "2020-01-01T00:00:00.000Z" });
    for (body, field) in [
        (json!({ "ids": [] }), "ids"),
        (json!({ "ids": many }), "ids"),
        (
            json!({ "ids": ids, "status": "closed", "assigned_agent_id": nobody }),
            "assigned_agent_id",
        ),
        (json!({ "ids": ids, "snooze": past }), "snooze.until"),
        (
            json!({ "ids": ids, "status": "closed", "add_tags": [nobody] }),
            "add_tags",
        ),
        (json!({ "ids": ids, "state": "open" }), "state"),
    ] {
        let answer = change(body.clone()).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], field, "{body}");
    }
    assert_eq!(tom.all(LIST).await, before, "all or nothing");
}

async fn views(recado: &Recado, tom: &Client) {
    const VIEWS: &str = "/api/v1/views";
    let owner = people::owner(recado).await;
    let karim = owner.signed_in(people::KARIM, &recado.ready.password).await;
    let names = async |client: &Client| -> Vec<String> {
        let rows = client.get(VIEWS).await.data();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    let seq = tom.get(VIEWS).await.seq();
    let filter = json!({ "status": ["open"], "assigned": "mine", "unread": true, "sort": "waiting" });
    let made = tom
        .post(VIEWS, json!({ "name": " Mine to do ", "filter": filter }))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.data();
    assert_eq!((&made["name"], &made["filter"]), (&json!("Mine to do"), &filter));
    assert_eq!((&made["shared"], &made["position"]), (&json!(false), &json!(0)));
    let one = format!("{VIEWS}/{}", id(&made));
    assert_eq!(names(tom).await, ["Mine to do"]);
    assert_eq!(names(&owner).await, [""; 0]);
    owner
        .patch(&one, json!({ "name": "Ours" }))
        .await
        .refused(404, "not_found");
    owner.delete(&one).await.refused(404, "not_found");

    // Shared, everybody has it; an admin may change it, another agent may not.
    tom.patch(&one, json!({ "shared": true, "position": 5 }))
        .await
        .ok();
    assert_eq!(names(&karim).await, ["Mine to do"]);
    karim
        .patch(&one, json!({ "name": "X" }))
        .await
        .refused(403, "forbidden");
    karim.delete(&one).await.refused(403, "forbidden");
    owner
        .patch(&one, json!({ "name": "Ours", "filter": {} }))
        .await
        .ok();
    karim
        .post(VIEWS, json!({ "name": "V", "filter": {}, "shared": true }))
        .await
        .refused(403, "forbidden");
    karim
        .post(VIEWS, json!({ "name": "First", "filter": {}, "position": 1 }))
        .await
        .ok();
    assert_eq!(names(&karim).await, ["First", "Ours"]);
    tom.patch(&one, json!({ "shared": false })).await.ok();
    tom.patch(&one, json!({ "shared": false })).await.ok();
    assert_eq!(names(&owner).await, [""; 0]);
    tom.delete(&one).await.ok();
    tom.delete(&one).await.refused(404, "not_found");

    // Each hears what concerns them, and that something else was passed over.
    let heard = async |client: &Client| {
        let mut live = Live::connect(client, Some(seq)).await.unwrap();
        let mut kinds = Vec::new();
        let head = live.next().await.unwrap()["seq"].as_i64().unwrap();
        for _ in seq..head {
            let frame = live.next().await.unwrap();
            let kind = frame["event"].as_str().unwrap_or("skip");
            kinds.push(kind.trim_start_matches("view.").to_owned());
        }
        kinds
    };
    let toms = [
        "created", "updated", "updated", "skip", "removed", "updated", "removed",
    ];
    assert_eq!(heard(tom).await, toms);
    let others = ["skip", "updated", "updated", "skip", "removed", "skip", "skip"];
    assert_eq!(heard(&owner).await, others);

    let nobody = "01890000-0000-7000-8000-000000000000";
    for (body, field) in [
        (json!({ "name": " ", "filter": {} }), "name"),
        (json!({ "name": "X" }), "filter"),
        (json!({ "name": "X", "filter": { "state": 1 } }), "filter.state"),
        (
            json!({ "name": "X", "filter": { "channel_id": nobody } }),
            "filter.channel_id",
        ),
        (
            json!({ "name": "X", "filter": { "assigned_agent_id": nobody } }),
            "filter.assigned_agent_id",
        ),
        (json!({ "name": "X", "filter": { "tag": nobody } }), "filter.tag"),
        (json!({ "name": "X", "filter": {}, "position": -1 }), "position"),
    ] {
        let answer = tom.post(VIEWS, body.clone()).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], field, "{body}");
    }
    for nth in 0..50 {
        let answer = tom
            .post(VIEWS, json!({ "name": format!("{nth}"), "filter": {} }))
            .await;
        assert_eq!(answer.status, 201);
    }
    tom.post(VIEWS, json!({ "name": "One more", "filter": {} }))
        .await
        .refused(409, "too_many_views");
    recado.client().get(VIEWS).await.refused(403, "forbidden");
}
