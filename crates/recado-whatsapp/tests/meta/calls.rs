//! Calls beside sending: files, templates, the settings of a number.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader, TemplateValues};
use recado_model::{FailureReason, Retry, TemplateCategory, TemplateStatus};
use recado_whatsapp::meta::{Credentials, Meta};
use recado_whatsapp::{CallError, CheckError, CreatedTemplate, Download, MediaInfo, NewTemplate};
use serde_json::json;

use crate::server::{Graph, TOKEN, answering, credentials, graph, meta, silent};

const DONE: &str = r#"{"success":true}"#;
const NOTHING_THERE: &str =
    r#"{"error":{"message":"Unsupported get request","code":100,"error_subcode":33,"fbtrace_id":"A"}}"#;

#[tokio::test]
async fn a_message_is_marked_read_with_or_without_typing() {
    let (base, graph) = graph(200, DONE).await;
    let meta = meta(&base);
    meta.mark_read(&credentials(), "wamid.IN7", false).await.unwrap();
    meta.mark_read(&credentials(), "wamid.IN7", true).await.unwrap();
    let read = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN7"});
    let mut typing = read.clone();
    typing["typing_indicator"] = json!({"type": "text"});
    let requests = graph.requests();
    assert_eq!(graph.calls(), ["POST /v24.0/555/messages"; 2]);
    assert_eq!([requests[0].json(), requests[1].json()], [read, typing]);
}

#[tokio::test]
async fn calls_tell_why_they_came_to_nothing() {
    let call = async |status, body: &str| {
        let (base, _) = graph(status, body).await;
        meta(&base)
            .mark_read(&credentials(), "wamid.IN7", false)
            .await
            .unwrap_err()
    };
    let error = call(
        401,
        &format!(r#"{{"error":{{"message":"Bad token {TOKEN}","code":190}}}}"#),
    )
    .await;
    let CallError::Refused(failure) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(
        (failure.reason, failure.message.as_str()),
        (FailureReason::NumberUnhealthy, "Bad token [token]")
    );
    assert_eq!(error.retry(), Retry::PauseNumber);
    assert_eq!(call(503, "<html>").await.retry(), Retry::Backoff);
    assert_eq!(call(200, "{}").await.retry(), Retry::Few);
    assert_eq!(call(200, "ok").await.retry(), Retry::Few);
    assert_eq!(call(404, "").await, CallError::Gone);
    assert_eq!(call(400, NOTHING_THERE).await, CallError::Gone);
    assert_eq!(call(200, &" ".repeat(9 << 20)).await, CallError::TooLong);
    assert!(matches!(
        call(500, &" ".repeat(9 << 20)).await,
        CallError::Refused(_)
    ));

    let odd = Credentials {
        phone_number_id: "../1".into(),
        ..credentials()
    };
    let error = meta("http://127.0.0.1:1").mark_read(&odd, "x", false).await;
    assert!(matches!(error, Err(CallError::Refused(_))), "{error:?}");
    let error = meta("http://127.0.0.1:1")
        .mark_read(&credentials(), "x", false)
        .await
        .unwrap_err();
    assert!(matches!(&error, CallError::NotReached(why) if !why.is_empty()));
    assert_eq!(error.retry(), Retry::Backoff);
}

#[tokio::test]
async fn a_file_is_uploaded_as_a_form() {
    let (base, graph) = graph(200, r#"{"id":"9001"}"#).await;
    let bytes = Bytes::from_static(b"\x89PNG\r\n\x1a\n");
    let id = meta(&base)
        .upload(&credentials(), "image/png", "lógo \"1\".png", bytes.clone())
        .await;
    assert_eq!(id.unwrap(), "9001");
    let request = graph.only();
    assert_eq!(request.call, "POST /v24.0/555/media");
    assert_eq!(request.headers["authorization"], format!("Bearer {TOKEN}"));
    let kind = request.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("multipart/form-data; boundary="), "{kind}");
    let length: usize = request.headers["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(length, request.body.len(), "not in chunks");
    let body = String::from_utf8_lossy(&request.body);
    for part in [
        "name=\"messaging_product\"\r\n\r\nwhatsapp\r\n",
        "name=\"type\"\r\n\r\nimage/png\r\n",
        "name=\"file\"; filename=",
        "Content-Type: image/png\r\n",
    ] {
        assert!(
            body.to_lowercase().contains(&part.to_lowercase()),
            "{part} in {body}"
        );
    }
    assert!(request.body.windows(bytes.len()).any(|part| part == bytes));

    let error = meta(&base)
        .upload(&credentials(), "no type", "a", Bytes::new())
        .await
        .unwrap_err();
    assert!(matches!(&error, CallError::Refused(failure) if failure.reason == FailureReason::MediaRejected));
}

#[tokio::test]
async fn a_file_is_looked_up() {
    let answer = r#"{"messaging_product":"whatsapp","url":"https://lookaside.example/?mid=1","mime_type":"audio/ogg; codecs=opus",
        "sha256":"abcdef12345678abcdef12345678abcdef12345678abcdef12345678abcdef12","file_size":"1024","id":"9001"}"#;
    let (base, graph) = graph(200, answer).await;
    let info = meta(&base).media(&credentials(), "9001").await.unwrap();
    assert_eq!(graph.calls(), ["GET /v24.0/9001?phone_number_id=555"]);
    assert_eq!(
        (info.url.as_str(), info.mime_type.as_deref(), info.size),
        ("https://lookaside.example/?mid=1", Some("audio/ogg"), Some(1024))
    );
    assert!(info.sha256.is_some_and(|digest| digest[..2] == [0xab, 0xcd]));

    let (base, _) = self::graph(200, r#"{"url":"https://a.example","file_size":7}"#).await;
    let info = meta(&base).media(&credentials(), "1").await.unwrap();
    assert_eq!(
        info,
        MediaInfo {
            url: "https://a.example".into(),
            mime_type: None,
            size: Some(7),
            sha256: None
        }
    );
    let (base, _) = self::graph(400, NOTHING_THERE).await;
    assert_eq!(meta(&base).media(&credentials(), "1").await, Err(CallError::Gone));
    assert!(meta(&base).media(&credentials(), "../1").await.is_err());
}

async fn whole(mut download: Download) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Some(chunk) = download.chunk().await.unwrap() {
        bytes.extend_from_slice(&chunk);
    }
    bytes
}

fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [("location", to.to_owned())]).into_response()
}

#[tokio::test]
async fn a_file_is_downloaded_with_the_token() {
    let (base, graph) = answering(|_| {
        let headers = [
            ("content-type", "Image/PNG; a=b"),
            ("content-disposition", "attachment; filename=\"a/b.png\""),
        ];
        (headers, vec![7_u8; 300_000]).into_response()
    })
    .await;
    let download = meta(&base)
        .download(&credentials(), &format!("{base}/file?mid=1"))
        .await
        .unwrap();
    assert_eq!(
        (
            download.mime_type.as_deref(),
            download.filename.as_deref(),
            download.size
        ),
        (Some("image/png"), Some("b.png"), Some(300_000))
    );
    assert_eq!(whole(download).await, vec![7; 300_000]);
    assert_eq!(graph.only().headers["authorization"], format!("Bearer {TOKEN}"));
}

#[tokio::test]
async fn the_token_does_not_follow_a_redirect_to_another_host() {
    let (elsewhere, other) = graph(200, "bytes").await;
    let target = format!("{elsewhere}/file");
    let (base, first) = answering(move |request| match request.call.as_str() {
        "GET /start" => redirect("/next"),
        _ => redirect(&target),
    })
    .await;
    let download = meta(&base)
        .download(&credentials(), &format!("{base}/start"))
        .await
        .unwrap();
    assert_eq!(whole(download).await, b"bytes");
    assert_eq!(first.calls(), ["GET /start", "GET /next"]);
    assert!(
        first
            .requests()
            .iter()
            .all(|request| request.headers.contains_key("authorization"))
    );
    let request = other.only();
    assert_eq!(request.headers.get("authorization"), None, "{request:?}");
}

#[tokio::test]
async fn a_download_ends_well_whatever_comes() {
    let (base, _) = answering(|_| redirect("/again")).await;
    let fetch = async |meta: &Meta, url: &str| meta.download(&credentials(), url).await.map(drop);
    assert!(matches!(
        fetch(&meta(&base), &base).await,
        Err(CallError::Refused(_))
    ));
    for (status, gone) in [(404, true), (410, true), (401, false), (500, false), (304, false)] {
        let (base, _) = graph(status, "").await;
        let error = fetch(&meta(&base), &base).await.unwrap_err();
        assert_eq!(error == CallError::Gone, gone, "{status} {error:?}");
    }
    // Plain http is for the sandbox only.
    let (sandbox, _) = graph(200, "bytes").await;
    let earnest = meta("https://graph.facebook.com");
    for url in [
        sandbox.as_str(),
        "ftp://127.0.0.1/a",
        "file:///etc/passwd",
        "nonsense",
    ] {
        assert!(
            matches!(fetch(&earnest, url).await, Err(CallError::Refused(_))),
            "{url}"
        );
    }
    let numbers_own = Credentials {
        base_url: Some(sandbox.clone()),
        ..credentials()
    };
    assert!(earnest.download(&numbers_own, &sandbox).await.is_ok());
    drop(silent().await);
}

#[tokio::test]
async fn templates_are_read_page_by_page() {
    let (base, graph) = answering(|request| {
        let page = if request.call.contains("after=QUFB") {
            include_str!("templates_2.json")
        } else {
            include_str!("templates_1.json")
        };
        page.into_response()
    })
    .await;
    let found = meta(&base).templates(&credentials(), "102").await.unwrap();
    let calls = graph.calls();
    assert_eq!(calls.len(), 2);
    assert!(
        calls[0].starts_with("GET /v24.0/102/message_templates?fields=id%2Cname")
            && calls[0].contains("limit=")
    );
    let names: Vec<_> = found
        .iter()
        .map(|t| (t.name.as_str(), t.status, t.named))
        .collect();
    assert_eq!(
        names,
        [
            ("order_ready", TemplateStatus::Approved, false),
            ("hello", TemplateStatus::Rejected, true),
            ("code", TemplateStatus::Approved, false),
            ("shoes", TemplateStatus::Unavailable, false),
            ("old", TemplateStatus::Unavailable, false),
        ]
    );
    let order = &found[0];
    assert_eq!(
        (
            order.provider_id.as_str(),
            order.language.as_str(),
            order.category
        ),
        ("594", "en_US", Some(TemplateCategory::Utility))
    );
    assert_eq!(
        (order.quality.as_deref(), order.reason.as_deref()),
        (Some("GREEN"), None)
    );
    assert_eq!(
        order.body,
        TemplateBody {
            header: Some(TemplateHeader::Document),
            body: "Order {{1}} is ready".into(),
            footer: Some("Shop".into()),
            buttons: vec![
                TemplateButton::QuickReply {
                    text: "Thanks".into()
                },
                TemplateButton::Url {
                    text: "Track".into(),
                    url: "https://shop.example/{{1}}".into()
                },
                TemplateButton::Phone {
                    text: "Call".into(),
                    phone: "+49301".into()
                },
                TemplateButton::CopyCode {
                    text: "Copy offer code".into()
                },
                TemplateButton::Other {
                    text: "Fill in".into()
                },
            ],
        }
    );
    assert_eq!(found[1].reason.as_deref(), Some("INVALID_FORMAT"));
    assert_eq!(
        found[2].body.footer.as_deref(),
        Some("This code expires in 10 minutes.")
    );
    assert!(matches!(&found[2].body.buttons[..], [TemplateButton::Url { url, .. }] if url.contains("{{1}}")));
    assert_eq!(
        found[3].reason.as_deref(),
        Some("Recado cannot fill in its carousel yet.")
    );
    assert_eq!(found[4].reason.as_deref(), Some("PENDING_DELETION"));
}

#[tokio::test]
async fn pages_that_never_end_do() {
    let (base, graph) = graph(
        200,
        r#"{"data":[],"paging":{"cursors":{"after":"QUFB"},"next":"https://x.example"}}"#,
    )
    .await;
    assert_eq!(meta(&base).templates(&credentials(), "102").await.unwrap(), []);
    assert_eq!(graph.calls().len(), 2);
}

fn reminder(named: bool) -> NewTemplate {
    let (body, name) = if named {
        ("Hi {{name}}, see you {{day}}!", "name")
    } else {
        ("{{2}} first, then {{1}}!", "1")
    };
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    NewTemplate {
        name: "reminder".into(),
        language: "en".into(),
        category: TemplateCategory::Utility,
        named,
        body: TemplateBody {
            header: Some(TemplateHeader::Text {
                text: format!("Hello {{{{{name}}}}}"),
            }),
            body: body.into(),
            footer: Some("Shop".into()),
            buttons: vec![
                TemplateButton::QuickReply { text: "OK".into() },
                TemplateButton::Url {
                    text: "Go".into(),
                    url: "https://shop.example/{{1}}".into(),
                },
            ],
        },
        examples: TemplateValues {
            header: [pair(name, "Zoë")].into(),
            body: [pair(name, "Zoë"), pair(if named { "day" } else { "2" }, "Monday")].into(),
            buttons: [pair("1", "42")].into(),
            ..TemplateValues::default()
        },
    }
}

#[tokio::test]
async fn a_template_is_handed_in_with_its_examples() {
    let answer = r#"{"id":"594","status":"PENDING","category":"MARKETING"}"#;
    let (base, graph) = graph(200, answer).await;
    let meta = meta(&base);
    let created = meta
        .create_template(&credentials(), "102", &reminder(false))
        .await
        .unwrap();
    assert_eq!(
        created,
        CreatedTemplate {
            provider_id: "594".into(),
            status: TemplateStatus::Pending,
            category: Some(TemplateCategory::Marketing),
        }
    );
    meta.create_template(&credentials(), "102", &reminder(true))
        .await
        .unwrap();
    let requests = graph.requests();
    assert_eq!(graph.calls(), ["POST /v24.0/102/message_templates"; 2]);
    let buttons = json!({"type": "BUTTONS", "buttons": [
        {"type": "QUICK_REPLY", "text": "OK"},
        {"type": "URL", "text": "Go", "url": "https://shop.example/{{1}}", "example": ["42"]},
    ]});
    assert_eq!(
        requests[0].json(),
        json!({"name": "reminder", "language": "en", "category": "UTILITY", "parameter_format": "POSITIONAL", "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Hello {{1}}", "example": {"header_text": ["Zoë"]}},
            {"type": "BODY", "text": "{{2}} first, then {{1}}!", "example": {"body_text": [["Zoë", "Monday"]]}},
            {"type": "FOOTER", "text": "Shop"},
            buttons,
        ]})
    );
    assert_eq!(
        requests[1].json(),
        json!({"name": "reminder", "language": "en", "category": "UTILITY", "parameter_format": "NAMED", "components": [
            {"type": "HEADER", "format": "TEXT", "text": "Hello {{name}}",
                "example": {"header_text_named_params": [{"param_name": "name", "example": "Zoë"}]}},
            {"type": "BODY", "text": "Hi {{name}}, see you {{day}}!", "example": {"body_text_named_params": [
                {"param_name": "name", "example": "Zoë"}, {"param_name": "day", "example": "Monday"}]}},
            {"type": "FOOTER", "text": "Shop"},
            buttons,
        ]})
    );
}

#[tokio::test]
async fn a_template_that_cannot_be_handed_in_is_refused_without_a_call() {
    let (base, graph) = graph(200, r#"{"id":"594"}"#).await;
    let mut unfilled = reminder(false);
    unfilled.examples.body.clear();
    let mut picture = reminder(false);
    picture.body.header = Some(TemplateHeader::Image);
    let mut odd = reminder(false);
    odd.body.buttons = vec![TemplateButton::Other { text: "Flow".into() }];
    for new in [unfilled, picture, odd] {
        let error = meta(&base)
            .create_template(&credentials(), "102", &new)
            .await
            .unwrap_err();
        assert!(
            matches!(&error, CallError::Refused(failure) if failure.reason == FailureReason::TemplateProblem),
            "{error:?}"
        );
    }
    assert_eq!(graph.calls(), [""; 0]);

    let mut code = reminder(false);
    code.category = TemplateCategory::Authentication;
    code.body.buttons = vec![TemplateButton::CopyCode {
        text: "Copy it".into(),
    }];
    meta(&base)
        .create_template(&credentials(), "102", &code)
        .await
        .unwrap();
    assert_eq!(
        graph.only().json()["components"],
        json!([
            {"type": "BODY", "add_security_recommendation": true},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy it"}]},
        ])
    );
}

#[tokio::test]
async fn a_template_is_deleted_by_its_name() {
    let (base, graph) = graph(200, DONE).await;
    meta(&base)
        .delete_template(&credentials(), "102", "order ready&x")
        .await
        .unwrap();
    assert_eq!(
        graph.calls(),
        ["DELETE /v24.0/102/message_templates?name=order+ready%26x"]
    );
}

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
) -> Result<recado_whatsapp::meta::NumberCheck, CheckError> {
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
