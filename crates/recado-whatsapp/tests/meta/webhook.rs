//! Reading webhooks.

use recado_model::content::Unsupported;
use recado_model::{
    FailureReason, Identity, Inbound, InboundContent, InboundMessage, MessageStatus, ProblemKind,
    StatusUpdate, Subject, Time,
};
use recado_whatsapp::meta::parse;
use recado_whatsapp::{MAX_PROBLEMS, NotUnderstood, Parsed};

pub(crate) const SAMPLES: [&str; 3] = [
    include_str!("../../samples/text.json"),
    include_str!("../../samples/mixed.json"),
    include_str!("../../samples/odd.json"),
];

fn read(body: &str) -> Parsed {
    parse(body.as_bytes()).unwrap()
}

/// A body with these `messages` and `contacts`.
pub(crate) fn read_messages(messages: &str, contacts: &str) -> Parsed {
    read(&format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"changes":[{{"field":"messages","value":{{
            "metadata":{{"phone_number_id":"555"}},"contacts":[{contacts}],"messages":[{messages}]}}}}]}}]}}"#
    ))
}

fn messages(parsed: &Parsed) -> Vec<&InboundMessage> {
    parsed
        .items
        .iter()
        .filter_map(|item| {
            if let Inbound::Message(m) = item {
                Some(&**m)
            } else {
                None
            }
        })
        .collect()
}

fn statuses(parsed: &Parsed) -> Vec<&StatusUpdate> {
    parsed
        .items
        .iter()
        .filter_map(|item| {
            if let Inbound::Status(s) = item {
                Some(s)
            } else {
                None
            }
        })
        .collect()
}

fn kinds(parsed: &Parsed) -> Vec<ProblemKind> {
    parsed.problems.iter().map(|problem| problem.what).collect()
}

fn text(words: &str) -> InboundContent {
    InboundContent::Text {
        text: words.to_owned(),
    }
}

fn unsupported(kind: &str, title: Option<&str>) -> InboundContent {
    InboundContent::Unsupported(Unsupported {
        kind: kind.to_owned(),
        title: title.map(str::to_owned),
    })
}

#[test]
fn a_text_is_read_with_its_sender_and_kept_as_it_came() {
    let parsed = read(SAMPLES[0]);
    assert_eq!(parsed.problems, []);
    let [Inbound::Message(message)] = &parsed.items[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(
        (message.number.as_str(), message.provider_id.as_str()),
        ("555", "wamid.TEST1")
    );
    assert_eq!(message.sent_at, Some(Time::from_seconds(1_767_225_600)));
    assert_eq!(
        message.customer,
        Identity {
            wa_id: Some("4915112345678".into()),
            ..Identity::default()
        }
    );
    assert_eq!(message.profile_name.as_deref(), Some("Zoë"));
    assert_eq!(message.content, text("Grüße"));
    assert!(
        message.raw.contains(r"Gr\u00fc\u00dfe")
            && message.raw.starts_with('{')
            && message.raw.ends_with('}')
    );
    assert!(SAMPLES[0].contains(&message.raw));
}

#[test]
fn every_entry_change_message_and_status_is_read() {
    let parsed = read(SAMPLES[1]);
    let ids: Vec<_> = parsed
        .items
        .iter()
        .map(|item| (item.subject(), item.about()))
        .collect();
    assert_eq!(
        ids,
        [
            (Subject::Number("555"), "wamid.M1"),
            (Subject::Number("555"), "wamid.M2"),
            (Subject::Number("555"), "wamid.M3"),
            (Subject::Number("555"), "wamid.OUT1"),
            (Subject::Number("555"), "wamid.OUT2"),
            (Subject::Number("556"), "wamid.OUT9"),
            (Subject::Business("103"), "welcome"),
            (Subject::Number("557"), "wamid.IN7"),
        ]
    );
    assert_eq!(kinds(&parsed), [ProblemKind::ProviderError]);
    assert_eq!(parsed.problems[0].number.as_deref(), Some("555"));
    assert!(
        parsed.problems[0]
            .detail
            .contains("131000: Something went wrong: no more is known")
    );
}

#[test]
fn contacts_belong_to_messages_by_id_not_by_place() {
    let parsed = read(SAMPLES[1]);
    let names: Vec<_> = messages(&parsed)
        .into_iter()
        .map(|m| m.profile_name.as_deref())
        .collect();
    assert_eq!(names, [Some("Mia"), Some("Rui"), Some("Mia"), Some("Ana")]);
    let mia = &messages(&parsed)[0].customer;
    assert_eq!(
        (mia.user_id.as_deref(), mia.username.as_deref()),
        (Some("DE.70012345678"), Some("mia.b"))
    );
    let ana = &messages(&parsed)[3].customer;
    assert_eq!(
        (ana.wa_id.as_deref(), ana.user_id.as_deref()),
        (None, Some("BR.8812049912345"))
    );

    let stranger = read_messages(
        r#"{"from":"1","id":"a","type":"text","text":{"body":"x"}}"#,
        r#"{"wa_id":"2","profile":{"name":"B"}}"#,
    );
    assert_eq!(
        messages(&stranger)[0].profile_name,
        None,
        "the only contact is someone else"
    );
}

#[test]
fn other_kinds_quotes_and_times_are_kept() {
    let parsed = read(SAMPLES[1]);
    let read = messages(&parsed);
    assert_eq!(read[1].quoted.as_deref(), Some("wamid.OUT1"));
    assert_eq!(read[1].content, text("Bom dia 🙂"));
    assert_eq!(
        read[1].sent_at,
        Some(Time::from_seconds(1_767_225_602)),
        "a timestamp that is a number"
    );
    assert_eq!(read[2].sent_at, None);
    let InboundContent::Media(image) = &read[2].content else {
        panic!("{:?}", read[2])
    };
    assert_eq!(
        (image.caption.as_deref(), image.sha256),
        (Some("here"), None),
        "a digest that is none"
    );
    assert!(read[2].raw.contains(r#""caption":"here""#));
}

#[test]
fn statuses_say_what_became_of_which_message() {
    let parsed = read(SAMPLES[1]);
    let [delivered, failed, seen] = statuses(&parsed)[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(delivered.status, MessageStatus::Delivered);
    assert_eq!(delivered.at, Some(Time::from_seconds(1_767_225_602)));
    assert_eq!(delivered.callback.as_deref(), Some("m_01J9"));
    assert_eq!(
        delivered.recipient.user_id.as_deref(),
        Some("DE.70012345678"),
        "completed from the contacts"
    );
    assert_eq!(delivered.failure, None);
    let failure = failed.failure.as_ref().unwrap();
    assert_eq!(
        (failed.status, failure.reason),
        (MessageStatus::Failed, FailureReason::WindowClosed)
    );
    assert_eq!(failure.code.as_deref(), Some("131047"));
    assert_eq!(failure.message, "Re-engagement message: the window is closed");
    assert_eq!(
        (seen.status, seen.recipient.wa_id.as_deref()),
        (MessageStatus::Read, None)
    );
    assert_eq!(seen.recipient.scoped_id(), Some("BR.ENT.4"));
}

#[test]
fn what_is_odd_spoils_nothing_beside_it() {
    use ProblemKind::*;
    let parsed = read(SAMPLES[2]);
    assert_eq!(
        kinds(&parsed),
        [
            UnknownShape,
            UnknownShape, // entries
            UnknownShape,
            UnknownShape,
            UnknownEvent,
            UnknownShape,
            NoNumber,
            UnknownShape,
            UnknownShape, // changes
            UnknownShape,
            BadId,
            BadId,
            NoSender,
            NoSender,
            NotHandled, // messages
            BadId,
            UnknownStatus,
            NotHandled, // statuses
        ]
    );
    let read = messages(&parsed);
    let ids: Vec<_> = read.iter().map(|m| m.provider_id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "wamid.OK1",
            "wamid.OK2",
            "wamid.OK3",
            "wamid.OK4",
            "wamid.OK5",
            "wamid.OK6"
        ]
    );
    let InboundContent::Text { text } = &read[0].content else {
        panic!("{:?}", read[0])
    };
    assert!(
        text.starts_with("half \u{FFFD}") && text.ends_with("of a pair and a \u{FFFD}"),
        "{text:?}"
    );
    assert_eq!((read[0].sent_at, &read[0].quoted), (None, &None));
    assert!(read[0].raw.contains(r"\u0000") && read[0].raw.contains("123456789012345678901234567890"));
    assert_eq!(read[1].content, unsupported("text", None));
    assert_eq!(
        read[1].customer,
        Identity {
            user_id: Some("BR.8812049912345".into()),
            ..Identity::default()
        }
    );
    assert_eq!(
        read[2].content,
        unsupported("unsupported", Some("Message type unknown"))
    );
    assert_eq!(read[3].content, unsupported("unsupported", Some("poll")));
    assert_eq!(
        (&read[4].content, &read[4].quoted),
        (&unsupported("unknown", None), &None)
    );
    assert!(read[4].is_from_customer() && !read[5].is_from_customer());
    let [failed, group] = statuses(&parsed)[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(
        failed.failure.as_ref().map(|f| f.reason),
        Some(FailureReason::Unknown)
    );
    assert_eq!(group.recipient.wa_id.as_deref(), Some("4915112345678"));
}

#[test]
fn ids_that_cannot_be_kept_are_a_problem_of_their_message_only() {
    let message = |id: &str| format!(r#"{{"from":"1","id":"{id}","type":"text","text":{{"body":"x"}}}}"#);
    let parsed = read_messages(
        &format!("{},{}", message(&"a".repeat(513)), message(&"b".repeat(512))),
        "",
    );
    assert_eq!(
        messages(&parsed)
            .iter()
            .map(|m| m.provider_id.len())
            .collect::<Vec<_>>(),
        [512]
    );
    assert_eq!(kinds(&parsed), [ProblemKind::BadId]);
    let parsed = read_messages(
        &format!(
            r#"{{"from":"1","id":"a","context":{{"id":"{}"}},"type":"text","text":{{"body":"x"}}}}"#,
            "q".repeat(513)
        ),
        "",
    );
    assert_eq!(messages(&parsed)[0].quoted, None);
}

#[test]
fn a_body_that_is_no_webhook_says_why() {
    for (body, why) in [
        ("", "not JSON: EOF while parsing a value at line 1 column 0"),
        ("{", "not JSON: EOF while parsing an object at line 1 column 1"),
        ("{} {}", "not JSON: trailing characters at line 1 column 4"),
        ("[]", "not a webhook of WhatsApp: not an object"),
        ("{}", "not a webhook of WhatsApp: it names no object"),
        (
            r#"{"object":"page","entry":[]}"#,
            r#"not a webhook of WhatsApp: its object is "page""#,
        ),
        (
            r#"{"object":"whatsapp_business_account"}"#,
            "not a webhook of WhatsApp: it has no entries",
        ),
        (
            r#"{"object":"whatsapp_business_account","entry":{}}"#,
            "not a webhook of WhatsApp: it has no entries",
        ),
    ] {
        assert_eq!(parse(body.as_bytes()).unwrap_err().to_string(), why, "{body}");
    }
    assert!(matches!(parse(b"\"\xff\""), Err(NotUnderstood::NotJson(_))));
    assert_eq!(
        read(r#"{"object":"whatsapp_business_account","entry":[]}"#),
        Parsed::default()
    );
}

#[test]
fn depth_does_not_overflow_the_stack() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(parse(deep.as_bytes()).is_err());
    let deep_objects = format!("{}1{}", r#"{"a":"#.repeat(200_000), "}".repeat(200_000));
    for deep in [deep, deep_objects] {
        let odd = format!(r#"{{"from":"1","id":"deep","type":"odd","odd":{deep}}}"#);
        let parsed = read_messages(&odd, &deep);
        assert_eq!(messages(&parsed)[0].content, unsupported("odd", None));
        assert_eq!(messages(&parsed)[0].raw, odd);
    }
}

#[test]
fn the_list_of_problems_is_bounded() {
    let parsed = read(&format!(
        r#"{{"object":"whatsapp_business_account","entry":[{}0]}}"#,
        "0,".repeat(999)
    ));
    assert_eq!(parsed.problems.len(), MAX_PROBLEMS + 1);
    assert_eq!(parsed.problems[MAX_PROBLEMS].detail, "and 900 more problems");
}
