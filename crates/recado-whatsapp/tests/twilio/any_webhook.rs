//! Whatever a form holds, reading it ends well.

use proptest::prelude::*;
use recado_model::{Inbound, InboundContent, MessageStatus};
use recado_whatsapp::Parsed;
use recado_whatsapp::twilio::{parse, read_form};

use crate::webhook::SAMPLES;

/// What holds for whatever comes out of [`parse`], as the rooms above rely on it.
fn check(parsed: &Parsed) {
    let id = |id: &str| {
        assert!(
            (1..=512).contains(&id.chars().count()) && !id.contains('\0'),
            "{id:?}"
        );
    };
    let short = |text: &Option<String>, most: usize| {
        assert!(
            text.as_ref()
                .is_none_or(|t| !t.is_empty() && t.chars().count() <= most && !t.contains('\0')),
            "{text:?}"
        );
    };
    for item in &parsed.items {
        id(item.about());
        match item {
            Inbound::Message(message) => {
                assert!(message.number.starts_with('+') && !message.customer.is_empty());
                short(&message.customer.wa_id, 32);
                short(&message.customer.username, 256);
                short(&message.profile_name, 256);
                short(&message.quoted, 512);
                match &message.content {
                    InboundContent::Text { text } => assert!(!text.is_empty() && !text.contains('\0')),
                    InboundContent::Media(media) => {
                        short(&media.provider_id, 512);
                        short(&Some(media.mime_type.clone()), 256);
                        short(&media.caption, usize::MAX);
                        assert!(media.url.as_ref().is_some_and(|url| !url.contains('\0')));
                    }
                    InboundContent::Location(location) => {
                        assert!(location.is_on_earth());
                        short(&location.name, 1024);
                        short(&location.address, 1024);
                    }
                    InboundContent::Reply(reply) => {
                        short(&reply.id, 512);
                        short(&reply.title, 256);
                        short(&reply.description, 1024);
                        short(&reply.response, usize::MAX);
                    }
                    InboundContent::Unsupported(unsupported) => {
                        short(&Some(unsupported.kind.clone()), 64);
                        short(&unsupported.title, 256);
                    }
                    other => panic!("{other:?}"),
                }
                assert!(!message.raw.contains('\0'));
                serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&message.raw).unwrap();
            }
            Inbound::Status(update) => {
                assert_eq!(update.failure.is_some(), update.status == MessageStatus::Failed);
                assert!(update.status >= MessageStatus::Sent);
                short(&update.callback, 512);
            }
            Inbound::Reaction(reaction) => {
                id(&reaction.target);
                short(&reaction.emoji, 64);
            }
            other => panic!("{other:?}"),
        }
    }
    for problem in &parsed.problems {
        assert!(
            !problem.detail.is_empty()
                && problem.detail.chars().count() <= 512
                && !problem.detail.contains('\0')
        );
    }
    assert_eq!(
        parsed.items.is_empty(),
        !parsed.problems.is_empty(),
        "one or the other"
    );
}

const NAMES: &[&str] = &[
    "MessageSid",
    "SmsMessageSid",
    "SmsStatus",
    "MessageStatus",
    "From",
    "To",
    "WaId",
    "ExternalUserId",
    "ParentExternalUserId",
    "ProfileName",
    "Username",
    "ChannelMetadata",
    "Body",
    "NumMedia",
    "MediaUrl0",
    "MediaUrl1",
    "MediaContentType0",
    "MessageType",
    "Latitude",
    "Longitude",
    "Label",
    "Address",
    "ButtonText",
    "ButtonPayload",
    "ListId",
    "ListTitle",
    "ListDescription",
    "FlowData",
    "InteractiveData",
    "OriginalRepliedMessageSid",
    "Forwarded",
    "ReferralBody",
    "ErrorCode",
    "ErrorMessage",
    "EventType",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => proptest::sample::select(vec![
            "", "received", "sent", "failed", "whatsapp:+1555", "whatsapp:BR.88", "+49", "US.ENT.1", "1", "-91.5",
            "image", "audio", "contacts", "reaction", "true", "audio/ogg", "63016", "\0", " ", "/ME1", "[]",
            r#"{"data":{"context":{"ProfileName":"\u0000","ExternalUserId":"US.1"}}}"#,
        ]).prop_map(str::to_owned),
        1 => ".{0,20}",
        1 => (500..3000_usize).prop_map(|n| "é".repeat(n)),
        1 => (505..520_usize).prop_map(|n| "M".repeat(n)),
    ]
}

proptest! {
    #[test]
    fn no_bytes_break_it(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&parse(&read_form(&body), None));
    }

    #[test]
    fn no_form_breaks_it(
        fields in proptest::collection::vec((proptest::sample::select(NAMES), value()), 0..20),
        callback in proptest::option::of(value()),
    ) {
        let form: Vec<_> = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        check(&parse(&form, callback.as_deref()));
    }

    #[test]
    fn no_change_to_a_webhook_breaks_it(
        sample in proptest::sample::select(SAMPLES),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), proptest::sample::select(NAMES), value()), 1..4),
    ) {
        let mut form = read_form(sample.as_bytes());
        for (at, name, value) in changes {
            let at = at.index(form.len() + 1);
            match form.get_mut(at) {
                Some(field) if value.len() % 2 == 0 => field.1 = value,
                Some(field) => name.clone_into(&mut field.0),
                None => form.push((name.to_owned(), value)),
            }
        }
        check(&parse(&form, None));
    }
}
