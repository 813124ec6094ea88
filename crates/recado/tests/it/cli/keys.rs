//! `recado keys`: keys made, listed and revoked on the server, while it runs.

use recado_testkit::{Client, ENGINES, Engine, Installation};
use serde_json::{Value, json};

use super::{lines, run};
use crate::RECADO;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_runs_the_server_gets_in() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let url = recado.ready.url.clone();
        let form = [
            "--name",
            "Shop",
            "--scopes",
            "messages:send,contacts:read",
            "--expires",
            "90d",
        ];
        let (code, key, told) = run(&installation, "keys create", &form).await;
        assert_eq!(code, 0, "{told}");
        assert_eq!(key.lines().count(), 1, "the key and nothing else: {key}");
        let client = Client::new(&url).with_key(key.trim());
        let me = client.get("/api/v1/me").await.data();
        assert_eq!(me["key"]["scopes"], json!(["messages:send", "contacts:read"]));
        assert_eq!(me["account"]["id"], recado.ready.account_id);
        assert!(!told.contains(key.trim()), "the secret is told once");

        let form = [
            "--account",
            &recado.ready.account_id,
            "--name",
            "All",
            "--scopes",
            "all",
            "--json",
        ];
        let (code, made, told) = run(&installation, "keys create", &form).await;
        assert_eq!(code, 0, "{told}");
        let made: Value = serde_json::from_str(&made).unwrap();
        let owner = Client::new(&url).with_key(made["key"].as_str().unwrap());
        let listed = owner.get("/api/v1/api-keys").await.data();
        assert_eq!(listed[0]["name"], "All");
        assert_eq!(made["expires_at"], Value::Null);
        let audit = owner.get("/api/v1/audit-log").await.data();
        assert_eq!(
            (&audit[0]["action"], &audit[0]["actor_type"]),
            (&json!("api_key.created"), &json!("system"))
        );

        let (code, listed, _) = run(&installation, "keys list", &["--json"]).await;
        assert_eq!(code, 0);
        let line = lines(&listed)
            .into_iter()
            .find(|line| line["id"] == made["id"])
            .unwrap();
        assert_eq!(line["account"]["id"], recado.ready.account_id);
        let beginning = made["key_prefix"].as_str().unwrap();
        let (_, table, _) = run(&installation, "keys list", &[]).await;
        assert!(table.contains(beginning) && !table.contains(made["key"].as_str().unwrap()));

        let (code, _, told) = run(&installation, "keys revoke", &[beginning]).await;
        assert_eq!(code, 0, "{told}");
        owner.get("/api/v1/me").await.refused(401, "unauthorized");
        assert_eq!(client.get("/api/v1/me").await.status, 200, "the other holds");
        recado.terminate().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_is_said_and_leaves_nothing() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let form = ["--name", "Shop", "--scopes", "all"];
    let (code, out, told) = run(&installation, "keys create", &form).await;
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(told.contains("there is no database at"), "{told}");
    assert!(!installation.data().exists(), "no installation was made");

    let recado = installation.start().await;
    for (wrong, words) in [
        (
            &["--name", "x", "--scopes", "everything"][..],
            "there is no such scope",
        ),
        (
            &["--name", "x", "--scopes", "all", "--expires", "400d"],
            "365 days",
        ),
        (
            &["--name", "x", "--scopes", "all", "--expires", "soon"],
            "such as 90d",
        ),
        (&["--name", " ", "--scopes", "all"], "name"),
        (
            &["--name", "x", "--scopes", "all", "--account", "Nobody"],
            "there is no account \"Nobody\"",
        ),
    ] {
        let (code, out, told) = run(&installation, "keys create", wrong).await;
        assert_eq!((code, out.as_str()), (2, ""), "{wrong:?} {told}");
        assert!(told.contains(words), "{wrong:?}: {told}");
    }
    let (code, _, told) = run(&installation, "keys revoke", &["wacrm_live_nothing"]).await;
    assert!(code == 2 && told.contains("there is no such key"), "{told}");
    let (_, keys, _) = run(&installation, "keys list", &[]).await;
    assert_eq!(keys.lines().count(), 1, "the demo's own: {keys}");
    recado.terminate().await;
}
