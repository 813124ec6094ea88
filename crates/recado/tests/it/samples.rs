//! Templates with a file above them: the sample goes to whoever reviews them, through both providers.

use recado_testkit::{ENGINES, Installation};
use serde_json::{Value, json};

use crate::RECADO;
use crate::kinds::{Desk, LINES, sample};

#[tokio::test(flavor = "multi_thread")]
async fn a_template_with_a_picture_is_handed_in_with_its_sample() {
    for engine in ENGINES {
        let installation = Installation::new(RECADO, engine).await;
        let recado = installation.start().await;
        for line in LINES {
            let desk = Desk::open(&recado, line).await;
            let conversation = desk.owner.get(&desk.path).await.data();
            let channel = conversation["channel_id"].as_str().unwrap();
            let upload = async |filename: &str, mime: &str| {
                let kept = desk.upload(filename, mime, &sample(filename), &[]).await;
                assert_eq!(kept.status, 201, "{}", kept.text);
                kept.data()["id"].clone()
            };
            let picture = upload("photo.jpg", "image/jpeg").await;
            let menu = upload("menu.pdf", "application/pdf").await;
            let create = async |format: &str, sample: &Value| {
                let new = json!({
                    "channel_id": channel, "name": format!("with_{format}"), "language": "en",
                    "category": "utility", "header": { "format": format }, "body": "Your order is ready.",
                    "examples": { "header_media_id": sample },
                });
                desk.owner.post("/api/v1/templates", new).await
            };
            for (format, file) in [("image", &picture), ("document", &menu)] {
                let made = create(format, file).await;
                assert_eq!(made.status, 201, "{line:?} {format}: {}", made.text);
                assert_eq!(made.data()["header"]["format"], format, "{line:?}");
            }
            // What is wrong with a sample is said before the provider is asked.
            for (format, file) in [
                ("image", &menu),
                ("document", &picture),
                ("video", &conversation["id"]),
            ] {
                let refused = create(format, file).await;
                assert_eq!(
                    refused.refused(400, "bad_request")["field"],
                    "examples",
                    "{}",
                    refused.text
                );
            }
            let new = json!({
                "channel_id": channel, "name": "without", "language": "en", "category": "utility",
                "header": { "format": "image" }, "body": "Your order is ready.",
                "examples": { "header_media_url": "https://shop.example/a.jpg" },
            });
            let refused = desk.owner.post("/api/v1/templates", new).await;
            assert_eq!(refused.refused(400, "bad_request")["field"], "examples");
        }
    }
}
