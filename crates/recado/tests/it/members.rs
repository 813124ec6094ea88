//! Invites, roles, and leaving.

use futures_util::future::join_all;
use recado_testkit::{Client, Engine, Installation, Live, Recado};
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, PASSWORD, id};

#[tokio::test(flavor = "multi_thread")]
async fn members_come_and_go() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.stranger().checked().await;
    people::sign_up_as(&client, "Shop", "Ana", "ana@shop.example").await;
    invites_let_in_once(&recado, &client).await;
    somebody_in_two_accounts(&client).await;
    an_account_keeps_an_owner(&client).await;
    a_new_role_holds_at_once(&client).await;
}

async fn invites_let_in_once(recado: &Recado, client: &Client) {
    let ana = client.signed_in("ana@shop.example", PASSWORD).await;
    let made = ana
        .post(
            "/api/v1/invites",
            json!({ "role": "agent", "email": "Cai@shop.example" }),
        )
        .await
        .data();
    let url = made["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/invite/", recado.ready.url)), "{url}");
    let token = people::token(&made);
    let listed = ana.get("/api/v1/invites").await;
    assert!(!listed.text.contains(token), "the link is shown once");
    assert_eq!(listed.data()[0]["id"], made["id"]);
    let path = format!("/api/v1/invites/token/{token}");
    let seen = client.get(&path).await.data();
    let expected =
        json!({ "account_name": "Shop", "role": "agent", "email": "cai@shop.example", "invited_by": "Ana" });
    assert_eq!(seen, expected);
    let other = people::accept(client, token, "eve@shop.example").await;
    assert_eq!(other.refused(400, "bad_request")["field"], "email");
    let accepts = (0..8).map(|_| people::accept(client, token, "cai@shop.example"));
    let answers = join_all(accepts).await;
    let (entered, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!(entered.len(), 1);
    for answer in refused {
        assert!(
            matches!(answer.status.as_u16(), 404 | 409 | 401),
            "{}",
            answer.text
        );
    }
    assert_eq!(entered[0].body["data"]["member"]["role"], "agent");
    client.get(&path).await.refused(404, "not_found");
    people::accept(client, token, "cai@shop.example")
        .await
        .refused(404, "not_found");
    assert_eq!(ana.get("/api/v1/invites").await.data(), json!([]));

    let made = ana
        .post("/api/v1/invites", json!({ "role": "viewer" }))
        .await
        .data();
    assert_eq!(
        ana.delete(&format!("/api/v1/invites/{}", id(&made))).await.status,
        204
    );
    client
        .get(&format!("/api/v1/invites/token/{}", people::token(&made)))
        .await
        .refused(404, "not_found");
    people::accept(client, people::token(&made), "dan@shop.example")
        .await
        .refused(404, "not_found");
}

/// Who has signed up already joins with the password they have.
async fn somebody_in_two_accounts(client: &Client) {
    let ana = client.signed_in("ana@shop.example", PASSWORD).await;
    let fay = people::sign_up(client, "fay@elsewhere.example").await;
    let made = fay
        .post("/api/v1/invites", json!({ "role": "viewer" }))
        .await
        .data();
    let path = format!("/api/v1/invites/token/{}/accept", people::token(&made));
    let form = |password: &str| json!({ "name": "Ana", "email": "ana@shop.example", "password": password });
    client
        .post(&path, form("a wrong password"))
        .await
        .refused(401, "bad_credentials");
    let joined = client.post(&path, form(PASSWORD)).await;
    assert_eq!(joined.status, 201, "{}", joined.text);
    let there = client.with_cookie_of(&joined);
    let joined = joined.data();
    assert_eq!(
        (&joined["account"]["name"], &joined["member"]["role"]),
        (&json!("Elsewhere"), &json!("viewer"))
    );
    // Each session stays in its own account, with the role of that account.
    there.get("/api/v1/invites").await.refused(403, "forbidden");
    assert_eq!(ana.get("/api/v1/me").await.data()["account"]["name"], "Shop");
    let members = there.get("/api/v1/members").await.data();
    assert_eq!(members.as_array().unwrap().len(), 2);
    // Thrown out of the one, still at home in the other.
    let mut live = Live::connect(&there, None).await.unwrap();
    let member = joined["member"]["id"].as_str().unwrap();
    assert_eq!(fay.delete(&format!("/api/v1/members/{member}")).await.status, 204);
    assert_eq!(live.close_code().await, Some(4401));
    there.get("/api/v1/me").await.refused(401, "unauthorized");
    ana.get("/api/v1/me").await.ok();
    let again = client.signed_in("ana@shop.example", PASSWORD).await;
    assert_eq!(again.get("/api/v1/me").await.data()["account"]["name"], "Shop");
}

async fn an_account_keeps_an_owner(client: &Client) {
    let owner = people::sign_up(client, "gus@place.example").await;
    let admin = people::invite(&owner, "admin", "hal@place.example").await;
    let me = |of: &Value| format!("/api/v1/members/{}", of["member"]["id"].as_str().unwrap());
    let owners = me(&owner.get("/api/v1/me").await.data());
    let admins = me(&admin.get("/api/v1/me").await.data());
    for role in ["admin", "agent", "viewer"] {
        owner
            .patch(&owners, json!({ "role": role }))
            .await
            .refused(409, "last_owner");
    }
    owner.delete(&owners).await.refused(409, "last_owner");
    // Only owners touch owners.
    for body in [json!({ "role": "viewer" }), json!({ "role": "owner" })] {
        admin.patch(&owners, body).await.refused(403, "forbidden");
    }
    admin.delete(&owners).await.refused(403, "forbidden");
    admin
        .patch(&admins, json!({ "role": "owner" }))
        .await
        .refused(403, "forbidden");
    admin
        .post("/api/v1/invites", json!({ "role": "owner" }))
        .await
        .refused(403, "forbidden");

    let second = owner.patch(&admins, json!({ "role": "owner" })).await.data();
    assert_eq!(second["role"], "owner");
    // Both give up at once: one of them stays.
    let (one, other) = tokio::join!(
        owner.patch(&owners, json!({ "role": "viewer" })),
        admin.patch(&admins, json!({ "role": "viewer" }))
    );
    let refused = if one.status == 200 { other } else { one };
    refused.refused(409, "last_owner");
    let members = owner.get("/api/v1/members").await.data();
    assert_eq!(
        members
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["role"] == "owner")
            .count(),
        1
    );
}

/// The cookie changes with the role, and the one before it serves requests that were under way.
async fn a_new_role_holds_at_once(client: &Client) {
    let owner = people::sign_up(client, "ivy@place.example").await;
    let jon = people::invite(&owner, "agent", "jon@place.example").await;
    let me = jon.get("/api/v1/me").await.data();
    jon.get("/api/v1/invites").await.refused(403, "forbidden");
    let path = format!("/api/v1/members/{}", me["member"]["id"].as_str().unwrap());
    owner.patch(&path, json!({ "role": "admin" })).await.ok();
    let answer = jon.get("/api/v1/invites").await;
    assert_eq!(answer.status, 200);
    let cookie = answer.cookie().expect("a new cookie for new rights");
    assert_ne!(Some(cookie.as_str()), jon.cookie());
    assert!(
        answer
            .header("set-cookie")
            .unwrap()
            .ends_with("HttpOnly; SameSite=Lax")
    );
    let renewed = jon.with_cookie_of(&answer);
    assert_eq!(renewed.get("/api/v1/me").await.data()["member"]["role"], "admin");
    assert_eq!(
        jon.get("/api/v1/me").await.status,
        200,
        "for requests that were under way"
    );
    assert!(
        renewed.get("/api/v1/me").await.cookie().is_none(),
        "once is enough"
    );
}
