//! The settings of a number: right, or which of them is wrong.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use recado_whatsapp::CheckError;
use recado_whatsapp::meta::NumberCheck;
use serde_json::json;

use crate::calls::{DONE, NOTHING_THERE};
use crate::server::{Graph, TOKEN, answering, credentials, graph, meta};

#[tokio::test]
async fn webhooks_are_subscribed_to() {
    let (base, graph) = graph(200, DONE).await;
    meta(&base)
        .subscribe(
            &credentials(),
            "102",
            "https://inbox.example/hooks/meta/1",
            "word",
        )
        .await
        .unwrap();
    let request = graph.only();
    assert_eq!(request.call, "POST /v24.0/102/subscribed_apps");
    assert_eq!(
        request.json(),
        json!({"override_callback_uri": "https://inbox.example/hooks/meta/1", "verify_token": "word"})
    );
}

const NUMBER: &str = r#"{"id":"555","display_phone_number":"+1 555-000-1111","verified_name":"Shop","quality_rating":"GREEN","status":"CONNECTED"}"#;
const INVALID: &str =
    r#"{"error":{"message":"Invalid OAuth access token","type":"OAuthException","code":190}}"#;

/// A Graph API where all is well, but for the calls that `wrong` answers.
async fn connected(
    wrong: impl Fn(&str) -> Option<(u16, &'static str)> + Send + Sync + 'static,
) -> (String, Graph) {
    answering(move |request| {
        let call = request.call.strip_prefix("GET /v24.0/").unwrap_or_default();
        let (status, body) = wrong(call).unwrap_or_else(|| {
            let body = match call.split('?').next().unwrap_or_default() {
                "555" if call.contains("whatsapp_business_manager_messaging_limit") => {
                    return (
                        400,
                        r#"{"error":{"message":"Tried accessing nonexisting field","code":100}}"#,
                    );
                }
                "555" if call.contains("messaging_limit_tier") => {
                    r#"{"messaging_limit_tier":"TIER_2K","id":"555"}"#
                }
                "555" => NUMBER,
                "debug_token" => {
                    assert_eq!(request.headers["authorization"], "Bearer 77|secret");
                    r#"{"data":{"app_id":"77","is_valid":true,"scopes":["whatsapp_business_messaging"]}}"#
                }
                "102/phone_numbers" => r#"{"data":[{"id":"554"},{"id":"555"}]}"#,
                "102/message_templates" => r#"{"data":[]}"#,
                _ => return (404, "{}"),
            };
            (200, body)
        });
        (StatusCode::from_u16(status).unwrap(), body).into_response()
    })
    .await
}

async fn checked(
    app_id: Option<&str>,
    wrong: impl Fn(&str) -> Option<(u16, &'static str)> + Send + Sync + 'static,
) -> Result<NumberCheck, CheckError> {
    let (base, _) = connected(wrong).await;
    meta(&base)
        .check(&credentials(), "102", app_id, &"secret".into())
        .await
}

#[tokio::test]
async fn a_number_whose_settings_are_right_is_told_about() {
    for app_id in [Some("77"), None] {
        let check = checked(app_id, |_| None).await.unwrap();
        assert_eq!(
            (check.display_phone.as_deref(), check.verified_name.as_deref()),
            (Some("+1 555-000-1111"), Some("Shop"))
        );
        assert_eq!(
            (check.quality.as_deref(), check.limit.as_deref()),
            (Some("GREEN"), Some("TIER_2K"))
        );
        assert_eq!((check.connected, check.trouble), (true, None));
    }
    let check = checked(None, |call| {
        call.starts_with("555?fields=id%2C")
            .then_some((200, r#"{"id":"555","status":"DISCONNECTED"}"#))
    })
    .await
    .unwrap();
    assert!(
        !check.connected
            && check
                .trouble
                .is_some_and(|trouble| trouble.contains("DISCONNECTED"))
    );
}

#[tokio::test]
async fn the_secret_is_proved_where_the_app_is_not_known() {
    let (base, graph) = connected(|_| None).await;
    let secret = "recado-test-secret".into();
    meta(&base)
        .check(&credentials(), "102", None, &secret)
        .await
        .unwrap();
    let proof = "appsecret_proof=2a6be3ef1873b173b1d006a51841c1898d5960d18c6bfbe2e8c265c2e3050e34";
    assert!(graph.calls().iter().any(|call| call.contains(proof)));
}

#[tokio::test]
async fn a_wrong_setting_is_named() {
    type Wrong = (&'static str, u16, &'static str);
    let refused = r#"{"error":{"message":"no","code":100}}"#;
    let table: [(Option<&str>, Wrong, &str); 12] = [
        (None, ("555?fields=id%2C", 401, INVALID), "access_token"),
        (None, ("555?fields=id%2C", 400, NOTHING_THERE), "phone_number_id"),
        (
            None,
            ("555?fields=id%2C", 403, r#"{"error":{"message":"no","code":10}}"#),
            "access_token",
        ),
        (
            None,
            ("555?fields=id&appsecret_proof", 400, refused),
            "app_secret",
        ),
        (Some("77"), ("debug_token", 400, INVALID), "app_secret"),
        (
            Some("77"),
            ("debug_token", 200, r#"{"data":{"is_valid":false}}"#),
            "access_token",
        ),
        (
            Some("77"),
            ("debug_token", 200, r#"{"data":{"is_valid":true,"app_id":"78"}}"#),
            "access_token",
        ),
        (
            Some("77"),
            (
                "debug_token",
                200,
                r#"{"data":{"is_valid":true,"scopes":["email"]}}"#,
            ),
            "access_token",
        ),
        (None, ("102/phone_numbers", 400, NOTHING_THERE), "waba_id"),
        (
            None,
            ("102/phone_numbers", 200, r#"{"data":[{"id":"554"}]}"#),
            "waba_id",
        ),
        (None, ("102/message_templates", 400, refused), "access_token"),
        (
            None,
            (
                "102/message_templates",
                403,
                r#"{"error":{"message":"no","code":200}}"#,
            ),
            "access_token",
        ),
    ];
    for (app_id, (call, status, body), expected) in table {
        let result = checked(app_id, move |made| {
            made.starts_with(call).then_some((status, body))
        })
        .await;
        match result {
            Err(CheckError::Field { field, message }) => {
                assert_eq!(field, expected, "{call} {body}");
                assert!(message.len() > 20 && !message.contains(TOKEN), "{message}");
            }
            other => panic!("{call} {body}: {other:?}"),
        }
    }
    for call in ["555?", "102/phone_numbers", "102/message_templates"] {
        let result = checked(None, move |made| made.starts_with(call).then_some((503, ""))).await;
        assert!(
            matches!(result, Err(CheckError::NotReached(_))),
            "{call} {result:?}"
        );
    }
}
