//! From the composer to the phone.

use recado_testkit::{ENGINES, Installation, until};
use serde_json::{Value, json};

use super::{Desk, LINES, Line, holds, sample};
use crate::RECADO;

/// A file to send, and what the phone shows of it.
struct File {
    kind: &'static str,
    sample: &'static str,
    mime: &'static str,
    caption: bool,
}

const FILES: [File; 5] = [
    File {
        kind: "image",
        sample: "photo.jpg",
        mime: "image/jpeg",
        caption: true,
    },
    File {
        kind: "video",
        sample: "clip.mp4",
        mime: "video/mp4",
        caption: true,
    },
    File {
        kind: "audio",
        sample: "voice.ogg",
        mime: "audio/ogg",
        caption: false,
    },
    File {
        kind: "document",
        sample: "menu.pdf",
        mime: "application/pdf",
        caption: false,
    },
    File {
        kind: "sticker",
        sample: "sticker.webp",
        mime: "image/webp",
        caption: false,
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn everything_a_member_sends_is_on_the_phone() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        for line in LINES {
            let desk = Desk::open(&recado, line).await;
            desk.a_text().await;
            desk.files_of_every_kind().await;
            desk.a_file_by_its_address().await;
            desk.a_place().await;
            desk.a_template().await;
            desk.buttons_and_a_list_that_are_pressed().await;
            if line == Line::Meta {
                desk.cards_and_quotes().await;
                desk.a_reaction_and_none().await;
            } else {
                desk.the_same_buttons_are_made_once().await;
                desk.what_is_not_offered_is_refused().await;
            }
        }
    }
}

impl Desk<'_> {
    async fn a_text(&self) {
        let message = self.send(json!({"type": "text", "text": "Good morning"})).await;
        let phone = self.on_phone(&message).await;
        assert!(
            holds(
                &phone,
                &json!({"kind": "text", "text": "Good morning", "from_business": true})
            ),
            "{phone}"
        );
    }

    async fn files_of_every_kind(&self) {
        for file in FILES
            .iter()
            .filter(|file| self.line == Line::Meta || file.kind != "sticker")
        {
            let bytes = sample(file.sample);
            let fields: &[(&str, &str)] = match file.kind {
                "sticker" => &[("kind", "sticker")],
                "audio" => &[("voice", "true")],
                _ => &[],
            };
            let uploaded = self.upload(file.sample, file.mime, &bytes, fields).await;
            assert_eq!(uploaded.status, 201, "{}: {}", file.kind, uploaded.text);
            let media = uploaded.data();
            let mut body = json!({"type": file.kind, "media_id": media["id"]});
            if file.caption {
                body["text"] = "As promised".into();
            }
            let message = self.send(body).await;
            let phone = self.on_phone(&message).await;
            assert_eq!(phone["kind"], file.kind, "{phone}");
            if file.caption {
                assert_eq!(phone["text"], "As promised");
            }
            if file.kind == "audio" {
                assert_eq!(message["media"]["voice"], true);
                if self.line == Line::Meta {
                    assert_eq!(phone["content"]["voice"], true, "{phone}");
                }
            }
            let on_phone = phone["content"]["media"].as_str().unwrap();
            let there = self
                .sandbox
                .client()
                .get(&format!("/sandbox/api/media/{on_phone}"))
                .await;
            assert_eq!(
                there.header("content-length").unwrap(),
                bytes.len().to_string(),
                "{}",
                file.kind
            );
        }
    }

    async fn a_file_by_its_address(&self) {
        let url = format!("{}/sandbox/api/samples/photo", self.recado.ready.sandbox_url);
        let message = self.send(json!({"type": "image", "media_url": url})).await;
        assert_eq!(message["media"]["state"], "stored");
        assert_eq!(message["media"]["mime_type"], "image/jpeg");
        assert_eq!(self.on_phone(&message).await["kind"], "image");
    }

    async fn a_place(&self) {
        let place =
            json!({"latitude": 52.5219, "longitude": 13.4132, "name": "Alexanderplatz", "address": null});
        let message = self.send(json!({"type": "location", "location": place})).await;
        assert_eq!(message["content_text"], "Alexanderplatz");
        let phone = self.on_phone(&message).await;
        assert_eq!(phone["kind"], "location", "{phone}");
        assert!(
            holds(
                &phone["content"],
                &json!({"latitude": 52.5219, "longitude": 13.4132})
            ),
            "{phone}"
        );
    }

    /// A template with variables is synced, filled and sent, and what is missing is told.
    async fn a_template(&self) {
        let conversation = self.owner.get(&self.path).await.data();
        let channel = conversation["channel_id"].as_str().unwrap();
        let sync = self
            .owner
            .post(&format!("/api/v1/channels/{channel}/templates/sync"), json!({}))
            .await;
        assert_eq!(sync.status, 204, "{}", sync.text);
        let path = format!("/api/v1/templates?channel_id={channel}&status=approved");
        let template = until("a template with variables", async || {
            let all = self.owner.all(&path).await;
            all.into_iter().find(|one| {
                one["body"].as_str().unwrap().contains("{{")
                    && (one["header"].is_null() || one["header"]["format"] == "text")
                    && one["buttons"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .all(|button| button["type"] == "quick_reply")
            })
        })
        .await;
        let name = template["name"].as_str().unwrap();
        let found = self.owner.all(&format!("{path}&search={name}")).await;
        assert!(found.contains(&template), "{name} is found by its name");
        assert!(
            self.owner
                .all(&format!("{path}&search=order%25update"))
                .await
                .is_empty(),
            "a sign stands for itself"
        );
        let mut values = json!({"body": {}, "header": {}, "buttons": {}});
        for (part, text) in [
            ("body", &template["body"]),
            ("header", &template["header"]["text"]),
        ] {
            let mut rest = text.as_str().unwrap_or_default();
            while let Some(at) = rest.find("{{") {
                let end = rest.find("}}").unwrap();
                values[part][&rest[at + 2..end]] = "Value".into();
                rest = &rest[end + 2..];
            }
        }
        let body = |values: &Value| json!({"type": "template", "template": {"name": template["name"], "language": template["language"], "values": values}});
        let missing = self
            .owner
            .post(&format!("{}/messages", self.path), body(&json!({"body": {}})))
            .await;
        assert_eq!(missing.refused(400, "bad_request")["field"], "template.values");
        let message = self.send(body(&values)).await;
        assert_eq!(message["content_type"], "template");
        assert_eq!(message["template_name"], template["name"]);
        let text = message["content_text"].as_str().unwrap();
        assert!(text.contains("Value") && !text.contains("{{"), "{text}");
        let phone = self.on_phone(&message).await;
        assert!(
            phone["text"].as_str().unwrap().contains(text),
            "{phone} shows {text}"
        );
    }

    async fn cards_and_quotes(&self) {
        let asked = self
            .act(json!({"type": "text", "text": "Whom can I call?"}))
            .await;
        let question = self.message(&asked["id"]).await;
        let card = json!({"name": "Bo Lima", "first_name": "Bo", "phones": [{"phone": "+49 151 12345678", "wa_id": null, "label": "WORK"}]});
        let message = self
            .send(json!({"type": "contacts", "contacts": [card], "reply_to_message_id": question["id"]}))
            .await;
        assert_eq!(message["reply_to_message_id"], question["id"]);
        let phone = self.on_phone(&message).await;
        assert_eq!(phone["kind"], "contacts", "{phone}");
        assert_eq!(phone["reply_to"], asked["id"], "{phone}");
        let answer = self
            .act(json!({"type": "text", "text": "Thanks", "reply_to": message["whatsapp_message_id"]}))
            .await;
        assert_eq!(
            self.message(&answer["id"]).await["reply_to_message_id"],
            message["id"]
        );
    }

    async fn buttons_and_a_list_that_are_pressed(&self) {
        let mut buttons = json!({"body": "Which size?", "action": {"type": "buttons",
            "buttons": [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large"}]}});
        if self.line == Line::Meta {
            buttons["footer"] = "Any time".into();
        }
        let message = self
            .send(json!({"type": "interactive", "interactive": buttons}))
            .await;
        assert_eq!(message["content_text"], "Which size?");
        let phone = self.on_phone(&message).await;
        assert_eq!(phone["kind"], "interactive", "{phone}");
        assert_eq!(
            phone["content"]["card"]["buttons"][1]["title"], "Large",
            "{phone}"
        );
        let pressed = self
            .act(json!({"type": "press", "message_id": message["whatsapp_message_id"], "button": 1}))
            .await;
        let reply = self.message(&pressed["id"]).await;
        assert_eq!(reply["interactive_reply_id"], "l");
        assert_eq!(reply["content"]["reply"]["kind"], "button", "{reply}");
        assert_eq!(reply["reply_to_message_id"], message["id"]);
        let list = json!({"body": "Which day?", "action": {"type": "list", "button": "Days", "sections": [
            {"title": "Week", "rows": [{"id": "mon", "title": "Monday"}, {"id": "tue", "title": "Tuesday", "description": "from 9"}]}]}});
        let message = self
            .send(json!({"type": "interactive", "interactive": list}))
            .await;
        let pressed = self
            .act(json!({"type": "press", "message_id": message["whatsapp_message_id"], "row": "tue"}))
            .await;
        let reply = self.message(&pressed["id"]).await;
        assert_eq!(reply["interactive_reply_id"], "tue");
        assert_eq!(reply["content"]["reply"]["kind"], "list", "{reply}");
        let link = json!({"body": "Our menu", "action": {"type": "link", "text": "Open", "url": "https://shop.example/menu"}});
        let message = self
            .send(json!({"type": "interactive", "interactive": link}))
            .await;
        let phone = self.on_phone(&message).await;
        assert_eq!(
            phone["content"]["card"]["buttons"][0]["url"], "https://shop.example/menu",
            "{phone}"
        );
    }

    /// What Twilio made of some words is sent again by its id, and made anew when Twilio has it no longer. Nothing of it
    /// is shown among the templates.
    async fn the_same_buttons_are_made_once(&self) {
        let words = json!({"type": "interactive", "interactive": {"body": "Shall we call you?", "action":
            {"type": "buttons", "buttons": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}]}}});
        self.send(words.clone()).await;
        self.trouble(
            json!({"line": "twilio", "call": "templates", "effect": {"type": "status", "status": 503}}),
        )
        .await;
        self.send(words.clone()).await;
        self.sandbox.client().delete("/sandbox/api/faults").await;
        self.trouble(
            json!({"line": "twilio", "call": "send", "phone": self.phone, "times": 1,
            "effect": {"type": "refuse", "code": 21_655}}),
        )
        .await;
        let message = self.send(words).await;
        let chat = self.chat().await;
        let shown = chat.iter().filter(|one| one["text"] == "Shall we call you?");
        assert_eq!(shown.count(), 3, "each once");
        assert_eq!(self.on_phone(&message).await["kind"], "interactive");

        let channel = self.owner.get(&self.path).await.data()["channel_id"].clone();
        let channel = channel.as_str().unwrap();
        let sync = self
            .owner
            .post(&format!("/api/v1/channels/{channel}/templates/sync"), json!({}))
            .await;
        assert_eq!(sync.status, 204, "{}", sync.text);
        let templates = self
            .owner
            .all(&format!("/api/v1/templates?channel_id={channel}"))
            .await;
        assert!(!templates.is_empty() && templates.iter().all(|one| one["body"] != "Shall we call you?"));

        // What could not even be made was not sent.
        self.trouble(
            json!({"line": "twilio", "call": "templates", "effect": {"type": "refuse", "code": 20_001}}),
        )
        .await;
        let words = json!({"type": "interactive", "interactive": {"body": "Or write to you?", "action":
            {"type": "buttons", "buttons": [{"id": "y", "title": "Yes"}]}}});
        let answer = self.owner.post(&format!("{}/messages", self.path), words).await;
        let id = answer.data()["id"].clone();
        let failed = until("it to fail", async || {
            let message = self.thread().await.into_iter().find(|one| one["id"] == id)?;
            (message["status"] == "failed").then_some(message)
        })
        .await;
        assert_eq!(failed["error"]["code"], "20001", "{failed}");
        assert!(
            self.chat()
                .await
                .iter()
                .all(|one| one["text"] != "Or write to you?")
        );
        self.sandbox.client().delete("/sandbox/api/faults").await;
    }

    async fn trouble(&self, fault: Value) {
        let ordered = self.sandbox.client().post("/sandbox/api/faults", fault).await;
        assert!(ordered.status.is_success(), "{}", ordered.text);
    }

    async fn a_reaction_and_none(&self) {
        let said = self.act(json!({"type": "text", "text": "We got engaged!"})).await;
        let message = self.message(&said["id"]).await;
        let path = format!("/api/v1/messages/{}/reaction", message["id"].as_str().unwrap());
        let body = Some(json!({"emoji": "\u{1f389}"}));
        let reacted = self.owner.call(reqwest::Method::PUT, &path, body, &[]).await;
        assert_eq!(reacted.status, 202, "{}", reacted.text);
        assert!(holds(
            &reacted.data()["reactions"],
            &json!([{"actor_type": "agent", "emoji": "\u{1f389}"}])
        ));
        let shown = async |count: usize| {
            until("the reaction", async || {
                let phone = self.on_phone(&message).await;
                (phone["reactions"].as_array().unwrap().len() == count).then_some(phone)
            })
            .await
        };
        assert_eq!(shown(1).await["reactions"][0]["emoji"], "\u{1f389}");
        let taken = self.owner.delete(&path).await;
        assert_eq!(taken.data()["reactions"], json!([]));
        shown(0).await;
        let text = Some(json!({"emoji": "nice"}));
        self.owner
            .call(reqwest::Method::PUT, &path, text, &[])
            .await
            .refused(400, "bad_request");
    }

    async fn what_is_not_offered_is_refused(&self) {
        let path = format!("{}/messages", self.path);
        let before = self.thread().await;
        let buttons = json!({"body": "Which?", "action": {"type": "buttons", "buttons": [{"id": "s", "title": "Small"}]}});
        let with = |part: &str, value: Value| {
            let mut buttons = buttons.clone();
            buttons[part] = value;
            json!({"type": "interactive", "interactive": buttons})
        };
        let card = json!({"name": "Bo Lima", "phones": []});
        for (body, what) in [
            (with("header", json!({"type": "text", "text": "Sizes"})), "header"),
            (with("footer", "Any time".into()), "footer"),
            (with("action", json!({"type": "location_request"})), "location"),
            (json!({"type": "contacts", "contacts": [card]}), "contact cards"),
            (
                json!({"text": "Yes", "reply_to_message_id": before[0]["id"]}),
                "quoted replies",
            ),
        ] {
            let refused = self.owner.post(&path, body).await;
            let error = refused.refused(409, "not_offered");
            assert!(error["message"].as_str().unwrap().contains(what), "{error}");
        }
        for text in ["x".repeat(1025), "Hi {{1}}".to_owned()] {
            let list = json!({"type": "list", "button": "Days", "sections": [{"title": null, "rows": [{"id": "m", "title": "Mon"}]}]});
            let body = json!({"type": "interactive", "interactive": {"body": text, "action": list}});
            let refused = self.owner.post(&path, body).await;
            assert_eq!(refused.refused(400, "bad_request")["field"], "interactive");
        }
        let before = before.len();
        assert_eq!(self.thread().await.len(), before, "nothing is left behind");
    }
}
