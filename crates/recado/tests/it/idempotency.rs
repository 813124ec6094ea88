//! The same request again, under the same `Idempotency-Key`: answered alike, carried out once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use recado_testkit::{Answer, Client, ENGINES, Engine, Installation};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

async fn post(client: &Client, path: &str, body: &Value, key: &str) -> Answer {
    let headers = [("idempotency-key", key)];
    client
        .call(Method::POST, path, Some(body.clone()), &headers)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_are_one() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        let conversations = client.all("/api/v1/conversations").await;
        let open = people::open_window(&conversations);
        let (thread, contact) = (people::path(open), open["contact_id"].clone());
        let rows = installation.rows();
        let count = async |sql: &str| rows.number(sql).await;
        let requests = [
            (
                format!("{thread}/messages"),
                json!({ "text": "Fifty times" }),
                202,
                "SELECT count(*) FROM messages WHERE content_text = 'Fifty times'",
            ),
            (
                "/api/v1/notes".to_owned(),
                json!({ "contact_id": contact, "text": "Fifty notes" }),
                201,
                "SELECT count(*) FROM notes WHERE text = 'Fifty notes'",
            ),
            (
                "/api/v1/contacts".to_owned(),
                json!({ "phone": "+34600112233", "name": "Fifty" }),
                201,
                "SELECT count(*) FROM contacts WHERE name = 'Fifty'",
            ),
            (
                "/api/v1/conversations".to_owned(),
                json!({ "contact_id": contact, "message": { "text": "Fifty starts" } }),
                202,
                "SELECT count(*) FROM messages WHERE content_text = 'Fifty starts'",
            ),
        ];
        for (nth, (path, body, status, sql)) in requests.iter().enumerate() {
            let key = format!("order {nth}");
            let all = join_all((0..50).map(|_| post(&client, path, body, &key))).await;
            let told: BTreeSet<(u16, &str, Option<&str>)> = all
                .iter()
                .map(|answer| {
                    let kind = answer.header("content-type");
                    (answer.status.as_u16(), answer.text.as_str(), kind)
                })
                .collect();
            assert_eq!(told.len(), 1, "{engine:?} {path}: {told:#?}");
            assert_eq!(all[0].status, *status, "{}", all[0].text);
            assert_eq!(count(sql).await, 1, "{engine:?} {path}");
            let again = post(&client, path, body, &key).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"));
            assert_eq!(again.text, all[0].text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_for_one_request_of_one_caller() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let client = recado.client().checked().await;
    let contacts = "/api/v1/contacts";
    let ana = json!({ "phone": "+34600112233", "name": "Ana" });
    let first = post(&client, contacts, &ana, "k").await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("idempotency-replayed"), None);
    // The contact is there now, and still the answer is what it was.
    let again = post(&client, contacts, &ana, "\"k\"").await;
    assert_eq!((again.status.as_u16(), &again.text), (201, &first.text));

    let bea = json!({ "phone": "+34600112244" });
    let address = format!("{contacts}?x=1");
    for (path, body) in [(contacts, &bea), ("/api/v1/tags", &ana), (&address, &ana)] {
        let answer = post(&client, path, body, "k").await;
        let error = answer.refused(422, "idempotency_mismatch");
        assert_eq!(error["field"], "Idempotency-Key");
    }
    // Another caller's word is another key: there the contact is known.
    assert_eq!(post(&owner, contacts, &ana, "k").await.status, 200);
    let (_, other) = people::key(&owner, &["contacts:write"]).await;
    assert_eq!(post(&other, contacts, &ana, "k").await.status, 200);

    // A refusal did nothing: put right, the request may keep its key.
    let odd = json!({ "phone": "nonsense" });
    for _ in 0..2 {
        let answer = post(&client, contacts, &odd, "odd").await;
        answer.refused(400, "bad_request");
    }
    assert_eq!(post(&client, contacts, &bea, "odd").await.status, 201);
    let (_, reader) = people::key(&owner, &["contacts:read"]).await;
    post(&reader, contacts, &ana, "may not")
        .await
        .refused(403, "forbidden");

    for bad in ["", &"x".repeat(256)] {
        let answer = post(&client, contacts, &ana, bad).await;
        assert_eq!(answer.refused(400, "bad_request")["field"], "Idempotency-Key");
    }
    let long = "y".repeat(255);
    assert_eq!(post(&client, contacts, &ana, &long).await.status, 200);
    // Nobody has no keys, and is told so as ever.
    let nobody = recado.stranger();
    post(&nobody, contacts, &ana, "k")
        .await
        .refused(401, "unauthorized");
    let form = json!({ "email": recado.ready.email, "password": recado.ready.password });
    for _ in 0..2 {
        let answer = post(&nobody, "/api/v1/session", &form, "k").await;
        assert!(answer.status.is_success() && answer.cookie().is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_shown_again_to_its_maker_and_kept_sealed() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let owner = people::owner(&recado).await;
    let form = json!({ "name": "Shop", "scopes": ["contacts:read"] });
    let made = post(&owner, "/api/v1/api-keys", &form, "key").await;
    let again = post(&owner, "/api/v1/api-keys", &form, "key").await;
    assert_eq!(made.text, again.text);
    let secret = made.data()["key"].as_str().unwrap().to_owned();
    owner.with_key(&secret).get("/api/v1/me").await.ok();
    let dump = installation.rows().of_account(&recado.ready.account_id).await;
    let kept = &dump["idempotency_keys"];
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains(&secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_is_not_done_again() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        let (path, body) = (
            "/api/v1/contacts",
            json!({ "phone": "+34600112233", "name": "Cut" }),
        );
        assert_eq!(post(&client, path, &body, "cut").await.status, 201);
        // As a crash after the work and before the answer leaves it.
        let rows = installation.rows();
        rows.change(
            "UPDATE idempotency_keys SET status = NULL, body = NULL, created_at = created_at - 601000",
        )
        .await;
        let answer = post(&client, path, &body, "cut").await;
        answer.refused(409, "idempotency_interrupted");
        // A message knows its key itself.
        let conversations = client.all("/api/v1/conversations").await;
        let thread = format!("{}/messages", people::path(people::open_window(&conversations)));
        let text = json!({ "text": "Sent once" });
        let sent = post(&client, &thread, &text, "cut message").await;
        assert_eq!(sent.status, 202, "{}", sent.text);
        rows.change("UPDATE idempotency_keys SET status = NULL, body = NULL")
            .await;
        let again = post(&client, &thread, &text, "cut message").await;
        assert_eq!(id(&again.data()), id(&sent.data()));
        // After a day a key is new.
        assert_eq!(post(&client, path, &body, "old").await.status, 200);
        rows.change("UPDATE idempotency_keys SET created_at = created_at - 86400001")
            .await;
        let other = json!({ "phone": "+34600112244" });
        assert_eq!(post(&client, path, &other, "old").await.status, 201);
    }
}

/// PostgreSQL is lost, once before anything could have been committed and once in the commit itself.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_have_been_committed_is_not_done_again_and_what_was_not_may_be() {
    let installation = Installation::new(RECADO, Engine::Postgres).await;
    let recado = installation.start().await;
    let client = recado.client().checked().await;
    let rows = installation.rows();
    rows.change(
        "CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
    )
    .await;
    rows.change(
        "CREATE TRIGGER early AFTER INSERT ON contacts FOR EACH ROW WHEN (NEW.name = 'Early')
         EXECUTE FUNCTION hang_up()",
    )
    .await;
    rows.change(
        "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON contacts DEFERRABLE INITIALLY DEFERRED
         FOR EACH ROW WHEN (NEW.name = 'Late') EXECUTE FUNCTION hang_up()",
    )
    .await;
    let contacts = "/api/v1/contacts";
    let (early, late) = (
        json!({ "phone": "+34600112233", "name": "Early" }),
        json!({ "phone": "+34600112244", "name": "Late" }),
    );
    for (body, key) in [(&early, "early"), (&late, "late")] {
        let lost = post(&client, contacts, body, key).await;
        lost.refused(503, "unavailable");
    }
    rows.change("DROP FUNCTION hang_up CASCADE").await;

    // Nothing was done: it is done now, and once.
    for _ in 0..2 {
        let answer = post(&client, contacts, &early, "early").await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    // Nobody can say, and every time that is said at once.
    for _ in 0..2 {
        let answer = post(&client, contacts, &late, "late").await;
        let error = answer.refused(409, "idempotency_interrupted");
        assert_eq!(error["field"], "Idempotency-Key");
    }
    let other = post(&client, contacts, &early, "late").await;
    other.refused(422, "idempotency_mismatch");
    assert_eq!(post(&client, contacts, &late, "looked").await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_kept_once() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let bearer = format!("Bearer {}", recado.ready.api_key);
    let upload = async |boundary: &str| {
        let kind = format!("multipart/form-data; boundary={boundary}");
        let body = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\
             content-type: text/plain\r\n\r\nHello\r\n--{boundary}--\r\n"
        );
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", kind.as_str()),
            ("idempotency-key", "file"),
        ];
        let client = recado.stranger();
        client
            .raw(Method::POST, "/api/v1/media", body.into_bytes(), &headers)
            .await
            .unwrap()
    };
    let first = upload("one").await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(upload("two").await.text, first.text);
}
