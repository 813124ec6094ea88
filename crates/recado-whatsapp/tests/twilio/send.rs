//! Sending messages.

use std::collections::BTreeMap;
use std::time::Duration;

use recado_model::content::{ContactCard, Interactive, InteractiveAction, Location};
use recado_model::template::{FilledTemplate, TemplateHeader, TemplateValues};
use recado_model::{Failure, FailureReason, MediaKind, Retry};
use recado_whatsapp::twilio::{Account, Hosts, Twilio};
use recado_whatsapp::{Accepted, MediaSource, Outgoing, OutgoingContent, Recipient, SendError, http_client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{ACCOUNT, Server, TOKEN, account, always, answer, serve};

const TAKEN: &str = r#"{"sid":"SM00000000000000000000000000000007","status":"queued","direction":"outbound-api",
    "from":"whatsapp:+15550001111","to":"whatsapp:+551187654321","body":"x","num_media":"0","error_code":null}"#;
const STATUS_URL: &str = "https://inbox.example.com/hooks/twilio/42/status";

fn text(text: &str) -> OutgoingContent {
    OutgoingContent::Text { text: text.into() }
}

fn outgoing(content: OutgoingContent) -> Outgoing {
    Outgoing {
        to: Recipient::Phone("551187654321".into()),
        content,
        quoted: Some("SM9".into()),
        callback: "01J ABC".into(),
    }
}

async fn send(server: &Server, message: &Outgoing) -> Result<Accepted, SendError> {
    server
        .twilio()
        .send(&account(), "+15550001111", message, STATUS_URL)
        .await
}

/// The form a message is sent as, but for what all have.
async fn sent(content: OutgoingContent) -> BTreeMap<String, String> {
    let server = always(201, TAKEN).await;
    send(&server, &outgoing(content)).await.unwrap();
    let mut form = server.only().form();
    for name in ["From", "To", "StatusCallback"] {
        form.remove(name).unwrap();
    }
    form
}

fn form<const N: usize>(fields: [(&str, &str); N]) -> BTreeMap<String, String> {
    fields
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn refused(result: Result<Accepted, SendError>) -> Failure {
    match result {
        Err(SendError::Refused(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

/// What is refused without a call.
async fn unsendable(message: &Outgoing) -> Failure {
    let server = always(201, TAKEN).await;
    let failure = refused(send(&server, message).await);
    assert!(server.requests().is_empty());
    assert_eq!((failure.retry, &failure.code), (Retry::Never, &None));
    failure
}

#[track_caller]
fn assert_unknown(result: &Result<Accepted, SendError>) {
    assert!(
        matches!(result, Err(SendError::Unknown(why)) if !why.is_empty()),
        "{result:?}"
    );
}

#[tokio::test]
async fn a_text_is_sent_and_its_id_comes_back() {
    let server = always(201, TAKEN).await;
    let accepted = send(&server, &outgoing(text("Olá & até já"))).await.unwrap();
    assert_eq!(
        accepted,
        Accepted {
            provider_id: "SM00000000000000000000000000000007".into(),
            wa_id: Some("551187654321".into()),
            user_id: None,
        }
    );
    let request = server.only();
    assert_eq!(
        request.path(),
        format!("/api/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    );
    assert!(
        request.headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("Recado/")
    );
    assert_eq!(
        request.form(),
        form([
            ("From", "whatsapp:+15550001111"),
            ("To", "whatsapp:+551187654321"),
            ("Body", "Olá & até já"),
            (
                "StatusCallback",
                "https://inbox.example.com/hooks/twilio/42/status?m=01J+ABC"
            ),
        ]),
        "and nothing of what it quotes"
    );
}

#[tokio::test]
async fn a_customer_without_a_phone_is_written_to_without_a_plus() {
    let server = always(201, r#"{"sid":"SM7","to":"whatsapp:BR.88"}"#).await;
    let sandbox = Account {
        base_url: Some(format!("{}/sandbox/", server.base)),
        ..account()
    };
    let message = Outgoing {
        to: Recipient::Scoped("BR.88".into()),
        ..outgoing(text("x"))
    };
    let twilio = Twilio::new(http_client().unwrap(), &Hosts::default(), "").unwrap();
    let accepted = twilio.send(&sandbox, "+15550001111", &message, "").await.unwrap();
    assert_eq!(
        (accepted.wa_id, accepted.user_id.as_deref()),
        (None, Some("BR.88"))
    );
    let request = server.only();
    assert!(request.path().starts_with("/sandbox/2010-04-01/Accounts/"));
    assert_eq!(request.form()["To"], "whatsapp:BR.88");
    assert!(!request.form().contains_key("StatusCallback"));

    let no_phone = r#"{"code":21211,"message":"Invalid 'To' Phone Number","status":400}"#;
    let failure = refused(send(&always(400, no_phone).await, &message).await);
    assert_eq!(failure.reason, FailureReason::NeedsPhone);
    let failure = refused(send(&always(400, no_phone).await, &outgoing(text("x"))).await);
    assert_eq!(failure.reason, FailureReason::NotOnWhatsapp);
}

#[tokio::test]
async fn files_go_by_their_address() {
    let file = |kind, caption: Option<&str>| OutgoingContent::Media {
        kind,
        source: MediaSource::Link("https://inbox.example.com/f/1".into()),
        caption: caption.map(str::to_owned),
        filename: Some("a.pdf".into()),
        voice: false,
    };
    let url = ("MediaUrl", "https://inbox.example.com/f/1");
    assert_eq!(
        sent(file(MediaKind::Image, Some("Look"))).await,
        form([url, ("Body", "Look")])
    );
    assert_eq!(
        sent(file(MediaKind::Video, Some("Look"))).await,
        form([url, ("Body", "Look")])
    );
    assert_eq!(sent(file(MediaKind::Image, Some(""))).await, form([url]));
    assert_eq!(sent(file(MediaKind::Document, None)).await, form([url]));
    assert_eq!(sent(file(MediaKind::Audio, Some("left out"))).await, form([url]));

    let id = OutgoingContent::Media {
        kind: MediaKind::Image,
        source: MediaSource::Id("1".into()),
        caption: None,
        filename: None,
        voice: false,
    };
    let long = "x".repeat(1601);
    for content in [
        file(MediaKind::Document, Some("Our prices")),
        file(MediaKind::Sticker, None),
        file(MediaKind::Image, Some(&long)),
        id,
    ] {
        let failure = unsendable(&outgoing(content)).await;
        assert_eq!(failure.reason, FailureReason::BadRequest);
    }
}

#[tokio::test]
async fn a_place_has_a_name_and_an_address() {
    let place = |name: Option<&str>, address: Option<&str>| {
        OutgoingContent::Location(Location {
            latitude: 52.52,
            longitude: -13.4,
            name: name.map(str::to_owned),
            address: address.map(str::to_owned),
        })
    };
    for (name, address, body, action) in [
        (
            Some("Office"),
            Some("Street 1 | Berlin"),
            "Office",
            "geo:52.52,-13.4|Street 1   Berlin",
        ),
        (Some("Office"), None, "Office", "geo:52.52,-13.4|Office"),
        (None, Some("Street 1"), "Street 1", "geo:52.52,-13.4|Street 1"),
        (Some(""), None, "52.52,-13.4", "geo:52.52,-13.4|52.52,-13.4"),
    ] {
        assert_eq!(
            sent(place(name, address)).await,
            form([("Body", body), ("PersistentAction", action)])
        );
    }
}

#[tokio::test]
async fn buttons_go_by_the_id_of_their_content() {
    let content = OutgoingContent::Interactive {
        interactive: Interactive {
            header: None,
            body: "Which?".into(),
            footer: None,
            action: InteractiveAction::Buttons { buttons: Vec::new() },
        },
        header: None,
        provider_id: Some("HX7".into()),
    };
    assert_eq!(sent(content).await, form([("ContentSid", "HX7")]));
}

#[tokio::test]
async fn what_twilio_does_not_offer_is_refused_without_a_call() {
    let interactive = Interactive {
        header: None,
        body: "Where?".into(),
        footer: None,
        action: InteractiveAction::LocationRequest,
    };
    for content in [
        OutgoingContent::Reaction {
            target: "SM1".into(),
            emoji: Some("👍".into()),
        },
        OutgoingContent::Contacts(vec![ContactCard::default()]),
        OutgoingContent::Interactive {
            interactive,
            header: None,
            provider_id: None,
        },
        text(&"é".repeat(1601)),
        text(" "),
    ] {
        let failure = unsendable(&outgoing(content)).await;
        assert_eq!(failure.reason, FailureReason::BadRequest);
        assert!(failure.message.contains("Twilio") || failure.message.contains("empty"));
    }
    let wrong = Outgoing {
        to: Recipient::Phone("BR.88".into()),
        ..outgoing(text("x"))
    };
    assert_eq!(unsendable(&wrong).await.reason, FailureReason::NeedsPhone);
    assert_eq!(sent(text(&"é".repeat(1600))).await["Body"].chars().count(), 1600);
}

/// A template of 3 variables in its texts, one in an address and one in that of its file.
const DEFINITION: &str = r#"{"sid":"HX1","friendly_name":"table","language":"en",
    "variables":{"1":"Ana","2":"19:00","3":"42","4":"menu.jpg"},
    "types":{"whatsapp/card":{"body":"Hi {{1}}, at {{2}}","media":["https://inbox.example.com/m/{{4}}"],
        "actions":[{"type":"QUICK_REPLY","title":"Yes","id":"y"},
            {"type":"URL","title":"Details","url":"https://shop.example/t/{{3}}"},
            {"type":"COPY_CODE","title":"Code","code":"{{2}}"}]}}}"#;

fn template(body: &[(&str, &str)], buttons: &[(&str, &str)], header: Option<&str>) -> OutgoingContent {
    let values = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    OutgoingContent::Template {
        template: Box::new(FilledTemplate {
            name: "table".into(),
            language: "en".into(),
            header: header.map(|_| TemplateHeader::Image),
            body: "Hi Ana, at 19:00".into(),
            footer: None,
            buttons: Vec::new(),
            values: TemplateValues {
                body: values(body),
                buttons: values(buttons),
                ..TemplateValues::default()
            },
        }),
        provider_id: Some("HX1".into()),
        named: false,
        header: header.map(|link| MediaSource::Link(link.to_owned())),
    }
}

#[tokio::test]
async fn a_template_goes_by_its_id_with_texts_in_a_text() {
    assert_eq!(
        sent(template(&[("1", "Ana \"A\""), ("2", "19:00")], &[], None)).await,
        form([
            ("ContentSid", "HX1"),
            ("ContentVariables", r#"{"1":"Ana \"A\"","2":"19:00"}"#),
        ])
    );
    assert_eq!(
        sent(template(&[], &[], None)).await,
        form([("ContentSid", "HX1")])
    );
}

#[tokio::test]
async fn buttons_and_files_of_a_template_go_by_the_numbers_of_its_definition() {
    let server = serve(|seen| match seen.path() {
        "/content/v1/Content/HX1" => answer(200, DEFINITION),
        _ => answer(201, TAKEN),
    })
    .await;
    let body = [("1", "Ana"), ("2", "19:00")];
    let content = template(
        &body,
        &[("1", "77"), ("2", "19:00")],
        Some("https://inbox.example.com/m/a/b.jpg"),
    );
    send(&server, &outgoing(content)).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[1].form()["ContentVariables"],
        r#"{"1":"Ana","2":"19:00","3":"77","4":"a/b.jpg"}"#
    );
    for content in [
        template(&body, &[("0", "x")], None),
        template(&body, &[("9", "x")], None),
        template(&body, &[("2", "another time")], None),
        template(&body, &[], Some("https://elsewhere.example/b.jpg")),
    ] {
        let failure = refused(send(&server, &outgoing(content)).await);
        assert_eq!(failure.reason, FailureReason::TemplateProblem);
    }
    assert_eq!(server.requests().len(), 6, "none of them was sent");
}

#[tokio::test]
async fn a_template_that_cannot_be_looked_up_is_not_sent() {
    let content = || outgoing(template(&[], &[("0", "x")], None));
    let failure = refused(send(&always(404, "{}").await, &content()).await);
    assert_eq!(failure.reason, FailureReason::TemplateProblem);
    let failure = refused(send(&always(503, "{}").await, &content()).await);
    assert_eq!(failure.retry, Retry::Few);
    let result = send_to("http://127.0.0.1:1", &content()).await;
    assert!(matches!(result, Err(SendError::NotSent(_))), "{result:?}");
    let mut nowhere = content();
    if let OutgoingContent::Template { provider_id, .. } = &mut nowhere.content {
        *provider_id = None;
    }
    assert_eq!(unsendable(&nowhere).await.reason, FailureReason::TemplateProblem);
}

#[tokio::test]
async fn an_error_of_twilios_is_a_refusal_with_its_reason() {
    for (status, code, reason, retry) in [
        (401, 20003, FailureReason::NumberUnhealthy, Retry::PauseNumber),
        (429, 20429, FailureReason::RateLimited, Retry::Backoff),
        (400, 63016, FailureReason::WindowClosed, Retry::Never),
        (400, 21617, FailureReason::BadRequest, Retry::Never),
        (500, 20500, FailureReason::Unknown, Retry::Few),
    ] {
        let body = format!(r#"{{"code":{code},"message":"no {TOKEN}","more_info":"…","status":{status}}}"#);
        let server = serve(move |_| answer(status, body.clone())).await;
        let failure = refused(send(&server, &outgoing(text("x"))).await);
        assert_eq!((failure.reason, failure.retry), (reason, retry), "{code}");
        assert_eq!(
            (failure.code, failure.message.as_str()),
            (Some(code.to_string()), "no [token]")
        );
    }
    for (status, body, retry) in [
        (503, "", Retry::Few),
        (502, "<html>", Retry::Few),
        (429, "", Retry::Backoff),
        (404, "{}", Retry::Never),
        (307, "", Retry::Never),
    ] {
        let failure = refused(send(&always(status, body).await, &outgoing(text("x"))).await);
        assert_eq!((failure.retry, failure.code), (retry, None), "{status}");
        assert!(failure.message.contains(&status.to_string()));
    }
    assert!(!format!("{:?}", account()).contains(TOKEN));
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_an_unknown_outcome() {
    for body in ["", "ok", "[]", "{}", r#"{"sid":""}"#, r#"{"sid":null}"#] {
        assert_unknown(&send(&always(201, body).await, &outgoing(text("x"))).await);
    }
    let endless = serve(|_| answer(201, format!(r#"{{"sid":"SM7","x":"{}"}}"#, "x".repeat(100_000)))).await;
    assert_unknown(&send(&endless, &outgoing(text("x"))).await);
}

async fn send_to(base: &str, message: &Outgoing) -> Result<Accepted, SendError> {
    let account = Account {
        base_url: Some(base.to_owned()),
        ..account()
    };
    let twilio = Twilio::new(http_client().unwrap(), &Hosts::default(), "").unwrap();
    twilio.send(&account, "+15550001111", message, STATUS_URL).await
}

/// A server that takes one request, writes `answer` and hangs up; or is silent.
async fn cut_off(answer: Option<&'static str>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"m%3D01J%2BABC") {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0);
        }
        match answer {
            Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            None => std::future::pending().await,
        }
        stream.shutdown().await.unwrap();
    });
    base
}

#[tokio::test]
async fn a_connection_that_ends_after_the_request_is_an_unknown_outcome() {
    let message = outgoing(text("x"));
    for answer in [
        "",
        "HTTP/1.1 201 Created\r\n",
        "HTTP/1.1 201 Created\r\ncontent-length: 99\r\n\r\n{\"sid\":\"SM7\"}",
    ] {
        assert_unknown(&send_to(&cut_off(Some(answer)).await, &message).await);
    }
    let base = cut_off(Some(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 99\r\n\r\n{",
    ))
    .await;
    assert_eq!(
        refused(send_to(&base, &message).await).retry,
        Retry::Few,
        "the status had come"
    );
}

#[tokio::test]
async fn a_slow_answer_is_an_unknown_outcome() {
    let base = cut_off(None).await;
    // Sets up TLS, which any client needs.
    drop(http_client().unwrap());
    #[expect(clippy::disallowed_methods, reason = "a client with less patience")]
    let impatient = reqwest::Client::builder()
        .timeout(Duration::from_millis(300))
        .no_proxy()
        .build()
        .unwrap();
    let hosts = Hosts {
        api: base,
        ..Hosts::default()
    };
    let twilio = Twilio::new(impatient, &hosts, "").unwrap();
    let message = outgoing(text("x"));
    assert_unknown(
        &twilio
            .send(&account(), "+15550001111", &message, STATUS_URL)
            .await,
    );
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_got_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let result = send_to(&base, &outgoing(text("x"))).await;
    assert!(
        matches!(&result, Err(SendError::NotSent(why)) if !why.is_empty()),
        "{result:?}"
    );
}

#[tokio::test]
async fn addresses_and_ids_are_checked() {
    let http = http_client().unwrap();
    for odd in ["", "ftp://a", "http://a?b"] {
        let hosts = Hosts {
            messaging: odd.into(),
            ..Hosts::default()
        };
        assert!(Twilio::new(http.clone(), &hosts, "").is_err(), "{odd}");
    }
    let message = outgoing(text("x"));
    let twilio = Twilio::new(http, &Hosts::default(), "").unwrap();
    for (sid, base, from) in [
        ("", None, "+1555"),
        ("..", None, "+1555"),
        ("AC1/x", None, "+1555"),
        ("AC1", Some("nonsense".to_owned()), "+1555"),
        ("AC1", None, "1555"),
        ("AC1", None, "+"),
    ] {
        let account = Account {
            account_sid: sid.into(),
            base_url: base,
            ..account()
        };
        let result = twilio.send(&account, from, &message, "").await;
        assert_eq!(refused(result).reason, FailureReason::NumberUnhealthy, "{sid}");
    }
}
