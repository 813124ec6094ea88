//! Each kind of message, as it is sent.

use std::collections::BTreeMap;

use recado_model::content::{
    CardPhone, ContactCard, Interactive, InteractiveAction, InteractiveHeader, ListRow, ListSection,
    Location, ReplyButton,
};
use recado_model::template::{TemplateBody, TemplateButton, TemplateHeader, TemplateValues};
use recado_model::{Failure, FailureReason, MediaId, MediaKind, Retry};
use recado_whatsapp::{MediaSource, Outgoing, OutgoingContent, Recipient, SendError};
use serde_json::{Value, json};

use crate::server::{credentials, graph, meta};

async fn try_send(content: OutgoingContent) -> Result<Value, SendError> {
    let (base, graph) = graph(200, r#"{"messages":[{"id":"wamid.OUT3"}]}"#).await;
    let message = Outgoing {
        to: Recipient::Phone("4915112345678".into()),
        content,
        quoted: None,
        callback: "m_1".into(),
    };
    meta(&base).send(&credentials(), &message).await?;
    Ok(graph.only().json())
}

/// Sends it and hands back what Meta got, without what every message has.
async fn sent(content: OutgoingContent) -> Value {
    let mut body = try_send(content).await.unwrap();
    let common = body.as_object_mut().unwrap();
    for (name, value) in [
        ("messaging_product", "whatsapp"),
        ("recipient_type", "individual"),
        ("to", "4915112345678"),
        ("biz_opaque_callback_data", "m_1"),
    ] {
        assert_eq!(common.remove(name), Some(value.into()), "{name}");
    }
    body
}

async fn refused(content: OutgoingContent) -> Failure {
    match try_send(content).await {
        Err(SendError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn media(kind: MediaKind, source: MediaSource) -> OutgoingContent {
    OutgoingContent::Media {
        kind,
        source,
        caption: Some("Look".into()),
        filename: Some("a.pdf".into()),
        voice: true,
    }
}

#[tokio::test]
async fn files_go_with_what_their_kind_takes() {
    let id = || MediaSource::Id("9001".into());
    for (kind, expected) in [
        (
            MediaKind::Image,
            json!({"type": "image", "image": {"id": "9001", "caption": "Look"}}),
        ),
        (
            MediaKind::Video,
            json!({"type": "video", "video": {"id": "9001", "caption": "Look"}}),
        ),
        (
            MediaKind::Audio,
            json!({"type": "audio", "audio": {"id": "9001", "voice": true}}),
        ),
        (
            MediaKind::Document,
            json!({"type": "document", "document": {"id": "9001", "caption": "Look", "filename": "a.pdf"}}),
        ),
        (
            MediaKind::Sticker,
            json!({"type": "sticker", "sticker": {"id": "9001"}}),
        ),
    ] {
        assert_eq!(sent(media(kind, id())).await, expected);
    }
    let link = media(
        MediaKind::Sticker,
        MediaSource::Link("https://shop.example/a.webp".into()),
    );
    assert_eq!(
        sent(link).await,
        json!({"type": "sticker", "sticker": {"link": "https://shop.example/a.webp"}})
    );
}

#[tokio::test]
async fn places_cards_and_reactions() {
    let place = Location {
        latitude: 52.5,
        longitude: -13.25,
        name: Some("Shop".into()),
        address: None,
    };
    assert_eq!(
        sent(OutgoingContent::Location(place)).await,
        json!({"type": "location", "location": {"latitude": 52.5, "longitude": -13.25, "name": "Shop"}})
    );
    for (emoji, expected) in [(Some("👍"), "👍"), (None, "")] {
        let reaction = OutgoingContent::Reaction {
            target: "wamid.IN7".into(),
            emoji: emoji.map(str::to_owned),
        };
        assert_eq!(
            sent(reaction).await,
            json!({"type": "reaction", "reaction": {"message_id": "wamid.IN7", "emoji": expected}})
        );
    }
    let mia = ContactCard {
        name: Some("Mia".into()),
        company: Some("Shop".into()),
        phones: vec![CardPhone {
            phone: "+49 30 1".into(),
            wa_id: Some("49301".into()),
            label: Some("WORK".into()),
        }],
        emails: vec!["mia@shop.example".into()],
        addresses: vec!["Some Street 1, Berlin".into()],
        birthday: Some("1990-05-17".into()),
        ..ContactCard::default()
    };
    let rui = ContactCard {
        first_name: Some("Rui".into()),
        last_name: Some("Costa".into()),
        ..ContactCard::default()
    };
    assert_eq!(
        sent(OutgoingContent::Contacts(vec![mia, rui])).await,
        json!({"type": "contacts", "contacts": [
            {
                "name": {"formatted_name": "Mia", "first_name": "Mia"},
                "org": {"company": "Shop"},
                "phones": [{"phone": "+49 30 1", "wa_id": "49301", "type": "WORK"}],
                "emails": [{"email": "mia@shop.example"}],
                "addresses": [{"street": "Some Street 1, Berlin"}],
                "birthday": "1990-05-17",
            },
            {"name": {"formatted_name": "Rui Costa", "first_name": "Rui", "last_name": "Costa"}},
        ]})
    );
    for cards in [vec![], vec![ContactCard::default()]] {
        let failure = refused(OutgoingContent::Contacts(cards)).await;
        assert_eq!(
            (failure.reason, failure.retry),
            (FailureReason::BadRequest, Retry::Never)
        );
    }
}

fn interactive(action: InteractiveAction) -> Interactive {
    Interactive {
        header: None,
        body: "Which?".into(),
        footer: Some("Shop".into()),
        action,
    }
}

#[tokio::test]
async fn there_is_something_to_press() {
    let buttons = Interactive {
        header: Some(InteractiveHeader::Image {
            media_id: MediaId::MIN,
        }),
        ..interactive(InteractiveAction::Buttons {
            buttons: vec![ReplyButton {
                id: "s".into(),
                title: "Small".into(),
            }],
        })
    };
    let expected = json!({"type": "interactive", "interactive": {
        "type": "button",
        "header": {"type": "image", "image": {"id": "9001"}},
        "body": {"text": "Which?"},
        "footer": {"text": "Shop"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "s", "title": "Small"}}]},
    }});
    let content = |header| OutgoingContent::Interactive {
        interactive: buttons.clone(),
        header,
        provider_id: None,
    };
    assert_eq!(
        sent(content(Some(MediaSource::Id("9001".into())))).await,
        expected
    );
    assert_eq!(refused(content(None)).await.reason, FailureReason::MediaRejected);

    let list = Interactive {
        header: Some(InteractiveHeader::Text { text: "Days".into() }),
        footer: None,
        ..interactive(InteractiveAction::List {
            button: "Open".into(),
            sections: vec![ListSection {
                title: Some("May".into()),
                rows: vec![
                    ListRow {
                        id: "1".into(),
                        title: "Mon".into(),
                        description: Some("9 to 12".into()),
                    },
                    ListRow {
                        id: "2".into(),
                        title: "Tue".into(),
                        description: None,
                    },
                ],
            }],
        })
    };
    for (interactive, expected) in [
        (
            list,
            json!({"type": "list", "header": {"type": "text", "text": "Days"}, "body": {"text": "Which?"}, "action": {
                "button": "Open",
                "sections": [{"title": "May", "rows": [
                    {"id": "1", "title": "Mon", "description": "9 to 12"},
                    {"id": "2", "title": "Tue"},
                ]}],
            }}),
        ),
        (
            interactive(InteractiveAction::Link {
                text: "Track".into(),
                url: "https://shop.example/t".into(),
            }),
            json!({"type": "cta_url", "body": {"text": "Which?"}, "footer": {"text": "Shop"}, "action": {
                "name": "cta_url",
                "parameters": {"display_text": "Track", "url": "https://shop.example/t"},
            }}),
        ),
        (
            interactive(InteractiveAction::LocationRequest),
            json!({"type": "location_request_message", "body": {"text": "Which?"}, "footer": {"text": "Shop"},
                "action": {"name": "send_location"}}),
        ),
    ] {
        let body = sent(OutgoingContent::Interactive {
            interactive,
            header: None,
            provider_id: None,
        })
        .await;
        assert_eq!(body, json!({"type": "interactive", "interactive": expected}));
    }
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn template(
    body: &TemplateBody,
    values: &TemplateValues,
    named: bool,
    header: Option<MediaSource>,
) -> OutgoingContent {
    OutgoingContent::Template {
        template: Box::new(body.fill("order_ready", "en_US", values).unwrap()),
        provider_id: Some("594".into()),
        named,
        header,
    }
}

#[tokio::test]
async fn numbered_values_go_in_order_and_buttons_by_their_place() {
    let numbers: Vec<_> = (1..=10).map(|n| n.to_string()).collect();
    let body = TemplateBody {
        header: Some(TemplateHeader::Text {
            text: "Hi {{1}}".into(),
        }),
        body: "{{1}} {{2}} {{3}} {{4}} {{5}} {{6}} {{7}} {{8}} {{9}} {{10}}!".into(),
        footer: Some("Bye".into()),
        buttons: vec![
            TemplateButton::QuickReply { text: "Yes".into() },
            TemplateButton::Url {
                text: "Track".into(),
                url: "https://shop.example/{{1}}".into(),
            },
            TemplateButton::CopyCode { text: "Copy".into() },
        ],
    };
    let given = TemplateValues {
        header: values(&[("1", "Zoë")]),
        body: numbers.iter().map(|n| (n.clone(), format!("v{n}"))).collect(),
        buttons: values(&[("1", "42"), ("2", "SAVE10")]),
        ..TemplateValues::default()
    };
    let in_order: Vec<_> = numbers
        .iter()
        .map(|n| json!({"type": "text", "text": format!("v{n}")}))
        .collect();
    assert_eq!(
        sent(template(&body, &given, false, None)).await,
        json!({"type": "template", "template": {
            "name": "order_ready",
            "language": {"code": "en_US"},
            "components": [
                {"type": "header", "parameters": [{"type": "text", "text": "Zoë"}]},
                {"type": "body", "parameters": in_order},
                {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "42"}]},
                {"type": "button", "sub_type": "copy_code", "index": "2",
                    "parameters": [{"type": "coupon_code", "coupon_code": "SAVE10"}]},
            ],
        }})
    );
}

#[tokio::test]
async fn named_values_go_with_their_names_and_headers_with_their_file() {
    let body = TemplateBody {
        header: Some(TemplateHeader::Document),
        body: "Hi {{name}}".into(),
        ..TemplateBody::default()
    };
    let mut given = TemplateValues {
        header_media_id: Some(MediaId::MIN),
        body: values(&[("name", "Zoë")]),
        ..TemplateValues::default()
    };
    let expected = |document: Value| {
        json!({"type": "template", "template": {
            "name": "order_ready",
            "language": {"code": "en_US"},
            "components": [
                {"type": "header", "parameters": [{"type": "document", "document": document}]},
                {"type": "body", "parameters": [{"type": "text", "parameter_name": "name", "text": "Zoë"}]},
            ],
        }})
    };
    let uploaded = Some(MediaSource::Id("9001".into()));
    assert_eq!(
        sent(template(&body, &given, true, uploaded)).await,
        expected(json!({"id": "9001"}))
    );
    let failure = refused(template(&body, &given, true, None)).await;
    assert_eq!(failure.reason, FailureReason::TemplateProblem, "{failure:?}");
    given.header_media_url = Some("https://shop.example/a.pdf".into());
    assert_eq!(
        sent(template(&body, &given, true, None)).await,
        expected(json!({"link": "https://shop.example/a.pdf"}))
    );

    let place = TemplateBody {
        header: Some(TemplateHeader::Location),
        body: "Here".into(),
        ..TemplateBody::default()
    };
    let given = TemplateValues {
        header_location: Some(Location {
            latitude: 1.5,
            longitude: 2.0,
            name: Some("Shop".into()),
            address: Some("Street 1".into()),
        }),
        ..TemplateValues::default()
    };
    let body = sent(template(&place, &given, false, None)).await;
    assert_eq!(
        body["template"]["components"],
        json!([{"type": "header", "parameters": [{"type": "location", "location":
            {"latitude": 1.5, "longitude": 2.0, "name": "Shop", "address": "Street 1"}}]}])
    );
}
