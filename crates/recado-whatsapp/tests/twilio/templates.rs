//! Templates: listed, created, deleted.

use axum::http::Method;
use recado_model::content::{Interactive, InteractiveAction, ReplyButton};
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader, TemplateValues};
use recado_model::{FailureReason, TemplateCategory, TemplateStatus};
use recado_whatsapp::twilio::SessionContent;
use recado_whatsapp::{CallError, CreatedTemplate, NewTemplate, ProviderTemplate};
use serde_json::{Value, json};

use crate::server::{account, always, answer, serve};

/// A row of one kind of content, approved.
fn row(kind: &str, content: &Value) -> Value {
    json!({
        "sid": "HX1", "friendly_name": "Friendly", "language": "pt_BR", "variables": {"1": "Ana", "2": "a/menu.mp4"},
        "types": {(kind): content},
        "approval_requests": {"name": "table_ready", "category": "UTILITY", "content_type": kind, "status": "approved",
            "rejection_reason": "", "allow_category_change": true},
    })
}

async fn listed(row: Value) -> ProviderTemplate {
    let page = json!({"contents": [row], "meta": {"next_page_url": null}}).to_string();
    let server = serve(move |_| answer(200, page.clone())).await;
    let mut templates = server.twilio().templates(&account()).await.unwrap();
    assert_eq!(server.only().path(), "/content/v1/ContentAndApprovals");
    assert_eq!(templates.len(), 1);
    templates.remove(0)
}

async fn body(kind: &str, content: &Value) -> TemplateBody {
    let template = listed(row(kind, content)).await;
    assert_eq!(
        (template.status, template.reason),
        (TemplateStatus::Approved, None)
    );
    template.body
}

fn plain(body: &str) -> TemplateBody {
    TemplateBody {
        body: body.into(),
        ..TemplateBody::default()
    }
}

fn quick(text: &str) -> TemplateButton {
    TemplateButton::QuickReply { text: text.into() }
}

fn other(text: &str) -> TemplateButton {
    TemplateButton::Other { text: text.into() }
}

fn url(text: &str, url: &str) -> TemplateButton {
    let (text, url) = (text.into(), url.into());
    TemplateButton::Url { text, url }
}

#[tokio::test]
async fn a_template_is_listed_with_its_approval() {
    let template = listed(row("twilio/text", &json!({"body": "Hi {{1}}"}))).await;
    assert_eq!(
        template,
        ProviderTemplate {
            provider_id: "HX1".into(),
            name: "table_ready".into(),
            language: "pt_BR".into(),
            status: TemplateStatus::Approved,
            category: Some(TemplateCategory::Utility),
            quality: None,
            reason: None,
            named: false,
            body: plain("Hi {{1}}"),
        }
    );
    let mut draft = row("twilio/text", &json!({"body": "Hi {{name}}"}));
    draft["approval_requests"] = json!({"name": "", "category": "", "status": "unsubmitted"});
    let template = listed(draft).await;
    assert_eq!(
        (template.name.as_str(), template.status, template.named),
        ("Friendly", TemplateStatus::Draft, true)
    );
    for (word, status) in [
        ("received", TemplateStatus::Pending),
        ("pending", TemplateStatus::Pending),
        ("rejected", TemplateStatus::Rejected),
        ("paused", TemplateStatus::Paused),
        ("disabled", TemplateStatus::Disabled),
        ("archived", TemplateStatus::Unavailable),
    ] {
        let mut row = row("twilio/text", &json!({"body": "Hi"}));
        row["approval_requests"]["status"] = word.into();
        row["approval_requests"]["rejection_reason"] = "INVALID_FORMAT".into();
        let template = listed(row).await;
        assert_eq!(template.status, status, "{word}");
        assert_eq!(template.reason.as_deref(), Some("INVALID_FORMAT"));
    }
}

#[tokio::test]
async fn each_kind_of_content_is_read() {
    assert_eq!(
        body(
            "twilio/quick-reply",
            &json!({"body": "Hi {{1}}", "actions": [{"type": "QUICK_REPLY", "title": "Yes", "id": "y"}, {"title": "No"}]})
        )
        .await,
        TemplateBody {
            buttons: vec![quick("Yes"), quick("No")],
            ..plain("Hi {{1}}")
        }
    );
    assert_eq!(
        body(
            "twilio/call-to-action",
            &json!({"body": "Hi {{1}}", "actions": [
                {"type": "URL", "title": "Details", "url": "https://shop.example/t/{{2}}"},
                {"type": "PHONE_NUMBER", "title": "Call", "phone": "+15551234"},
                {"type": "COPY_CODE", "title": "Code", "code": "{{3}}"},
                {"type": "COPY_CODE", "title": "Fixed", "code": "SAVE10"},
                {"type": "VOICE_CALL", "title": "Ring"},
            ]})
        )
        .await,
        TemplateBody {
            buttons: vec![
                url("Details", "https://shop.example/t/{{2}}"),
                TemplateButton::Phone {
                    text: "Call".into(),
                    phone: "+15551234".into()
                },
                TemplateButton::CopyCode { text: "Code".into() },
                other("Fixed"),
                other("Ring"),
            ],
            ..plain("Hi {{1}}")
        }
    );
    assert_eq!(
        body(
            "twilio/card",
            &json!({"title": "Hi {{1}}", "subtitle": "Bye", "media": ["https://a.example/{{2}}"], "actions": []})
        )
        .await,
        TemplateBody {
            header: Some(TemplateHeader::Video),
            footer: Some("Bye".into()),
            ..plain("Hi {{1}}")
        }
    );
    assert_eq!(
        body(
            "whatsapp/card",
            &json!({"body": "Hi {{1}}", "header_text": "Table {{2}}", "footer": "Bye",
                "actions": [{"type": "QUICK_REPLY", "title": "Yes", "id": "y"}]})
        )
        .await,
        TemplateBody {
            header: Some(TemplateHeader::Text {
                text: "Table {{2}}".into()
            }),
            footer: Some("Bye".into()),
            buttons: vec![quick("Yes")],
            ..plain("Hi {{1}}")
        }
    );
    // A file that is always the same is nothing to be given.
    assert_eq!(
        body(
            "twilio/media",
            &json!({"body": "Menu", "media": ["https://a.example/menu.pdf"]})
        )
        .await,
        plain("Menu")
    );
    assert_eq!(
        body(
            "twilio/list-picker",
            &json!({"body": "Which?", "button": "Sizes", "items": [{"id": "s", "item": "Small"}]})
        )
        .await,
        plain("Which?")
    );
    assert_eq!(
        body(
            "whatsapp/authentication",
            &json!({"add_security_recommendation": true, "code_expiration_minutes": 5,
                "actions": [{"type": "COPY_CODE", "copy_code_text": "Copy"}]})
        )
        .await,
        TemplateBody {
            footer: Some("This code expires in 5 minutes.".into()),
            buttons: vec![other("Copy")],
            ..plain("{{1}} is your verification code. For your security, do not share this code.")
        }
    );
    assert_eq!(
        body(
            "whatsapp/flows",
            &json!({"body": "Fill in, {{1}}", "button_text": "Open", "flow_id": "1"})
        )
        .await,
        TemplateBody {
            buttons: vec![other("Open")],
            ..plain("Fill in, {{1}}")
        }
    );
}

#[tokio::test]
async fn what_cannot_be_filled_in_is_not_available() {
    for (kind, content, what) in [
        (
            "twilio/carousel",
            json!({"body": "Hi", "cards": [{"title": "{{1}}", "body": "x"}]}),
            "carousel",
        ),
        (
            "twilio/call-to-action",
            json!({"body": "Hi", "actions": [{"type": "URL", "title": "x", "url": "https://a/{{1}}/{{2}}"}]}),
            "call to action",
        ),
        (
            "whatsapp/card",
            json!({"body": "Hi", "header_text": "{{1}}",
                "actions": [{"type": "URL", "title": "x", "url": "https://a/{{1}}/{{2}}"}]}),
            "card",
        ),
        (
            "twilio/quick-reply",
            json!({"body": "Hi", "actions": [{"title": "Yes", "id": "yes_{{1}}"}]}),
            "quick reply",
        ),
    ] {
        let template = listed(row(kind, &content)).await;
        assert_eq!(template.status, TemplateStatus::Unavailable, "{kind}");
        assert_eq!(
            template.reason,
            Some(format!("Recado cannot fill in its {what} yet."))
        );
        assert_eq!(template.body.body, "Hi");
    }
}

fn new_template(body: TemplateBody, examples: TemplateValues) -> NewTemplate {
    NewTemplate {
        header_handle: None,
        name: "table_ready".into(),
        language: "en".into(),
        category: TemplateCategory::Utility,
        named: false,
        body,
        examples,
    }
}

fn values(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// What is asked to be created.
async fn created(new: &NewTemplate) -> Value {
    let server = serve(|seen| match seen.path() {
        "/content/v1/Content" => answer(201, r#"{"sid":"HX7"}"#),
        "/content/v1/Content/HX7/ApprovalRequests/whatsapp" => answer(
            201,
            r#"{"name":"table_ready","category":"MARKETING","status":"received"}"#,
        ),
        other => panic!("{other}"),
    })
    .await;
    let template = server.twilio().create_template(&account(), new).await.unwrap();
    assert_eq!(
        template,
        CreatedTemplate {
            provider_id: "HX7".into(),
            status: TemplateStatus::Pending,
            category: Some(TemplateCategory::Marketing),
        }
    );
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].json()["name"], "table_ready");
    requests[0].json()
}

#[tokio::test]
async fn a_new_template_is_created_and_handed_in() {
    let new = new_template(
        plain("Hi {{name}}, at {{ time }}. Bye {{name}}"),
        TemplateValues {
            body: values(&[("name", "Ana"), ("time", "19:00")]),
            ..TemplateValues::default()
        },
    );
    assert_eq!(
        created(&new).await,
        json!({
            "friendly_name": "table_ready", "language": "en", "variables": {"1": "Ana", "2": "19:00"},
            "types": {"twilio/text": {"body": "Hi {{1}}, at {{2}}. Bye {{1}}"}},
        })
    );
    let everything = new_template(
        TemplateBody {
            header: Some(TemplateHeader::Image),
            body: "Hi {{1}}, {{{2}}}".into(),
            footer: Some("Bye".into()),
            buttons: vec![
                quick("Yes"),
                url("Details", "https://shop.example/{{1}}"),
                TemplateButton::CopyCode { text: "Code".into() },
            ],
        },
        TemplateValues {
            header_media_url: Some("https://inbox.example.com/m/menu.jpg".into()),
            body: values(&[("1", "Ana"), ("2", "19:00")]),
            buttons: values(&[("1", "42"), ("2", "SAVE")]),
            ..TemplateValues::default()
        },
    );
    assert_eq!(
        created(&everything).await,
        json!({
            "friendly_name": "table_ready", "language": "en",
            "variables": {"1": "m/menu.jpg", "2": "Ana", "3": "19:00", "4": "42", "5": "SAVE"},
            "types": {"whatsapp/card": {
                "body": "Hi {{2}}, {{{3}}}", "footer": "Bye", "media": ["https://inbox.example.com/{{1}}"],
                "actions": [
                    {"type": "QUICK_REPLY", "title": "Yes", "id": "button_1"},
                    {"type": "URL", "title": "Details", "url": "https://shop.example/{{4}}"},
                    {"type": "COPY_CODE", "title": "Code", "code": "{{5}}"},
                ],
            }},
        })
    );
    let kind = |body: TemplateBody| async move {
        let asked = created(&new_template(body, TemplateValues::default())).await;
        asked["types"].as_object().unwrap().keys().next().unwrap().clone()
    };
    let with = |buttons| TemplateBody {
        buttons,
        ..plain("Hi")
    };
    assert_eq!(
        kind(with(vec![quick("a"), quick("b")])).await,
        "twilio/quick-reply"
    );
    assert_eq!(
        kind(with(vec![url("a", "https://a")])).await,
        "twilio/call-to-action"
    );
    assert_eq!(
        kind(with(vec![quick("a"), url("a", "https://a")])).await,
        "whatsapp/card"
    );
    let mut code = new_template(plain(""), TemplateValues::default());
    code.category = TemplateCategory::Authentication;
    let asked = created(&code).await;
    assert_eq!(asked["variables"], json!({"1": "123456"}));
    assert_eq!(
        asked["types"]["whatsapp/authentication"]["actions"][0]["copy_code_text"],
        "Copy code"
    );
}

#[tokio::test]
async fn what_twilio_cannot_have_is_refused_without_a_call() {
    let server = always(201, r#"{"sid":"HX7"}"#).await;
    for (body, examples) in [
        (plain("Hi {{1}}"), TemplateValues::default()),
        (
            TemplateBody {
                header: Some(TemplateHeader::Location),
                ..plain("Hi")
            },
            TemplateValues::default(),
        ),
        (
            TemplateBody {
                header: Some(TemplateHeader::Image),
                ..plain("Hi")
            },
            TemplateValues {
                header_media_url: Some("https://elsewhere.example/a.jpg".into()),
                ..TemplateValues::default()
            },
        ),
        (
            TemplateBody {
                buttons: vec![url("a", "https://a/{{1}}")],
                ..plain("Hi")
            },
            TemplateValues::default(),
        ),
        (
            TemplateBody {
                buttons: vec![other("a")],
                ..plain("Hi")
            },
            TemplateValues::default(),
        ),
    ] {
        let result = server
            .twilio()
            .create_template(&account(), &new_template(body, examples))
            .await;
        assert!(
            matches!(&result, Err(CallError::Refused(failure)) if failure.reason == FailureReason::TemplateProblem),
            "{result:?}"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_template_that_cannot_be_handed_in_is_taken_back() {
    let server = serve(|seen| match (seen.path(), &seen.method) {
        ("/content/v1/Content", _) => answer(201, r#"{"sid":"HX7"}"#),
        ("/content/v1/Content/HX7", &Method::DELETE) => answer(204, ""),
        _ => answer(400, r#"{"code":20001,"message":"name is taken"}"#),
    })
    .await;
    let new = new_template(plain("Hi"), TemplateValues::default());
    let result = server.twilio().create_template(&account(), &new).await;
    assert!(
        matches!(&result, Err(CallError::Refused(failure)) if failure.message == "name is taken"),
        "{result:?}"
    );
    assert_eq!(server.requests().len(), 3);
    let gone = always(404, "{}").await;
    assert_eq!(
        gone.twilio().delete_template(&account(), "HX7").await,
        Err(CallError::Gone)
    );
}

fn buttons() -> SessionContent {
    let button = ReplyButton {
        id: "s".into(),
        title: "Small".into(),
    };
    SessionContent::of(&Interactive {
        header: None,
        body: "Which?".into(),
        footer: None,
        action: InteractiveAction::Buttons {
            buttons: vec![button],
        },
    })
    .unwrap()
}

#[tokio::test]
async fn buttons_of_a_free_message_are_made_and_are_no_template() {
    let content = buttons();
    let server = always(201, r#"{"sid":"HX7"}"#).await;
    let sid = server.twilio().create_session(&account(), &content).await;
    assert_eq!(sid.as_deref(), Ok("HX7"));
    let request = server.only();
    assert_eq!(
        (&request.method, request.path()),
        (&Method::POST, "/content/v1/Content")
    );
    let made = request.json();
    assert_eq!(
        made,
        json!({"friendly_name": content.name(), "language": "en", "variables": {}, "types": {"twilio/quick-reply":
            {"body": "Which?", "actions": [{"type": "QUICK_REPLY", "title": "Small", "id": "s"}]}}})
    );

    let mut row = made;
    row["sid"] = "HX7".into();
    let page = json!({"contents": [row], "meta": {"next_page_url": null}}).to_string();
    let server = serve(move |_| answer(200, page.clone())).await;
    assert_eq!(server.twilio().templates(&account()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn buttons_that_are_there_already_are_found_by_their_name() {
    for (code, there, found) in [
        (63_025, true, true),
        (63_025, false, false),
        (20_001, true, false),
    ] {
        let name = if there {
            buttons().name().to_owned()
        } else {
            "x".to_owned()
        };
        let page =
            json!({"contents": [{"sid": "HX8", "friendly_name": name}], "meta": {"next_page_url": null}})
                .to_string();
        let server = serve(move |seen| match seen.method {
            Method::POST => answer(409, format!(r#"{{"code":{code},"message":"no","status":409}}"#)),
            _ => answer(200, page.clone()),
        })
        .await;
        let result = server.twilio().create_session(&account(), &buttons()).await;
        if found {
            assert_eq!(result.as_deref(), Ok("HX8"));
            assert_eq!(server.requests()[1].query()["ContentName"], buttons().name());
        } else {
            assert!(
                matches!(&result, Err(CallError::Refused(failure)) if failure.code == Some(code.to_string())),
                "{result:?}"
            );
        }
    }
}
