//! News about templates, numbers and businesses.

use recado_model::{
    HealthUpdate, Inbound, ProblemKind, Subject, TemplateCategory, TemplateStatus, TemplateUpdate, Time,
};
use recado_whatsapp::meta::parse;

use crate::kinds::one;

fn template(file: &str) -> TemplateUpdate {
    let item = one(file);
    assert_eq!(item.subject(), Subject::Business("102"));
    match item {
        Inbound::Template(update) => update,
        other => panic!("{file}: {other:?}"),
    }
}

fn health(file: &str) -> HealthUpdate {
    match one(file) {
        Inbound::Health(update) => update,
        other => panic!("{file}: {other:?}"),
    }
}

/// The one all samples are about.
fn welcome() -> TemplateUpdate {
    TemplateUpdate {
        business: "102".into(),
        provider_id: Some("594425479261596".into()),
        name: "welcome".into(),
        language: "en_US".into(),
        ..TemplateUpdate::default()
    }
}

#[test]
fn news_about_a_template_tells_what_changed_and_nothing_else() {
    assert_eq!(
        template("template_approved"),
        TemplateUpdate {
            status: Some(TemplateStatus::Approved),
            category: Some(TemplateCategory::Utility),
            ..welcome()
        }
    );
    assert_eq!(
        template("template_rejected"),
        TemplateUpdate {
            status: Some(TemplateStatus::Rejected),
            reason: Some("INVALID_FORMAT: Variables stand at the end: Add words after them".into()),
            ..welcome()
        }
    );
    assert_eq!(
        template("template_paused"),
        TemplateUpdate {
            status: Some(TemplateStatus::Paused),
            reason: Some("FIRST_PAUSE: Quality is low".into()),
            ..welcome()
        }
    );
    assert_eq!(
        template("template_quality"),
        TemplateUpdate {
            quality: Some("YELLOW".into()),
            ..welcome()
        }
    );
    assert_eq!(
        template("template_components"),
        TemplateUpdate {
            changed: true,
            ..welcome()
        }
    );
    assert_eq!(
        template("template_category"),
        TemplateUpdate {
            category: Some(TemplateCategory::Marketing),
            ..welcome()
        }
    );
}

fn read(field: &str, entry: &str, value: &str) -> recado_whatsapp::Parsed {
    let body = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{{entry}"changes":[{{"field":"{field}","value":{value}}}]}}]}}"#
    );
    parse(body.as_bytes()).unwrap()
}

#[test]
fn each_event_of_a_template_has_its_status() {
    use TemplateStatus::{Approved, Disabled, Paused, Pending, Rejected, Unavailable};
    for (event, status) in [
        ("APPROVED", Some(Approved)),
        ("REJECTED", Some(Rejected)),
        ("PENDING", Some(Pending)),
        ("PAUSED", Some(Paused)),
        ("DISABLED", Some(Disabled)),
        ("FLAGGED", None),
        ("REINSTATED", Some(Approved)),
        ("IN_APPEAL", Some(Pending)),
        ("PENDING_DELETION", Some(Unavailable)),
        ("DELETED", Some(Unavailable)),
        ("ARCHIVED", Some(Unavailable)),
        ("UNARCHIVED", None),
        ("LOCKED", Some(Unavailable)),
        ("UNLOCKED", None),
        ("LIMIT_EXCEEDED", Some(Unavailable)),
        ("DANCING", None),
    ] {
        let value = format!(r#"{{"event":"{event}","message_template_id":1}}"#);
        let parsed = read("message_template_status_update", r#""id":"102","#, &value);
        let [Inbound::Template(update)] = &parsed.items[..] else {
            panic!("{parsed:?}")
        };
        // What is not told has to be asked for.
        assert_eq!(
            (update.status, update.changed),
            (status, status.is_none()),
            "{event}"
        );
    }
}

#[test]
fn news_about_numbers_say_whether_something_can_be_sent() {
    let quality = health("number_quality");
    assert_eq!(
        quality,
        HealthUpdate {
            business: "102".into(),
            display_phone: Some("15550001111".into()),
            event: "UPGRADE".into(),
            limit: Some("TIER_10K".into()),
            trouble: None,
        }
    );
    for (file, event, is_trouble, phone) in [
        ("account_restricted", "ACCOUNT_RESTRICTION", false, None),
        ("account_disabled", "DISABLED_UPDATE", true, None),
        ("account_reinstated", "DISABLED_UPDATE", false, None),
        ("partner_removed", "PARTNER_REMOVED", true, Some("15550001111")),
        (
            "account_alert",
            "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
            false,
            None,
        ),
    ] {
        let update = health(file);
        assert_eq!(
            (
                update.event.as_str(),
                update.trouble.is_some(),
                update.display_phone.as_deref()
            ),
            (event, is_trouble, phone),
            "{file}"
        );
    }
    for event in ["ACCOUNT_OFFBOARDED", "ACCOUNT_DELETED", "DISABLED_UPDATE"] {
        let parsed = read(
            "account_update",
            r#""id":"102","#,
            &format!(r#"{{"event":"{event}"}}"#),
        );
        assert!(
            matches!(&parsed.items[..], [Inbound::Health(update)] if update.trouble.is_some()),
            "{event}"
        );
    }
}

#[test]
fn news_that_name_nothing_are_a_problem() {
    let template = r#"{"event":"APPROVED","message_template_name":"a"}"#;
    for (field, entry, value, kind) in [
        (
            "message_template_status_update",
            r#""id":"1","#,
            template,
            ProblemKind::UnknownShape,
        ),
        (
            "message_template_status_update",
            r#""id":"1","#,
            r#"{"message_template_id":1}"#,
            ProblemKind::UnknownShape,
        ),
        (
            "message_template_quality_update",
            r#""id":"1","#,
            r#"{"message_template_id":1}"#,
            ProblemKind::UnknownShape,
        ),
        (
            "message_template_status_update",
            r#""id":"1","#,
            "7",
            ProblemKind::UnknownShape,
        ),
        ("account_update", r#""id":"1","#, "{}", ProblemKind::UnknownShape),
        (
            "account_update",
            "",
            r#"{"event":"ACCOUNT_DELETED"}"#,
            ProblemKind::NoNumber,
        ),
        (
            "smb_message_echoes",
            r#""id":"1","#,
            "null",
            ProblemKind::UnknownShape,
        ),
        (
            "smb_message_echoes",
            r#""id":"1","#,
            r#"{"message_echoes":[]}"#,
            ProblemKind::NoNumber,
        ),
        ("user_preferences", r#""id":"1","#, "{}", ProblemKind::NoNumber),
        ("history", r#""id":"1","#, "{}", ProblemKind::NotHandled),
        (
            "smb_app_state_sync",
            r#""id":"1","#,
            "{}",
            ProblemKind::NotHandled,
        ),
        ("user_id_update", r#""id":"1","#, "{}", ProblemKind::UnknownEvent),
    ] {
        let parsed = read(field, entry, value);
        assert!(parsed.items.is_empty(), "{field} {value}");
        assert!(
            matches!(&parsed.problems[..], [problem] if problem.what == kind && problem.detail.contains("entry[0]")),
            "{field} {value}: {parsed:?}"
        );
    }
}

#[test]
fn a_customer_stops_promotions_or_takes_them_again() {
    let Inbound::Marketing(choice) = one("preferences") else {
        panic!()
    };
    assert_eq!(choice.number, "555");
    assert!(choice.stops);
    assert_eq!(
        choice.customer.ids().collect::<Vec<_>>(),
        ["DE.70012345678", "4915112345678"]
    );
    assert_eq!(choice.profile_name.as_deref(), Some("Zoë"));
    assert_eq!(choice.at, Some(Time::from_seconds(1_767_225_700)));

    let choose = |choice: &str| {
        let value = format!(r#"{{"metadata":{{"phone_number_id":"5"}},"user_preferences":[{choice}]}}"#);
        read("user_preferences", r#""id":"1","#, &value)
    };
    for (word, stops) in [("stop", true), ("resume", false), ("signup", false)] {
        let parsed = choose(&format!(
            r#"{{"user_id":"BR.1","category":"marketing_messages","value":"{word}"}}"#
        ));
        let [Inbound::Marketing(choice)] = &parsed.items[..] else {
            panic!("{word}: {parsed:?}")
        };
        assert_eq!((choice.stops, choice.at), (stops, None), "{word}");
    }
    for (choice, kind) in [
        ("1", ProblemKind::UnknownShape),
        (
            r#"{"wa_id":"1","category":"calls","value":"stop"}"#,
            ProblemKind::NotHandled,
        ),
        (
            r#"{"wa_id":"1","category":"marketing_messages","value":"later"}"#,
            ProblemKind::UnknownShape,
        ),
        (
            r#"{"category":"marketing_messages","value":"stop"}"#,
            ProblemKind::NoSender,
        ),
    ] {
        let parsed = choose(choice);
        assert!(parsed.items.is_empty(), "{choice}");
        assert_eq!(parsed.problems[0].what, kind, "{choice}");
    }
}
