//! What the team knows of its customers: contacts, tags and canned replies, over the public API and over the live socket.

use recado_testkit::{Client, ENGINES, Installation, Live, Recado};
use serde_json::{Value, json};

use crate::RECADO;
use crate::contract::newest_first;
use crate::people::{self, id};

const CONTACTS: &str = "/api/v1/contacts";
const TAGS: &str = "/api/v1/tags";
const REPLIES: &str = "/api/v1/canned-replies";

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_added_found_described_and_tagged() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let owner = people::owner(&recado).await;
        added_once(&owner).await;
        found(&owner).await;
        paged(&owner).await;
        described(&recado, &owner).await;
        tagged(&owner).await;
        what_does_not_fit(&owner).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_and_canned_replies_are_kept_under_names_of_their_own() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let owner = people::owner(&recado).await;
        tags(&owner).await;
        canned_replies(&recado, &owner).await;
    }
}

async fn add(client: &Client, form: Value) -> Value {
    let answer = client.post(CONTACTS, form).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.data()
}

fn names(tags: &Value) -> Vec<&str> {
    let tags = tags.as_array().unwrap().iter();
    tags.map(|tag| tag["name"].as_str().unwrap()).collect()
}

async fn added_once(owner: &Client) {
    let form = json!({ "phone": "+55 (11) 98765-4321", "name": " Álvaro Núñez ", "email": "Alvaro@Example.com",
        "company": "Panadería", "tags": ["VIP", "vip", "Crédito"] });
    let contact = add(owner, form.clone()).await;
    assert_eq!(contact["phone"], "+5511987654321");
    assert_eq!(contact["name"], "Álvaro Núñez");
    assert_eq!(contact["email"], "alvaro@example.com");
    assert_eq!(contact["profile_name"], Value::Null);
    assert_eq!(names(&contact["tags"]), ["Crédito", "VIP"]);
    let path = format!("{CONTACTS}/{}", id(&contact));
    assert_eq!(owner.get(&path).await.data(), contact);

    // The same person, without Brazil's ninth digit.
    let again = json!({ "phone": "+551187654321", "name": "Somebody else", "tags": ["new"] });
    let again = owner.post(CONTACTS, again).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.data(), contact, "they stay as they are");
    assert_eq!(names(&owner.get(TAGS).await.data()), ["Crédito", "VIP"]);
}

async fn found(owner: &Client) {
    let by_search = async |text: &str| {
        let found = owner.all(&format!("{CONTACTS}?search={text}")).await;
        let found: Vec<String> = found
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect();
        found
    };
    for text in [
        "ALVARO",
        "n%C3%BA%C3%B1ez",
        "nunez",
        "98765-43",
        "%2B55119876",
        "0055%2011%209876",
    ] {
        assert_eq!(by_search(text).await, ["Álvaro Núñez"], "{text}");
    }
    // The names customers gave themselves count while the team gave none; what people type stands for itself.
    assert_eq!(by_search("rafael").await, ["Rafael Siqueira"]);
    assert_eq!(
        by_search("nun%20alv").await,
        ["Álvaro Núñez"],
        "beginnings of words, in any order"
    );
    assert_eq!(by_search("panader").await, ["Álvaro Núñez"]);
    for text in ["%25", "_", "nobody", "000000001234567"] {
        assert!(by_search(text).await.is_empty(), "{text}");
    }
    let tags = owner.get(TAGS).await.data();
    let vip = id(&tags[1]);
    let tagged = owner.all(&format!("{CONTACTS}?tag={vip}")).await;
    assert_eq!(tagged.len(), 1);
    assert_eq!(
        owner
            .all(&format!("{CONTACTS}?tag={vip}&search=nobody"))
            .await
            .len(),
        0
    );
    let unknown = "01890000-0000-7000-8000-000000000000";
    assert!(owner.all(&format!("{CONTACTS}?tag={unknown}")).await.is_empty());
}

async fn paged(owner: &Client) {
    let all = owner.all(CONTACTS).await;
    newest_first(&all, "created_at");
    assert!(all.len() > 10);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = owner.get(&format!("{CONTACTS}?limit=4{cursor}")).await.ok();
        seen.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["meta"]["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, all);
}

async fn described(recado: &Recado, owner: &Client) {
    let conversation = owner.get("/api/v1/conversations?sort=activity").await.data()[0].clone();
    let given = conversation["contact"]["name"].clone();
    let path = format!("{CONTACTS}/{}", conversation["contact_id"].as_str().unwrap());
    let before = owner.get(&path).await;
    let mut live = Live::connect(owner, Some(before.seq())).await.unwrap();
    live.next().await.unwrap();

    let form = json!({ "name": "Ana from the bakery", "email": "ana@example.com" });
    let changed = owner.patch(&path, form.clone()).await.data();
    assert_eq!(changed["name"], "Ana from the bakery");
    assert_eq!(changed["profile_name"], given);
    assert_eq!(
        changed["company"],
        before.data()["company"],
        "what is not sent stays"
    );
    assert_eq!(updated(&mut live).await, changed);
    let shown = owner.get(&people::path(&conversation)).await.data();
    assert_eq!(shown["contact"]["name"], "Ana from the bakery");

    // The second time changes nothing and says nothing; clearing goes back to the name they gave themselves.
    assert_eq!(owner.patch(&path, form).await.data(), changed);
    let cleared = owner
        .patch(&path, json!({ "name": null, "email": " " }))
        .await
        .data();
    assert_eq!((&cleared["name"], &cleared["email"]), (&given, &Value::Null));
    assert_eq!(updated(&mut live).await, cleared);

    // The thread says what happened, and no more.
    let tagged = owner
        .post(&format!("{path}/tags"), json!({ "add": ["Noted"] }))
        .await
        .data();
    let tag = &tagged["tags"]
        .as_array()
        .unwrap()
        .iter()
        .find(|tag| tag["name"] == "Noted")
        .unwrap()["id"];
    owner.delete(&format!("{TAGS}/{}", tag.as_str().unwrap())).await;
    let lines = owner
        .all(&format!("{}/timeline", people::path(&conversation)))
        .await;
    let kinds: Vec<&Value> = lines
        .iter()
        .take(3)
        .map(|line| &line["activity"]["kind"])
        .collect();
    assert_eq!(kinds, ["tagged", "contact_changed", "contact_changed"]);
    assert_eq!(lines[2]["activity"]["fields"], json!(["name", "email"]));

    let viewer = owner.signed_in(people::KARIM, &recado.ready.password).await;
    viewer.get(&path).await.ok();
    viewer
        .patch(&path, json!({ "name": "X" }))
        .await
        .refused(403, "forbidden");
}

/// The next news of a contact.
async fn updated(live: &mut Live) -> Value {
    loop {
        let frame = live.next().await.unwrap();
        if frame["event"] == "contact.updated" {
            return frame["data"]["contact"].clone();
        }
    }
}

async fn tagged(owner: &Client) {
    let contact = add(owner, json!({ "phone": "+4915112345678", "tags": ["vip"] })).await;
    assert_eq!(names(&contact["tags"]), ["VIP"], "the name it has");
    let path = format!("{CONTACTS}/{}/tags", id(&contact));
    let form = json!({ "add": ["Mayorista", "mayorista"], "remove": ["VÍP", "unheard of"] });
    let changed = owner.post(&path, form).await.data();
    assert_eq!(names(&changed["tags"]), ["Mayorista"]);

    let both = json!({ "add": ["Credito"], "remove": ["CRÉDITO"] });
    let refused = owner.post(&path, both).await;
    assert_eq!(refused.refused(400, "bad_request")["field"], "remove");
    let missing = json!({ "add": ["brand new"], "create_missing": false });
    let refused = owner.post(&path, missing).await;
    assert_eq!(refused.refused(400, "bad_request")["field"], "add");
    let many: Vec<String> = (0..51).map(|nth| format!("tag {nth}")).collect();
    let refused = owner.post(&path, json!({ "add": many })).await;
    assert_eq!(refused.refused(400, "bad_request")["field"], "add");
    // Fifty at once, but not fifty and one that is there; then nothing of it is kept.
    let full = owner.post(&path, json!({ "add": many[..50] })).await;
    full.refused(409, "too_many");
    assert_eq!(
        names(&owner.get(TAGS).await.data()),
        ["Crédito", "Mayorista", "VIP"]
    );

    let replaced = json!({ "tags": ["vip", "Alta"] });
    let changed = owner
        .patch(&format!("{CONTACTS}/{}", id(&contact)), replaced)
        .await;
    assert_eq!(names(&changed.data()["tags"]), ["Alta", "VIP"]);
}

async fn what_does_not_fit(owner: &Client) {
    for (form, field) in [
        (json!({ "phone": "555" }), "phone"),
        (json!({ "phone": "+4915112345679", "email": "nobody" }), "email"),
        (
            json!({ "phone": "+4915112345679", "name": "n".repeat(257) }),
            "name",
        ),
        (json!({ "phone": "+4915112345679", "company": "a\nb" }), "company"),
        (json!({ "phone": "+4915112345679", "tags": [""] }), "tags"),
        (json!({}), "phone"),
    ] {
        let refused = owner.post(CONTACTS, form.clone()).await;
        assert_eq!(refused.refused(400, "bad_request")["field"], field, "{form}");
    }
    assert!(
        owner
            .all(&format!("{CONTACTS}?search=15112345679"))
            .await
            .is_empty()
    );
    let refused = owner.get(&format!("{CONTACTS}?tag=vip")).await;
    assert_eq!(refused.refused(400, "bad_request")["field"], "tag");
}

async fn tags(owner: &Client) {
    let made = owner
        .post(TAGS, json!({ "name": "Señal", "color": "#3B82F6" }))
        .await;
    assert_eq!(made.status, 201);
    let tag = made.data();
    assert_eq!(
        (&tag["name"], &tag["color"]),
        (&json!("Señal"), &json!("#3b82f6"))
    );
    owner
        .post(TAGS, json!({ "name": " SENAL " }))
        .await
        .refused(409, "tag_exists");
    let other = owner.post(TAGS, json!({ "name": "apple" })).await.data();
    assert_eq!(names(&owner.get(TAGS).await.data()), ["apple", "Señal"]);
    for (form, field) in [
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x", "color": "red" }), "color"),
    ] {
        assert_eq!(
            owner.post(TAGS, form).await.refused(400, "bad_request")["field"],
            field
        );
    }

    let contact = add(
        owner,
        json!({ "phone": "+34600000001", "tags": ["senal", "apple"] }),
    )
    .await;
    let contact = format!("{CONTACTS}/{}", id(&contact));
    let path = format!("{TAGS}/{}", id(&tag));
    let taken = owner.patch(&path, json!({ "name": "ÁPPLE" })).await;
    taken.refused(409, "tag_exists");
    let seq = owner.get(TAGS).await.seq();
    let mut live = Live::connect(owner, Some(seq)).await.unwrap();
    live.next().await.unwrap();
    let changed = owner.patch(&path, json!({ "name": "señal" })).await.data();
    assert_eq!(live.next().await.unwrap()["data"]["tag"], changed);
    assert_eq!(changed["color"], tag["color"], "what is not sent stays");
    assert_eq!(
        owner.get(&contact).await.data()["tags"],
        json!([other, changed]),
        "whoever has it has it under its new name"
    );
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(live.next().await.unwrap()["event"], "tag.removed");
    owner.delete(&path).await.refused(404, "not_found");
    assert_eq!(owner.get(&contact).await.data()["tags"], json!([other]));
}

async fn canned_replies(recado: &Recado, owner: &Client) {
    let agent = owner.signed_in(people::TOM, &recado.ready.password).await;
    let text = "Hi {{contact.name}},\nwe are open from 9 to 18.";
    let made = agent
        .post(REPLIES, json!({ "shortcut": "/Horário", "text": text }))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    let hours = made.data();
    let tom = agent.get("/api/v1/me").await.data()["member"]["id"].clone();
    assert_eq!(
        (&hours["shortcut"], &hours["text"], &hours["created_by"]),
        (&json!("horário"), &json!(text), &tom)
    );
    agent
        .post(REPLIES, json!({ "shortcut": "horario", "text": "x" }))
        .await
        .refused(409, "shortcut_exists");
    for (form, field) in [
        (json!({ "shortcut": "two words", "text": "x" }), "shortcut"),
        (json!({ "shortcut": "x", "text": " " }), "text"),
    ] {
        assert_eq!(
            agent.post(REPLIES, form).await.refused(400, "bad_request")["field"],
            field
        );
    }
    let bye = owner
        .post(REPLIES, json!({ "shortcut": "bye", "text": "See you!" }))
        .await
        .data();
    assert_eq!(agent.get(REPLIES).await.data(), json!([bye, hours]));

    let path = format!("{REPLIES}/{}", id(&bye));
    let taken = owner.patch(&path, json!({ "shortcut": "HORARIO" })).await;
    taken.refused(409, "shortcut_exists");
    let listed = owner.get(REPLIES).await;
    let changed = owner.patch(&path, json!({ "text": "Até logo!" })).await.data();
    assert_eq!(
        (&changed["shortcut"], &changed["text"]),
        (&json!("bye"), &json!("Até logo!"))
    );
    assert_eq!(owner.delete(&path).await.status, 204);
    assert_eq!(agent.get(REPLIES).await.data(), json!([hours]));
    owner.delete(&path).await.refused(404, "not_found");

    // Whoever does not answer customers has no use for them, and does not hear of them.
    let viewer = owner.signed_in(people::KARIM, &recado.ready.password).await;
    viewer.get(REPLIES).await.refused(403, "forbidden");
    for (client, kinds) in [(&agent, ["event", "event"]), (&viewer, ["skip", "skip"])] {
        let mut live = Live::connect(client, Some(listed.seq())).await.unwrap();
        live.next().await.unwrap();
        for kind in kinds {
            assert_eq!(live.next().await.unwrap()["type"], kind);
        }
    }
}
