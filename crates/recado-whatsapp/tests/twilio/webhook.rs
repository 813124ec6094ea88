//! Webhooks in, our words out.

use recado_model::content::{Forwarded, InteractiveReply, Location, Referral, ReplyKind, Unsupported};
use recado_model::{
    FailureReason, Inbound, InboundContent, InboundMedia, InboundMessage, MediaKind, MessageStatus,
    ProblemKind, Retry, StatusUpdate, Subject,
};
use recado_whatsapp::Parsed;
use recado_whatsapp::twilio::{parse, read_form};

/// Forms as Twilio sends them, one each; also where the tests of any form start from.
pub(crate) const SAMPLES: &[&str] = &[
    include_str!("../../corpus/twilio/text.form"),
    include_str!("../../corpus/twilio/voice.form"),
    include_str!("../../corpus/twilio/image.form"),
    include_str!("../../corpus/twilio/cards.form"),
    include_str!("../../corpus/twilio/location.form"),
    include_str!("../../corpus/twilio/button.form"),
    include_str!("../../corpus/twilio/list.form"),
    include_str!("../../corpus/twilio/flow.form"),
    include_str!("../../corpus/twilio/ad.form"),
    include_str!("../../corpus/twilio/no_phone.form"),
    include_str!("../../corpus/twilio/delivered.form"),
    include_str!("../../corpus/twilio/undelivered.form"),
];

/// The fields every message has, and what else is given.
fn with(more: &str) -> String {
    format!(
        "SmsMessageSid=SM1&SmsStatus=received&MessageSid=SM1&AccountSid=AC1&From=whatsapp%3A%2B4915112345678&\
         To=whatsapp%3A%2B15550001111&WaId=4915112345678&NumSegments=1&ReferralNumMedia=0&ApiVersion=2010-04-01&{more}"
    )
}

fn read(form: &str) -> Parsed {
    parse(&read_form(form.trim_end().as_bytes()), Some("01JABC"))
}

fn messages(form: &str) -> Vec<InboundMessage> {
    let parsed = read(form);
    assert_eq!(parsed.problems, [], "{form}");
    parsed
        .items
        .into_iter()
        .map(|item| match item {
            Inbound::Message(message) => *message,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn message(form: &str) -> InboundMessage {
    let messages = messages(form);
    assert_eq!(messages.len(), 1, "{messages:?}");
    messages.into_iter().next().unwrap()
}

fn content(more: &str) -> InboundContent {
    message(&with(more)).content
}

fn media(more: &str) -> InboundMedia {
    match content(more) {
        InboundContent::Media(media) => media,
        other => panic!("{other:?}"),
    }
}

fn status(more: &str) -> StatusUpdate {
    let form = format!("MessageSid=SM2&From=whatsapp%3A%2B15550001111&To=whatsapp%3A%2B4915112345678&{more}");
    match &read(&form).items[..] {
        [Inbound::Status(update)] => update.clone(),
        other => panic!("{other:?}"),
    }
}

fn problem(form: &str) -> ProblemKind {
    let parsed = read(form);
    assert_eq!(parsed.items, []);
    assert_eq!(parsed.problems.len(), 1, "{parsed:?}");
    parsed.problems[0].what
}

#[expect(clippy::unnecessary_wraps, reason = "what is compared with is wrapped")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_text_is_read_whole() {
    let message = message(SAMPLES[0]);
    assert_eq!(message.number, "+15550001111");
    assert_eq!(message.provider_id, "SM00000000000000000000000000000001");
    assert_eq!(message.customer.wa_id, some("4915112345678"));
    assert_eq!(message.profile_name, some("Zoë"));
    assert_eq!(
        message.content,
        InboundContent::Text {
            text: "Grüße & mehr\n".into()
        }
    );
    assert_eq!((message.sent_at, message.is_echo), (None, false));
    assert_eq!(message.quoted, some("SM00000000000000000000000000000009"));
    let raw: serde_json::Value = serde_json::from_str(&message.raw).unwrap();
    assert_eq!(raw["Body"], "Grüße & mehr\n");
    assert_eq!(raw["SomethingNew"], "", "fields nobody knows are kept");
    assert_eq!(
        read(SAMPLES[0]).items[0].subject(),
        Subject::Number("+15550001111")
    );
}

#[test]
fn a_word_that_stops_promotions_is_a_message_and_a_choice() {
    for (word, stops) in [("STOP", Some(true)), ("START", Some(false)), ("HELP", None)] {
        let parsed = read(&with(&format!("Body=Stop&ProfileName=Ana&OptOutType={word}")));
        let Inbound::Message(message) = &parsed.items[0] else {
            panic!("{parsed:?}")
        };
        let chosen = match parsed.items.get(1) {
            Some(Inbound::Marketing(choice)) => {
                assert_eq!((&choice.customer, choice.at), (&message.customer, None));
                assert_eq!(choice.profile_name, some("Ana"));
                Some(choice.stops)
            }
            None => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(chosen, stops, "{word}");
    }
}

#[test]
fn texts_can_always_be_kept() {
    let message = message(&with("Body=a%00b&ProfileName=%00&MessageType=text"));
    assert_eq!(
        message.content,
        InboundContent::Text {
            text: "a\u{FFFD}b".into()
        }
    );
    assert_eq!(message.profile_name, some("\u{FFFD}"));
    assert!(message.raw.contains(r#""Body":"a\u0000b""#));
    // A text is a text, even where nothing says so, and however it starts.
    assert_eq!(content("Body=++x+"), InboundContent::Text { text: "  x ".into() });
}

#[test]
fn each_file_has_its_kind() {
    for (kind, mime, wanted, voice) in [
        ("image", "image/jpeg", MediaKind::Image, false),
        ("video", "video/mp4", MediaKind::Video, false),
        ("document", "application/pdf", MediaKind::Document, false),
        // A picture sent as a file.
        ("document", "image/png", MediaKind::Document, false),
        ("sticker", "image/webp", MediaKind::Sticker, false),
        ("audio", "audio/ogg", MediaKind::Audio, true),
        ("audio", "audio/mpeg", MediaKind::Audio, false),
        ("contacts", "text/vcard", MediaKind::Document, false),
        ("", "image/webp", MediaKind::Sticker, false),
        ("", "image/png", MediaKind::Image, false),
        ("", "Video/3GPP", MediaKind::Video, false),
        ("", "audio/ogg; codecs=opus", MediaKind::Audio, true),
        ("", "", MediaKind::Document, false),
    ] {
        let media = media(&format!(
            "MessageType={kind}&NumMedia=1&MediaUrl0=https%3A%2F%2Fa%2FME1&MediaContentType0={mime}&Body="
        ));
        assert_eq!((media.kind, media.voice), (wanted, voice), "{kind} {mime}");
    }
    assert_eq!(
        media("NumMedia=1&MediaUrl0=x&Body=").mime_type,
        "application/octet-stream"
    );
}

#[test]
fn a_file_waits_at_twilio() {
    let InboundContent::Media(media) = message(SAMPLES[2]).content else {
        panic!()
    };
    assert_eq!(
        media,
        InboundMedia {
            kind: MediaKind::Image,
            provider_id: some("ME00000000000000000000000000000001"),
            url: some(
                "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages/MM00000000000000000000000000000004/Media/ME00000000000000000000000000000001"
            ),
            mime_type: "image/jpeg".into(),
            filename: None,
            caption: some("Our table"),
            voice: false,
            animated: false,
            sha256: None,
        }
    );
    let InboundContent::Media(voice) = message(SAMPLES[1]).content else {
        panic!()
    };
    assert!(voice.voice && voice.caption.is_none());
    let lost = content("MessageType=image&NumMedia=1&Body=");
    assert!(matches!(lost, InboundContent::Unsupported(Unsupported { kind, .. }) if kind == "image"));
}

#[test]
fn several_files_are_several_messages() {
    let cards = messages(SAMPLES[3]);
    let ids: Vec<_> = cards.iter().map(|card| card.provider_id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "MM00000000000000000000000000000005",
            "MM00000000000000000000000000000005/1"
        ]
    );
    assert!(cards.iter().all(|card| matches!(
        &card.content,
        InboundContent::Media(media) if media.mime_type == "text/vcard" && media.url.is_some()
    )));
    let captions = messages(&with("NumMedia=2&MediaUrl0=a&MediaUrl1=b&Body=Both"));
    assert!(matches!(&captions[0].content, InboundContent::Media(m) if m.caption == some("Both")));
    assert!(matches!(&captions[1].content, InboundContent::Media(m) if m.caption.is_none()));
}

#[test]
fn a_place_is_a_place_on_earth() {
    assert_eq!(
        message(SAMPLES[4]).content,
        InboundContent::Location(Location {
            latitude: 52.520_008,
            longitude: -13.404_954,
            name: some("Office"),
            address: some("Unter den Linden 1, Berlin"),
        })
    );
    for off in [
        "Latitude=91&Longitude=0",
        "Latitude=NaN&Longitude=0",
        "Latitude=1",
    ] {
        let content = content(&format!("MessageType=location&{off}"));
        assert!(
            matches!(content, InboundContent::Unsupported(_)),
            "{off} {content:?}"
        );
    }
}

#[test]
fn what_was_pressed_is_told() {
    let reply = |form: &str| match message(form).content {
        InboundContent::Reply(reply) => reply,
        other => panic!("{other:?}"),
    };
    let pressed = |kind, id: &str, title: &str| InteractiveReply {
        kind,
        id: some(id),
        title: some(title),
        description: None,
        response: None,
    };
    assert_eq!(
        reply(SAMPLES[5]),
        pressed(ReplyKind::TemplateButton, "confirm", "Yes, I come")
    );
    assert_eq!(
        reply(&with(
            "MessageType=interactive&Body=Yes&ButtonText=Yes&ButtonPayload=y"
        )),
        pressed(ReplyKind::Button, "y", "Yes")
    );
    assert_eq!(
        reply(&with("MessageType=button&Body=Yes&ButtonPayload=y")),
        pressed(ReplyKind::TemplateButton, "y", "Yes")
    );
    assert_eq!(
        reply(SAMPLES[6]),
        InteractiveReply {
            description: some("Six pieces"),
            ..pressed(ReplyKind::List, "size_s", "Small")
        }
    );
    let form = reply(SAMPLES[7]);
    assert_eq!(form.kind, ReplyKind::Flow);
    assert_eq!(form.response, some(r#"{"name":"Ana","seats":2}"#));
    let other = reply(&with("MessageType=interactive&InteractiveData={}&Body="));
    assert_eq!((other.kind, other.response), (ReplyKind::Other, some("{}")));
}

#[test]
fn the_ad_and_the_way_a_message_came_are_told() {
    let message = message(SAMPLES[8]);
    assert_eq!(
        message.referral,
        Some(Referral {
            source_type: some("ad"),
            source_id: some("120210"),
            source_url: some("https://fb.me/x1"),
            headline: some("Fresh bread"),
            body: some("Order by WhatsApp"),
            click_id: some("ARAkx"),
        })
    );
    let forwarded = |more: &str| {
        let message = self::message(&with(&format!("Body=x&{more}")));
        assert_eq!(message.referral, None);
        message.forwarded
    };
    assert_eq!(forwarded("Forwarded=true"), Some(Forwarded::Once));
    assert_eq!(
        forwarded("Forwarded=true&FrequentlyForwarded=true"),
        Some(Forwarded::Often)
    );
    assert_eq!(forwarded("Forwarded=false"), None);
}

#[test]
fn a_customer_without_a_phone_is_found_by_their_id() {
    let who = message(SAMPLES[9]).customer;
    assert_eq!(
        (who.wa_id, who.user_id.as_deref(), who.username.as_deref()),
        (None, Some("BR.8812049912345"), Some("ana.shop"))
    );
}

#[test]
fn a_kind_that_cannot_be_shown_says_which() {
    for (more, kind, title) in [
        ("MessageType=order&Body=", "order", None),
        ("MessageType=unsupported&Body=Poll", "unsupported", some("Poll")),
        ("MessageType=Hologram&Body=", "hologram", None),
        ("Body=", "unknown", None),
        ("MessageType=reaction&Body=%F0%9F%91%8D", "reaction", some("👍")),
    ] {
        let kind = kind.to_owned();
        assert_eq!(
            content(more),
            InboundContent::Unsupported(Unsupported { kind, title }),
            "{more}"
        );
    }
}

#[test]
fn a_reaction_finds_its_message() {
    let parsed = read(&with(
        "MessageType=reaction&Body=%F0%9F%91%8D&OriginalRepliedMessageSid=SM7",
    ));
    let [Inbound::Reaction(reaction)] = &parsed.items[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(
        (reaction.target.as_str(), reaction.emoji.as_deref()),
        ("SM7", Some("👍"))
    );
}

#[test]
fn a_status_comes_with_what_we_gave_along() {
    let parsed = read(SAMPLES[10]);
    let [Inbound::Status(update)] = &parsed.items[..] else {
        panic!("{parsed:?}")
    };
    assert_eq!(update.number, "+15550001111");
    assert_eq!(update.provider_id, "SM00000000000000000000000000000002");
    assert_eq!(update.status, MessageStatus::Delivered);
    assert_eq!(update.recipient.wa_id, some("4915112345678"));
    assert_eq!(update.callback, some("01JABC"));
    assert_eq!((update.at, &update.failure), (None, &None));
    for (word, wanted) in [
        ("sent", MessageStatus::Sent),
        ("read", MessageStatus::Read),
        ("Delivered", MessageStatus::Delivered),
    ] {
        assert_eq!(status(&format!("MessageStatus={word}")).status, wanted);
    }
    assert_eq!(status("SmsStatus=sent&To=x").status, MessageStatus::Sent);

    let form = read_form(b"MessageStatus=sent&MessageSid=SM2&From=whatsapp%3A%2B1555&To=whatsapp%3ABR.88");
    for (given, kept) in [
        (None, None),
        (Some(""), None),
        (Some("a\0b"), some("a\u{FFFD}b")),
        (Some(&*"x".repeat(513)), None),
    ] {
        let parsed = parse(&form, given);
        let [Inbound::Status(update)] = &parsed.items[..] else {
            panic!("{parsed:?}")
        };
        assert_eq!(update.callback, kept);
        assert_eq!(update.recipient.user_id, some("BR.88"));
    }
}

#[test]
fn a_failure_says_why() {
    let parsed = read(SAMPLES[11]);
    let [Inbound::Status(update)] = &parsed.items[..] else {
        panic!("{parsed:?}")
    };
    let failure = update.failure.as_ref().unwrap();
    assert_eq!(
        (failure.reason, failure.retry),
        (FailureReason::WindowClosed, Retry::Never)
    );
    assert_eq!(failure.code, some("63016"));
    assert_eq!(
        failure.message,
        "Failed to send freeform message: outside the allowed window"
    );
    for (more, reason) in [
        (
            "MessageStatus=failed&ErrorCode=63003",
            FailureReason::NotOnWhatsapp,
        ),
        (
            "MessageStatus=undelivered&ErrorCode=471",
            FailureReason::RateLimited,
        ),
        ("MessageStatus=failed", FailureReason::Unknown),
        ("MessageStatus=canceled", FailureReason::Unknown),
        ("MessageStatus=failed&ErrorCode=oops", FailureReason::Unknown),
    ] {
        let update = status(more);
        assert_eq!(update.status, MessageStatus::Failed, "{more}");
        assert_eq!(update.failure.unwrap().reason, reason, "{more}");
    }
}

#[test]
fn what_is_no_news_is_left_aside() {
    let about = "MessageSid=SM2&From=whatsapp%3A%2B1555&To=whatsapp%3A%2B49151";
    for word in [
        "queued",
        "accepted",
        "sending",
        "scheduled",
        "partially_delivered",
    ] {
        assert_eq!(
            problem(&format!("{about}&MessageStatus={word}")),
            ProblemKind::NotHandled
        );
    }
    for (form, wanted) in [
        (
            format!("{about}&MessageStatus=teleported"),
            ProblemKind::UnknownStatus,
        ),
        (
            "MessageStatus=sent&From=whatsapp%3A%2B1555".to_owned(),
            ProblemKind::BadId,
        ),
        (
            "MessageStatus=sent&MessageSid=SM2".to_owned(),
            ProblemKind::NoNumber,
        ),
        (
            "MessageStatus=sent&MessageSid=SM2&From=%2B1555".to_owned(),
            ProblemKind::NotHandled,
        ),
        (
            "SmsStatus=received&MessageSid=SM1&From=%2B49151&To=%2B1555&Body=x".to_owned(),
            ProblemKind::NotHandled,
        ),
        (
            with("Body=x")
                .replace("From=whatsapp%3A%2B4915112345678&", "")
                .replace("WaId=4915112345678&", ""),
            ProblemKind::NoSender,
        ),
        (
            with("Body=x")
                .replace("SmsMessageSid=SM1&", "")
                .replace("MessageSid=SM1&", ""),
            ProblemKind::BadId,
        ),
        (String::new(), ProblemKind::UnknownEvent),
        (
            "EventType=onConversationAdded".to_owned(),
            ProblemKind::UnknownEvent,
        ),
    ] {
        assert_eq!(problem(&form), wanted, "{form}");
    }
}
