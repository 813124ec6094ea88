//! Each kind of message Meta documents, as it documents it.

use recado_model::content::{
    CardPhone, ContactCard, Forwarded, InteractiveReply, Location, Order, OrderItem, Referral, ReplyKind,
    SystemKind, SystemNote, Unsupported,
};
use recado_model::{
    Identity, Inbound, InboundContent, InboundMedia, InboundMessage, MediaKind, MessageStatus, Time,
};
use recado_whatsapp::meta::parse;

/// What a file of the corpus says: one thing, and nothing left aside.
#[track_caller]
pub(crate) fn one(file: &str) -> Inbound {
    let path = format!("{}/corpus/meta/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let body = std::fs::read(&path).expect(&path);
    let mut parsed = parse(&body).unwrap();
    assert_eq!(parsed.problems, [], "{file}");
    assert_eq!(parsed.items.len(), 1, "{file}");
    parsed.items.remove(0)
}

#[track_caller]
fn message(file: &str) -> InboundMessage {
    match one(file) {
        Inbound::Message(message) => *message,
        other => panic!("{file}: {other:?}"),
    }
}

fn zoe() -> Identity {
    Identity {
        wa_id: Some("4915112345678".into()),
        user_id: Some("DE.70012345678".into()),
        ..Identity::default()
    }
}

fn media(kind: MediaKind, id: &str, mime: &str) -> InboundMedia {
    InboundMedia {
        kind,
        provider_id: Some(id.into()),
        url: None,
        mime_type: mime.to_owned(),
        filename: None,
        caption: None,
        voice: false,
        animated: false,
        sha256: Some(DIGEST),
    }
}

const DIGEST: [u8; 32] = [
    0xab, 0xcd, 0xef, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd,
    0xef, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd,
];

fn reply(kind: ReplyKind, id: Option<&str>, title: Option<&str>) -> InteractiveReply {
    InteractiveReply {
        kind,
        id: id.map(str::to_owned),
        title: title.map(str::to_owned),
        description: None,
        response: None,
    }
}

fn unsupported(kind: &str, title: Option<&str>) -> InboundContent {
    InboundContent::Unsupported(Unsupported {
        kind: kind.to_owned(),
        title: title.map(str::to_owned),
    })
}

fn system(kind: SystemKind, body: &str, became: Option<Identity>) -> InboundContent {
    InboundContent::System {
        note: SystemNote {
            kind,
            body: Some(body.into()),
        },
        became,
    }
}

/// Who customers are after a change.
fn changed(wa_id: Option<&str>, user_id: Option<&str>) -> Identity {
    Identity {
        wa_id: wa_id.map(str::to_owned),
        user_id: user_id.map(str::to_owned),
        ..Identity::default()
    }
}

/// Every sample that is a message, with what it holds.
fn table() -> Vec<(&'static str, InboundContent)> {
    use InboundContent::{Contacts, Media, Reply, Text};
    let text = |text: &str| Text {
        text: text.to_owned(),
    };
    vec![
        ("text", text("Grüße 🙂")),
        (
            "image",
            Media(InboundMedia {
                caption: Some("Is this one left?".into()),
                url: Some("https://lookaside.example/attachments/?mid=9001".into()),
                ..media(MediaKind::Image, "9001", "image/jpeg")
            }),
        ),
        ("video", Media(media(MediaKind::Video, "9002", "video/mp4"))),
        (
            "voice",
            Media(InboundMedia {
                voice: true,
                url: Some("https://lookaside.example/attachments/?mid=9001".into()),
                ..media(MediaKind::Audio, "9001", "audio/ogg")
            }),
        ),
        ("audio", Media(media(MediaKind::Audio, "9003", "audio/mpeg"))),
        (
            "document",
            Media(InboundMedia {
                filename: Some("order 17.pdf".into()),
                caption: Some("Signed".into()),
                ..media(MediaKind::Document, "9004", "application/pdf")
            }),
        ),
        (
            "sticker",
            Media(InboundMedia {
                animated: true,
                ..media(MediaKind::Sticker, "9005", "image/webp")
            }),
        ),
        (
            "location",
            InboundContent::Location(Location {
                latitude: 52.520_008,
                longitude: 13.404_954,
                name: Some("Shop".into()),
                address: Some("Some Street 1, Berlin".into()),
            }),
        ),
        ("contacts", Contacts(vec![mia()])),
        (
            "contacts_bare",
            Contacts(vec![
                ContactCard::default(),
                ContactCard {
                    name: Some("Rui Costa".into()),
                    first_name: Some("Rui".into()),
                    last_name: Some("Costa".into()),
                    ..ContactCard::default()
                },
                ContactCard::default(),
            ]),
        ),
        (
            "button_reply",
            Reply(reply(ReplyKind::Button, Some("size-s"), Some("Small"))),
        ),
        (
            "list_reply",
            Reply(InteractiveReply {
                description: Some("9 to 12".into()),
                ..reply(ReplyKind::List, Some("row-1"), Some("Tuesday"))
            }),
        ),
        (
            "flow_reply",
            Reply(InteractiveReply {
                response: Some(r#"{"flow_token":"t1","day":"Tuesday"}"#.into()),
                ..reply(ReplyKind::Flow, None, Some("Sent"))
            }),
        ),
        (
            "call_permission",
            Reply(InteractiveReply {
                response: Some(r#"{"response":"accept","is_permanent":false,"expiration_timestamp":"1767830400","response_source":"user_action"}"#.into()),
                ..reply(ReplyKind::Other, None, Some("accept"))
            }),
        ),
        (
            "interactive_missing",
            unsupported("interactive", Some("Something went wrong")),
        ),
        (
            "template_button",
            Reply(reply(
                ReplyKind::TemplateButton,
                Some("confirm-17"),
                Some("Confirm"),
            )),
        ),
        (
            "order",
            InboundContent::Order {
                order: Order {
                    catalog_id: Some("771".into()),
                    items: vec![
                        OrderItem {
                            product: "sku-1".into(),
                            quantity: 2.0,
                            price: Some(12.5),
                            currency: Some("EUR".into()),
                        },
                        OrderItem {
                            product: "sku-2".into(),
                            quantity: 0.0,
                            price: None,
                            currency: None,
                        },
                    ],
                },
                text: Some("Please by Friday".into()),
            },
        ),
        (
            "number_changed",
            system(
                SystemKind::NumberChanged,
                "Zoë changed from 4915112345678 to 4915187654321",
                Some(changed(Some("4915187654321"), Some("DE.70099999999"))),
            ),
        ),
        (
            "number_changed_old",
            system(
                SystemKind::NumberChanged,
                "Zoë changed her number",
                Some(changed(Some("4915187654321"), None)),
            ),
        ),
        (
            "user_id_changed",
            system(
                SystemKind::UserIdChanged,
                "The user id changed",
                Some(changed(None, Some("DE.70099999999"))),
            ),
        ),
        (
            "identity_changed",
            system(SystemKind::IdentityChanged, "The security code changed", None),
        ),
        ("request_welcome", unsupported("request_welcome", None)),
        (
            "unsupported",
            unsupported("unsupported", Some("Message type unknown")),
        ),
        ("poll", unsupported("unsupported", Some("poll"))),
        ("unknown", unsupported("unknown", None)),
        ("future", unsupported("hologram", None)),
        ("ad", text("Is it still there?")),
        ("forwarded_often", text("Pass it on")),
        ("product", text("This one?")),
        ("bsuid_in_from", text("Oi")),
        ("echo", text("We open at nine")),
        (
            "echo_document",
            Media(InboundMedia {
                filename: Some("menu.pdf".into()),
                sha256: None,
                ..media(MediaKind::Document, "9006", "application/pdf")
            }),
        ),
    ]
}

fn mia() -> ContactCard {
    ContactCard {
        name: Some("Dr. Mia Braun".into()),
        first_name: Some("Mia".into()),
        last_name: Some("Braun".into()),
        company: Some("Shop".into()),
        title: Some("Owner".into()),
        phones: vec![
            CardPhone {
                phone: "+49 151 9999999".into(),
                wa_id: Some("491519999999".into()),
                label: Some("CELL".into()),
            },
            CardPhone {
                phone: "+4930123".into(),
                wa_id: Some("4930123".into()),
                label: None,
            },
        ],
        emails: vec!["mia@shop.example".into()],
        urls: vec!["https://shop.example".into()],
        addresses: vec!["Some Street 1, Berlin, BE, 10115, Germany".into()],
        birthday: Some("1990-05-17".into()),
    }
}

#[test]
fn every_kind_is_read() {
    for (file, content) in table() {
        let read = message(file);
        assert_eq!(read.content, content, "{file}");
        assert_eq!(read.number, "555", "{file}");
        assert!(read.sent_at > Some(Time::from_seconds(1_767_225_600)), "{file}");
        assert_eq!(read.is_echo, file.starts_with("echo"), "{file}");
        let speaks = matches!(content, InboundContent::System { .. });
        assert_eq!(read.is_from_customer(), !speaks && !read.is_echo, "{file}");
        assert!(
            read.raw.starts_with('{') && read.raw.contains(&read.provider_id),
            "{file}"
        );
    }
}

#[test]
fn what_stands_beside_the_content_is_read_with_any_kind() {
    let voice = message("voice");
    assert_eq!(voice.quoted.as_deref(), Some("wamid.OUT3"));
    assert_eq!(voice.profile_name.as_deref(), Some("Ana"));
    assert_eq!(
        voice.customer,
        Identity {
            user_id: Some("BR.8812049912345".into()),
            username: Some("ana.shop".into()),
            ..Identity::default()
        }
    );
    assert_eq!(
        message("button_reply").quoted.as_deref(),
        Some("wamid.OUT3"),
        "a quote"
    );
    assert_eq!(message("audio").forwarded, Some(Forwarded::Once));
    assert_eq!(message("forwarded_often").forwarded, Some(Forwarded::Often));
    assert_eq!(message("text").forwarded, None);
    assert_eq!(
        message("ad").referral,
        Some(Referral {
            source_type: Some("ad".into()),
            source_id: Some("120".into()),
            source_url: Some("https://fb.example/1".into()),
            headline: Some("Shoes".into()),
            body: Some("All sizes".into()),
            click_id: Some("ARA".into()),
        })
    );
    assert_eq!(message("text").referral, None);
    assert_eq!(
        message("bsuid_in_from").customer.user_id.as_deref(),
        Some("BR.8812049912345")
    );
}

#[test]
fn a_change_of_the_customer_is_told_of_who_they_were() {
    let changed = message("number_changed");
    assert_eq!(changed.customer, zoe());
    assert_eq!(
        message("number_changed_old").customer.wa_id.as_deref(),
        Some("4915112345678")
    );
    let by_id = message("user_id_changed").customer;
    assert_eq!(
        (by_id.wa_id, by_id.user_id.as_deref()),
        (None, Some("DE.70012345678"))
    );
}

#[test]
fn what_the_business_wrote_on_its_phone_belongs_to_the_customer_it_went_to() {
    let echo = message("echo");
    assert_eq!(
        (&echo.customer, echo.profile_name.as_deref()),
        (&zoe(), Some("Zoë"))
    );
    let document = message("echo_document").customer;
    assert_eq!(document.scoped_id(), Some("BR.ENT.4"));
    assert_eq!(document.wa_id, None, "not our own number");
}

#[test]
fn reactions_are_no_messages() {
    for (file, emoji, target, is_echo) in [
        ("reaction", Some("❤️"), "wamid.OUT3", false),
        ("reaction_removed", None, "wamid.OUT3", false),
        ("echo_reaction", Some("👍"), "wamid.Ktext", true),
    ] {
        let Inbound::Reaction(reaction) = one(file) else {
            panic!("{file}")
        };
        assert_eq!(reaction.emoji.as_deref(), emoji, "{file}");
        assert_eq!(
            (reaction.target.as_str(), reaction.is_echo),
            (target, is_echo),
            "{file}"
        );
        assert_eq!(
            (reaction.number.as_str(), &reaction.customer),
            ("555", &zoe()),
            "{file}"
        );
        assert_eq!(reaction.provider_id, format!("wamid.K{file}"));
        assert!(reaction.at.is_some());
    }
}

#[test]
fn messages_are_edited_and_taken_back() {
    for (file, text, target, is_echo) in [
        ("edit", Some("Grüße!"), "wamid.Ktext", false),
        ("revoke", None, "wamid.Ktext", false),
        ("echo_edit", Some("We open at ten"), "wamid.Kecho", true),
        ("echo_revoke", None, "wamid.Kecho", true),
    ] {
        let Inbound::Change(change) = one(file) else {
            panic!("{file}")
        };
        let content = text.map(|text| InboundContent::Text {
            text: text.to_owned(),
        });
        assert_eq!(
            (&change.content, change.target.as_str()),
            (&content, target),
            "{file}"
        );
        assert_eq!((change.is_echo, &change.customer), (is_echo, &zoe()), "{file}");
    }
}

#[test]
fn what_lacks_the_message_it_is_about_is_shown_as_unsupported() {
    for kind in ["reaction", "edit", "revoke"] {
        for part in ["", r#","reaction":{},"edit":{},"revoke":{}"#] {
            let json = format!(r#"{{"from":"1","id":"a","type":"{kind}"{part}}}"#);
            let parsed = crate::webhook::read_messages(&json, "");
            let [Inbound::Message(message)] = &parsed.items[..] else {
                panic!("{parsed:?}")
            };
            assert_eq!(message.content, unsupported(kind, None));
            assert_eq!(message.raw, json);
        }
    }
    // An edit to something that cannot be read is not a message that was taken back.
    let json = r#"{"from":"1","id":"a","type":"edit","edit":{"original_message_id":"b"}}"#;
    let parsed = crate::webhook::read_messages(json, "");
    let [Inbound::Change(change)] = &parsed.items[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(change.content, Some(unsupported("edit", None)));
}

#[test]
fn content_that_lacks_what_matters_is_unsupported_and_kept() {
    for (kind, part) in [
        ("text", "{}"),
        ("image", r#"{"mime_type":"image/png"}"#),
        ("location", r#"{"latitude":1}"#),
        ("location", r#"{"latitude":91,"longitude":0}"#),
        ("location", r#"{"latitude":1e999,"longitude":0}"#),
        ("contacts", "[]"),
        ("contacts", "[7]"),
        ("contacts", "{}"),
        ("interactive", r#"{"type":"button_reply"}"#),
        ("interactive", "{}"),
        ("button", "{}"),
        ("order", "[]"),
        ("sticker", "null"),
    ] {
        let json = format!(r#"{{"from":"1","id":"a","type":"{kind}","{kind}":{part}}}"#);
        let parsed = crate::webhook::read_messages(&json, "");
        let [Inbound::Message(message)] = &parsed.items[..] else {
            panic!("{parsed:?}")
        };
        let InboundContent::Unsupported(what) = &message.content else {
            panic!("{json} {message:?}")
        };
        assert_eq!((what.kind.as_str(), &message.raw), (kind, &json));
    }
    // A kind of press we have never heard of says what it is.
    let json = r#"{"from":"1","id":"a","type":"interactive","interactive":{"type":"dance_reply","dance_reply":{"id":"x"}}}"#;
    let parsed = crate::webhook::read_messages(json, "");
    let [Inbound::Message(message)] = &parsed.items[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(message.content, unsupported("interactive", Some("dance_reply")));
}

#[test]
fn a_voice_message_can_be_played() {
    let Inbound::Status(played) = one("played") else {
        panic!()
    };
    assert_eq!(played.status, MessageStatus::Played);
    assert_eq!(played.recipient.scoped_id(), Some("BR.ENT.4"));
}

#[test]
fn every_file_of_the_corpus_is_looked_at() {
    let here = [include_str!("kinds.rs"), include_str!("notices.rs")].concat();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/meta");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        // Those are read, too, and left aside.
        if !["delivered", "failed", "history"].contains(&name) {
            assert!(here.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}
