//! Running it: started again, stopped, looked after, repaired.

use recado_testkit::{Client, ENGINES, Ended, Engine, Installation, Live, webhooks};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::people::{self, id};

#[tokio::test(flavor = "multi_thread")]
async fn started_again_it_is_as_it_was_left() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client();
        let first = recado.ready.clone();
        let body = webhooks::text(&first.meta, "15557000001", "wamid.KEPT", "Still there?");
        assert_eq!(
            webhooks::post(&recado.stranger(), &first.meta, &body)
                .await
                .unwrap(),
            200
        );
        let before = client.all("/api/v1/conversations").await;
        let session = client.signed_in(&first.email, &first.password).await;

        let mut live = Live::connect(&client, None).await.unwrap();
        assert_eq!(live.next().await.unwrap()["type"], "hello");
        let (ended, code) = tokio::join!(recado.terminate(), live.close_code());
        assert_eq!(
            ended,
            Ended {
                code: Some(0),
                stdout: String::new()
            },
            "one line and nothing else"
        );
        assert_eq!(code, Some(1012), "come back");

        let recado = installation.start().await;
        let again = &recado.ready;
        assert_eq!(
            (&again.account_id, &again.email, &again.api_key),
            (&first.account_id, &first.email, &first.api_key)
        );
        assert_eq!(json!(again.meta.webhook_path), json!(first.meta.webhook_path));
        assert_eq!(
            (&again.meta.app_secret, &again.meta.verify_token),
            (&first.meta.app_secret, &first.meta.verify_token)
        );
        let client = recado.client();
        assert_eq!(client.all("/api/v1/conversations").await, before);
        let session = Client::new(&again.url).with_cookie(session.cookie().unwrap());
        assert_eq!(
            session.get("/api/v1/me").await.status,
            200,
            "people stay signed in"
        );
        let members = client.get("/api/v1/members").await.data();
        let roles: Vec<&str> = members
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["role"].as_str().unwrap())
            .collect();
        assert_eq!(roles, ["owner", "agent", "agent", "viewer"]);
        assert!(
            members
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one["is_demo"] == true)
        );
        assert_eq!(client.get("/api/v1/me").await.data()["account"]["is_demo"], true);
        let ended = recado.terminate().await;
        assert_eq!(ended.code, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn machines_can_look_after_it() {
    let installation = Installation::new(RECADO, Engine::Sqlite).await;
    let recado = installation.start().await;
    let client = recado.client();
    let stranger = recado.stranger();
    assert_eq!(stranger.get("/livez").await.text, "ok\n");
    assert_eq!(stranger.get("/readyz").await.body, json!({ "status": "ready" }));
    let mut live = Live::connect(&client, None).await.unwrap();
    live.next().await.unwrap();
    let body = webhooks::text(&recado.ready.meta, "15557000002", "wamid.M1", "Hello?");
    webhooks::post(&stranger, &recado.ready.meta, &body)
        .await
        .unwrap();
    let metrics = stranger.get("/metrics").await;
    assert!(metrics.header("content-type").unwrap().starts_with("text/plain"));
    for line in [
        "live_sockets 1",
        "http_requests_total{method=\"POST\",route=\"/hooks/meta/{app_id}\",status=\"200\"} 1",
        "recado_build_info",
        "process_resident_memory_bytes",
    ] {
        assert!(metrics.text.contains(line), "{line} is not in\n{}", metrics.text);
    }
    for word in [&recado.ready.api_key, &recado.ready.account_id] {
        assert!(!metrics.text.contains(word.as_str()));
    }
    // Through a proxy on this machine it is a stranger who asks.
    let asked = stranger
        .call(
            Method::GET,
            "/metrics",
            None,
            &[("x-forwarded-for", "203.0.113.9")],
        )
        .await;
    asked.refused(404, "not_found");

    for path in [
        "/",
        "/inbox",
        "/docs",
        "/docs/style.css",
        "/nope.png",
        "/api/v1/me",
        "/api/v1/nope",
        "/livez",
        "/hooks/x",
    ] {
        let answer = stranger.get(path).await;
        let header = |name: &str| {
            answer
                .header(name)
                .unwrap_or_else(|| panic!("{path} has no {name}"))
                .to_owned()
        };
        let policy = header("content-security-policy");
        for part in [
            "default-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{path}: {policy}"
        );
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "same-origin");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin");
        assert!(header("permissions-policy").contains("camera=()"));
        assert_eq!(header("x-request-id").len(), 36);
        assert_eq!(
            answer.header("strict-transport-security"),
            None,
            "not over plain http"
        );
        assert_eq!(answer.header("server"), None);
    }
    let page = recado.sandbox().client().get("/sandbox").await;
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("script-src 'self'")
    );
    let docs = stranger.get("/docs").await;
    assert_eq!(docs.status, 200);
    assert!(docs.text.contains("/api/v1/conversations"));
    assert_eq!(
        docs.text.matches("<script").count(),
        docs.text
            .matches("<script type=\"module\" src=\"/docs/try.js\"></script>")
            .count(),
        "what it runs is ours, and not in the page"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn kept_webhooks_can_be_replayed_from_the_command_line() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let mut meta = recado.ready.meta.clone();
        let known = webhooks::text(&meta, "15557000004", "wamid.V1", "In time");
        assert_eq!(
            webhooks::post(&recado.stranger(), &meta, &known).await.unwrap(),
            200
        );
        meta.phone_number_id = "999".to_owned();
        let unknown = webhooks::text(&meta, "15557000004", "wamid.V2", "Too early");
        assert_eq!(
            webhooks::post(&recado.stranger(), &meta, &unknown).await.unwrap(),
            200
        );
        let intake = recado.client().get("/api/v1/intakes").await.data()[0].clone();
        let ready = recado.ready.clone();
        recado.terminate().await;

        let rows = installation.rows();
        replay(&installation, &[id(&intake)], Some("0 accepted, 1 rejected\n")).await;
        // Another number beside the first, with what the first has.
        rows.change("UPDATE numbers SET provider_number = '999' WHERE kind = 'sandbox'")
            .await;
        let before = rows.of_account(&ready.account_id).await;
        replay(&installation, &["01890000-0000-7000-8000-000000000000"], None).await;
        replay(
            &installation,
            &["--all", "--account", "01890000-0000-7000-8000-000000000000"],
            Some("0 accepted, 0 rejected\n"),
        )
        .await;
        assert_eq!(rows.of_account(&ready.account_id).await, before);
        replay(&installation, &[id(&intake)], Some("1 accepted, 0 rejected\n")).await;
        rows.change("UPDATE numbers SET provider_number = '100000000000001' WHERE kind = 'sandbox'")
            .await;
        let once = rows.of_account(&ready.account_id).await;
        for _ in 0..2 {
            // The one is for a number that is unknown again, the other is known already.
            replay(
                &installation,
                &["--all", "--account", &ready.account_id],
                Some("1 accepted, 1 rejected\n"),
            )
            .await;
        }
        let twice = rows.of_account(&ready.account_id).await;
        for table in ["messages", "conversations", "contacts", "contact_identities"] {
            assert_eq!(once[table], twice[table], "{table}");
        }
        let recado = installation.serve(&ready).await;
        let client = recado.client();
        let conversation = people::conversation(&client, "15557000004").await;
        let thread = people::thread(&client, &conversation).await;
        let texts: Vec<&Value> = thread.iter().map(|one| &one["content_text"]).collect();
        assert_eq!(texts, ["In time", "Too early"]);
        assert_eq!(conversation["unread_count"], 2);
    }
}

async fn replay(installation: &Installation, arguments: &[&str], says: Option<&str>) {
    let output = installation
        .command("replay")
        .args(arguments)
        .output()
        .await
        .unwrap();
    let (out, log) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    match says {
        Some(says) => assert_eq!((out.as_ref(), output.status.code()), (says, Some(0)), "{log}"),
        None => assert!(
            output.status.code() == Some(1) && !log.is_empty() && out.is_empty(),
            "{out}{log}"
        ),
    }
}
