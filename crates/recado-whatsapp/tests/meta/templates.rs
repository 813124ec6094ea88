//! Templates: listed, handed in and deleted.

use std::time::Duration;

use axum::response::IntoResponse;
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader, TemplateValues};
use recado_model::{FailureReason, TemplateCategory, TemplateStatus};
use recado_whatsapp::{CallError, CreatedTemplate, NewTemplate};
use serde_json::json;

use crate::calls::DONE;
use crate::server::{answering, credentials, graph, meta};

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
    let meta = meta(&base);
    let (credentials, patience) = (credentials(), Duration::from_secs(20));
    let read = tokio::time::timeout(patience, meta.templates(&credentials, "102")).await;
    assert_eq!(read.unwrap().unwrap(), []);
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
        header_handle: None,
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
    let gone = r#"{"error":{"message":"no such template","code":100,"error_subcode":2593002}}"#;
    let (base, _) = self::graph(400, gone).await;
    assert_eq!(
        self::meta(&base)
            .delete_template(&credentials(), "102", "x")
            .await,
        Err(CallError::Gone)
    );
}

#[tokio::test]
async fn a_header_with_a_file_shows_its_sample() {
    let (base, graph) = graph(200, r#"{"id":"594"}"#).await;
    let mut pictured = reminder(false);
    pictured.body.header = Some(TemplateHeader::Image);
    pictured.header_handle = Some("4:aGVhZGVy".into());
    meta(&base)
        .create_template(&credentials(), "102", &pictured)
        .await
        .unwrap();
    assert_eq!(
        graph.only().json()["components"][0],
        json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4:aGVhZGVy"]}})
    );
}
