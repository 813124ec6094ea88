//! From the phone to the thread.

use recado_testkit::{ENGINES, Installation};
use serde_json::{Value, json};

use super::{Desk, LINES, Line, holds};
use crate::RECADO;

/// What a customer does, and what the thread shows of it.
struct Case {
    name: &'static str,
    /// On which lines it can be done: Twilio delivers less.
    lines: &'static [Line],
    act: Value,
    shown: Value,
    has_file: bool,
}

const META: &[Line] = &[Line::Meta];

fn case(name: &'static str, lines: &'static [Line], act: Value, shown: Value) -> Case {
    let has_file = shown.get("media").is_some_and(|media| !media.is_null());
    Case {
        name,
        lines,
        act,
        shown,
        has_file,
    }
}

fn cases() -> Vec<Case> {
    let both: &'static [Line] = &LINES;
    vec![
        case(
            "text",
            both,
            json!({"type": "text", "text": "Grüße & mehr \u{1f950}"}),
            json!({"content_type": "text", "content_text": "Grüße & mehr \u{1f950}", "content": null, "media": null}),
        ),
        case(
            "image",
            both,
            json!({"type": "image", "caption": "Like this one"}),
            json!({"content_type": "image", "content_text": "Like this one",
                "media": {"kind": "image", "state": "stored", "mime_type": "image/jpeg", "thumbnail": true}}),
        ),
        case(
            "video",
            both,
            json!({"type": "video"}),
            json!({"content_type": "video", "content_text": null,
                "media": {"kind": "video", "state": "stored", "mime_type": "video/mp4"}}),
        ),
        case(
            "voice note",
            both,
            json!({"type": "audio"}),
            json!({"content_type": "audio", "media": {"kind": "audio", "state": "stored", "mime_type": "audio/ogg", "voice": true}}),
        ),
        case(
            "document",
            META,
            json!({"type": "document", "caption": "Our menu"}),
            json!({"content_type": "document", "content_text": "Our menu",
                "media": {"kind": "document", "state": "stored", "mime_type": "application/pdf", "filename": "menu.pdf"}}),
        ),
        case(
            "sticker",
            both,
            json!({"type": "sticker"}),
            json!({"content_type": "sticker", "media": {"kind": "sticker", "state": "stored", "mime_type": "image/webp"}}),
        ),
        case(
            "location",
            both,
            json!({"type": "location", "latitude": 52.5219, "longitude": 13.4132, "name": "Alexanderplatz", "address": "Alexanderplatz 1, Berlin"}),
            json!({"content_type": "location", "content": {"location": {"latitude": 52.5219, "longitude": 13.4132}}}),
        ),
        case(
            "contact card",
            META,
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Bo Lima", "first_name": "Bo"},
                "phones": [{"phone": "+49 151 12345678", "wa_id": "4915112345678", "type": "CELL"}]}]}),
            json!({"content_type": "contacts", "content_text": "Bo Lima", "content": {"contacts": [
                {"name": "Bo Lima", "phones": [{"wa_id": "4915112345678"}]}]}}),
        ),
        case(
            "button reply",
            both,
            json!({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "size-s", "title": "Small"}}}),
            json!({"content_type": "interactive", "content_text": "Small", "interactive_reply_id": "size-s",
                "content": {"reply": {"kind": "button", "id": "size-s", "title": "Small"}}}),
        ),
        case(
            "list reply",
            both,
            json!({"type": "interactive", "interactive": {"type": "list_reply",
                "list_reply": {"id": "row-2", "title": "Tuesday", "description": "from 9"}}}),
            json!({"content_type": "interactive", "content_text": "Tuesday", "interactive_reply_id": "row-2",
                "content": {"reply": {"kind": "list", "description": "from 9"}}}),
        ),
        case(
            "form reply",
            META,
            json!({"type": "interactive", "interactive": {"type": "nfm_reply",
                "nfm_reply": {"name": "flow", "body": "Sent", "response_json": "{\"day\":\"Tuesday\"}"}}}),
            json!({"content_type": "interactive", "content": {"reply": {"kind": "flow", "response": "{\"day\":\"Tuesday\"}"}}}),
        ),
        case(
            "quick reply of a template",
            both,
            json!({"type": "button", "text": "Confirm", "payload": "confirm-7"}),
            json!({"content_type": "interactive", "content_text": "Confirm", "interactive_reply_id": "confirm-7",
                "content": {"reply": {"kind": "template_button"}}}),
        ),
        case(
            "order",
            META,
            json!({"type": "order"}),
            json!({"content_type": "order", "content": {"order": {"catalog_id": "1", "items": [
                {"product": "cake", "quantity": 2, "price": 3.8, "currency": "EUR"},
                {"product": "coffee", "quantity": 1, "price": 2.5, "currency": "EUR"}]}}}),
        ),
        case(
            "a kind we do not know",
            META,
            json!({"type": "unsupported", "kind": "poll"}),
            json!({"content_type": "unsupported", "content": {"unsupported": {"kind": "unsupported"}}}),
        ),
        case(
            "forwarded",
            both,
            json!({"type": "text", "text": "Look what I found", "forwarded": true}),
            json!({"content_type": "text", "content": {"forwarded": "once"}}),
        ),
        case(
            "forwarded often",
            both,
            json!({"type": "text", "text": "Everybody knows", "frequently_forwarded": true}),
            json!({"content_type": "text", "content": {"forwarded": "often"}}),
        ),
        case(
            "by an ad",
            META,
            json!({"type": "text", "text": "Is this still on?", "referral": {"source_type": "ad", "source_id": "7",
                "source_url": "https://fb.example/7", "headline": "Cakes", "body": "Half price", "ctwa_clid": "click-1"}}),
            json!({"content_type": "text", "content": {"referral": {"source_type": "ad", "headline": "Cakes", "click_id": "click-1"}}}),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_a_customer_can_do_is_in_the_thread() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        for line in LINES {
            let desk = Desk::open(&recado, line).await;
            for case in cases().into_iter().filter(|case| case.lines.contains(&line)) {
                desk.shows(&case).await;
            }
        }
    }
}

impl Desk<'_> {
    async fn shows(&self, case: &Case) {
        let done = self.act(case.act.clone()).await;
        let message = if case.has_file {
            self.stored(&done["id"]).await
        } else {
            self.message(&done["id"]).await
        };
        let what = format!("{} on {:?}", case.name, self.line);
        assert!(holds(&message, &case.shown), "{what}: {message:#}");
        assert_eq!(message["direction"], "inbound", "{what}");
        assert_eq!(message["sender_type"], "customer", "{what}");
        assert_eq!(message["status"], "received", "{what}");
        if case.has_file {
            let file = self.owner.get(message["media_url"].as_str().unwrap()).await;
            assert_eq!(file.status, 200, "{what}");
            assert_eq!(file.header("x-content-type-options"), Some("nosniff"), "{what}");
            assert_eq!(
                file.header("content-length"),
                Some(message["media"]["size"].to_string().as_str()),
                "{what}"
            );
        }
        let conversation = self.owner.get(&self.path).await.data();
        assert_eq!(
            conversation["last_message_type"], message["content_type"],
            "{what}"
        );
        assert_eq!(conversation["last_message_id"], message["id"], "{what}");
    }
}
