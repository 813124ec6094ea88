//! Writing to a phone that may be nobody's yet.

use recado_testkit::{Client, ENGINES, Installation, until};
use reqwest::Method;
use serde_json::{Value, json};

use crate::RECADO;
use crate::contract::keys;
use crate::people::{self, id};

const SEND: &str = "/api/v1/messages";

/// Waits until a channel has the template that the tests send.
pub async fn sync_templates(client: &Client, channel: &Value) {
    let path = format!("/api/v1/channels/{}/templates/sync", id(channel));
    assert_eq!(client.post(&path, json!({})).await.status, 204);
    let path = "/api/v1/templates?status=approved&search=order_update";
    until("the template", async || {
        let all = client.all(path).await;
        (!all.is_empty()).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_written_to_and_the_answer_knows_what_became_of_it() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        let client = recado.client().checked().await;
        let channels = client.all("/api/v1/channels").await;
        let channel = channels.iter().find(|one| one["is_default"] == true).unwrap();
        sync_templates(&client, channel).await;
        let conversations = client.all("/api/v1/conversations").await;
        let now = recado_model::Clock::System.now().to_string();
        let open = conversations
            .iter()
            .find(|one| {
                let until = one["window_expires_at"].as_str().unwrap_or_default();
                one["channel_id"] == channel["id"] && until > now.as_str()
            })
            .unwrap();

        let hello = json!({ "to": open["contact"]["phone"], "text": "Hello from the shop" });
        let sent = client.post(SEND, hello).await;
        assert_eq!(sent.status, 201, "{}", sent.text);
        let sent = sent.data();
        assert_eq!(
            keys(&sent),
            [
                "channel_id",
                "contact_created",
                "contact_id",
                "conversation_id",
                "message_id",
                "status",
                "whatsapp_message_id"
            ]
        );
        assert_eq!(
            [
                &sent["conversation_id"],
                &sent["contact_id"],
                &sent["contact_created"],
                &sent["channel_id"]
            ],
            [&open["id"], &open["contact_id"], &json!(false), &channel["id"]]
        );
        assert!(sent["whatsapp_message_id"].is_string());
        assert_eq!(
            people::thread(&client, open).await.last().unwrap()["id"],
            sent["message_id"]
        );

        // Who never wrote gets no free text, and is nobody after that.
        let contacts = client.all("/api/v1/contacts").await.len();
        let stranger = json!({ "to": "+34 600 112 233", "name": "Nia", "text": "Hello" });
        client.post(SEND, stranger).await.refused(409, "window_closed");
        assert_eq!(client.all("/api/v1/contacts").await.len(), contacts);
        let template = |params: Value| {
            let template = json!({ "name": "order_update", "language": "en_US", "params": params });
            json!({ "to": "+34 600 112 233", "name": "Nia", "type": "template", "template": template })
        };
        let odd = client.post(SEND, template(json!(["only one"]))).await;
        assert_eq!(odd.refused(400, "template_malformed")["field"], "template.params");
        assert_eq!(client.all("/api/v1/contacts").await.len(), contacts);

        let headers = [("idempotency-key", "nia 1"), ("prefer", "respond-async")];
        let body = template(json!({ "body": ["Nia", "#1042"] }));
        let first = client
            .call(Method::POST, SEND, Some(body.clone()), &headers)
            .await;
        assert_eq!(first.status, 202, "{}", first.text);
        let again = client.call(Method::POST, SEND, Some(body), &headers).await;
        assert_eq!(first.text, again.text);
        let first = first.data();
        assert_eq!(
            (&first["contact_created"], &first["whatsapp_message_id"]),
            (&json!(true), &Value::Null)
        );
        let path = format!("/api/v1/contacts/{}", first["contact_id"].as_str().unwrap());
        let nia = client.get(&path).await.data();
        assert_eq!(
            (&nia["name"], &nia["phone"]),
            (&json!("Nia"), &json!("+34600112233"))
        );
        // What the provider refuses, the answer says.
        let refusal = json!({ "line": "meta", "call": "send", "times": 1,
            "effect": { "type": "refuse", "code": 131_026, "status": 400 } });
        let sandbox = recado.sandbox();
        let ordered = sandbox.client().post("/sandbox/api/faults", refusal).await;
        assert!(ordered.status.is_success(), "{}", ordered.text);
        let hello = json!({ "to": open["contact"]["phone"], "text": "Is this phone on?" });
        let refused = client.post(SEND, hello).await;
        let error = refused.refused(502, "meta_error");
        assert!(error["message"].as_str().unwrap().contains("131026"), "{error}");
        let path = format!("/api/v1/conversations?contact_id={}", id(&nia));
        let theirs = client.all(&path).await;
        assert_eq!((theirs.len(), &theirs[0]["id"]), (1, &first["conversation_id"]));

        // A template begins anew what was closed; after a last word it is as closed as before.
        let thread = format!("/api/v1/conversations/{}", id(&theirs[0]));
        let answered = format!("/api/v1/conversations/{}", id(open));
        for path in [&thread, &answered] {
            client.patch(path, json!({ "status": "closed" })).await.ok();
        }
        let body = template(json!({ "body": ["Nia", "#1043"] }));
        let sent = client.call(Method::POST, SEND, Some(body), &headers[1..]).await;
        assert_eq!(sent.status, 202, "{}", sent.text);
        let bye = json!({ "to": open["contact"]["phone"], "text": "See you!" });
        assert_eq!(client.post(SEND, bye).await.status, 201);
        assert_eq!(client.get(&thread).await.data()["status"], "open");
        assert_eq!(client.get(&answered).await.data()["status"], "closed");
        let told = client.get(&format!("{thread}/timeline")).await.data()[0].clone();
        assert_eq!(told["activity"]["kind"], "status_changed", "{told}");

        for (body, field) in [
            (json!({ "text": "x" }), "to"),
            (json!({ "to": "nonsense", "text": "x" }), "to"),
            (json!({ "to": "+34600112233" }), "text"),
            (json!({ "to": "+34600112233", "type": "image" }), "media_id"),
            (json!({ "to": "+34600112233", "text": "x", "odd": 1 }), "odd"),
        ] {
            let answer = client.post(SEND, body.clone()).await;
            assert_eq!(answer.refused(400, "bad_request")["field"], field, "{body}");
        }
    }
}
